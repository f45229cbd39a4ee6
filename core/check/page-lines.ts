/** Lines of a page, found again from its glyphs: geometry is judged by what is placed, not by what was meant. mm */
import { type3, type Layout, type Page, type PlacedGlyph, type Region } from '#core/typeset'

export type PageLine = {
  readonly page: number
  readonly text: string
  /** baseline */
  readonly y: number
  /** edges of the em box */
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
  readonly glyphs: readonly PlacedGlyph[]
}

/** Origins are shifted by less than this inside their cells; an opening mark may lie half a cell further left. */
export const shiftSlack = 0.6
export const markSlack = 3.2
/** 一字 of 三号 */
export const cell = type3.cell

export const near = (a: number, b: number, slack: number): boolean => Math.abs(a - b) <= slack

/** Upright lines of a page whose baseline lies in a region of one of these names; glyphs of one baseline in writing order. */
export function linesIn(page: Page, ...names: readonly Region['name'][]): readonly PageLine[] {
  const regions = page.regions.filter((region) => names.includes(region.name))
  if (regions.length === 0) return []
  return linesOf(page).filter((line) => regions.some((region) => line.y >= region.y - 0.01 && line.y <= region.y + region.height + 0.01))
}

const kept = new WeakMap<Page, readonly PageLine[]>()

/** All upright lines from top to bottom. */
export function linesOf(page: Page): readonly PageLine[] {
  let lines = kept.get(page)
  if (lines === undefined) {
    const rows = new Map<number, PlacedGlyph[]>()
    for (const glyph of page.glyphs) {
      if (glyph.turn !== undefined) continue
      const row = rows.get(glyph.y)
      if (row === undefined) rows.set(glyph.y, [glyph])
      else row.push(glyph)
    }
    lines = [...rows].sort(([a], [b]) => a - b).map(([y, glyphs]) => lineOf(page.number, y, [...glyphs].sort((a, b) => a.x - b.x)))
    kept.set(page, lines)
  }
  return lines
}

function lineOf(page: number, y: number, glyphs: readonly PlacedGlyph[]): PageLine {
  const size = Math.max(...glyphs.map((glyph) => glyph.size))
  const last = glyphs.at(-1)!
  return { page, text: glyphs.map((glyph) => glyph.char).join(''), y, top: y - 0.88 * size, bottom: y + 0.12 * size, left: glyphs[0]!.x, right: last.x + widthOf(last), glyphs }
}

/** Han fill their em; the rest is about half of it, which only the ends of lines depend on. */
function widthOf(glyph: PlacedGlyph): number {
  return glyph.size * (/[\u2e80-\uffef]/u.test(glyph.char) ? 1 : 0.5)
}

export const firstPage = (layout: Layout): Page => layout.pages[0]!

/** The page with a region of a name, the last of them. */
export function pageWith(layout: Layout, name: Region['name']): Page | undefined {
  return layout.pages.findLast((page) => page.regions.some((region) => region.name === name))
}
