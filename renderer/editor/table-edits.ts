/** Changes of a table as values (表格修改): every one keeps all rows as long as there are columns. */
import { limits, type ColumnAlign, type Table } from '#core/document'

export const blankTable = (rows: number, columns: number): Table => ({
  kind: 'table', caption: '', orientation: 'portrait', headRows: rows > 1 ? 1 : 0,
  columns: Array.from({ length: Math.min(columns, limits.tableColumns) }, () => ({ align: 'left' as const, share: 0 })),
  rows: Array.from({ length: Math.min(rows, limits.tableRows) }, () => Array.from({ length: Math.min(columns, limits.tableColumns) }, () => '')),
})

/** A new row before `at`. The head grows with it only when the row goes between its rows. */
export const insertRow = (table: Table, at: number): Table => {
  if (table.rows.length >= limits.tableRows) return table
  return { ...table, headRows: at < table.headRows ? table.headRows + 1 : table.headRows, rows: table.rows.toSpliced(at, 0, table.columns.map(() => '')) }
}

export const removeRow = (table: Table, at: number): Table => {
  if (table.rows.length <= 1) return table
  return { ...table, headRows: at < table.headRows ? table.headRows - 1 : table.headRows, rows: table.rows.toSpliced(at, 1) }
}

export const insertColumn = (table: Table, at: number): Table => {
  if (table.columns.length >= limits.tableColumns) return table
  const beside = table.columns[Math.min(at, table.columns.length - 1)]
  return { ...table, columns: table.columns.toSpliced(at, 0, { align: beside?.align ?? 'left', share: beside?.share ?? 0 }), rows: table.rows.map((row) => row.toSpliced(at, 0, '')) }
}

export const removeColumn = (table: Table, at: number): Table => {
  if (table.columns.length <= 1) return table
  return { ...table, columns: table.columns.toSpliced(at, 1), rows: table.rows.map((row) => row.toSpliced(at, 1)) }
}

export const alignColumn = (table: Table, at: number, align: ColumnAlign): Table =>
  ({ ...table, columns: table.columns.map((column, index) => (index === at ? { ...column, align } : column)) })

/** Widths start as equal shares of this much each, so that one step is a tenth of a column. */
const usualShare = 10

/** One step wider (1) or narrower (-1) against the other columns. */
export const widenColumn = (table: Table, at: number, step: 1 | -1): Table => {
  const isByContent = table.columns.every((column) => column.share === 0)
  return {
    ...table,
    columns: table.columns.map((column, index) => {
      const share = isByContent || column.share === 0 ? usualShare : column.share
      return { ...column, share: index === at ? Math.min(100, Math.max(2, share + 2 * step)) : share }
    }),
  }
}

/** Widths by content again. */
export const freeWidths = (table: Table): Table => ({ ...table, columns: table.columns.map((column) => ({ ...column, share: 0 })) })

export const setHeadRows = (table: Table, count: number): Table => ({ ...table, headRows: Math.min(Math.max(0, count), 10, table.rows.length) })

export const turn = (table: Table): Table => ({ ...table, orientation: table.orientation === 'portrait' ? 'landscape' : 'portrait' })

/** Puts a pasted grid over the cells from (row, column) on; the table grows as far as its limits. */
export const fillGrid = (table: Table, row: number, column: number, grid: readonly (readonly string[])[]): Table => {
  const height = Math.min(limits.tableRows, Math.max(table.rows.length, row + grid.length))
  const width = Math.min(limits.tableColumns, Math.max(table.columns.length, column + Math.max(...grid.map((cells) => cells.length))))
  let grown = table
  while (grown.columns.length < width) grown = insertColumn(grown, grown.columns.length)
  const rows = Array.from({ length: height }, (_, r) => Array.from({ length: width }, (__, c) =>
    grid[r - row]?.[c - column] ?? grown.rows[r]?.[c] ?? ''))
  return { ...grown, rows }
}
