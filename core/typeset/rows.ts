/** Rows: what a body is cut into before it is placed. A row is never parted, knows nothing of its page, and can be kept. */
import { lead, type TypeSize } from './grid.ts'
import type { Line } from './lines.ts'
import type { Region, StructureRole } from './pages.ts'
import { markRegion, placeLine, type Sheet } from './sheets.ts'

/** An element that a row opens: below the block's own element (`parent` 'block') or below an earlier tag of the same row. */
export type RowTag = { readonly role: StructureRole; readonly parent: 'block' | number }

/** Where a row is drawn. `ids`: the element of the block, then those of the row's tags; null: drawn once more, as on a repeated head. */
export type RowPlace = { readonly target: Sheet; readonly top: number; readonly isTop: boolean; readonly ids: readonly number[] | null }

export type Row = {
  /** room of the row itself, mm */
  readonly height: number
  /** blank between it and the next row, mm */
  readonly after: number
  /** blank lines (空行) above; dropped at the top of a page */
  readonly blankAbove: number
  readonly region: Region['name']
  /** index in the block's text of the first character of the row; 0 in tables and pictures */
  readonly offset: number
  /** mm that must still fit below this row, so that a caption or a head never stands alone */
  readonly keep: number
  /** drawn again above this row when it begins a page */
  readonly repeats: readonly Row[]
  /** whether what follows returns to the grid */
  readonly snaps: boolean
  readonly tags: readonly RowTag[]
  readonly draw: (place: RowPlace) => void
}

/** The rows of one block with its place in the structure. */
export type BlockRows = { readonly role: StructureRole; readonly alt?: string; readonly rows: readonly Row[]; readonly orientation: 'portrait' | 'landscape' }

export const plainRow = { blankAbove: 0, offset: 0, keep: 0, repeats: [], snaps: false, tags: [] } as const

/** A line of text. `left`: from the page's left edge, mm. */
export function lineRow(line: Line, left: number, type: TypeSize, region: Region['name'], offset: number, blankAbove = 0): Row {
  return {
    ...plainRow,
    height: type.size,
    after: lead,
    blankAbove,
    region,
    offset,
    draw: ({ target, top, ids }) => {
      placeLine(target, line, left, top, type, ids?.[0] ?? null)
      markRegion(target, region, top, top + type.size)
    },
  }
}
