/** TrueType font programs: what glyph look-ups and widths need. ISO/IEC 14496-22 */

export type CmapTable = { readonly platform: number; readonly encoding: number; glyph(code: number): number }
export type FontProgram = {
  readonly glyphCount: number
  /** thousandths of an em */
  width(glyph: number): number
  readonly cmaps: readonly CmapTable[]
  /** whether a glyph has an outline; null when that cannot be told */
  hasOutline(glyph: number): boolean | null
}

/** Null when it is no TrueType font; never reads outside the data. */
export function readTrueType(data: Uint8Array): FontProgram | null {
  try {
    return read(data)
  } catch (problem) {
    if (problem instanceof RangeError) return null
    throw problem
  }
}

function read(data: Uint8Array): FontProgram | null {
  const file = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const tables = new Map<string, DataView>()
  const count = file.getUint16(4)
  for (let i = 0; i < Math.min(count, 100); i++) {
    const at = 12 + 16 * i
    const tag = String.fromCharCode(data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!)
    const offset = file.getUint32(at + 8)
    if (offset <= data.length) tables.set(tag, new DataView(data.buffer, data.byteOffset + offset, Math.min(file.getUint32(at + 12), data.length - offset)))
  }
  const head = tables.get('head')
  const hhea = tables.get('hhea')
  const hmtx = tables.get('hmtx')
  const maxp = tables.get('maxp')
  if (!head || !hhea || !hmtx || !maxp) return null
  const unitsPerEm = head.getUint16(18) || 1000
  const glyphCount = maxp.getUint16(4)
  const metricCount = Math.max(1, hhea.getUint16(34))
  const loca = tables.get('loca')
  const isLong = head.getInt16(50) !== 0
  return {
    glyphCount,
    width: (glyph) => {
      const at = 4 * Math.max(0, Math.min(glyph, metricCount - 1))
      return at + 2 <= hmtx.byteLength ? (hmtx.getUint16(at) * 1000) / unitsPerEm : 0
    },
    cmaps: cmapsOf(tables.get('cmap')),
    hasOutline: (glyph) => {
      const size = isLong ? 4 : 2
      if (loca === undefined || (glyph + 2) * size > loca.byteLength) return null
      const offset = (i: number): number => (isLong ? loca.getUint32(4 * i) : 2 * loca.getUint16(2 * i))
      return offset(glyph + 1) > offset(glyph)
    },
  }
}

function cmapsOf(table: DataView | undefined): CmapTable[] {
  if (table === undefined || table.byteLength < 4) return []
  const found: CmapTable[] = []
  for (let i = 0; i < Math.min(table.getUint16(2), 64) && 12 + 8 * i <= table.byteLength; i++) {
    const offset = table.getUint32(8 + 8 * i)
    if (offset + 4 > table.byteLength) continue
    const sub = new DataView(table.buffer, table.byteOffset + offset, table.byteLength - offset)
    found.push({ platform: table.getUint16(4 + 8 * i), encoding: table.getUint16(6 + 8 * i), glyph: (code) => safely(() => glyphIn(sub, code)) })
  }
  return found
}

function safely(look: () => number): number {
  try {
    return look()
  } catch (problem) {
    if (problem instanceof RangeError) return 0
    throw problem
  }
}

function glyphIn(sub: DataView, code: number): number {
  switch (sub.getUint16(0)) {
    case 0:
      return code < 256 ? sub.getUint8(6 + code) : 0
    case 4: {
      const doubled = sub.getUint16(6)
      for (let at = 14; at < 14 + doubled; at += 2) {
        if (sub.getUint16(at) < code) continue
        const start = sub.getUint16(at + 2 + doubled)
        if (start > code) return 0
        const delta = sub.getUint16(at + 2 + 2 * doubled)
        const place = at + 2 + 3 * doubled
        const rangeOffset = sub.getUint16(place)
        if (rangeOffset === 0) return (code + delta) & 0xffff
        const glyph = sub.getUint16(place + rangeOffset + 2 * (code - start))
        return glyph === 0 ? 0 : (glyph + delta) & 0xffff
      }
      return 0
    }
    case 6: {
      const first = sub.getUint16(6)
      return code >= first && code < first + sub.getUint16(8) ? sub.getUint16(10 + 2 * (code - first)) : 0
    }
    case 12: {
      const groups = sub.getUint32(12)
      for (let i = 0; i < Math.min(groups, 100_000); i++) {
        const at = 16 + 12 * i
        if (code >= sub.getUint32(at) && code <= sub.getUint32(at + 4)) return sub.getUint32(at + 8) + code - sub.getUint32(at)
      }
      return 0
    }
    default:
      return 0
  }
}
