/** Paint, lengths and transforms of an SVG (SVG 1.1 §7.6, §11): only what a seal needs, everything else is refused. */
import { compose, type Matrix } from './flatten.ts'
import type { Colour } from './drawing.ts'

const NUMBER = '[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d{1,3})?'

/** A length in user units; mm, pt and the like are brought to px (96 to the inch). Undefined when it is none. */
export const lengthOf = (text: string): number | undefined => {
  const match = new RegExp(`^\\s*(${NUMBER})(px|pt|mm|cm|in)?\\s*$`).exec(text)
  if (match === null) return undefined
  const factor = { px: 1, pt: 96 / 72, mm: 96 / 25.4, cm: 96 / 2.54, in: 96 }[match[2] ?? 'px'] ?? 1
  const value = Number(match[1]) * factor
  return Number.isFinite(value) && Math.abs(value) <= 1e7 ? value : undefined
}

export const numbersOf = (text: string): readonly number[] | undefined => {
  const trimmed = text.trim()
  if (trimmed === '') return []
  if (!new RegExp(`^${NUMBER}(?:(?:\\s*,\\s*|\\s+|(?=[-+]))${NUMBER})*$`).test(trimmed)) return undefined
  const values = (trimmed.match(new RegExp(NUMBER, 'g')) ?? []).map(Number)
  return values.every((value) => Number.isFinite(value) && Math.abs(value) <= 1e7) ? values : undefined
}

const NAMED: Readonly<Record<string, number>> = {
  black: 0x000000, white: 0xffffff, red: 0xff0000, darkred: 0x8b0000, crimson: 0xdc143c, firebrick: 0xb22222, blue: 0x0000ff, green: 0x008000, gray: 0x808080, grey: 0x808080,
}

/** 'none', a colour, or undefined when it is neither: gradients and patterns are not drawn on seals. */
export const paintOf = (text: string): Colour | 'none' | undefined => {
  const value = text.trim().toLowerCase()
  if (value === 'none' || value === 'transparent') return 'none'
  if (value === 'currentcolor') return colourOf(0)
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(value)
  if (short !== null) return colourOf(Number.parseInt(short.slice(1).map((digit) => digit + digit).join(''), 16))
  if (/^#[0-9a-f]{6}$/.test(value)) return colourOf(Number.parseInt(value.slice(1), 16))
  const rgb = /^rgb\(\s*(\d{1,3})(%?)\s*[, ]\s*(\d{1,3})(%?)\s*[, ]\s*(\d{1,3})(%?)\s*\)$/.exec(value)
  if (rgb !== null) {
    const part = (i: number): number => Math.min(1, Number(rgb[i]) / (rgb[i + 1] === '%' ? 100 : 255))
    return { r: part(1), g: part(3), b: part(5) }
  }
  const named = Object.hasOwn(NAMED, value) ? NAMED[value] : undefined
  return named === undefined ? undefined : colourOf(named)
}

const colourOf = (value: number): Colour => ({ r: (value >> 16) / 255, g: ((value >> 8) & 255) / 255, b: (value & 255) / 255 })

/** A list of transforms as one matrix; undefined when it is malformed or has too many. */
export const transformOf = (text: string): Matrix | undefined => {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0]
  const list = text.trim()
  const pattern = /([a-zA-Z]+)\s*\(([^()]*)\)[\s,]*/y
  for (let count = 0; pattern.lastIndex < list.length; count++) {
    const match = count < 50 ? pattern.exec(list) : null
    const values = match === null ? undefined : numbersOf(match[2] ?? '')
    const one = values === undefined ? undefined : single(match?.[1] ?? '', values)
    if (one === undefined) return undefined
    matrix = compose(matrix, one)
  }
  return matrix
}

const single = (name: string, values: readonly number[]): Matrix | undefined => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values
  const count = values.length
  const radians = (a * Math.PI) / 180
  switch (name) {
    case 'matrix':
      return count === 6 ? [a, b, c, d, e, f] : undefined
    case 'translate':
      return count === 1 || count === 2 ? [1, 0, 0, 1, a, b] : undefined
    case 'scale':
      return count === 1 || count === 2 ? [a, 0, 0, count === 1 ? a : b, 0, 0] : undefined
    case 'rotate': {
      if (count !== 1 && count !== 3) return undefined
      const [cos, sin] = [Math.cos(radians), Math.sin(radians)]
      return compose(compose([1, 0, 0, 1, b, c], [cos, sin, -sin, cos, 0, 0]), [1, 0, 0, 1, -b, -c])
    }
    case 'skewX':
      return count === 1 ? [1, 0, Math.tan(radians), 1, 0, 0] : undefined
    case 'skewY':
      return count === 1 ? [1, Math.tan(radians), 0, 1, 0, 0] : undefined
    default:
      return undefined
  }
}
