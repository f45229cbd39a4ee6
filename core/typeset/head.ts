/** The head of each layout form (版式): what stands above the title or the body. GB/T 9704 §7.2, §10 */
import { assertNever } from '#core/formats'
import type { DocumentContent, Issue } from '#core/document'
import { area, lead, linePitch, page as paper, type3 } from './grid.ts'
import { placeHeader, placeMarginals } from './header.ts'
import { setSingle } from './lines.ts'
import { partsOfMark, placeMark } from './mark.ts'
import type { Measurer } from './measure.ts'
import { placeholderGrey, red, type FontSet } from './pages.ts'
import { addElement, horizontalRule, markRegion, placeLine, type Sheet, type Sheets } from './sheets.ts'

export type HeadInput = {
  readonly content: DocumentContent
  readonly issue: Issue | null
  /** what stands for the number while there is none, or null for the form's own blank */
  readonly numberPlaceholder: string | null
  readonly fonts: FontSet
  readonly measurer: Measurer
}

/** Blank of a number that is not given yet. */
const blankNumber = '〔\u3000\u3000〕\u3000号'
const blankOrderNumber = '第\u3000号'

/** Places the head of the content's form and returns the top of what follows (title, or body of an order), mm. */
export function placeHead(sheets: Sheets, input: HeadInput): number {
  const { content, issue, fonts, measurer } = input
  switch (content.form) {
    case '文件':
    case '纪要':
      return placeHeader(sheets, content, issue, input.numberPlaceholder ?? blankNumber, fonts, measurer)
    case '信函':
      return placeLetterHead(sheets, input)
    case '命令':
      return placeOrderHead(sheets, input)
    default:
      return assertNever(content.form)
  }
}

/** Letter: top of the mark below the page edge, rules above and below, mm. §10.1 */
const letterMarkTop = 30
const letterRuleGap = 4
const letterRuleAboveBottom = 20
const letterRuleLength = 170
/** The standard says thick and thin, not how thick. mm */
const thick = 0.9
const thin = 0.35
const between = 0.6

function placeLetterHead(sheets: Sheets, input: HeadInput): number {
  const sheet = sheets.current
  const { content, issue, fonts, measurer } = input
  // A joint letter carries the host's mark alone, so there is one mark in any case.
  const markBottom = placeMark(sheet, partsOfMark(content.issuerMark).names[0] ?? '', letterMarkTop, fonts, measurer, addElement(sheets, 'P'))
  const firstBottom = doubleRule(sheet, markBottom + letterRuleGap, thick, thin)
  const height = thick + between + thin
  doubleRule(sheet, paper.height - letterRuleAboveBottom - height, thin, thick)
  // Elements start 7/8 of a 三号 character below the rule: number right, the others left.
  const top = firstBottom + (7 / 8) * type3.size
  const left = placeMarginals(sheets, content, measurer, top)
  const isKnown = issue !== null && issue.number !== ''
  const number = setSingle(isKnown ? measurer.atoms(issue.number, '仿宋') : measurer.atoms(issue === null ? input.numberPlaceholder ?? blankNumber : '', '仿宋', placeholderGrey))
  placeLine(sheet, number, area.right - number.width * type3.cell, top, type3, isKnown ? addElement(sheets, 'P') : null)
  const lastTop = top + Math.max(0, left - 1) * linePitch
  markRegion(sheet, '版头', letterMarkTop, lastTop + type3.size)
  return lastTop + type3.size + lead + 2 * linePitch
}

/** Two red rules, the upper one starting at `top`; returns the bottom of the lower one. mm */
function doubleRule(sheet: Sheet, top: number, upper: number, lower: number): number {
  const left = (paper.width - letterRuleLength) / 2
  const bottom = top + upper + between + lower
  sheet.rules.push(horizontalRule(top + upper / 2, upper, red, left, letterRuleLength))
  sheet.rules.push(horizontalRule(bottom - lower / 2, lower, red, left, letterRuleLength))
  return bottom
}

/** Order: mark 20 mm below the top of the 版心, 令号 two blank lines below it, body two blank lines below that. §10.2 */
const orderMarkBelowTop = 20

function placeOrderHead(sheets: Sheets, input: HeadInput): number {
  const sheet = sheets.current
  const { content, issue, fonts, measurer } = input
  placeMarginals(sheets, content, measurer)
  const markBottom = placeMark(sheet, content.issuerMark, area.top + orderMarkBelowTop, fonts, measurer, addElement(sheets, 'P'))
  const top = markBottom + lead + 2 * linePitch
  const isKnown = issue !== null && issue.number !== ''
  const number = setSingle(isKnown ? measurer.atoms(issue.number, '仿宋') : measurer.atoms(issue === null ? input.numberPlaceholder ?? blankOrderNumber : '', '仿宋', placeholderGrey))
  placeLine(sheet, number, area.left + (area.width - number.width * type3.cell) / 2, top, type3, isKnown ? addElement(sheets, 'P') : null)
  markRegion(sheet, '版头', area.top, top + type3.size)
  return top + type3.size + lead + 2 * linePitch
}

