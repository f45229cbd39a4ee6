/** Packages made to harm: each is refused with a code and a Chinese message, or shown without what is bad; none crashes or hangs. */
import { describe, expect, it } from 'vitest'
import { utf8, writeZip } from '#core/formats'
import { ofdPageToSvg, readOfd, readOfdPage } from './index.ts'
import { subsets } from '../subsets.fixture.ts'
import { documentXml, firstPage, leaves, opened, packageOf, pageXml, png, resXml, root, verdict, type Parts } from './reader.fixture.ts'

const path = '<ofd:PathObject ID="3" Boundary="0 0 10 10"><ofd:AbbreviatedData>M 0 0 L 5 5</ofd:AbbreviatedData></ofd:PathObject>'
const content = 'Doc_0/Pages/Page_0/Content.xml'
const document = 'Doc_0/Document.xml'
const withRes = (res: string, page: string): Parts => ({ [document]: documentXml('<ofd:DocumentRes>Res.xml</ofd:DocumentRes>'), 'Doc_0/Res.xml': resXml(res), [content]: pageXml(page) })
const composite = (id: number, inner: string): string => `<ofd:CompositeGraphicUnit ID="${id}" Width="9" Height="9"><ofd:Content>${inner}</ofd:Content></ofd:CompositeGraphicUnit>`
const use = (id: number): string => `<ofd:CompositeObject ID="${100 + id}" Boundary="0 0 9 9" ResourceID="${id}"/>`
const template = (id: number, name: string): string => `<ofd:TemplatePage ID="${id}" BaseLoc="Tpls/${name}.xml"/>`
const templateRef = (id: number): string => `<ofd:Template TemplateID="${id}"/>`

/** Renames an entry in place, in its header and in the directory. */
function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const out = Uint8Array.from(bytes)
  const [old, next] = [utf8(from), utf8(to)]
  expect(next.length).toBe(old.length)
  let found = 0
  for (let i = 0; i + old.length <= out.length; i++) {
    if (!old.every((byte, k) => out[i + k] === byte)) continue
    out.set(next, i)
    found++
  }
  expect(found).toBe(2)
  return out
}

const refused: readonly (readonly [what: string, code: string, bytes: () => Uint8Array])[] = [
  ['no package', 'ofd.zip.no-directory', () => utf8('OFD')],
  ['an empty package', 'ofd.not-ofd', () => writeZip([])],
  ['another package', 'ofd.not-ofd', () => writeZip([{ path: 'word/document.xml', bytes: utf8('<a/>') }])],
  ['an encrypted one', 'ofd.encrypted', () => packageOf({ 'OFD.xml': '', 'Encryptions.xml': '<a/>' })],
  ['a cut one', 'ofd.zip.no-directory', () => packageOf({}).subarray(0, 300)],
  ['a path out of the folder', 'ofd.zip.path', () => renamed(packageOf({ 'aa/bb.txt': 'x' }), 'aa/bb.txt', '../bb.txt')],
  ['an absolute path', 'ofd.zip.path', () => renamed(packageOf({ 'aa/bb.txt': 'x' }), 'aa/bb.txt', '/a/bb.txt')],
  ['one name twice', 'ofd.zip.duplicate', () => renamed(packageOf({ 'Doc_0/Fake_ent.xml': root }), 'Doc_0/Fake_ent.xml', 'Doc_0/Document.xml')],
  ['names that differ by case', 'ofd.zip.duplicate', () => renamed(packageOf({ 'OFD.xm_': root }), 'OFD.xm_', 'ofd.xml')],
  ['a bomb', 'ofd.zip.bomb', () => packageOf({ 'Doc_0/big': new Uint8Array(40 * 1024 * 1024) })],
  ['an entity bomb', 'ofd.xml.doctype', () => packageOf({ 'OFD.xml': `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(100)}">]>${root}` })],
  ['deep nesting', 'ofd.xml.too-deep', () => packageOf({ [content]: pageXml('<ofd:PageBlock>'.repeat(5000) + '</ofd:PageBlock>'.repeat(5000)) })],
  ['half an XML', 'ofd.xml.malformed', () => packageOf({ [document]: documentXml().slice(0, 90) })],
  ['a part in another encoding', 'ofd.xml.encoding', () => packageOf({ 'OFD.xml': Uint8Array.of(0xff, 0xfe, 0x3c, 0) })],
  ['no document', 'ofd.missing', () => packageOf({ [document]: '' })],
  ['no document named', 'ofd.not-ofd', () => packageOf({ 'OFD.xml': '<OFD/>' })],
  ['a document outside', 'ofd.location', () => packageOf({ 'OFD.xml': root.replace('Doc_0/', '../../etc/') })],
  ['no pages', 'ofd.no-pages', () => packageOf({ [document]: documentXml().replace(/<ofd:Page .*\/>/u, '') })],
  ['very many pages', 'ofd.too-many-pages', () => packageOf({ [document]: documentXml().replace(/<ofd:Page .*\/>/u, '<ofd:Page ID="1" BaseLoc="a"/>'.repeat(20_001)) })],
  ['a page that is not there', 'ofd.missing', () => packageOf({ [content]: '' })],
  ['draw parameters in a ring', 'ofd.cycle', () => packageOf(withRes('<ofd:DrawParams><ofd:DrawParam ID="4" Relative="5"/><ofd:DrawParam ID="5" Relative="4"/></ofd:DrawParams>', path))],
  ['a composite unit that contains itself', 'ofd.cycle', () => packageOf(withRes(`<ofd:CompositeGraphicUnits>${composite(4, use(5))}${composite(5, use(4))}</ofd:CompositeGraphicUnits>`, use(4)))],
  ['composite units that double each other', 'ofd.too-complex', () => packageOf(withRes(`<ofd:CompositeGraphicUnits>${Array.from({ length: 40 }, (_, i) => composite(i + 1, i === 39 ? path : use(i + 2).repeat(2))).join('')}</ofd:CompositeGraphicUnits>`, use(1)))],
  ['a template that contains itself', 'ofd.cycle', () => packageOf({ [document]: documentXml(template(7, 'a') + template(8, 'b')), 'Doc_0/Tpls/a.xml': pageXml('', templateRef(8)), 'Doc_0/Tpls/b.xml': pageXml('', templateRef(7)), [content]: pageXml('', templateRef(7)) })],
  ['templates that double each other', 'ofd.too-complex', () => packageOf({
    [document]: documentXml(Array.from({ length: 40 }, (_, i) => template(100 + i, `t${i}`)).join('')),
    ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`Doc_0/Tpls/t${i}.xml`, pageXml(path, i === 39 ? '' : templateRef(101 + i).repeat(2))])),
    [content]: pageXml('', templateRef(100)),
  })],
]

describe('hostile packages', () => {
  it.each(refused)('O40 O43 %s: %s', (_, code, bytes) => {
    const made = bytes()
    const start = performance.now()
    expect(verdict(made)).toBe(code)
    expect(performance.now() - start).toBeLessThan(5000)
    // A page that cannot be read says why, in its place.
    const opened = readOfd(made)
    const said = opened.ok ? ofdPageToSvg(opened.value, 0) : `${opened.error.message} ${opened.error.code}`
    expect(said).toContain(code)
    expect(said).toMatch(/\p{Script=Han}/u)
  })

  it.each([
    ['Boundary="0 0 NaN 10"'], ['Boundary="0 0 1e999 10"'], ['Boundary="0 0 10"'], ['Boundary=""'], ['Boundary="0 0 -5 5"'], ['Boundary="a b c d"'], [''],
    ['Boundary="0 0 9 9" CTM="1 0 0 1 0"'], ['Boundary="0 0 9 9" CTM="Infinity 0 0 1 0 0"'],
  ])('O42 leaves out an object with %s and says so', (attributes) => {
    const page = firstPage({ [content]: pageXml(path.replace('Boundary="0 0 10 10"', attributes) + path) })
    expect(page.shapes.flatMap((shape) => leaves([shape]))).toHaveLength(1)
    expect(page.warnings.map(({ code }) => code)).toEqual(['ofd.bad-object'])
  })

  it.each(['M 0', 'X 1 2', 'M 0 0 L 1', 'M 0 0 <', 'url(http://a)', 'M 0 0 L 1 1e9'])('does not draw the path %j', (data) => {
    const page = firstPage({ [content]: pageXml(path.replace('M 0 0 L 5 5', data.replaceAll('<', '&lt;'))) })
    expect(leaves(page.shapes)).toEqual([])
    expect(page.warnings).toHaveLength(1)
  })

  it('O41 does not follow the number of steps that a text asks for', () => {
    const text = (steps: string): string => `<ofd:TextObject ID="3" Boundary="0 0 9 9" Font="1" Size="3"><ofd:TextCode X="0" Y="3" DeltaX="${steps}">公文处理</ofd:TextCode></ofd:TextObject>`
    const page = firstPage({ [content]: pageXml(text('g 999999 3') + text('g 0 1 2') + text('1') + text('1 2 3 4 5 6 7')) })
    const xs = leaves(page.shapes).map((shape) => (shape.kind === 'text' ? shape.glyphs.map(({ x }) => x) : []))
    expect(xs).toEqual([[0, 3, 6, 9], [0, 2, 4, 6], [0, 1, 2, 3], [0, 1, 3, 6]])
    expect(firstPage({ [content]: pageXml(text('g g g')) }).warnings.map(({ code }) => code)).toEqual(['ofd.bad-object'])
  })

  it('O29 writes nothing of a document into the SVG that is more than text', () => {
    const evil = '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;'
    const parts: Parts = {
      [document]: documentXml('<ofd:PublicRes>Res.xml</ofd:PublicRes>'),
      'Doc_0/Res.xml': resXml(
        `<ofd:Fonts><ofd:Font ID="1" FontName="${evil}" FamilyName="a&quot;; } * { background: url(http://evil.example/)"/></ofd:Fonts>` +
          `<ofd:MultiMedias><ofd:MultiMedia ID="2" Type="Image" Format="${evil}"><ofd:MediaFile>x.svg</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>`,
      ),
      'Doc_0/Res/x.svg': '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
      [content]: pageXml(
        `<ofd:TextObject ID="${evil}" Boundary="0 0 9 9" Font="1" Size="3"><ofd:FillColor Value="${evil}"/><ofd:TextCode X="0" Y="3">${evil}</ofd:TextCode></ofd:TextObject>` +
          '<ofd:ImageObject ID="4" Boundary="0 0 9 9" CTM="9 0 0 9 0 0" ResourceID="2"/>',
      ),
    }
    const svg = ofdPageToSvg(opened(parts), 0, { idPrefix: '"><script>' })
    expect(svg).not.toMatch(/<script|onload=|http:\/\/(?!www\.w3\.org\/2000\/svg")/u)
    expect(svg).toContain('&quot;&gt;&lt;script&gt;')
    for (const match of svg.matchAll(/(?:href|src|url)\s*[=(]\s*"?([^")]*)/gu)) expect(match[1]).toMatch(/^(#script\d+|data:image\/(?:png|jpeg|gif|bmp);base64,)/u)
    expect(firstPage(parts).warnings.map(({ code }) => code)).toEqual(['ofd.unsupported-image'])
  })

  it('O41 pays for a long path each time it is drawn', () => {
    const long = path.replace('L 5 5', 'L 5 5 '.repeat(100_000))
    expect(verdict(packageOf(withRes(`<ofd:CompositeGraphicUnits>${composite(4, long)}</ofd:CompositeGraphicUnits>`, use(4).repeat(1000))))).toBe('ofd.too-complex')
    expect(verdict(packageOf(withRes(`<ofd:CompositeGraphicUnits>${composite(4, long)}</ofd:CompositeGraphicUnits>`, use(4).repeat(10))))).toBe('ok')
  })

  it('O42 takes a damaged glyph for one that is not there', async () => {
    const { bytes } = await subsets.subset('黑体', [...'公口'].map((char) => char.codePointAt(0)!))
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const table = (tag: string): number => {
      const record = Array.from({ length: view.getUint16(4) }, (_, i) => 12 + 16 * i).find((at) => String.fromCharCode(...bytes.subarray(at, at + 4)) === tag)!
      return view.getUint32(record + 8)
    }
    const [loca, glyf, isLong] = [table('loca'), table('glyf'), view.getInt16(table('head') + 50) !== 0]
    const start = (glyph: number): number => glyf + (isLong ? view.getUint32(loca + 4 * glyph) : 2 * view.getUint16(loca + 2 * glyph))
    const parts = (font: Uint8Array): Parts => ({
      [document]: documentXml('<ofd:PublicRes>Res.xml</ofd:PublicRes>'),
      'Doc_0/Res.xml': resXml('<ofd:Fonts><ofd:Font ID="1" FontName="x"><ofd:FontFile>x.ttf</ofd:FontFile></ofd:Font></ofd:Fonts>'),
      'Doc_0/Res/x.ttf': font,
      [content]: pageXml('<ofd:TextObject ID="3" Boundary="0 0 30 9" Font="1" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="5">公口</ofd:TextCode></ofd:TextObject>'),
    })
    expect(ofdPageToSvg(opened(parts(bytes)), 0).match(/<use /gu)).toHaveLength(2)
    // The end of the first contour beyond that of the last; a count of contours that leads out of the table.
    for (const damage of [(at: number) => view.setUint16(at + 10, 60_000), (at: number) => view.setInt16(at, 32_000)]) {
      for (const glyph of [1, 2]) damage(start(glyph))
      const svg = ofdPageToSvg(opened(parts(bytes)), 0)
      expect(svg).not.toMatch(/NaN|<use /u)
      expect(svg).toContain('公口')
    }
  })

  it('O27 writes a picture once, however often it is shown', () => {
    const parts = withRes('<ofd:MultiMedias><ofd:MultiMedia ID="2" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>', '<ofd:ImageObject ID="4" Boundary="0 0 9 9" CTM="9 0 0 9 0 0" ResourceID="2"/>'.repeat(2000))
    const svg = ofdPageToSvg(opened({ ...parts, 'Doc_0/Res/a.png': png }), 0)
    expect(svg.match(/data:image\/png/gu)).toHaveLength(1)
    expect(svg.match(/<use /gu)).toHaveLength(2000)
  })

  it('says that there is no such page', () => {
    expect(readOfdPage(opened({}), 3)).toMatchObject({ ok: false, error: { code: 'ofd.no-page' } })
    expect(ofdPageToSvg(opened({}), -1)).toContain('ofd.no-page')
  })
})
