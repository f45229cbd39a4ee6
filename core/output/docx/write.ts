/** Document → DOCX (公文的 DOCX 交换): what Word, WPS and LibreOffice open. ECMA-376, GB/T 9704-2012 */
import { utf8, writeZip, type ZipInput } from '#core/formats'
import type { Block, DocumentContent, Issue, Picture } from '#core/document'
import type { Layout } from '#core/typeset'
import { attachmentLabel, blockMarkup, type PictureParts } from './body.ts'
import { attachmentNotes, closingMarkup } from './closing.ts'
import { colophonMarkup } from './colophon.ts'
import { attachmentTitle, headParagraphs, recipientsParagraph, titleParagraph } from './head.ts'
import { declaration, element, rootNames } from './markup.ts'
import { linesIn } from './measures.ts'
import { contentTypesPart, relationsPart, rootRelationsPart, type MediaPart } from './parts.ts'
import { corePropertiesPart, customPropertiesPart, exchangeProperties, type ExchangeProperties } from './properties.ts'
import { footerPart, letterheadPart, withSections } from './sections.ts'
import { fontTablePart, stylesPart } from './styles.ts'

export type DocxOptions = {
  /** bytes of a picture by the SM3 of its bytes; a picture that is not found is named in its place */
  readonly pictures: (hash: string) => Uint8Array | undefined
  /** our own pages of the same content, when at hand: says exactly whether the recipients moved to the 版记 */
  readonly layout?: Layout
  /** family of Latin letters and digits in 仿宋 and 楷体 text; by default Times New Roman, null for the Chinese family itself */
  readonly latin?: string | null
}

/**
 * A document as DOCX bytes; the same input gives the same bytes. Without an issue, number and dates are blanks. Numbers of
 * levels are literal text, so that every program shows the same. Not carried: the seal, the bytes of file attachments.
 */
export function documentToDocx(content: DocumentContent, issue: Issue | null, options: DocxOptions): Uint8Array {
  const media = collectPictures(options.pictures)
  const isMoved = options.layout?.warnings.some((warning) => warning.code === 'typeset.recipients-moved') ?? isTooLong(content)
  const closing = closingMarkup(content, issue)
  const notes = attachmentNotes(content)
  const main = headParagraphs(content, issue) + titleParagraph(content) + (isMoved ? '' : recipientsParagraph(content)) +
    blockMarkup(content.body, content.form, closing + notes === '' ? 'free' : 'held', media.parts) + notes + closing
  const attachments = content.attachments.map((attachment, i) => {
    if (attachment.kind === 'file') return ''
    const label = content.attachments.length > 1 ? `附件${i + 1}` : '附件'
    const number = attachment.binding === 'separate' ? (issue?.number ?? '') : ''
    return attachmentLabel(label, number) + attachmentTitle(attachment.name) + blockMarkup(attachment.body, '文件', 'free', media.parts)
  })
  const body = main + attachments.join('') + colophonMarkup(content, issue, isMoved)
  return packed({
    body,
    letterMark: content.form === '信函' ? content.issuerMark : null,
    properties: exchangeProperties(content, issue),
    core: corePropertiesPart(content.title, content.issuers.join('、'), issue?.date ?? ''),
    latin: latinOf(options),
    media: media.list,
  })
}

/** A text that has no head of its own (a 方案, 办法 … before it has a carrier document), as DOCX bytes. */
export function textToDocx(text: { readonly title: string; readonly blocks: readonly Block[] }, options: DocxOptions): Uint8Array {
  const media = collectPictures(options.pictures)
  const body = attachmentTitle(text.title) + blockMarkup(text.blocks, '文件', 'free', media.parts)
  return packed({ body, letterMark: null, properties: new Map(), core: corePropertiesPart(text.title, '', ''), latin: latinOf(options), media: media.list })
}

const latinOf = (options: DocxOptions): string | null => (options.latin === undefined ? 'Times New Roman' : options.latin)

/** Without pages at hand: page 1 has room for about ten lines below the title. */
function isTooLong(content: DocumentContent): boolean {
  return linesIn(`${content.recipients.join('，')}：`, 28) > 10 - Math.ceil(content.title.length / 18)
}

function collectPictures(bytesOf: DocxOptions['pictures']): { readonly parts: PictureParts; readonly list: MediaPart[] } {
  const list: MediaPart[] = []
  let drawings = 1
  return {
    list,
    parts: {
      idOf(picture: Picture) {
        const known = list.find((one) => one.hash === picture.file.hash)
        if (known !== undefined) return known.id
        const bytes = bytesOf(picture.file.hash)
        if (bytes === undefined) return null
        const part = { id: `rIdPicture${list.length + 1}`, hash: picture.file.hash, name: `image${list.length + 1}.${picture.file.mediaType === 'image/png' ? 'png' : 'jpeg'}`, bytes }
        list.push(part)
        return part.id
      },
      nextDrawing: () => ++drawings,
    },
  }
}

type Package = {
  readonly body: string
  readonly letterMark: string | null
  readonly properties: ExchangeProperties
  readonly core: string
  readonly latin: string | null
  readonly media: readonly MediaPart[]
}

/** 避头尾 and squeezing of marks as in the fixed pages; footers by odd and even pages. */
const settings = `${declaration}<w:settings ${rootNames}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>` +
  '<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>' +
  element('w:compatSetting', { 'w:name': 'compatibilityMode', 'w:uri': 'http://schemas.microsoft.com/office/word', 'w:val': 15 }) + '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'

function packed(file: Package): Uint8Array {
  const isLetter = file.letterMark !== null
  const document = `${declaration}<w:document ${rootNames}><w:body>${withSections(file.body, isLetter ? 'letterhead' : 'as others', 'portrait')}</w:body></w:document>`
  const entries: ZipInput[] = [
    { path: '[Content_Types].xml', bytes: utf8(contentTypesPart(isLetter)) },
    { path: '_rels/.rels', bytes: utf8(rootRelationsPart()) },
    { path: 'docProps/core.xml', bytes: utf8(file.core) },
    { path: 'docProps/custom.xml', bytes: utf8(customPropertiesPart(file.properties)) },
    { path: 'word/document.xml', bytes: utf8(document) },
    { path: 'word/_rels/document.xml.rels', bytes: utf8(relationsPart(isLetter, file.media)) },
    { path: 'word/styles.xml', bytes: utf8(stylesPart(file.latin)) },
    { path: 'word/fontTable.xml', bytes: utf8(fontTablePart()) },
    { path: 'word/settings.xml', bytes: utf8(settings) },
    { path: 'word/footer1.xml', bytes: utf8(footerPart('odd')) },
    { path: 'word/footer2.xml', bytes: utf8(footerPart('even')) },
    ...(file.letterMark === null ? [] : [
      { path: 'word/footer3.xml', bytes: utf8(footerPart('letter')) },
      { path: 'word/header1.xml', bytes: utf8(letterheadPart(file.letterMark)) },
    ]),
    ...file.media.map((part) => ({ path: `word/media/${part.name}`, bytes: part.bytes, store: true })),
  ]
  return writeZip(entries)
}
