/** Document → pages. Pure arithmetic on font metrics: the same input gives the same micrometres everywhere. */
import type { Block, DocumentContent, Issue } from '#core/document'
import { attachmentNoteRows, closingOf, type Closing } from './closing.ts'
import { bodyRows, placeRows, type Row } from './body.ts'
import { placeColophon } from './colophon.ts'
import { area, charsPerLine, lead, linePitch, page as paper, type3 } from './grid.ts'
import { attendanceCount, attendanceRows } from './attendance.ts'
import { placeHead } from './head.ts'
import { breakLines, setSingle } from './lines.ts'
import { createMeasurer, type Measurer } from './measure.ts'
import { placePageNumber } from './page-numbers.ts'
import type { Anchor, FontSet, Layout, LayoutWarning, SealPlace } from './pages.ts'
import { advance, createSheets, fits, markRegion, nextPage, placeLine, type Sheets } from './sheets.ts'
import { placeTitle } from './title.ts'

export type TypesetOptions = {
  /** diameter of the seal to come, mm; by default 42 */
  readonly sealDiameter?: number
  /** what stands for a 发文字号 that is not given yet, e.g. 〔〕 and 号 around ideographic spaces after the organ's mark */
  readonly numberPlaceholder?: string
}

const defaultSeal = 42
/** Lines that go with a signature which has no room left: it must not stand on a page without text. §7.3.5.5 */
const carriedLines = 2

/**
 * Sets a document. Without an issue its number and dates are grey blanks, never invented. Never fails: what cannot be
 * shown is reported in `warnings` (typeset.missing-glyph, typeset.recipients-moved).
 */
export function typeset(content: DocumentContent, issue: Issue | null, fonts: FontSet, options: TypesetOptions = {}): Layout {
  const measurer = createMeasurer(fonts)
  const sheets = createSheets()
  const anchors: Anchor[] = []
  const warnings: LayoutWarning[] = []

  sheets.top = placeHead(sheets.current, { content, issue, numberPlaceholder: options.numberPlaceholder ?? null, fonts, measurer })
  if (content.form !== '命令') {
    // An order goes from its number straight to the body; its title is for lists and archives. §10.2
    placeTitle(sheets, content.title, '标题', measurer)
    sheets.top += linePitch
  }
  const isRecipientsMoved = !placeRecipients(sheets, content, measurer)
  if (isRecipientsMoved) warnings.push({ code: 'typeset.recipients-moved', message: '主送机关过多，首页排不下正文，已移至版记' })

  const closing = closingOf(content, issue, options.sealDiameter ?? defaultSeal, measurer)
  const rows = mainRows(content, measurer)
  const notes = attachmentNoteRows(content, measurer)
  const sealPlace = placeBody(sheets, rows, notes, closing, anchors)

  content.attachments.forEach((attachment, i) => {
    if (attachment.kind === 'file') return
    nextPage(sheets)
    const label = content.attachments.length > 1 ? `附件${i + 1}` : '附件'
    placeAttachment(sheets, label, attachment.name, attachment.body, i, anchors, measurer)
  })
  placeColophon(sheets, content, issue, isRecipientsMoved, measurer)
  // The first page of a letter shows no number. §10.1
  const unnumbered = content.form === '信函' ? 1 : 0
  return finish(sheets, { sealPlace, sealPlaces: sealPlace === null ? [] : [sealPlace], lines: [], structure: [], anchors, warnings, unnumbered }, fonts, measurer)
}

function mainRows(content: DocumentContent, measurer: Measurer): Row[] {
  const lists = content.form === '纪要' ? attendanceCount(content.body) : 0
  const from = content.body.length - lists
  return [...bodyRows(content.body.slice(0, from), null, measurer), ...attendanceRows(content.body.slice(from), from, measurer)]
}

/** Sets a text that has no head of its own (a 方案, 办法 … before it has a carrier document), as an attachment is set. */
export function typesetText(text: { readonly title: string; readonly blocks: readonly Block[] }, fonts: FontSet): Layout {
  const measurer = createMeasurer(fonts)
  const sheets = createSheets()
  const anchors: Anchor[] = []
  placeTitle(sheets, text.title, '标题', measurer)
  sheets.top += linePitch
  placeRows(sheets, bodyRows(text.blocks, null, measurer), anchors)
  return finish(sheets, { sealPlace: null, sealPlaces: [], lines: [], structure: [], anchors, warnings: [], unnumbered: 0 }, fonts, measurer)
}

/** `unnumbered`: how many pages from the first carry no number. */
type Ending = Omit<Layout, 'pages'> & { readonly unnumbered: number }

function finish(sheets: Sheets, ending: Ending, fonts: FontSet, measurer: Measurer): Layout {
  const { warnings, unnumbered, ...rest } = ending
  for (const sheet of sheets.all.slice(unnumbered)) placePageNumber(sheet, fonts, measurer)
  const missing = [...measurer.missing].map((char): LayoutWarning => ({
    code: 'typeset.missing-glyph',
    message: `字体中没有「${char}」（U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}）`,
  }))
  return {
    pages: sheets.all.map((sheet) => ({ ...sheet, width: paper.width, height: paper.height })),
    ...rest,
    warnings: [...warnings, ...missing],
  }
}

/** 主送机关: one blank line below the title, all lines flush. False when they would leave no room for body text on page 1. §7.3.2 */
function placeRecipients(sheets: Sheets, content: DocumentContent, measurer: Measurer): boolean {
  if (content.recipients.length === 0) return true
  const lines = breakLines(measurer.atoms(`${content.recipients.join('，')}：`, '仿宋'), { first: charsPerLine, rest: charsPerLine })
  if (!fits(sheets, lines.length * linePitch + type3.size)) return false
  for (const line of lines) {
    placeLine(sheets.current, line, area.left, sheets.top, type3)
    markRegion(sheets.current, '主送', sheets.top, sheets.top + type3.size)
    advance(sheets, type3.size)
  }
  return true
}

/** Body, 附件说明 and closing; the closing takes the last lines with it to a new page when it does not fit below them. */
function placeBody(sheets: Sheets, body: readonly Row[], notes: readonly Row[], closing: Closing, anchors: Anchor[]): SealPlace | null {
  const rows = [...body, ...notes]
  const kept = rows.length - Math.min(rows.length, notes.length + carriedLines)
  placeRows(sheets, rows.slice(0, kept), anchors)
  const tail = rows.slice(kept)
  const tailHeight = tail.reduce((sum, row) => sum + (1 + row.blankAbove) * linePitch, 0)
  // Never a page of its own when the tail is longer than a page: then it simply flows.
  const isClosed = closing.height > 0
  if (isClosed && !fits(sheets, tailHeight - lead + closing.height) && tailHeight + closing.height < area.height && kept > 0) nextPage(sheets)
  placeRows(sheets, tail, anchors)
  if (isClosed && !fits(sheets, closing.height - lead)) nextPage(sheets)
  return closing.place(sheets, sheets.top - lead)
}

/** 附件: a new page; label in 黑体 on the first line, title on the third, then the text. §7.3.7 */
function placeAttachment(
  sheets: Sheets,
  label: string,
  name: string,
  body: readonly Block[],
  part: number,
  anchors: Anchor[],
  measurer: Measurer,
): void {
  placeLine(sheets.current, setSingle(measurer.atoms(label, '黑体')), area.left, sheets.top, type3)
  markRegion(sheets.current, '附件', sheets.top, sheets.top + type3.size)
  sheets.top += 2 * linePitch
  placeTitle(sheets, name, '附件', measurer)
  sheets.top += linePitch
  placeRows(sheets, bodyRows(body, part, measurer), anchors)
}
