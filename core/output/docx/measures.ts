/** Lengths of the exchange page in the units of OOXML: twips (1/20 pt) and EMU (1/12700 pt). GB/T 9704-2012 §5.2 */
import { area, paper } from '#core/typeset'

/** mm → twips */
export function twips(mm: number): number {
  return Math.round((mm / 25.4) * 1440)
}

/** mm → EMU */
export function emu(mm: number): number {
  return Math.round(mm * 36_000)
}

/** Exact pitch of lines: 28.95 pt, 22 of them in 225 mm. A word processor's line box holds its lead, so this is less than the 29.61 pt between baselines of a page that is filled edge to edge. */
export const lineTwips = 579
export const lineMm = (lineTwips / 1440) * 25.4

/** 三号 is 16 pt set on 15.8 pt: character spacing has whole twips only. */
export const type3Spacing = -4
/** 一字 on paper, twips */
export const cellTwips = 16 * 20 + type3Spacing
/** 四号 14 pt in the same proportion. */
export const type4Spacing = -4
export const cell4Twips = 14 * 20 + type4Spacing
/** Line of a title in 二号 with its lead: 12.56 mm */
export const titleTwips = 712
/** Line of 四号 with its lead in the 版记: 9.74 mm */
export const colophonTwips = 552

/** 28 characters of 15.8 pt are 442.4 pt, the 版心 442.2: one twip on each side makes them fit. */
export const textTwips = 28 * cellTwips + 1
const spare = textTwips - twips(area.width)

export const pageTwips = { width: twips(paper.width), height: twips(paper.height) } as const
export const margins = {
  top: twips(area.top),
  bottom: twips(paper.height - area.bottom),
  left: twips(area.left) - Math.ceil(spare / 2),
  right: pageTwips.width - textTwips - (twips(area.left) - Math.ceil(spare / 2)),
  /** top of the page number's line 7 mm below the 版心: the footer stands on this distance from the page edge */
  footer: twips(paper.height - area.bottom - 7) - 280,
  header: twips(15),
} as const

/** Width of a text in characters as this format will set it: Han characters and full-width marks 1, all others 1/2. */
export function widthInCells(text: string): number {
  let width = 0
  for (const char of text) width += /[\u0020-\u00ff]/u.test(char) && char !== '·' ? 0.5 : 1
  return width
}

/** How many lines a text takes in `cells` characters a line, counted without 禁则. */
export function linesIn(text: string, cells: number): number {
  return Math.max(1, Math.ceil((widthInCells(text) - 1e-6) / cells))
}
