/** Values inside SVG: numbers, matrices, colours. Nothing here passes text on. */
import type { Rgba } from './scene.ts'
import type { Matrix } from './values.ts'

/** At most five decimals; what is no number becomes 0 rather than an attribute that voids the element. */
export function num(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 100_000) / 100_000) : '0'
}

/** Factors of nested pictures can be small, so matrices keep nine significant digits. */
export function matrix(values: Matrix): string {
  return `matrix(${values.map((value) => (Number.isFinite(value) ? String(Number(value.toPrecision(9))) : '0')).join(' ')})`
}

export function rgb({ red, green, blue }: Rgba): string {
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`
}
