/** A plain text as a document to be checked (纯文本公文): title, and the elements that can be told from how they are typed. */
import { elementsOfText, emptyContent, isDate, kindOfTitle, parsePlainText, validateContent, type Attachment, type DocumentContent, type Issue, type Paragraph, type TextElements } from '#core/document'
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { readDay } from './calendar.ts'
import type { Written } from './facts.ts'
import type { WrittenSource } from './lenient-source.ts'

/**
 * Reads a .txt for checking. A title that names no statutory kind (方案, 办法 …) is told as needing a carrier document; else 发文字号, 主送,
 * 附件说明, 署名, 成文日期, 附注, 抄送 are taken from where they stand. Errors: text.*, content.* as of the readers.
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
  const found = elementsOfText(blocks)
  const written: Written = {
    head: 'none',
    ...(found.recipientLine === undefined ? {} : { recipientLine: found.recipientLine }),
    ...(found.date === undefined ? {} : { date: found.date }),
    ...(found.attachmentLines.length === 0 ? {} : { attachmentLines: found.attachmentLines }),
    ...(found.note === undefined ? {} : { noteLine: found.note }),
    ...(found.copies === undefined ? {} : { copiesLine: found.copies }),
    ...(found.print === undefined ? {} : { printLine: found.print }),
    ...partsWritten(found),
  }
  const issue: Issue | null = found.date === undefined && found.number === '' ? null : { number: found.number.trim(), date: isoOf(found.date ?? ''), printDate: '' }
  const copies = (found.copies ?? '').replace(/^抄[送报发呈][：:]?/u, '').replace(/[。；，]+$/u, '').split('，').filter((name) => name !== '')
  // Names stay in their lines, where they are judged; texts that follow the closing are read as the attachments that they are.
  const attachments = found.attachmentLines.length > 0 ? [] : found.parts.map(({ title, body }, i): Attachment => ({ kind: 'text', name: title === '' ? `附件${i + 1}` : title, body }))
  return {
    content: {
      ...content, recipients: found.recipients, copies, body: found.body, attachments, signature: found.signature ?? '', issuers: found.signature === undefined ? [] : [found.signature],
      note: (found.note ?? '').replace(/^[（(]|[）)]$/gu, ''),
    },
    issue, written,
  }
}

/** Where the title over an attachment's text is not the name in the note. */
function partsWritten({ attachmentLines, parts }: TextElements): Pick<Written, 'attachments'> {
  const names = attachmentLines.map((line) => line.replace(/^附件\s*[：:；;，,]?\s*/u, '').replace(/^\d{1,2}[.．、]\s*/u, '').replace(/[。；，]+$/u, '').trim())
  const wrong = parts.flatMap(({ title, label }, index) => {
    const listed = names[index] ?? ''
    const isRight = title === listed && (label === null || label === index + 1)
    return attachmentLines.length === 0 || isRight ? [] : [{ index, listed, found: label !== null && label !== index + 1 ? `附件${label} ${title}` : title }]
  })
  return wrong.length === 0 ? {} : { attachments: wrong }
}

function isoOf(text: string): string {
  const day = readDay(text)
  const iso = day === null ? '' : `${day.year}-${String(day.month).padStart(2, '0')}-${String(day.day).padStart(2, '0')}`
  return isDate(iso) ? iso : ''
}
