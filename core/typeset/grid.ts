/** The page and its grid: 28 characters × 22 lines in 156 × 225 mm. GB/T 9704-2012 §5.2 */

/** One point (1/72 inch) in mm. */
export const pt = 25.4 / 72

export const page = { width: 210, height: 297 } as const
/** 版心, mm. 天头 37, 订口 28. */
export const area = { left: 28, top: 37, width: 156, height: 225, right: 184, bottom: 262 } as const

/** A type size with the advance of one character. mm */
export type TypeSize = {
  /** em */
  readonly size: number
  /** 一字: width of one Han character as set */
  readonly cell: number
}

/** A type size in points. 三号 is set on a pitch of 156/28 mm (15.793 pt for 16 pt type), so that 28 fill the line; other sizes in proportion. */
export const sizeOf = (points: number): TypeSize => ({ size: points * pt, cell: (area.width / 28) * (points / 16) })

/** 号 → pt: 二号 22, 三号 16, 四号 14 */
export const type2 = sizeOf(22)
export const type3 = sizeOf(16)
export const type4 = sizeOf(14)

export const linesPerPage = 22
export const charsPerLine = 28

/** Distance of baselines, so that the first line touches the top of the 版心 and the 22nd its bottom: 29.61 pt. mm */
export const linePitch = (area.height - type3.size) / (linesPerPage - 1)
/** Blank between two lines of any size (7/8 of a 三号 character in the standard's own figures). mm */
export const lead = linePitch - type3.size

/** The em box of Han type: 0.88 above the baseline, 0.12 below. */
export const emAscent = 0.88

/** Baseline of a line whose em box starts at `top`. mm */
export function baselineOf(top: number, size: number): number {
  return top + emAscent * size
}
