/** Values in attributes of parts (ST_Array, ST_Box, ST_Pos) and matrices. GB/T 33190 §7.3, §8.3 */

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
/** x' = a·x + c·y + e, y' = b·x + d·y + f */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/** Beyond this (mm, or a factor) a number says nothing about a page, and sums of such numbers lose their decimals. */
const largest = 1_000_000

/** A finite decimal of sensible size, else null. */
export function readNumber(text: string | undefined): number | null {
  if (text === undefined || text.length > 40) return null
  const trimmed = text.trim()
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/u.test(trimmed)) return null
  const value = Number(trimmed)
  return Math.abs(value) <= largest ? value : null
}

/** Numbers between white space; null when one of them is none, or there are more than `most`. */
export function readNumbers(text: string | undefined, most = 1000): readonly number[] | null {
  if (text === undefined) return null
  const parts = text.trim().split(/[\s,]+/u, most + 1)
  if (parts.length > most) return null
  const values = parts.map(readNumber)
  return values.includes(null) ? null : (values as number[])
}

/** "x y w h"; null when it is not that. */
export function readBox(text: string | undefined): Box | null {
  const values = readNumbers(text, 4)
  if (values?.length !== 4) return null
  const [x, y, width, height] = values as [number, number, number, number]
  return width >= 0 && height >= 0 ? { x, y, width, height } : null
}

/** "a b c d e f"; null when it is not that. */
export function readMatrix(text: string | undefined): Matrix | null {
  const values = readNumbers(text, 6)
  return values?.length === 6 ? (values as unknown as Matrix) : null
}

/** "x y"; null when it is not that. */
export function readPoint(text: string | undefined): readonly [number, number] | null {
  const values = readNumbers(text, 2)
  return values?.length === 2 ? (values as unknown as readonly [number, number]) : null
}

/** First `inner`, then `outer`. */
export function multiply(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer
  const [p, q, r, s, t, u] = inner
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f]
}

export const identity: Matrix = [1, 0, 0, 1, 0, 0]

/**
 * `count` steps of a DeltaX or DeltaY list, `g n v` standing for n times v. When the list ends early its last step goes on, as
 * makers rely on; null when it cannot be read.
 */
export function readSteps(text: string | undefined, count: number): readonly number[] | null {
  if (text === undefined || text.trim() === '') return null
  const steps: number[] = []
  const words = text.trim().split(/\s+/u)
  for (let i = 0; i < words.length && steps.length < count; i++) {
    if (words[i] === 'g') {
      const times = readNumber(words[i + 1])
      const step = readNumber(words[i + 2])
      if (times === null || step === null || times < 0) return null
      for (let left = Math.min(times, count - steps.length); left >= 1; left--) steps.push(step)
      i += 2
    } else {
      const step = readNumber(words[i])
      if (step === null) return null
      steps.push(step)
    }
  }
  const last = steps.at(-1) ?? 0
  while (steps.length < count) steps.push(last)
  return steps
}
