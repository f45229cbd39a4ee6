/** Reads what glyph substitution stands on: coverage, classes, lookups. OpenType 1.9, "GSUB", "Common Table Formats", "GDEF" */
import type { TableView } from './font-tables.ts'

/** How a lookup looks past glyphs. */
export type Lookup = {
  readonly type: number
  readonly flag: number
  /** index of a mark glyph set, with flag 0x10 */
  readonly markSet: number
  /** where its subtables start; of an extension the real ones */
  readonly subtables: readonly number[]
}

export type Gsub = {
  readonly view: TableView
  readonly lookups: readonly Lookup[]
  /** lookup indices by feature tag, of the script's default language */
  readonly features: ReadonlyMap<string, readonly number[]>
  /** GDEF: 1 base, 2 ligature, 3 mark, 0 not said */
  readonly classOf: (glyph: number) => number
  readonly isInMarkSet: (set: number, glyph: number) => boolean
}

const extension = 7
const useMarkSet = 0x10

const tagAt = (view: TableView, at: number): string => String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))

/** The substitutions of one script, or null when the font has none for it. Throws RangeError where the table is cut short. */
export function readGsub(view: TableView, gdef: TableView | undefined, script: string): Gsub | null {
  const scripts = view.getUint16(4)
  let language = 0
  for (let i = 0; i < view.getUint16(scripts); i++) {
    const at = scripts + 2 + 6 * i
    if (tagAt(view, at) !== script) continue
    const table = scripts + view.getUint16(at + 4)
    const standard = view.getUint16(table)
    if (standard !== 0) language = table + standard
  }
  if (language === 0) return null
  const list = view.getUint16(6)
  const features = new Map<string, readonly number[]>()
  for (let i = 0; i < view.getUint16(language + 4); i++) {
    const at = list + 2 + 6 * view.getUint16(language + 6 + 2 * i)
    const feature = list + view.getUint16(at + 4)
    const lookups = Array.from({ length: view.getUint16(feature + 2) }, (_, k) => view.getUint16(feature + 4 + 2 * k))
    features.set(tagAt(view, at), [...(features.get(tagAt(view, at)) ?? []), ...lookups])
  }
  const classes = gdef === undefined ? 0 : gdef.getUint16(4)
  const markSets = gdef !== undefined && gdef.getUint16(2) >= 2 ? gdef.getUint16(12) : 0
  return {
    view, features, lookups: readLookups(view),
    classOf: gdef === undefined || classes === 0 ? () => 0 : kept((glyph) => classAt(gdef, classes, glyph)),
    isInMarkSet: (set, glyph) => gdef !== undefined && markSets !== 0 && set < gdef.getUint16(markSets + 2) && coverageAt(gdef, markSets + gdef.getUint32(markSets + 4 + 4 * set), glyph) >= 0,
  }
}

function kept(find: (glyph: number) => number): (glyph: number) => number {
  const known = new Map<number, number>()
  return (glyph) => {
    let value = known.get(glyph)
    if (value === undefined) known.set(glyph, (value = find(glyph)))
    return value
  }
}

function readLookups(view: TableView): Lookup[] {
  const list = view.getUint16(8)
  return Array.from({ length: view.getUint16(list) }, (_, i) => {
    const at = list + view.getUint16(list + 2 + 2 * i)
    const flag = view.getUint16(at + 2)
    const count = view.getUint16(at + 4)
    let type = view.getUint16(at)
    const isExtension = type === extension
    const subtables = Array.from({ length: count }, (_unused, k) => {
      const subtable = at + view.getUint16(at + 6 + 2 * k)
      if (!isExtension) return subtable
      type = view.getUint16(subtable + 2)
      return subtable + view.getUint32(subtable + 4)
    })
    return { type, flag, markSet: (flag & useMarkSet) === 0 ? 0 : view.getUint16(at + 6 + 2 * count), subtables }
  })
}

/** Place of a glyph in a coverage table, −1 when it is not in it. */
export function coverageAt(view: TableView, at: number, glyph: number): number {
  const count = view.getUint16(at + 2)
  const isList = view.getUint16(at) === 1
  let low = 0
  let high = count - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (isList) {
      const found = view.getUint16(at + 4 + 2 * middle)
      if (found === glyph) return middle
      if (found < glyph) low = middle + 1
      else high = middle - 1
      continue
    }
    const range = at + 4 + 6 * middle
    if (glyph < view.getUint16(range)) high = middle - 1
    else if (glyph > view.getUint16(range + 2)) low = middle + 1
    else return view.getUint16(range + 4) + glyph - view.getUint16(range)
  }
  return -1
}

/** Class of a glyph, 0 when the table does not name it. */
export function classAt(view: TableView, at: number, glyph: number): number {
  if (view.getUint16(at) === 1) {
    const first = view.getUint16(at + 2)
    return glyph >= first && glyph < first + view.getUint16(at + 4) ? view.getUint16(at + 6 + 2 * (glyph - first)) : 0
  }
  let low = 0
  let high = view.getUint16(at + 2) - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = at + 4 + 6 * middle
    if (glyph < view.getUint16(range)) high = middle - 1
    else if (glyph > view.getUint16(range + 2)) low = middle + 1
    else return view.getUint16(range + 4)
  }
  return 0
}
