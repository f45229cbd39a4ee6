/** Body text (正文): paragraphs to rows, rows to pages. GB/T 9704 §7.3.3 */
import { numberBlocks, type Block, type Paragraph } from '#core/document'
import { area, charsPerLine, linePitch, type3, type TypeSize } from './grid.ts'
import { breakLines, type Line } from './lines.ts'
import type { Atom, Measurer } from './measure.ts'
import { toMicrometre, type Anchor, type FontRole, type Region } from './pages.ts'
import { advance, fits, isAtTop, markRegion, nextPage, placeLine, type Sheets } from './sheets.ts'

/** One line on its way to a page. */
export type Row = {
  readonly line: Line
  /** mm from the left edge of the 版心 */
  readonly indent: number
  readonly type: TypeSize
  readonly region: Region['name']
  /** blank lines (空行) above; dropped at the top of a page */
  readonly blankAbove: number
  /** set on the first line of a block */
  readonly starts: { readonly part: number | null; readonly block: number } | null
}

/** The lead of a level-1 or level-2 paragraph: up to its first 。, or all of it. */
function splitLead(text: string): readonly [string, string] {
  const end = text.indexOf('。')
  return end < 0 ? [text, ''] : [text.slice(0, end + 1), text.slice(end + 1)]
}

const leadFont: readonly FontRole[] = ['仿宋', '黑体', '楷体', '仿宋', '仿宋']

/** A paragraph as atoms: number and lead in the level's font, the rest in 仿宋. */
export function paragraphAtoms(block: Paragraph, number: string, measurer: Measurer): Atom[] {
  const font = leadFont[block.level] ?? '仿宋'
  if (font === '仿宋') return measurer.atoms(number + block.text, '仿宋')
  const [head, rest] = splitLead(block.text)
  return [...measurer.atoms(number + head, font), ...measurer.atoms(rest, '仿宋')]
}

/** All lines of a list of blocks: paragraphs indented by two characters, wrapped lines flush. */
export function bodyRows(blocks: readonly Block[], part: number | null, measurer: Measurer): Row[] {
  const numbers = numberBlocks(blocks)
  const rows: Row[] = []
  blocks.forEach((block, i) => {
    if (block.kind !== 'paragraph') return
    const atoms = paragraphAtoms(block, numbers[i] ?? '', measurer)
    const lines = breakLines(atoms, { first: charsPerLine - 2, rest: charsPerLine })
    // An empty paragraph still takes its line and can be found on the page.
    if (lines.length === 0) lines.push({ atoms: [], offsets: [], width: 0 })
    lines.forEach((line, at) => {
      rows.push({
        line,
        indent: at === 0 ? 2 * type3.cell : 0,
        type: type3,
        region: part === null ? '正文' : '附件',
        blankAbove: 0,
        starts: at === 0 ? { part, block: i } : null,
      })
    })
  })
  return rows
}

/** Places rows one after the other and notes where blocks start. */
export function placeRows(sheets: Sheets, rows: readonly Row[], anchors: Anchor[]): void {
  for (const row of rows) placeRow(sheets, row, anchors)
}

function placeRow(sheets: Sheets, row: Row, anchors: Anchor[]): void {
  if (!isAtTop(sheets)) sheets.top += row.blankAbove * linePitch
  if (!fits(sheets, row.type.size)) nextPage(sheets)
  const { top } = sheets
  placeLine(sheets.current, row.line, area.left + row.indent, top, row.type)
  markRegion(sheets.current, row.region, top, top + row.type.size)
  if (row.starts !== null) anchors.push({ ...row.starts, page: sheets.current.number, y: toMicrometre(top) })
  advance(sheets, row.type.size)
}
