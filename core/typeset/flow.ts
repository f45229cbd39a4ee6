/** Rows to pages. A page that an edit did not touch is taken over whole, so that a change costs only the pages it changes. */
import type { Block } from '#core/document'
import { area, linePitch } from './grid.ts'
import type { Noted } from './measure.ts'
import { toMicrometre, type Anchor, type LineAnchor } from './pages.ts'
import type { BlockRows, Row } from './rows.ts'
import { addElement, addPage, fits, isAtTop, nextPage, sheet, snapToGrid, type Sheet, type Sheets } from './sheets.ts'
import { placeTurned } from './turned.ts'

/** One row with the block it comes from. */
type Step = { readonly row: Row; readonly block: number | null; readonly isFirst: boolean; readonly ids: readonly number[] }

/** A full page of rows: how it came to be, and what it became. */
type KeptPage = { readonly steps: readonly Step[]; readonly sheet: Sheet; readonly top: number; readonly bottom: number }

/** Pages of earlier runs by their first row. Holds no more than the last two runs. */
export type PageKeep = { last: Map<Row, KeptPage>; next: Map<Row, KeptPage> }

export type FlowNotes = { readonly anchors: Anchor[]; readonly lines: LineAnchor[] }

/** A list of blocks ready to be placed. `part`: null for the body, else the index of the attachment. */
export type Flow = {
  readonly part: number | null
  /** `index`: place of the block in its text; null for rows that are none of the text (附件说明): they leave no trace in the notes */
  readonly blocks: readonly { readonly index: number | null; readonly rows: BlockRows }[]
  /** what must still fit below the last row, mm, and how many rows go with it to a new page when it does not */
  readonly tail?: { readonly height: number; readonly rows: number }
}

/** Height of rows one under the other, from the top of the first to the bottom of the last, mm. */
export function heightOf(rows: readonly Row[]): number {
  let height = 0
  rows.forEach((row, i) => {
    height += row.blankAbove * linePitch + row.height + (i === rows.length - 1 ? 0 : row.after)
  })
  return height
}

/** Places whole blocks from the cursor on. */
export function placeFlow(sheets: Sheets, flow: Flow, keep: PageKeep, notes: FlowNotes): void {
  let steps: Step[] = []
  const flush = (tail: Tail | null): void => {
    placeSteps(sheets, steps, flow.part, tail, keep, notes)
    steps = []
  }
  flow.blocks.forEach(({ index, rows: block }) => {
    if (block.orientation === 'landscape') {
      flush(null)
      const element = addElement(sheets, block.role, null, block.alt)
      const page = placeTurned(sheets, block.rows, element)
      if (index !== null) noteStart(notes, flow.part, index, page)
      return
    }
    block.rows.forEach((row, i) => steps.push({ row, block: index, isFirst: i === 0, ids: elementsOf(sheets, block, row, i === 0 ? null : steps.at(-1)!.ids) }))
  })
  flush(flow.tail === undefined ? null : { height: flow.tail.height, from: Math.max(Math.min(1, steps.length - 1), steps.length - flow.tail.rows) })
}

/** The first row stays: a page that shows none of the text is what must not be. From which step on the rows go to a new page together when `height` mm do not fit below the last. */
type Tail = { readonly height: number; readonly from: number }

function elementsOf(sheets: Sheets, block: BlockRows, row: Row, before: readonly number[] | null): readonly number[] {
  const ids = [before?.[0] ?? addElement(sheets, block.role, null, block.alt)]
  for (const tag of row.tags) ids.push(addElement(sheets, tag.role, tag.parent === 'block' ? ids[0]! : ids[tag.parent + 1]!))
  return ids
}

function placeSteps(sheets: Sheets, steps: readonly Step[], part: number | null, tail: Tail | null, keep: PageKeep, notes: FlowNotes): void {
  let at = 0
  let pageStart = -1
  while (at < steps.length) {
    const step = steps[at]!
    if (tail !== null && at === tail.from && at > 0 && mustCarry(sheets, steps.slice(at), tail)) {
      nextPage(sheets)
      pageStart = -1
    }
    const needed = step.row.height + step.row.keep
    if (!isAtTop(sheets) && !fits(sheets, blankOf(sheets, step.row) + needed)) {
      if (pageStart >= 0) keepPage(sheets, steps.slice(pageStart, at), keep)
      const taken = takeOver(sheets, steps, at, tail, keep, part, notes)
      if (taken > 0) {
        at += taken
        // The page is full: the next row begins another one, or nothing is left.
        pageStart = -1
        continue
      }
      nextPage(sheets)
      pageStart = at
    }
    placeRow(sheets, step, part, notes)
    at++
  }
}

/** Never for a tail that is longer than a page: then it simply flows. */
function mustCarry(sheets: Sheets, steps: readonly Step[], tail: Tail): boolean {
  const height = heightOf(steps.map((step) => step.row)) + tail.height
  return height < area.height && !isAtTop(sheets) && !fits(sheets, height)
}

function blankOf(sheets: Sheets, row: Row): number {
  return isAtTop(sheets) ? 0 : row.blankAbove * linePitch
}

function placeRow(sheets: Sheets, step: Step, part: number | null, notes: FlowNotes): void {
  const { row } = step
  sheets.top += blankOf(sheets, row)
  let isTop = isAtTop(sheets)
  if (isTop && row.repeats.length > 0) {
    for (const head of row.repeats) {
      head.draw({ target: sheets.current, top: sheets.top, isTop, ids: null })
      sheets.top += head.height + head.after
      isTop = false
    }
  }
  note(notes, step, part, sheets.current.number, sheets.top)
  row.draw({ target: sheets.current, top: sheets.top, isTop, ids: step.ids })
  sheets.bottom = sheets.top + row.height
  sheets.top += row.height + row.after
  if (row.snaps) snapToGrid(sheets)
}

function note(notes: FlowNotes, step: Step, part: number | null, page: number, top: number): void {
  if (step.block === null) return
  const y = toMicrometre(top)
  if (step.isFirst) notes.anchors.push({ part, block: step.block, page, y })
  notes.lines.push({ part, block: step.block, page, y, offset: step.row.offset, height: toMicrometre(step.row.height) })
}

function noteStart(notes: FlowNotes, part: number | null, block: number, page: number): void {
  const y = area.top
  notes.anchors.push({ part, block, page, y })
  notes.lines.push({ part, block, page, y, offset: 0, height: 0 })
}

/** Remembers a page that holds nothing but rows and is full. */
function keepPage(sheets: Sheets, steps: readonly Step[], keep: PageKeep): void {
  keep.next.set(steps[0]!.row, { steps, sheet: sheets.current, top: sheets.top, bottom: sheets.bottom })
}

/**
 * Takes over the page of an earlier run when it begins with the row at `at`, holds the very same rows, and what follows them
 * does not fit on it now either. Returns how many rows it brought, 0 when there is none.
 */
function takeOver(sheets: Sheets, steps: readonly Step[], at: number, tail: Tail | null, keep: PageKeep, part: number | null, notes: FlowNotes): number {
  const kept = keep.last.get(steps[at]!.row)
  if (kept === undefined) return 0
  const count = kept.steps.length
  const follower = steps[at + count]
  if (tail !== null && at + count > tail.from) return 0
  if (follower === undefined || kept.steps.some((step, i) => steps[at + i]?.row !== step.row)) return 0
  const number = sheets.all.length + 1
  const isSame = kept.sheet.number === number && kept.steps.every((step, i) => sameIds(step.ids, steps[at + i]!.ids))
  const target = isSame ? kept.sheet : renewed(kept, steps.slice(at, at + count), number)
  addPage(sheets, target)
  sheets.top = kept.top
  if (fits(sheets, follower.row.blankAbove * linePitch + follower.row.height + follower.row.keep)) {
    // Something shorter follows now: the page is not full any more.
    sheets.all.pop()
    sheets.current = sheets.all.at(-1)!
    return 0
  }
  const mine = steps.slice(at, at + count)
  placeNotes(sheets, mine, part, notes)
  keep.next.set(mine[0]!.row, { steps: mine, sheet: target, top: kept.top, bottom: kept.bottom })
  sheets.top = kept.top
  sheets.bottom = kept.bottom
  return count
}

function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i])
}

/** The same page under another number or with other elements: only its marks are made anew. */
function renewed(kept: KeptPage, steps: readonly Step[], number: number): Sheet {
  const names = new Map<number, number>()
  kept.steps.forEach((step, i) => step.ids.forEach((id, at) => names.set(id, steps[i]!.ids[at]!)))
  const { glyphs, rules, images, regions, marks } = kept.sheet
  return { ...sheet(number), glyphs, rules, images, regions, marks: marks.map((mark) => ({ ...mark, element: names.get(mark.element) ?? mark.element })) }
}

/** Where the rows of a page that was taken over stand; the cursor runs as it did when they were placed. */
function placeNotes(sheets: Sheets, steps: readonly Step[], part: number | null, notes: FlowNotes): void {
  const { top } = sheets
  sheets.top = area.top
  for (const step of steps) {
    sheets.top += blankOf(sheets, step.row)
    if (isAtTop(sheets)) for (const head of step.row.repeats) sheets.top += head.height + head.after
    note(notes, step, part, sheets.current.number, sheets.top)
    sheets.top += step.row.height + step.row.after
    if (step.row.snaps) snapToGrid(sheets)
  }
  sheets.top = top
}

/** Equal blocks in the order in which they stand in the text. */
type Copies = Noted<BlockRows>[]

/** Blocks are kept by value: an editor may make new ones for every key. `keys`: of blocks met before, so that a long text is not put together again. */
export type BlockKeep = { last: Map<string, Copies>; next: Map<string, Copies>; readonly keys: WeakMap<Block, { readonly place: string; readonly key: string }> }

/** What tells blocks apart that are set differently. */
export function blockKey(block: Block, number: string, lead: number, region: string, keys: BlockKeep['keys']): string {
  const place = `${region}${number}\u0000${lead}`
  const known = keys.get(block)
  if (known !== undefined && known.place === place) return known.key
  const key = `${place}\u0000${block.kind === 'paragraph' ? `${block.level}${block.text}` : JSON.stringify(block)}`
  keys.set(block, { place, key })
  return key
}
