/** Where a title may be broken: sense first, then shape. */
import { isLatin, noEnd, noStart } from './characters.ts'
import { weighMany, type Found } from './title-many-lines.ts'
import { wordSpans } from './title-words.ts'

/** Room of a title line in 二号 characters, and what it should rather not exceed. */
const mostChars = 20
const comfortable = 18
/** Up to this many lines every combination is weighed. */
const weighedLines = 4

/** The lines of a title, at most 20 characters wide each. Deterministic. */
export function breakTitle(title: string): string[] {
  const chars = [...title]
  const widths = chars.map((char) => (isLatin(char) || char === ' ' ? 0.55 : 1))
  const sums = [0]
  for (const width of widths) sums.push(sums.at(-1)! + width)
  const total = sums.at(-1)!
  if (total <= mostChars) return title === '' ? [] : [title]
  const costs = breakCosts(chars)
  const least = Math.ceil(total / mostChars)
  let best: { readonly cost: number; readonly cuts: readonly number[] } | null = null
  for (let count = least; count <= least + 1; count++) {
    const found = count <= weighedLines ? weigh(sums, costs, count) : weighMany(sums, costs, count, mostChars)
    if (found !== null && (best === null || found.cost + 4 * (count - least) < best.cost)) {
      best = { cost: found.cost + 4 * (count - least), cuts: found.cuts }
    }
  }
  const cuts = best?.cuts ?? []
  return [...cuts, chars.length].map((end, i) => chars.slice(i === 0 ? 0 : cuts[i - 1], end).join(''))
}

/** What an organ does with a text of another one. */
const verbs = new Set(['转发', '印发', '批转'])

function endsOrgan(chars: readonly string[], end: number): boolean {
  return /(?:办公[厅室]|政府|委员会|[厅局委部]|公署)$/u.test(chars.slice(Math.max(0, end - 3), end).join(''))
}

/** Cost of breaking before each character; Infinity where it is forbidden. */
function breakCosts(chars: readonly string[]): number[] {
  const inWord = wordSpans(chars)
  let book = 0
  let bracket = 0
  return chars.map((char, i) => {
    const before = chars[i - 1]
    if (before === '《') book++
    if (before === '》') book--
    if (before === '（') bracket++
    if (before === '）') bracket--
    if (before === undefined || noStart.has(char) || noEnd.has(before)) return Number.POSITIVE_INFINITY
    if ((isLatin(before) && isLatin(char)) || before === '—') return Number.POSITIVE_INFINITY
    const nested = (book > 0 ? 6 : 0) + (bracket > 0 ? 14 : 0)
    const next = (chars[i] ?? '') + (chars[i + 1] ?? '')
    // Between the organ and what it does is the natural place.
    if (next === '关于' || (verbs.has(next) && endsOrgan(chars, i))) return 0
    if (inWord[i] === 'inside') return 40 + nested
    if (char === '的' || char === '等') return 30 + nested
    if (char === '《') return 1
    if (before === '》') return 5
    if (/[、，；：]/.test(before)) return 2 + nested
    if (char === '（') return 8 + nested
    if (/[和与及]/.test(char)) return 3 + nested
    if (endsOrgan(chars, i)) return 4 + nested
    if (before === '的') return 4 + nested
    return (inWord[i] === 'edge' ? 6 : 18) + nested
  })
}

/** The cheapest way into exactly `count` lines, all combinations. */
function weigh(sums: readonly number[], costs: readonly number[], count: number): Found | null {
  let best: Found | null = null
  const walk = (cuts: readonly number[], sofar: number): void => {
    const start = cuts.at(-1) ?? 0
    const left = sums.at(-1)! - sums[start]!
    if (cuts.length === count - 1) {
      if (left > mostChars || left <= 0) return
      const cost = sofar + shapeCost(lineWidths(sums, cuts))
      if (best === null || cost < best.cost) best = { cost, cuts }
      return
    }
    if (best !== null && sofar >= best.cost) return
    for (let end = start + 1; end < costs.length && sums[end]! - sums[start]! <= mostChars; end++) {
      if (costs[end] !== Number.POSITIVE_INFINITY) walk([...cuts, end], sofar + costs[end]!)
    }
  }
  walk([], 0)
  return best
}

function lineWidths(sums: readonly number[], cuts: readonly number[]): number[] {
  const ends = [...cuts, sums.length - 1]
  return ends.map((end, i) => sums[end]! - sums[i === 0 ? 0 : ends[i - 1]!]!)
}

/** Rewards trapezoids and diamonds, punishes hourglasses, crumbs and crammed lines. */
function shapeCost(widths: readonly number[]): number {
  const longest = Math.max(...widths)
  const shortest = Math.min(...widths)
  let cost = (longest - shortest) * 0.8
  if (shortest < longest * 0.45) cost += (longest * 0.45 - shortest) * 6
  if (longest > comfortable) cost += (longest - comfortable) * 1.5
  let falls = false
  let isHourglass = false
  for (let i = 1; i < widths.length; i++) {
    if (widths[i]! < widths[i - 1]! - 0.5) falls = true
    if (widths[i]! > widths[i - 1]! + 0.5 && falls) isHourglass = true
  }
  return cost + (isHourglass ? 8 : 0)
}
