/** What a page shows: each kind of object, where it lies and what it is painted with. */
import { describe, expect, it } from 'vitest'
import { ofdPageToSvg } from './index.ts'
import { documentXml, firstPage, leaves, opened, pageXml, png, resXml, root, type Parts } from './reader.fixture.ts'

const content = 'Doc_0/Pages/Page_0/Content.xml'
const document = 'Doc_0/Document.xml'
const line = (id: number, attributes = '', children = ''): string =>
  `<ofd:PathObject ID="${id}" Boundary="1 2 30 40" ${attributes}>${children}<ofd:AbbreviatedData>M 0 0 L 3 4</ofd:AbbreviatedData></ofd:PathObject>`
const text = (code: string, attributes = '', children = ''): string => `<ofd:TextObject ID="3" Boundary="10 20 30 40" Font="1" Size="5" ${attributes}>${children}${code}</ofd:TextObject>`
const withRes = (res: string, page: string, more: Parts = {}): Parts => ({ [document]: documentXml('<ofd:PublicRes>Res.xml</ofd:PublicRes>'), 'Doc_0/Res.xml': resXml(res), [content]: pageXml(page), ...more })
const svgOf = (parts: Parts): string => ofdPageToSvg(opened(parts), 0)

describe('paths', () => {
  it('draws every operator', () => {
    const page = firstPage({ [content]: pageXml('<ofd:PathObject ID="3" Boundary="0 0 9 9"><ofd:AbbreviatedData>S 1 2 M 1 2 L 3 4 Q 1 2 3 4 B 1 2 3 4 5 6 A 5 5 0 1 0 7 8 C</ofd:AbbreviatedData></ofd:PathObject>') })
    expect(leaves(page.shapes)[0]).toMatchObject({ data: 'M1 2M1 2L3 4Q1 2 3 4C1 2 3 4 5 6A5 5 0 1 0 7 8Z' })
  })
  it('strokes black and fills nothing unless told', () => {
    const [one, two] = leaves(firstPage({ [content]: pageXml(line(3) + line(4, 'Stroke="false" Fill="true" Rule="Even-Odd"', '<ofd:FillColor Value="255 0 0" Alpha="51"/>')) }).shapes)
    expect(one).toMatchObject({ fill: null, pen: { width: 0.353, cap: 'butt', paint: { color: { red: 0, green: 0, blue: 0, alpha: 1 } } } })
    expect(two).toMatchObject({ rule: 'evenodd', fill: { color: { red: 255, alpha: 0.2 } }, pen: { paint: null } })
  })
  it('O23 moves to the boundary, cuts there, then applies the matrix and the clips', () => {
    const clips = '<ofd:Clips><ofd:Clip><ofd:Area CTM="1 0 0 1 7 8"><ofd:Path Boundary="1 1 5 5"><ofd:AbbreviatedData>M 0 0 L 5 0 L 5 5 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>'
    const svg = svgOf({ [content]: pageXml(line(3, 'CTM="2 0 0 2 5 6" Alpha="127.5"', clips)) })
    expect(svg).toContain('<path d="M0 0H30V40H0Z"')
    expect(svg).toContain('<path d="M0 0L5 0L5 5Z" clip-rule="nonzero" transform="matrix(1 0 0 1 8 9)"/>')
    expect(svg).toMatch(/<g transform="translate\(1 2\)" clip-path="url\(#ofd-0-\d\)" opacity="0.5"><g transform="matrix\(2 0 0 2 5 6\)" clip-path="url\(#ofd-0-\d\)"><path d="M0 0L3 4"/u)
  })
  it('does not cut a line away whose box has no height', () => {
    expect(svgOf({ [content]: pageXml('<ofd:PathObject ID="3" Boundary="0 5 30 0" LineWidth="0.5"><ofd:AbbreviatedData>M 0 0 L 30 0</ofd:AbbreviatedData></ofd:PathObject>') })).toContain('M0 -0.5H30V0.5H0Z')
  })
})

describe('paint', () => {
  it('O24 knows the colour spaces, palettes and shadings', () => {
    const fill = (inner: string): string => line(3, 'Stroke="false" Fill="true"', inner)
    const spaces = '<ofd:ColorSpaces><ofd:ColorSpace ID="5" Type="GRAY"/><ofd:ColorSpace ID="6" Type="CMYK"/><ofd:ColorSpace ID="7" Type="RGB"><ofd:Palette><ofd:CV>1 2 3</ofd:CV><ofd:CV>4 5 6</ofd:CV></ofd:Palette></ofd:ColorSpace></ofd:ColorSpaces>'
    const stops = '<ofd:Segment Position="0"><ofd:Color Value="255 0 0"/></ofd:Segment><ofd:Segment Position="1"><ofd:Color Value="0 0 255"/></ofd:Segment>'
    const parts = withRes(spaces, [
      fill('<ofd:FillColor Value="128" ColorSpace="5"/>'), fill('<ofd:FillColor Value="0 255 255 0" ColorSpace="6"/>'), fill('<ofd:FillColor Index="1" ColorSpace="7"/>'),
      fill(`<ofd:FillColor><ofd:AxialShd StartPoint="0 0" EndPoint="9 0" MapType="Reflect">${stops}</ofd:AxialShd></ofd:FillColor>`),
      fill(`<ofd:FillColor><ofd:RadialShd StartPoint="1 1" StartRadius="0" EndPoint="2 2" EndRadius="5">${stops}</ofd:RadialShd></ofd:FillColor>`),
    ].join(''))
    const svg = svgOf(parts)
    for (const fill of ['#808080', '#ff0000', '#040506']) expect(svg).toContain(`fill="${fill}"`)
    expect(svg).toContain('<linearGradient id="ofd-0-')
    expect(svg).toContain('spreadMethod="reflect"')
    expect(svg).toMatch(/<radialGradient id="[^"]+" fx="1" fy="1" fr="0" cx="2" cy="2" r="5"/u)
  })
  it('O24 asks the object, its draw parameters and their relatives, then the layer', () => {
    const params =
      '<ofd:DrawParams><ofd:DrawParam ID="4" Relative="5" LineWidth="2"/><ofd:DrawParam ID="5" LineWidth="3" Cap="Round"><ofd:StrokeColor Value="1 1 1"/></ofd:DrawParam><ofd:DrawParam ID="6" Join="Bevel" Cap="Square"/></ofd:DrawParams>'
    const [own, layered] = leaves(firstPage(withRes(params, '', { [content]: pageXml(line(3, 'DrawParam="4"') + line(4, 'LineWidth="9"')).replace('<ofd:Layer', '<ofd:Layer DrawParam="6"') })).shapes)
    expect(own).toMatchObject({ pen: { width: 2, cap: 'round', join: 'bevel', paint: { color: { red: 1 } } } })
    expect(layered).toMatchObject({ pen: { width: 9, cap: 'square', join: 'bevel' } })
  })
})

describe('texts', () => {
  const places = (code: string): unknown[] => leaves(firstPage({ [content]: pageXml(text(code)) }).shapes).flatMap((shape) => (shape.kind === 'text' ? shape.glyphs.map((glyph) => [glyph.text, glyph.x, glyph.y]) : []))
  it('O25 places glyphs by X, Y and both lists of steps', () => {
    expect(places('<ofd:TextCode X="1" Y="4" DeltaX="g 2 3 5" DeltaY="0 1 0">一二三四</ofd:TextCode>')).toEqual([['一', 1, 4], ['二', 4, 4], ['三', 7, 5], ['四', 12, 5]])
  })
  it('O25 goes on after the last place where X and Y are left out, and sets by widths without steps', () => {
    expect(places('<ofd:TextCode X="0" Y="4">国a</ofd:TextCode><ofd:TextCode>务</ofd:TextCode>')).toEqual([['国', 0, 4], ['a', 5, 4], ['务', 7.5, 4]])
  })
  it('counts characters outside the BMP once, also where the steps count them twice', () => {
    for (const steps of ['4 6', '4 0 6', '4 6 0']) {
      expect(places(`<ofd:TextCode X="0" Y="0" DeltaX="${steps}">一\u{20164}二</ofd:TextCode>`)).toEqual([['一', 0, 0], ['\u{20164}', 4, 0], ['二', 10, 0]])
    }
  })
  it('leaves out the line breaks of the XML and keeps blanks', () => {
    expect(places('<ofd:TextCode X="0" Y="0" DeltaX="1">\n   a b \n</ofd:TextCode>').map((place) => (place as string[])[0])).toEqual(['a', ' ', 'b'])
  })
  it('O26 shows what lies on several places as text to select, in the named family and its stand-ins', () => {
    const svg = svgOf(withRes('<ofd:Fonts><ofd:Font ID="1" FontName="仿宋_GB2312" FamilyName="仿宋"/></ofd:Fonts>', text('<ofd:TextCode X="0" Y="4" DeltaX="5">公文</ofd:TextCode>', 'Weight="700" HScale="0.5"')))
    expect(svg).toContain('font-family="&quot;仿宋_GB2312&quot;, &quot;仿宋&quot;, &quot;仿宋_GB2312&quot;, FangSong')
    expect(svg).toMatch(/<text transform="scale\(0.5 1\)" x="0 10" y="4"[^>]*font-weight="bold"[^>]*>公文<\/text>/u)
  })
})

describe('pages', () => {
  it('O21 finds namespaces of any age, byte order marks, paths from the root and in other letter case', () => {
    const parts: Parts = {
      'OFD.xml': `\ufeff${root.replaceAll('http://www.ofdspec.org/2016', 'http://www.ofdspec.org').replace('Doc_0/Document.xml', '/doc_0/DOCUMENT.xml')}`,
      [document]: documentXml().replaceAll('ofd:', '').replaceAll('xmlns:ofd', 'xmlns').replace('Pages/Page_0', '/Doc_0/Pages/../PAGES/./Page_0'),
      [content]: pageXml(line(3)),
    }
    expect(leaves(firstPage(parts).shapes)).toHaveLength(1)
  })
  it('O22 draws templates below or above, nested ones too, and layers by their kind', () => {
    const order = (parts: Parts): unknown[] => leaves(firstPage(parts).shapes).map((shape) => (shape.kind === 'path' ? shape.pen.width : null))
    const layer = (type: string, width: number): string => `<ofd:Layer Type="${type}">${line(width, `LineWidth="${width}"`)}</ofd:Layer>`
    expect(order({
      [document]: documentXml('<ofd:TemplatePage ID="7" BaseLoc="T/a.xml"/><ofd:TemplatePage ID="8" BaseLoc="T/b.xml" ZOrder="Foreground"/><ofd:TemplatePage ID="9" BaseLoc="T/c.xml"/>'),
      'Doc_0/T/a.xml': pageXml(line(3, 'LineWidth="1"'), '<ofd:Template TemplateID="9"/>'),
      'Doc_0/T/b.xml': pageXml(line(3, 'LineWidth="2"')),
      'Doc_0/T/c.xml': pageXml(line(3, 'LineWidth="3"')),
      [content]: `<Page><Template TemplateID="8"/><Template TemplateID="7" ZOrder="Background"/><Content>${layer('Foreground', 6)}${layer('Body', 5)}${layer('Background', 4)}</Content></Page>`.replaceAll('ofd:', ''),
    })).toEqual([3, 1, 4, 5, 6, 2])
  })
  it('takes the page size from its own area', () => {
    expect(firstPage({ [content]: pageXml('', '<ofd:Area><ofd:PhysicalBox>0 0 30 20</ofd:PhysicalBox></ofd:Area>') }).box).toEqual({ x: 0, y: 0, width: 30, height: 20 })
    expect(firstPage({}).box).toEqual({ x: 0, y: 0, width: 100, height: 80 })
  })
  it('draws blocks, composite units and pictures', () => {
    const parts = withRes(
      `<ofd:MultiMedias><ofd:MultiMedia ID="5" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>` +
        `<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="6" Width="9" Height="9"><ofd:Content>${line(3)}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>`,
      `<ofd:PageBlock><ofd:PageBlock>${line(7)}</ofd:PageBlock></ofd:PageBlock><ofd:CompositeObject ID="8" Boundary="0 0 9 9" ResourceID="6"/><ofd:ImageObject ID="9" Boundary="1 1 4 2" CTM="4 0 0 2 0 0" ResourceID="5"/>`,
      { 'Doc_0/Res/a.png': png },
    )
    expect(leaves(firstPage(parts).shapes).map(({ kind }) => kind)).toEqual(['path', 'path', 'image'])
  })
  it('draws annotations over all, unless they are hidden', () => {
    const annotation = (attributes: string): string => `<ofd:Annot ID="20" Type="Path" ${attributes}><ofd:Appearance Boundary="5 6 9 9">${line(3)}</ofd:Appearance></ofd:Annot>`
    const svg = svgOf({
      [document]: documentXml('', '<ofd:Annotations>A/Annotations.xml</ofd:Annotations>'),
      'Doc_0/A/Annotations.xml': '<Annotations><Page PageID="1"><FileLoc>p.xml</FileLoc></Page><Page PageID="1"><FileLoc>none.xml</FileLoc></Page></Annotations>',
      'Doc_0/A/p.xml': `<ofd:PageAnnot xmlns:ofd="http://www.ofdspec.org/2016">${annotation('')}${annotation('Visible="false"')}</ofd:PageAnnot>`,
    })
    expect(svg.match(/translate\(5 6\)/gu)).toHaveLength(1)
  })
})
