/** A plain text whose title ends with one of the fifteen kinds, as a document (纯文本成文). */
import type { Attachment, DocumentContent, Issue, Paragraph } from './content.ts'
import { emptyContent } from './newDocument.ts'
import type { PlainText } from './text.ts'
import { elementsOfText, type TextElements } from './text-elements.ts'
import { kindOfTitle } from './title.ts'

/** `elements`: names of the elements that were told from how they are typed, in Chinese. */
export type TextDocument = { readonly content: DocumentContent; readonly issue: Issue | null; readonly elements: readonly string[] }

/**
 * The document that a plain text is: kind from the title's last word, issuing organ from what stands before 关于 or from the 署名; 发文字号, 主送,
 * 附件说明, 署名, 成文日期, 附注, 抄送, 印发 where they are typed; the rest is body. Nothing is invented. Null when the title names no kind, or
 * nothing names an organ (a 方案, 办法 …): such a text needs a carrier document.
 */
export function documentOfText(plain: PlainText): TextDocument | null {
  const kind = kindOfTitle(plain.title)
  const at = plain.title.indexOf('关于')
  const found = elementsOfText(plain.blocks)
  const organName = (at < 0 ? '' : plain.title.slice(0, at).trim()) || (found.signature ?? '')
  if (kind === null || organName === '') return null
  const { printer, printDate } = printOf(found.print)
  const isSigned = found.signature !== undefined
  const attachments = attachmentsOf(found)
  const number = found.number.trim()
  const date = found.date ?? ''
  const content: DocumentContent = {
    ...emptyContent({ kind, organName, form: '文件', title: plain.title }),
    recipients: found.recipients, body: found.body, attachments,
    signature: found.signature ?? '', authentication: isSigned && kind !== '纪要' ? '盖章' : '不盖章',
    note: (found.note ?? '').replace(/^[（(【[]|[）)】\]]$/gu, ''),
    copies: (found.copies ?? '').replace(/^抄[送报发呈][：:]?/u, '').replace(/[。；，]+$/u, '').split('，').filter((name) => name !== ''),
    // A text that shows its closing shows its colophon too, or has none; one without is a draft.
    ...(found.print === undefined ? (isSigned ? { printer: '' } : {}) : { printer }),
  }
  const issue = number === '' && date === '' && printDate === '' ? null : { number, date: isoOf(date), printDate: isoOf(printDate) }
  const told: readonly (readonly [string, boolean])[] = [
    ['发文字号', number !== ''], ['主送机关', found.recipients.length > 0], ['附件说明', attachments.length > 0], ['署名', isSigned], ['成文日期', date !== ''],
    ['附注', found.note !== undefined], ['抄送机关', found.copies !== undefined], ['印发机关和印发日期', found.print !== undefined],
  ]
  return { content, issue, elements: told.filter(([, isThere]) => isThere).map(([name]) => name) }
}

/** 2026年3月5日 as 2026-03-05; any other form stays as it is typed. */
function isoOf(date: string): string {
  const [, year, month, day] = /^(\d{4})年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日$/u.exec(date) ?? []
  return year === undefined ? date : `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`
}

/** The organ, blanks, and its date: 某某办公室 2026年3月6日印发. */
function printOf(line: string | undefined): { readonly printer: string; readonly printDate: string } {
  const [, printer = '', printDate = ''] = /^(.*?)[\s\u3000]*((?:\d{2,4})年\d{1,2}月\d{1,2}日)(?:印发)?$/u.exec(line ?? '') ?? []
  return { printer: printer.trim(), printDate }
}

/** Those of the note in its order, with the texts that follow the closing; texts that the note does not list come after. */
function attachmentsOf({ attachmentLines, parts }: TextElements): readonly Attachment[] {
  const names = attachmentLines.flatMap((line, i) => (i > 0 && !/^\d{1,2}[.．、]/u.test(line) ? [] : [line]))
    .map((line) => line.replace(/^附件\s*[：:；;，,]?\s*/u, '').replace(/^\d{1,2}[.．、]\s*/u, '').replace(/[。；，]+$/u, '').trim()).filter((name) => name !== '')
  const bodyOf = (index: number): readonly Paragraph[] => parts[index]?.body ?? []
  const listed = names.map((name, i): Attachment => {
    const heading = parts[i]?.title ?? ''
    return { kind: 'text', name, body: bodyOf(i), ...(heading === '' || heading === name ? {} : { heading }) }
  })
  return [...listed, ...parts.slice(names.length).map(({ title, body }, i): Attachment => ({ kind: 'text', name: title === '' ? `附件${names.length + i + 1}` : title, body }))]
}
