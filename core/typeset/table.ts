/** Tables (表格): widths by content, cells broken into lines, the head repeated on every page. GB/T 9704 §8 */
import type { Table } from '#core/document'
import { area, lead, pt, sizeOf, type TypeSize } from './grid.ts'
import { breakLines, setSingle, type Line } from './lines.ts'
import type { Measurer } from './measure.ts'
import { black } from './pages.ts'
import { plainRow, type Row, type RowPlace, type RowTag } from './rows.ts'
import { horizontalRule, markRegion, placeLine, verticalRule } from './sheets.ts'
import { headCells, type HeadCell } from './table-heads.ts'
import { columnWidths } from './table-widths.ts'
import { turnedRoom } from './turned.ts'

/** The standard names no sizes for tables: the largest of 四号, 小四, 五号, 小五 in which the columns find room. pt */
const sizes = [14, 12, 10.5, 9] as const
/** As in the 版记: outer and inner rules, mm. */
const outer = 0.35
const inner = 0.25
/** Blank inside a cell, left and right, and above and below, mm. */
const padding = { x: 1.2, y: 1.1 } as const
/** Blank between the lines of a cell as a share of the type size. */
const leading = 0.35

type Column = { readonly left: number; readonly width: number; readonly align: Table['columns'][number]['align'] }

/** The rows of a table: caption, head, and one for each row, parted when it is higher than a page. */
export function tableRows(table: Table, measurer: Measurer): Row[] {
  const isTurned = table.orientation === 'landscape'
  const room = isTurned ? turnedRoom : area
  const left = isTurned ? 0 : area.left
  const { type, widths } = fitted(table, room.width, measurer)
  let x = left
  const columns = widths.map((width, i): Column => {
    const column = { left: x, width, align: table.columns[i]!.align }
    x += width
    return column
  })
  const cells = table.rows.slice(table.headRows).map((row) => row.map((text, c) => cellLines(text, columns[c]!.width, type, false, measurer)))
  const head = headOf(table, columns, type, measurer)
  const headHeight = head.reduce((sum, row) => sum + row.height, 0)
  // A head higher than half a page is not repeated: nothing would fit below it.
  const repeats = headHeight < room.height / 2 ? head : []
  const most = Math.max(1, Math.floor((room.height - (repeats.length > 0 ? headHeight : 0) - 2 * padding.y) / (type.size * (1 + leading))))
  const body = cells.flatMap((lines, i, all) => {
    const pieces = parted(lines, most)
    return pieces.map((piece, at) => tableRow(piece, columns, type, { isHead: false, isLast: i === all.length - 1 && at === pieces.length - 1, repeats, keep: 0 }))
  })
  const rows = [...withKeep(head, body[0]?.height ?? 0), ...body]
  const caption = table.caption === '' ? [] : [captionRow(table.caption, left, room.width, headHeight + (body[0]?.height ?? 0), measurer)]
  const last = rows.at(-1)
  // What follows keeps a line's blank and returns to the grid.
  return last === undefined ? caption : [...caption, ...rows.slice(0, -1), { ...last, after: lead, snaps: true }]
}

/** The rows of the head; a cell that covers several is drawn by the first of them. */
function headOf(table: Table, columns: readonly Column[], type: TypeSize, measurer: Measurer): Row[] {
  const cells = headCells(table)
  const step = type.size * (1 + leading)
  const heightOf = (lines: number): number => lines * step - type.size * leading + 2 * padding.y
  const rows = cells.map((row, r) => row.map((cell, c) => (isOrigin(cell, r, c) ? cellLines(table.rows[r]![c]!, spanOf(columns, cell).width, type, true, measurer) : [])))
  const heights = rows.map((lines, r) => heightOf(Math.max(1, ...lines.map((own, c) => (cells[r]![c]!.rows === 1 ? own.length : 1)))))
  // What does not fit into the rows that a cell covers makes the last of them higher.
  cells.forEach((row, r) => row.forEach((cell, c) => {
    if (!isOrigin(cell, r, c) || cell.rows === 1) return
    const last = r + cell.rows - 1
    heights[last] = Math.max(heights[last]!, heightOf(rows[r]![c]!.length) - heights.slice(r, last).reduce((sum, height) => sum + height, 0))
  }))
  return rows.map((lines, r) => tableRow(lines, columns, type, { isHead: true, isLast: false, repeats: [], keep: 0, merged: { cells: cells[r]!, below: cells[r + 1] ?? [], heights: heights.slice(r), row: r } }))
}

const isOrigin = (cell: HeadCell, row: number, column: number): boolean => cell.row === row && cell.column === column

/** The columns that a cell covers as one. */
function spanOf(columns: readonly Column[], { column, columns: count }: HeadCell): Column {
  return { ...columns[column]!, width: columns.slice(column, column + count).reduce((sum, each) => sum + each.width, 0) }
}

/** Head rows stay with the first row below them. */
function withKeep(head: readonly Row[], first: number): Row[] {
  return head.map((row, i) => ({ ...row, keep: head.slice(i + 1).reduce((sum, other) => sum + other.height, first) }))
}

function fitted(table: Table, width: number, measurer: Measurer): { readonly type: TypeSize; readonly widths: readonly number[] } {
  for (const points of sizes) {
    const type = sizeOf(points)
    const found = columnWidths(table, width, type, 2 * padding.x, measurer)
    if (found.isRoomy || points === sizes.at(-1)) return { type, widths: found.widths }
  }
  throw new RangeError('no table size')
}

function cellLines(text: string, width: number, type: TypeSize, isHead: boolean, measurer: Measurer): Line[] {
  const room = Math.max(1, (width - 2 * padding.x) / type.cell)
  const lines = breakLines(measurer.atoms(text, isHead ? '黑体' : '仿宋'), { first: room, rest: room })
  // Narrow columns are not spread to both edges: single characters would drift apart.
  return lines.map((line) => {
    const single = setSingle(line.atoms)
    return single.width <= room + 1e-6 ? single : line
  })
}

/** Cells cut into pieces of at most `most` lines each. */
function parted(cells: readonly (readonly Line[])[], most: number): (readonly (readonly Line[])[])[] {
  const longest = Math.max(1, ...cells.map((lines) => lines.length))
  return Array.from({ length: Math.ceil(longest / most) }, (_, i) => cells.map((lines) => lines.slice(i * most, (i + 1) * most)))
}

/** Of a head row: its cells and those of the row below, its height and the heights of the rows below it. */
type Merged = { readonly cells: readonly HeadCell[]; readonly below: readonly HeadCell[]; readonly heights: readonly number[]; readonly row: number }
type RowKind = { readonly isHead: boolean; readonly isLast: boolean; readonly repeats: readonly Row[]; readonly keep: number; readonly merged?: Merged }

function tableRow(cells: readonly (readonly Line[])[], columns: readonly Column[], type: TypeSize, kind: RowKind): Row {
  const count = Math.max(1, ...cells.map((lines) => lines.length))
  const step = type.size * (1 + leading)
  const { merged } = kind
  const height = merged?.heights[0] ?? count * step - type.size * leading + 2 * padding.y
  const tags: RowTag[] = [{ role: 'TR', parent: 'block' }, ...cells.map((): RowTag => ({ role: kind.isHead ? 'TH' : 'TD', parent: 0 }))]
  const left = columns[0]!.left
  const width = columns.reduce((sum, column) => sum + column.width, 0)
  const draw = ({ target, top, isTop, ids }: RowPlace): void => {
    const bottom = top + height
    // Each row draws its own foot; the first one on a page, and the first of the table, also its top.
    if (isTop || merged?.row === 0 || (!kind.isHead && kind.repeats.length === 0)) target.rules.push(horizontalRule(top, isTop || kind.isHead ? outer : inner, black, left, width))
    for (const foot of feet(columns, merged)) target.rules.push(horizontalRule(bottom, kind.isLast ? outer : inner, black, foot.left, foot.width))
    columns.forEach((column, i) => {
      if (i === 0 || merged === undefined || merged.cells[i - 1] !== merged.cells[i]) target.rules.push(verticalRule(column.left, top, bottom, i === 0 ? outer : inner, black))
    })
    target.rules.push(verticalRule(left + width, top, bottom, outer, black))
    cells.forEach((lines, c) => {
      const own = merged?.cells[c]
      const column = own === undefined ? columns[c]! : spanOf(columns, own)
      const room = own === undefined || merged === undefined ? height : merged.heights.slice(0, own.rows).reduce((sum, each) => sum + each, 0)
      const free = room - (lines.length * step - type.size * leading)
      lines.forEach((line, i) => placeLine(target, line, lineLeft(line, column, kind.isHead ? 'centre' : column.align, type), top + free / 2 + i * step, type, ids?.[c + 2] ?? null))
    })
    markRegion(target, '表格', top, bottom)
  }
  return { ...plainRow, height, after: 0, region: '表格', keep: kind.keep, repeats: kind.repeats, tags, draw }
}

/** The stretches of a row's foot that are drawn: none below a cell that goes on. */
function feet(columns: readonly Column[], merged: Merged | undefined): { left: number; width: number }[] {
  const found: { left: number; width: number }[] = []
  columns.forEach((column, i) => {
    if (merged !== undefined && merged.cells[i] === merged.below[i]) return
    const last = found.at(-1)
    if (last !== undefined && Math.abs(last.left + last.width - column.left) < 1e-6) last.width += column.width
    else found.push({ left: column.left, width: column.width })
  })
  return found
}

function lineLeft(line: Line, column: Column, align: Column['align'], type: TypeSize): number {
  const slack = column.width - 2 * padding.x - line.width * type.cell
  const shift = align === 'left' ? 0 : align === 'right' ? slack : slack / 2
  return column.left + padding.x + Math.max(0, shift)
}

/** 表题: centred above the table, kept with its head and first row. */
function captionRow(text: string, left: number, width: number, below: number, measurer: Measurer): Row {
  const type = sizeOf(14)
  const room = width / type.cell
  const lines = breakLines(measurer.atoms(text, '黑体'), { first: room, rest: room }).map((line) => (line.width < room ? setSingle(line.atoms) : line))
  const step = type.size * (1 + leading)
  const height = lines.length * step
  return {
    ...plainRow, height, after: 4 * pt, region: '表格', keep: 4 * pt + below, tags: [{ role: 'Caption', parent: 'block' }],
    draw: ({ target, top, ids }) => {
      lines.forEach((line, i) => placeLine(target, line, left + (width - line.width * type.cell) / 2, top + i * step, type, ids?.[1] ?? null))
      markRegion(target, '表格', top, top + height)
    },
  }
}
