/**
 * Fonts of a PDF: subsets embedded as CIDFontType2 under Identity-H. ISO 32000-1 §9.7
 *
 * CIDs are the glyph ids of the whole font, and CIDToGIDMap leads to the subset: so a page's content does not depend on what
 * other pages of its document say, and is written anew only when the page itself changes.
 */
import { utf8 } from '#core/formats'
import { fontRoles, readFont, type FontFace, type FontKey, type PlacedGlyph } from '#core/typeset'
import { deflated, ref, type PdfObjects } from './pdf-file.ts'
import { deflatedSparse } from './pdf-sparse.ts'
import { toUnicode } from './pdf-unicode.ts'
import type { FontSubsetter } from './subsetter.ts'

/** 〓 stands where no font has the character: a conforming file must not show .notdef, and a hole in a text goes unseen. */
const missingMark = 0x3013
/** The CID of 〓 in that place: one past the last glyph id that a font can have. */
export const missingCid = 0xffff

export const cidOf = (glyph: PlacedGlyph): number => (glyph.glyphId === 0 ? missingCid : glyph.glyphId)
const codePointOf = (glyph: PlacedGlyph): number => (glyph.glyphId === 0 ? missingMark : glyph.char.codePointAt(0)!)

/** CIDs in ascending order with their code points. `byGlyph`: the font is cut by glyph ids, as its letters change their forms. */
export type Used = { readonly cids: Uint16Array; readonly codePoints: Uint32Array; readonly byGlyph?: true }

/** What a page uses of each font. Where characters share a glyph the lowest code point speaks for it. */
export function usedBy(glyphs: readonly PlacedGlyph[]): ReadonlyMap<FontKey, Used> {
  const used = new Map<FontKey, Map<number, number>>()
  let key: FontKey | undefined
  let set = new Map<number, number>()
  const shaped = new Set<FontKey>()
  for (const glyph of glyphs) {
    if (glyph.font !== key) {
      key = glyph.font
      const known = used.get(key)
      if (known === undefined) used.set(key, (set = new Map()))
      else set = known
    }
    const codePoint = codePointOf(glyph)
    const note = (cid: number): void => {
      const known = set.get(cid)
      if (known === undefined || codePoint < known) set.set(cid, codePoint)
    }
    if (glyph.shaped === undefined) note(cidOf(glyph))
    else {
      shaped.add(glyph.font)
      for (const { glyphId } of glyph.shaped) note(glyphId)
    }
  }
  return new Map([...used].map(([font, found]) => {
    const cids = Uint16Array.from(found.keys()).sort()
    return [font, { cids, codePoints: Uint32Array.from(cids, (cid) => found.get(cid)!), ...(shaped.has(font) ? { byGlyph: true as const } : {}) }] as const
  }))
}

/** What a document uses, fonts in the order of their roles. */
export function merged(pages: readonly ReadonlyMap<FontKey, Used>[]): ReadonlyMap<FontKey, Used> {
  // Code point plus one by CID: pages share most of their characters, and a table is quickest at finding that out.
  const tables = new Map<FontKey, Uint32Array>()
  const shaped = new Set<FontKey>()
  for (const page of pages) {
    for (const [key, { cids, codePoints, byGlyph }] of page) {
      if (byGlyph === true) shaped.add(key)
      let table = tables.get(key)
      if (table === undefined) tables.set(key, (table = new Uint32Array(missingCid + 1)))
      for (let i = 0; i < cids.length; i++) {
        const cid = cids[i]!
        const entry = codePoints[i]! + 1
        if (table[cid] === 0 || entry < table[cid]!) table[cid] = entry
      }
    }
  }
  const rank = (key: FontKey): number => (fontRoles as readonly string[]).indexOf(key) >>> 0
  const keys = [...tables.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return new Map(keys.map((key) => {
    const table = tables.get(key)!
    const cids: number[] = []
    for (let cid = 0; cid <= missingCid; cid++) if (table[cid] !== 0) cids.push(cid)
    return [key, { cids: Uint16Array.from(cids), codePoints: Uint32Array.from(cids, (cid) => table[cid]! - 1), ...(shaped.has(key) ? { byGlyph: true as const } : {}) }] as const
  }))
}

/** Everything of a font that is written into the file but its name. */
export type CutFont = {
  readonly family: string
  readonly face: FontFace
  readonly file: Uint8Array
  readonly fileLength: number
  readonly gidMap: Uint8Array
  readonly unicode: Uint8Array
  readonly widthArray: string
  /** advance in thousandths of an em, as written in /W, by CID; absent where the font shows nothing */
  readonly widths: ReadonlyMap<number, number>
}

/** Finished fonts by the subset's bytes: a subsetter that gives the same bytes again spares all further work. */
const finished = new WeakMap<Uint8Array, { readonly used: Used; readonly font: CutFont }>()

const isSame = (a: Used, b: Used): boolean =>
  a.cids.length === b.cids.length && a.cids.every((cid, i) => b.cids[i] === cid) && a.codePoints.every((codePoint, i) => b.codePoints[i] === codePoint)

/** Cuts one font. Rejects with TypeError when the subsetter gives something that is not a font. */
export async function cutFont(key: FontKey, used: Used, subsets: FontSubsetter): Promise<CutFont> {
  const codePoints = [...new Set(used.codePoints)].sort((a, b) => a - b)
  const { bytes, family } = await subsets.subset(key, codePoints, used.byGlyph === true ? { glyphs: [...used.cids].filter((cid) => cid !== missingCid) } : undefined)
  const known = finished.get(bytes)
  if (known !== undefined && known.font.family === family && isSame(known.used, used)) return known.font
  const face = readFont(bytes)
  if (!face.ok) throw new TypeError(`${key}: ${face.error.message}`)
  const font = finish(bytes, family, face.value, used)
  finished.set(bytes, { used, font })
  return font
}

const scaled = (face: FontFace, units: number): number => Math.round((units * 1000) / face.unitsPerEm)

function finish(bytes: Uint8Array, family: string, face: FontFace, used: Used): CutFont {
  const mapOffsets: number[] = []
  const mapBytes: number[] = []
  const widths = new Map<number, number>()
  const texts = new Map<number, number>()
  used.cids.forEach((cid, i) => {
    const codePoint = used.codePoints[i]!
    const gid = used.byGlyph === true && cid !== missingCid ? cid : face.glyphId(codePoint)
    if (gid === 0 || gid >= face.glyphCount) return
    mapOffsets.push(2 * cid, 2 * cid + 1)
    mapBytes.push(gid >> 8, gid & 255)
    widths.set(cid, scaled(face, face.advance(gid)))
    texts.set(cid, codePoint)
  })
  return {
    family, face, widths,
    file: deflated(bytes),
    fileLength: bytes.length,
    gidMap: deflatedSparse(2 * ((used.cids.at(-1) ?? 0) + 1), mapOffsets, mapBytes),
    unicode: deflated(utf8(toUnicode(texts))),
    widthArray: widthArray(widths),
  }
}

/** /W without the em-wide glyphs, which /DW says: that leaves little more than Latin letters of a Han font. */
function widthArray(widths: ReadonlyMap<number, number>): string {
  const parts: string[] = []
  let last = -2
  for (const [cid, width] of widths) {
    if (width === 1000) continue
    if (cid !== last + 1) parts.push(parts.length === 0 ? `${cid} [${width}` : `] ${cid} [${width}`)
    else parts.push(` ${width}`)
    last = cid
  }
  return parts.length === 0 ? '[]' : `[${parts.join('')}]]`
}

const asciiNames: Readonly<Record<string, string>> = { 小标宋: 'XiaoBiaoSong', 仿宋: 'FangSong', 黑体: 'HeiTi', 楷体: 'KaiTi', 宋体: 'SongTi' }

/** Subset tag and name: six capitals that differ between the fonts of one file. §9.6.4 */
function baseName(key: FontKey, family: string, index: number): string {
  const name = /^[\x21-\x7e ]+$/.test(family) ? family.replace(/[^A-Za-z0-9-]/g, '') : ''
  const letters = String.fromCharCode(65 + Math.floor(index / 26) % 26, 65 + index % 26)
  return `WENS${letters}+${name === '' ? asciiNames[key] ?? 'Fallback' : name}`
}

/** Adds a cut font to the file; the number of its Type0 dictionary. `index`: its place in the file. */
export function addFont(objects: PdfObjects, key: FontKey, font: CutFont, index: number): number {
  const { face } = font
  const name = baseName(key, font.family, index)
  const flate = '/Filter /FlateDecode'
  const file = objects.addStream(`/Length1 ${font.fileLength} ${flate}`, font.file)
  const box = [face.box.xMin, face.box.yMin, face.box.xMax, face.box.yMax].map((units) => scaled(face, units)).join(' ')
  const descriptor = objects.add(
    `<< /Type /FontDescriptor /FontName /${name} /Flags 4 /FontBBox [${box}] /ItalicAngle 0 /Ascent ${scaled(face, face.ascender)} ` +
    `/Descent ${scaled(face, face.descender)} /CapHeight ${scaled(face, face.capHeight)} /StemV ${face.weightClass >= 600 ? 140 : 80} /FontFile2 ${ref(file)} >>`,
  )
  const gidMap = objects.addStream(flate, font.gidMap)
  const descendant = objects.add(
    `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> ` +
    `/FontDescriptor ${ref(descriptor)} /DW 1000 /W ${font.widthArray} /CIDToGIDMap ${ref(gidMap)} >>`,
  )
  const unicode = objects.addStream(flate, font.unicode)
  return objects.add(`<< /Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /Identity-H /DescendantFonts [${ref(descendant)}] /ToUnicode ${ref(unicode)} >>`)
}
