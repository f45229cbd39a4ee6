/** Tables (表格): ruled, head rows repeated on every page, rows never split. GB/T 9704 §8 */
import type { Table } from '#core/document'
import { element, paragraph, run, value } from './markup.ts'
import { twips, widthInCells } from './measures.ts'

/** Room beside the text of a cell, twips */
const cellMargin = 85
const rule = (name: string): string => element(`w:${name}`, { 'w:val': 'single', 'w:sz': 4, 'w:space': 0, 'w:color': '000000' })

/** One table `width` mm wide. Shares that the author gave are kept in its description, so that they come back exactly. */
export function tableMarkup(table: Table, width: number): string {
  const widths = columnTwips(table, twips(width))
  const shares = table.columns.map((column) => column.share)
  const isShared = shares.some((share) => share > 0)
  const properties = element('w:tblW', { 'w:w': widths.reduce((sum, one) => sum + one, 0), 'w:type': 'dxa' }) + value('jc', 'center') +
    `<w:tblBorders>${['top', 'left', 'bottom', 'right', 'insideH', 'insideV'].map(rule).join('')}</w:tblBorders>` +
    '<w:tblLayout w:type="fixed"/>' +
    `<w:tblCellMar>${element('w:left', { 'w:w': cellMargin, 'w:type': 'dxa' })}${element('w:right', { 'w:w': cellMargin, 'w:type': 'dxa' })}</w:tblCellMar>` +
    value('tblDescription', isShared ? `列宽${shares.join(':')}` : '列宽自动')
  const grid = widths.map((one) => element('w:gridCol', { 'w:w': one })).join('')
  const rows = table.rows.map((row, i) => {
    const head = i < table.headRows ? '<w:tblHeader/>' : ''
    const cells = row.map((cell, column) => cellMarkup(cell, widths[column] ?? 0, i < table.headRows ? 'center' : alignments[table.columns[column]?.align ?? 'centre']))
    return `<w:tr><w:trPr><w:cantSplit/>${head}</w:trPr>${cells.join('')}</w:tr>`
  })
  return `<w:tbl><w:tblPr>${properties}</w:tblPr><w:tblGrid>${grid}</w:tblGrid>${rows.join('')}</w:tbl>`
}

const alignments = { left: 'left', centre: 'center', right: 'right' } as const

function cellMarkup(text: string, width: number, align: string): string {
  return `<w:tc><w:tcPr>${element('w:tcW', { 'w:w': width, 'w:type': 'dxa' })}${value('vAlign', 'center')}</w:tcPr>${paragraph('WsCell', run(text), align === 'center' ? '' : value('jc', align))}</w:tc>`
}

/** Widths of the columns: by the shares given, else by their longest cell within bounds. Sums to `total`. */
function columnTwips(table: Table, total: number): number[] {
  const given = table.columns.map((column) => column.share)
  const isShared = given.some((share) => share > 0)
  const shares = isShared ? given : table.columns.map((_, i) => Math.min(30, Math.max(3, ...table.rows.map((row) => widthInCells(row[i] ?? '') + 1))))
  const sum = shares.reduce((all, one) => all + one, 0)
  const widths = shares.map((share) => Math.max(100, Math.floor((total * share) / sum)))
  widths[widths.length - 1] = Math.max(100, widths.at(-1)! + total - widths.reduce((all, one) => all + one, 0))
  return widths
}
