/** Titles of five and more lines: the same sense and shape as of few, found in steps instead of weighing every combination. */

/** Lines may grow, then shrink (梯形、菱形); another change of direction costs as much as a bad place. */
const hourglass = 8
/** A line shorter than this share of the room costs for every character that it lacks. */
const leastShare = 0.45

/** A way to break: after how many characters, at what cost. */
export type Found = { readonly cost: number; readonly cuts: readonly number[] }

/** The lines up to one that ends at `end`, the cheapest of their kind. */
type Step = { readonly cost: number; readonly start: number; readonly end: number; readonly isFalling: boolean; readonly before: Step | null }

/** The cheapest way into exactly `count` lines; null when no way keeps to the room. `costs[i]` is the price of a break before i. */
export function weighMany(sums: readonly number[], costs: readonly number[], count: number, room: number): Found | null {
  const length = costs.length
  const mean = sums[length]! / count
  let steps: readonly Step[] = [{ cost: 0, start: 0, end: 0, isFalling: false, before: null }]
  for (let line = 1; line <= count; line++) {
    const next = new Map<number, Step>()
    for (const step of steps) {
      const start = step.end
      const previous = line === 1 ? null : sums[start]! - sums[step.start]!
      for (let end = start + 1; end <= length && sums[end]! - sums[start]! <= room; end++) {
        const isLast = line === count
        if (isLast !== (end === length) || (!isLast && costs[end] === Number.POSITIVE_INFINITY)) continue
        // Lines of much the same length cannot have run far from their even share.
        if (Math.abs(sums[end]! - mean * line) > room) continue
        const width = sums[end]! - sums[start]!
        const rises = previous !== null && width > previous + 0.5
        const isFalling = step.isFalling || (previous !== null && width < previous - 0.5)
        const cost = step.cost + (isLast ? 0 : costs[end]!) + Math.abs(width - mean) * 0.8 + Math.max(0, leastShare * room - width) * 6 + (rises && step.isFalling ? hourglass : 0)
        const key = (end * (length + 1) + start) * 2 + (isFalling ? 1 : 0)
        const known = next.get(key)
        if (known === undefined || cost < known.cost) next.set(key, { cost, start, end, isFalling, before: step })
      }
    }
    steps = [...next.values()]
  }
  let best: Step | null = null
  for (const step of steps) if (best === null || step.cost < best.cost) best = step
  return best === null ? null : { cost: best.cost, cuts: cutsOf(best) }
}

function cutsOf(last: Step): readonly number[] {
  const cuts: number[] = []
  for (let step: Step | null = last; step !== null && step.start > 0; step = step.before) cuts.unshift(step.start)
  return cuts
}
