/** AbbreviatedData → SVG path data. GB/T 33190 §9.1 */
import { readNumber } from './values.ts'

const counts: Readonly<Record<string, number>> = { S: 2, M: 2, L: 2, Q: 4, B: 6, A: 7, C: 0 }
const letters: Readonly<Record<string, string>> = { S: 'M', M: 'M', L: 'L', Q: 'Q', B: 'C', A: 'A', C: 'Z' }

/** Path data that holds nothing but letters and numbers, or null when an operator or operand is not one. */
export function pathData(text: string): string | null {
  const words = text.trim().split(/[\s,]+/u)
  const parts: string[] = []
  for (let i = 0; i < words.length; ) {
    const operator = words[i++]!
    if (operator === '') continue
    const count = counts[operator]
    if (count === undefined) return null
    const values: number[] = []
    for (; values.length < count; i++) {
      const value = readNumber(words[i])
      if (value === null) return null
      values.push(value)
    }
    // A path that starts with a line starts at the origin of its object.
    if (parts.length === 0 && letters[operator] !== 'M') parts.push('M0 0')
    if (operator === 'A') {
      values[3] = values[3] === 0 ? 0 : 1
      values[4] = values[4] === 0 ? 0 : 1
    }
    parts.push(letters[operator]! + values.join(' '))
  }
  return parts.join('')
}
