import { beforeAll, describe, expect, test } from 'vitest'
import { sm3 } from '#core/crypto'
import { concatBytes, toBase64, utf8, writeZip } from '#core/formats'
import { buildSealSignature } from '../index.ts'
import { changed, conclusionOf, failed, filesOf, forge, judge, longer, office, order, plainOfd, png, sealed, SIGNED_AT, type Office } from './ofd.fixture.ts'

const SIGN = 'Doc_0/Signs/Sign_0'
const FIRST = `${SIGN}/Signature.xml`
const LIST = 'Doc_0/Signs/Signatures.xml'
let organ: Office
let other: Office
let ofd: Uint8Array
beforeAll(async () => {
  organ = await office()
  other = await office('另一机关', { id: '15000000000002' })
  ofd = await sealed(order(plainOfd(2), organ))
})

describe('content changed after signing: the signature holds, the document is another one', () => {
  test.each([
    ['a page', 'Doc_0/Pages/Page_1/Content.xml'], ['the template', 'Doc_0/Tpls/Tpl_0/Content.xml'], ['the font', 'Doc_0/Res/font_3.ttf'], ['a picture', 'Doc_0/Res/i.png'],
    ['resources', 'Doc_0/PublicRes.xml'], ['an annotation', 'Doc_0/Annots/Page_0/Annotation.xml'], ['an attachment', 'Doc_0/Attachs/附件.txt'], ['a tag', 'Doc_0/Tags/Tag.xml'], ['the document', 'Doc_0/Document.xml'],
  ])('%s', (_, path) => {
    const report = judge(path.endsWith('.xml') ? changed(ofd, { [path]: (text) => `${text}<!-- -->` }) : longer(ofd, path))
    expect(report).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }] })
    expect(failed(report.signatures[0])).toEqual(['保护文件', '结论'])
    expect(conclusionOf(report.signatures[0])).toBe('签章有效但文档已被修改')
  })
  test('a protected file taken out, or hidden behind other letter case', () => {
    expect(judge(changed(ofd, { 'Doc_0/Tags/Tag.xml': null }))).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }] })
    const renamed = changed(ofd, { 'Doc_0/Res/i.png': null, 'Doc_0/RES/I.PNG': concatBytes(png, Uint8Array.of(1)) })
    expect(judge(renamed).verdict).toBe('invalid')
  })
  test('the seal moved or its slice widened: the signature file is what was signed', () => {
    const moved = judge(changed(ofd, { [FIRST]: (text) => text.replace('100 220 40 40', '20 20 40 40') }))
    expect(moved).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }] })
    expect(failed(moved.signatures[0])).toContain('原文摘要')
  })
  test('a reference taken out of the signature file', () => {
    const report = judge(changed(ofd, { [FIRST]: (text) => text.replace(/<ofd:Reference FileRef="\/Doc_0\/Res\/font_3.ttf">.*?<\/ofd:Reference>/s, ''), 'Doc_0/Res/font_3.ttf': utf8('another font') }))
    expect(report.verdict).toBe('invalid')
    expect(failed(report.signatures[0])).toContain('原文摘要')
  })
})

describe('signatures that belong elsewhere or to others', () => {
  test('a signed value replayed from another document holds by itself, and only the digest tells', async () => {
    const elsewhere = await sealed(order(plainOfd(3), organ))
    const report = judge(changed(ofd, { [`${SIGN}/SignedValue.dat`]: filesOf(elsewhere).get(`${SIGN}/SignedValue.dat`)! }))
    expect(report.verdict).toBe('invalid')
    expect(failed(report.signatures[0])).toEqual(['原文摘要', '结论'])
  })
  test('a signature made for another place in the same package', async () => {
    const value = await buildSealSignature({ seal: organ.seal, signedAt: SIGNED_AT, dataHash: sm3(filesOf(ofd).get(FIRST)!), propertyInfo: '/Doc_0/Document.xml' }, organ.signer)
    if (!value.ok) throw new Error(value.error.message)
    const report = judge(changed(ofd, { [`${SIGN}/SignedValue.dat`]: value.value }))
    expect(failed(report.signatures[0])).toContain('签章位置')
  })
  test('the whole signature copied into another document', () => {
    const target = filesOf(plainOfd(3))
    const files = new Map([...target, ...[...filesOf(ofd)].filter(([path]) => path.startsWith('Doc_0/Signs/')), ['OFD.xml', filesOf(ofd).get('OFD.xml')!] as const])
    const report = judge(writeZip([...files].map(([path, bytes]) => ({ path, bytes }))))
    expect(report).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }] })
  })
  test('re-signed with a key that the seal does not name: references are taken out and everything else fits', async () => {
    const loose = changed(ofd, { [FIRST]: (text) => text.replace(/<ofd:Reference FileRef="\/Doc_0\/Pages\/Page_0\/Content.xml">.*?<\/ofd:Reference>/s, '') })
    const forged = await forge(loose, other, organ.seal)
    const report = judge(forged)
    expect(report.verdict).toBe('invalid')
    expect(failed(report.signatures[0])).toContain('签章人名单')
  })
  test('a picture of another seal beside the signature', () => {
    const report = judge(changed(ofd, { [`${SIGN}/Seal.esl`]: other.seal }))
    expect(report.verdict).toBe('invalid')
    expect(failed(report.signatures[0])).toEqual(expect.arrayContaining(['印章文件', '保护文件']))
  })
  test('a signed value of garbage, an empty one, none', () => {
    for (const value of [utf8('garbage'), new Uint8Array(), null]) expect(judge(changed(ofd, { [`${SIGN}/SignedValue.dat`]: value }))).toMatchObject({ verdict: 'invalid' })
  })
})

describe('the list and later signatures', () => {
  test('each signature is judged by itself: content changed between two seals breaks the first alone', async () => {
    const tampered = changed(ofd, { 'Doc_0/Tags/Tag.xml': (text) => `${text}<!-- -->` })
    const digest = toBase64(sm3(filesOf(tampered).get('Doc_0/Tags/Tag.xml')!))
    const twice = await sealed(order(ofd, other))
    const second = 'Doc_0/Signs/Sign_1/Signature.xml'
    const merged = changed(twice, { 'Doc_0/Tags/Tag.xml': (text) => `${text}<!-- -->`, [second]: (text) => text.replace(/(Tag.xml">\s*<ofd:CheckValue>)[^<]+/, `$1${digest}`) })
    const report = judge(merged)
    expect(report.signatures.map((signature) => signature.modifiedAfter)).toEqual([true, true])
    expect(report.verdict).toBe('invalid')
  })
  test('an earlier seal taken away breaks the later one that protects it', async () => {
    const twice = await sealed(order(ofd, other))
    const gone = changed(twice, { [FIRST]: null, [`${SIGN}/SignedValue.dat`]: null, [`${SIGN}/Seal.esl`]: null, [LIST]: (text) => text.replace(/<ofd:Signature ID="1"[^>]*>/, '') })
    expect(judge(gone)).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }] })
  })
  test('a locked list cannot lose or gain a line', async () => {
    const locked = await sealed(order(ofd, other, { closing: 'locked' }))
    expect(judge(locked).verdict).toBe('valid')
    const report = judge(changed(locked, { [LIST]: (text) => text.replace('</ofd:Signatures>', '<ofd:Signature ID="77" BaseLoc="/x.xml"/></ofd:Signatures>') }))
    expect(report.verdict).toBe('invalid')
    expect(report.signatures[1]).toMatchObject({ modifiedAfter: true })
  })
  test('a list that is named and gone must not read like "never signed"', () => {
    const told = [{ code: 'ofd.signatures-missing' }, { code: 'ofd.signature-unlisted' }]
    expect(judge(changed(ofd, { [LIST]: null }))).toMatchObject({ verdict: 'invalid', warnings: told })
    expect(judge(changed(ofd, { [LIST]: () => '<broken' }))).toMatchObject({ verdict: 'invalid', warnings: told })
  })
  test('a type exchanged in the open list changes nothing about what was signed', () => {
    expect(judge(changed(ofd, { [LIST]: (text) => text.replace('Type="Seal"', 'Type="Sign"') })).signatures[0]!.steps).toContainEqual({ name: '签名类型', result: 'warn', detail: expect.any(String), code: 'value.type' })
  })
})

describe('packages that readers would read differently are refused', () => {
  /** Two entries of one name, or other names, by overwriting the name in both headers. */
  const renamed = (from: string, to: string): Uint8Array => {
    const bytes = changed(ofd, { [from]: utf8('twin') }).slice()
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + 1)) text.write(to, at, 'utf8')
    return bytes
  }
  test.each([
    ['the same name twice', 'Doc_9/Document.xml', 'Doc_0/Document.xml'], ['a name in other letter case', 'Doc_9/Document.xml', 'DOC_0/Document.xml'],
    ['a way out', 'abcdef.xml', '../def.xml'], ['an absolute name', 'abcdef.xml', '/bcdef.xml'],
  ])('%s', (_, from, to) => {
    const report = judge(renamed(from, to))
    expect(report).toMatchObject({ kind: 'ofd', verdict: 'unusable', signatures: [] })
    expect(report.warnings[0]!.code).toMatch(/^ofd\.zip\.(duplicate|path)$/)
  })
  test('no OFD, an encrypted one, an unsigned one', () => {
    expect(judge(writeZip([{ path: 'a.txt', bytes: utf8('x') }]))).toMatchObject({ verdict: 'unusable', warnings: [{ code: 'ofd.not-ofd' }] })
    expect(judge(writeZip([{ path: 'Encryptions.xml', bytes: utf8('<x/>') }]))).toMatchObject({ verdict: 'unusable', warnings: [{ code: 'ofd.encrypted' }] })
    expect(judge(changed(plainOfd(1), { 'Encryptions.xml': utf8('<x/>'), 'Doc_0/Document.xml': null }))).toMatchObject({ verdict: 'unusable', warnings: [{ code: 'ofd.encrypted' }] })
    expect(judge(plainOfd(1))).toEqual({ kind: 'ofd', verdict: 'unsigned', signatures: [], warnings: [] })
  })
  test('any single byte of a protected file, the signature file or the signed value: never valid', () => {
    const files = filesOf(ofd)
    let seed = 20261124
    const next = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below
    const paths = [...files.keys()].filter((path) => path !== LIST)
    for (let round = 0; round < 60; round++) {
      const path = paths[next(paths.length)]!
      const bytes = files.get(path)!.slice()
      bytes[next(bytes.length)]! ^= 1 + next(255)
      const { verdict } = judge(changed(ofd, { [path]: bytes }))
      expect(['valid', 'undecided', 'unsigned'], `${path} seed 20261124 round ${round}`).not.toContain(verdict)
    }
  })
})
