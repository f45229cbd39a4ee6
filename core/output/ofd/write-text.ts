/** Runs of glyphs → TextObjects. GB/T 33190 §11 */
import type { FontFace, FontKey, Page, PlacedGlyph } from '#core/typeset'
import { escapeXml } from '../svg.ts'
import { missingMark } from './characters.ts'
import { fine, micro, stepsOf } from './numbers.ts'

/** An embedded font as pages use it. */
export type OfdFont = { readonly id: number; readonly glyphOf: (char: string) => ShownGlyph }

/** What is shown for a character, and how far it reaches from its origin, in ems. */
export type ShownGlyph = {
  /** the character itself, 〓 where the font lacks it, '' where it lacks both */
  readonly text: string
  readonly above: number
  readonly below: number
  readonly left: number
  readonly right: number
}

/** A face as pages use it. A box is never smaller than the em box of Han characters, so that boxes of a line are alike. */
export function ofdFont(id: number, face: FontFace): OfdFont {
  const glyphs = new Map<string, ShownGlyph>()
  const shown = (char: string): ShownGlyph => {
    const own = face.glyphId(char.codePointAt(0)!)
    const glyph = own !== 0 ? own : face.glyphId(missingMark.codePointAt(0)!)
    const { xMin, yMin, xMax, yMax } = face.bounds(glyph) ?? { xMin: 0, yMin: 0, xMax: 0, yMax: 0 }
    const em = face.unitsPerEm
    return {
      text: own !== 0 ? char : glyph !== 0 ? missingMark : '',
      above: Math.max(0.88, yMax / em),
      below: Math.max(0.12, -yMin / em),
      left: Math.max(0, -xMin / em),
      right: Math.max(face.advance(glyph), xMax) / em,
    }
  }
  return {
    id,
    glyphOf: (char) => {
      let glyph = glyphs.get(char)
      if (glyph === undefined) glyphs.set(char, (glyph = shown(char)))
      return glyph
    },
  }
}

/** Glyphs of one TextObject. */
type TextRun = PlacedGlyph[]

/**
 * Consecutive glyphs of one line and one look, parted where one structure element ends, so that cells of a row are texts
 * of their own. A character outside the BMP stands alone: readers disagree on how many steps it takes.
 */
export function textRuns(page: Page): readonly TextRun[] {
  const cuts = new Set<number>()
  for (const mark of page.marks) if ('from' in mark) cuts.add(mark.from).add(mark.to)
  const runs: TextRun[] = []
  let open: TextRun = []
  for (const [index, glyph] of page.glyphs.entries()) {
    const [first] = open
    if (first !== undefined && !cuts.has(index) && glyph.char.length === 1 && first.char.length === 1 && goesOn(first, glyph)) open.push(glyph)
    else runs.push((open = [glyph]))
  }
  return runs
}

function goesOn(first: PlacedGlyph, glyph: PlacedGlyph): boolean {
  return (
    (first.turn === 90 ? first.x === glyph.x : first.y === glyph.y) && first.turn === glyph.turn && first.size === glyph.size &&
    first.font === glyph.font && first.color === glyph.color && first.widthPercent === glyph.widthPercent
  )
}

/** The TextObject of a run, or '' when nothing of it can be shown. */
export function textObject(id: number, run: TextRun, fonts: ReadonlyMap<FontKey, OfdFont>): string {
  const first = run[0]!
  const font = fonts.get(first.font)
  if (font === undefined) return ''
  let text = ''
  const shown: ShownGlyph[] = []
  const glyphs: PlacedGlyph[] = []
  for (const glyph of run) {
    const form = font.glyphOf(glyph.char)
    // Not even a mark for missing characters: nothing stands here rather than a box from some font of the reader's.
    if (form.text === '') continue
    text += form.text
    shown.push(form)
    glyphs.push(glyph)
  }
  if (glyphs.length === 0) return ''
  const { boundary, transform, x, y, along } = placed(glyphs, shown)
  const steps = glyphs.length > 1 ? ` DeltaX="${stepsOf(glyphs.map(along))}"` : ''
  const fill = first.color === '#000000' ? '' : `<ofd:FillColor Value="${colour(first.color)}"/>`
  return (
    `<ofd:TextObject ID="${id}" Boundary="${boundary}"${transform} Font="${font.id}" Size="${fine(first.size)}">${fill}` +
    `<ofd:TextCode X="${x}" Y="${y}"${steps}>${escapeXml(text)}</ofd:TextCode></ofd:TextObject>`
  )
}

/** Object space of a run: its box on the page, the matrix into it, the origin of its first glyph, and places along the line. */
function placed(glyphs: readonly PlacedGlyph[], shown: readonly ShownGlyph[]) {
  const [first, last] = [glyphs[0]!, glyphs.at(-1)!]
  const { size } = first
  const scale = (first.widthPercent ?? 100) / 100
  let [above, below] = [0, 0]
  for (const form of shown) {
    above = Math.max(above, form.above)
    below = Math.max(below, form.below)
  }
  // What sticks out of the box is cut off; a little room keeps soft edges whole.
  const room = 0.05 * size
  above = above * size + room
  below = below * size + room
  const before = shown[0]!.left * size * scale + room
  const after = shown.at(-1)!.right * size * scale + room
  if (first.turn === 90) {
    const left = round(first.x - above)
    const top = round(last.y - after)
    const height = round(first.y + before - top)
    return {
      boundary: `${micro(left)} ${micro(top)} ${micro(above + below)} ${micro(height)}`,
      transform: ` CTM="0 ${fine(-scale)} 1 0 0 ${micro(height)}"`,
      x: fine((top + height - first.y) / scale),
      y: micro(first.x - left),
      along: (glyph: PlacedGlyph) => (top + height - glyph.y) / scale,
    }
  }
  const left = round(first.x - before)
  const top = round(first.y - above)
  return {
    boundary: `${micro(left)} ${micro(top)} ${micro(last.x + after - left)} ${micro(above + below)}`,
    transform: scale === 1 ? '' : ` CTM="${fine(scale)} 0 0 1 0 0"`,
    x: fine((first.x - left) / scale),
    y: micro(first.y - top),
    along: (glyph: PlacedGlyph) => (glyph.x - left) / scale,
  }
}

const round = (value: number): number => Math.round(value * 1000) / 1000

/** #rrggbb → "r g b" */
export function colour(color: string): string {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)).join(' ')
}
