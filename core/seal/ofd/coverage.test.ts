import { beforeAll, describe, expect, test } from 'vitest'
import { digest, sm3 } from '#core/crypto'
import { fromBase64, toBase64, toHex, utf8 } from '#core/formats'
import { changed, conclusionOf, failed, filesOf, FIRST, forge, judge, office, order, plainOfd, sealed, signedWithout, type Office } from './ofd.fixture.ts'

const LIST = 'Doc_0/Signs/Signatures.xml'
let organ: Office
let other: Office
let ofd: Uint8Array
beforeAll(async () => {
  organ = await office()
  other = await office('另一机关', { id: '15000000000002' })
  ofd = await sealed(order(plainOfd(2), organ))
})
const without = (drop: RegExp, change: Parameters<typeof changed>[1] = {}): Promise<Uint8Array> => signedWithout(ofd, drop, organ, change)
const resigned = (edit: (text: string) => string): Promise<Uint8Array> => forge(changed(ofd, { [FIRST]: edit }), organ)
const stepOf = (pack: Uint8Array, name: string, index = 0) => judge(pack).signatures[index]!.steps.filter((step) => step.name === name).map(({ result }) => result)

describe('SO10 a part with something of its own and not protected: invalid', () => {
  test.each([
    ['the document', /Doc_0\/Document.xml/, 'Doc_0/Document.xml'], ['a page', /Page_0\/Content/, 'Doc_0/Pages/Page_0/Content.xml'],
    ['the list of annotations', /Annots\/Annotations/, 'Doc_0/Annots/Annotations.xml'], ['an annotation', /Annotation.xml/, 'Doc_0/Annots/Page_0/Annotation.xml'],
    ['the list of attachments', /Attachments/, 'Doc_0/Attachs/Attachments.xml'], ['an attachment', /附件/, 'Doc_0/Attachs/附件.txt'],
  ])('%s', async (_, drop, path) => {
    const report = judge(await without(drop))
    expect(report).toMatchObject({ verdict: 'invalid', signatures: [{ coverage: 'partial', uncovered: [path] }] })
    expect(failed(report.signatures[0])).toEqual(['保护范围', '结论'])
  })
  test('a version that an open entry names, with a document of its own', async () => {
    const fake = Object.fromEntries([...filesOf(plainOfd(1, 'V1'))].filter(([path]) => path.startsWith('V1/')))
    const open = await without(/OFD.xml$/)
    const version = changed(open, {
      ...fake, 'v.xml': utf8('<ofd:DocVersion xmlns:ofd="http://www.ofdspec.org/2016" ID="1"><ofd:FileList/><ofd:DocRoot>/V1/Document.xml</ofd:DocRoot></ofd:DocVersion>'),
      'OFD.xml': (text) => text.replace('</ofd:DocBody>', '<ofd:Versions><ofd:Version ID="1" Index="0" Current="true" BaseLoc="/v.xml"/></ofd:Versions></ofd:DocBody>'),
    })
    const report = judge(version)
    expect(report.verdict).toBe('invalid')
    expect(report.signatures[0]!.uncovered).toEqual(expect.arrayContaining(['v.xml', 'V1/Document.xml', 'V1/Pages/Page_0/Content.xml']))
  })
  test('a page or an annotation that was named and missing at signing, put in afterwards', async () => {
    for (const path of ['Doc_0/Annots/Page_0/Annotation.xml', 'Doc_0/Attachs/附件.txt']) {
      const whole = await sealed(order(changed(plainOfd(1), { [path]: null }), organ))
      expect(judge(whole).verdict).toBe('valid')
      expect(judge(changed(whole, { [path]: utf8('<x/>') }))).toMatchObject({ verdict: 'invalid', signatures: [{ uncovered: [path] }] })
    }
  })
  test.each([
    ['as an address is written', '%E8%AF%81%E6%98%8E.txt', 'Doc_0/Attachs/证明.txt'], ['from the root', 'x/证明.txt', 'x/证明.txt'], ['from the folder of the document', 'y/证明.txt', 'Doc_0/y/证明.txt'],
    ['with other slashes', '..\\\\z\\证明.txt', 'Doc_0/z/证明.txt'],
  ])('put in where some reader finds it: named %s', async (_, named, path) => {
    const whole = await sealed(order(changed(plainOfd(1), { 'Doc_0/Attachs/附件.txt': null, 'Doc_0/Attachs/Attachments.xml': (text) => text.replace('附件.txt</', `${named}</`) }), organ))
    expect(judge(whole).verdict).toBe('valid')
    expect(judge(changed(whole, { [path]: utf8('x') }))).toMatchObject({ verdict: 'invalid', signatures: [{ uncovered: [path] }] })
  })
  test('a file that a later signature of a stranger calls its own seal is still shown', async () => {
    const twice = await sealed(order(ofd, other))
    const hidden = changed(twice, { 'Doc_0/Signs/Sign_1/Signature.xml': (text) => text.replace('/Doc_0/Signs/Sign_1/Seal.esl</ofd:BaseLoc>', '/Doc_0/Attachs/附件.txt</ofd:BaseLoc>') })
    const { verdict, uncovered } = judge(await signedWithout(hidden, /附件/, organ)).signatures[0]!
    expect([verdict, uncovered.includes('Doc_0/Attachs/附件.txt')]).toEqual(['invalid', true])
  })
})

describe('SO10a what pages are drawn with and is not protected, as issued files leave it out: valid for what is protected, and told', () => {
  test.each([
    ['the list of tags', /CustomTags/, 'Doc_0/Tags/CustomTags.xml'], ['a tag', /Tag.xml/, 'Doc_0/Tags/Tag.xml'],
    ['the font', /font_3/, 'Doc_0/Res/font_3.ttf'], ['a picture', /i.png/, 'Doc_0/Res/i.png'], ['a template', /Tpl_0/, 'Doc_0/Tpls/Tpl_0/Content.xml'],
    ['public resources', /PublicRes/, 'Doc_0/PublicRes.xml'], ['resources of the document', /DocumentRes/, 'Doc_0/DocumentRes.xml'],
  ])('%s', async (_, drop, path) => {
    const report = judge(await without(drop))
    expect(report).toMatchObject({ verdict: 'valid', signatures: [{ coverage: 'partial', uncovered: [path] }] })
    expect(report.signatures[0]!.steps).toContainEqual(expect.objectContaining({ name: '保护范围', result: 'warn' }))
    expect(conclusionOf(report.signatures[0])).toContain('签章有效，但没有保护全部显示内容')
  })
  test('a colour profile, a cover, fonts of the resources of a template', async () => {
    const rich = changed(plainOfd(1), {
      'Doc_0/Res/c.icc': utf8('profile'), 'cover.png': utf8('cover'), 'Doc_0/Tpls/Tpl_0/f.ttf': utf8('font'), 'Doc_0/Tpls/Tpl_0/Res.xml': utf8('<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Fonts><ofd:Font ID="8"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font></ofd:Fonts></ofd:Res>'),
      'Doc_0/Tpls/Tpl_0/Content.xml': (text) => text.replace('<ofd:Content>', '<ofd:PageRes>Res.xml</ofd:PageRes><ofd:Content>'),
      'Doc_0/PublicRes.xml': (text) => text.replace('<ofd:Fonts>', '<ofd:ColorSpaces><ofd:ColorSpace ID="7" Type="RGB" Profile="c.icc"/></ofd:ColorSpaces><ofd:Fonts>'),
      'OFD.xml': (text) => text.replace('</ofd:DocInfo>', '<ofd:Cover>cover.png</ofd:Cover></ofd:DocInfo>'),
    })
    const whole = await sealed(order(rich, organ))
    expect(judge(whole)).toMatchObject({ verdict: 'valid', signatures: [{ coverage: 'whole' }] })
    for (const [drop, path] of [[/icc/, 'Doc_0/Res/c.icc'], [/cover/, 'cover.png'], [/f.ttf/, 'Doc_0/Tpls/Tpl_0/f.ttf'], [/Tpl_0\/Res/, 'Doc_0/Tpls/Tpl_0/Res.xml']] as const) {
      // The font of the document is protected, so that of the template is no kind that was left out.
      expect(judge(await signedWithout(whole, drop, organ))).toMatchObject({ verdict: path.endsWith('.ttf') ? 'undecided' : 'valid', signatures: [{ coverage: 'partial', uncovered: [path] }] })
    }
  })
  test('resources of a page', async () => {
    const paged = changed(plainOfd(1), { 'Doc_0/Pages/Page_0/PageRes.xml': utf8('<x/>'), 'Doc_0/Pages/Page_0/Content.xml': (text) => text.replace('<ofd:Template', '<ofd:PageRes>PageRes.xml</ofd:PageRes><ofd:Template') })
    const open = await signedWithout(await sealed(order(paged, organ)), /PageRes/, organ)
    expect(judge(open)).toMatchObject({ verdict: 'valid', signatures: [{ uncovered: ['Doc_0/Pages/Page_0/PageRes.xml'] }] })
  })
  test('one of several of its kind: what is protected beside it shows that the kind was not left out', async () => {
    const another = changed(plainOfd(2), {
      'Doc_0/Tpls/Tpl_1/Content.xml': utf8('<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer ID="95"/></ofd:Content></ofd:Page>'),
      'Doc_0/Document.xml': (text) => text.replace('<ofd:TemplatePage', '<ofd:TemplatePage ID="96" BaseLoc="Tpls/Tpl_1/Content.xml"/><ofd:TemplatePage'),
    })
    const whole = await sealed(order(another, organ))
    expect(judge(whole)).toMatchObject({ verdict: 'valid', signatures: [{ coverage: 'whole' }] })
    const one = judge(await signedWithout(whole, /Tpl_1/, organ))
    expect(one).toMatchObject({ verdict: 'undecided', signatures: [{ uncovered: ['Doc_0/Tpls/Tpl_1/Content.xml'] }] })
    expect(conclusionOf(one.signatures[0])).toBe('无法验证')
    expect(judge(await signedWithout(whole, /Tpl_/, organ))).toMatchObject({ verdict: 'valid', signatures: [{ coverage: 'partial' }] })
  })
  test('as a tax service seals invoices: pages, resource lists, attachments and tags, neither the entry nor templates, fonts and pictures', async () => {
    const report = judge(await signedWithout(await sealed(order(plainOfd(1), organ)), /OFD.xml|Tpls|\/Res\/|Annots/, organ, { 'Doc_0/Annots/Annotations.xml': null, 'Doc_0/Annots/Page_0/Annotation.xml': null }))
    expect(report).toMatchObject({ verdict: 'valid', signatures: [{ coverage: 'partial', modifiedAfter: false }] })
    expect(report.signatures[0]!.uncovered.length).toBe(4)
  })
  test('every place where some reader may look counts: beside the resource part, from the root, put in before or after', async () => {
    const moved = changed(plainOfd(1), { 'Doc_0/Res/font_3.ttf': null, 'Doc_0/font_3.ttf': utf8('font') })
    const open = await signedWithout(await sealed(order(moved, organ)), /font_3/, organ)
    expect(judge(open)).toMatchObject({ verdict: 'valid', signatures: [{ coverage: 'partial', uncovered: ['Doc_0/font_3.ttf'] }] })
    const missing = await sealed(order(changed(plainOfd(1), { 'Doc_0/Res/font_3.ttf': null }), organ))
    expect(judge(missing).verdict).toBe('valid')
    const whole = await sealed(order(plainOfd(1), organ))
    for (const path of ['Doc_0/font_3.ttf', 'font_3.ttf']) {
      // Nobody can tell a font that was left out from one that was missing; beside one that is protected it is a stranger.
      expect(judge(changed(missing, { [path]: utf8('swapped') }))).toMatchObject({ verdict: 'valid', signatures: [{ coverage: 'partial', uncovered: [path] }] })
      expect(judge(changed(whole, { [path]: utf8('swapped') }))).toMatchObject({ verdict: 'undecided', signatures: [{ uncovered: [path] }] })
    }
  })
})

describe('SO10b what shows nothing, or what nothing names: valid and told', () => {
  test('the entry', async () => {
    expect(judge(await without(/OFD.xml$/))).toMatchObject({ verdict: 'valid', signatures: [{ coverage: 'partial', uncovered: ['OFD.xml'] }] })
  })
  test('extensions', async () => {
    const extended = changed(plainOfd(1), { 'Doc_0/Ext.xml': utf8('<ofd:Extensions xmlns:ofd="http://www.ofdspec.org/2016"/>'), 'Doc_0/Document.xml': (text) => text.replace('</ofd:Document>', '<ofd:Extensions>Ext.xml</ofd:Extensions></ofd:Document>') })
    const open = await signedWithout(await sealed(order(extended, organ)), /Ext.xml/, organ)
    expect(judge(open)).toMatchObject({ verdict: 'valid', signatures: [{ coverage: 'partial', uncovered: ['Doc_0/Ext.xml'] }] })
  })
  test('a file put in afterwards that nothing names: told as smuggled, whatever its name', () => {
    for (const path of ['evil.txt', 'Doc_0/Res/evil.ttf', 'Doc_0/Signs/Sign_7/Signature.xml', 'Doc_0/Pages/Page_9/Content.xml', 'Doc_0/Document.xml.bak']) {
      const report = judge(changed(ofd, { [path]: utf8('x') }))
      expect(report).toMatchObject({ verdict: 'valid', warnings: [{ code: 'ofd.smuggled' }], signatures: [{ coverage: 'partial', uncovered: [path] }] })
    }
  })
  test('what an attachment speaks of is no part of the document', async () => {
    const speaking = changed(plainOfd(1), { 'Doc_0/Attachs/附件.txt': utf8('<a><FileLoc>/evil.txt</FileLoc></a>') })
    const report = judge(changed(await sealed(order(speaking, organ)), { 'evil.txt': utf8('x') }))
    expect(report).toMatchObject({ verdict: 'valid', warnings: [{ code: 'ofd.smuggled' }] })
  })
  test('and nothing protected at all is no signature of the document', async () => {
    expect(judge(await without(/^\/(?!OFD|Doc_0\/Signs)/)).verdict).toBe('invalid')
    expect(judge(await without(/./)).verdict).toBe('invalid')
  })
})

describe('SO10c other documents in the package', () => {
  const second = (folder = 'Doc_9') => Object.fromEntries([...filesOf(plainOfd(1, folder))].filter(([path]) => path.startsWith(folder)))
  const body = '<ofd:DocBody><ofd:DocInfo><ofd:DocID>2</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_9/Document.xml</ofd:DocRoot></ofd:DocBody>'
  test.each([
    ['led to in place of the first', (text: string) => text.replace('Doc_0/Document.xml', 'Doc_9/Document.xml')],
    ['put before the first', (text: string) => text.replace('<ofd:DocBody>', `${body}<ofd:DocBody>`)], ['put behind it', (text: string) => text.replace('</ofd:OFD>', `${body}</ofd:OFD>`)],
  ])('one without a signature, %s', async (_, edit) => {
    const report = judge(changed(await without(/OFD.xml$/), { ...second(), 'OFD.xml': edit }))
    expect(report.verdict).toBe('invalid')
    expect(failed(report.signatures[0])).toContain('保护范围')
    expect(report.signatures[0]!.uncovered).toContain('Doc_9/Document.xml')
  })
  test('one that was there at signing and is protected is fine, and its parts count', async () => {
    const pair = await sealed(order(changed(plainOfd(1), { ...second(), 'OFD.xml': (text) => text.replace('</ofd:OFD>', `${body}</ofd:OFD>`) }), organ))
    expect(judge(pair)).toMatchObject({ verdict: 'valid', signatures: [{ coverage: 'whole' }] })
    expect(judge(await signedWithout(pair, /Doc_9\/Pages/, organ))).toMatchObject({ verdict: 'invalid', signatures: [{ uncovered: ['Doc_9/Pages/Page_0/Content.xml'] }] })
    expect(judge(await signedWithout(pair, /Doc_9/, organ))).toMatchObject({ verdict: 'invalid' })
  })
  test('one with signatures of its own is judged by them', async () => {
    const lone = await sealed(order(plainOfd(1, 'Doc_9'), other))
    const itsOwn = Object.fromEntries([...filesOf(lone)].filter(([path]) => path.startsWith('Doc_9/')))
    const both = changed(await without(/OFD.xml$/), { ...itsOwn, 'OFD.xml': (text) => text.replace('</ofd:OFD>', `${body.replace('</ofd:DocBody>', '<ofd:Signatures>/Doc_9/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>')}</ofd:OFD>`) })
    const report = judge(both)
    expect(report.signatures.map(({ id, uncovered }) => [id, uncovered])).toEqual([[FIRST, ['OFD.xml']], ['Doc_9/Signs/Sign_0/Signature.xml', expect.any(Array)]])
    // Its own signature protects the entry as it was when the document was alone.
    expect(failed(report.signatures[1])).toEqual(['保护文件', '结论'])
    expect(judge(changed(both, { 'Doc_9/Pages/Page_0/Content.xml': (text) => `${text} ` })).signatures.map(({ modifiedAfter }) => modifiedAfter)).toEqual([false, true])
  })
  test('one list named by many documents is judged once, and too many documents are refused', () => {
    const many = (count: number) => changed(ofd, { 'OFD.xml': (text) => text.replace('</ofd:OFD>', `${/<ofd:DocBody>.*<\/ofd:DocBody>/s.exec(text)![0].repeat(count)}</ofd:OFD>`) })
    expect(judge(many(31)).signatures).toHaveLength(1)
    expect(judge(many(32))).toMatchObject({ verdict: 'unusable', warnings: [{ code: 'ofd.too-many-documents' }] })
  })
})

describe('SO15 signatures that the open list does not name', () => {
  test('an earlier seal whose line was taken away, its files still protected: undecided', async () => {
    const twice = await sealed(order(ofd, other))
    const report = judge(changed(twice, { [LIST]: (text) => text.replace(/<ofd:Signature ID="1"[^>]*>/, '') }))
    expect(report).toMatchObject({ verdict: 'undecided', warnings: [{ code: 'ofd.signature-unlisted' }], signatures: [{ id: 'Doc_0/Signs/Sign_1/Signature.xml' }] })
    expect(report.signatures[0]!.steps).toContainEqual(expect.objectContaining({ name: '签名后的修改', result: 'unknown', detail: expect.stringContaining(FIRST) }))
  })
  test('the newest line first, as some makers put it: each covers what was there when it was made', async () => {
    const twice = await sealed(order(ofd, other))
    const turned = changed(twice, { [LIST]: (text) => text.replace(/(<ofd:Signature ID="1"[^>]*>)(\s*)(<ofd:Signature ID="3"[^>]*>)/, '$3$2$1') })
    expect(judge(turned).signatures.map(({ id, verdict, coverage }) => [id, verdict, coverage])).toEqual([['Doc_0/Signs/Sign_1/Signature.xml', 'valid', 'whole'], [FIRST, 'valid', 'whole']])
  })
  test('the last one taken away: told', async () => {
    const report = judge(changed(await sealed(order(ofd, other)), { [LIST]: (text) => text.replace(/<ofd:Signature ID="3"[^>]*>/, '') }))
    expect(report.signatures).toHaveLength(1)
    expect(report.warnings.map(({ code }) => code)).toContain('ofd.signature-unlisted')
  })
  test('all lines taken away, or the list itself: not like a document that was never signed', () => {
    expect(judge(changed(ofd, { [LIST]: (text) => text.replace(/<ofd:Signature ID[^>]*>/, '') }))).toMatchObject({ verdict: 'invalid', signatures: [] })
    expect(judge(changed(ofd, { 'OFD.xml': (text) => text.replace(/<ofd:Signatures>.*?<\/ofd:Signatures>/, '') }))).toMatchObject({ verdict: 'invalid', signatures: [], warnings: [{ code: 'ofd.signature-unlisted' }] })
  })
  test('a line that is there but not where readers look', () => {
    const hidden = changed(ofd, { [LIST]: (text) => text.replace('<ofd:Signature ', '<x><ofd:Signature ').replace('</ofd:Signatures>', '</x></ofd:Signatures>') })
    expect(judge(hidden)).toMatchObject({ verdict: 'invalid', signatures: [] })
  })
  test('a signature of another kind among the attachments is no seal of the document', () => {
    const other = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:Reference/></ds:SignedInfo></ds:Signature>'
    expect(judge(changed(plainOfd(1), { 'Doc_0/Attachs/附件.txt': utf8(other) })).verdict).toBe('unsigned')
    expect(judge(changed(plainOfd(1), { 'left.xml': utf8(other) })).verdict).toBe('unsigned')
    expect(judge(changed(plainOfd(1), { 'Doc_0/Attachs/附件.txt': filesOf(ofd).get(FIRST)! })).verdict).toBe('unsigned')
    expect(judge(changed(plainOfd(1), { 'left.xml': filesOf(ofd).get(FIRST)! })).verdict).toBe('invalid')
  })
  test('one signature listed twice is one seal, and told', () => {
    const report = judge(changed(ofd, { [LIST]: (text) => text.replace('</ofd:Signatures>', `<ofd:Signature ID="9" Type="Seal" BaseLoc="/${FIRST}"/></ofd:Signatures>`) }))
    expect(report.warnings).toMatchObject([{ code: 'ofd.signature-repeated' }])
  })
})

describe('where the seal shows', () => {
  test('on a page that is not there: told', async () => {
    expect(stepOf(await resigned((text) => text.replace('PageRef="1"', 'PageRef="77"')), '签章位置')).toEqual(['pass', 'warn'])
    expect(stepOf(ofd, '签章位置')).toEqual(['pass'])
  })
})

describe('SO16 references as makers write them', () => {
  const renamed = (to: string) => resigned((text) => text.replace('FileRef="/OFD.xml"', `FileRef="${to}"`))
  test.each(['OFD.xml', './OFD.xml', '/./OFD.xml', '../../../OFD.xml', '\\OFD.xml', '//OFD.xml', '/ofd.xml', ' /OFD.xml ', '/%4FFD.xml'])('%s is the entry', async (to) => {
    expect(judge(await renamed(to))).toMatchObject({ verdict: 'valid', signatures: [{ coverage: 'whole' }] })
  })
  test.each(['', '/../OFD.xml', '../../../../OFD.xml', 'C:/OFD.xml', 'file:///OFD.xml', '/OFD.xml/', '/%zz.xml', '/Doc_0'])('%s is not', async (to) => {
    const report = judge(await renamed(to))
    // A trailing slash is no part of a name in any reader that was seen.
    expect(report.verdict).toBe(to === '/OFD.xml/' ? 'valid' : 'invalid')
  })
  const byMethod = (method: string, algorithm: 'sm3' | 'sha1' | 'sha256') => resigned((text) => text.replace('1.2.156.10197.1.401"', `${method}"`)
    .replaceAll(/FileRef="\/([^"]+)">(\s*)<ofd:CheckValue>[^<]+/g, (_, path: string, space: string) => `FileRef="/${path}">${space}<ofd:CheckValue>${toBase64(digest(algorithm, filesOf(ofd).get(path)!))}`))
  test.each(['SM3', 'sm3', ' Sm3 ', '1.2.156.10197.1.401', '1.2.156.10197.1.401.1', 'oid:1.2.156.10197.1.401', 'urn:oid:1.2.156.10197.1.401'])('CheckMethod %s', async (method) => {
    expect(judge(await byMethod(method, 'sm3')).verdict).toBe('valid')
  })
  test.each(['SHA256', 'sha-256', '2.16.840.1.101.3.4.2.1'])('CheckMethod %s', async (method) => {
    expect(judge(await byMethod(method, 'sha256')).verdict).toBe('valid')
    // The method decides: digests of another kind do not hold.
    expect(judge(await byMethod(method, 'sm3')).verdict).toBe('invalid')
  })
  test.each(['MD5', 'md5', '1.2.840.113549.2.5', 'SHA1', 'sha-1', '1.3.14.3.2.26'])('CheckMethod %s is weak, whatever the values', async (method) => {
    const report = judge(await byMethod(method, 'sha1'))
    expect(report.verdict).toBe('invalid')
    expect(failed(report.signatures[0])).toContain('保护文件杂凑算法')
  })
  test('none named is the schema\'s MD5; one that is not known is not decided', async () => {
    expect(failed(judge(await resigned((text) => text.replace(' CheckMethod="1.2.156.10197.1.401"', ''))).signatures[0])).toContain('保护文件杂凑算法')
    expect(judge(await byMethod('BLAKE3', 'sm3')).verdict).toBe('undecided')
  })
  test('a digest broken over lines or without its filling signs is read; in hexadecimal, cut or of another file it is not', async () => {
    const values = (change: (value: string) => string) => resigned((text) => text.replaceAll(/<ofd:CheckValue>([^<]+)/g, (_, value: string) => `<ofd:CheckValue>${change(value)}`))
    expect(judge(await values((value) => `\n  ${value.slice(0, 20)}\n  ${value.slice(20)}\n`)).verdict).toBe('valid')
    expect(judge(await values((value) => value.replaceAll('=', ''))).verdict).toBe('valid')
    const hex = (value: string) => { const read = fromBase64(value); return read.ok ? toHex(read.value) : '' }
    for (const change of [hex, (value: string) => value.slice(0, 40), () => '', () => toBase64(sm3(utf8('x')))]) expect(judge(await values(change)).verdict).toBe('invalid')
  })
  const entry = /(<ofd:Reference FileRef="\/OFD.xml">.*?<\/ofd:Reference>)/s
  test('a file named twice holds by both lines or not at all; two values in one line are refused', async () => {
    expect(judge(await resigned((text) => text.replace(entry, '$1$1'))).verdict).toBe('valid')
    const differing = (first: 'good' | 'bad') => resigned((text) => text.replace(entry, (line) => {
      const bad = line.replace(/CheckValue>[^<]+/, `CheckValue>${toBase64(sm3(utf8('x')))}`)
      return first === 'good' ? line + bad : bad + line
    }))
    for (const first of ['good', 'bad'] as const) expect(failed(judge(await differing(first)).signatures[0])).toContain('保护文件')
    const doubled = await resigned((text) => text.replace(/(FileRef="\/OFD.xml">\s*<ofd:CheckValue>[^<]+<\/ofd:CheckValue>)/, '$1<ofd:CheckValue>AAAA</ofd:CheckValue>'))
    expect(failed(judge(doubled).signatures[0])).toContain('签名描述文件')
  })
  test('two lists of references: readers would take one or the other', async () => {
    expect(failed(judge(await resigned((text) => text.replace('</ofd:References>', '</ofd:References><ofd:References CheckMethod="SM3"/>'))).signatures[0])).toContain('签名描述文件')
  })
  test('other namespaces, none, a byte order mark, places told from the signature\'s own folder', async () => {
    expect(judge(await resigned((text) => text.replace('http://www.ofdspec.org/2016', 'http://www.ofdspec.org'))).verdict).toBe('valid')
    expect(judge(await resigned((text) => text.replace(' xmlns:ofd="http://www.ofdspec.org/2016"', '').replaceAll('ofd:', ''))).verdict).toBe('valid')
    expect(judge(await forge(changed(ofd, { [FIRST]: Uint8Array.of(0xef, 0xbb, 0xbf, ...filesOf(ofd).get(FIRST)!) }), organ)).verdict).toBe('valid')
    expect(judge(await resigned((text) => text.replace('/Doc_0/Signs/Sign_0/SignedValue.dat', 'SignedValue.dat').replace('/Doc_0/Signs/Sign_0/Seal.esl</ofd:BaseLoc>', 'Seal.esl</ofd:BaseLoc>'))).verdict).toBe('valid')
    expect(judge(changed(ofd, { [LIST]: (text) => text.replace(`/${FIRST}`, 'Sign_0/Signature.xml') })).verdict).toBe('valid')
  })
})
