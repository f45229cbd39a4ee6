/** Forms filled in and annotations put on after a signature: what readers allow, and what is used to hide or replace what was signed. */
import { describe, expect, test } from 'vitest'
import { verifyPdf, type VerifyReport } from '../index.ts'
import { onePage, pdfOf, sealed, testPki, update } from './seal.fixture.ts'

const pki = await testPki('p256')
const signer = await pki.signer('p256', '机关')
const judge = (bytes: Uint8Array): VerifyReport => verifyPdf(bytes, { anchors: [pki.root], crls: [pki.crl], trust: 'decide' })
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const stream = (content: string, entries = ''): string => `<<${entries}/Length ${content.length}>>\nstream\n${content}\nendstream`
const look = (content: string, resources = ''): string => stream(content, `/Type/XObject/Subtype/Form/BBox[0 0 80 20]/Resources<<${resources}>>`)
const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>'

describe('PP9b a field that is filled in after a signature that says nothing about fields', () => {
  /** A page that says 100 at 100,700, and one field. */
  const form = (field: string, own = look('/Tx BMC EMC'), said = '100'): Uint8Array => pdfOf([
    '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/DR<</Font<</F 7 0 R>>>>>>>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<</Font<</F 7 0 R>>>>/Contents 4 0 R/Annots[5 0 R]>>',
    stream(`BT /F 12 Tf 100 700 Td (${said}) Tj ET`), `<</Type/Annot/Subtype/Widget/T(sum)${field}/AP<</N 6 0 R>>>>`, own, font,
  ])
  const change = (field: string): Readonly<Record<number, string>> => ({ 5: `<</Type/Annot/Subtype/Widget/T(sum)${field}/AP<</N 6 0 R>>>>`, 6: look('BT /F 12 Tf 2 5 Td (900) Tj ET') })
  test.each([
    ['empty, beside the text', '/FT/Tx/Rect[100 600 180 620]', '/V(900)', undefined, undefined, 'valid'],
    ['with an empty value', '/FT/Tx/Rect[100 600 180 620]/V()', '/V(900)', undefined, undefined, 'valid'],
    ['with the value that a reset gives', '/FT/Tx/Rect[100 600 180 620]/DV(1)/V(1)', '/DV(1)/V(900)', undefined, undefined, 'valid'],
    ['a box that was not ticked', '/FT/Btn/Rect[100 600 180 620]/AS/Off/V/Off', '/AS/Yes/V/Yes', undefined, undefined, 'valid'],
    ['on a line to write on', '/FT/Tx/Rect[95 690 180 720]', '/V(900)', undefined, '____', 'valid'],
    ['a list, scrolled to what was chosen', '/FT/Ch/Rect[100 600 180 620]/Opt[(100)(900)]', '/Opt[(100)(900)]/V(900)/I[1]/TI 1', undefined, undefined, 'valid'],
    ['with a ground of its own', '/FT/Tx/Rect[100 600 180 620]', '/V(900)', look('0.9 g 0 0 80 20 re f'), undefined, 'valid'],
    ['with a value', '/FT/Tx/Rect[100 600 180 620]/V(100)', '/V(900)', undefined, undefined, 'undecided'],
    ['a box that was ticked', '/FT/Btn/Rect[100 600 180 620]/AS/Yes/V/Yes', '/AS/Off/V/Off', undefined, undefined, 'undecided'],
    ['without a value, and with a look that says something', '/FT/Tx/Rect[100 600 180 620]', '/V(900)', look('BT /F 12 Tf 2 5 Td (100) Tj ET'), undefined, 'undecided'],
    ['empty, over what the page says', '/FT/Tx/Rect[95 690 180 720]', '/V(900)', undefined, undefined, 'undecided'],
  ] as const)('%s', async (_, field, filled, own, said, verdict) => {
    const signed = await sealed(form(field, own, said), signer)
    expect(judge(signed).verdict).toBe('valid')
    const place = field.replace(/\/(AS|V|DV)(\/\w+|\(\w*\))|\/Opt\[.*?\]/g, '')
    const report = judge(update(signed, change(place + filled)))
    expect(report).toMatchObject({ verdict, signatures: [{ verdict, modifiedAfter: verdict !== 'valid' }] })
    expect(report.revisions?.at(-1)?.changes).toContain('填写了表单域“sum”')
  })
})

describe('PP9c annotations on a certified document that allows them', async () => {
  const certified = await sealed(onePage(), signer, { docMdp: 3 })
  const page = /3 0 obj\n(.*)\nendobj/.exec(text(certified).slice(onePage().length))?.[1] ?? ''
  const noted = (annotation: string, own?: string): Uint8Array => update(certified, { 3: page.replace(/\/Annots \[(.*?)\]/, '/Annots [$1 90 0 R]'), 90: `<</Type/Annot${annotation}>>`, ...(own === undefined ? {} : { 91: own }) })
  const shown = '/AP<</N 91 0 R>>'
  test.each([
    ['a note', '/Subtype/Text/Rect[10 10 30 30]/Contents(ok)', undefined], ['a note with an icon of its own', `/Subtype/Text/Rect[10 10 30 30]${shown}`, look('1 g 0 0 80 20 re f')],
    ['an attached file', '/Subtype/FileAttachment/Rect[10 10 30 30]', undefined], ['a mark', '/Subtype/Highlight/Rect[100 600 300 640]/QuadPoints[100 640 300 640 100 600 300 600]', undefined],
    ['a mark that lets the words through', `/Subtype/Highlight/Rect[100 600 300 640]${shown}`, look('/G gs 1 1 0 rg 0 0 80 20 re f', '/ExtGState<</G<</BM/Multiply>>>>')],
    ['a line under words', `/Subtype/Underline/Rect[100 600 300 640]${shown}`, look('1 0 0 RG 0 1 m 80 1 l S')],
  ])('%s: valid, told', (_, annotation, own) => {
    expect(page).not.toBe('')
    expect(judge(noted(annotation, own))).toMatchObject({ verdict: 'valid', signatures: [{ modifiedAfter: false }] })
  })
  test.each([
    ['free text', `/Subtype/FreeText/Rect[100 600 400 640]${shown}`, look('1 g 0 0 80 20 re f')], ['free text that the reader draws', '/Subtype/FreeText/Rect[100 600 400 640]/DA(/Helv 12 Tf)/Contents(900)', undefined],
    ['a stamp', `/Subtype/Stamp/Rect[100 600 400 640]${shown}`, look('1 g 0 0 80 20 re f')], ['a redaction', '/Subtype/Redact/Rect[100 600 400 640]/IC[1 1 1]', undefined],
    ['a square', '/Subtype/Square/Rect[100 600 400 640]/IC[1 1 1]', undefined], ['a kind that nobody knows', '/Subtype/Curtain/Rect[100 600 400 640]', undefined],
    ['a mark that hides the words', `/Subtype/Highlight/Rect[100 600 400 640]${shown}`, look('1 g 0 0 80 20 re f')], ['a line as thick as the words', `/Subtype/StrikeOut/Rect[100 600 400 640]${shown}`, look('/X Do')],
    ['a note as large as the page', `/Subtype/Text/Rect[0 0 595 842]${shown}`, look('1 g 0 0 80 20 re f')], ['a link with a look', `/Subtype/Link/Rect[100 600 400 640]${shown}`, look('1 g 0 0 80 20 re f')],
  ])('%s can hide what was certified: not valid', (_, annotation, own) => {
    expect(judge(noted(annotation, own))).toMatchObject({ verdict: 'undecided', signatures: [{ modifiedAfter: true }] })
  })
})

describe('PR11 the place of no earlier table, written as 0', () => {
  const whole = text(onePage())
  test('at the beginning of the file stands no table: as other readers take it', async () => {
    const zero = new Uint8Array(Buffer.from(whole.replace('/Root 1 0 R', '/Root 1 0 R/Prev 0'), 'latin1'))
    expect(judge(zero)).toMatchObject({ verdict: 'unsigned', warnings: [] })
    expect(judge(await sealed(zero, signer))).toMatchObject({ verdict: 'valid', warnings: [] })
  })
  test('any other place that holds no table is damage', () => {
    expect(judge(new Uint8Array(Buffer.from(whole.replace('/Root 1 0 R', '/Root 1 0 R/Prev 9'), 'latin1'))).warnings).not.toEqual([])
  })
})
