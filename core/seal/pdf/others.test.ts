/** What other makers do to signed files that is not an attack, and what looks like it and is one. */
import { describe, expect, test } from 'vitest'
import { verifyPdf, type VerifyReport } from '../index.ts'
import { onePage, openSignatureDict, pdfOf, sealed, signedAtOnce, signedBy, testPki, update } from './seal.fixture.ts'
import { buildDetachedCms, digest } from '#core/crypto'

const pki = await testPki('p256')
const signer = await pki.signer('p256', '机关')
const judge = (bytes: Uint8Array): VerifyReport => verifyPdf(bytes, { anchors: [pki.root], crls: [pki.crl], trust: 'decide' })
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const why = (report: VerifyReport): string => report.signatures.flatMap(({ steps }) => steps.filter(({ result }) => result !== 'pass').map(({ detail }) => detail)).join('|')
const second = { place: { page: 1, x: 60, y: 200, diameter: 42 } } as const
const byStranger = (pdf: Uint8Array): Promise<Uint8Array> =>
  signedBy(pdf, "/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20261124100000+00'00')", (covered) => buildDetachedCms({ contentDigest: digest('sha256', covered), chain: [] }, signer))
const page = (annots: string): string => `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>/Contents 4 0 R/Annots[${annots}]>>`

describe('PP9 a field must have a signature of its own', async () => {
  const first = await byStranger(onePage())
  const borrowed = '<</Type/Annot/Subtype/Widget/FT/Sig/T(Copy)/F 132/Rect[0 0 595 842]/P 3 0 R/AP<</N 91 0 R>>/V 81 0 R>>'
  const cover = '<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Length 20>>\nstream\n1 g 0 0 595 842 re f\nendstream'
  test('one added later that borrows the value of an earlier signature covers the page with a seal that nobody set', () => {
    const forged = update(first, { 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[80 0 R 90 0 R]/SigFlags 3>>>>', 3: page('80 0 R 90 0 R'), 90: borrowed, 91: cover })
    expect(judge(forged)).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }] })
  })
  test('two of them with one value, both covered by it: one signature', async () => {
    const twice = await byStranger(pdfOf([
      '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[80 0 R 5 0 R]>>>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>', page('5 0 R'), '<</Length 4>>\nstream\n0 g \nendstream',
      '<</Type/Annot/Subtype/Widget/FT/Sig/T(Same)/F 132/Rect[0 0 9 9]/P 3 0 R/V 81 0 R>>',
    ]))
    expect(judge(twice).signatures.length).toBe(1)
  })
})

describe('PP9 references to nothing', () => {
  test('that only the trailer has are free to be filled, as other programs number their objects', async () => {
    const office = pdfOf([
      '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>', page('5 0 R'), '<</Length 4>>\nstream\n0 g \nendstream',
      '<</Type/Annot/Subtype/Widget/FT/Sig/T(Office)/F 132/Rect[0 0 0 0]/P 3 0 R/V 6 0 R>>', openSignatureDict,
    ])
    const first = await signedAtOnce(text(office).replace('/Root 1 0 R', '/AdditionalStreams[/odt 82 0 R]/Root 1 0 R'), signer)
    const later = update(first, { 1: '<</Type/Catalog/Pages 2 0 R/DSS<</Certs[82 0 R]>>/AcroForm<</Fields[5 0 R]/SigFlags 3>>>>', 82: '<</Length 1>>\nstream\nx\nendstream' })
    expect(judge(later)).toMatchObject({ verdict: 'valid', signatures: [{ modifiedAfter: false }] })
  })
  test('that the catalog has are not', async () => {
    const first = await byStranger(onePage())
    const named = update(first, { 1: '<</Type/Catalog/Pages 2 0 R/OpenAction 82 0 R/AcroForm<</Fields[80 0 R]/SigFlags 3>>>>', 82: '<</S/JavaScript/JS(x)>>' })
    expect(judge(named).verdict).toBe('invalid')
  })
})

describe('PP9a room for a signature that nobody gave', () => {
  const room = (entries: string): Uint8Array => pdfOf([
    '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>', page('5 0 R'), '<</Length 4>>\nstream\n0 g \nendstream',
    `<</Type/Annot/Subtype/Widget/FT/Sig/T(Empty)/F 132/Rect[0 0 0 0]/P 3 0 R${entries}>>`, '<</Type/Sig/Filter/Adobe.PPKLite>>',
  ])
  test('no value at all: unsigned, nothing to tell', () => expect(judge(room(''))).toMatchObject({ verdict: 'unsigned', warnings: [] }))
  test.each([
    ['a dictionary with nothing in it', '/V 6 0 R'], ['zeros and no range', `/V<</Type/Sig/Contents<${'00'.repeat(20)}>>>`], ['zeros and a range of zeros', '/V<</Type/Sig/ByteRange[0 0 0 0]/Contents<0000>>>'],
  ])('%s: unsigned, and told', (_, value) => {
    expect(judge(room(value))).toMatchObject({ verdict: 'unsigned', signatures: [], warnings: [{ code: 'pdf.signature-unfilled' }] })
  })
  test.each([
    ['zeros under a range', '/V<</Type/Sig/SubFilter/adbe.pkcs7.detached/ByteRange[0 100 200 300]/Contents<0000>>>'],
    ['a value without a range', '/V<</Type/Sig/SubFilter/adbe.pkcs7.detached/Contents<3003020101>>>'], ['a range without a value', '/V<</Type/Sig/SubFilter/adbe.pkcs7.detached/ByteRange[0 100 200 300]>>'],
    ['null as a range', '/V<</Type/Sig/SubFilter/adbe.pkcs7.detached/ByteRange null/Contents<3003020101>>>'], ['negative numbers', '/V<</Type/Sig/SubFilter/adbe.pkcs7.detached/ByteRange[0 -1 -2 -3]/Contents<00>>>'],
  ])('%s: a signature that lost something, invalid', (_, value) => {
    expect(judge(room(value))).toMatchObject({ verdict: 'invalid', signatures: [{ id: 'Empty', verdict: 'invalid' }] })
  })
  test('a place kept in a signed file may be signed later', async () => {
    const kept = await sealed(room('/V 6 0 R'), signer)
    expect(judge(kept)).toMatchObject({ verdict: 'valid', warnings: [{ code: 'pdf.signature-unfilled' }] })
  })
})

describe('PP9a a signature that no field leads to', async () => {
  const first = await byStranger(onePage())
  const tail = (change: (text: string) => string): Uint8Array => new Uint8Array(Buffer.concat([first.subarray(0, 0), Buffer.from(change(text(first)), 'latin1')]))
  test.each([['its field is of another kind', '/FT/Sig', '/FT/Tig'], ['its field lost its value', '/V 81 0 R', '/X 81 0 R'], ['the form names another field', '/Fields[80 0 R]', '/Fields[70 0 R]']])(
    '%s: listed, invalid, and not like a file that was never signed', (_, from, to) => {
      const report = judge(tail((whole) => whole.replace(from, to)))
      expect(report.verdict).toBe('invalid')
      expect(report.signatures.length).toBe(1)
    })
  test('usage rights are nobody’s seal', () => {
    const rights = pdfOf([
      '<</Type/Catalog/Pages 2 0 R/Perms<</UR3 5 0 R>>>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>', '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>', '<</A 1>>',
      '<</Type/Sig/SubFilter/adbe.pkcs7.detached/ByteRange[0 10 20 30]/Contents<3003020101>>>',
    ])
    expect(judge(rights)).toMatchObject({ verdict: 'unsigned', signatures: [] })
  })
})

describe('PP9 tags', async () => {
  const tagged = pdfOf([
    '<</Type/Catalog/Pages 2 0 R/StructTreeRoot 5 0 R/MarkInfo<</Marked true>>>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>/Contents 4 0 R/StructParents 0>>', '<</Length 4>>\nstream\n0 g \nendstream',
    '<</Type/StructTreeRoot/K 6 0 R/ParentTree 7 0 R/ParentTreeNextKey 1>>', '<</S/Document/P 5 0 R/K[8 0 R]>>', '<</Nums[0[8 0 R]]>>', '<</S/P/P 6 0 R/Pg 3 0 R/K 0/ActualText(agreed)>>',
  ])
  const first = await sealed(tagged, signer)
  const grown = { 5: '<</Type/StructTreeRoot/K 6 0 R/ParentTree 7 0 R/ParentTreeNextKey 2>>', 6: '<</S/Document/P 5 0 R/K[8 0 R 90 0 R]>>', 7: '<</Nums[0[8 0 R]1 90 0 R]>>', 90: '<</S/Form/P 6 0 R>>' }
  test('may grow with a later signature, which is told', () => {
    expect(judge(update(first, grown)).verdict).toBe('valid')
    expect(why(judge(update(first, grown)))).toContain('增加了结构标签')
  })
  test.each([
    ['another text to be read aloud', { 8: '<</S/P/P 6 0 R/Pg 3 0 R/K 0/ActualText(refused)>>' }], ['an element gone', { 6: '<</S/Document/P 5 0 R/K[90 0 R]>>', 90: '<</S/Form/P 6 0 R>>' }],
    ['a new order', { 6: '<</S/Document/P 5 0 R/K[90 0 R]>>', 90: '<</S/P/P 6 0 R>>' }], ['another tree', { 1: '<</Type/Catalog/Pages 2 0 R/StructTreeRoot 90 0 R>>', 90: '<</Type/StructTreeRoot>>' }],
  ])('%s: invalid', (_, objects) => expect(judge(update(first, objects)).verdict).toBe('invalid'))
})

describe('PP9 numbers that another writer rounded', async () => {
  const first = await byStranger(onePage())
  const sized = (box: string): string => `<</Type/Page/Parent 2 0 R/MediaBox[${box}]/Resources<<>>/Contents 4 0 R/Annots[80 0 R]>>`
  test.each([['0 0 595.276 841.89', 'valid'], ['0.0 0.0 595.2760 841.8900', 'valid'], ['0 0 595.27601 841.89001', 'valid'], ['0 0 595.28 841.89', 'invalid'], ['0 0 595.276 842', 'invalid'], ['0 0 595 841.89', 'invalid']])(
    '%s: %s', (box, verdict) => expect(judge(update(first, { 3: sized(box) })).verdict).toBe(verdict))
})

test.each([['/NeedAppearances true', '', 'valid'], ['/NeedAppearances true', '/NeedAppearances false', 'valid'], ['', '/NeedAppearances true', 'invalid']])('PP9 looks of fields made by the reader: from "%s" to "%s" is %s', async (was, is, verdict) => {
  const form = (appearances: string): string => `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3${appearances}>>>>`
  const first = await signedAtOnce(text(pdfOf([
    form(was), '<</Type/Pages/Count 1/Kids[3 0 R]>>', page('5 0 R'), '<</Length 4>>\nstream\n0 g \nendstream', '<</Type/Annot/Subtype/Widget/FT/Sig/T(A)/F 132/Rect[0 0 0 0]/P 3 0 R/V 6 0 R>>', openSignatureDict,
  ])), signer)
  expect(judge(update(first, { 1: form(is) })).verdict).toBe(verdict)
})

test('PP9 a later seal beside the first, by hand of another program', async () => {
  const first = await byStranger(onePage())
  expect(judge(await sealed(first, signer, second)).signatures.map(({ verdict }) => verdict)).toEqual(['valid', 'valid'])
})

describe('PP9 a signature whose field stands on the page and not in the form, as some programs leave it', async () => {
  const first = await sealed(onePage(), signer)
  const ref = Number(/\/Annots \[(\d+)/.exec(text(first))![1])
  const catalog = /1 0 obj\n(<<\/Type \/Catalog.*>>)\n/.exec(text(first))?.[1] ?? ''
  const beside = async (value: (covered: Uint8Array) => Promise<Uint8Array> | Uint8Array): Promise<Uint8Array> => {
    const file = text(await signedBy(first, "/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20261124100000+00'00')", () => new Uint8Array(0)))
      .replace(/(\n1 0 obj\n)<<\/Type\/Catalog\/Pages 2 0 R\/AcroForm<<\/Fields\[80 0 R\]\/SigFlags 3>>>>/, `$1${'<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields['}${ref} 0 R]/SigFlags 3>>>>`.padEnd(1))
      .replace('/Contents 4 0 R/Annots[80 0 R]', `/Contents 4 0 R/Annots[${ref} 0 R 80 0 R]`)
    return resign(file, value)
  }
  /** Sets the table and the signature right after the text was changed. */
  const resign = async (file: string, value: (covered: Uint8Array) => Promise<Uint8Array> | Uint8Array): Promise<Uint8Array> => {
    const tail = first.length
    const at = (num: number): string => String(file.indexOf(`\n${num} 0 obj\n`, tail - 1) + 1).padStart(10, '0')
    const rows = [1, 3, 80, 81].map((num) => `${num} 1\n${at(num)} 00000 n \n`).join('')
    const start = file.lastIndexOf('xref\n', file.lastIndexOf('startxref') - 1)
    const trailer = file.slice(file.indexOf('trailer', start)).replace(/startxref\n\d+/, `startxref\n${start}`)
    const out = Buffer.from(`${file.slice(0, start)}xref\n${rows}${trailer}`, 'latin1')
    const from = out.indexOf('/Contents <0000', tail) + 10
    const to = out.indexOf('>', from) + 1
    out.write(`[0 ${[from, to, out.length - to].map((n) => String(n).padStart(10, '0')).join(' ')}]`, out.indexOf('/ByteRange [', tail) + 11, 'latin1')
    out.write(Buffer.from(await value(Buffer.concat([out.subarray(0, from), out.subarray(to)]))).toString('hex'), from + 1, 'latin1')
    return new Uint8Array(out)
  }
  test('is listed and judged like any other, and told; the earlier one keeps its own', async () => {
    expect(catalog).not.toBe('')
    const file = await beside((covered) => buildDetachedCms({ contentDigest: digest('sha256', covered), chain: [] }, signer))
    const report = judge(file)
    expect(report.signatures.map(({ verdict }) => verdict)).toEqual(['valid', 'valid'])
    expect(why(report)).toContain('没有列入表单')
    expect(report.verdict).toBe('valid')
  })
  test('whose value is wrong makes the file invalid', async () => {
    expect(judge(await beside(() => new Uint8Array(Buffer.from('3003020101', 'hex')))).verdict).toBe('invalid')
  })
})
