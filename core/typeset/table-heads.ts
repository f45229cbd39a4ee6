/** Merged cells of a head (表头合并单元格): a source has no marks for them, but repeats or leaves out what stands in them. */
import type { Table } from '#core/document'

/** A cell of the head with what it covers. */
export type HeadCell = { readonly row: number; readonly column: number; readonly rows: number; readonly columns: number }

/**
 * For every place of the head the cell that stands there. In heads of two rows and more a cell goes on to the right and down over places
 * that say the same or nothing. In the lowest row nothing goes to the right: those are the columns themselves. Two whole columns under one
 * name stay two.
 */
export function headCells(table: Table): readonly (readonly HeadCell[])[] {
  const heads = table.rows.slice(0, table.headRows)
  const cells: (HeadCell | undefined)[][] = heads.map((row) => row.map(() => undefined))
  const goesOn = (r: number, c: number, text: string): boolean => cells[r]![c] === undefined && (heads[r]![c] === text || heads[r]![c] === '')
  heads.forEach((row, r) => row.forEach((text, c) => {
    if (cells[r]![c] !== undefined) return
    let columns = 1
    while (text !== '' && r < heads.length - 1 && c + columns < row.length && goesOn(r, c + columns, text)) columns++
    const depth = (width: number): number => {
      let rows = 1
      while (text !== '' && r + rows < heads.length && Array.from({ length: width }, (_, i) => c + i).every((at) => goesOn(r + rows, at, text))) rows++
      return rows
    }
    if (columns > 1 && r + depth(columns) === heads.length) columns = 1
    const cell = { row: r, column: c, rows: depth(columns), columns }
    for (let i = 0; i < cell.rows; i++) for (let k = 0; k < columns; k++) cells[r + i]![c + k] = cell
  }))
  return cells as HeadCell[][]
}
