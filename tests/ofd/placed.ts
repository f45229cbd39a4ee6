/** What the reader sees on a page: glyphs, lines and pictures in page space, in drawing order. */
import type { OfdPage, OfdShape } from '#core/output'

type Matrix = readonly [number, number, number, number, number, number]
type Text = Extract<OfdShape, { kind: 'text' }>
export type SeenGlyph = { readonly text: string; readonly x: number; readonly y: number; readonly size: number; readonly color: string; readonly across: number; readonly turned: boolean; readonly font: string }
export type Seen = { readonly glyphs: SeenGlyph[]; readonly lines: { x1: number; y1: number; x2: number; y2: number; width: number }[]; readonly images: { x: number; y: number; width: number; height: number; path: string }[] }

const times = ([a, b, c, d, e, f]: Matrix, [p, q, r, s, t, u]: Matrix): Matrix => [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f]
const at = ([a, b, c, d, e, f]: Matrix, x: number, y: number): { x: number; y: number } => ({ x: a * x + c * y + e, y: b * x + d * y + f })

export function seen(page: OfdPage): Seen {
  const found: Seen = { glyphs: [], lines: [], images: [] }
  walk(page.shapes, [1, 0, 0, 1, 0, 0], found)
  return found
}

function walk(shapes: readonly OfdShape[], matrix: Matrix, found: Seen): void {
  for (const shape of shapes) {
    if (shape.kind === 'group') walk(shape.shapes, times(matrix, shape.transform), found)
    else if (shape.kind === 'text') glyphsOf(shape, matrix, found)
    else if (shape.kind === 'path') {
      const [x1, y1, x2, y2] = shape.data.match(/-?[\d.]+/gu)!.map(Number) as [number, number, number, number]
      const [from, to] = [at(matrix, x1, y1), at(matrix, x2, y2)]
      found.lines.push({ x1: from.x, y1: from.y, x2: to.x, y2: to.y, width: shape.pen.width })
    } else if (shape.kind === 'image') {
      const corners = [at(matrix, 0, 0), at(matrix, 1, 1)]
      const [x, y] = [Math.min(...corners.map((p) => p.x)), Math.min(...corners.map((p) => p.y))]
      found.images.push({ x, y, width: Math.max(...corners.map((p) => p.x)) - x, height: Math.max(...corners.map((p) => p.y)) - y, path: shape.media.path })
    }
  }
}

function glyphsOf(text: Text, matrix: Matrix, found: Seen): void {
  const [a, b, c, d] = matrix
  for (const glyph of text.glyphs) {
    const fill = text.fill?.kind === 'plain' ? text.fill.color : { red: -1, green: -1, blue: -1 }
    found.glyphs.push({
      text: glyph.text, ...at(matrix, glyph.x, glyph.y), size: text.size * Math.hypot(c, d), across: Math.hypot(a, b) / Math.hypot(c, d), turned: b < 0,
      color: `#${[fill.red, fill.green, fill.blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`,
      font: glyph.glyphId === null ? '' : text.font.family,
    })
  }
}
