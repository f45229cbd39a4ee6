/** The head (版头) of each form, the title and the recipients as paragraphs. GB/T 9704 §7.2, §7.3.1–2, §10 */
import { assertNever } from '#core/formats'
import type { DocumentContent, Issue } from '#core/document'
import { breakTitle, signerColumns } from '#core/typeset'
import { hostMark, markMarkup } from './mark.ts'
import { element, paragraph, run } from './markup.ts'
import { cellTwips, lineMm, lineTwips, twips, widthInCells } from './measures.ts'

/** Top of the mark below the top of the 版心, mm. §7.2.4, §10.2, §10.3 */
const markBelowTop = { 文件: 35, 纪要: 35, 命令: 20 } as const
const blankNumber = '〔\u3000\u3000〕\u3000号'

/** w:spacing that changes only what stands above; line height comes from the style. */
export function spacedBefore(mm: number): string {
  return element('w:spacing', { 'w:before': Math.max(0, twips(mm)) })
}

/** Everything above the title: paragraphs of the body. The mark of a letter stands in its first page's header (`letterhead`). */
export function headParagraphs(content: DocumentContent, issue: Issue | null): string {
  const marginals = marginalTexts(content)
  if (content.form === '信函') return letterLines(marginals, numberOf(issue, blankNumber))
  const above = markBelowTop[content.form] - marginals.length * lineMm
  const { markup, numberBelow } = markMarkup(content.issuerMark, above)
  const lines = marginals.map(([text, font]) => paragraph('WsMarginal', run(text, font === '黑体' ? 'WsHei' : ''))).join('') + markup
  switch (content.form) {
    case '文件':
    case '纪要':
      return lines + numberParagraphs(issue, numberBelow)
    case '命令':
      return lines + paragraph('WsNumber', run(numberOf(issue, '第\u3000号')), element('w:spacing', { 'w:before': twips(numberBelow), 'w:after': 2 * lineTwips }))
    default:
      return assertNever(content.form)
  }
}

/** A document that is issued without a number leaves the line blank; a blank to fill in is for drafts. */
function numberOf(issue: Issue | null, blank: string): string {
  return issue === null ? blank : issue.number
}

/** 份号, 密级和保密期限, 紧急程度 in printing order. §7.2.1–7.2.3 */
function marginalTexts(content: DocumentContent): (readonly [string, '仿宋' | '黑体'])[] {
  const list: (readonly [string, '仿宋' | '黑体'])[] = []
  if (content.copyNumber !== null) list.push([content.copyNumber.padStart(6, '0'), '仿宋'])
  if (content.secrecy !== undefined) {
    const { level, period } = content.secrecy
    list.push([period === '' ? level : `${level}★${period}`, '黑体'])
  }
  if (content.urgency !== '') list.push([content.urgency, '黑体'])
  return list
}

/** The red rule 4 mm below the number, as wide as the 版心: the lower border of its paragraph. §7.2.7 */
const redRule = `<w:pBdr>${element('w:bottom', { 'w:val': 'single', 'w:sz': 16, 'w:space': 5, 'w:color': 'FF0000' })}</w:pBdr>`

/** 发文字号 two blank lines below the mark; on upward documents 签发人 beside it, two names a line. §7.2.5–7.2.6 */
function numberParagraphs(issue: Issue | null, before: number): string {
  const signers = issue?.signers ?? []
  const number = numberOf(issue, blankNumber)
  if (signers.length === 0) return paragraph('WsNumber', run(number), redRule + spacedBefore(before))
  const { perLine, column, left: namesLeft, number: place } = signerColumns(signers.map(widthInCells), widthInCells(number))
  // The label ends where the first name begins, so there is no tab between them; the lines below reach that place by one.
  const stopsOf = (isFirst: boolean): number[] => [1, ...(isFirst ? [namesLeft - 4] : [namesLeft]), ...Array.from({ length: perLine - 1 }, (_, i) => namesLeft + (i + 1) * column)]
  const tabsOf = (isFirst: boolean): string => `<w:tabs>${stopsOf(isFirst).map((cells) => element('w:tab', { 'w:val': 'left', 'w:pos': Math.round(cells * cellTwips) })).join('')}</w:tabs>`
  const lines = Array.from({ length: Math.ceil(signers.length / perLine) }, (_, i) => signers.slice(i * perLine, (i + 1) * perLine))
  const below = place === 'below' ? paragraph('WsSigner', run(`\t${number}`), redRule + tabsOf(false)) : ''
  return lines.map((names, i) => {
    const isLast = below === '' && i === lines.length - 1
    const runs = run(`\t${isLast ? number : ''}\t${i === 0 ? '签发人：' : ''}`) + names.map((name, at) => (at === 0 ? '' : run('\t')) + run(name, 'WsKai')).join('')
    return paragraph('WsSigner', runs, (isLast ? redRule : '') + tabsOf(i === 0) + (i === 0 ? spacedBefore(before) : ''))
  }).join('') + below
}

/** Below a letter's first double rule: number right, the others left, starting on one line. §10.1 */
function letterLines(marginals: readonly (readonly [string, '仿宋' | '黑体'])[], number: string): string {
  const tabs = `<w:tabs>${element('w:tab', { 'w:val': 'right', 'w:pos': 28 * cellTwips })}</w:tabs>`
  const [first, ...rest] = marginals
  const start = first === undefined ? '' : run(first[0], first[1] === '黑体' ? 'WsHei' : '')
  return paragraph('WsSigner', `${start}${run('\t')}${run(number)}`, tabs + spacedBefore(2.6)) +
    rest.map(([text, font]) => paragraph('WsMarginal', run(text, font === '黑体' ? 'WsHei' : ''))).join('')
}

/** Two red rules 170 mm long, thick over thin or thin over thick, as a border of an empty line. */
export function doubleRule(order: 'thickThin' | 'thinThick'): string {
  // The names of these border kinds count from the outside of a box inwards; a lower border is read from below.
  const kind = order === 'thickThin' ? 'thinThickSmallGap' : 'thickThinSmallGap'
  const border = `<w:pBdr>${element('w:bottom', { 'w:val': kind, 'w:sz': 36, 'w:space': 1, 'w:color': 'FF0000' })}</w:pBdr>`
  return paragraph('WsMark', '', border + element('w:spacing', { 'w:before': 0, 'w:after': 0, 'w:line': 200, 'w:lineRule': 'exact' }) +
    element('w:ind', { 'w:left': -twips(8), 'w:right': -twips(6) }))
}

/** The header of a letter's first page: mark and double rule. */
export function letterhead(mark: string): string {
  return markMarkup(hostMark(mark), 0).markup + doubleRule('thickThin')
}

/** The lines of a title in the exchange: broken as on our own pages, each break a line break inside one paragraph. */
function titleRuns(title: string): string {
  return run(breakTitle(title).join('\n'))
}

/** 标题: two blank lines below the red rule or the last element above. An order prints none. §7.3.1 */
export function titleParagraph(content: DocumentContent): string {
  if (content.form === '命令' || content.title === '') return ''
  return paragraph('WsTitle', titleRuns(content.title), spacedBefore(content.form === '信函' ? 21.1 : 18.4))
}

/** The title of an attachment stands on the third line. §7.3.7 */
export function attachmentTitle(name: string): string {
  return paragraph('WsAttachmentTitle', titleRuns(name), spacedBefore(lineMm))
}

/** 主送机关; the blank line between it and the title belongs to the title. §7.3.2 */
export function recipientsParagraph(content: DocumentContent): string {
  if (content.recipients.length === 0) return ''
  return paragraph('WsRecipients', run(`${content.recipients.join('，')}：`))
}
