/** Recognising the elements of an official document (公文要素) among raw items. GB/T 9704 §7 */
import { parseDocNumber } from '#core/document'
import { cleanLine, organsOf, piecesOf } from './clean.ts'
import { readColophon, type Colophon } from './recognise-colophon.ts'
import { dateOf, readClosing, type ClosingParts } from './recognise-closing.ts'
import type { RawItem, RawParagraph } from './raw.ts'
import { textOf, withoutDevices } from './recognise-devices.ts'
import { roleOf } from './read-roles.ts'
import type { Repairs } from './repairs.ts'

type Head = {
  readonly marks: readonly string[]
  readonly number: string
  readonly signers: readonly string[]
  readonly copyNumber: string | null
  readonly secrecy: { readonly level: string; readonly period: string } | null
  readonly urgency: string
}

type AttachmentPart = { readonly index: number | null; readonly isSeparate: boolean; readonly title: string; readonly items: readonly RawItem[] }

export type Elements = {
  readonly head: Head
  readonly title: string
  readonly recipients: readonly string[]
  readonly body: readonly RawItem[]
  readonly closing: ClosingParts
  readonly attachments: readonly AttachmentPart[]
  readonly colophon: Colophon
}

/** Splits the items of a file. `letterhead`: paragraphs of the first page's header. Nothing is lost: what no element claims stays in the body. */
export function recogniseElements(items: readonly RawItem[], letterhead: readonly RawParagraph[], repairs: Repairs): Elements {
  const exploded = withoutDevices(items, repairs)
  const { colophon, rest } = readColophon(exploded, repairs)
  const from = skipBlank(rest, 0)
  const { head, next } = readHead(rest, from, letterhead, repairs)
  const titled = readTitle(rest, next, head, repairs)
  const addressed = readRecipients(rest, titled.next, repairs)
  const firstPart = rest.findIndex((item, i) => i >= addressed.next && isAttachmentLabel(item, rest, i))
  const main = rest.slice(addressed.next, firstPart < 0 ? rest.length : firstPart)
  const { body, closing } = readClosing(main, repairs)
  return {
    head, title: titled.title, recipients: addressed.recipients, body, closing, colophon,
    attachments: firstPart < 0 ? [] : readParts(rest, firstPart, repairs),
  }
}

function skipBlank(items: readonly RawItem[], from: number): number {
  let at = from
  for (let item = items[at]; item?.kind === 'paragraph' && item.text.trim() === ''; item = items[at]) at++
  return at
}

const blankNumber = /^(?:.{0,20}〔\s*〕\s*号|第\s*号)$/u
const otherNumber = /^(?:第\s*[0-9〇零一二三四五六七八九十百]+\s*[号期次]|[（(]第?\s*\d+\s*[号期次]?[）)]|〔\d{4}〕\s*第?\s*\d+\s*[号期次])$/u
const numberPattern = /[^\s\d〔〕[\]【】（）()﹝﹞：:]{1,20}\s*[〔[【（(﹝［]\s*\d{4}\s*[〕\]】）)﹞］]\s*第?\s*\d{1,6}\s*号/u
const secrecyPattern = /^(绝密|机密|秘密)(?:\s*★\s*(.{0,20}))?$/u
const urgencyPattern = /^(特急|加急)$/u

type HeadParts = { marks: string[]; number: string; signers: string[]; copyNumber: string | null; secrecy: Head['secrecy']; urgency: string; seen: number }

/** Everything above the title. Stops at the first paragraph that is none of its elements. */
function readHead(items: readonly RawItem[], from: number, letterhead: readonly RawParagraph[], repairs: Repairs): { readonly head: Head; readonly next: number } {
  const head: HeadParts = { marks: letterhead.filter((one) => one.isRed && one.text.trim() !== '').map((one) => cleanLine(one.text.replaceAll('\n', ''), repairs)), number: '', signers: [], copyNumber: null, secrecy: null, urgency: '', seen: 0 }
  let at = from
  for (let item = items[at]; item?.kind === 'paragraph' && at < from + 40; item = items[at]) {
    if (isBlackMark(items, at) && head.marks.length === 0) {
      head.marks.push(cleanLine(item.text.replaceAll('\n', ''), repairs))
      head.seen++
    } else if (item.text.trim() !== '' && !takeHeadLine(item, head, repairs)) break
    at++
  }
  // 文件 stands between the names of a joint mark when it is merged over the rows of a table.
  head.marks.sort((a, b) => Number(a === '文件') - Number(b === '文件'))
  // 办公室文件 on a second line goes on with the name above it.
  for (let i = head.marks.length - 1; i > 0; i--) if (/^办公[厅室]/u.test(head.marks[i]!)) head.marks.splice(i - 1, 2, `${head.marks[i - 1]!}${head.marks[i]!}`)
  return { head, next: head.seen === 0 ? from : at }
}

/** A mark that nobody coloured: large, centred, ending as marks do, with a number below it. */
function isBlackMark(items: readonly RawItem[], at: number): boolean {
  const item = items[at]
  if (item?.kind !== 'paragraph' || item.align !== 'centre' || item.size < 40 || !/(?:文件|命令|令|纪要)$/u.test(textOf(item)) || roleOf(item) === 'title') return false
  const below = items.slice(at + 1, at + 8).filter((one) => one.kind === 'paragraph' && one.text.trim() !== '').slice(0, 3)
  return below.some((one) => one.kind === 'paragraph' && (numberPattern.test(textOf(one)) || otherNumber.test(textOf(one))))
}

/** Takes a paragraph as part of the head when every piece of it is an element. */
function takeHeadLine(item: RawParagraph, head: HeadParts, repairs: Repairs): boolean {
  const role = roleOf(item)
  const text = textOf(item)
  if (role === 'mark' || (item.isRed && item.size >= 40 && role !== 'title')) {
    head.marks.push(cleanLine(item.text.replaceAll('\n', ''), repairs))
    head.seen++
    return true
  }
  if (role === 'number') {
    head.number = blankNumber.test(text) ? '' : numberOf(text, repairs)
    head.seen++
    return true
  }
  if (role === 'title' || role === 'recipients' || role === 'body' || role === 'attachmentTitle') return false
  const draft: HeadParts = { ...head, signers: [...head.signers] }
  // Taken out first: people put blanks between its parts, and 签发人 beside it.
  const withoutNumber = item.text.replaceAll(/[\n\u00a0]/gu, ' ').replace(numberPattern, (number) => {
    draft.number = numberOf(number.replaceAll(/[\s\u3000]+/gu, ' ').trim(), repairs)
    return '\t'
  })
  const pieces = piecesOf(withoutNumber.replace(/[^\s〔]{0,20}〔[\s\u3000]*〕[\s\u3000]*号/u, '\t').replaceAll(/签发人\s*[：:]?/gu, '\t签发人\t'))
  let isNaming = false
  for (const piece of unspread(pieces)) {
    if (piece === '签发人') isNaming = true
    else if (!takeHeadPiece(piece, draft, role === 'signer' || isNaming ? 'named' : head.signers.length > 0 && item.align !== 'centre' && personal.test(piece) ? 'named' : 'plain', repairs)) return false
  }
  Object.assign(head, draft, { seen: head.seen + 1 })
  return true
}

/** On a line below the first signers only what reads like a name is one more: the title may follow at once. */
const personal = /^(?:\p{Script=Han}{2,4}|\p{Script=Han}{1,2} \p{Script=Han}{1,2}|\p{Script=Han}+(?:[·•]\p{Script=Han}+)+)$/u

/** 何 and 清, parted by more blanks than one, are one name. */
function unspread(pieces: readonly string[]): string[] {
  const joined: string[] = []
  for (const piece of pieces) {
    if (/^\p{Script=Han}$/u.test(piece) && /^\p{Script=Han}$/u.test(joined.at(-1) ?? '')) joined[joined.length - 1] += ` ${piece}`
    else joined.push(piece)
  }
  return joined
}

/** 张建国 李卫东 are two, 王 强 is one name spread to three characters. */
function severalNames(text: string): string[] {
  const parts = text.trim().split(/[ \u3000]+/u)
  return parts.every((part) => [...part].length > 1) ? parts : [text.trim()]
}

function takeHeadPiece(piece: string, head: HeadParts, names: 'named' | 'plain', repairs: Repairs): boolean {
  const secrecy = secrecyPattern.exec(piece.replace(/^密级\s*[：:]\s*/u, ''))
  if (secrecy !== null) {
    head.secrecy = { level: secrecy[1]!, period: secrecy[2] ?? '' }
    return true
  }
  const urgency = urgencyPattern.exec(piece.replace(/^紧急程度\s*[：:]\s*/u, ''))
  if (urgency !== null) {
    head.urgency = urgency[1]!
    return true
  }
  if (/^(?:份号\s*[：:]?\s*)?\d{6}$/u.test(piece)) {
    head.copyNumber = piece.slice(-6)
    return true
  }
  if (blankNumber.test(piece)) return true
  if (otherNumber.test(piece)) {
    head.number = numberOf(piece, repairs)
    return true
  }
  if (names === 'named' && piece.length <= 20) {
    head.signers.push(...piece.split(/[、，,]/u).flatMap(severalNames).filter((name) => name !== ''))
    return true
  }
  return false
}

/** A number in any brackets as it should be; other numbers (令号, 期号) as they stand. */
function numberOf(text: string, repairs: Repairs): string {
  const parsed = parseDocNumber(text)
  repairs.typed('number', text)
  if (parsed === null) return text
  const standard = `${parsed.mark}〔${parsed.year}〕${parsed.serial}号`
  if (standard !== text) repairs.add('docx.number', `发文字号「${text}」已改为规范写法「${standard}」`)
  return standard
}

/** Centred large lines, one title; without any, the first line when it reads like a title. */
function readTitle(items: readonly RawItem[], from: number, head: Head, repairs: Repairs): { readonly title: string; readonly next: number } {
  let at = skipBlank(items, from)
  const lines: string[] = []
  const first = items[at]
  if (first?.kind !== 'paragraph' || /^[图表]\s*\d/u.test(first.text.trim())) return { title: '', next: from }
  const isNamed = roleOf(first) === 'title' || roleOf(first) === 'attachmentTitle'
  const isLarge = first.align === 'centre' && first.size >= 34 && !first.isRed
  const bare = textOf(first)
  const isLikely = first.align === 'centre' || head.marks.length > 0 || /(?:决议|决定|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要|方案|办法|规定|细则|条例|规划|计划|制度|要点|总结)(?:[（(].*[）)])?$/u.test(bare)
  if (!isNamed && !isLarge && !(isLikely && bare.length <= 120 && !/[。：:；]$/u.test(bare) && roleOf(first) !== 'body')) return { title: '', next: from }
  for (let item = items[at]; item?.kind === 'paragraph' && lines.join('').length < 200; item = items[at]) {
    const text = item.text.trim()
    const isSame = isNamed ? roleOf(item) === roleOf(first) : item.align === first.align && Math.abs(item.size - first.size) <= 2 && (isLarge || lines.length === 0) && (lines.length === 0 || !/^[（(]/u.test(text))
    if (text === '') break
    if (lines.length > 0 && !isSame) break
    lines.push(...item.text.split(/\n/u).map((line) => cleanLine(line, repairs)).filter((line) => line !== ''))
    at++
  }
  if (lines.length > 1 && !isNamed) repairs.add('docx.title-joined', `标题分成了 ${lines.length} 行，已合为一个标题，换行由排版决定`)
  return { title: lines.join(''), next: at }
}

/** The line after the title that ends with a colon and announces nothing. §7.3.2 */
function readRecipients(items: readonly RawItem[], from: number, repairs: Repairs): { readonly recipients: string[]; readonly next: number } {
  const at = skipBlank(items, from)
  const item = items[at]
  if (item?.kind !== 'paragraph') return { recipients: [], next: from }
  const text = cleanLine(item.text.replaceAll('\n', ''), repairs)
  const isAddress = /^[^。；！？“”]{2,3000}[：:]$/u.test(text) && item.label === null && item.heading === null && item.align !== 'centre' && !/(?:如下|以下|下列|下|通知|规定|要求|事项)[：:]$/u.test(text) && !/^[一二三四五六七八九十（(\d]/u.test(text)
  // A colon that was forgotten: names of organs alone, and a text below them.
  const below = items[skipBlank(items, at + 1)]
  const isBareAddress = /^[^。；！？：“”《》]{2,300}(?:政府|公署|部门|单位|机关|企业|公司|学校|[局委厅])$/u.test(text) && item.label === null && item.heading === null && item.align === 'left' && below?.kind === 'paragraph' && below.text.trim().length > 15
  if (roleOf(item) !== 'recipients' && !isAddress && !isBareAddress) return { recipients: [], next: from }
  repairs.typed('recipientLine', text)
  return { recipients: organsOf(text.replace(/[：:]$/u, '')), next: at + 1 }
}

const labelPattern = /^(.{0,40}号)?\s*附\s*件\s*([0-9０-９]{1,3}|[一二三四五六七八九十]{1,3})?\s*[：:]?$/u

function isAttachmentLabel(item: RawItem, items: readonly RawItem[], i: number): boolean {
  if (item.kind !== 'paragraph') return false
  if (roleOf(item) === 'attachmentLabel') return true
  const match = labelPattern.exec(textOf(item))
  if (match === null) return isBareTitle(item, items, i)
  if (item.align === 'right') return false
  return item.startsPage || match[2] !== undefined || items.slice(Math.max(0, i - 12), i).some((one) => one.kind === 'paragraph' && dateOf(textOf(one)) !== null)
}

/** What is printed along with a notice and has no label: a large centred title below the date. */
function isBareTitle(item: RawParagraph, items: readonly RawItem[], i: number): boolean {
  if (item.align !== 'centre' || item.size < 36 || item.isRed || textOf(item).length < 4) return false
  const above = items.slice(Math.max(0, i - 12), i).filter((one) => one.kind === 'paragraph' && one.text.trim() !== '')
  const last = above.at(-1)
  // Below its label, or below its own first line, it begins nothing.
  if (last?.kind !== 'paragraph' || labelPattern.test(textOf(last)) || roleOf(last) === 'attachmentLabel' || (last.align === 'centre' && last.size >= 36)) return false
  return above.slice(-3).some((one) => one.kind === 'paragraph' && dateOf(one.text) !== null)
}

function readParts(items: readonly RawItem[], from: number, repairs: Repairs): AttachmentPart[] {
  const starts = items.flatMap((item, i) => (i === from || (i > from && isAttachmentLabel(item, items, i)) ? [i] : []))
  return starts.map((start, n) => {
    const label = items[start] as RawParagraph
    const [, number, index] = labelPattern.exec(textOf(label)) ?? []
    const end = starts[n + 1] ?? items.length
    const isBare = labelPattern.exec(textOf(label)) === null && roleOf(label) !== 'attachmentLabel'
    const { title, next } = readTitle(items.slice(0, end), isBare ? start : start + 1, noHead, repairs)
    const value = index === undefined ? null : '一二三四五六七八九十'.includes(index) ? '一二三四五六七八九十'.indexOf(index) + 1 : Number(index.normalize('NFKC'))
    return { index: value, isSeparate: number !== undefined, title, items: items.slice(next, end) }
  })
}

const noHead: Head = { marks: [], number: '', signers: [], copyNumber: null, secrecy: null, urgency: '' }
