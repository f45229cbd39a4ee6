/** Character to glyph mapping: formats 12 and 4 of the Unicode subtables. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import type { TableView } from './font-tables.ts'

export type GlyphLookUp = (codePoint: number) => number

/** The widest Unicode subtable. Glyph ids beyond `glyphCount` read as 0. */
export function readCmap(cmap: TableView, glyphCount: number): Result<GlyphLookUp, FormatError> {
  const count = cmap.getUint16(2)
  let best: { readonly format: 4 | 12; readonly offset: number } | null = null
  for (let i = 0; i < count; i++) {
    const platform = cmap.getUint16(4 + 8 * i)
    const encoding = cmap.getUint16(6 + 8 * i)
    const offset = cmap.getUint32(8 + 8 * i)
    const isUnicode = platform === 0 || (platform === 3 && (encoding === 1 || encoding === 10))
    if (!isUnicode || offset + 2 > cmap.byteLength) continue
    const format = cmap.getUint16(offset)
    if (format === 12 || (format === 4 && best === null)) best = { format, offset }
  }
  if (best === null) return formatErr('font.bad-table', '字体没有 Unicode 字符映射')
  const find = best.format === 12 ? format12(cmap, best.offset) : format4(cmap, best.offset)
  const known = new Map<number, number>()
  return ok((codePoint) => {
    let glyph = known.get(codePoint)
    if (glyph === undefined) {
      glyph = find(codePoint)
      if (glyph >= glyphCount) glyph = 0
      known.set(codePoint, glyph)
    }
    return glyph
  })
}

function format12(cmap: TableView, offset: number): GlyphLookUp {
  const groups = cmap.getUint32(offset + 12)
  // Touching the last group now turns a lying count into a refusal at reading time.
  if (groups > 0) cmap.getUint32(offset + 16 + 12 * groups - 4)
  return (codePoint) => {
    let low = 0
    let high = groups - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const at = offset + 16 + 12 * middle
      if (codePoint < cmap.getUint32(at)) high = middle - 1
      else if (codePoint > cmap.getUint32(at + 4)) low = middle + 1
      else return cmap.getUint32(at + 8) + codePoint - cmap.getUint32(at)
    }
    return 0
  }
}

function format4(cmap: TableView, offset: number): GlyphLookUp {
  const segments = cmap.getUint16(offset + 6) >> 1
  const ends = offset + 14
  const starts = ends + 2 * segments + 2
  const deltas = starts + 2 * segments
  const ranges = deltas + 2 * segments
  if (segments > 0) cmap.getUint16(ranges + 2 * segments - 2)
  return (codePoint) => {
    if (codePoint > 0xffff) return 0
    let low = 0
    let high = segments - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (cmap.getUint16(ends + 2 * middle) < codePoint) low = middle + 1
      else high = middle
    }
    if (low >= segments || cmap.getUint16(starts + 2 * low) > codePoint || cmap.getUint16(ends + 2 * low) < codePoint) return 0
    const delta = cmap.getUint16(deltas + 2 * low)
    const range = cmap.getUint16(ranges + 2 * low)
    if (range === 0) return (codePoint + delta) & 0xffff
    const at = ranges + 2 * low + range + 2 * (codePoint - cmap.getUint16(starts + 2 * low))
    if (at + 2 > cmap.byteLength) return 0
    const glyph = cmap.getUint16(at)
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff
  }
}
