/** Chinese numerals (汉字数字) for level numbers, 1 to 9999. */

const digits = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'] as const
const units = ['', '十', '百', '千'] as const

/** Chinese numeral of an integer from 1 to 9999: 10 → 十, 21 → 二十一, 105 → 一百零五. RangeError outside: a caller's mistake. */
export function chineseNumeral(value: number): string {
  if (!Number.isInteger(value) || value < 1 || value > 9999) throw new RangeError(`no Chinese numeral for ${value}`)
  let text = ''
  let skipped = false
  const places = String(value)
  for (let i = 0; i < places.length; i++) {
    const digit = Number(places[i])
    if (digit === 0) {
      skipped = true
      continue
    }
    if (skipped && text !== '') text += '零'
    skipped = false
    text += `${digits[digit]}${units[places.length - 1 - i]}`
  }
  // 十二, not 一十二, when the tens lead.
  return value >= 10 && value < 20 ? text.slice(1) : text
}

/** Value of a Chinese numeral in its normal spelling, or null: a second spelling would not survive being written back. */
export function chineseValue(text: string): number | null {
  let value = 0
  let digit: number | null = null
  for (const char of text) {
    const unit = units.indexOf(char as (typeof units)[number])
    const asDigit = char === '〇' ? 0 : digits.indexOf(char as (typeof digits)[number])
    if (unit > 0) {
      value += (digit ?? 1) * 10 ** unit
      digit = null
    } else if (asDigit >= 0) {
      digit = asDigit
    } else {
      return null
    }
  }
  value += digit ?? 0
  return value >= 1 && value <= 9999 && chineseNumeral(value) === text ? value : null
}
