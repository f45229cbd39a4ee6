/** Runs of glyphs → TextObjects. GB/T 33190 §11 */
import type { FontFace, FontKey, Page, PlacedGlyph } from '#core/typeset'
import { partsOf } from '../runs.ts'
import { escapeXml } from '../svg.ts'
import { missingMark } from './characters.ts'
import { fine, micro, stepsOf } from './numbers.ts'

/** An embedded font as pages use it. */
export type OfdFont = { readonly id: number; readonly glyphOf: (char: string) => ShownGlyph; readonly reachOf: (glyphId: number) => ShownGlyph }

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
  // By code unit where one is all: a table finds a Han character quicker than a map of texts.
  const basic: (ShownGlyph | undefined)[] = []
  const glyphs = new Map<string, ShownGlyph>()
  const shown = (char: string): ShownGlyph => {
    const own = face.glyphId(char.codePointAt(0)!)
    const glyph = own !== 0 ? own : face.glyphId(missingMark.codePointAt(0)!)
    return reach(glyph, own !== 0 ? char : glyph !== 0 ? missingMark : '')
  }
  const reach = (glyph: number, text: string): ShownGlyph => {
    const { xMin, yMin, xMax, yMax } = face.bounds(glyph) ?? { xMin: 0, yMin: 0, xMax: 0, yMax: 0 }
    const em = face.unitsPerEm
    return {
      text,
      above: Math.max(0.88, yMax / em),
      below: Math.max(0.12, -yMin / em),
      left: Math.max(0, -xMin / em),
      right: Math.max(face.advance(glyph), xMax) / em,
    }
  }
  return {
    id,
    reachOf: (glyphId) => reach(glyphId, ''),
    glyphOf: (char) => {
      if (char.length === 1) return (basic[char.charCodeAt(0)] ??= shown(char))
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
 * of their own. A character outside the BMP stands alone, and so does a letter of several glyphs or with a selector: readers
 * disagree on how many steps it takes.
 */
export function textRuns(page: Page): readonly TextRun[] {
  const cuts = new Set<number>()
  for (const mark of page.marks) if ('from' in mark) cuts.add(mark.from).add(mark.to)
  const runs: TextRun[] = []
  const { glyphs } = page
  let open: TextRun = []
  let first: PlacedGlyph | undefined
  for (let index = 0; index < glyphs.length; index++) {
    const glyph = glyphs[index]!
    if (first !== undefined && goesOn(first, glyph) && isSingle(glyph) && isSingle(first) && !cuts.has(index)) open.push(glyph)
    else {
      first = glyph
      runs.push((open = [glyph]))
    }
  }
  return runs
}

/** One step of one glyph for one code unit. */
const isSingle = ({ char, shaped }: PlacedGlyph): boolean => char.length === 1 && (shaped === undefined || shaped.length === 1)

function goesOn(first: PlacedGlyph, glyph: PlacedGlyph): boolean {
  return (
    (first.turn === 90 ? first.x === glyph.x : first.y === glyph.y) && first.turn === glyph.turn && first.size === glyph.size &&
    first.font === glyph.font && first.color === glyph.color && first.widthPercent === glyph.widthPercent &&
    (first.shaped === undefined) === (glyph.shaped === undefined)
  )
}

/** The TextObject of a run, or '' when nothing of it can be shown. */
export function textObject(id: number, run: TextRun, fonts: ReadonlyMap<FontKey, OfdFont>): string {
  const first = run[0]!
  const font = fonts.get(first.font)
  if (font === undefined) return ''
  if (first.shaped !== undefined) return shapedObject(id, run, font)
  let text = ''
  let [above, below] = [0, 0]
  let left: ShownGlyph | undefined
  let right: ShownGlyph | undefined
  let shown = run
  for (let i = 0; i < run.length; i++) {
    const form = font.glyphOf(run[i]!.char)
    if (form.text === '') {
      // Not even a mark for missing characters: nothing stands here rather than a box from some font of the reader's.
      if (shown === run) shown = run.slice(0, i)
      continue
    }
    if (shown !== run) shown.push(run[i]!)
    text += form.text
    if (form.above > above) above = form.above
    if (form.below > below) below = form.below
    left ??= form
    right = form
  }
  if (left === undefined || right === undefined) return ''
  const { boundary, transform, x, y, steps } = placed(shown, { above, below, left: left.left, right: right.right })
  const delta = shown.length > 1 ? ` DeltaX="${steps}"` : ''
  return (
    `<ofd:TextObject ID="${id}" Boundary="${boundary}"${transform} Font="${font.id}" Size="${fine(first.size)}">${fillOf(first.color)}` +
    `<ofd:TextCode X="${x}" Y="${y}"${delta}>${escapeXml(text)}</ofd:TextCode></ofd:TextObject>`
  )
}

/** Letters whose glyphs are named by their ids in the embedded font: one for each, or all of one letter's. GB/T 33190 §11.4 */
function shapedObject(id: number, run: TextRun, font: OfdFont): string {
  const parts = partsOf(run)
  const reaches = parts.map(({ glyphId }) => font.reachOf(glyphId))
  const most = (of: (reach: ShownGlyph) => number): number => Math.max(...reaches.map(of))
  const first = parts[0]!
  const { boundary, transform, x, y, steps } = placed([...parts], { above: most((reach) => reach.above), below: most((reach) => reach.below), left: most((reach) => reach.left), right: most((reach) => reach.right) })
  const text = run.map((glyph) => glyph.char).join('')
  return (
    `<ofd:TextObject ID="${id}" Boundary="${boundary}"${transform} Font="${font.id}" Size="${fine(first.size)}">${fillOf(first.color)}` +
    `<ofd:CGTransform CodePosition="0" CodeCount="${[...text].length}" GlyphCount="${parts.length}"><ofd:Glyphs>${parts.map(({ glyphId }) => glyphId).join(' ')}</ofd:Glyphs></ofd:CGTransform>` +
    `<ofd:TextCode X="${x}" Y="${y}"${parts.length > 1 ? ` DeltaX="${steps}"` : ''}>${escapeXml(text)}</ofd:TextCode></ofd:TextObject>`
  )
}

const fillOf = (color: string): string => (color === '#000000' ? '' : `<ofd:FillColor Value="${colour(color)}"/>`)

/** Object space of a run: its box on the page, the matrix into it, the origin of its first glyph, and steps along the line. `reach` in ems. */
function placed(glyphs: TextRun, reach: Pick<ShownGlyph, 'above' | 'below' | 'left' | 'right'>) {
  const first = glyphs[0]!
  const last = glyphs[glyphs.length - 1]!
  const { size } = first
  const scale = (first.widthPercent ?? 100) / 100
  // What sticks out of the box is cut off; a little room keeps soft edges whole.
  const room = 0.05 * size
  const above = reach.above * size + room
  const below = reach.below * size + room
  const before = reach.left * size * scale + room
  const after = reach.right * size * scale + room
  const positions = new Array<number>(glyphs.length)
  if (first.turn === 90) {
    const left = round(first.x - above)
    const top = round(last.y - after)
    const height = round(first.y + before - top)
    for (let i = 0; i < glyphs.length; i++) positions[i] = (top + height - glyphs[i]!.y) / scale
    return {
      boundary: `${micro(left)} ${micro(top)} ${micro(above + below)} ${micro(height)}`,
      transform: ` CTM="0 ${fine(-scale)} 1 0 0 ${micro(height)}"`,
      x: fine((top + height - first.y) / scale),
      y: micro(first.x - left),
      steps: stepsOf(positions),
    }
  }
  const left = round(first.x - before)
  const top = round(first.y - above)
  for (let i = 0; i < glyphs.length; i++) positions[i] = (glyphs[i]!.x - left) / scale
  return {
    boundary: `${micro(left)} ${micro(top)} ${micro(last.x + after - left)} ${micro(above + below)}`,
    transform: scale === 1 ? '' : ` CTM="${fine(scale)} 0 0 1 0 0"`,
    x: fine((first.x - left) / scale),
    y: micro(first.y - top),
    steps: stepsOf(positions),
  }
}

const round = (value: number): number => Math.round(value * 1000) / 1000

/** #rrggbb → "r g b" */
export function colour(color: string): string {
  if (color === '#000000') return '0 0 0'
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)).join(' ')
}
