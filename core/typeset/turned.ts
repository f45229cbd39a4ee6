/**
 * A landscape table (横排表格): set upright on a sheet as wide as the 版心 is high, then turned a quarter anticlockwise, head to
 * the left. That is the binding edge (订口) of an odd page and the trim edge (切口) of an even one, and both pages of a spread
 * read the same way. GB/T 9704 §8
 */
import { area } from './grid.ts'
import { toMicrometre, type PlacedGlyph } from './pages.ts'
import type { Row } from './rows.ts'
import { addElement, isAtTop, markRegion, nextPage, sheet, type Sheet, type Sheets } from './sheets.ts'

/** Room of a turned page, mm: the table's width runs along the height of the 版心. */
export const turnedRoom = { width: area.height, height: area.width } as const

/** Places the rows on pages of their own and leaves the cursor at the top of a fresh page's place. Returns the first page's number. */
export function placeTurned(sheets: Sheets, rows: readonly Row[], element: number): number {
  let first = 0
  let at = 0
  while (at < rows.length) {
    if (!isAtTop(sheets) || sheets.current.glyphs.length > 0) nextPage(sheets)
    if (first === 0) first = sheets.current.number
    const upright = sheet(sheets.current.number)
    let top = 0
    const repeats = rows[at]!.repeats
    for (const head of repeats) {
      head.draw({ target: upright, top, isTop: top === 0, ids: null })
      top += head.height + head.after
    }
    const start = at
    while (at < rows.length && (at === start || top + rows[at]!.height + rows[at]!.keep <= turnedRoom.height + 0.001)) {
      const row = rows[at]!
      const ids = [element]
      for (const tag of row.tags) ids.push(addElement(sheets, tag.role, tag.parent === 'block' ? element : ids[tag.parent + 1]!))
      row.draw({ target: upright, top, isTop: top === 0, ids })
      top += row.height + row.after
      at++
    }
    turnOnto(upright, sheets.current)
    markRegion(sheets.current, '表格', area.top, area.bottom)
    // Nothing stands beside a turned table.
    sheets.top = area.bottom
    sheets.bottom = area.bottom
  }
  return first
}

/** Upright x runs up the page from the foot of the 版心, upright y runs from its left edge. */
function turnOnto(upright: Sheet, target: Sheet): void {
  const x = (y: number): number => toMicrometre(area.left + y)
  const y = (x: number): number => toMicrometre(area.bottom - x)
  const base = target.glyphs.length
  for (const glyph of upright.glyphs) target.glyphs.push({ ...glyph, x: x(glyph.y), y: y(glyph.x), turn: 90 } satisfies PlacedGlyph)
  for (const rule of upright.rules) target.rules.push({ ...rule, x1: x(rule.y1), y1: y(rule.x1), x2: x(rule.y2), y2: y(rule.x2) })
  for (const mark of upright.marks) target.marks.push('to' in mark ? { ...mark, from: mark.from + base, to: mark.to + base } : mark)
}
