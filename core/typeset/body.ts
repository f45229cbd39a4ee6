/** Body text (正文): paragraphs to rows. GB/T 9704 §7.3.3 */
import type { Block, Paragraph } from '#core/document'
import { area, charsPerLine, type3 } from './grid.ts'
import { breakLines } from './lines.ts'
import type { Atom, Measurer } from './measure.ts'
import type { FontRole, Region, StructureRole } from './pages.ts'
import { pictureRows } from './picture.ts'
import { lineRow, type BlockRows, type Row } from './rows.ts'
import { tableRows } from './table.ts'

const leadFont: readonly FontRole[] = ['仿宋', '黑体', '楷体', '仿宋', '仿宋']
const headings: readonly StructureRole[] = ['P', 'H1', 'H2', 'H3', 'H4']

/** A paragraph as atoms: number and lead in the level's font, the rest in 仿宋. `lead`: length of the heading it begins with, UTF-16. */
export function paragraphAtoms(block: Paragraph, number: string, lead: number, measurer: Measurer): Atom[] {
  const font = leadFont[block.level] ?? '仿宋'
  if (font === '仿宋' || (lead === 0 && block.text !== '')) return measurer.atoms(number + block.text, '仿宋')
  return [...measurer.atoms(number + block.text.slice(0, lead), font), ...measurer.atoms(block.text.slice(lead), '仿宋')]
}

/** The rows of one block. `number`: its number text, '' for none; `lead`: length of the heading it begins with. */
export function rowsOfBlock(block: Block, number: string, lead: number, region: Region['name'], measurer: Measurer): BlockRows {
  switch (block.kind) {
    case 'paragraph':
      return { role: roleOf(block), rows: paragraphRows(block, number, lead, region, measurer), orientation: 'portrait' }
    case 'table':
      return { role: 'Table', rows: tableRows(block, measurer), orientation: block.orientation }
    case 'picture':
      return { role: 'Figure', alt: block.caption, rows: pictureRows(block, measurer), orientation: 'portrait' }
  }
}

/** A numbered paragraph that is nothing but its heading is a heading to a reader. */
function roleOf(block: Paragraph): StructureRole {
  return block.level > 0 && !/[。；，：！？]/u.test(block.text) ? headings[block.level]! : 'P'
}

/** Lines of a paragraph: the first indented by two characters, wrapped lines flush. */
function paragraphRows(block: Paragraph, number: string, lead: number, region: Region['name'], measurer: Measurer): Row[] {
  const lines = breakLines(paragraphAtoms(block, number, lead, measurer), { first: charsPerLine - 2, rest: charsPerLine })
  // An empty paragraph still takes its line and can be found on the page.
  if (lines.length === 0) lines.push({ atoms: [], offsets: [], width: 0 })
  let offset = -number.length
  return lines.map((line, at) => {
    const row = lineRow(line, area.left + (at === 0 ? 2 * type3.cell : 0), type3, region, Math.max(0, offset))
    for (const atom of line.atoms) offset += atom.char.length
    return row
  })
}
