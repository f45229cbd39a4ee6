/** Recognised elements → a document's content and issue (成文). */
import { documentKinds, isDate, issuerMarkOf, kindOfTitle, layoutForms, usualForm, validateContent, type Attachment, type DocumentContent, type DocumentKind, type Issue, type LayoutForm } from '#core/document'
import type { ExchangeProperties } from './properties.ts'
import type { Elements } from './recognise.ts'
import { blocksOf } from './read-levels.ts'
import type { Repairs } from './repairs.ts'

/** Null when the file is not recognisably a document; the reason is among the repairs when it nearly was. */
export function assembleDocument(elements: Elements, properties: ExchangeProperties, repairs: Repairs): { readonly content: DocumentContent; readonly issue: Issue | null } | null {
  const { head, closing, colophon } = elements
  const mark = markOf(head.marks, properties)
  const said = oneOf(properties.get('版式'), layoutForms)
  const form = said ?? formOf(elements, mark)
  const title = elements.title === '' && form === '命令' ? (properties.get('标题') || mark) : elements.title
  const kind = kindOf(title, mark, properties)
  const issuers = issuersOf(mark, elements, title, properties)
  const clues = [mark !== '', head.number !== '', closing.date !== null || closing.signatures.length > 0, elements.recipients.length > 0, colophon.printer !== null || colophon.copies.length > 0].filter(Boolean).length
  if (kind === null || issuers.length === 0 || (clues === 0 && properties.get('文种') === undefined)) {
    if (clues >= 2) repairs.add('docx.not-document', kind === null ? '有公文的样子，但标题末尾没有文种（如通知、请示），未按公文读入' : '有公文的样子，但找不到发文机关，未按公文读入')
    return null
  }
  const recipients = elements.recipients.length > 0 ? elements.recipients : colophon.recipients
  if (elements.recipients.length === 0 && colophon.recipients.length > 0 && properties.size === 0) repairs.add('docx.recipients-moved', '主送机关写在版记里，已移回主送')
  const secrecy = head.secrecy === null ? {} : { secrecy: { level: head.secrecy.level as '秘密', period: head.secrecy.period } }
  const content: DocumentContent = {
    schema: 'wenshu.document/1',
    kind,
    form,
    issuers,
    issuerMark: mark === '' ? issuerMarkOf(issuers, form) : mark,
    urgency: head.urgency as DocumentContent['urgency'],
    disclosure: oneOf(properties.get('公开属性'), ['主动公开', '依申请公开', '不予公开'] as const) ?? oneOf(closing.disclosure, ['主动公开', '依申请公开', '不予公开'] as const) ?? disclosureOf(closing.note),
    copyNumber: head.copyNumber,
    title,
    recipients,
    body: blocksOf(elements.body, repairs),
    attachments: attachmentsOf(elements, properties, repairs),
    signature: closing.signatures.join(' '),
    authentication: oneOf(properties.get('印章'), ['盖章', '不盖章', '签名章'] as const) ?? (closing.signatures.length === 0 ? '不盖章' : form === '命令' ? '签名章' : '盖章'),
    note: closing.note,
    copies: colophon.copies,
    printer: colophon.printer ?? properties.get('印发机关') ?? issuers[0] ?? '',
    ...secrecy,
  }
  const valid = validateContent(content)
  if (!valid.ok) {
    const first = valid.error[0]!
    repairs.add('docx.not-document', `有公文的样子，但有一处不合要求，未按公文读入：${first.message}（${first.path}）`)
    return null
  }
  return { content, issue: issueOf(elements, properties) }
}

/** The mark as our property says it while the page still shows it (letters show the host alone); names of a joint issue are parted by blanks. */
function markOf(marks: readonly string[], properties: ExchangeProperties): string {
  const said = properties.get('发文机关标志') ?? ''
  const bare = (text: string): string => text.replaceAll(/[\s\u3000]/gu, '')
  const shown = bare(marks.join(''))
  if (shown !== '' && (bare(said) === shown || (properties.get('版式') === '信函' && bare(said).startsWith(shown)))) return said
  return marks.join(' ')
}

function oneOf<T extends string>(text: string | undefined, allowed: readonly T[]): T | null {
  return allowed.find((one) => one === text) ?? null
}

/** Dates that the form does not print (minutes, letters) come from our properties. */
function issueOf({ head, closing, colophon }: Elements, properties: ExchangeProperties): Issue | null {
  const said = (name: string): string => (isDate(properties.get(name) ?? '') ? properties.get(name)! : '')
  const date = closing.date ?? said('成文日期')
  const printDate = colophon.printDate ?? (said('印发日期') || date)
  if (head.number === '' && date === '' && printDate === '' && head.signers.length === 0) return null
  return { number: head.number, date, printDate: printDate || date, ...(head.signers.length === 0 ? {} : { signers: head.signers }) }
}

/** A title that still says what our property says keeps its kind; an edited one names its own. */
function kindOf(title: string, mark: string, properties: ExchangeProperties): DocumentKind | null {
  const said = oneOf(properties.get('文种'), documentKinds)
  if (said !== null && properties.get('标题') === title) return said
  return kindOfTitle(title) ?? said ?? kindOfTitle(mark)
}

function formOf(elements: Elements, mark: string): LayoutForm {
  if (mark.endsWith('纪要')) return '纪要'
  if (/(?:命令|令)$/u.test(mark)) return '命令'
  if (mark.endsWith('文件')) return '文件'
  const kind = kindOfTitle(elements.title)
  return kind === null || (mark !== '' && kind !== '函' && kind !== '纪要') ? '文件' : usualForm(kind)
}

function issuersOf(mark: string, elements: Elements, title: string, properties: ExchangeProperties): string[] {
  const said = (properties.get('发文机关') ?? '').split('\n').filter((name) => name !== '')
  if (said.length > 0) return said
  const names = elements.head.marks.length > 1 ? elements.head.marks.filter((one) => one !== '文件') : [mark]
  const bare = names.map((name) => name.replaceAll(/\s/gu, '').replace(/(?:文件|命令|令|(?:第\d{1,4}次)?(?:党组|常务|全体|专题|办公|工作|协调|联席|调度|推进)*会议纪要|纪要)$/u, '')).filter((name) => name !== '')
  // Of a mark in two scripts the Han name is the organ's.
  const han = bare.filter((name) => /\p{Script=Han}/u.test(name))
  if (bare.length > 0) return han.length > 0 ? han : bare
  if (elements.closing.signatures.length > 0) return [...elements.closing.signatures]
  const about = title.indexOf('关于')
  return about > 0 ? [title.slice(0, about).trim()] : []
}

function disclosureOf(note: string): DocumentContent['disclosure'] {
  if (note.includes('依申请公开')) return '依申请公开'
  return /不予公开|不公开|此件发至/u.test(note) ? '不予公开' : '主动公开'
}

/** 附件说明 and the parts after the text put together, in the listed order. */
function attachmentsOf(elements: Elements, properties: ExchangeProperties, repairs: Repairs): Attachment[] {
  const names = elements.closing.attachmentNames
  const waiting = [...elements.attachments]
  const separate = new Set((properties.get('不装订附件') ?? '').split(',').filter((one) => one !== '').map(Number))
  const take = (index: number): (typeof waiting)[number] | undefined => {
    const at = waiting.findIndex((part) => part.index === index || (part.index === null && names.length <= 1))
    return at < 0 ? undefined : waiting.splice(at, 1)[0]
  }
  const text = (name: string, part: (typeof waiting)[number] | undefined, index: number): Attachment => ({
    kind: 'text', name, body: part === undefined ? [] : blocksOf(part.items, repairs),
    ...(part?.isSeparate === true || separate.has(index) ? { binding: 'separate' as const } : {}),
  })
  const listed = names.map((name, i) => {
    const part = take(i + 1)
    if (part === undefined) repairs.add('docx.attachment-missing', `附件「${name.slice(0, 40)}」只有名称，文档里没有它的正文`)
    else if (part.title !== '' && part.title !== name) repairs.add('docx.attachment-name', `附件${i + 1}的标题「${part.title.slice(0, 40)}」与附件说明「${name.slice(0, 40)}」不一致，以附件说明为准`)
    return text(name, part, i + 1)
  })
  const others = waiting.map((part, i) => {
    const name = part.title === '' ? `附件${part.index ?? names.length + i + 1}` : part.title
    repairs.add('docx.attachment-unlisted', `附件「${name.slice(0, 40)}」没有写在附件说明里，已补上`)
    return text(name, part, names.length + i + 1)
  })
  return [...listed, ...others]
}
