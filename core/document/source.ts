/** The .gw source: a document as text, a YAML head and a body. Reading. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import type { Attachment, Block, DocumentContent, Issue, Secrecy } from './content.ts'
import type { DocumentKind } from './kinds.ts'
import { limits } from './limits.ts'
import { issuerMarkOf, usualAuthentication, usualForm } from './newDocument.ts'
import { readHead, type Head } from './source-head.ts'
import { readParts, type Part, type PictureLookUp } from './source-body.ts'
import { kindOfTitle } from './title.ts'
import { validateContent } from './validate.ts'

/** What a .gw file holds. `issue` is null when it has neither 发文字号 nor 成文日期; a missing one of the two is ''. */
export type DocumentSource = { readonly content: DocumentContent; readonly issue: Issue | null }

/** Characters of a date in any usual form, e.g. 二〇二六年十一月二十四日. */
const longestDate = 20

const noPictures: PictureLookUp = (path) => formatErr('gw.image', `找不到图片「${path.slice(0, 60)}」`)

/** Carries the first error out of the straight-line reading below; never leaves this module. */
class Refused extends Error {
  readonly error: FormatError
  constructor(code: string, message: string) {
    super(message)
    this.error = { code, message }
  }
}

/**
 * Reads a .gw text. Errors (code gw.*): no-head, yaml, unknown-key (names the nearest known key), missing-key, bad-value,
 * bad-date, part, attachment, bad-table, image, too-large; content.* for values outside the schema; whatever `pictures` says of a picture.
 * @param pictures finds the files that the source names; without it a source with pictures is refused
 */
export function readSource(text: string, pictures: PictureLookUp = noPictures): Result<DocumentSource, FormatError> {
  if (text.length > limits.bytes) return formatErr('gw.too-large', `文件超过 ${limits.bytes / 1024 / 1024} MB 的上限`)
  const normal = text.replace(/^\ufeff/u, '').replace(/\r\n?/gu, '\n')
  const split = /^---[ \t]*\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\n|$)/u.exec(normal)
  if (split === null) return formatErr('gw.no-head', '缺少文件头：第一行应为 ---，文件头以单独一行 --- 结束')
  const head = readHead(split[1] ?? '')
  if (!head.ok) return head
  const parts = readParts(normal.slice(split[0].length), pictures)
  if (!parts.ok) return parts
  try {
    const source = assemble(head.value, parts.value.body, parts.value.attachments)
    const valid = validateContent(source.content)
    if (valid.ok) return ok(source)
    const first = valid.error[0]!
    return formatErr(first.code, `${first.path}：${first.message}`)
  } catch (problem) {
    if (problem instanceof Refused) return { ok: false, error: problem.error }
    throw problem
  }
}

function assemble(head: Head, body: readonly Block[], parts: readonly Part[]): DocumentSource {
  const title = required(textOf(head, '标题'), '标题')
  const written = textOf(head, '文种')
  // 命令（令） is one kind under two names. 条例 Art. 8
  const kind = (written === '令' || written === '命令（令）' ? '命令' : written ?? kindOfTitle(title) ?? required(undefined, '文种')) as DocumentKind
  const issuers = required(listOf(head, '发文机关'), '发文机关')
  const form = (textOf(head, '版式') ?? usualForm(kind)) as DocumentContent['form']
  const secrecy = secrecyOf(head)
  const copyNumber = textOf(head, '份号') ?? ''
  const content: DocumentContent = {
    schema: 'wenshu.document/1',
    kind,
    form,
    issuers,
    issuerMark: listOf(head, '发文机关标志')?.join(' ') ?? issuerMarkOf(issuers, form, title),
    urgency: (textOf(head, '紧急程度') ?? '') as DocumentContent['urgency'],
    disclosure: (textOf(head, '公开属性') ?? '主动公开') as DocumentContent['disclosure'],
    copyNumber: copyNumber === '' ? null : copyNumber,
    title,
    recipients: listOf(head, '主送') ?? [],
    body,
    attachments: attachmentsOf(head, parts),
    // Minutes are not signed.
    signature: listOf(head, '署名')?.join(' ') ?? (form === '纪要' ? '' : issuers.join(' ')),
    authentication: (textOf(head, '印章') ?? usualAuthentication(form)) as DocumentContent['authentication'],
    note: textOf(head, '附注') ?? '',
    copies: listOf(head, '抄送') ?? [],
    printer: textOf(head, '印发机关') ?? issuers[0] ?? '',
    ...(secrecy === null ? {} : { secrecy }),
  }
  return { content, issue: issueOf(head) }
}

function issueOf(head: Head): Issue | null {
  const number = textOf(head, '发文字号') ?? ''
  const date = dateOf(head, '成文日期')
  const printDate = dateOf(head, '印发日期')
  const signers = listOf(head, '签发人') ?? []
  if (number === '' && date === '' && printDate === '' && signers.length === 0) return null
  return { number, date, printDate: printDate === '' ? date : printDate, ...(signers.length === 0 ? {} : { signers }) }
}

function secrecyOf(head: Head): Secrecy | null {
  const written = textOf(head, '密级') ?? ''
  // 机密★1年 in one value is how it is printed, and so how it is written down.
  const [, joined, joinedPeriod] = /^(秘密|机密|绝密)★(.+)$/u.exec(written) ?? []
  const level = joined ?? written
  const period = textOf(head, '保密期限') ?? joinedPeriod ?? ''
  if (level === '' && period !== '') throw new Refused('gw.bad-value', '「保密期限」须与「密级」同时填写')
  return level === '' ? null : { level: level as Secrecy['level'], period }
}

/** Head entries and === parts put together: every listed attachment is a part or a file, in the listed order. */
function attachmentsOf(head: Head, parts: readonly Part[]): Attachment[] {
  const listed = head.get('附件')
  if (listed === undefined || listed === '') {
    return parts.map((part, i) => ({ kind: 'text', name: part.name, body: part.body, ...printedOn(part, part.name, i + 1) }))
  }
  if (!Array.isArray(listed)) throw new Refused('gw.bad-value', '「附件」应为列表，每项写 {名称: …}')
  const waiting = [...parts]
  const attachments = listed.map((entry: unknown, i): Attachment => {
    const item = typeof entry === 'string' ? { 名称: entry } : (entry as Readonly<Record<string, string>>)
    const name = item.名称
    if (typeof name !== 'string' || name === '') throw new Refused('gw.attachment', `附件${i + 1}缺少「名称」`)
    if (item.文件 !== undefined) {
      const size = Number(item.大小)
      return {
        kind: 'file',
        name,
        file: { fileName: item.文件, mediaType: item.类型 ?? '', size, hash: item.摘要 ?? '' },
      }
    }
    // A listed attachment without text is one that is not at hand: it stands in the note and prints no page.
    const part = waiting.shift()
    return { kind: 'text', name, body: part?.body ?? [], ...bindingOf(item.装订, i), ...(part === undefined ? {} : printedOn(part, name, i + 1)) }
  })
  if (waiting.length > 0) throw new Refused('gw.attachment', `正文后的附件「${waiting[0]!.name}」没有列在文件头的「附件」里`)
  return attachments
}

function bindingOf(text: string | undefined, index: number): { readonly binding?: 'separate' } {
  if (text === undefined || text === '' || text === '一并装订') return {}
  if (text === '另行装订') return { binding: 'separate' }
  throw new Refused('gw.bad-value', `附件${index + 1}的「装订」只能是：一并装订、另行装订`)
}

/** What the attachment prints about itself where that differs from the note: kept, so that the check can say so. */
function printedOn(part: Part, name: string, place: number): { readonly heading?: string; readonly label?: number } {
  return {
    ...(part.name === '' || part.name === name ? {} : { heading: part.name }),
    ...(part.number === null || part.number === place ? {} : { label: part.number }),
  }
}

function textOf(head: Head, key: string): string | undefined {
  const value = head.get(key)
  if (value === undefined || typeof value === 'string') return value
  throw new Refused('gw.bad-value', `「${key}」应为一段文字`)
}

function listOf(head: Head, key: string): readonly string[] | undefined {
  const value = head.get(key)
  if (value === undefined) return undefined
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw new Refused('gw.bad-value', `「${key}」应为列表，如 [甲, 乙]`)
}

/** A date as written. One that is no date is printed as it stands and found by the check; only what cannot be a date at all is refused. */
function dateOf(head: Head, key: string): string {
  const value = textOf(head, key) ?? ''
  if ([...value].length <= longestDate) return value
  throw new Refused('gw.bad-date', `「${key}」应写作 2026-11-24 的形式`)
}

/** Whether a text is a real calendar date YYYY-MM-DD. */
export function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(text)
  if (match === null) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  return days !== undefined && day >= 1 && day <= days
}

function required<T>(value: T | undefined, key: string): T {
  if (value === undefined) throw new Refused('gw.missing-key', `文件头缺少「${key}」`)
  return value
}
