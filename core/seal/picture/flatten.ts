/** Curves to straight pieces, and lines to the areas that their ink covers (路径展平、描边). */
import type { PathStep, Stroke } from './drawing.ts'

/** x, y, x, y … ; `closed` where the path said so. */
export type Polyline = { readonly points: readonly number[]; readonly closed: boolean }

/** (a, b, c, d, e, f) as PDF and SVG write it: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Matrix = readonly [number, number, number, number, number, number]

export const apply = ([a, b, c, d, e, f]: Matrix, x: number, y: number): readonly [number, number] => [a * x + c * y + e, b * x + d * y + f]

/** `inner` first, then `outer`. */
export const compose = (outer: Matrix, inner: Matrix): Matrix => {
  const [a, b, c, d, e, f] = inner
  const [x, y] = apply(outer, e, f)
  return [outer[0] * a + outer[2] * b, outer[1] * a + outer[3] * b, outer[0] * c + outer[2] * d, outer[1] * c + outer[3] * d, x, y]
}

/** Mean enlargement of a matrix: by how much a line's width grows. */
export const scaleOf = ([a, b, c, d]: Matrix): number => Math.sqrt(Math.abs(a * d - b * c))

const MAX_PIECES = 64

/** Subpaths in the target's space; a curve keeps within about a tenth of a pixel. */
export const flatten = (path: readonly PathStep[], matrix: Matrix): readonly Polyline[] => {
  const lines: Polyline[] = []
  let points: number[] = []
  const end = (closed: boolean): void => {
    if (points.length >= 4) lines.push({ points, closed })
    points = []
  }
  for (const step of path) {
    if (step.to === 'close') {
      const [x = 0, y = 0] = points
      end(true)
      // What follows a closed subpath without a move starts where that one did.
      points = [x, y]
      continue
    }
    const [x, y] = apply(matrix, step.x, step.y)
    if (step.to === 'move') {
      end(false)
      points = [x, y]
    } else if (step.to !== 'curve') points.push(x, y)
    else {
      const [x1, y1] = apply(matrix, step.x1, step.y1)
      const [x2, y2] = apply(matrix, step.x2, step.y2)
      curve(points, [x1, y1, x2, y2, x, y])
    }
  }
  end(false)
  return lines
}

const curve = (points: number[], [x1, y1, x2, y2, x3, y3]: readonly [number, number, number, number, number, number]): void => {
  const [x0, y0] = points.slice(-2) as [number, number]
  // Second differences bound how far the curve strays from its chord.
  const bend = Math.max(Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2), Math.hypot(x1 - 2 * x2 + x3, y1 - 2 * y2 + y3))
  const pieces = Math.min(MAX_PIECES, Math.max(1, Math.ceil(Math.sqrt(bend * 7.5))))
  for (let i = 1; i <= pieces; i++) {
    const t = i / pieces
    const s = 1 - t
    const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t]
    points.push(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3)
  }
}

/** Areas whose union is the line's ink, every one turning the same way, so that filling by non-zero winding joins them. */
export const strokeAreas = (lines: readonly Polyline[], stroke: Stroke, width: number): readonly Polyline[] => {
  const half = width / 2
  const areas: Polyline[] = []
  const add = (points: readonly number[]): void => { areas.push({ points: signedArea(points) < 0 ? reversed(points) : points, closed: true }) }
  for (const line of lines) {
    const points = distinct(line)
    const count = points.length / 2
    if (count < 2) continue
    const segments = line.closed ? count : count - 1
    const at = (i: number): readonly [number, number] => [points[2 * (i % count)]!, points[2 * (i % count) + 1]!]
    for (let i = 0; i < segments; i++) {
      const [ax, ay] = at(i)
      const [bx, by] = at(i + 1)
      const [nx, ny] = normal(ax, ay, bx, by, half)
      const [ex, ey] = [ny, -nx]
      const first = !line.closed && i === 0 && stroke.cap === 'square' ? 1 : 0
      const last = !line.closed && i === segments - 1 && stroke.cap === 'square' ? 1 : 0
      add([ax + nx - ex * first, ay + ny - ey * first, bx + nx + ex * last, by + ny + ey * last, bx - nx + ex * last, by - ny + ey * last, ax - nx - ex * first, ay - ny - ey * first])
      if (line.closed || i < segments - 1) join(at(i), at(i + 1), at(i + 2), stroke, half, add)
    }
    if (!line.closed && stroke.cap === 'round') for (const [x, y] of [at(0), at(count - 1)]) add(disc(x, y, half))
  }
  return areas
}

const normal = (ax: number, ay: number, bx: number, by: number, half: number): readonly [number, number] => {
  const length = Math.hypot(bx - ax, by - ay)
  return [(-(by - ay) / length) * half, ((bx - ax) / length) * half]
}

type Point = readonly [number, number]

const join = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point, stroke: Stroke, half: number, add: (points: readonly number[]) => void): void => {
  const [n1x, n1y] = normal(ax, ay, bx, by, half)
  const [n2x, n2y] = normal(bx, by, cx, cy, half)
  const turn = n1x * n2y - n1y * n2x
  if (Math.abs(turn) < half * half * 1e-3 && n1x * n2x + n1y * n2y > 0) return
  if (stroke.join === 'round') return add(disc(bx, by, half))
  // The gap opens on the outer side of the turn.
  const side = turn > 0 ? -1 : 1
  const [px, py, qx, qy] = [bx + side * n1x, by + side * n1y, bx + side * n2x, by + side * n2y]
  const cos = (n1x * n2x + n1y * n2y) / (half * half)
  const ratio = Math.sqrt(2 / Math.max(1e-9, 1 + cos))
  if (stroke.join === 'bevel' || ratio > (stroke.miterLimit ?? 4)) return add([bx, by, px, py, qx, qy])
  const k = side / (1 + cos)
  add([bx, by, px, py, bx + k * (n1x + n2x), by + k * (n1y + n2y), qx, qy])
}

const disc = (x: number, y: number, r: number): readonly number[] => {
  const sides = Math.min(64, Math.max(8, Math.ceil(Math.sqrt(r) * 8)))
  return Array.from({ length: sides }, (_, i) => (2 * Math.PI * i) / sides).flatMap((angle) => [x + r * Math.cos(angle), y + r * Math.sin(angle)])
}

/** Without repeated points: they have no direction. */
const distinct = ({ points, closed }: Polyline): readonly number[] => {
  const out: number[] = []
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!]
    if (out.length === 0 || Math.hypot(x - out.at(-2)!, y - out.at(-1)!) > 1e-9) out.push(x, y)
  }
  if (closed && out.length > 2 && Math.hypot(out[0]! - out.at(-2)!, out[1]! - out.at(-1)!) <= 1e-9) out.length -= 2
  return out
}

const signedArea = (points: readonly number[]): number => {
  let sum = 0
  for (let i = 0; i < points.length; i += 2) {
    const next = (i + 2) % points.length
    sum += points[i]! * points[next + 1]! - points[next]! * points[i + 1]!
  }
  return sum
}

const reversed = (points: readonly number[]): readonly number[] => {
  const out: number[] = []
  for (let i = points.length - 2; i >= 0; i -= 2) out.push(points[i]!, points[i + 1]!)
  return out
}
