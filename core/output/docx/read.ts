/** DOCX → document (读入 DOCX): what Word, WPS and LibreOffice write, with every repair named. */
import { childElements, formatErr, ok, type FormatError, type Result, type XmlNode } from '#core/formats'
import type { Block, DocumentContent, Issue } from '#core/document'
import { assembleDocument } from './assemble.ts'
import { exchangeName, type ExchangeProperties } from './properties.ts'
import type { RawParagraph } from './raw.ts'
import { Refused, type WalkContext } from './read-context.ts'
import { blocksOf } from './read-levels.ts'
import { readNumbering } from './read-numbering.ts'
import { at, attributeOf, openDocx, readPart, relatedPart, type DocxPackage } from './read-package.ts'
import { readItems } from './read-raw.ts'
import { readStyles } from './read-styles.ts'
import { roleOf } from './read-roles.ts'
import { recogniseElements } from './recognise.ts'
import { createRepairs, type NumberReading, type Repair, type Repairs, type TypedLines } from './repairs.ts'

export type DocxReading = {
  /** the document, when the file is recognisably one (a title with its kind, an issuing organ, and at least one more element) */
  readonly content: DocumentContent | null
  /** number and dates found; null when there is none of them */
  readonly issue: Issue | null
  readonly title: string
  /** the text: the document's body, or all that follows the title when it is not a document */
  readonly blocks: readonly Block[]
  /** pictures by the SM3 of their bytes */
  readonly pictures: ReadonlyMap<string, Uint8Array>
  /** everything that was changed, left out or guessed, in Chinese */
  readonly repairs: readonly Repair[]
  /** lines of the file before they were mended; of a document only */
  readonly typed: TypedLines
}

/**
 * `numbers`: level numbers in a usual variant become the standard ones, or stay as typed for a check.
 * Reads a .docx (ECMA-376 transitional or strict). Never fetches anything, runs nothing. Errors docx.*: empty, not-docx,
 * encrypted, legacy-doc, too-large, bomb, unsafe-path, damaged, doctype, too-deep, no-document, no-text.
 */
export function readDocx(bytes: Uint8Array, numbers: NumberReading = 'mended'): Result<DocxReading, FormatError> {
  const repairs = createRepairs(numbers)
  try {
    const docx = openDocx(bytes, repairs)
    if (!docx.ok) return docx
    return readOpened(docx.value, repairs)
  } catch (problem) {
    if (problem instanceof Refused) return formatErr(problem.code, problem.message)
    throw problem
  }
}

/** A part that must be readable for the text to be right; a damaged one refuses the file. */
function part(docx: DocxPackage, type: string): XmlNode | null {
  const xml = readPart(docx, relatedPart(docx, docx.main, type))
  if (!xml.ok) throw new Refused(xml.error.code, xml.error.message)
  return xml.value
}

function readOpened(docx: DocxPackage, repairs: Repairs): Result<DocxReading, FormatError> {
  const document = readPart(docx, docx.main)
  if (!document.ok) return document
  const body = at(document.value ?? undefined, 'body')
  if (body === undefined) return formatErr('docx.no-document', '文件里没有 Word 文档的正文，可能不是 .docx 文档')
  const pictures = new Map<string, Uint8Array>()
  const context: WalkContext = {
    docx, repairs, pictures,
    styles: readStyles(part(docx, 'styles'), repairs),
    numbering: readNumbering(part(docx, 'numbering'), repairs),
    relations: docx.relationsOf(docx.main),
    footnotes: notesOf(part(docx, 'footnotes'), 'footnote'),
    endnotes: notesOf(part(docx, 'endnotes'), 'endnote'),
    fields: [], chars: 0, items: 0, isPageBroken: false,
  }
  const items = readItems(body, 'body', context).filter((item) => {
    if (item.kind !== 'paragraph' || roleOf(item) !== 'contents') return true
    repairs.count('docx.contents-dropped', '已去掉目录的 {n} 行')
    return false
  })
  reportOutside(docx, repairs)
  const elements = recogniseElements(items, letterheadOf(docx, body, context), repairs)
  const content = assembleDocument(elements, propertiesOf(docx), repairs)
  const blocks = content?.content.body ?? blocksOf(items.filter((item) => item.kind !== 'paragraph' || item.text.trim() !== '').slice(titleLines(items, elements.title)), repairs)
  if (content === null && blocks.length === 0 && elements.title === '') return formatErr('docx.no-text', '文档里没有可读的文字')
  return ok({ content: content?.content ?? null, issue: content?.issue ?? null, title: content?.content.title ?? elements.title, blocks, pictures, repairs: repairs.list(), typed: content === null ? {} : repairs.lines })
}

/** How many of the first filled items make up the title. */
function titleLines(items: readonly { readonly kind: string; readonly text?: string }[], title: string): number {
  let joined = ''
  let count = 0
  for (const item of items) {
    if (item.kind !== 'paragraph' || joined.length >= title.length) break
    const text = (item.text ?? '').replaceAll(/\s/gu, '')
    if (text === '') continue
    joined += text
    count++
  }
  return title !== '' && joined === title.replaceAll(/\s/gu, '') ? count : 0
}

function notesOf(root: XmlNode | null, name: string): ReadonlyMap<string, XmlNode> {
  return new Map((root === null ? [] : childElements(root, name)).map((note) => [attributeOf(note, 'id') ?? '', note]))
}

/** Paragraphs of the header of the first page, where letters carry their mark. */
function letterheadOf(docx: DocxPackage, body: XmlNode, context: WalkContext): RawParagraph[] {
  const find = (node: XmlNode): XmlNode | undefined => {
    for (const child of childElements(node)) {
      if (child.name === 'sectPr') return child
      const inner = child.name === 'p' ? at(child, 'pPr', 'sectPr') : child.name === 'sdt' ? find(at(child, 'sdtContent') ?? child) : undefined
      if (inner !== undefined) return inner
    }
    return undefined
  }
  const section = find(body)
  if (section === undefined) return []
  const references = childElements(section, 'headerReference')
  const reference = references.find((one) => attributeOf(one, 'type') === 'first' && at(section, 'titlePg') !== undefined) ?? references.find((one) => attributeOf(one, 'type') === 'default')
  const target = docx.relationsOf(docx.main).get(reference === undefined ? '' : (Object.entries(reference.attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? ''))?.target
  const header = readPart(docx, target)
  if (!header.ok || header.value === null) return []
  const quiet: WalkContext = { ...context, repairs: createRepairs(), relations: docx.relationsOf(target ?? ''), pictures: new Map(), fields: [], isPageBroken: false }
  return readItems(header.value, 'header', quiet).filter((item): item is RawParagraph => item.kind === 'paragraph')
}

/** Our own custom properties; a damaged part only loses hints. */
function propertiesOf(docx: DocxPackage): ExchangeProperties {
  const xml = readPart(docx, relatedPart(docx, '', 'custom-properties'))
  const properties = new Map<string, string>()
  if (!xml.ok || xml.value === null) return properties
  for (const property of childElements(xml.value, 'property')) {
    const name = exchangeName(property.attributes['name'] ?? '')
    const text = childElements(property)[0]?.children.find((child) => typeof child === 'string')
    if (name !== null) properties.set(name, typeof text === 'string' ? text.slice(0, 10_000) : '')
  }
  return properties
}

/** What the file would fetch from elsewhere if a word processor opened it. */
function reportOutside(docx: DocxPackage, repairs: Repairs): void {
  const kinds: Readonly<Record<string, string>> = { attachedTemplate: '文档模板', frame: '框架', subDocument: '子文档', oleObject: '链接的文件', aFChunk: '嵌入的文档', mailMergeSource: '邮件合并数据' }
  for (const source of [docx.main, relatedPart(docx, docx.main, 'settings') ?? '']) {
    for (const relation of docx.relationsOf(source).values()) {
      const kind = kinds[relation.type]
      if (relation.isExternal && kind !== undefined) repairs.add('docx.external-reference', `文档引用了文件外的${kind}，没有读取：${relation.target.slice(0, 100)}`)
    }
  }
}
