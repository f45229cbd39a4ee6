/** The head of an attachment (附件): label on the first line, title on the third. GB/T 9704 §7.3.7 */
import { area, linePitch, type3 } from './grid.ts'
import { setSingle } from './lines.ts'
import { widthOf, type Measurer } from './measure.ts'
import { addElement, markRegion, placeLine, type Sheets } from './sheets.ts'
import { placeTitle } from './title.ts'

/**
 * Label in 黑体, flush left on the first line of the 版心, title centred on the third. `separateNumber`: the 发文字号 that stands
 * before the label of an attachment that cannot be bound in ('' while there is none), null for bound ones.
 */
export function placeAttachment(sheets: Sheets, label: string, name: string, separateNumber: string | null, measurer: Measurer): void {
  const element = addElement(sheets, 'P')
  let left = area.left
  if (separateNumber !== null && separateNumber !== '') {
    const number = measurer.atoms(separateNumber, '仿宋')
    placeLine(sheets.current, setSingle(number), left, sheets.top, type3, element)
    left += widthOf(number) * type3.cell
  }
  placeLine(sheets.current, setSingle(measurer.atoms(label, '黑体')), left, sheets.top, type3, element)
  markRegion(sheets.current, '附件', sheets.top, sheets.top + type3.size)
  sheets.top += 2 * linePitch
  placeTitle(sheets, name, '附件', measurer)
  sheets.top += linePitch
}
