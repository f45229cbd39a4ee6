/**
 * The picture of an organ's round seal (机关圆形印章): red ring, five-pointed star, the name along an arc (环排), an optional
 * line below. 国发〔1999〕25号 gives the form. Drawn as paths, so no font is needed to show it.
 */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { readFont } from '#core/typeset'
import { MM, type Colour, type Drawing, type PathStep, type Shape } from './drawing.ts'
import { readOutlines, type OutlineStep } from './glyph-outline.ts'
import { pdfOperators } from './pdf-operators.ts'

export type SealAppearance = {
  /** Name of the organ, 2–40 characters, read clockwise from lower left to lower right. */
  readonly name: string
  /** Text below the star, e.g. 办公专用章; '' for none. */
  readonly bottomText: string
  /** Outline of a character and its advance in font units (sealFace); null when the face lacks it. */
  readonly glyph: (character: string) => { readonly outline: readonly OutlineStep[]; readonly advance: number; readonly unitsPerEm: number } | null
}

/** The face to draw with, from the bytes of a TrueType font. Errors font.*, seal.font. */
export const sealFace = (font: Uint8Array): Result<SealAppearance['glyph'], FormatError> => {
  const metrics = readFont(font)
  if (!metrics.ok) return metrics
  const outlines = readOutlines(font)
  if (!outlines.ok) return outlines
  const { unitsPerEm, of } = outlines.value
  return ok((character) => {
    const glyphId = metrics.value.glyphId(character.codePointAt(0) ?? 0)
    return glyphId === 0 ? null : { outline: of(glyphId), advance: metrics.value.advance(glyphId), unitsPerEm }
  })
}

/** Seal red (印泥). */
const RED: Colour = { r: 0.84, g: 0.02, b: 0.06 }

/**
 * Content of a PDF form in points: a square of `diameterMm`, origin at its lower left.
 * Errors seal.name (length), seal.glyph (a character that the face lacks), seal.diameter (not 10–60 mm).
 */
export const sealImage = (appearance: SealAppearance, diameterMm = 42): Result<Uint8Array, FormatError> => {
  const drawing = roundSeal(appearance, diameterMm)
  return drawing.ok ? ok(pdfOperators(drawing.value)) : drawing
}

/** The round seal as a drawing; errors as sealImage. */
export const roundSeal = (appearance: SealAppearance, diameterMm: number): Result<Drawing, FormatError> => {
  const name = [...appearance.name]
  if (name.length < 2 || name.length > 40 || [...appearance.bottomText].length > 12) return formatErr('seal.name', '印章名称应为2至40字，下部文字不超过12字')
  if (!(diameterMm >= 10 && diameterMm <= 60)) return formatErr('seal.diameter', '印章直径应为10至60毫米')
  const missing = [...name, ...appearance.bottomText].find((character) => appearance.glyph(character) === null)
  if (missing !== undefined) return formatErr('seal.glyph', `字体中没有“${missing}”字，不能绘制印章`)
  const size = diameterMm * MM
  const radius = size / 2
  const ring = diameterMm * 0.028 * MM
  const shapes: Shape[] = [
    // The ring is stroked on its middle line, so that its outer edge is the seal's edge.
    { path: circle(radius - ring / 2), stroke: { colour: RED, width: ring } },
    { path: star(radius * 0.3), fill: RED },
  ]
  const height = Math.min(radius * 0.29, (radius * 3.9) / name.length)
  const middle = radius - ring * 1.6 - height / 2
  const span = Math.min((name.length - 1) * (height * 1.12) / middle, Math.PI * 1.45)
  name.forEach((character, i) => {
    const angle = Math.PI / 2 + span / 2 - (name.length === 1 ? 0 : (span * i) / (name.length - 1))
    shapes.push({ path: glyphPath(appearance, character, height, middle * Math.cos(angle), middle * Math.sin(angle), angle - Math.PI / 2), fill: RED })
  })
  const bottom = [...appearance.bottomText]
  const small = Math.min(radius * 0.2, (radius * 1.2) / Math.max(1, bottom.length))
  bottom.forEach((character, i) => {
    shapes.push({ path: glyphPath(appearance, character, small, (i - (bottom.length - 1) / 2) * small * 1.05, -radius * 0.52, 0), fill: RED })
  })
  return ok({ width: size, height: size, originX: radius, originY: radius, shapes })
}

const KAPPA = 0.5522847498

const circle = (r: number): readonly PathStep[] => {
  const k = r * KAPPA
  return [
    { to: 'move', x: r, y: 0 },
    { to: 'curve', x1: r, y1: k, x2: k, y2: r, x: 0, y: r },
    { to: 'curve', x1: -k, y1: r, x2: -r, y2: k, x: -r, y: 0 },
    { to: 'curve', x1: -r, y1: -k, x2: -k, y2: -r, x: 0, y: -r },
    { to: 'curve', x1: k, y1: -r, x2: r, y2: -k, x: r, y: 0 },
    { to: 'close' },
  ]
}

/** The inner corners of a regular star lie at 1/φ² of its radius. */
const star = (r: number): readonly PathStep[] => {
  const inner = r * 0.381966
  const points = Array.from({ length: 10 }, (_, i): PathStep => {
    const length = i % 2 === 0 ? r : inner
    const angle = Math.PI / 2 - (i * Math.PI) / 5
    return { to: i === 0 ? 'move' : 'line', x: length * Math.cos(angle), y: length * Math.sin(angle) }
  })
  return [...points, { to: 'close' }]
}

/** One character with its em square centred at (x, y), turned by `turn` radians. A Han em box reaches from −0.12 to 0.88. */
const glyphPath = (appearance: SealAppearance, character: string, height: number, x: number, y: number, turn: number): readonly PathStep[] => {
  const glyph = appearance.glyph(character)
  if (glyph === null) return []
  const scale = height / glyph.unitsPerEm
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  const place = (px: number, py: number): readonly [number, number] => {
    const u = (px - glyph.advance / 2) * scale
    const v = (py - glyph.unitsPerEm * 0.38) * scale
    return [x + u * cos - v * sin, y + u * sin + v * cos]
  }
  // Thousandths of a point: finer than any printer, and a third of the bytes.
  const short = (value: number): number => Number(value.toFixed(3))
  let last: readonly [number, number] = [0, 0]
  return glyph.outline.map((step): PathStep => {
    const end = place(step.x, step.y)
    const [ex, ey] = [short(end[0]), short(end[1])]
    if (step.to !== 'curve') {
      last = end
      return { to: step.to, x: ex, y: ey }
    }
    // PDF has cubic curves only: the control points lie two thirds of the way to the quadratic one.
    const control = place(step.cx, step.cy)
    const near = (from: readonly [number, number]): readonly [number, number] =>
      [from[0] + (2 / 3) * (control[0] - from[0]), from[1] + (2 / 3) * (control[1] - from[1])]
    const [first, second] = [near(last), near(end)]
    last = end
    return { to: 'curve', x1: short(first[0]), y1: short(first[1]), x2: short(second[0]), y2: short(second[1]), x: ex, y: ey }
  })
}
