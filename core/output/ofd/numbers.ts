/** Numbers as OFD parts hold them: plain decimals, mm. GB/T 33190 §7.3 */

/** At most three decimals, whole micrometres. */
export function micro(value: number): string {
  return String(Math.round(value * 1000) / 1000)
}

/** At most five decimals, for factors and steps that add up. */
export function fine(value: number): string {
  return String(Math.round(value * 100_000) / 100_000)
}

/** How far a written glyph may stand from the layout's, mm. */
const tolerance = 0.0015

/**
 * The steps between glyphs (DeltaX), equal ones as `g count step`. A group may hold steps that differ by rounding only:
 * positions are judged against the sum of what was written, so that no error grows along a line.
 */
export function stepsOf(positions: readonly number[]): string {
  const parts: string[] = []
  let at = positions[0] ?? 0
  let from = 0
  while (from < positions.length - 1) {
    let low = Number.NEGATIVE_INFINITY
    let high = Number.POSITIVE_INFINITY
    let count = 0
    while (from + count + 1 < positions.length) {
      const distance = positions[from + count + 1]! - at
      const nextLow = Math.max(low, (distance - tolerance) / (count + 1))
      const nextHigh = Math.min(high, (distance + tolerance) / (count + 1))
      // The step must also be there after rounding to five decimals.
      if (nextHigh - nextLow < 0.000_02) break
      low = nextLow
      high = nextHigh
      count++
    }
    const step = shortest(low, high)
    parts.push(count >= 2 ? `g ${count} ${step}` : step)
    at += Number(step) * count
    from += count
  }
  return parts.join(' ')
}

/** The number with the fewest decimals between two others, nearest to their middle. */
function shortest(low: number, high: number): string {
  const middle = (low + high) / 2
  for (const scale of [100, 1000, 10_000]) {
    const value = Math.round(middle * scale) / scale
    if (value >= low && value <= high) return String(value)
  }
  return fine(middle)
}
