/** The colophon (版记): 主送 moved here, 抄送, 印发机关和印发日期, at the foot of the last page. GB/T 9704 §7.4 */
import type { DocumentContent, Issue } from '#core/document'
import { area } from '#core/typeset'
import { blankDate, printedDate } from './closing.ts'
import { element, paragraph, run, value } from './markup.ts'
import { cell4Twips, colophonTwips, emu, linesIn, textTwips, twips, widthInCells } from './measures.ts'

/**
 * What the anchoring line is higher than the box, mm: the fixed pages keep a blank above the 版记 and their lines stand a little
 * further apart, and the two must agree on whether it still fits.
 */
const blankAbove = 4.2

/** 四号 characters across the 版心 */
const charsAcross = 32
const border = (side: string, weight: 'heavy' | 'light'): string => element(`w:${side}`, { 'w:val': 'single', 'w:sz': weight === 'heavy' ? 8 : 6, 'w:space': 0, 'w:color': '000000' })

type Row = { readonly markup: string; readonly lines: number; readonly ruled: boolean }

/**
 * The colophon as a text box standing on the lower edge of the 版心, anchored in a paragraph of its own that is as high as
 * it: where that paragraph does not fit below the text, both go to a new page, in every program alike. '' when there is none.
 */
export function colophonMarkup(content: DocumentContent, issue: Issue | null, isRecipientsHere: boolean): string {
  const isLetter = content.form === '信函'
  const rows: Row[] = []
  if (isRecipientsHere && content.recipients.length > 0) rows.push(namesRow('主送：', content.recipients, false))
  if (content.copies.length > 0) rows.push(namesRow('抄送：', content.copies, false))
  // A letter's colophon has neither 印发机关 and 印发日期 nor rules. §10.1
  if (content.printer !== '' && !isLetter) rows.push(printerRow(content, issue, rows.length > 0))
  if (rows.length === 0) return ''
  const table = tableOf(rows, isLetter ? 'bare' : 'ruled')
  const height = rows.reduce((sum, row) => sum + row.lines, 0) * colophonTwips + 40
  if (height > twips(area.height)) return paragraph('WsBlank', '', value('pageBreakBefore', 1) + tiny) + table
  return anchorParagraph(table, height)
}

/** One cell a row, as wide as the 版心: a paragraph's own border would stop at its indents. */
function tableOf(rows: readonly Row[], rules: 'ruled' | 'bare'): string {
  const width = element('w:tblW', { 'w:w': textTwips, 'w:type': 'dxa' }) + '<w:tblLayout w:type="fixed"/>' +
    `<w:tblCellMar>${element('w:left', { 'w:w': 0, 'w:type': 'dxa' })}${element('w:right', { 'w:w': 0, 'w:type': 'dxa' })}</w:tblCellMar>`
  const cells = rows.map((row, i) => {
    const top = i === 0 ? border('top', 'heavy') : row.ruled ? border('top', 'light') : ''
    const bottom = i === rows.length - 1 ? border('bottom', 'heavy') : rows[i + 1]!.ruled ? border('bottom', 'light') : ''
    const borders = rules === 'bare' || top + bottom === '' ? '' : `<w:tcBorders>${top}${bottom}</w:tcBorders>`
    return `<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr>${element('w:tcW', { 'w:w': textTwips, 'w:type': 'dxa' })}${borders}</w:tcPr>${row.markup}</w:tc></w:tr>`
  })
  // A text box must end with a paragraph; this one takes the least room there is.
  return `<w:tbl><w:tblPr>${width}</w:tblPr><w:tblGrid>${element('w:gridCol', { 'w:w': textTwips })}</w:tblGrid>${cells.join('')}</w:tbl>` +
    paragraph('WsBlank', '', tiny)
}

/** The least height that a paragraph can have. */
const tiny = element('w:spacing', { 'w:before': 0, 'w:after': 0, 'w:line': 20, 'w:lineRule': 'exact' })

/** Label and names, one character free on both sides, wrapped lines under the first name, 。 at the end. §7.4.2 */
function namesRow(label: string, names: readonly string[], ruled: boolean): Row {
  const text = `${names.join('，')}。`
  const indent = element('w:ind', { 'w:left': 4 * cell4Twips, 'w:right': cell4Twips, 'w:hanging': 3 * cell4Twips })
  return { markup: paragraph('WsCopies', run(label + text), indent), lines: linesIn(text, charsAcross - 5), ruled }
}

/** 印发机关 left, 印发日期 right, one character free on both sides. §7.4.3 */
function printerRow(content: DocumentContent, issue: Issue | null, ruled: boolean): Row {
  const date = issue === null || issue.printDate === '' ? blankDate : printedDate(issue.printDate)
  const tabs = `<w:tabs>${element('w:tab', { 'w:val': 'right', 'w:pos': textTwips - cell4Twips })}</w:tabs>`
  const indent = element('w:ind', { 'w:left': cell4Twips, 'w:right': cell4Twips })
  // The date stands on the last line of a long name, or below it where it finds no room.
  const room = charsAcross - 2
  const full = linesIn(content.printer, room)
  const rest = widthInCells(content.printer) - room * (full - 1)
  const lines = rest + 1 + widthInCells(`${date}印发`) > room ? full + 1 : full
  return { markup: paragraph('WsPrinter', run(`${content.printer}\t${date}印发`), tabs + indent), lines, ruled }
}

function anchorParagraph(content: string, heightTwips: number): string {
  const cx = emu(area.width)
  const cy = heightTwips * 635
  const shape = '<wps:wsp><wps:cNvSpPr txBox="1"/>' +
    `<wps:spPr><a:xfrm><a:off x="0" y="0"/>${element('a:ext', { cx, cy })}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>` +
    `<wps:txbx><w:txbxContent>${content}</w:txbxContent></wps:txbx>` +
    '<wps:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="b" anchorCtr="0"><a:noAutofit/></wps:bodyPr></wps:wsp>'
  const anchor = '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">' +
    '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="margin"><wp:align>left</wp:align></wp:positionH><wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV>' +
    `${element('wp:extent', { cx, cy })}<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>${element('wp:docPr', { id: 1, name: '版记' })}<wp:cNvGraphicFramePr/>` +
    `<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">${shape}</a:graphicData></a:graphic></wp:anchor>`
  const drawing = `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>${anchor}</w:drawing></mc:Choice></mc:AlternateContent></w:r>`
  return paragraph('WsBlank', drawing, element('w:spacing', { 'w:before': 0, 'w:after': 0, 'w:line': heightTwips + twips(blankAbove), 'w:lineRule': 'exact' }) + value('jc', 'left'))
}
