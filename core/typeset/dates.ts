/** Dates as printed: Arabic, full year, no leading zeros. GB/T 9704 §7.3.5.4 */

/** 2026-01-05 → 2026年1月5日; anything else comes back as it is. */
export function printedDate(date: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(date)
  return match === null ? date : `${match[1]}年${Number(match[2])}月${Number(match[3])}日`
}

/** Room for a date that is not known yet. */
export const blankDate = '\u3000\u3000年\u3000月\u3000日'
