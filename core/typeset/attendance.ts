/** Attendance of minutes (出席、请假、列席): label in 黑体, names aligned after the colon. GB/T 9704 §10.3 */
import { blockText, type Block } from '#core/document'
import type { Row } from './body.ts'
import { charsPerLine, type3 } from './grid.ts'
import { breakLines } from './lines.ts'
import type { Measurer } from './measure.ts'

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

/** Rows of the lists, one blank line below the body, each list indented by two characters. `from`: index of the first block. */
export function attendanceRows(blocks: readonly Block[], from: number, measurer: Measurer): Row[] {
  const indent = 2 + 3
  return blocks.flatMap((block, i) => {
    const match = pattern.exec(blockText(block))
    const label = measurer.atoms(`${match?.[1] ?? ''}：`, '黑体')
    const room = charsPerLine - indent
    return breakLines(measurer.atoms(match?.[2] ?? '', '仿宋'), { first: room, rest: room }).map((line, at): Row => ({
      line: at > 0 ? line : {
        atoms: [...label, ...line.atoms],
        offsets: [...label.map((_, cell) => cell), ...line.offsets.map((x) => x + 3)],
        width: line.width + 3,
      },
      indent: (at === 0 ? 2 : indent) * type3.cell,
      type: type3,
      region: '正文',
      blankAbove: i === 0 && at === 0 ? 1 : 0,
      starts: at === 0 ? { part: null, block: from + i } : null,
    }))
  })
}
