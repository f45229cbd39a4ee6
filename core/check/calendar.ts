/** Dates as written and as they are (日期), without a clock. */

/** Days of a month in the Gregorian calendar; 0 when there is no such month. */
function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
}

/** Whether a day exists. Without a year, 29 February does. */
export function dayExists(year: number | null, month: number, day: number): boolean {
  return day >= 1 && day <= daysIn(year ?? 2000, month)
}

/** 星期: 0 Sunday … 6 Saturday (Zeller's congruence). */
export function weekdayOf(year: number, month: number, day: number): number {
  const m = month < 3 ? month + 12 : month
  const y = month < 3 ? year - 1 : year
  return (day + Math.floor((13 * (m + 1)) / 5) + y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + 6) % 7
}

export const weekdayNames = '日一二三四五六'

/** 2026-11-24 → 2026年11月24日 */
export function printedDay(iso: string): string {
  const [year, month, day] = iso.split('-').map(Number)
  return `${year}年${month}月${day}日`
}

/** A date in words, however written: 2026年01月5日, 2026.1.5, 二〇二六年一月五日. Null when it is none, or not whole. */
export function readDay(text: string): { readonly year: number; readonly month: number; readonly day: number } | null {
  const match = /^\s*(\d{2,4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?\s*$/u.exec(hanToDigits(text))
  return match === null ? null : { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) }
}

/** Chinese date numerals as digits: 二〇二六年十一月二十四日 → 2026年11月24日. */
export function hanToDigits(text: string): string {
  const digit = (char: string): number => (char === '元' ? 1 : '〇一二三四五六七八九'.indexOf('○零OoΟО０'.includes(char) ? '〇' : char))
  return text
    .replace(/[〇○零一二三四五六七八九OoΟО]{4}(?=年)/gu, (year) => [...year].map((char) => digit(char)).join(''))
    .replace(/[一二三四五六七八九]?十[一二三四五六七八九]?|元(?=月)|[一二三四五六七八九](?=[月日])/gu, (text) => {
      const ten = text.indexOf('十')
      if (ten < 0) return String(digit(text))
      return String((ten === 0 ? 1 : digit(text[0]!)) * 10 + (ten === text.length - 1 ? 0 : digit(text[ten + 1]!)))
    })
}

/** Days since 1 March of the year 0; null when the text is no day YYYY-MM-DD. */
export function dayNumber(iso: string): number | null {
  const [year = 0, month = 0, day = 0] = /^\d{4}-\d{2}-\d{2}$/u.test(iso) ? iso.split('-').map(Number) : []
  if (!dayExists(year, month, day)) return null
  const y = month < 3 ? year - 1 : year
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day
}

/** The last day of a month, counted as `dayNumber` does. */
export function monthEnd(year: number, month: number): number | null {
  return dayNumber(`${year}-${String(month).padStart(2, '0')}-${String(daysIn(year, month)).padStart(2, '0')}`)
}
