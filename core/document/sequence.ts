/** The longest common subsequence of two sequences, with bounded work. */

/** A run in which both sequences agree (`same`) or differ. Half-open index ranges. */
export type Run = {
  readonly same: boolean
  readonly beforeStart: number
  readonly beforeEnd: number
  readonly afterStart: number
  readonly afterEnd: number
}

/** Above this many table cells the exact method gives way to anchors: a hostile pair must not freeze the screen. */
const maxCells = 4_000_000

/** Aligns two sequences of comparable keys. Exact up to `maxCells`, by unique common anchors beyond. Deterministic. */
export function alignSequences(before: readonly string[], after: readonly string[]): Run[] {
  const matches: [number, number][] = []
  collect(before, after, 0, before.length, 0, after.length, matches)
  return runsOf(matches, before.length, after.length)
}

function collect(
  before: readonly string[],
  after: readonly string[],
  b0: number,
  b1: number,
  a0: number,
  a1: number,
  matches: [number, number][],
): void {
  while (b0 < b1 && a0 < a1 && before[b0] === after[a0]) matches.push([b0++, a0++])
  const tail: [number, number][] = []
  while (b0 < b1 && a0 < a1 && before[b1 - 1] === after[a1 - 1]) tail.push([--b1, --a1])
  if (b0 < b1 && a0 < a1) {
    if ((b1 - b0 + 1) * (a1 - a0 + 1) <= maxCells) exact(before, after, b0, b1, a0, a1, matches)
    else {
      const anchors = uniqueAnchors(before, after, b0, b1, a0, a1)
      let b = b0
      let a = a0
      if (anchors.length > 0) {
        for (const [ab, aa] of [...anchors, [b1, a1] as const]) {
          collect(before, after, b, ab, a, aa, matches)
          if (ab < b1) matches.push([ab, aa])
          b = ab + 1
          a = aa + 1
        }
      }
    }
  }
  for (let i = tail.length - 1; i >= 0; i--) matches.push(tail[i]!)
}

function exact(
  before: readonly string[],
  after: readonly string[],
  b0: number,
  b1: number,
  a0: number,
  a1: number,
  matches: [number, number][],
): void {
  const width = a1 - a0 + 1
  const table = new Uint32Array((b1 - b0 + 1) * width)
  for (let b = b1 - b0 - 1; b >= 0; b--) {
    for (let a = a1 - a0 - 1; a >= 0; a--) {
      const at = b * width + a
      table[at] =
        before[b0 + b] === after[a0 + a] ? table[at + width + 1]! + 1 : Math.max(table[at + width]!, table[at + 1]!)
    }
  }
  let b = 0
  let a = 0
  while (b < b1 - b0 && a < a1 - a0) {
    const at = b * width + a
    if (before[b0 + b] === after[a0 + a]) matches.push([b0 + b++, a0 + a++])
    else if (table[at + width]! >= table[at + 1]!) b++
    else a++
  }
}

/** Items that occur once on each side, in the longest order common to both. */
function uniqueAnchors(
  before: readonly string[],
  after: readonly string[],
  b0: number,
  b1: number,
  a0: number,
  a1: number,
): [number, number][] {
  const places = new Map<string, { b: number; a: number; times: number }>()
  for (let b = b0; b < b1; b++) {
    const place = places.get(before[b]!)
    if (place === undefined) places.set(before[b]!, { b, a: -1, times: 1 })
    else place.times++
  }
  for (let a = a0; a < a1; a++) {
    const place = places.get(after[a]!)
    if (place === undefined) continue
    if (place.a >= 0) place.times = 9
    place.a = a
  }
  const pairs = [...places.values()].filter((place) => place.times === 1 && place.a >= 0)
  return longestIncreasing(pairs)
}

function longestIncreasing(pairs: readonly { readonly b: number; readonly a: number }[]): [number, number][] {
  const tails: number[] = []
  const previous = new Int32Array(pairs.length).fill(-1)
  pairs.forEach((pair, i) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (pairs[tails[middle]!]!.a < pair.a) low = middle + 1
      else high = middle
    }
    previous[i] = low > 0 ? tails[low - 1]! : -1
    tails[low] = i
  })
  const chain: [number, number][] = []
  for (let i = tails.at(-1) ?? -1; i >= 0; i = previous[i]!) chain.push([pairs[i]!.b, pairs[i]!.a])
  return chain.reverse()
}

function runsOf(matches: readonly (readonly [number, number])[], beforeLength: number, afterLength: number): Run[] {
  const runs: Run[] = []
  let b = 0
  let a = 0
  const push = (same: boolean, b1: number, a1: number): void => {
    const last = runs.at(-1)
    if (b1 > b || a1 > a) {
      if (last !== undefined && last.same === same) runs[runs.length - 1] = { ...last, beforeEnd: b1, afterEnd: a1 }
      else runs.push({ same, beforeStart: b, beforeEnd: b1, afterStart: a, afterEnd: a1 })
    }
    b = b1
    a = a1
  }
  for (const [mb, ma] of matches) {
    push(false, mb, ma)
    push(true, mb + 1, ma + 1)
  }
  push(false, beforeLength, afterLength)
  return runs
}
