/** Sections (节): page size, margins, grid, and which footer carries the page number. */
import { declaration, element, paragraph, rootNames, run } from './markup.ts'
import { cell4Twips, lineTwips, margins, pageTwips } from './measures.ts'
import { doubleRule, letterhead } from './head.ts'

/** Relation ids of the parts that sections name; the package writer gives them to the same parts. */
export const sectionRelations = { oddFooter: 'rIdFooterOdd', evenFooter: 'rIdFooterEven', firstFooter: 'rIdFooterFirst', firstHeader: 'rIdHeaderFirst' } as const

type Turn = 'portrait' | 'landscape'
type FirstPage = 'as others' | 'letterhead'

/** w:sectPr. A letter's first page has its own header and footer and no number. §10.1 */
function sectionMarkup(turn: Turn, firstPage: FirstPage): string {
  const reference = (part: 'header' | 'footer', type: string, id: string): string => element(`w:${part}Reference`, { 'w:type': type, 'r:id': id })
  const isLetter = firstPage === 'letterhead'
  const references = (isLetter ? reference('header', 'first', sectionRelations.firstHeader) : '') +
    reference('footer', 'default', sectionRelations.oddFooter) + reference('footer', 'even', sectionRelations.evenFooter) +
    (isLetter ? reference('footer', 'first', sectionRelations.firstFooter) : '')
  // Turned a quarter: what is the top of the upright page is on the left of the turned one.
  const size = turn === 'portrait'
    ? element('w:pgSz', { 'w:w': pageTwips.width, 'w:h': pageTwips.height })
    : element('w:pgSz', { 'w:w': pageTwips.height, 'w:h': pageTwips.width, 'w:orient': 'landscape' })
  const edges = turn === 'portrait'
    ? { 'w:top': margins.top, 'w:right': margins.right, 'w:bottom': margins.bottom, 'w:left': margins.left }
    : { 'w:top': margins.left, 'w:right': margins.top, 'w:bottom': margins.right, 'w:left': margins.bottom }
  return `<w:sectPr>${references}<w:type w:val="nextPage"/>${size}` +
    element('w:pgMar', { ...edges, 'w:header': isLetter ? 1644 : margins.header, 'w:footer': turn === 'portrait' ? margins.footer : 850, 'w:gutter': 0 }) +
    (isLetter ? '<w:titlePg/>' : '') + element('w:docGrid', { 'w:type': 'lines', 'w:linePitch': lineTwips }) + '</w:sectPr>'
}

/** Ends a section inside the body: the smallest paragraph that can carry it. */
export function sectionEnd(turn: Turn): string {
  return paragraph('WsBlank', '', element('w:spacing', { 'w:before': 0, 'w:after': 0, 'w:line': 20, 'w:lineRule': 'exact' }) + sectionSlot(turn))
}

/** Stands for the section markup until the first section of the document is known. */
const sectionSlot = (turn: Turn): string => `<!--section ${turn}-->`

/** Puts the sections in: only the first of a letter has the letterhead. */
export function withSections(body: string, firstPage: FirstPage, last: Turn): string {
  let isFirst = true
  const next = (turn: Turn): string => {
    const markup = sectionMarkup(turn, isFirst ? firstPage : 'as others')
    isFirst = false
    return markup
  }
  return body.replaceAll(/<!--section (portrait|landscape)-->/gu, (_, turn: Turn) => next(turn)) + next(last)
}

/** Footers with — N —, one character free of the edge; odd pages right, even pages left. §7.5 */
export function footerPart(side: 'odd' | 'even' | 'letter'): string {
  const field = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
  const number = side === 'odd'
    ? paragraph('WsPageNumber', run('— ') + field + run(' —'), element('w:ind', { 'w:right': cell4Twips }) + '<w:jc w:val="right"/>')
    : paragraph('WsPageNumber', run('— ') + field + run(' —'), element('w:ind', { 'w:left': cell4Twips }) + '<w:jc w:val="left"/>')
  return `${declaration}<w:ftr ${rootNames}>${side === 'letter' ? doubleRule('thinThick') : number}</w:ftr>`
}

/** The header of a letter's first page. */
export function letterheadPart(mark: string): string {
  return `${declaration}<w:hdr ${rootNames}>${letterhead(mark)}</w:hdr>`
}
