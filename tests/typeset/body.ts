/** Measured lines matched with what the layout says they are. */
import { numberBlocks, type Block } from '#core/document'
import type { Fixture } from './fixtures.ts'
import { textLines, type Line } from './lines.ts'
import { measured } from './measure.ts'
import { tolerance } from './standard.ts'

export type BodyLine = { readonly line: Line; readonly page: number; readonly block: Block; readonly number: string; readonly isFirst: boolean; readonly isLast: boolean }

const isAttendance = /^(?:出席|请假|列席)：/u

/** The lines of every paragraph of the text and of its attachments, in order; an error when a line is not in the PDF where the layout says. */
export function bodyLines(found: Fixture): readonly BodyLine[] {
  const { content } = found.source
  const pages = measured(found).map((page) => textLines(page))
  const bodies = [content.body, ...content.attachments.map((each) => (each.kind === 'text' ? each.body : []))]
  const numbers = bodies.map((blocks) => numberBlocks(blocks))
  return found.layout.lines.flatMap((anchor, i) => {
    const at = anchor.part === null ? 0 : anchor.part + 1
    const block = bodies[at]![anchor.block]!
    if (block.kind !== 'paragraph' || block.text === '') return []
    if (content.form === '纪要' && isAttendance.test(block.text)) return []
    const line = pages[anchor.page - 1]!.find(({ top }) => Math.abs(top - anchor.y) < tolerance)
    if (line === undefined) throw new Error(`${found.name} page ${anchor.page}: no line at ${anchor.y} mm for block ${anchor.block}`)
    const before = found.layout.lines[i - 1]
    const after = found.layout.lines[i + 1]
    const isSame = (other: typeof before): boolean => other !== undefined && other.part === anchor.part && other.block === anchor.block
    return [{ line, page: anchor.page, block, number: numbers[at]![anchor.block]!, isFirst: !isSame(before), isLast: !isSame(after) }]
  })
}

/** Lines of a page that stand in no table. */
export function outsideTables(found: Fixture, page: number): readonly Line[] {
  const tables = found.layout.pages[page - 1]!.regions.filter(({ name }) => name === '表格')
  return textLines(measured(found)[page - 1]!).filter(({ y }) => !tables.some((table) => y > table.y && y < table.y + table.height))
}
