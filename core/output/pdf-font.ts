/** Fonts of a PDF: subsets embedded as CIDFontType2 under Identity-H. ISO 32000-1 §9.7 */
import { PDFHexString, PDFName, PDFRawStream, type PDFContext, type PDFRef } from 'pdf-lib'
import { zlibSync } from 'fflate'
import { utf8 } from '#core/formats'
import { fontRoles, readFont, type FontFace, type FontKey, type Page } from '#core/typeset'
import type { FontSubsetter } from './subsetter.ts'

/** A font as the content streams use it. */
export type PdfFont = {
  /** resource name, e.g. F1 */
  readonly name: string
  readonly ref: PDFRef
  /** glyph id in the subset; that of 〓 for characters that the font lacks, 0 when it lacks both */
  glyphOf(char: string): number
  /** advance in thousandths of an em, as written in /W */
  widthOf(glyphId: number): number
}

const asciiNames: Readonly<Record<string, string>> = { 小标宋: 'XiaoBiaoSong', 仿宋: 'FangSong', 黑体: 'HeiTi', 楷体: 'KaiTi', 宋体: 'SongTi' }

/** 〓 stands where no font has the character: a conforming file must not show .notdef, and a hole in a text goes unseen. */
const missingMark = 0x3013

/** The characters of the pages by role, in code point order. */
export function charactersOf(pages: readonly Page[]): ReadonlyMap<FontKey, readonly number[]> {
  const sets = new Map<FontKey, Set<number>>()
  for (const page of pages) {
    for (const glyph of page.glyphs) {
      let set = sets.get(glyph.font)
      if (set === undefined) sets.set(glyph.font, (set = new Set()))
      set.add(glyph.glyphId === 0 ? missingMark : glyph.char.codePointAt(0)!)
    }
  }
  const rank = (key: FontKey): number => (fontRoles as readonly string[]).indexOf(key) >>> 0
  const keys = [...sets.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return new Map(keys.map((key) => [key, [...sets.get(key)!].sort((a, b) => a - b)] as const))
}

/** Embeds a subset for every role that the pages use. Rejects when the subsetter gives something that is not a font. */
export async function embedFonts(context: PDFContext, pages: readonly Page[], subsets: FontSubsetter): Promise<ReadonlyMap<FontKey, PdfFont>> {
  const fonts = new Map<FontKey, PdfFont>()
  for (const [role, codePoints] of charactersOf(pages)) {
    const { bytes, family } = await subsets.subset(role, codePoints)
    const face = readFont(bytes)
    if (!face.ok) throw new TypeError(`${role}: ${face.error.message}`)
    const index = fonts.size
    fonts.set(role, embed(context, `F${index + 1}`, baseName(role, family, index), bytes, face.value, codePoints))
  }
  return fonts
}

/** Subset tag and name: six capitals that differ between the fonts of one file. §9.6.4 */
function baseName(role: FontKey, family: string, index: number): string {
  const name = /^[\x21-\x7e ]+$/.test(family) ? family.replace(/[^A-Za-z0-9-]/g, '') : ''
  return `WENSH${String.fromCharCode(65 + index)}+${name === '' ? asciiNames[role] ?? 'Fallback' : name}`
}

function embed(
  context: PDFContext,
  name: string,
  baseFont: string,
  bytes: Uint8Array,
  face: FontFace,
  codePoints: readonly number[],
): PdfFont {
  const scale = (units: number): number => Math.round((units * 1000) / face.unitsPerEm)
  const widths = Array.from({ length: face.glyphCount }, (_, glyph) => scale(face.advance(glyph)))
  const file = context.register(compressed(context, bytes, { Length1: bytes.length }))
  const descriptor = context.register(context.obj({
    Type: 'FontDescriptor',
    FontName: PDFName.of(baseFont),
    Flags: 4,
    FontBBox: [scale(face.box.xMin), scale(face.box.yMin), scale(face.box.xMax), scale(face.box.yMax)],
    ItalicAngle: 0,
    Ascent: scale(face.ascender),
    Descent: scale(face.descender),
    CapHeight: scale(face.capHeight),
    StemV: face.weightClass >= 600 ? 140 : 80,
    FontFile2: file,
  }))
  const descendant = context.register(context.obj({
    Type: 'Font',
    Subtype: 'CIDFontType2',
    BaseFont: PDFName.of(baseFont),
    CIDSystemInfo: { Registry: PDFHexString.of('41646F6265'), Ordering: PDFHexString.of('4964656E74697479'), Supplement: 0 },
    FontDescriptor: descriptor,
    DW: 1000,
    W: [0, widths],
    CIDToGIDMap: 'Identity',
  }))
  const ref = context.register(context.obj({
    Type: 'Font',
    Subtype: 'Type0',
    BaseFont: PDFName.of(baseFont),
    Encoding: 'Identity-H',
    DescendantFonts: [descendant],
    ToUnicode: context.register(compressed(context, utf8(toUnicode(face, codePoints)), {})),
  }))
  return {
    name,
    ref,
    glyphOf: (char) => face.glyphId(char.codePointAt(0)!) || face.glyphId(missingMark),
    widthOf: (glyph) => widths[glyph] ?? 1000,
  }
}

/** A Flate stream. fflate's output depends on the input alone. */
export function compressed(context: PDFContext, bytes: Uint8Array, entries: Record<string, number | string>): PDFRawStream {
  const data = zlibSync(bytes, { level: 6 })
  return PDFRawStream.of(context.obj({ ...entries, Filter: 'FlateDecode', Length: data.length }), data)
}

const hex4 = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0')

/** Glyph → text, so that the page can be searched and copied. §9.10.3 */
function toUnicode(face: FontFace, codePoints: readonly number[]): string {
  const texts = new Map<number, string>()
  for (const codePoint of codePoints) {
    const glyph = face.glyphId(codePoint)
    if (glyph !== 0 && !texts.has(glyph)) texts.set(glyph, String.fromCodePoint(codePoint))
  }
  const pairs = [...texts].sort(([a], [b]) => a - b).map(([glyph, text]) => {
    const units = Array.from({ length: text.length }, (_, i) => hex4(text.charCodeAt(i))).join('')
    return `<${hex4(glyph)}> <${units}>`
  })
  const blocks: string[] = []
  for (let i = 0; i < pairs.length; i += 100) {
    const part = pairs.slice(i, i + 100)
    blocks.push(`${part.length} beginbfchar\n${part.join('\n')}\nendbfchar\n`)
  }
  return (
    '/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n' +
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n' +
    '/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n' +
    `${blocks.join('')}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n`
  )
}
