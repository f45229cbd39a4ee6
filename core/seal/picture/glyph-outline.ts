/** Outlines of TrueType glyphs (字形轮廓), OpenType `glyf` and `loca`: a seal is drawn as paths, so that no font has to travel with it. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'

/** One step of a path in font units, y upwards; curves are quadratic. */
export type OutlineStep =
  | { readonly to: 'move' | 'line'; readonly x: number; readonly y: number }
  | { readonly to: 'curve'; readonly cx: number; readonly cy: number; readonly x: number; readonly y: number }

export type Outlines = {
  readonly unitsPerEm: number
  /** Closed contours of a glyph; empty for a blank one. */
  readonly of: (glyphId: number) => readonly OutlineStep[]
}

type Point = { readonly x: number; readonly y: number; readonly on: boolean }
const MAX_NESTING = 6

/** Reads the outline tables of a face (sfnt, not a collection). Errors seal.font: no TrueType outlines, damaged. */
export const readOutlines = (bytes: Uint8Array): Result<Outlines, FormatError> => {
  const bad = () => formatErr('seal.font', '字体没有可用的 TrueType 轮廓')
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const tables = new Map<string, DataView>()
    const count = view.getUint16(4)
    for (let i = 0; i < count; i++) {
      const at = 12 + 16 * i
      const tag = String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))
      tables.set(tag, new DataView(bytes.buffer, bytes.byteOffset + view.getUint32(at + 8), view.getUint32(at + 12)))
    }
    const [head, loca, glyf] = [tables.get('head'), tables.get('loca'), tables.get('glyf')]
    if (head === undefined || loca === undefined || glyf === undefined) return bad()
    const long = head.getInt16(50) === 1
    const start = (glyphId: number): number => (long ? loca.getUint32(4 * glyphId) : 2 * loca.getUint16(2 * glyphId))
    const contours = (glyphId: number, depth: number): readonly (readonly Point[])[] => {
      const at = start(glyphId)
      if (depth > MAX_NESTING || start(glyphId + 1) <= at) return []
      const ends = glyf.getInt16(at)
      return ends >= 0 ? simple(glyf, at, ends) : composite(glyf, at, (id) => contours(id, depth + 1))
    }
    return ok({ unitsPerEm: head.getUint16(18), of: (glyphId) => contours(glyphId, 0).flatMap(trace) })
  } catch (error) {
    if (error instanceof RangeError) return bad()
    throw error
  }
}

const simple = (glyf: DataView, start: number, count: number): Point[][] => {
  let at = start + 10
  const ends: number[] = []
  for (let i = 0; i < count; i++, at += 2) ends.push(glyf.getUint16(at))
  at += 2 + glyf.getUint16(at)
  const total = (ends.at(-1) ?? -1) + 1
  const flags: number[] = []
  while (flags.length < total) {
    const flag = glyf.getUint8(at++)
    const repeat = flag & 8 ? glyf.getUint8(at++) : 0
    for (let i = 0; i <= repeat; i++) flags.push(flag)
  }
  const axis = (short: number, same: number): number[] => {
    let value = 0
    return flags.slice(0, total).map((flag) => {
      if (flag & short) value += flag & same ? glyf.getUint8(at++) : -glyf.getUint8(at++)
      else if (!(flag & same)) {
        value += glyf.getInt16(at)
        at += 2
      }
      return value
    })
  }
  const xs = axis(2, 16)
  const ys = axis(4, 32)
  const points = xs.map((x, i): Point => ({ x, y: ys[i]!, on: (flags[i]! & 1) === 1 }))
  return ends.map((end, i) => points.slice(i === 0 ? 0 : ends[i - 1]! + 1, end + 1))
}

const composite = (glyf: DataView, start: number, of: (glyphId: number) => readonly (readonly Point[])[]): Point[][] => {
  const out: Point[][] = []
  for (let at = start + 10, more = true; more; ) {
    const flags = glyf.getUint16(at)
    const glyphId = glyf.getUint16(at + 2)
    const [dx, dy] = flags & 1 ? [glyf.getInt16(at + 4), glyf.getInt16(at + 6)] : [glyf.getInt8(at + 4), glyf.getInt8(at + 5)]
    at += flags & 1 ? 8 : 6
    const fixed = (offset: number): number => glyf.getInt16(at + offset) / 16384
    let [a, b, c, d] = [1, 0, 0, 1]
    if (flags & 8) a = d = fixed(0)
    else if (flags & 64) [a, d] = [fixed(0), fixed(2)]
    else if (flags & 128) [a, b, c, d] = [fixed(0), fixed(2), fixed(4), fixed(6)]
    at += flags & 8 ? 2 : flags & 64 ? 4 : flags & 128 ? 8 : 0
    // Placing by matching points (flag 2 unset) is not used by text faces; such a part stays at the origin.
    const [tx, ty] = flags & 2 ? [dx, dy] : [0, 0]
    for (const contour of of(glyphId)) out.push(contour.map(({ x, y, on }) => ({ x: a * x + c * y + tx, y: b * x + d * y + ty, on })))
    more = (flags & 32) !== 0 && out.length < 10_000
  }
  return out
}

const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, on: true })

/** Two off-curve points in a row have an on-curve point between them. */
const trace = (contour: readonly Point[]): OutlineStep[] => {
  if (contour.length < 2) return []
  const first = contour.findIndex((point) => point.on)
  const begin = first >= 0 ? contour[first]! : middle(contour[0]!, contour[contour.length - 1]!)
  const rest = first >= 0 ? [...contour.slice(first + 1), ...contour.slice(0, first)] : contour
  const steps: OutlineStep[] = [{ to: 'move', x: begin.x, y: begin.y }]
  let control: Point | undefined
  for (const point of [...rest, begin]) {
    if (control === undefined) {
      if (point.on) steps.push({ to: 'line', x: point.x, y: point.y })
      else control = point
      continue
    }
    const end = point.on ? point : middle(control, point)
    steps.push({ to: 'curve', cx: control.x, cy: control.y, x: end.x, y: end.y })
    control = point.on ? undefined : point
  }
  return steps
}
