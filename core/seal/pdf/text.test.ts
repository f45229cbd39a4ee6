import { describe, expect, test } from 'vitest'
import { pdfKeywordPlaces } from './keyword.ts'
import { pdfOf } from './seal.fixture.ts'
import { findPdfWords } from './text.ts'

const MM = 25.4 / 72
const streamOf = (dict: string, content: string): string => `<<${dict}/Length ${content.length}>>\nstream\n${content}\nendstream`
const simple = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/FirstChar 32/Widths[250 500 500 500 500 500 500 500 500 500 500 500 500 500 500 500 600 600 600 600 600 600 600 600 600 600]>>'
/** Han in Identity-H: codes 1, 2, 3 are 某, 办, 厅 by single entries, 16–18 are a range, 32 one of a list. */
const cmap = '/CIDInit /ProcSet findresource begin 1 begincodespacerange <0000> <FFFF> endcodespacerange\n3 beginbfchar <0001> <67D0> <0002> <529E> <0003> <5385> endbfchar\n2 beginbfrange <0010> <0012> <4E00>\n<0020> <0021> [<7AE0> <D840DC00>] endbfrange end'

const pageOf = (content: string, more: { readonly fonts?: string; readonly extra?: readonly string[]; readonly entries?: string; readonly resources?: string } = {}): Uint8Array => pdfOf([
  '<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595.28 841.89]>>',
  `<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<<${more.fonts ?? '/F 5 0 R /H 6 0 R'}>>${more.resources ?? ''}>>${more.entries ?? ''}>>`,
  streamOf('', content), simple,
  '<</Type/Font/Subtype/Type0/BaseFont/S/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 8 0 R>>', '<</Type/Font/Subtype/CIDFontType2/BaseFont/S/DW 1000/W[16[500 500] 18 18 250]>>', streamOf('', cmap),
  ...(more.extra ?? []),
])
const find = (pdf: Uint8Array, text: string) => {
  const found = findPdfWords(pdf, text)
  if (!found.ok) throw new Error(`${found.error.code} ${found.error.message}`)
  return found.value
}
/** Left end, right end and baseline in points from the page's lower left. */
const span = (pdf: Uint8Array, text: string, size = 10): readonly number[] => find(pdf, text).words.flatMap(({ x, y, width, height }) => [x / MM, (x + width) / MM, 841.89 - (y + height) / MM + 0.12 * size].map((value) => Math.round(value * 100) / 100))

describe('PP5a words of a PDF', () => {
  test.each<[string, string, string, readonly number[]]>([
    ['a plain line', 'BT /F 10 Tf 100 700 Td (0123) Tj ET', '0123', [100, 124, 700]],
    ['part of it', 'BT /F 10 Tf 100 700 Td (0123) Tj ET', '12', [106, 118, 700]],
    ['corrections between letters', 'BT /F 10 Tf 100 700 Td [(01) -1000 (2) 500 (3)] TJ ET', '0123', [100, 129, 700]],
    ['spacing of letters and words, horizontal scale', 'BT /F 10 Tf 1 Tc 2 Tw 50 Tz 100 700 Td (0 1) Tj ET', '01', [100, 109.25, 700]],
    ['next lines', 'BT /F 10 Tf 14 TL 100 700 Td (0) Tj T* (1) Tj 0 -10 TD (2) Tj (3) \' 3 4 (4) " ET', '4', [100, 106, 656]],
    ['a matrix of the page and one of the text', 'q 2 0 0 2 10 20 cm BT 1 0 0 1 50 100 Tm /F 10 Tf (01) Tj ET Q', '01', [110, 134, 218.8]],
    ['words over several strings, blanks apart', 'BT /F 10 Tf 100 700 Td (0 1) Tj 40 0 Td ( 2) Tj ET', '0 12', [100, 148.5, 700]],
    ['Han by a map, with widths of their own', 'BT /H 10 Tf 100 700 Td <000100020003> Tj <001000110012> Tj ET', '厅一丁丂', [120, 142.5, 700]],
    ['a list of a map, and a character beyond the plane', 'BT /H 10 Tf 100 700 Td <00200021> Tj ET', '章𠀀', [100, 120, 700]],
  ])('%s', (_name, content, text, expected) => {
    expect(span(pageOf(content), text)).toEqual(expected)
  })

  test('in a form, through its matrix; a form that calls itself ends', () => {
    const form = streamOf('/Type/XObject/Subtype/Form/BBox[0 0 500 500]/Matrix[1 0 0 1 30 40]/Resources<</Font<</F 5 0 R>>/XObject<</Self 9 0 R>>>>', 'BT /F 10 Tf (0) Tj ET /Self Do')
    const pdf = pageOf('q 1 0 0 1 100 200 cm /X Do Q', { resources: '/XObject<</X 9 0 R>>', extra: [form] })
    expect(span(pdf, '0').slice(0, 3)).toEqual([130, 136, 240])
    expect(find(pdf, '0').words.length).toBeLessThan(20)
  })

  test('turned text has its box on the page', () => {
    const [word] = find(pageOf('BT /F 10 Tf 0 1 -1 0 300 400 Tm (01) Tj ET'), '01').words
    expect([word!.x / MM, word!.width / MM, word!.height / MM].map(Math.round)).toEqual([291, 10, 12])
  })

  test('the data of an inline picture are no text', () => {
    expect(span(pageOf('BI /W 1 /H 1 /BPC 8 /CS /G ID (0) Tj\u0001 EI BT /F 10 Tf 100 700 Td (0) Tj ET'), '0')).toEqual([100, 106, 700])
  })

  test('Chinese fonts of a named map, without a map of their own', () => {
    const fonts = '/N <</Type/Font/Subtype/Type0/BaseFont/STSong/Encoding/UniGB-UCS2-H/DescendantFonts[7 0 R]>> /G <</Type/Font/Subtype/Type0/BaseFont/STSong/Encoding/GBK-EUC-H/DescendantFonts[7 0 R]>>'
    expect(span(pageOf('BT /N 10 Tf 100 700 Td <67D0529E5385> Tj ET', { fonts }), '办厅')).toEqual([110, 130, 700])
    expect(span(pageOf('BT /G 10 Tf 100 700 Td <C4B3B0ECCCFC> Tj ET', { fonts }), '某办')).toEqual([100, 120, 700])
  })

  test('a content in several parts, cut between two words', () => {
    const pdf = pdfOf(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595.28 841.89]>>', '<</Type/Page/Parent 2 0 R/Contents[5 0 R 6 0 R]/Resources<</Font<</F 4 0 R>>>>>>', simple, streamOf('', 'BT /F 10 Tf 100 700'), streamOf('', 'Td (0123) Tj ET')])
    expect(span(pdf, '0123')).toEqual([100, 124, 700])
  })
})

describe('PP5a places', () => {
  const places = (pdf: Uint8Array, keyword: string, which: 'all' | 'first' | 'last' = 'last') => pdfKeywordPlaces({ pdf, keyword, which, width: 42, height: 42 })
  const line = 'BT /H 10 Tf 300 400 Td <000100020003> Tj 0 -100 Td <000100020003> Tj ET'
  test('the middle of the words; the last ones, the first, or all', () => {
    const middle = (y: number) => ({ page: 1, x: 315 * MM, y: (841.89 - y - 3.8) * MM, diameter: 42 })
    const close = (found: ReturnType<typeof places>) => found.ok ? found.value.map((place) => ({ ...place, x: Math.round(place.x * 10), y: Math.round(place.y * 10) })) : found.error.code
    const wanted = [middle(400), middle(300)].map((place) => ({ ...place, x: Math.round(place.x * 10), y: Math.round(place.y * 10) }))
    expect(close(places(pageOf(line), '某办厅', 'all'))).toEqual(wanted)
    expect(close(places(pageOf(line), '某办厅'))).toEqual(wanted.slice(1))
    expect(close(places(pageOf(line), '某办厅', 'first'))).toEqual(wanted.slice(0, 1))
  })
  test('words near an edge get the whole seal', () => {
    expect(places(pageOf('BT /H 10 Tf 5 5 Td <0001> Tj ET'), '某')).toMatchObject({ ok: true, value: [{ x: 21, y: expect.closeTo(297 - 21, 0) }] })
  })
  test.each<[string, string, Uint8Array, string]>([
    ['words that are not there', '没有', pageOf(line), 'seal.keyword'], ['no words', '  ', pageOf(line), 'seal.keyword'],
    ['text of which the file does not say what it is', '某', pageOf('BT /U 10 Tf 9 9 Td <0001> Tj ET', { fonts: '/U <</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[7 0 R]>>' }), 'seal.keyword-unreadable'],
    ['text in a font that is not there', '某', pageOf('BT /Z 10 Tf 9 9 Td (x) Tj ET'), 'seal.keyword-unreadable'],
    ['no PDF', '某', new Uint8Array(20), 'pdf.header'], ['a damaged content', '某', pageOf('BT /F 10 Tf (unclosed'), 'pdf.syntax'],
    ['a content that is packed in another way', '某', pdfOf(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 841]>>', '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>', streamOf('/Filter/LZWDecode', 'x')]), 'pdf.filter'],
  ])('refuses %s', (_name, keyword, pdf, code) => {
    const found = places(pdf, keyword)
    expect(found.ok ? 'found' : found.error.code).toBe(code)
  })
  test('ends on a content of endless operators, deep states and huge maps', () => {
    const started = performance.now()
    expect(places(pageOf('q '.repeat(200_000) + '0 0 Td '.repeat(100_000)), '某').ok).toBe(false)
    expect(places(pageOf(line, { fonts: '/H <</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 9 0 R>>', extra: [streamOf('', `1 beginbfrange ${'<0000> <FFFF> <0000> '.repeat(2000)} endbfrange`)] }), '没有').ok).toBe(false)
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})
