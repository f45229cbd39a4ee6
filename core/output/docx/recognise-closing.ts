/** 附件说明, 署名, 成文日期 and 附注 at the end of the text. GB/T 9704 §7.3.4–7.3.6 */
import { chineseValue, parseNumber } from '#core/document'
import { cleanLine, cleanLines } from './clean.ts'
import type { RawItem, RawParagraph } from './raw.ts'
import { isOwn, roleOf } from './read-roles.ts'
import type { Repairs } from './repairs.ts'

export type ClosingParts = {
  readonly signatures: readonly string[]
  /** YYYY-MM-DD; '' for the blank of a draft, null when there is no date line */
  readonly date: string | null
  readonly note: string
  /** names of the 附件说明 in order */
  readonly attachmentNames: readonly string[]
  /** 公开方式 as a line of its own below the text */
  readonly disclosure?: string
}

/** A date line → YYYY-MM-DD; '' for the blank of a draft; null when it is none. Chinese numerals as well as Arabic. */
export function dateOf(text: string): string | null {
  const bare = text.replaceAll(/[\s\u3000\u00a0]/gu, '')
  if (/^(?:\d{4})?年(?:\d{1,2})?月日$/u.test(bare)) return ''
  const arabic = /^(\d{4})年(\d{1,2})月(\d{1,2})日$/u.exec(bare) ?? /^(\d{4})[./-](\d{1,2})[./-](\d{1,2})日?$/u.exec(bare)
  if (arabic !== null) return isoDate(Number(arabic[1]), Number(arabic[2]), Number(arabic[3]))
  const chinese = /^([〇○零Ｏ一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日$/u.exec(bare)
  if (chinese === null) return null
  const digits = '〇一二三四五六七八九'
  const year = Number([...chinese[1]!.replaceAll(/[○零Ｏ]/gu, '〇')].map((char) => digits.indexOf(char)).join(''))
  return isoDate(year, chineseValue(chinese[2]!) ?? 0, chineseValue(chinese[3]!) ?? 0)
}

function isoDate(year: number, month: number, day: number): string | null {
  const days = [31, year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  if (month < 1 || month > 12 || day < 1 || day > days[month - 1]!) return null
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

const disclosed = /^(?:信息)?公开(?:方式|属性|形式|选项|类别)\s*[：:]\s*(主动公开|依申请公开|不予公开)。?$/u

/** How many paragraphs from the end the date may stand: after it only 附注 and a contact follow. */
const reach = 8

/** Parts the closing from the body; what is not clearly closing stays body text. */
export function readClosing(items: readonly RawItem[], repairs: Repairs): { readonly body: readonly RawItem[]; readonly closing: ClosingParts } {
  const said = items.findLast((item) => isParagraph(item) && disclosed.test(item.text.trim()))
  const disclosure = said?.kind === 'paragraph' ? { disclosure: disclosed.exec(said.text.trim())![1]! } : {}
  const filled = items.filter((item) => item !== said && (item.kind !== 'paragraph' || item.text.trim() !== ''))
  let end = filled.length
  let note = ''
  const last = filled[end - 1]
  if (isParagraph(last) && (roleOf(last) === 'note' || /^[（(].+[）)]$/u.test(last.text.trim()))) {
    const hasDate = filled.slice(Math.max(0, end - 1 - reach), end - 1).some((item) => isParagraph(item) && dateOf(item.text) !== null)
    if (roleOf(last) === 'note' || hasDate) {
      repairs.typed('noteLine', cleanLines(last.text, repairs).join(''))
      note = cleanLines(last.text, repairs).join('').replace(/^[（(]/u, '').replace(/[）)]$/u, '')
      end--
    }
  }
  const dateAt = lastDate(filled, end)
  let date: string | null = null
  let signatures: string[] = []
  if (dateAt >= 0) {
    const line = filled[dateAt] as RawParagraph
    date = dateOf(line.text)
    repairs.typed('date', line.text.replaceAll(/\s/gu, ''))
    if (/[〇○零一二三四五六七八九]{4}年/u.test(line.text)) repairs.add('docx.date', '成文日期的汉字数字已改为阿拉伯数字')
    const from = signaturesFrom(filled, dateAt)
    signatures = filled.slice(from, dateAt).flatMap((item) => (isParagraph(item) ? item.text.trim().split(/\t|[ \u3000\u00a0]{2,}/u).flatMap((one) => cleanLines(one, repairs)) : []))
    // What stands between date and note belongs to the body's end: it is not dropped.
    const between = filled.slice(dateAt + 1, end)
    const rest = readNotes([...filled.slice(0, from)], repairs)
    if (between.length > 0) repairs.add('docx.after-date', '成文日期之后还有文字，已放回正文末尾，请核对')
    return { body: [...rest.body, ...between], closing: { signatures, date, note, attachmentNames: rest.names, ...disclosure } }
  }
  const rest = readNotes(filled.slice(0, end), repairs)
  return { body: rest.body, closing: { signatures, date, note, attachmentNames: rest.names, ...disclosure } }
}

const isParagraph = (item: RawItem | undefined): item is RawParagraph => item?.kind === 'paragraph'

function lastDate(items: readonly RawItem[], end: number): number {
  for (let i = end - 1; i >= Math.max(0, end - reach); i--) {
    const item = items[i]
    if (isParagraph(item) && (dateOf(item.text) !== null || roleOf(item) === 'date') && dateOf(item.text) !== null) return i
  }
  return -1
}

/** First of the signature lines above a date: named by style, else short lines standing right. */
function signaturesFrom(items: readonly RawItem[], dateAt: number): number {
  let from = dateAt
  while (from > 0 && dateAt - from < 20) {
    const item = items[from - 1]
    if (!isParagraph(item)) break
    const text = item.text.trim()
    const isNamed = roleOf(item) === 'signature'
    const isShort = !isOwn(item) && items[from - 2]?.kind !== 'picture' && text.length <= 40 && !/[。；：:，,]$/u.test(text) && parseNumber(text) === null && !/^附\s*(?:件|[：:])/u.test(text) && item.heading === null && item.label === null && roleOf(item) !== 'body' && roleOf(item) !== 'notes'
    const standsRight = item.align === 'right' || /^[\s\u3000]{4,}/u.test(item.text) || from === dateAt
    if (!isNamed && !(isShort && standsRight)) break
    from--
  }
  return from
}

/** 附件说明 at the end of what is left. §7.3.4 */
function readNotes(items: readonly RawItem[], repairs: Repairs): { readonly body: readonly RawItem[]; readonly names: readonly string[] } {
  for (let i = items.length - 1; i >= Math.max(0, items.length - 120); i--) {
    const item = items[i]
    if (!isParagraph(item)) break
    const text = item.text.trim()
    const isNamed = roleOf(item) === 'notes'
    if (/^附\s*件?\s*[：:]/u.test(text)) {
      repairs.typed('attachmentLine', text.split('\n')[0]!)
      const lines = items.slice(i).flatMap((one) => (isParagraph(one) ? one.text.split('\n').map((line) => [one.label?.text ?? '', line] as const) : []))
      return { body: items.slice(0, i), names: namesOf(lines, repairs) }
    }
    const mayFollow = isNamed || /^\d{1,3}\s*[.．、]/u.test(text) || (item.label?.text ?? '') !== ''
    if (!mayFollow) break
  }
  return { body: items, names: [] }
}

/** Names without 附件： and their numbers; a line without a number goes on with the name above. */
function namesOf(lines: readonly (readonly [label: string, text: string])[], repairs: Repairs): string[] {
  const names: string[] = []
  for (const [label, raw] of lines) {
    const text = cleanLine(raw, repairs).replace(/^附\s*件?\s*[：:]\s*/u, '')
    if (text === '') continue
    const match = /^\d{1,3}\s*[.．、]\s*(.*)$/u.exec(text)
    if (match !== null || label !== '' || names.length === 0) names.push(match?.[1] ?? text)
    else names[names.length - 1] += text
  }
  return names
}
