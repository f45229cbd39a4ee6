/** Page numbers (页码): 四号半角宋体 between em rules, 7 mm below the 版心. GB/T 9704 §7.5 */
import { area, type4 } from './grid.ts'
import { setSingle } from './lines.ts'
import type { Measurer } from './measure.ts'
import type { FontSet } from './pages.ts'
import { markRegion, placeOnBaseline, type Sheet } from './sheets.ts'

/** Top of the em rule below the 版心, mm */
export const dashBelowArea = 7

/** Prints a number on a page: odd right, even left, one character free. */
export function placePageNumber(sheet: Sheet, printed: number, fonts: FontSet, measurer: Measurer): void {
  const { face } = fonts.faces.宋体
  const dash = face.bounds(face.glyphId(0x2014))
  // The dash hangs from its own ink, not from the em box.
  const dashTop = dash === null ? 0.35 : dash.yMax / face.unitsPerEm
  const baseline = area.bottom + dashBelowArea + dashTop * type4.size
  // The outer dashes end where their glyphs end: a face whose dash is narrower than its cell must not push the number in.
  const line = setSingle(measurer.atoms(`— ${printed} —`, '宋体').map((atom) => (atom.char === '—' ? { ...atom, width: Math.min(atom.width, atom.advance * type4.size / type4.cell) } : atom)))
  const left = printed % 2 === 1 ? area.right - type4.cell - line.width * type4.cell : area.left + type4.cell
  placeOnBaseline(sheet, line, left, baseline, type4, 100)
  markRegion(sheet, '页码', baseline - 0.88 * type4.size, baseline + 0.12 * type4.size)
}
