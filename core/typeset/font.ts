/** Reads the metrics of a TrueType or OpenType font: what typesetting needs, and nothing of the outlines but their boxes. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { readCmap } from './font-cmap.ts'
import { tablesOf, type TableView } from './font-tables.ts'
import { readGsub } from './gsub-table.ts'
import { shapeMongolian, type ShapedGlyph } from './mongolian.ts'

/** Ink box of a glyph in font units, y upwards. */
export type GlyphBounds = { readonly xMin: number; readonly yMin: number; readonly xMax: number; readonly yMax: number }

/** The metrics of one face. All lengths in font units, `unitsPerEm` to the em. */
export type FontFace = {
  readonly unitsPerEm: number
  readonly ascender: number
  readonly descender: number
  readonly capHeight: number
  readonly weightClass: number
  readonly box: GlyphBounds
  readonly glyphCount: number
  /** Whether outlines are in `glyf` (embeddable as CIDFontType2); CFF fonts have no bounds here. */
  readonly outlines: 'glyf' | 'CFF'
  /** Glyph of a code point, 0 when the face has none. */
  glyphId(codePoint: number): number
  advance(glyphId: number): number
  /** Null for blank glyphs and CFF fonts. */
  bounds(glyphId: number): GlyphBounds | null
  /** The glyphs of a Mongolian word in the forms that their places ask for; null when the font cannot. Absent in faces without such rules. */
  shape?(codePoints: readonly number[]): readonly ShapedGlyph[] | null
}

/** Whole font files beyond this are not read, bytes. */
const maxFontBytes = 128 * 1024 * 1024

/**
 * Reads one face; `index` picks it in a collection (.ttc). Errors font.*: too-large, not-a-font, truncated, missing-table,
 * bad-table. Never reads outside the given bytes.
 */
export function readFont(bytes: Uint8Array, index = 0): Result<FontFace, FormatError> {
  if (bytes.length > maxFontBytes) return formatErr('font.too-large', '字体文件过大')
  try {
    return read(bytes, index)
  } catch (problem) {
    // DataView refuses every access outside a table, which is what a hostile font provokes.
    if (problem instanceof RangeError) return formatErr('font.truncated', '字体文件不完整或已损坏')
    throw problem
  }
}

function read(bytes: Uint8Array, index: number): Result<FontFace, FormatError> {
  const tables = tablesOf(bytes, index)
  if (!tables.ok) return tables
  const table = (tag: string): TableView | undefined => tables.value.get(tag)
  const head = table('head')
  const hhea = table('hhea')
  const hmtx = table('hmtx')
  const maxp = table('maxp')
  const cmap = table('cmap')
  if (!head || !hhea || !hmtx || !maxp || !cmap) return formatErr('font.missing-table', '字体缺少排版所需的数据表')
  const unitsPerEm = head.getUint16(18)
  const glyphCount = maxp.getUint16(4)
  const metricCount = hhea.getUint16(34)
  if (unitsPerEm < 16 || unitsPerEm > 16384 || glyphCount === 0 || metricCount === 0 || metricCount > glyphCount) {
    return formatErr('font.bad-table', '字体的度量数据不合规范')
  }
  if (hmtx.byteLength < metricCount * 4) return formatErr('font.truncated', '字体文件不完整或已损坏')
  const lookUp = readCmap(cmap, glyphCount)
  if (!lookUp.ok) return lookUp
  const os2 = table('OS/2')
  const loca = table('loca')
  const glyf = table('glyf')
  const hasCapHeight = os2 !== undefined && os2.byteLength >= 90 && os2.getUint16(0) >= 2
  const ascender = hhea.getInt16(4)
  return ok({
    unitsPerEm,
    ascender,
    descender: hhea.getInt16(6),
    capHeight: hasCapHeight ? os2.getInt16(88) : Math.round(unitsPerEm * 0.72),
    weightClass: os2 !== undefined && os2.byteLength >= 6 ? os2.getUint16(4) : 400,
    box: { xMin: head.getInt16(36), yMin: head.getInt16(38), xMax: head.getInt16(40), yMax: head.getInt16(42) },
    glyphCount,
    outlines: glyf !== undefined && loca !== undefined ? 'glyf' : 'CFF',
    glyphId: lookUp.value,
    advance: (glyphId) => hmtx.getUint16(4 * Math.max(0, Math.min(glyphId, metricCount - 1))),
    bounds: (glyphId) => (glyf && loca ? boundsOf(glyf, loca, head.getInt16(50), glyphId, glyphCount) : null),
    ...shaping(tables.value, lookUp.value),
  })
}

/** Of a face with Mongolian letters: their rules, read when a word is met. */
function shaping(tables: ReadonlyMap<string, TableView>, glyphOf: (codePoint: number) => number): Pick<FontFace, 'shape'> {
  const table = tables.get('GSUB')
  if (table === undefined || glyphOf(0x1820) === 0) return {}
  let gsub: ReturnType<typeof readGsub> | undefined
  return {
    shape: (codePoints) => {
      try {
        gsub ??= readGsub(table, tables.get('GDEF'), 'mong')
        return gsub === null ? null : shapeMongolian(gsub, glyphOf, codePoints)
      } catch (problem) {
        // Rules that lead outside their table belong to a damaged font: it shapes nothing.
        if (problem instanceof RangeError) return null
        throw problem
      }
    },
  }
}

function boundsOf(glyf: TableView, loca: TableView, longOffsets: number, glyphId: number, glyphCount: number): GlyphBounds | null {
  if (glyphId < 0 || glyphId >= glyphCount) return null
  const offset = (i: number): number => (longOffsets === 0 ? 2 * loca.getUint16(2 * i) : loca.getUint32(4 * i))
  try {
    const start = offset(glyphId)
    if (offset(glyphId + 1) <= start) return null
    return {
      xMin: glyf.getInt16(start + 2),
      yMin: glyf.getInt16(start + 4),
      xMax: glyf.getInt16(start + 6),
      yMax: glyf.getInt16(start + 8),
    }
  } catch {
    return null
  }
}
