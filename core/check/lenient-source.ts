/** Reading a .gw leniently: values that no content can hold become findings instead of a refusal (宽松读取). */
import { parseDocument, type Document } from 'yaml'
import { documentKinds, kindOfTitle, limits, readSource, isDate, type DocumentSource, type PictureLookUp } from '#core/document'
import { ok, type FormatError, type Result } from '#core/formats'
import { dayExists, readDay } from './calendar.ts'
import type { Written } from './facts.ts'

export type WrittenSource = DocumentSource & { readonly written: Written }

type Writable = { -readonly [K in keyof Written]: Written[K] }

/**
 * Reads a .gw for checking. What `readSource` accepts is returned as it is; a wrong date, 密级, 份号, 紧急程度, 文种 or name of an
 * attachment is taken out and told in `written`. Errors as `readSource`: unknown keys, no YAML, wrong types, tables, pictures.
 */
export function readSourceForCheck(text: string, pictures?: PictureLookUp): Result<WrittenSource, FormatError> {
  const strict = readSource(text, pictures)
  const asItIs: Result<WrittenSource, FormatError> = strict.ok ? ok({ ...strict.value, written: {} }) : strict
  if (text.length > limits.bytes || (strict.ok && isRegular(strict.value))) return asItIs
  const mended = mend(text)
  if (mended === null) return asItIs
  const again = readSource(mended.text, pictures)
  return again.ok ? ok({ ...again.value, written: mended.written }) : again
}

/** Whether a source says nothing that only the reader lets pass: dates in another form, attachments that differ from the note. */
function isRegular({ content, issue }: DocumentSource): boolean {
  const dates = issue === null ? [] : [issue.date, issue.printDate]
  return dates.every((date) => date === '' || isDate(date)) &&
    content.attachments.every((item) => item.kind === 'file' || (item.heading === undefined && item.label === undefined && item.body.length > 0))
}

function mend(text: string): { readonly text: string; readonly written: Written } | null {
  const normal = text.replace(/^\ufeff/u, '').replace(/\r\n?/gu, '\n')
  const split = /^---[ \t]*\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\n|$)/u.exec(normal)
  if (split === null) return null
  let head: Document.Parsed
  let entries: Record<string, unknown>
  try {
    head = parseDocument(split[1] ?? '', { schema: 'failsafe', uniqueKeys: true, logLevel: 'silent' })
    const value: unknown = head.errors.length > 0 ? null : head.toJS({ maxAliasCount: 0 })
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    entries = value as Record<string, unknown>
  } catch {
    return null
  }
  const written: Writable = {}
  const change = (key: string, value: string | null): void => {
    if (value === null) head.delete(key)
    else head.set(key, value)
  }
  mendValues(entries, written, change)
  const body = mendAttachments(entries, normal.slice(split[0].length), written, (list) => head.set('附件', list))
  return { text: `---\n${head.toString({ lineWidth: 0 })}---\n${body}`, written }
}

const textOf = (entries: Readonly<Record<string, unknown>>, key: string): string => (typeof entries[key] === 'string' ? (entries[key] as string).trim() : '')

function mendValues(entries: Readonly<Record<string, unknown>>, written: Writable, change: (key: string, value: string | null) => void): void {
  for (const [key, field] of [['成文日期', 'date'], ['印发日期', 'printDate']] as const) {
    const value = textOf(entries, key)
    if (value === '' || isDate(value)) continue
    written[field] = value
    const day = readDay(value.replace(/印发$/u, ''))
    const isReal = day !== null && day.year > 999 && dayExists(day.year, day.month, day.day)
    change(key, isReal ? `${day.year}-${String(day.month).padStart(2, '0')}-${String(day.day).padStart(2, '0')}` : null)
  }
  const kind = textOf(entries, '文种')
  if (kind !== '' && !documentKinds.some((known) => known === kind)) {
    const isOrder = /^(?:令|命令（令）)$/u.test(kind)
    if (!isOrder) written.kind = kind
    change('文种', isOrder ? '命令' : (kindOfTitle(textOf(entries, '标题')) ?? '通知'))
  }
  const secrecy = textOf(entries, '密级')
  const period = textOf(entries, '保密期限')
  const parts = /^(绝密|机密|秘密)(.+)$/u.exec(secrecy)
  if (parts !== null) {
    // 机密★5年 in one value; another mark than ★ stays in the period, where it is found.
    if (/^[\d一二三四五六七八九十长]/u.test(parts[2]!)) written.secrecyJoined = secrecy
    change('密级', parts[1]!)
    change('保密期限', parts[2]!.replace(/^★/u, ''))
  } else if ((secrecy !== '' && !/^(?:绝密|机密|秘密)$/u.test(secrecy)) || (secrecy === '' && period !== '')) {
    written.secrecy = secrecy
    change('密级', null)
    change('保密期限', null)
  }
  const copyNumber = textOf(entries, '份号')
  if (copyNumber !== '' && !/^\d{1,6}$/u.test(copyNumber)) {
    written.copyNumber = copyNumber
    change('份号', null)
  }
  const urgency = textOf(entries, '紧急程度')
  if (!['', '加急', '特急'].includes(urgency)) {
    written.urgency = urgency
    change('紧急程度', null)
  }
}

const partLine = /^===\s*附件\s*(\d*)\s*[：:.]?\s*(.*)$/u

type Listed = { readonly name: string; readonly isFile: boolean }

function listedOf(value: unknown): Listed[] | null {
  if (!Array.isArray(value)) return null
  return value.map((item: unknown): Listed => {
    if (typeof item === 'string') return { name: item, isFile: false }
    const map = (item ?? {}) as Readonly<Record<string, unknown>>
    return { name: typeof map['名称'] === 'string' ? map['名称'] : '', isFile: map['文件'] !== undefined }
  })
}

/** Makes the parts agree with the list, and tells where they did not. */
function mendAttachments(entries: Readonly<Record<string, unknown>>, body: string, written: Writable, setList: (list: unknown) => void): string {
  const listed = listedOf(entries['附件'])
  if (listed === null || listed.some(({ name }) => name === '')) return body
  const texts = listed.map((entry, index) => ({ ...entry, index })).filter(({ isFile }) => !isFile)
  const wrong: { index: number; listed: string; found: string }[] = []
  const added: string[] = []
  let next = 0
  const lines = body.split('\n').map((line) => {
    const match = partLine.exec(line.trim())
    if (match === null) return line
    const found = (match[2] ?? '').trim()
    const entry = texts[next++]
    if (entry === undefined) {
      wrong.push({ index: listed.length + added.length, listed: '', found: found === '' ? `附件${match[1] ?? ''}` : found })
      added.push(found === '' ? `附件${match[1] ?? ''}` : found)
      return `=== 附件${listed.length + added.length} ${added.at(-1)}`
    }
    const isNumberWrong = match[1] !== '' && Number(match[1]) !== entry.index + 1
    if ((found !== '' && found !== entry.name) || isNumberWrong) wrong.push({ index: entry.index, listed: entry.name, found: isNumberWrong ? `附件${match[1]} ${found}` : found })
    return `=== 附件${entry.index + 1} ${entry.name}`
  })
  for (const entry of texts.slice(next)) {
    wrong.push({ index: entry.index, listed: entry.name, found: '' })
    lines.push(`=== 附件${entry.index + 1} ${entry.name}`)
  }
  if (added.length > 0) setList([...(entries['附件'] as unknown[]), ...added.map((name) => ({ 名称: name }))])
  if (wrong.length > 0) written.attachments = wrong
  return lines.join('\n')
}
