/** TrueType outlines of an embedded font as SVG path data. OpenType `glyf`, `loca` */

export type Outlines = {
  readonly unitsPerEm: number
  readonly glyphCount: number
  /** path data in font units, y upwards; '' for a blank glyph, null for one that is damaged or not there */
  readonly path: (glyphId: number) => string | null
}

type Point = { readonly x: number; readonly y: number; readonly on: boolean }
type Contour = readonly Point[]

const maxNesting = 6
/** A glyph of more points is no letter; damaged tables could ask for millions. */
const maxPoints = 20_000

/** Outlines of a face, or null when the file has no usable ones (a CFF font, a damaged file). */
export function readOutlines(bytes: Uint8Array): Outlines | null {
  try {
    const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const tables = new Map<string, DataView>()
    for (let i = 0, count = file.getUint16(4); i < count; i++) {
      const record = 12 + 16 * i
      const tag = String.fromCharCode(...bytes.subarray(record, record + 4))
      const [offset, length] = [file.getUint32(record + 8), file.getUint32(record + 12)]
      tables.set(tag, new DataView(bytes.buffer, bytes.byteOffset + offset, Math.min(length, bytes.length - offset)))
    }
    const [head, loca, glyf] = [tables.get('head'), tables.get('loca'), tables.get('glyf')]
    if (head === undefined || loca === undefined || glyf === undefined) return null
    const isLong = head.getInt16(50) !== 0
    const unitsPerEm = head.getUint16(18)
    if (unitsPerEm < 16) return null
    const glyphCount = Math.floor(loca.byteLength / (isLong ? 4 : 2)) - 1
    const start = (glyphId: number): number => (isLong ? loca.getUint32(4 * glyphId) : 2 * loca.getUint16(2 * glyphId))
    const contoursOf = (glyphId: number, budget: { points: number }, depth: number): readonly Contour[] => {
      if (depth > maxNesting || glyphId >= glyphCount) return []
      const [at, end] = [start(glyphId), start(glyphId + 1)]
      if (end <= at) return []
      const count = glyf.getInt16(at)
      return count >= 0 ? simpleContours(glyf, at, count, budget) : compositeContours(glyf, at, budget, (id) => contoursOf(id, budget, depth + 1))
    }
    return {
      unitsPerEm,
      glyphCount,
      path: (glyphId) => {
        if (!(glyphId >= 0 && glyphId < glyphCount)) return null
        try {
          return contoursOf(glyphId, { points: maxPoints }, 0).map(contourPath).join('')
        } catch (problem) {
          if (problem instanceof RangeError) return null
          throw problem
        }
      },
    }
  } catch (problem) {
    if (problem instanceof RangeError) return null
    throw problem
  }
}

function simpleContours(glyf: DataView, start: number, count: number, budget: { points: number }): Contour[] {
  let at = start + 10
  const ends: number[] = []
  for (let i = 0; i < count; i++, at += 2) ends.push(glyf.getUint16(at))
  const total = (ends.at(-1) ?? -1) + 1
  if (ends.some((end, i) => i > 0 && end < ends[i - 1]!)) throw new RangeError('contours out of order')
  budget.points -= total
  if (budget.points < 0) throw new RangeError('too many points')
  at += 2 + glyf.getUint16(at)
  const flags: number[] = []
  while (flags.length < total) {
    const flag = glyf.getUint8(at++)
    const times = (flag & 8) === 0 ? 1 : 1 + glyf.getUint8(at++)
    for (let i = 0; i < times; i++) flags.push(flag)
  }
  const coordinates = (isByte: number, isSameOrPositive: number): number[] => {
    const values: number[] = []
    let value = 0
    for (let i = 0; i < total; i++) {
      const flag = flags[i]!
      if ((flag & isByte) !== 0) value += (flag & isSameOrPositive) !== 0 ? glyf.getUint8(at++) : -glyf.getUint8(at++)
      else if ((flag & isSameOrPositive) === 0) {
        value += glyf.getInt16(at)
        at += 2
      }
      values.push(value)
    }
    return values
  }
  const xs = coordinates(2, 16)
  const ys = coordinates(4, 32)
  let from = 0
  return ends.map((end) => {
    const contour: Point[] = []
    for (let i = from; i <= end; i++) contour.push({ x: xs[i]!, y: ys[i]!, on: (flags[i]! & 1) !== 0 })
    from = end + 1
    return contour
  })
}

function compositeContours(glyf: DataView, start: number, budget: { points: number }, of: (glyphId: number) => readonly Contour[]): Contour[] {
  const contours: Contour[] = []
  let at = start + 10
  let flags: number
  do {
    flags = glyf.getUint16(at)
    const glyphId = glyf.getUint16(at + 2)
    const areWords = (flags & 1) !== 0
    // Arguments that are point numbers instead of offsets (flag 2 not set) leave the part at the origin.
    const isOffset = (flags & 2) !== 0
    const dx = !isOffset ? 0 : areWords ? glyf.getInt16(at + 4) : glyf.getInt8(at + 4)
    const dy = !isOffset ? 0 : areWords ? glyf.getInt16(at + 6) : glyf.getInt8(at + 5)
    at += areWords ? 8 : 6
    let [a, b, c, d] = [1, 0, 0, 1]
    const next = (): number => {
      at += 2
      return glyf.getInt16(at - 2) / 16_384
    }
    if ((flags & 0x08) !== 0) a = d = next()
    else if ((flags & 0x40) !== 0) [a, d] = [next(), next()]
    else if ((flags & 0x80) !== 0) [a, b, c, d] = [next(), next(), next(), next()]
    // A part costs something even when it is blank, so that a long list of nothing ends as well.
    budget.points -= 10
    if (budget.points < 0) throw new RangeError('too many parts')
    for (const contour of of(glyphId)) contours.push(contour.map(({ x, y, on }) => ({ x: a * x + c * y + dx, y: b * x + d * y + dy, on })))
  } while ((flags & 0x20) !== 0)
  return contours
}

const short = (value: number): string => String(Math.round(value * 100) / 100)
const pair = (point: { readonly x: number; readonly y: number }): string => `${short(point.x)} ${short(point.y)}`
const between = (p: Point, q: Point): Point => ({ x: (p.x + q.x) / 2, y: (p.y + q.y) / 2, on: true })

/** Between two control points in a row lies a point of the curve that is not stored. */
function contourPath(contour: Contour): string {
  if (contour.length < 2) return ''
  const anchor = contour.findIndex((point) => point.on)
  const begin = anchor >= 0 ? contour[anchor]! : between(contour[0]!, contour.at(-1)!)
  const rest = anchor >= 0 ? [...contour.slice(anchor + 1), ...contour.slice(0, anchor)] : contour
  let path = `M${pair(begin)}`
  let control: Point | null = null
  for (const point of rest) {
    if (control === null) {
      if (point.on) path += `L${pair(point)}`
      else control = point
      continue
    }
    path += `Q${pair(control)} ${pair(point.on ? point : between(control, point))}`
    control = point.on ? null : point
  }
  if (control !== null) path += `Q${pair(control)} ${pair(begin)}`
  return `${path}Z`
}
