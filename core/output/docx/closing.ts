/** 附件说明, 署名, 成文日期 and 附注. GB/T 9704 §7.3.4–7.3.6 */
import type { DocumentContent, Issue } from '#core/document'
import { area, linePitch, signaturesOf } from '#core/typeset'
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
  const names = signaturesOf(content)
  const dateWidth = widthInCells(date)
  switch (content.authentication) {
    case '盖章':
      return sealedMarkup(names, dateWidth, (properties) => paragraph('WsDate', run(date), noteHeld + properties))
    case '不盖章': {
      const longest = Math.max(0, ...names.map(widthInCells))
      const left = dateWidth > longest ? 28 - 2 - dateWidth - 2 : 28 - 2 - longest
      return names.map((name, i) => paragraph('WsSignature', run(name), (i === 0 ? spaced(1) : '') + leftIndent(left))).join('') +
        paragraph('WsDate', run(date), noteHeld + leftIndent(Math.min(Math.max(0, left) + 2, 28 - dateWidth)))
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

/** Diameter of the seals to come and the gap between two, mm. */
const seal = 42
const sealGap = 2

/** As the fixed pages place them: the last 署名 centred over the date, which keeps 4 characters on its right; those of a joint issue in rows of at most three. §7.3.5.1 */
function sealedMarkup(names: readonly string[], dateWidth: number, dateLine: (properties: string) => string): string {
  const [only = ''] = names
  if (names.length <= 1 && widthInCells(only) > longestSignature) return longSignature(only, 24 - dateWidth / 2) + dateLine(rightIndent(4))
  const cell = cellTwips / 1440 * 25.4
  const radius = seal / 2 / cell
  const widest = Math.max(0, ...names.map(widthInCells))
  const pitch = Math.max(2 * radius + sealGap / cell, widest + (names.length > 1 ? 1 : 0))
  const half = Math.max(widest / 2, radius)
  const wish = 24 - dateWidth / 2
  const last = names.length <= 1 ? wish : Math.min(wish, 28 - half)
  const perRow = Math.max(1, Math.min(3, Math.floor((last - half) / pitch + 1e-6) + 1))
  const rowCount = Math.max(1, Math.ceil(names.length / perRow))
  const columns = Math.max(1, Math.ceil(names.length / rowCount))
  const between = Math.ceil((seal + sealGap) / linePitch) - 1
  // More rows than a page holds go on overleaf: held together they would all leave the page of the text.
  const isOverlong = rowCount * (between + 1) * linePitch > area.height
  const rows = Array.from({ length: rowCount }, (_, row) => {
    const inRow = names.slice(row * columns, (row + 1) * columns)
    const above = row === 0 ? spaced(2) : spaced(between)
    if (names.length <= 1) return paragraph('WsSignature', run(only), above + rightIndent(Math.max(0, 28 - wish - widthInCells(only) / 2)))
    const stops = inRow.map((_, i) => element('w:tab', { 'w:val': 'center', 'w:pos': cells(last - (inRow.length - 1 - i) * pitch) }))
    return paragraph('WsSignature', inRow.map((name) => run('\t') + run(name)).join(''), `${isOverlong && row < rowCount - 1 ? value('keepNext', 0) : ''}<w:tabs>${stops.join('')}</w:tabs>${above}${value('jc', 'left')}`)
  })
  return rows.join('') + dateLine(rightIndent(names.length > 1 ? 28 - last - dateWidth / 2 : 4))
}

/** Cells of a 署名 on one line. */
const longestSignature = 26

/** A name longer than the line wraps, its lines of much the same length and centred over the date. */
function longSignature(name: string, centre: number): string {
  const width = widthInCells(name)
  const lines = Math.ceil(width / longestSignature)
  const room = Math.ceil(width / lines) + 1
  const left = Math.max(0, Math.min(centre - room / 2, 28 - room))
  return paragraph('WsSignature', run(name), spaced(Math.max(0, 3 - lines)) + element('w:ind', { 'w:left': cells(left), 'w:right': cells(28 - left - room) }) + value('jc', 'center'))
}
