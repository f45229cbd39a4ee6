/** Glyphs of a page of an OFD as its reader gives them, in mm of the page. */
import type { OfdShape } from '#core/output'

export type OfdGlyph = { readonly char: string; readonly x: number; readonly y: number }
type Matrix = readonly number[]

/** All glyphs of the shapes, groups included. */
export function glyphsOfOfd(shapes: readonly OfdShape[], outer: Matrix = [1, 0, 0, 1, 0, 0]): OfdGlyph[] {
  return shapes.flatMap((shape): OfdGlyph[] => {
    if (shape.kind === 'group') return glyphsOfOfd(shape.shapes, times(outer, shape.transform as unknown as Matrix))
    if (shape.kind !== 'text') return []
    return shape.glyphs.map(({ text, x, y }) => ({
      char: text, x: outer[0]! * x + outer[2]! * y + outer[4]!, y: outer[1]! * x + outer[3]! * y + outer[5]!,
    }))
  })
}

/** First `inner`, then `outer`. */
const times = ([a = 1, b = 0, c = 0, d = 1, e = 0, f = 0]: Matrix, [p = 1, q = 0, r = 0, s = 1, t = 0, u = 0]: Matrix): Matrix =>
  [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f]
