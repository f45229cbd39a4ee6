/** A plain text as a document (纯文本公文): title, and the elements that can be told from how they are typed. */
import { emptyContent, isDate, kindOfTitle, parsePlainText, validateContent, type Block, type DocumentContent, type Issue, type Paragraph } from '#core/document'
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { readDay } from './calendar.ts'
import type { Written } from './facts.ts'
import type { WrittenSource } from './lenient-source.ts'

const organLike = /(?:政府|公署|委|部|厅|局|办|院|所|中心|公司|学校|单位|部门|机关|团体|银行|处|会|社|队|站|署)[：:；;，,。、]?$/u
const dateLike = /^(?:\d{2,4}|[〇○零一二三四五六七八九Oo０-９]{2,4})\s*[年./-][\d〇○零一二三四五六七八九十元０-９\s年月日./-]{1,14}$/u

/**
 * Reads a .txt for checking. A title that names no statutory kind (方案, 办法 …) is told as needing a carrier document; else 主送, 附件说明,
 * 署名, 成文日期, 附注, 抄送 are taken from where they stand. Errors: text.*, content.* as of the readers.
 */
export function readTextForCheck(text: string): Result<WrittenSource, FormatError> {
  const read = parsePlainText(text)
  if (!read.ok) return read
  const { title, blocks } = read.value
  const kind = kindOfTitle(title.replace(/[。；，！？、：]+$/u, ''))
  const empty = emptyContent({ kind: kind ?? '通知', organName: '', title })
  const bare: DocumentContent = { ...empty, issuers: [], issuerMark: '', signature: '', authentication: '不盖章', printer: '', body: blocks }
  const source = kind === null ? { content: bare, issue: null, written: { carrier: 'missing', head: 'none' } as const } : withElements(bare, blocks)
  const valid = validateContent(source.content)
  if (valid.ok) return ok(source)
  return formatErr(valid.error[0]!.code, `${valid.error[0]!.path}：${valid.error[0]!.message}`)
}

function withElements(content: DocumentContent, blocks: readonly Paragraph[]): WrittenSource {
  const written: { -readonly [K in keyof Written]: Written[K] } = { head: 'none' }
  let body: readonly Block[] = blocks
  let recipients: readonly string[] = []
  const first = blocks[0]
  if (first !== undefined && first.level === 0 && first.text.length < 200 && (/[：:]$/u.test(first.text) ? !/[。，]?.{0,20}如下[：:]$/u.test(first.text) : organLike.test(first.text) && !/。./u.test(first.text))) {
    written.recipientLine = first.text
    recipients = first.text.replace(/[：:；;，,。、]+$/u, '').split('，').filter((name) => name !== '')
    body = body.slice(1)
  }
  const tail = tailOf(body)
  const issue: Issue | null = tail.date === undefined ? null : { number: '', date: isoOf(tail.date), printDate: '' }
  if (tail.date !== undefined) written.date = tail.date
  if (tail.attachments.length > 0) written.attachmentLines = tail.attachments
  if (tail.note !== undefined) written.noteLine = tail.note
  if (tail.copies !== undefined) written.copiesLine = tail.copies
  if (tail.print !== undefined) written.printLine = tail.print
  const copies = (tail.copies ?? '').replace(/^抄[送报发][：:]?/u, '').replace(/[。；，]+$/u, '').split('，').filter((name) => name !== '')
  return {
    content: {
      ...content, recipients, copies, body: body.slice(0, tail.from), signature: tail.signature ?? '', issuers: tail.signature === undefined ? [] : [tail.signature],
      note: (tail.note ?? '').replace(/^[（(]|[）)]$/gu, ''),
    },
    issue, written,
  }
}

type Tail = { from: number; attachments: string[]; signature?: string; date?: string; note?: string; copies?: string; print?: string }

/** The closing elements, from the line of the date or of 附件说明 on. */
function tailOf(body: readonly Block[]): Tail {
  const lines = body.map((block) => (block.kind === 'paragraph' ? `${block.number ?? ''}${block.text}` : ''))
  const tail: Tail = { from: body.length, attachments: [] }
  const dateAt = lines.findLastIndex((line, i) => i >= lines.length - 6 && dateLike.test(line))
  if (dateAt >= 0) {
    tail.date = lines[dateAt]!.replace(/\s/gu, '')
    tail.from = dateAt
    const above = lines[dateAt - 1] ?? ''
    if (above !== '' && above.length <= 40 && !/[。；：:！]$/u.test(above)) {
      tail.signature = above
      tail.from = dateAt - 1
    }
  }
  for (const line of lines.slice(dateAt >= 0 ? dateAt + 1 : Math.max(0, lines.length - 4))) {
    if (/^抄[送报发]/u.test(line)) tail.copies = line
    else if (/\d日(?:印发)?$/u.test(line)) tail.print = line
    else if (dateAt >= 0 && /^[（(【[]?(?:此件|联系人|公开|主动|依申请|发至)/u.test(line)) tail.note = line
  }
  const copiesAt = lines.findIndex((line, i) => i >= lines.length - 4 && /^抄[送报发][：:]/u.test(line))
  if (copiesAt >= 0) tail.from = Math.min(tail.from, copiesAt)
  const listAt = lines.findLastIndex((line, i) => i < tail.from && i >= tail.from - 15 && /^附件(?:\s*[1-9一二三]?[：:；;.．、，,]|\s+\S)/u.test(line))
  if (listAt >= 0) {
    tail.attachments = lines.slice(listAt, tail.from)
    tail.from = listAt
  }
  return tail
}

function isoOf(text: string): string {
  const day = readDay(text)
  const iso = day === null ? '' : `${day.year}-${String(day.month).padStart(2, '0')}-${String(day.day).padStart(2, '0')}`
  return isDate(iso) ? iso : ''
}
