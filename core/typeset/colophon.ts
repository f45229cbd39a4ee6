/** The colophon (版记): 主送 moved here, 抄送, 印发机关和印发日期, its rules. GB/T 9704 §7.4 */
import type { DocumentContent, Issue } from '#core/document'
import { blankDate, printedDate } from './dates.ts'
import { area, lead, type4 } from './grid.ts'
import { breakLines, setSingle, type Line } from './lines.ts'
import type { Measurer } from './measure.ts'
import { partNameWithin } from './names.ts'
import { black, placeholderGrey } from './pages.ts'
import { addElement, fits, horizontalRule, markRegion, nextPage, placeLine, type Sheets } from './sheets.ts'

/** First and last rule, and those between. mm. §7.4.1 */
export const heavyRule = 0.35
export const lightRule = 0.25

/** One line of 四号 with its share of blank above and below. mm */
const rowHeight = type4.size + lead
const chars = area.width / type4.cell

type ColophonRow = { readonly lines: readonly { readonly line: Line; readonly left: number }[] }

/** Puts the colophon at the bottom of the last page; on a page of its own when it does not fit. */
export function placeColophon(
  sheets: Sheets,
  content: DocumentContent,
  issue: Issue | null,
  isRecipientsHere: boolean,
  measurer: Measurer,
): void {
  const groups: ColophonRow[][] = []
  const named: ColophonRow[] = []
  if (isRecipientsHere) named.push(...nameRows('主送：', content.recipients, measurer))
  if (content.copies.length > 0) named.push(...nameRows('抄送：', content.copies, measurer))
  if (named.length > 0) groups.push(named)
  // A letter's colophon has neither 印发机关 and 印发日期 nor rules. §10.1
  const isLetter = content.form === '信函'
  if (content.printer !== '' && !isLetter) groups.push(printerRows(content, issue, measurer))
  const rowCount = groups.reduce((sum, group) => sum + group.length, 0)
  if (rowCount === 0) return
  const height = rowCount * rowHeight
  if (height > area.height) return placeLong(sheets, groups, isLetter)
  // The first rule stays at least one blank away from the text; a page start needs none.
  if (!fits(sheets, height)) nextPage(sheets)
  const sheet = sheets.current
  let top = area.bottom - height
  markRegion(sheet, '版记', top, area.bottom)
  groups.forEach((group, i) => {
    if (!isLetter) sheet.rules.push(horizontalRule(top, i === 0 ? heavyRule : lightRule, black))
    const element = addElement(sheets, 'P')
    for (const row of group) {
      for (const { line, left } of row.lines) placeLine(sheet, line, left, top + lead / 2, type4, element)
      top += rowHeight
    }
  })
  if (!isLetter) sheet.rules.push(horizontalRule(area.bottom, heavyRule, black))
  sheets.top = area.bottom
}

/** A colophon higher than a page: it runs over pages from the top of a fresh one, and its last rule stands at the foot of the last. */
function placeLong(sheets: Sheets, groups: readonly (readonly ColophonRow[])[], isLetter: boolean): void {
  const all = groups.flatMap((group, g) => group.map((row, i) => ({ row, isFirst: i === 0, isTop: g === 0 && i === 0 })))
  const most = Math.floor(area.height / rowHeight)
  // The first pages are full; what is left stands at the foot of the last one.
  for (let at = 0; at < all.length; at += most) {
    nextPage(sheets)
    const part = all.slice(at, at + most)
    const isLast = at + most >= all.length
    let top = isLast ? area.bottom - part.length * rowHeight : area.top
    markRegion(sheets.current, '版记', top, top + part.length * rowHeight)
    const element = addElement(sheets, 'P')
    for (const { row, isFirst, isTop } of part) {
      if (isFirst && !isLetter) sheets.current.rules.push(horizontalRule(top, isTop ? heavyRule : lightRule, black))
      for (const { line, left } of row.lines) placeLine(sheets.current, line, left, top + lead / 2, type4, element)
      top += rowHeight
    }
    if (isLast && !isLetter) sheets.current.rules.push(horizontalRule(area.bottom, heavyRule, black))
  }
  sheets.top = area.bottom
}

/** Label and names, one character free on both sides, wrapped lines under the first name, 。 at the end. §7.4.2 */
function nameRows(label: string, names: readonly string[], measurer: Measurer): ColophonRow[] {
  const room = chars - 2 - 3
  const lines = breakLines(measurer.atoms(`${names.join('，')}。`, '仿宋'), { first: room, rest: room })
  return lines.map((line, i) => ({
    lines: [
      ...(i === 0 ? [{ line: setSingle(measurer.atoms(label, '仿宋')), left: area.left + type4.cell }] : []),
      { line, left: area.left + 4 * type4.cell },
    ],
  }))
}

/** 印发机关 left, 印发日期 right, one character free on both sides and between them; a long name wraps under its first character. §7.4.3 */
function printerRows(content: DocumentContent, issue: Issue | null, measurer: Measurer): ColophonRow[] {
  const isDated = issue !== null && issue.printDate !== ''
  const date = setSingle(
    isDated ? measurer.atoms(`${printedDate(issue.printDate)}印发`, '仿宋') : measurer.atoms(`${blankDate}印发`, '仿宋', placeholderGrey),
  )
  const room = chars - 3 - date.width
  const whole = setSingle(measurer.atoms(content.printer, '仿宋'))
  const names = (whole.width <= room ? [content.printer] : partNameWithin(content.printer, Math.floor(room))).flatMap((part) => breakLines(measurer.atoms(part, '仿宋'), { first: room, rest: room }))
  const dated = { line: date, left: area.left + (chars - 1 - date.width) * type4.cell }
  return names.map((line, i) => ({ lines: [{ line, left: area.left + type4.cell }, ...(i === names.length - 1 ? [dated] : [])] }))
}
