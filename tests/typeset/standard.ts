/**
 * The measures of GB/T 9704-2012, written down here once more and on purpose not taken from the typesetter.
 * Lengths in mm; the numbers Y… are those of docs/spec/layout.md.
 */

/** What a print may differ from a stated measure, mm. */
export const tolerance = 0.1

export const point = 25.4 / 72
export const paper = { width: 210, height: 297 } as const
/** Y1: 天头 37, 订口 28, 版心 156 × 225 */
export const area = { left: 28, top: 37, right: 184, bottom: 262, width: 156, height: 225 } as const

/** Type sizes in points: 二号 22, 三号 16, 四号 14 */
export const points = { two: 22, three: 16, four: 14 } as const
/** Heights of the em box. */
export const em = { two: points.two * point, three: points.three * point, four: points.four * point } as const

/** Y2: 一字 = 156 / 28 for 三号, other sizes in proportion */
export const cell3 = 156 / 28
export const cell4 = (cell3 * 14) / 16
/** Y3: 22 lines fill 225: (225 - 16 pt) / 21 = 29.61 pt */
export const line = (225 - em.three) / 21
/** what a line of any size has below it */
export const lead = line - em.three
/** 7/8 of a 三号 character */
export const sevenEighths = (7 / 8) * em.three

/** The em box of Han type stands 0.88 above the baseline and 0.12 below it. */
export const ascent = 0.88
export const descent = 0.12

/** Baseline of the n-th line (from 1) of a page that is all text. */
export const baselineOfLine = (n: number): number => area.top + ascent * em.three + (n - 1) * line
