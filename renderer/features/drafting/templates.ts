/** Templates of all fifteen kinds (公文模板): .gw sources of the product, filled with the drafter's own organ. */
import { emptyContent, readSource, usualForm, issuerMarkOf, type Attachment, type Block, type DocumentContent, type DocumentKind } from '#core/document'

/** 行文方向. 公布 means: to the public, without a main recipient. */
export const directions = ['上行', '平行', '下行', '公布'] as const
export type Direction = (typeof directions)[number]

export type Template = {
  readonly id: string
  readonly kind: DocumentKind
  readonly direction: Direction
  readonly name: string
  /** what it is for, one sentence */
  readonly use: string
  /** initials and pinyin by which it is also found */
  readonly keys: string
}

const sources = import.meta.glob<string>('../../../resources/templates/*.gw', { query: '?raw', import: 'default', eager: true })
const listed = import.meta.glob<readonly Template[]>('../../../resources/templates/index.json', { import: 'default', eager: true })

export const templates: readonly Template[] = Object.values(listed)[0] ?? []

/** What stands for the drafter's organ in a template. */
const organMark = '【本机关】'

/** Blanks to fill: 【…】. Never nested, never across paragraphs. */
export const blanksOf = (text: string): readonly { readonly start: number; readonly end: number }[] =>
  [...text.matchAll(/【[^【】\n]{1,40}】/gu)].map((match) => ({ start: match.index, end: match.index + match[0].length }))

const filled = (content: DocumentContent, organName: string): DocumentContent => {
  const text = (value: string): string => value.replaceAll(organMark, organName)
  const block = (value: Block): Block => value.kind === 'paragraph' ? { ...value, text: text(value.text) }
    : value.kind === 'table' ? { ...value, caption: text(value.caption), rows: value.rows.map((row) => row.map(text)) }
      : value
  const attachment = (value: Attachment): Attachment => value.kind === 'text' ? { ...value, name: text(value.name), body: value.body.map(block) } : value
  return {
    ...content,
    issuers: content.issuers.map(text), issuerMark: text(content.issuerMark), title: text(content.title), recipients: content.recipients.map(text),
    body: content.body.map(block), attachments: content.attachments.map(attachment), signature: text(content.signature), note: text(content.note),
    copies: content.copies.map(text), printer: text(content.printer),
  }
}

/** The draft that a template begins. @throws when a template of the product is not a document, which a test forbids */
export const templateContent = (template: Template, organName: string): DocumentContent => {
  const source = Object.entries(sources).find(([path]) => path.endsWith(`/${template.id}.gw`))?.[1]
  const read = readSource(source ?? '')
  if (!read.ok) throw new Error(`${template.id}: ${read.error.message}`)
  const content = filled(read.value.content, organName)
  const form = usualForm(content.kind)
  return { ...content, form, issuerMark: issuerMarkOf(content.issuers, form) }
}

export const blankContent = (kind: DocumentKind, organName: string): DocumentContent => emptyContent({ kind, organName })

/** Every word of the query must be found in the name, the use, the direction or the pinyin. An empty query finds all. */
export const findTemplates = (query: string): readonly Template[] => {
  const words = query.toLowerCase().split(/\s+/u).filter((word) => word !== '')
  return templates.filter((template) => {
    const text = `${template.kind}${template.name} ${template.use} ${template.direction} ${template.keys}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** The usual direction of a kind; 意见 and 纪要 go in several, so the drafter says. 条例 Art. 8 */
export const usualDirection = (kind: DocumentKind): Direction => {
  switch (kind) {
    case '请示': case '报告': return '上行'
    case '函': case '议案': return '平行'
    case '公报': case '公告': case '通告': return '公布'
    case '决议': case '决定': case '命令': case '意见': case '通知': case '通报': case '批复': case '纪要': return '下行'
  }
}
