/** Title lines (标题): centred, broken where the sense allows, in a trapezoid or a diamond. GB/T 9704 §7.3.1 */
import { area, type2 } from './grid.ts'
import { breakLines, setSingle } from './lines.ts'
import type { Measurer } from './measure.ts'
import { breakTitle } from './title-breaks.ts'
import { addElement, advance, fits, markRegion, nextPage, placeLine, type Sheets } from './sheets.ts'

/** Places a title from the cursor on, one or more centred lines. */
export function placeTitle(sheets: Sheets, title: string, region: '标题' | '附件', measurer: Measurer): void {
  const element = addElement(sheets, 'Title')
  for (const text of breakTitle(title)) {
    const atoms = measurer.atoms(text, '小标宋')
    const room = area.width / type2.cell
    const single = setSingle(atoms)
    // A title without any good place for a break still must not leave the 版心.
    const lines = single.width <= room + 1e-6 ? [single] : breakLines(atoms, { first: room, rest: room })
    for (const line of lines) {
      if (!fits(sheets, type2.size)) nextPage(sheets)
      const left = area.left + (area.width - line.width * type2.cell) / 2
      placeLine(sheets.current, line, left, sheets.top, type2, element)
      markRegion(sheets.current, region, sheets.top, sheets.top + type2.size)
      advance(sheets, type2.size)
    }
  }
}
