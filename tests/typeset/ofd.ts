/** What stands on a page of an OFD as its reader gives it, in mm of the page. */
import type { OfdShape } from '#core/output'

export type OfdGlyph = { readonly char: string; readonly x: number; readonly y: number }
export type OfdRule = { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number; readonly width: number }
export type OfdPicture = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export type OfdInk = { readonly glyphs: OfdGlyph[]; readonly rules: OfdRule[]; readonly pictures: OfdPicture[] }
type Matrix = readonly number[]

/** Glyphs, straight lines and pictures of the shapes, groups included. */
export function inkOfOfd(shapes: readonly OfdShape[]): OfdInk {
  const ink: OfdInk = { glyphs: [], rules: [], pictures: [] }
  gather(shapes, [1, 0, 0, 1, 0, 0], ink)
  return ink
}

function gather(shapes: readonly OfdShape[], matrix: Matrix, ink: OfdInk): void {
  for (const shape of shapes) {
    switch (shape.kind) {
      case 'group':
        gather(shape.shapes, times(matrix, shape.transform), ink)
        break
      case 'text':
        for (const { text, x, y } of shape.glyphs) ink.glyphs.push({ char: text, ...applied(matrix, x, y) })
        break
      case 'path': {
        const points = [...shape.data.matchAll(/[ML]\s*(-?[\d.]+)[ ,]+(-?[\d.]+)/gu)].map((match) => applied(matrix, Number(match[1]), Number(match[2])))
        const [from, to] = points
        if (points.length === 2) ink.rules.push({ x1: from!.x, y1: from!.y, x2: to!.x, y2: to!.y, width: shape.pen.width })
        break
      }
      case 'image': {
        // A picture fills the unit square.
        const corners = [applied(matrix, 0, 0), applied(matrix, 1, 0), applied(matrix, 0, 1), applied(matrix, 1, 1)]
        const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)]
        const [x, y] = [Math.min(...xs), Math.min(...ys)]
        ink.pictures.push({ x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y })
        break
      }
      case 'notice':
        break
    }
  }
}

const applied = ([a = 1, b = 0, c = 0, d = 1, e = 0, f = 0]: Matrix, x: number, y: number): { readonly x: number; readonly y: number } => ({ x: a * x + c * y + e, y: b * x + d * y + f })

/** First `inner`, then `outer`. */
const times = ([a = 1, b = 0, c = 0, d = 1, e = 0, f = 0]: Matrix, [p = 1, q = 0, r = 0, s = 1, t = 0, u = 0]: Matrix): Matrix =>
  [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f]
