/** Document → pages. Pure arithmetic on font metrics: the same input gives the same micrometres everywhere. */
import { numberBlocks, type Attachment, type Block, type DocumentContent, type Issue } from '#core/document'
import { attachmentNotes } from './attachment-notes.ts'
import { attendanceCount, attendanceList } from './attendance.ts'
import { placeAttachment } from './attachment.ts'
import { rowsOfBlock } from './body.ts'
import { closingOf } from './closing.ts'
import { placeColophon } from './colophon.ts'
import { blockKey, placeFlow, type BlockKeep, type Flow, type FlowNotes, type PageKeep } from './flow.ts'
import { area, charsPerLine, lead, linePitch, page as paper, type3 } from './grid.ts'
import { placeHead } from './head.ts'
import { leadLengths } from './leads.ts'
import { breakLines } from './lines.ts'
import { createMeasurer, type Measurer } from './measure.ts'
import { placePageNumber } from './page-numbers.ts'
import type { Anchor, FontSet, Layout, LayoutWarning, LineAnchor, Page, Region, SealPlace } from './pages.ts'
import type { BlockRows } from './rows.ts'
import { addElement, advance, createSheets, fits, markRegion, nextPage, placeLine, type Sheet, type Sheets } from './sheets.ts'
import { placeTitle } from './title.ts'

export type TypesetOptions = {
  /** diameter of the seals to come, mm; by default 42 */
  readonly sealDiameter?: number
  /** what stands for a 发文字号 that is not given yet, e.g. 〔〕 and 号 around ideographic spaces after the organ's mark */
  readonly numberPlaceholder?: string
}

/** A typesetter that remembers: what an edit did not touch is not set again, and its `Page` values stay the same objects. */
export type Typesetter = {
  /** Sets a document. See `typeset`. */
  typeset(content: DocumentContent, issue: Issue | null, options?: TypesetOptions): Layout
  /** Sets a text without a head. See `typesetText`. */
  typesetText(text: HeadlessText): Layout
}

/** A text that has no head of its own (a 方案, 办法 … before it has a carrier document). */
export type HeadlessText = { readonly title: string; readonly blocks: readonly Block[] }

const defaultSeal = 42
/** Lines that go with a signature which has no room left: it must not stand on a page without text. §7.3.5.5 */
const carriedLines = 2

/** What is kept between two runs. Nothing in it changes a result: it only saves the work of making it. */
type Memory = { readonly fonts: FontSet; readonly measurer: Measurer; readonly blocks: BlockKeep; readonly pages: PageKeep; readonly finished: WeakMap<Sheet, { readonly page: Page; readonly printed: number | null }> }

/** A typesetter for one set of faces. */
export function createTypesetter(fonts: FontSet): Typesetter {
  const memory: Memory = {
    fonts,
    measurer: createMeasurer(fonts),
    blocks: { last: new Map(), next: new Map(), keys: new WeakMap() },
    pages: { last: new Map(), next: new Map() },
    finished: new WeakMap(),
  }
  const turn = (): void => {
    memory.blocks.last = memory.blocks.next
    memory.blocks.next = new Map()
    memory.pages.last = memory.pages.next
    memory.pages.next = new Map()
    memory.measurer.forget()
  }
  return {
    typeset(content, issue, options = {}) {
      turn()
      return setDocument(content, issue, options, memory)
    },
    typesetText(text) {
      turn()
      return setText(text, memory)
    },
  }
}

type Run = { readonly sheets: Sheets; readonly notes: FlowNotes; readonly memory: Memory }

function startRun(memory: Memory): Run {
  return { sheets: createSheets(), notes: { anchors: [] as Anchor[], lines: [] as LineAnchor[] }, memory }
}

function setDocument(content: DocumentContent, issue: Issue | null, options: TypesetOptions, memory: Memory): Layout {
  const run = startRun(memory)
  const { sheets } = run
  const { fonts, measurer } = memory
  const warnings: LayoutWarning[] = []
  sheets.top = placeHead(sheets, { content, issue, numberPlaceholder: options.numberPlaceholder ?? null, fonts, measurer })
  if (content.form !== '命令') {
    // An order goes from its number straight to the body; its title is for lists and archives. §10.2
    placeTitle(sheets, content.title, '标题', measurer)
    sheets.top += linePitch
  }
  const isRecipientsMoved = !placeRecipients(sheets, content, measurer)
  if (isRecipientsMoved) warnings.push({ code: 'typeset.recipients-moved', message: '主送机关过多，首页排不下正文，已移至版记' })
  const { sealPlaces, isAlone } = placeBody(run, content, issue, options.sealDiameter ?? defaultSeal)
  if (isAlone) warnings.push({ code: 'typeset.closing-alone', message: '署名、成文日期所在的一面没有正文，请调整正文篇幅' })
  content.attachments.forEach((attachment, i) => {
    if (isPrinted(attachment) && attachment.binding === undefined) setAttachment(run, content, i, null)
  })
  placeColophon(sheets, content, issue, isRecipientsMoved, measurer)
  const bound = sheets.all.length
  const starts: number[] = []
  content.attachments.forEach((attachment, i) => {
    if (!isPrinted(attachment) || attachment.binding === undefined) return
    starts.push(sheets.all.length)
    setAttachment(run, content, i, issue?.number ?? '')
  })
  // The first page of a letter shows no number (§10.1); an attachment bound by itself counts its own pages.
  const printed = sheets.all.map((_, i) => {
    if (i < bound) return content.form === '信函' && i === 0 ? null : i + 1
    return i - starts.findLast((start) => start <= i)! + 1
  })
  return finish(run, printed, sealPlaces, warnings)
}

/** A file has no pages here, and neither has a text that is not at hand. */
function isPrinted(attachment: Attachment): attachment is Attachment & { readonly kind: 'text' } {
  return attachment.kind === 'text' && attachment.body.length > 0
}

function setText(text: HeadlessText, memory: Memory): Layout {
  const run = startRun(memory)
  placeTitle(run.sheets, text.title, '标题', memory.measurer)
  run.sheets.top += linePitch
  flowOf(run, text.blocks, null, '正文')
  return finish(run, run.sheets.all.map((_, i) => i + 1), [], [])
}

/** Blocks as rows, from memory where they were set before. */
function rowsOf(run: Run, blocks: readonly Block[], region: Region['name']): { readonly index: number; readonly rows: BlockRows }[] {
  const { blocks: kept, measurer } = run.memory
  const numbers = numberBlocks(blocks)
  const leads = leadLengths(blocks)
  return blocks.map((block, index) => {
    const key = blockKey(block, numbers[index]!, leads[index]!, region, kept.keys)
    // A page is recognised by its rows: two equal paragraphs must not be one.
    let copies = kept.next.get(key)
    if (copies === undefined) kept.next.set(key, (copies = []))
    const known = kept.last.get(key)?.[copies.length] ?? measurer.noting(() => rowsOfBlock(block, numbers[index]!, leads[index]!, region, measurer))
    // What could not be shown in rows that were set earlier is told all the same.
    measurer.meet(known.met)
    copies.push(known)
    return { index, rows: known.made }
  })
}

function flowOf(run: Run, blocks: readonly Block[], part: number | null, region: Region['name']): void {
  run.sheets.gridTop = run.sheets.top
  placeFlow(run.sheets, { part, blocks: rowsOf(run, blocks, region) }, run.memory.pages, run.notes)
}

/** Body, 附件说明 and closing; the closing takes the last lines with it to a new page when it does not fit below them. */
function placeBody(run: Run, content: DocumentContent, issue: Issue | null, sealDiameter: number): { readonly sealPlaces: readonly SealPlace[]; readonly isAlone: boolean } {
  const { sheets, memory } = run
  const closing = closingOf(content, issue, sealDiameter, memory.measurer)
  const notes = attachmentNotes(content, memory.measurer)
  const lists = content.form === '纪要' ? attendanceCount(content.body) : 0
  const from = content.body.length - lists
  const isClosed = closing.height > 0
  const flow: Flow = {
    part: null,
    blocks: [
      ...rowsOf(run, content.body.slice(0, from), '正文'),
      ...notes.map((rows) => ({ index: null, rows })),
      ...content.body.slice(from).map((block, i) => ({ index: from + i, rows: attendanceList(block, i === 0, memory.measurer) })),
    ],
    ...(isClosed ? { tail: { height: closing.least, rows: carriedLines + notes.reduce((sum, note) => sum + note.rows.length, 0) } } : {}),
  }
  sheets.gridTop = sheets.top
  sheets.bottom = sheets.top - lead
  placeFlow(sheets, flow, memory.pages, run.notes)
  if (!isClosed) return { sealPlaces: [], isAlone: false }
  const isAlone = sheets.bottom + closing.least > area.bottom + 0.001
  if (isAlone) {
    nextPage(sheets)
    sheets.bottom = area.top - lead
  }
  return { sealPlaces: closing.place(sheets, sheets.bottom), isAlone }
}

function setAttachment(run: Run, content: DocumentContent, index: number, separateNumber: string | null): void {
  const attachment = content.attachments[index]!
  if (attachment.kind !== 'text') return
  nextPage(run.sheets)
  const label = content.attachments.length > 1 || attachment.label !== undefined ? `附件${attachment.label ?? index + 1}` : '附件'
  placeAttachment(run.sheets, label, attachment.heading ?? attachment.name, separateNumber, run.memory.measurer)
  flowOf(run, attachment.body, index, '附件')
}

/** 主送机关: one blank line below the title, all lines flush. False when they would leave no room for body text on page 1. §7.3.2 */
function placeRecipients(sheets: Sheets, content: DocumentContent, measurer: Measurer): boolean {
  if (content.recipients.length === 0) return true
  const lines = breakLines(measurer.atoms(`${content.recipients.join('，')}：`, '仿宋'), { first: charsPerLine, rest: charsPerLine })
  if (!fits(sheets, lines.length * linePitch + type3.size)) return false
  const element = addElement(sheets, 'P')
  for (const line of lines) {
    placeLine(sheets.current, line, area.left, sheets.top, type3, element)
    markRegion(sheets.current, '主送', sheets.top, sheets.top + type3.size)
    advance(sheets, type3.size)
  }
  return true
}

/** `printed`: the number that each page shows, null for none. */
function finish(run: Run, printed: readonly (number | null)[], sealPlaces: readonly SealPlace[], warnings: readonly LayoutWarning[]): Layout {
  const { sheets, notes, memory } = run
  return {
    pages: sheets.all.map((sheet, i) => finishedPage(sheet, printed[i]!, memory)),
    sealPlace: sealPlaces[0] ?? null,
    sealPlaces,
    anchors: notes.anchors,
    lines: notes.lines,
    structure: sheets.structure,
    warnings: [...warnings, ...memory.measurer.warnings()],
  }
}

function finishedPage(sheet: Sheet, printed: number | null, memory: Memory): Page {
  const known = memory.finished.get(sheet)
  if (known !== undefined && known.printed === printed) return known.page
  const { number, glyphs, rules, images, regions, marks } = sheet
  // The sheet itself stays free of its number: it may come again as another page.
  const whole: Sheet = { number, glyphs: [...glyphs], rules, images, regions: [...regions], marks }
  if (printed !== null) placePageNumber(whole, printed, memory.fonts, memory.measurer)
  const page = { ...whole, width: paper.width, height: paper.height }
  memory.finished.set(sheet, { page, printed })
  return page
}
