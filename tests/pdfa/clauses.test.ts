/** One small file that keeps to the standard, and what each clause says when it is broken in it. */
import { describe, expect, it } from 'vitest'
import { checkPdfA } from '#core/output'
import { pdf, stream } from './by-hand.ts'

const properties = (more: string): string =>
  '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  `<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B"/>${more}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
const described = (prefix: string, namespace: string, body: string): string => `<rdf:Description rdf:about="" xmlns:${prefix}="${namespace}">${body}</rdf:Description>`
const dc = (body: string): string => described('dc', 'http://purl.org/dc/elements/1.1/', body)
const exif = (body: string): string => described('exif', 'http://ns.adobe.com/exif/1.0/', body)

/** The head of an ICC profile is what is looked at. */
const profile = (kind: string, space: string): string => {
  const head = Buffer.alloc(128)
  head.writeUInt8(2, 8)
  head.write(`${kind}${space}XYZ `, 12, 'latin1')
  head.write('acsp', 36, 'latin1')
  return head.toString('latin1')
}
type Parts = { catalog?: string; page?: string; resources?: string; content?: string; xmp?: string; intent?: 'RGB ' | 'CMYK' | 'none'; extra?: string[] }

/** Objects: 1 catalog, 2 pages, 3 page, 4 content, 5 metadata, 6 profile, 7 … `extra`. */
const file = ({ catalog = '', page = '', resources = '', content = '', xmp = '', intent = 'RGB ', extra = [] }: Parts): Uint8Array => pdf(
  `<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R${intent === 'none' ? '' : '/OutputIntents[<</S/GTS_PDFA1/OutputConditionIdentifier(x)/DestOutputProfile 6 0 R>>]'}${catalog}>>`,
  '<</Type/Pages/Count 1/Kids[3 0 R]>>', `<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R/Resources<<${resources}>>${page}>>`,
  stream(content), stream(properties(xmp), '/Type/Metadata/Subtype/XML'), stream(profile('mntr', intent === 'CMYK' ? 'CMYK' : 'RGB '), '/N 3'), ...extra,
)
const found = (parts: Parts): readonly string[] => checkPdfA(file(parts)).findings.map(({ clause, code }) => `${clause} ${code.slice(5)}`)
const annotation = (body: string): Parts => ({ page: '/Annots[7 0 R]', extra: [`<</Type/Annot/Rect[0 0 9 9]${body}>>`] })

describe('PDF/A-2b, clause by clause', () => {
  it('a plain file keeps to it', () => {
    expect(found({ content: '0 0 1 rg 9 9 9 9 re f 0 g 1 1 1 1 re S' })).toEqual([])
    expect(found({ intent: 'none' })).toEqual([])
    expect(found({ xmp: dc('<dc:title><rdf:Alt><rdf:li xml:lang="x-default">T</rdf:li></rdf:Alt></dc:title>') + exif('<exif:GPSLatitude>40,48.5N</exif:GPSLatitude>') })).toEqual([])
  })
  it.each<[string, Parts]>([
    ['6.1.6 hex-odd', { catalog: '/X <ABC>' }],
    ['6.1.6 hex-digit', { content: 'BT <0G> Tj ET' }],
    ['6.1.7.1 external-stream', { extra: [stream('', '/F(x)')] }],
    ['6.1.7.2 filter', { extra: [stream('', '/Filter/LZWDecode')] }],
    ['6.1.10 inline-filter', { content: 'BI /W 1 /H 1 /BPC 8 /CS /G /F /LZW ID x EI' }],
    ['6.1.12 permissions', { catalog: '/Perms<</UR 7 0 R>>' }],
    ['6.1.13 integer-range', { catalog: '/X 2147483648' }],
    ['6.1.13 name-long', { catalog: `/${'x'.repeat(128)} 1` }],
    ['6.1.13 string-long', { catalog: `/X (${'x'.repeat(32_768)})` }],
    ['6.1.13 state-nesting', { content: `${'q '.repeat(29)}${'Q '.repeat(29)}` }],
    ['6.1.13 page-size', { page: '/CropBox[0 0 2 500]' }],
    ['6.2.2 operator', { content: 'BX foo EX' }],
    ['6.2.2 resources-inherited', { resources: '/XObject<</X 7 0 R>>/ExtGState<</G<</LW 1>>>>', content: '/X Do', extra: [stream('/G gs', '/Type/XObject/Subtype/Form/BBox[0 0 1 1]')] }],
    ['6.2.4.3 device-rgb', { intent: 'none', content: '1 0 0 rg 0 0 1 1 re f' }],
    ['6.2.4.3 device-cmyk', { content: '1 0 0 0 k 0 0 1 1 re f' }],
    ['6.2.4.4 colorant-missing', { resources: '/ColorSpace<</C[/DeviceN[/Gold]/DeviceRGB 7 0 R]>>', content: '/C cs 0 0 1 1 re f', extra: ['<</FunctionType 2/Domain[0 1]/N 1>>'] }],
    ['6.2.4.4 separation-differs', { resources: '/ColorSpace<</A[/Separation/Gold/DeviceRGB 7 0 R]/B[/Separation/Gold/DeviceGray 7 0 R]>>', content: '/A cs 0 0 1 1 re f /B cs 0 0 1 1 re f', extra: ['<</FunctionType 2/Domain[0 1]/N 1>>'] }],
    ['6.2.5 transfer', { resources: '/ExtGState<</G<</TR/Identity>>>>', content: '/G gs' }],
    ['6.2.6 rendering-intent', { content: '/Vivid ri' }],
    ['6.2.8.1 image-interpolate', { resources: '/XObject<</I 7 0 R>>', content: '/I Do', extra: [stream('x', '/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Interpolate true')] }],
    ['6.2.9 form-postscript', { resources: '/XObject<</X 7 0 R>>', content: '/X Do', extra: [stream('', '/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<>>/Subtype2/PS')] }],
    ['6.2.10 blend-mode', { resources: '/ExtGState<</G<</BM/Glow>>>>', content: '/G gs' }],
    ['6.2.10 blending-space', { intent: 'none', resources: '/ExtGState<</G<</ca 0.5>>>>', content: '/G gs' }],
    ['6.2.11.4.1 font-not-embedded', { resources: '/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>', content: 'BT /F 9 Tf (x) Tj ET' }],
    ['6.3.1 annotation-type', annotation('/Subtype/Movie/F 4/AP<</N 4 0 R>>')],
    ['6.3.2 annotation-no-flags', annotation('/Subtype/Link')],
    ['6.3.2 annotation-flags', annotation('/Subtype/Link/F 6')],
    ['6.3.3 no-appearance', annotation('/Subtype/Square/F 4')],
    ['6.3.3 appearance-entries', annotation('/Subtype/Square/F 4/AP<</N 4 0 R/D 4 0 R>>')],
    ['6.4.1 need-appearances', { catalog: '/AcroForm<</Fields[]/NeedAppearances true>>' }],
    ['6.4.2 xfa', { catalog: '/AcroForm<</Fields[]/XFA[]>>' }],
    ['6.5.1 action', { catalog: '/OpenAction<</S/JavaScript/JS(x)>>' }],
    ['6.5.1 named-action', annotation('/Subtype/Link/F 4/A<</S/Named/N/Print>>')],
    ['6.5.2 page-triggers', { page: '/AA<<>>' }],
    ['6.6.2.1 xmp-malformed', { xmp: '<rdf:Description>' }],
    ['6.6.2.3.1 property-undefined', { xmp: dc('<dc:colour>x</dc:colour>') }],
    ['6.6.2.3.1 property-type', { xmp: exif('<exif:ExposureTime>0.5</exif:ExposureTime>') }],
    ['6.8 embedded-file', { catalog: '/Names<</EmbeddedFiles<</Names[(a)<</F(a)/UF(a)/EF<</F 7 0 R>>>>]>>>>', extra: [stream('text')] }],
    ['6.9 config-name', { catalog: '/OCProperties<</OCGs[]/D<<>>>>' }],
    ['6.10 presentation-steps', { page: '/PresSteps<<>>' }],
    ['6.11 requirements', { catalog: '/Requirements[]' }],
  ])('%s', (expected, parts) => {
    expect(found(parts)).toEqual([expected])
  })
})
