/** Reading a file for checking (读入待查文件): what can be judged is read, even where it could not be typeset. */
import { basename, dirname, extname, resolve } from 'node:path'
import { readSourceForCheck, readTextForCheck, type Finding, type Written } from '#core/check'
import { emptyContent, type DocumentContent, type Issue } from '#core/document'
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import type { DocxReading } from '#core/output'
import { bytesOf, pictureFinder, textOf } from '../source/read.ts'

/** A document with what its source wrote, or findings that a reader of another format made. */
export type Checkable =
  | { readonly kind: 'document'; readonly content: DocumentContent; readonly issue: Issue | null; readonly written: Written }
  | { readonly kind: 'judged'; readonly findings: readonly Finding[] }

/** Errors file.*, gw.*, text.*, content.*, docx.*, pdf.*, each with a Chinese message. */
export const readForCheck = async (path: string): Promise<Result<Checkable, FormatError>> => {
  const bytes = await bytesOf(path)
  if (!bytes.ok) return bytes
  switch (extname(path).toLowerCase()) {
    case '.gw': {
      const text = textOf(bytes.value)
      if (!text.ok) return text
      const source = readSourceForCheck(text.value, pictureFinder(dirname(resolve(path)), new Map()))
      return source.ok ? ok({ kind: 'document', ...source.value }) : source
    }
    case '.txt': {
      const text = textOf(bytes.value)
      if (!text.ok) return text
      const source = readTextForCheck(text.value)
      return source.ok ? ok({ kind: 'document', ...source.value }) : source
    }
    case '.docx':
      return readWord(bytes.value)
    case '.pdf':
      return readPdf(bytes.value)
    default:
      return formatErr('file.unknown-type', `不认识的文件类型「${basename(path)}」，应为 .gw、.txt、.docx 或 .pdf`)
  }
}

const readWord = async (bytes: Uint8Array): Promise<Result<Checkable, FormatError>> => {
  const { readDocx } = await import('#core/output')
  const read = readDocx(bytes, 'typed')
  if (!read.ok) return read
  const { content, issue, title, blocks, typed } = read.value
  if (content !== null) return ok({ kind: 'document', content, issue: issue === null || typed.number === undefined ? issue : { ...issue, number: typed.number }, written: writtenIn(typed) })
  const bare = { ...emptyContent({ kind: '通知', organName: '', title }), issuers: [], issuerMark: '', signature: '', authentication: '不盖章', printer: '', body: blocks } as const
  return ok({ kind: 'document', content: bare, issue: null, written: { carrier: 'missing', head: 'none' } })
}

/** What a word processor's file says before it is mended; 附件说明 only where it is typed wrongly, as its names are known. */
const writtenIn = ({ date, recipientLine, attachmentLine, noteLine, copiesLine, printLine }: DocxReading['typed']): Written => ({
  ...(date === undefined || /^\d{4}年(?:[1-9]|1[0-2])月(?:[1-9]|[12]\d|3[01])日$/u.test(date) || date === '年月日' ? {} : { date }),
  ...(recipientLine === undefined ? {} : { recipientLine }),
  ...(attachmentLine === undefined || /^附件：\s*(?:1\.|[^\d\s])/u.test(attachmentLine) ? {} : { attachmentLines: [attachmentLine] }),
  ...(noteLine === undefined ? {} : { noteLine }),
  ...(copiesLine === undefined ? {} : { copiesLine }),
  ...(printLine === undefined ? {} : { printLine }),
})

/** A PDF is judged against PDF/A-2b alone: what it says as a document cannot be told from its pages. */
const readPdf = async (bytes: Uint8Array): Promise<Result<Checkable, FormatError>> => {
  if (!isPdf(bytes)) return formatErr('pdf.not-pdf', '文件不是 PDF：开头没有 %PDF- 标记')
  const { checkPdfA } = await import('#core/output')
  const { findings } = checkPdfA(bytes)
  return ok({ kind: 'judged', findings: findings.map(({ clause, code, message }): Finding => ({ rule: code, severity: 'error', clause: `ISO 19005-2 ${clause}`, message, where: { element: '版面' } })) })
}

/** The header may stand a little after the start. ISO 32000-1 §7.5.2 */
const isPdf = (bytes: Uint8Array): boolean => new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).includes('%PDF-')
