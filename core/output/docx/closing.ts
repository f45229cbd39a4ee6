/** 附件说明, 署名, 成文日期 and 附注. GB/T 9704 §7.3.4–7.3.6 */
import type { DocumentContent, Issue } from '#core/document'
import { linePitch } from '#core/typeset'
import { element, paragraph, run, value } from './markup.ts'
import { cellTwips, lineMm, lineTwips, twips, widthInCells } from './measures.ts'
import { spacedBefore } from './head.ts'

/** 2026-01-05 → 2026年1月5日; anything else comes back as it is. §7.3.5.4 */
export function printedDate(date: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(date)
  return match === null ? date : `${match[1]}年${Number(match[2])}月${Number(match[3])}日`
}

export const blankDate = '\u3000\u3000年\u3000月\u3000日'

const cells = (count: number): number => Math.round(count * cellTwips)

/** 附件说明: one blank line below the body; names hang from their first character. §7.3.4 */
export function attachmentNotes(content: DocumentContent): string {
  const several = content.attachments.length > 1
  const figure = several ? (content.attachments.length > 9 ? 1.5 : 1) + 0.25 : 0
  const left = cells(2 + 3 + figure)
  return content.attachments.map((attachment, i) => {
    const label = (i === 0 ? '附件：' : '') + (several ? `${i + 1}.\t` : '')
    const hanging = cells((i === 0 ? 3 : 0) + figure)
    const tabs = several ? `<w:tabs>${element('w:tab', { 'w:val': 'left', 'w:pos': left })}</w:tabs>` : ''
    return paragraph('WsNotes', run(label) + run(attachment.name),
      value('keepNext', 1) + tabs + (i === 0 ? spacedBefore(lineMm) : '') + element('w:ind', { 'w:left': left, 'w:hanging': hanging }))
  }).join('')
}

/** What the writer puts below the text for the content's way of authentication; the seal itself is never drawn. */
export function closingMarkup(content: DocumentContent, issue: Issue | null): string {
  const date = issue === null || issue.date === '' ? blankDate : printedDate(issue.date)
  const note = content.note === '' ? '' : paragraph('WsNote', run(`（${content.note}）`))
  if (content.signature === '' && content.authentication === '不盖章') return note
  const noteHeld = note === '' ? '' : value('keepNext', 1)
  return signatureMarkup(content, date, noteHeld) + note
}

const rightIndent = (right: number): string => element('w:ind', { 'w:right': cells(Math.max(0, right)) }) + value('jc', 'right')
const leftIndent = (left: number): string => element('w:ind', { 'w:left': cells(Math.max(0, left)) }) + value('jc', 'left')
const spaced = (lines: number): string => element('w:spacing', { 'w:before': Math.round(lines * lineTwips) })

function signatureMarkup(content: DocumentContent, date: string, noteHeld: string): string {
  const names = signatureLines(content)
  const dateWidth = widthInCells(date)
  switch (content.authentication) {
    case '盖章': {
      // Centred over the date, which keeps 4 characters on its right; two blank lines keep a seal of 42 mm off the text.
      const centre = 4 + dateWidth / 2
      return names.map((name, i) => paragraph('WsSignature', run(name), (i === 0 ? spaced(2) : '') + rightIndent(Math.max(0, centre - widthInCells(name) / 2)))).join('') +
        paragraph('WsDate', run(date), noteHeld + rightIndent(4))
    }
    case '不盖章': {
      const longest = Math.max(0, ...names.map(widthInCells))
      const left = dateWidth > longest ? 28 - 2 - dateWidth - 2 : 28 - 2 - longest
      return names.map((name, i) => paragraph('WsSignature', run(name), (i === 0 ? spaced(1) : '') + leftIndent(left))).join('') +
        paragraph('WsDate', run(date), noteHeld + leftIndent(Math.max(0, left) + 2))
    }
    case '签名章': {
      // The post stands 2 characters left of a stamp 40 mm wide and 20 mm high, which keeps 4 characters on its right.
      const stamp = 4 + 40 / (linePitch * 0.5333) + 2
      const above = 2 * lineTwips + twips(5)
      return names.map((name, i) => paragraph('WsSignature', run(name), element('w:spacing', { 'w:before': i === 0 ? above : twips(12) }) + rightIndent(stamp))).join('') +
        paragraph('WsDate', run(date), noteHeld + element('w:spacing', { 'w:before': lineTwips + twips(5) }) + rightIndent(4))
    }
  }
}

/** 署名 of a joint issue stand below each other, the host's first. */
function signatureLines(content: DocumentContent): string[] {
  const joint = content.issuers.length > 1 && content.signature === content.issuers.join(' ')
  return joint ? [...content.issuers] : [content.signature]
}
