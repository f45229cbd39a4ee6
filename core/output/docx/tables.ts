/** Tables (表格): ruled, head rows repeated on every page, rows never split. GB/T 9704 §8 */
import type { Table } from '#core/document'
import { element, paragraph, run, value } from './markup.ts'
import { twips, widthInCells } from './measures.ts'

/** The largest of these sizes in which the columns find room, as on the fixed pages. pt */
const sizes = [14, 12, 10.5, 9] as const
/** Blank inside a cell, left and right, and above and below; blank between lines as a share of the size. mm */
const padding = { x: 1.2, y: 1.1 } as const
const leading = 0.35
const ruleWidth = 0.26
/** 一字 of a size on paper, mm */
const cellOf = (points: number): number => (points * 15.8 * 25.4) / 16 / 72

const rule = (name: string, weight: number): string => element(`w:${name}`, { 'w:val': 'single', 'w:sz': weight, 'w:space': 0, 'w:color': '000000' })

/** One table `width` mm wide. Shares that the author gave are kept in its description, so that they come back exactly. */
export function tableMarkup(table: Table, width: number): string {
  const { points, widths } = fitted(table, width)
  const shares = table.columns.map((column) => column.share)
  const isShared = shares.some((share) => share > 0)
  const columns = widths.map(twips)
  const margin = (side: string, mm: number): string => element(`w:${side}`, { 'w:w': Math.max(0, twips(mm)), 'w:type': 'dxa' })
  // A line's own lead counts into the blank above and below, and the rule between two rows stands in neither.
  const above = padding.y - (leading / 2) * points * (25.4 / 72) - ruleWidth / 2
  const properties = element('w:tblW', { 'w:w': columns.reduce((sum, one) => sum + one, 0), 'w:type': 'dxa' }) + value('jc', 'center') +
    `<w:tblBorders>${rule('top', 8)}${rule('left', 8)}${rule('bottom', 8)}${rule('right', 8)}${rule('insideH', 6)}${rule('insideV', 6)}</w:tblBorders><w:tblLayout w:type="fixed"/>` +
    `<w:tblCellMar>${margin('top', above)}${margin('left', padding.x)}${margin('bottom', above)}${margin('right', padding.x)}</w:tblCellMar>` +
    value('tblDescription', isShared ? `列宽${shares.join(':')}` : '列宽自动')
  const rows = table.rows.map((row, i) => {
    const isHead = i < table.headRows
    const cells = row.map((cell, column) => cellMarkup(cell, columns[column] ?? 0, points, isHead ? 'head' : table.columns[column]?.align ?? 'centre'))
    return `<w:tr><w:trPr><w:cantSplit/>${isHead ? '<w:tblHeader/>' : ''}</w:trPr>${cells.join('')}</w:tr>`
  })
  return `<w:tbl><w:tblPr>${properties}</w:tblPr><w:tblGrid>${columns.map((one) => element('w:gridCol', { 'w:w': one })).join('')}</w:tblGrid>${rows.join('')}</w:tbl>`
}

const alignments = { head: 'center', left: 'left', centre: 'center', right: 'right' } as const

function cellMarkup(text: string, width: number, points: number, align: keyof typeof alignments): string {
  const size = value('sz', points * 2) + value('szCs', points * 2)
  const line = element('w:spacing', { 'w:before': 0, 'w:after': 0, 'w:line': Math.round(points * (1 + leading) * 20), 'w:lineRule': 'exact' })
  return `<w:tc><w:tcPr>${element('w:tcW', { 'w:w': width, 'w:type': 'dxa' })}${value('vAlign', 'center')}</w:tcPr>` +
    `${paragraph('WsCell', run(text, align === 'head' ? 'WsHei' : '', size), (align === 'head' ? value('keepNext', 1) : '') + line + value('jc', alignments[align]))}</w:tc>`
}

/** Cells of text that a column may be narrowed to, and the longest cell that counts for its wish. */
const narrowest = 3
const widest = 40

function fitted(table: Table, total: number): { readonly points: number; readonly widths: readonly number[] } {
  const wishes = table.columns.map((_, c) => {
    const cells = table.rows.map((row) => row[c] ?? '')
    const most = Math.max(1, ...cells.map((cell) => Math.min(widthInCells(cell), widest)))
    const word = Math.max(0, ...cells.flatMap((cell) => (cell.match(/[\w.,%:/-]+/gu) ?? []).map((one) => Math.min(widthInCells(one), 12))))
    return { most, least: Math.min(most, Math.max(narrowest, word)) }
  })
  for (const points of sizes) {
    const found = columnWidths(table, wishes, total, cellOf(points))
    if (found.isRoomy || points === sizes.at(-1)) return { points, widths: found.widths }
  }
  return { points: 14, widths: table.columns.map(() => total / table.columns.length) }
}

/** Widths in mm that together are `total`: by the shares given, else by what stands in the columns. */
function columnWidths(table: Table, wishes: readonly { readonly most: number; readonly least: number }[], total: number, cell: number): { readonly widths: readonly number[]; readonly isRoomy: boolean } {
  const sum = (list: readonly number[]): number => list.reduce((all, one) => all + one, 0)
  const least = wishes.map((wish) => wish.least * cell + 2 * padding.x)
  const shares = table.columns.map((column) => column.share)
  if (sum(shares) > 0) {
    const counted = shares.map((share) => Math.max(share, 1))
    const widths = counted.map((share) => (total * share) / sum(counted))
    return { widths, isRoomy: widths.every((width, c) => width >= least[c]! - 1e-6) }
  }
  const needed = sum(least)
  if (needed > total) return { widths: least.map((width) => (width * total) / needed), isRoomy: false }
  const wanted = wishes.map((wish, c) => Math.max(wish.most * cell + 2 * padding.x, least[c]!))
  const surplus = wanted.map((width, c) => width - least[c]!)
  if (sum(surplus) <= total - needed) return { widths: wanted.map((width) => (width * total) / sum(wanted)), isRoomy: true }
  return { widths: least.map((width, c) => width + ((total - needed) * surplus[c]!) / sum(surplus)), isRoomy: true }
}
