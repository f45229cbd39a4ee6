/** TextObject → placed glyphs. GB/T 33190 §11 */
import { childElements, innerText, type XmlNode } from '#core/formats'
import type { FontResource } from './resources.ts'
import type { SceneGlyph } from './scene.ts'
import { readNumber, readNumbers, readSteps } from './values.ts'

/** What is drawn at one place: a character, or the glyph or glyphs that stand for some (CGTransform). */
type Unit = { readonly text: string; readonly glyphId: number | null }

export type TextGlyphs = { readonly glyphs: readonly SceneGlyph[]; readonly problem: string | null }

/** At most `most` glyphs of all TextCodes. `problem`: a value that cannot be read (its TextCode is left out). */
export function textGlyphs(object: XmlNode, font: FontResource, size: number, most: number): TextGlyphs {
  const glyphs: SceneGlyph[] = []
  let transforms: XmlNode[] = []
  let [penX, penY] = [0, 0]
  let problem: string | null = null
  for (const child of childElements(object)) {
    if (child.name === 'CGTransform') transforms.push(child)
    if (child.name !== 'TextCode') continue
    // Line breaks are the maker's indentation of the XML, never text; blanks at the ends may be text.
    const text = innerText(child).replace(/[ \t]*[\r\n]+[ \t]*/gu, '')
    const units = unitsOf(text, transforms, font)
    transforms = []
    const { X: x, Y: y, DeltaX: deltaX, DeltaY: deltaY } = child.attributes
    penX = x === undefined ? penX : readNumber(x) ?? Number.NaN
    penY = y === undefined ? penY : readNumber(y) ?? Number.NaN
    const steps = Math.max(0, units.length - 1)
    const across = deltaX === undefined ? null : readSteps(fitUtf16(deltaX, text, units), steps)
    const down = deltaY === undefined ? null : readSteps(deltaY, steps)
    if (Number.isNaN(penX + penY) || (deltaX?.trim() && across === null) || (deltaY?.trim() && down === null)) {
      problem = text.slice(0, 20)
      penX = penY = 0
      continue
    }
    for (const [i, unit] of units.entries()) {
      if (glyphs.length >= most) return { glyphs, problem }
      glyphs.push({ text: unit.text, x: penX, y: penY, glyphId: unit.glyphId })
      // Without any steps the font's own advances are what the maker meant: otherwise all would lie on one spot.
      penX += across?.[i] ?? (across === null && down === null ? advance(unit, font) * size : 0)
      penY += down?.[i] ?? 0
    }
  }
  return { glyphs, problem }
}

/** Some makers write two steps for a character outside the BMP, one of which says nothing: the wider one counts. */
function fitUtf16(deltas: string, text: string, units: readonly Unit[]): string {
  if (units.length === text.length || deltas.includes('g')) return deltas
  const steps = deltas.trim().split(/\s+/u)
  if (steps.length !== text.length - 1) return deltas
  const kept: string[] = []
  let at = 0
  for (const unit of units) {
    const own = steps.slice(at, at + Math.max(1, unit.text.length))
    kept.push(own.reduce((widest, step) => (Number(step) > Number(widest) ? step : widest), own[0] ?? '0'))
    at += own.length
  }
  return kept.slice(0, -1).join(' ')
}

function advance(unit: Unit, font: FontResource): number {
  const face = font.face()
  if (face !== null && unit.glyphId !== null) return face.advance(unit.glyphId) / face.unitsPerEm
  return /^[\u0020-\u00ff]/u.test(unit.text) ? 0.5 : 1
}

/** The characters, those under a transform replaced by its glyphs. The first glyph of a transform carries its text. */
function unitsOf(text: string, transforms: readonly XmlNode[], font: FontResource): Unit[] {
  const characters = [...text]
  const face = font.face()
  const units: Unit[] = []
  const starts = new Map<number, { readonly count: number; readonly glyphs: readonly number[] }>()
  for (const transform of transforms) {
    const list = childElements(transform, 'Glyphs')[0]
    const glyphs = readNumbers(list === undefined ? undefined : innerText(list), 100_000)?.filter((id) => Number.isInteger(id) && id >= 0)
    const position = readNumber(transform.attributes['CodePosition']) ?? 0
    const count = readNumber(transform.attributes['CodeCount']) ?? 1
    const glyphCount = readNumber(transform.attributes['GlyphCount']) ?? 1
    if (glyphs === undefined || glyphs.length === 0 || !(position >= 0) || !(count >= 1)) continue
    starts.set(Math.trunc(position), { count: Math.trunc(count), glyphs: glyphs.slice(0, Math.max(glyphCount, 1)) })
  }
  for (let i = 0; i < characters.length; ) {
    const transform = starts.get(i)
    if (transform === undefined) {
      const glyphId = face?.glyphId(characters[i]!.codePointAt(0)!) ?? 0
      units.push({ text: characters[i]!, glyphId: glyphId === 0 ? null : glyphId })
      i++
      continue
    }
    const replaced = characters.slice(i, i + transform.count)
    // As many glyphs as characters: one for each. Otherwise they stand for the text together.
    const isOneToOne = transform.glyphs.length === replaced.length
    for (const [k, glyphId] of transform.glyphs.entries()) {
      const own = isOneToOne ? replaced[k]! : k === 0 ? replaced.join('') : ''
      units.push({ text: own, glyphId: font.file === null ? null : glyphId })
    }
    i += replaced.length
  }
  return units
}
