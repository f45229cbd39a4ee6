/**
 * The picture of an organ's round seal (机关圆形印章): red ring, five-pointed star, the name along an arc (环排), an optional
 * line below. 国发〔1999〕25号 gives the form. Drawn as paths in PDF operators, so no font is needed to show it.
 */
import { formatErr, ok, utf8, type FormatError, type Result } from '#core/formats'
import { readFont } from '#core/typeset'
import { readOutlines, type OutlineStep } from './glyph-outline.ts'
import { writeNumber } from '../pdf/write.ts'

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
const COLOR = '0.84 0.02 0.06'
const MM = 72 / 25.4

/**
 * Content of a form in points: a square of `diameterMm`, origin at its lower left.
 * Errors seal.name (length), seal.glyph (a character that the face lacks), seal.diameter (not 10–60 mm).
 */
export const sealImage = (appearance: SealAppearance, diameterMm = 42): Result<Uint8Array, FormatError> => {
  const name = [...appearance.name]
  if (name.length < 2 || name.length > 40 || [...appearance.bottomText].length > 12) return formatErr('seal.name', '印章名称应为2至40字，下部文字不超过12字')
  if (!(diameterMm >= 10 && diameterMm <= 60)) return formatErr('seal.diameter', '印章直径应为10至60毫米')
  const missing = [...name, ...appearance.bottomText].find((character) => appearance.glyph(character) === null)
  if (missing !== undefined) return formatErr('seal.glyph', `字体中没有“${missing}”字，不能绘制印章`)
  const size = diameterMm * MM
  const radius = size / 2
  const ring = diameterMm * 0.028 * MM
  // The ring is stroked on its middle line, so that its outer edge is the seal's edge.
  const operators = [
    '/Multiply gs', `${COLOR} rg`, `${COLOR} RG`, `${writeNumber(ring)} w`, `1 0 0 1 ${writeNumber(radius)} ${writeNumber(radius)} cm`,
    `${circle(radius - ring / 2)} S`, `${star(radius * 0.3)} f`,
  ]
  const height = Math.min(radius * 0.29, (radius * 3.9) / name.length)
  const middle = radius - ring * 1.6 - height / 2
  const span = Math.min((name.length - 1) * (height * 1.12) / middle, Math.PI * 1.45)
  name.forEach((character, i) => {
    const angle = Math.PI / 2 + span / 2 - (name.length === 1 ? 0 : (span * i) / (name.length - 1))
    operators.push(glyphPath(appearance, character, height, middle * Math.cos(angle), middle * Math.sin(angle), angle - Math.PI / 2))
  })
  const bottom = [...appearance.bottomText]
  const small = Math.min(radius * 0.2, (radius * 1.2) / Math.max(1, bottom.length))
  bottom.forEach((character, i) => {
    operators.push(glyphPath(appearance, character, small, (i - (bottom.length - 1) / 2) * small * 1.05, -radius * 0.52, 0))
  })
  return ok(utf8(`q\n${operators.join('\n')}\nQ\n`))
}

const KAPPA = 0.5522847498

const circle = (r: number): string => {
  const k = r * KAPPA
  const n = writeNumber
  return `${n(r)} 0 m ${n(r)} ${n(k)} ${n(k)} ${n(r)} 0 ${n(r)} c ${n(-k)} ${n(r)} ${n(-r)} ${n(k)} ${n(-r)} 0 c ` +
    `${n(-r)} ${n(-k)} ${n(-k)} ${n(-r)} 0 ${n(-r)} c ${n(k)} ${n(-r)} ${n(r)} ${n(-k)} ${n(r)} 0 c h`
}

/** The inner corners of a regular star lie at 1/φ² of its radius. */
const star = (r: number): string => {
  const inner = r * 0.381966
  const points = Array.from({ length: 10 }, (_, i) => {
    const length = i % 2 === 0 ? r : inner
    const angle = Math.PI / 2 - (i * Math.PI) / 5
    return `${writeNumber(length * Math.cos(angle))} ${writeNumber(length * Math.sin(angle))}`
  })
  return `${points[0]} m ${points.slice(1).map((point) => `${point} l`).join(' ')} h`
}

/** One character with its em square centred at (x, y), turned by `turn` radians. A Han em box reaches from −0.12 to 0.88. */
const glyphPath = (appearance: SealAppearance, character: string, height: number, x: number, y: number, turn: number): string => {
  const glyph = appearance.glyph(character)
  if (glyph === null) return ''
  const scale = height / glyph.unitsPerEm
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  const place = (px: number, py: number): readonly [number, number] => {
    const u = (px - glyph.advance / 2) * scale
    const v = (py - glyph.unitsPerEm * 0.38) * scale
    return [x + u * cos - v * sin, y + u * sin + v * cos]
  }
  const pair = ([a, b]: readonly [number, number]): string => `${writeNumber(Number(a.toFixed(3)))} ${writeNumber(Number(b.toFixed(3)))}`
  let last: readonly [number, number] = [0, 0]
  const path = glyph.outline.map((step) => {
    const end = place(step.x, step.y)
    if (step.to !== 'curve') {
      last = end
      return `${pair(end)} ${step.to === 'move' ? 'm' : 'l'}`
    }
    // PDF has cubic curves only: the control points lie two thirds of the way to the quadratic one.
    const control = place(step.cx, step.cy)
    const near = (from: readonly [number, number]): readonly [number, number] =>
      [from[0] + (2 / 3) * (control[0] - from[0]), from[1] + (2 / 3) * (control[1] - from[1])]
    const text = `${pair(near(last))} ${pair(near(end))} ${pair(end)} c`
    last = end
    return text
  })
  return path.length === 0 ? '' : `${path.join(' ')} f`
}
