/** The head of the general form (版头): 份号, 密级, 紧急程度, 发文机关标志, 发文字号, 签发人, red rule. GB/T 9704 §7.2 */
import type { DocumentContent, Issue } from '#core/document'
import { area, lead, linePitch, type3 } from './grid.ts'
import { setSingle } from './lines.ts'
import { placeMark } from './mark.ts'
import { widthOf, type Measurer } from './measure.ts'
import { placeholderGrey, red, type FontRole, type FontSet } from './pages.ts'
import { addElement, horizontalRule, markRegion, placeLine, type Sheets } from './sheets.ts'
import { signerColumns } from './signers.ts'

/** Top of the mark below the top of the 版心, mm. §7.2.4 */
export const markBelowTop = 35
/** Red rule below the 发文字号, mm. §7.2.7 */
export const ruleBelowNumber = 4
/** The standard gives no thickness; this is the usual one, mm. */
export const redRuleWidth = 0.7

/** Places the head and returns where the title may start: the top of its em box, mm. */
export function placeHeader(
  sheets: Sheets,
  content: DocumentContent,
  issue: Issue | null,
  numberPlaceholder: string,
  fonts: FontSet,
  measurer: Measurer,
): number {
  const sheet = sheets.current
  placeMarginals(sheets, content, measurer)
  const markBottom = placeMark(sheet, content.issuerMark, area.top + markBelowTop, fonts, measurer, addElement(sheets, 'P'))
  // 发文字号: two blank lines below the mark. §7.2.5
  const top = markBottom + lead + 2 * linePitch
  const numberTop = placeNumberLine(sheets, issue, numberPlaceholder, top, measurer)
  const ruleTop = numberTop + type3.size + ruleBelowNumber
  sheet.rules.push(horizontalRule(ruleTop + redRuleWidth / 2, redRuleWidth, red))
  markRegion(sheet, '版头', area.top, ruleTop + redRuleWidth)
  // 标题: two blank lines below the rule. §7.3.1
  return ruleTop + redRuleWidth + 2 * linePitch
}

/** 份号, 密级和保密期限, 紧急程度: top left, one a line, in this order. §7.2.1–7.2.3 */
export function placeMarginals(sheets: Sheets, content: DocumentContent, measurer: Measurer, top: number = area.top): number {
  const entries: (readonly [string, FontRole])[] = []
  if (content.copyNumber !== null) entries.push([content.copyNumber.padStart(6, '0'), '仿宋'])
  if (content.secrecy !== undefined) {
    const { level, period } = content.secrecy
    entries.push([period === '' ? level : `${level}★${period}`, '黑体'])
  }
  if (content.urgency !== '') entries.push([content.urgency, '黑体'])
  entries.forEach(([text, font], i) => {
    placeLine(sheets.current, setSingle(measurer.atoms(text, font)), area.left, top + i * linePitch, type3, addElement(sheets, 'P'))
  })
  return entries.length
}

/** 发文字号, and on upward documents 签发人 beside it. Returns the top of the line that carries the number. mm */
function placeNumberLine(sheets: Sheets, issue: Issue | null, placeholder: string, top: number, measurer: Measurer): number {
  const sheet = sheets.current
  const isKnown = issue !== null && issue.number !== ''
  // A document that is issued without a number leaves the line blank; a blank to fill in is for drafts.
  const number = setSingle(isKnown ? measurer.atoms(issue.number, '仿宋') : measurer.atoms(issue === null ? placeholder : '', '仿宋', placeholderGrey))
  const signers = issue?.signers ?? []
  if (signers.length === 0) {
    placeLine(sheet, number, area.left + (area.width - number.width * type3.cell) / 2, top, type3, isKnown ? addElement(sheets, 'P') : null)
    return top
  }
  // Names of a column start under each other. §7.2.6
  const label = measurer.atoms('签发人：', '仿宋')
  const names = signers.map((name) => setSingle(measurer.atoms(name, '楷体')))
  const { perLine, column, left: namesLeft, number: place } = signerColumns(names.map(({ width }) => width), number.width)
  const element = addElement(sheets, 'P')
  placeLine(sheet, setSingle(label), area.left + Math.max(0, namesLeft - widthOf(label)) * type3.cell, top, type3, element)
  let last = top
  names.forEach((name, i) => {
    last = top + Math.floor(i / perLine) * linePitch
    const left = area.left + Math.max(widthOf(label), namesLeft + (i % perLine) * column) * type3.cell
    placeLine(sheet, name, left, last, type3, element)
  })
  if (place === 'below') last += linePitch
  placeLine(sheet, number, area.left + type3.cell, last, type3, isKnown ? addElement(sheets, 'P') : null)
  return last
}

