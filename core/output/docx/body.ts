/** Body blocks (正文) as paragraphs, tables and pictures, with their numbers as literal text. GB/T 9704 §7.3.3 */
import { numberBlocks, type Block, type LayoutForm, type Paragraph, type Picture, type Table } from '#core/document'
import { area, lead, linePitch } from '#core/typeset'
import { element, paragraph, run, value } from './markup.ts'
import { emu, twips } from './measures.ts'
import type { StyleId } from './styles.ts'
import { sectionEnd } from './sections.ts'
import { tableMarkup } from './tables.ts'

/** Pictures that the document shows: relation ids by hash, in order of first use. */
export type PictureParts = { readonly idOf: (picture: Picture) => string | null; nextDrawing: () => number }

const bodyStyles: readonly StyleId[] = ['WsBody', 'WsHeading1', 'WsHeading2', 'WsHeading3', 'WsHeading4']
const attendance = /^(出席|请假|列席)：(.+)$/u

/** All blocks of a body or of a text attachment. The last paragraph of a body holds on to the signature (`isHeld`): it must not stand on a page without text. §7.3.5.5 */
export function blockMarkup(blocks: readonly Block[], form: LayoutForm, held: 'held' | 'free', pictures: PictureParts): string {
  const numbers = numberBlocks(blocks)
  const lists = form === '纪要' ? attendanceFrom(blocks) : blocks.length
  return blocks.map((block, i) => {
    switch (block.kind) {
      case 'paragraph': {
        // A single paragraph stays on page 1, which must show body text.
        const isLast = held === 'held' && i > 0 && i === blocks.length - 1
        return i >= lists ? attendanceParagraph(block, i === lists) : paragraph(bodyStyles[block.level]!, paragraphRuns(block, numbers[i]!), isLast ? value('keepNext', 1) + value('widowControl', 1) : '')
      }
      case 'table':
        return tableBlock(block, blocks[i - 1])
      case 'picture':
        return pictureBlock(block, pictures)
    }
  }).join('')
}

/** Index of the first of the attendance lists (出席、请假、列席) that end minutes. §10.3 */
function attendanceFrom(blocks: readonly Block[]): number {
  let from = blocks.length
  while (from > 0) {
    const block = blocks[from - 1]!
    if (block.kind !== 'paragraph' || block.level !== 0 || !attendance.test(block.text)) break
    from--
  }
  return from
}

function attendanceParagraph(block: Paragraph, isFirst: boolean): string {
  const [, label = '', names = ''] = attendance.exec(block.text) ?? []
  return paragraph('WsAttendance', run(`${label}：`, 'WsHei') + run(names), isFirst ? element('w:spacing', { 'w:before': 579 }) : '')
}

/** Number and heading sentence (up to the first 。) in the level's type, the rest in 仿宋. */
function paragraphRuns(block: Paragraph, number: string): string {
  const type = block.level === 1 ? 'WsHei' : block.level === 2 ? 'WsKai' : ''
  const end = block.text.indexOf('。') + 1
  const head = type === '' ? '' : end === 0 ? block.text : block.text.slice(0, end)
  return run(number + head, type) + run(block.text.slice(head.length))
}

function tableBlock(table: Table, before: Block | undefined): string {
  const caption = table.caption === '' ? '' : paragraph('WsCaption', run(table.caption))
  if (table.orientation === 'portrait') return caption + tableMarkup(table, area.width) + afterTable
  // A landscape table has pages of its own: one section ends before it, its own after it; a second one follows straight on.
  const isFollowing = before?.kind === 'table' && before.orientation === 'landscape'
  return (isFollowing ? '' : sectionEnd('portrait')) + caption + tableMarkup(table, area.height) + sectionEnd('landscape')
}

/** One line's blank below a table, and half a line that returns the text to its grid on the average. */
const afterTable = paragraph('WsBlank', '', element('w:spacing', { 'w:before': 0, 'w:after': 0, 'w:line': twips(lead + linePitch / 2), 'w:lineRule': 'exact' }))

/** A line high as the picture; the picture as wide as asked, at most the 版心. */
function pictureBlock(picture: Picture, pictures: PictureParts): string {
  const id = pictures.idOf(picture)
  const caption = picture.caption === '' ? '' : paragraph('WsCaption', run(picture.caption), value('keepNext', 0) + element('w:spacing', { 'w:before': twips(1.2), 'w:after': twips(lead) }))
  if (id === null) return paragraph('WsPicture', run(`［图片缺失：${picture.file.fileName}］`)) + caption
  return paragraph('WsPicture', `<w:r>${drawing(picture, id, pictures.nextDrawing())}</w:r>`, value('keepNext', picture.caption === '' ? 0 : 1)) + caption
}

/** Printed size of a picture, mm: its natural size at 96 dpi when no width is given, never beyond the 版心 less a line for the caption. */
function printedSize(picture: Picture): { readonly width: number; readonly height: number } {
  const ratio = picture.pixels.height / picture.pixels.width
  const natural = picture.width > 0 ? picture.width : (picture.pixels.width / 96) * 25.4
  const width = Math.min(natural, area.width, (area.height - 12) / ratio)
  return { width, height: width * ratio }
}

function drawing(picture: Picture, id: string, number: number): string {
  const { width, height } = printedSize(picture)
  const extent = { cx: Math.max(1, emu(width)), cy: Math.max(1, emu(height)) }
  const { fileName } = picture.file
  const graphic = element('pic:pic', {},
    element('pic:nvPicPr', {}, element('pic:cNvPr', { id: number, name: fileName, descr: picture.caption }) + '<pic:cNvPicPr/>') +
    element('pic:blipFill', {}, `${element('a:blip', { 'r:embed': id })}<a:stretch><a:fillRect/></a:stretch>`) +
    element('pic:spPr', {}, `<a:xfrm><a:off x="0" y="0"/>${element('a:ext', extent)}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>`))
  return `<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">${element('wp:extent', extent)}` +
    // title says whether the width was chosen or follows from the pixels
    element('wp:docPr', { id: number, name: fileName, descr: picture.caption, title: picture.width > 0 ? `${picture.width}mm` : undefined }) +
    `<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">${graphic}</a:graphicData></a:graphic></wp:inline></w:drawing>`
}

/** Blank lines of an attachment part's label. */
export function attachmentLabel(label: string, number: string): string {
  return paragraph('WsAttachment', run(number + label), value('pageBreakBefore', 1))
}
