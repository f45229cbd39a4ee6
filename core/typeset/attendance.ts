/** Attendance of minutes (出席、请假、列席): label in 黑体, names aligned after the colon. GB/T 9704 §10.3 */
import { blockText, type Block } from '#core/document'
import { area, charsPerLine, type3 } from './grid.ts'
import { breakLines } from './lines.ts'
import type { Measurer } from './measure.ts'
import { lineRow, type BlockRows } from './rows.ts'

const pattern = /^(出席|请假|列席)：(.+)$/u

/** How many blocks at the end of minutes are attendance lists. */
export function attendanceCount(blocks: readonly Block[]): number {
  let count = 0
  while (count < blocks.length) {
    const block = blocks[blocks.length - 1 - count]!
    if (block.kind !== 'paragraph' || block.level !== 0 || !pattern.test(block.text)) break
    count++
  }
  return count
}

/** One list, indented by two characters; `isFirst`: it stands one blank line below the body. */
export function attendanceList(block: Block, isFirst: boolean, measurer: Measurer): BlockRows {
  const indent = 2 + 3
  const match = pattern.exec(blockText(block))
  const label = measurer.atoms(`${match?.[1] ?? ''}：`, '黑体')
  const room = charsPerLine - indent
  let offset = 3
  const rows = breakLines(measurer.atoms(match?.[2] ?? '', '仿宋'), { first: room, rest: room }).map((line, at) => {
    const labelled = at > 0 ? line : {
      atoms: [...label, ...line.atoms],
      offsets: [...label.map((_, cell) => cell), ...line.offsets.map((x) => x + 3)],
      width: line.width + 3,
    }
    const row = lineRow(labelled, area.left + (at === 0 ? 2 : indent) * type3.cell, type3, '正文', at === 0 ? 0 : offset, isFirst && at === 0 ? 1 : 0)
    for (const atom of line.atoms) offset += atom.char.length
    return row
  })
  return { role: 'P', rows, orientation: 'portrait' }
}
