/** 发文处理单 → pages: a red ruled table on A4, the first thing in the file of an issued document. */
import {
  createMeasurer, paper, placeLine, pt, red, setSingle, toMicrometre, type FontSet, type Measurer, type Page, type Rule, type Sheet, type TypeSize,
} from '#core/typeset'
import { opinionLines, padding, small, text12, wrapped, type CellLine } from './process-sheet-cells.ts'
import type { ProcessSheet, SheetBox } from './process-sheet-value.ts'

const left = 22
const width = paper.width - 2 * left
const tableTop = 42
const bottom = 277
const heading: TypeSize = { size: 22 * pt, cell: 22 * pt }
const outerRule = 0.5
const innerRule = 0.25
/** Room for the label above a cell's text, mm */
const labelHeight = 7.5
/** Room for the label beside a cell's text: its characters and a little air, mm */
const labelWidthOf = (label: string): number => label.length * text12.cell + 4

type Cell = {
  readonly label: string
  readonly width: number
  readonly lines: readonly CellLine[]
  /** label above the text (boxes) or beside it (fields) */
  readonly labelAt: 'above' | 'beside'
}
type Row = { readonly cells: readonly Cell[]; readonly height: number }

/** Pages of the sheet. Opinions wrap inside their boxes; what does not fit on the first page continues on further ones. */
export function processSheetPages(sheet: ProcessSheet, fonts: FontSet): Page[] {
  const measurer = createMeasurer(fonts)
  const head = fieldRow([['密级', sheet.secrecy, 0.18], ['缓急', sheet.urgency, 0.165], ['公开属性', sheet.disclosure, 0.28], ['文号', sheet.number, 0.375]], measurer)
  const foot = [
    fieldRow([['标题', sheet.title, 1]], measurer, 14),
    fieldRow([['主送', sheet.recipients.join('，'), 1]], measurer),
    fieldRow([['抄送', sheet.copies.join('，'), 1]], measurer),
    fieldRow([['附件', sheet.attachments.map((name, i) => (sheet.attachments.length > 1 ? `${i + 1}.${name}` : name)).join('；'), 1]], measurer),
    fieldRow([['拟稿单位', sheet.draftingUnit, 0.47], ['拟稿人', sheet.drafter, 0.23], ['电话', sheet.phone, 0.3]], measurer),
    fieldRow([['校对', sheet.proofreader, 0.3], ['份数', sheet.printRun, 0.25], ['印发日期', sheet.printDate, 0.45]], measurer),
    fieldRow([['保管期限', sheet.retention, 0.3], ['分类号', sheet.classNumber, 0.25], ['档号', sheet.archivalCode, 0.45]], measurer),
  ]
  const upper = boxes(sheet, ['签发', '会签'], measurer)
  const lower = boxes(sheet, ['审核', '核稿'], measurer)
  const fixed = head.height + foot.reduce((sum, row) => sum + row.height, 0)
  const [upperHeight, lowerHeight] = share(bottom - tableTop - fixed, needed(upper), needed(lower))
  const first = [head, cut(upper, upperHeight), cut(lower, lowerHeight), ...foot]
  const pages = [first, ...continuations([rest(upper, upperHeight), rest(lower, lowerHeight)])]
  return pages.map((rows, i) => draw(sheet, rows, i + 1, pages.length, measurer))
}

function fieldRow(fields: readonly (readonly [string, string, number])[], measurer: Measurer, minimum = 9): Row {
  const cells = fields.map(([label, value, part]): Cell => ({
    label, width: width * part, labelAt: 'beside', lines: wrapped(value, width * part - labelWidthOf(label) - 2 * padding, measurer),
  }))
  return { cells, height: Math.max(minimum, ...cells.map((cell) => linesHeight(cell.lines) + 2 * padding)) }
}

function boxes(sheet: ProcessSheet, names: readonly SheetBox[], measurer: Measurer): readonly Cell[] {
  const half = width / names.length
  return names.map((label) => ({ label, width: half, labelAt: 'above', lines: opinionLines(sheet, label, half - 2 * padding, measurer) }))
}

const linesHeight = (lines: readonly CellLine[]): number => lines.reduce((sum, line) => sum + line.height, 0)
const needed = (cells: readonly Cell[]): number => Math.max(...cells.map((cell) => linesHeight(cell.lines) + labelHeight + padding))

/** Heights of the two box rows on page 1: all the room, three fifths to 签发 and 会签 unless one of them needs more and the other less. */
function share(room: number, upper: number, lower: number): readonly [number, number] {
  const usual = room * 0.6
  if (upper <= usual && lower <= room - usual) return [usual, room - usual]
  if (upper + lower <= room) return upper > usual ? [upper, room - upper] : [room - lower, lower]
  const least = room * 0.35
  const top = Math.max(least, Math.min(upper, room - Math.min(lower, room - usual)))
  return [top, room - top]
}

/** How many lines of a cell fit into a box of this height. */
function fitting(cell: Cell, height: number): number {
  let used = labelHeight + padding
  let count = 0
  for (const line of cell.lines) {
    used += line.height
    if (used > height + 1e-6) break
    count++
  }
  return count
}

const cut = (cells: readonly Cell[], height: number): Row => ({
  height, cells: cells.map((cell) => ({ ...cell, lines: cell.lines.slice(0, fitting(cell, height)) })),
})

const rest = (cells: readonly Cell[], height: number): readonly Cell[] =>
  cells.map((cell) => ({ ...cell, label: cell.label.replace(/(?:（续）)?$/u, '（续）'), lines: cell.lines.slice(fitting(cell, height)) }))

/** Rows for the pages after the first. */
function continuations(remaining: readonly (readonly Cell[])[]): Row[][] {
  const pages: Row[][] = []
  let queue = remaining.filter((cells) => cells.some((cell) => cell.lines.length > 0))
  while (queue.length > 0) {
    const rows: Row[] = []
    let room = bottom - tableTop
    const later: (readonly Cell[])[] = []
    for (const cells of queue) {
      const height = Math.min(needed(cells), room)
      // A box with room for its label alone waits for the next page.
      if (later.length > 0 || height < labelHeight + padding + 12) {
        later.push(cells)
        continue
      }
      rows.push(cut(cells, height))
      room -= height
      const over = rest(cells, height)
      if (over.some((cell) => cell.lines.length > 0)) later.push(over)
    }
    pages.push(rows)
    queue = later
  }
  return pages
}

function draw(sheet: ProcessSheet, rows: readonly Row[], number: number, count: number, measurer: Measurer): Page {
  const target: Sheet = { number, glyphs: [], rules: [], images: [], regions: [], marks: [] }
  const name = setSingle(measurer.atoms(`${sheet.organName}发文处理单${number > 1 ? '（续）' : ''}`, '小标宋', red))
  const type = name.width * heading.cell > width ? { size: width / name.width, cell: width / name.width } : heading
  placeLine(target, name, (paper.width - name.width * type.cell) / 2, 26, type)
  let top = tableTop
  for (const row of rows) {
    drawRow(target, row, top, measurer)
    top += row.height
    target.rules.push(rule(left, top, left + width, top, innerRule))
  }
  for (const [x1, y1, x2, y2] of [[left, tableTop, left + width, tableTop], [left, top, left + width, top], [left, tableTop, left, top], [left + width, tableTop, left + width, top]] as const) {
    target.rules.push(rule(x1, y1, x2, y2, outerRule))
  }
  if (count > 1) {
    const page = setSingle(measurer.atoms(`第${number}页　共${count}页`, '宋体'))
    placeLine(target, page, (paper.width - page.width * small.cell) / 2, bottom + 5, small)
  }
  return { ...target, width: paper.width, height: paper.height }
}

function drawRow(target: Sheet, row: Row, top: number, measurer: Measurer): void {
  let x = left
  row.cells.forEach((cell, i) => {
    if (i > 0) target.rules.push(rule(x, top, x, top + row.height, innerRule))
    const label = setSingle(measurer.atoms(cell.label, '宋体', red))
    const isAbove = cell.labelAt === 'above'
    const labelWidth = labelWidthOf(cell.label)
    const labelTop = isAbove ? top + padding : top + (row.height - text12.size) / 2
    placeLine(target, label, isAbove ? x + padding : x + (labelWidth - label.width * text12.cell) / 2, labelTop, text12)
    if (!isAbove) target.rules.push(rule(x + labelWidth, top, x + labelWidth, top + row.height, innerRule))
    let y = isAbove ? top + labelHeight : top + (row.height - linesHeight(cell.lines)) / 2
    for (const line of cell.lines) {
      if (line.ruleAbove) target.rules.push(rule(x, y, x + cell.width, y, innerRule))
      const edge = isAbove ? x + padding : x + labelWidth + padding
      placeLine(target, line.line, edge + line.shift, y + (line.height - line.type.size) / 2, line.type)
      y += line.height
    }
    x += cell.width
  })
}

function rule(x1: number, y1: number, x2: number, y2: number, thickness: number): Rule {
  return { x1: toMicrometre(x1), y1: toMicrometre(y1), x2: toMicrometre(x2), y2: toMicrometre(y2), width: thickness, color: red }
}
