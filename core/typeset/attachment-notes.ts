/** 附件说明: one blank line below the body; a wrapped name aligns with the first character of the name above. GB/T 9704 §7.3.4 */
import type { DocumentContent } from '#core/document'
import { area, charsPerLine, type3 } from './grid.ts'
import { breakLines, setSingle, type Line } from './lines.ts'
import { widthOf, type Atom, type Measurer } from './measure.ts'
import { lineRow, type BlockRows } from './rows.ts'

/** Room of 附件： in cells, after the indent of two. */
const indent = 2
const labelWidth = 3

/** Rows of the note for each attachment, in order. */
export function attachmentNotes(content: DocumentContent, measurer: Measurer): BlockRows[] {
  const count = content.attachments.length
  // Names start in one column, also below 10.
  const numberWidth = count > 1 ? widthOf(measurer.atoms(count > 9 ? '10.' : '1.', '仿宋')) + 0.25 : 0
  const shift = labelWidth + numberWidth
  const room = charsPerLine - indent - shift
  return content.attachments.map((attachment, i): BlockRows => {
    const label = measurer.atoms(i === 0 ? '附件：' : '', '仿宋')
    const number = measurer.atoms(count > 1 ? `${i + 1}.` : '', '仿宋')
    const lines = breakLines(measurer.atoms(attachment.name, '仿宋'), { first: room, rest: room })
    const rows = lines.map((line, at) => {
      const left = area.left + (at === 0 ? indent : indent + shift) * type3.cell
      return lineRow(at === 0 ? withLabel(line, label, number, shift) : line, left, type3, '附件说明', 0, i === 0 && at === 0 ? 1 : 0)
    })
    return { role: 'P', rows, orientation: 'portrait' }
  })
}

function withLabel(line: Line, label: Atom[], number: Atom[], shift: number): Line {
  return {
    atoms: [...label, ...number, ...line.atoms],
    offsets: [
      ...setSingle(label).offsets, ...setSingle(number).offsets.map((x) => x + labelWidth), ...line.offsets.map((x) => x + shift),
    ],
    width: line.width + shift,
  }
}
