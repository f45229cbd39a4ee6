/** What later revisions may do and what they may not: forms, locks, certification, shared objects, object streams, evidence. */
import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { buildDetachedCms, digest } from '#core/crypto'
import { sealPdf, verifyPdf, type VerifyReport } from '../index.ts'
import { onePage, pdfOf, request, sealed, signedBy, testPki, update } from './seal.fixture.ts'

const pki = await testPki('p256')
const signer = await pki.signer('p256', '机关')
const judge = (bytes: Uint8Array): VerifyReport => verifyPdf(bytes, { anchors: [pki.root], crls: [pki.crl], trust: 'decide' })
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
/** Body of an object as it is written last. */
const bodyOf = (bytes: Uint8Array, num: number): string => text(bytes).split(`\n${num} 0 obj\n`).at(-1)!.split('\nendobj')[0]!
const why = (report: VerifyReport): string => report.signatures.flatMap(({ steps }) => steps.filter(({ result }) => result !== 'pass').map(({ detail }) => detail)).join('|')

/** A page with two text fields: 5 (名称) and 6 (数量), whose appearances are 7 and 8. */
const withFields = (catalog = ''): Uint8Array => pdfOf([
  `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 6 0 R]>>${catalog}>>`, '<</Type/Pages/Count 1/Kids[3 0 R]>>',
  '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>/Contents 4 0 R/Annots[5 0 R 6 0 R 9 0 R]>>', '<</Length 4>>\nstream\n0 g \nendstream',
  '<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/Rect[10 10 90 30]/AP<</N 7 0 R>>>>', '<</Type/Annot/Subtype/Widget/FT/Tx/T(count)/Rect[10 40 90 60]/AP<</N 8 0 R>>>>',
  '<</Type/XObject/Subtype/Form/BBox[0 0 80 20]/Length 0>>\nstream\n\nendstream', '<</Type/XObject/Subtype/Form/BBox[0 0 80 20]/Length 0>>\nstream\n\nendstream',
  '<</Type/Annot/Subtype/Stamp/Rect[100 100 200 200]/F 4/AP<</N 10 0 R>>>>', '<</Type/XObject/Subtype/Form/BBox[0 0 80 20]/Length 0>>\nstream\n\nendstream',
])
const filled = { 5: '<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/Rect[10 10 90 30]/AP<</N 7 0 R>>/V(x)>>' }
const redrawn = { 7: '<</Type/XObject/Subtype/Form/BBox[0 0 80 20]/Length 3>>\nstream\n0 g\nendstream' }
const moved = { 5: '<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/Rect[10 10 590 830]/AP<</N 7 0 R>>>>' }
const stamp = { 10: '<</Type/XObject/Subtype/Form/BBox[0 0 80 20]/Length 3>>\nstream\n0 g\nendstream' }

describe('forms', async () => {
  const plain = await sealed(withFields(), signer)
  const certified = async (docMdp: 1 | 2 | 3) => sealed(withFields(), signer, { docMdp })
  const [p1, p2, p3] = await Promise.all([certified(1), certified(2), certified(3)])
  test.each([
    ['plain', plain, 'valid', 'invalid', 'invalid'], ['P=1', p1, 'invalid', 'invalid', 'invalid'], ['P=2', p2, 'valid', 'invalid', 'invalid'], ['P=3', p3, 'valid', 'invalid', 'undecided'],
  ] as const)('%s: filling %s, moving %s, changing a stamp %s', (_, file, fill, move, annotation) => {
    expect(judge(file).verdict).toBe('valid')
    expect(judge(update(file, filled)).verdict).toBe(fill)
    expect(judge(update(file, { ...filled, ...redrawn })).verdict).toBe(fill)
    expect(judge(update(file, moved)).verdict).toBe(move)
    expect(judge(update(file, stamp)).verdict).toBe(annotation)
  })
  test('PP9b what was filled in is told, also where the signature says nothing about it', () => {
    expect(why(judge(update(p2, filled)))).toContain('填写了表单域“name”')
    expect(why(judge(update(plain, filled)))).toContain('填写了表单域“name”，签名时为空，签名没有限制')
    expect(judge(update(plain, filled)).signatures[0]).toMatchObject({ modifiedAfter: false, coverage: 'partial' })
    expect(why(judge(update(p1, filled)))).toContain('修改了表单域“name”的内容')
  })
  test('filling in does not open the page', () => {
    for (const file of [p2, p3]) expect(judge(update(file, { ...filled, 4: '<</Length 3>>\nstream\n1 g\nendstream' })).verdict).toBe('invalid')
  })
  test('PP9b filled in, then sealed again, as forms go round: both hold', async () => {
    const both = await sealed(update(plain, filled), signer, { place: { page: 1, x: 60, y: 200, diameter: 42 } }).catch((error: Error) => error.message)
    expect(typeof both === 'string' ? both : judge(both).signatures.map(({ verdict }) => verdict)).toEqual(['valid', 'valid'])
  })
  test.each([
    ['names the field', '/Action/Include/Fields[(name)]', 'invalid', 'valid'], ['names all but the field', '/Action/Exclude/Fields[(name)]', 'valid', 'invalid'], ['names all', '/Action/All', 'invalid', 'invalid'],
  ])('a signature whose lock %s', async (_, lock, name, count) => {
    const reference = `/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20261124100000+00'00')/Reference[<</TransformMethod/FieldMDP/TransformParams<<${lock}>>>>]`
    const file = await signedBy(withFields(), reference, (covered) => buildDetachedCms({ contentDigest: digest('sha256', covered), chain: [] }, signer), 8192, 'form')
    expect(judge(file).verdict).toBe('valid')
    expect(judge(update(file, filled)).verdict).toBe(name)
    expect(judge(update(file, { 6: '<</Type/Annot/Subtype/Widget/FT/Tx/T(count)/Rect[10 40 90 60]/AP<</N 8 0 R>>/V(3)>>' })).verdict).toBe(count)
    expect(judge(update(file, moved)).verdict).toBe('invalid')
  })
})

describe('objects that serve two masters', () => {
  const shadowed = (catalog: string, trailer = ''): Uint8Array => {
    const base = text(pdfOf([
      `<</Type/Catalog/Pages 2 0 R${catalog}>>`, '<</Type/Pages/Count 1/Kids[3 0 R]>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>', '<</Length 5>>\nstream\n/X Do\nendstream',
      '<</Type/XObject/Subtype/Form/BBox[0 0 80 20]/Length 0>>\nstream\n\nendstream',
    ]))
    return new Uint8Array(Buffer.from(base.replace('/Root 1 0 R', `/Root 1 0 R${trailer}`), 'latin1'))
  }
  const swapped = { 5: '<</Type/XObject/Subtype/Form/BBox[0 0 80 20]/Length 3>>\nstream\n1 g\nendstream' }
  test.each([
    ['evidence', '/DSS<</Certs[5 0 R]>>', ''], ['properties', '/Metadata 5 0 R', ''], ['document information', '', '/Info 5 0 R'], ['nothing else', '', ''],
  ])('what the page draws is not free because it is also %s', async (_, catalog, trailer) => {
    const file = await sealed(shadowed(catalog, trailer), signer)
    expect(judge(file).verdict).toBe('valid')
    expect(judge(update(file, swapped)).verdict).toBe('invalid')
  })
  test('an object stream that the page draws', async () => {
    const file = await sealed(pdfOf([
      '<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>', '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R>>',
      '<</Type/ObjStm/N 0/First 0/Length 3>>\nstream\n0 g\nendstream',
    ]), signer)
    expect(judge(file).verdict).toBe('valid')
    expect(judge(update(file, { 4: '<</Type/ObjStm/N 0/First 0/Length 3>>\nstream\n1 g\nendstream' })).verdict).toBe('invalid')
  })
  test('evidence alone may change', async () => {
    const file = await sealed(pdfOf([
      '<</Type/Catalog/Pages 2 0 R/DSS<</Certs[4 0 R]>>>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>', '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>', '<</Length 0>>\nstream\n\nendstream',
    ]), signer)
    expect(judge(update(file, { 4: '<</Length 1>>\nstream\nx\nendstream' })).verdict).toBe('valid')
  })
})

describe('rubbish and growth', () => {
  /** A table entry that points at nothing readable. */
  const withBroken = (): Uint8Array => {
    const base = text(onePage())
    const start = base.indexOf('xref\n')
    const more = base.replace('xref\n0 5\n', 'xref\n0 6\n').replace(/trailer\n<<\/Size 5/, '0000000000 00000 n \ntrailer\n<</Size 6')
    return new Uint8Array(Buffer.from(more.replace(/startxref\n\d+/, `startxref\n${start}`), 'latin1'))
  }
  test('an entry that nobody can read does not stand in the way; filling it in does', async () => {
    const file = await sealed(withBroken(), signer)
    expect(judge(file).verdict).toBe('valid')
    expect(judge(await sealed(file, signer, { place: { page: 1, x: 60, y: 200, diameter: 42 } })).verdict).toBe('valid')
    expect(judge(update(file, { 5: '<</A 1>>' })).verdict).toBe('invalid')
  })
  test('an entry behind the end of the signed revision: what is put there later was never signed', async () => {
    const byStranger = (pdf: Uint8Array): Promise<Uint8Array> =>
      signedBy(pdf, "/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20261124100000+00'00')", (covered) => buildDetachedCms({ contentDigest: digest('sha256', covered), chain: [] }, signer))
    const base = text(withBroken())
    const probe = await byStranger(withBroken())
    const at = String(probe.length).padStart(10, '0')
    const at5 = (pdf: string): Uint8Array => new Uint8Array(Buffer.from(pdf.replace('0000000000 00000 n', `${at} 00000 n`), 'latin1'))
    expect(await sealPdf(request(at5(base.replace('/Contents 4 0 R', '/Contents 5 0 R')), signer))).toMatchObject({ ok: false })
    const file = await byStranger(at5(base))
    expect(judge(file)).toMatchObject({ verdict: 'valid', warnings: [] })
    expect(judge(update(file, { 5: '<</Length 3>>\nstream\n1 g\nendstream' })).verdict).toBe('invalid')
    // The same bytes, but no new entry: the old one finds them now.
    const unlisted = text(update(file, { 5: '<</Length 3>>\nstream\n1 g\nendstream' })).replace(/xref\n5 1\n\d{10} 00000 n \n(?![^]*xref\n5 1)/, 'xref\n0 0\n')
    const report = judge(new Uint8Array(Buffer.from(unlisted, 'latin1')))
    expect(why(report)).toContain('对象 5 在签名时无法读取')
    expect(report.verdict).toBe('invalid')
  })
  test('a seal does not take a number that something refers to', async () => {
    const file = pdfOf([
      '<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>', '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents[4 0 R 5 0 R]>>', '<</Length 4>>\nstream\n0 g \nendstream',
    ])
    const once = await sealed(file, signer)
    expect(text(once)).not.toContain('\n5 0 obj')
    expect(judge(await sealed(once, signer, { place: { page: 1, x: 60, y: 200, diameter: 42 } })).verdict).toBe('valid')
  })
  test('resources of the form may grow with the next signature, not change', async () => {
    const form = (fonts: string) => pdfOf([
      '<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>', '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R>>',
      '<</Length 4>>\nstream\n0 g \nendstream', `<</Fields[]/DR<</Font<<${fonts}>>>>>>`, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>', '<</Type/Font/Subtype/Type1/BaseFont/Courier>>',
    ])
    const file = await sealed(form('/A 6 0 R'), signer)
    const body = bodyOf(file, 5)
    expect(judge(update(file, { 5: body.replace('/A 6 0 R', '/A 6 0 R /B 7 0 R') })).verdict).toBe('valid')
    expect(judge(update(file, { 5: body.replace('/A 6 0 R', '/A 7 0 R') })).verdict).toBe('invalid')
  })
})

describe('revisions in newer forms', () => {
  /** An update with objects packed in an object stream and a cross-reference stream. */
  const packed = (pdf: Uint8Array, objects: Readonly<Record<number, string>>): Uint8Array => {
    const before = text(pdf)
    const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(before)![1]!
    const entries = Object.entries(objects)
    let head = ''
    let body = ''
    for (const [num, object] of entries) {
      head += `${num} ${body.length} `
      body += `${object} `
    }
    const content = deflateSync(Buffer.from(head + body, 'latin1'))
    const container = Buffer.concat([Buffer.from(`90 0 obj\n<</Type/ObjStm/N ${entries.length}/First ${head.length}/Filter/FlateDecode/Length ${content.length}>>\nstream\n`), content, Buffer.from('\nendstream\nendobj\n')])
    const start = pdf.length + container.length
    const row = (type: number, a: number, b: number): number[] => [type, (a >>> 24) & 255, (a >>> 16) & 255, (a >>> 8) & 255, a & 255, b]
    const rows = Buffer.from([...entries.flatMap((_, i) => row(2, 90, i)), ...row(1, pdf.length, 0), ...row(1, start, 0)])
    const index = [...entries.map(([num]) => `${num} 1`), '90 1', '91 1'].join(' ')
    const xref = Buffer.concat([Buffer.from(`91 0 obj\n<</Type/XRef/Size 100/W[1 4 1]/Index[${index}]/Root 1 0 R/Prev ${previous}/Length ${rows.length}>>\nstream\n`), rows, Buffer.from(`\nendstream\nendobj\nstartxref\n${start}\n%%EOF\n`)])
    return new Uint8Array(Buffer.concat([Buffer.from(pdf), container, xref]))
  }
  test('a page replaced from an object stream', async () => {
    const file = await sealed(onePage(), signer)
    const page = bodyOf(file, 3)
    expect(judge(packed(file, { 60: '<</A 1>>' })).verdict).toBe('valid')
    expect(judge(packed(file, { 3: page })).verdict).toBe('valid')
    expect(judge(packed(file, { 3: page.replace('595', '300') })).verdict).toBe('invalid')
  })
  test('a hybrid table hides objects: what the stream adds is seen', async () => {
    const file = await sealed(onePage(), signer)
    const with60 = packed(file, { 3: bodyOf(file, 3).replace('595', '300') })
    const stream = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text(with60))![1]!
    const base = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text(file))![1]!
    for (const rows of ['0 0\n', '3 1\n0000000000 65535 f \n']) {
      const start = with60.length
      const hybrid = new Uint8Array(Buffer.concat([Buffer.from(with60), Buffer.from(`xref\n${rows}trailer\n<</Size 100/Root 1 0 R/Prev ${base}/XRefStm ${stream}>>\nstartxref\n${start}\n%%EOF\n`)]))
      expect(judge(hybrid).verdict).toBe('invalid')
    }
  })
  test('hide and restore: a content that another signature saw is not taken back unseen', async () => {
    const first = await sealed(onePage(), signer)
    const original = bodyOf(first, 4)
    const hidden = update(first, { 4: '<</Length 0>>\nstream\n\nendstream' })
    const second = await sealed(hidden, signer, { place: { page: 1, x: 60, y: 200, diameter: 42 } })
    const restored = update(second, { 4: original })
    expect(judge(restored).signatures.map(({ modifiedAfter }) => modifiedAfter)).toEqual([true, true])
  })
  test('a signature that the newest revision hides is told', async () => {
    const first = await sealed(onePage(), signer)
    const second = await sealed(first, signer, { place: { page: 1, x: 60, y: 200, diameter: 42 } })
    const form = bodyOf(first, 1)
    const report = judge(update(second, { 1: form }))
    expect(report.verdict).toBe('invalid')
    // Its field still stands on the page, so it is not gone: listed, its form changed behind its back.
    expect(report.signatures.map(({ verdict }) => verdict)).toEqual(['invalid', 'invalid'])
    const cleared = judge(update(second, { 1: form, 3: bodyOf(first, 3) }))
    expect([cleared.verdict, cleared.warnings.map(({ code }) => code), cleared.signatures.length]).toEqual(['undecided', ['pdf.signature-removed'], 1])
  })
})

test('every revision is told with what it did', async () => {
  const first = await sealed(withFields(), signer, { docMdp: 2 })
  const second = await sealed(update(first, filled), signer, { place: { page: 1, x: 60, y: 200, diameter: 42 } })
  const third = update(second, { 4: '<</Length 3>>\nstream\n1 g\nendstream' })
  const report = judge(third)
  expect(report.revisions?.map(({ signature, changes }) => [signature === null, changes])).toEqual([
    [false, []], [false, ['增加了签名', '填写了表单域“name”']], [true, ['修改了对象 4（流）']],
  ])
  expect(report.revisions?.map(({ end }) => end)).toEqual([first.length, second.length, third.length])
})

describe('evidence that does not fit', () => {
  test('a record of another signature, damaged parts, and junk are told and decide nothing', async () => {
    const file = await sealed(onePage(), signer)
    const junk = update(file, {
      1: bodyOf(file, 1).replace(/>>$/, '/DSS 60 0 R>>'), 60: `<</Certs[61 0 R 99 0 R]/CRLs[61 0 R]/VRI<</${'A'.repeat(40)}<</Cert[61 0 R]>>>>>>`, 61: '<</Length 3>>\nstream\nabc\nendstream',
    })
    const report = judge(junk)
    expect(report.verdict).toBe('valid')
    expect(report.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['pdf.vri-unmatched', 'pdf.dss-damaged']))
    expect(why(report)).toContain('没有这个签名的条目')
  })
  test('a list forged in the file does not clear a certificate', async () => {
    const stranger = await testPki('sm2')
    const file = await sealed(onePage(), signer)
    const forged = update(file, { 1: bodyOf(file, 1).replace(/>>$/, '/DSS<</CRLs[60 0 R]>>>>'), 60: `<</Length ${2 * stranger.crl.length + 1}/Filter/X>>\nstream\n${Buffer.from(stranger.crl).toString('hex')}>\nendstream` })
    expect(verifyPdf(forged, { anchors: [pki.root], crls: [], trust: 'decide' }).verdict).toBe('undecided')
  })
})
