/** Paints a drawing into pixels (栅格化): exact coverage at the edges, on a transparent ground. */
import { flatten, scaleOf, strokeAreas, type Matrix, type Polyline } from './flatten.ts'
import type { Colour, Drawing, Shape } from './drawing.ts'

/** Eight bits for red, green, blue and opacity a pixel, not multiplied, row by row from the top. */
export type Pixels = { readonly width: number; readonly height: number; readonly rgba: Uint8Array }

/** The drawing at `width` × `height` pixels. */
export const rasterize = (drawing: Drawing, width: number, height: number): Pixels => {
  const [sx, sy] = [width / drawing.width, height / drawing.height]
  const matrix: Matrix = [sx, 0, 0, -sy, drawing.originX * sx, height - drawing.originY * sy]
  const rgba = new Uint8Array(width * height * 4)
  for (const shape of drawing.shapes) paint(shape, matrix, { width, height, rgba })
  return { width, height, rgba }
}

const paint = (shape: Shape, matrix: Matrix, target: Pixels): void => {
  const lines = flatten(shape.path, matrix)
  if (shape.fill !== undefined) fillArea(lines, shape.rule ?? 'nonzero', shape.fill, target)
  if (shape.stroke !== undefined) {
    const { stroke } = shape
    const width = stroke.width * scaleOf(matrix)
    // Each piece by itself would darken where two overlap at the edge of a pixel; together they are one area.
    if (width > 0) fillArea(strokeAreas(lines, stroke, width), 'nonzero', stroke.colour, target)
  }
}

const fillArea = (lines: readonly Polyline[], rule: 'nonzero' | 'evenodd', colour: Colour, target: Pixels): void => {
  const box = boundsOf(lines, target)
  if (box === undefined) return
  // One column more: a line at the right edge still hands its cover to the next cell.
  const cells = new Float32Array((box.width + 2) * box.height)
  for (const { points } of lines) {
    for (let i = 0; i < points.length; i += 2) {
      const next = (i + 2) % points.length
      addEdge(cells, box, points[i]! - box.x, points[i + 1]! - box.y, points[next]! - box.x, points[next + 1]! - box.y)
    }
  }
  const alpha = colour.alpha ?? 1
  for (let row = 0; row < box.height; row++) {
    let winding = 0
    for (let column = 0; column < box.width; column++) {
      winding += cells[row * (box.width + 2) + column]!
      const covered = rule === 'nonzero' ? Math.min(1, Math.abs(winding)) : Math.abs(winding - 2 * Math.round(winding / 2))
      if (covered > 0.002) blend(target, ((box.y + row) * target.width + box.x + column) * 4, colour, covered * alpha)
    }
  }
}

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

const boundsOf = (lines: readonly Polyline[], target: Pixels): Box | undefined => {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { points } of lines) {
    for (let i = 0; i < points.length; i += 2) {
      left = Math.min(left, points[i]!)
      right = Math.max(right, points[i]!)
      top = Math.min(top, points[i + 1]!)
      bottom = Math.max(bottom, points[i + 1]!)
    }
  }
  const [x, y] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))]
  const [width, height] = [Math.min(target.width, Math.ceil(right)) - x, Math.min(target.height, Math.ceil(bottom)) - y]
  return width > 0 && height > 0 ? { x, y, width, height } : undefined
}

/** Adds what one edge contributes: per cell the signed area to its right, so that a running sum along the row is the winding. */
const addEdge = (cells: Float32Array, box: Box, x0: number, y0: number, x1: number, y1: number): void => {
  if (y0 === y1 || !Number.isFinite(x0 + y0 + x1 + y1)) return
  const sign = y0 < y1 ? 1 : -1
  const [ax, ay, bx, by] = y0 < y1 ? [x0, y0, x1, y1] : [x1, y1, x0, y0]
  const slope = (bx - ax) / (by - ay)
  const stride = box.width + 2
  const from = Math.max(0, ay)
  const to = Math.min(box.height, by)
  for (let row = Math.floor(from); row < to; row++) {
    const top = Math.max(from, row)
    const bottom = Math.min(to, row + 1)
    const dy = bottom - top
    if (dy <= 0) continue
    const clamp = (x: number): number => Math.min(box.width, Math.max(0, x))
    const [xa, xb] = [clamp(ax + (top - ay) * slope), clamp(ax + (bottom - ay) * slope)]
    addSpan(cells, row * stride, Math.min(xa, xb), Math.max(xa, xb), sign * dy)
  }
}

/** Spreads `cover` (height of the edge in this row) over the cells between `left` and `right`. */
const addSpan = (cells: Float32Array, base: number, left: number, right: number, cover: number): void => {
  const first = Math.floor(left)
  const last = Math.floor(right)
  if (first === last) {
    const middle = (left + right) / 2 - first
    cells[base + first]! += cover * (1 - middle)
    cells[base + first + 1]! += cover * middle
    return
  }
  const perCell = cover / (right - left)
  for (let cell = first; cell <= last; cell++) {
    const [a, b] = [Math.max(left, cell), Math.min(right, cell + 1)]
    if (b <= a) continue
    const part = perCell * (b - a)
    const middle = (a + b) / 2 - cell
    cells[base + cell]! += part * (1 - middle)
    cells[base + cell + 1]! += part * middle
  }
}

const blend = ({ rgba }: Pixels, at: number, { r, g, b }: Colour, alpha: number): void => {
  const under = rgba[at + 3]! / 255
  const over = alpha + under * (1 - alpha)
  if (over <= 0) return
  const mix = (top: number, bottom: number): number => Math.round(((top * alpha + (bottom / 255) * under * (1 - alpha)) / over) * 255)
  rgba[at] = mix(r, rgba[at]!)
  rgba[at + 1] = mix(g, rgba[at + 1]!)
  rgba[at + 2] = mix(b, rgba[at + 2]!)
  rgba[at + 3] = Math.round(over * 255)
}
