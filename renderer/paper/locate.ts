/** Places on the pages and places in the text, both ways (版面与文字互查). */
import { blockText, numberBlocks, type Block, type DocumentContent } from '#core/document'
import type { Layout, LineAnchor, Page, PlacedGlyph, Region } from '#core/typeset'

/** A character of the written text. `part`: null for the body, else the index of the attachment. */
export type TextPlace = { readonly part: number | null; readonly block: number; readonly offset: number }

/** What is at a point of a page: a character, or an element that the form holds. */
export type PagePlace =
  | ({ readonly kind: 'text' } & TextPlace)
  | { readonly kind: 'element'; readonly element: PageElement }

export type PageElement = 'issuerMark' | 'title' | 'recipients' | 'attachments' | 'signature' | 'note' | 'copies'

/** A line as it is shown: page from 1, top and height in mm. */
export type ShownLine = { readonly page: number; readonly y: number; readonly height: number }

const elementOf: Readonly<Record<Region['name'], PageElement | null>> = {
  版头: 'issuerMark', 标题: 'title', 主送: 'recipients', 附件说明: 'attachments', 署名: 'signature', 附注: 'note', 版记: 'copies', 正文: null, 附件: null, 表格: null, 插图: null, 页码: null,
}

/** How far from a line a click may be and still mean it, mm: about one line. */
const reach = 11

const blocksOf = (content: DocumentContent, part: number | null): readonly Block[] => {
  if (part === null) return content.body
  const attachment = content.attachments[part]
  return attachment?.kind === 'text' ? attachment.body : []
}

/** The line that shows a character: the last one of its block that starts at or before it. Null when it is not on the pages. */
export const lineOf = (layout: Layout, place: TextPlace): LineAnchor | null => {
  let found: LineAnchor | null = null
  for (const line of layout.lines) {
    if (line.part !== place.part || line.block !== place.block) continue
    if (found === null || line.offset <= place.offset) found = line
  }
  return found
}

/** Whether a point lies in a region, with a little room around it, mm. */
const holds = (region: Region, x: number, y: number): boolean =>
  x >= region.x - 2 && x <= region.x + region.width + 2 && y >= region.y - 2 && y <= region.y + region.height + 2

/** What is at a point, mm from the page's top left; null where nothing is near. */
export const placeAt = (layout: Layout, content: DocumentContent, pageNumber: number, x: number, y: number): PagePlace | null => {
  const page = layout.pages[pageNumber - 1]
  if (page === undefined) return null
  for (const region of page.regions) {
    const element = elementOf[region.name]
    if (element !== null && holds(region, x, y)) return { kind: 'element', element }
  }
  let nearest: LineAnchor | null = null
  let least = reach
  for (const line of layout.lines) {
    if (line.page !== pageNumber) continue
    const distance = y < line.y ? line.y - y : y > line.y + line.height ? y - line.y - line.height : 0
    if (distance < least) {
      least = distance
      nearest = line
    }
  }
  return nearest === null ? null : { kind: 'text', part: nearest.part, block: nearest.block, offset: offsetIn(content, page, nearest, x) }
}

/** Glyphs of one line, left to right. Their baselines lie inside the line's height. */
const glyphsOf = (page: Page, line: LineAnchor): readonly PlacedGlyph[] =>
  page.glyphs.filter((glyph) => glyph.turn === undefined && glyph.y > line.y && glyph.y <= line.y + line.height + 0.5).sort((a, b) => a.x - b.x)

/** The UTF-16 offset at which a caret belongs that is asked for at `x`. Characters that print nothing are stepped over. */
const offsetIn = (content: DocumentContent, page: Page, line: LineAnchor, x: number): number => {
  const blocks = blocksOf(content, line.part)
  const block = blocks[line.block]
  if (block === undefined || block.kind !== 'paragraph') return line.offset
  const text = blockText(block)
  const number = line.offset === 0 ? numberBlocks(blocks.slice(0, line.block + 1)).at(-1) ?? '' : ''
  const glyphs = glyphsOf(page, line).slice([...number].length)
  let offset = line.offset
  for (const glyph of glyphs) {
    const middle = glyph.x + glyph.size * (glyph.widthPercent ?? 100) / 200 * (/^[\u0020-\u00ff]$/u.test(glyph.char) ? 0.5 : 1)
    if (x < middle) return offset
    const found = text.indexOf(glyph.char, offset)
    // A blank or an invisible character may stand between two glyphs, never a word.
    offset = found >= 0 && found - offset <= 4 ? found + glyph.char.length : Math.min(text.length, offset + glyph.char.length)
  }
  return Math.min(offset, text.length)
}

/** The next line of the pages in reading order from one that is shown; the first or last when there is none yet. */
export const stepLine = (layout: Layout, from: ShownLine | null, step: 1 | -1): LineAnchor | null => {
  if (layout.lines.length === 0) return null
  const at = from === null ? -1 : layout.lines.findIndex((line) => line.page === from.page && Math.abs(line.y - from.y) < 0.01)
  if (at < 0) return (step === 1 ? layout.lines[0] : layout.lines.at(-1)) ?? null
  let next = at + step
  // Cells and captions on one height are one line to the eye.
  while (layout.lines[next] !== undefined && layout.lines[next]!.page === layout.lines[at]!.page && layout.lines[next]!.y === layout.lines[at]!.y) next += step
  return layout.lines[next] ?? layout.lines[at] ?? null
}

const pageElements: readonly PageElement[] = ['issuerMark', 'title', 'recipients', 'attachments', 'signature', 'note', 'copies']

/** The element of the pages that a field of the form is printed as; null for what stands nowhere of its own. */
export const elementOfField = (field: string | undefined): PageElement | null => {
  switch (field) {
    case 'issuers': case 'urgency': case 'copyNumber': case 'signers': case 'form': return 'issuerMark'
    case 'authentication': return 'signature'
    case 'printer': return 'copies'
    default: return pageElements.find((element) => element === field) ?? null
  }
}

/** Where an element is printed first; null when the document has none of it. */
export const shownElement = (layout: Layout, element: PageElement): ShownLine | null => {
  for (const page of layout.pages) {
    const region = page.regions.find((candidate) => elementOf[candidate.name] === element)
    if (region !== undefined) return { page: page.number, y: region.y, height: region.height }
  }
  return null
}
