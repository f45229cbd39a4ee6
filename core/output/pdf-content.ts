/** Content streams: rules, pictures and glyph runs, marked where the document has structure. ISO 32000-1 §9.4, §14.6 */
import type { Color, FontKey, Page, PlacedGlyph, PlacedImage, Rule } from '#core/typeset'
import { createSink, short, takeBytes, writeHex4, writeNumber, writeText, type ByteSink } from './pdf-bytes.ts'
import { cidOf, type CutFont } from './pdf-font.ts'
import type { PageTags } from './pdf-structure.ts'
import { continues, partsOf } from './runs.ts'

/** mm → pt */
export const points = 72 / 25.4
/** How far a glyph may stand from its place before it is corrected, pt: a five-hundredth of a millimetre, and it never adds up. */
const tolerance = 0.002 * points

/** Resource names do not depend on other pages either. */
export const pictureName = (hash: string): string => `P${hash.slice(0, 24)}`

type Pen = {
  readonly sink: ByteSink
  readonly page: Page
  readonly fonts: ReadonlyMap<FontKey, { readonly name: string; readonly font: CutFont }>
  look: string
  spacing: number
  isText: boolean
}

/** The operators of one page. With `tags` every glyph and picture is in a marked sequence or an artifact. */
export function pageContent(page: Page, fonts: Pen['fonts'], tags: PageTags | null): Uint8Array {
  const pen: Pen = { sink: createSink(8192), page, fonts, look: '', spacing: 0, isText: false }
  if (page.rules.length > 0) {
    if (tags !== null) writeText(pen.sink, '/Artifact BMC\n')
    writeRules(pen, page.rules)
    if (tags !== null) writeText(pen.sink, 'EMC\n')
  }
  if (tags === null) {
    for (const image of page.images) writePicture(pen, image)
    writeGlyphs(pen, 0, page.glyphs.length)
  } else writeTagged(pen, tags)
  endText(pen)
  return takeBytes(pen.sink)
}

function writeTagged(pen: Pen, tags: PageTags): void {
  for (const piece of tags.pieces) {
    const isPicture = piece.kind === 'image'
    if (isPicture) endText(pen)
    else beginText(pen)
    writeText(pen.sink, piece.mcid === null ? '/Artifact BMC\n' : `/${piece.role} <</MCID ${piece.mcid}>> BDC\n`)
    if (isPicture) writePicture(pen, pen.page.images[piece.image]!)
    else writeGlyphs(pen, piece.from, piece.to)
    writeText(pen.sink, 'EMC\n')
  }
}

function beginText(pen: Pen): void {
  if (!pen.isText) writeText(pen.sink, 'BT\n')
  pen.isText = true
}

function endText(pen: Pen): void {
  if (pen.isText) writeText(pen.sink, 'ET\n')
  pen.isText = false
}

function writeRules(pen: Pen, rules: readonly Rule[]): void {
  const { sink, page } = pen
  let look = ''
  for (const rule of rules) {
    const next = `${colour(rule.color)} RG ${short(rule.width * points)} w\n`
    if (next !== look) writeText(sink, next)
    look = next
    writePoint(sink, rule.x1 * points, (page.height - rule.y1) * points)
    writeText(sink, 'm ')
    writePoint(sink, rule.x2 * points, (page.height - rule.y2) * points)
    writeText(sink, 'l S\n')
  }
}

function writePoint(sink: ByteSink, x: number, y: number): void {
  writeNumber(sink, x)
  writeText(sink, ' ')
  writeNumber(sink, y)
  writeText(sink, ' ')
}

/** The unit square onto the picture's box; turned, the picture's top is at the box's left. */
function writePicture(pen: Pen, image: PlacedImage): void {
  endText(pen)
  const left = image.x * points
  const bottom = (pen.page.height - image.y - image.height) * points
  const width = image.width * points
  const height = image.height * points
  const matrix = image.turn === 90 ? [0, height, -width, 0, left + width, bottom] : [width, 0, 0, height, left, bottom]
  writeText(pen.sink, `q ${matrix.map(short).join(' ')} cm /${pictureName(image.hash)} Do Q\n`)
}

/** Glyphs `from` ≤ index < `to` in runs of one line and one look. */
function writeGlyphs(pen: Pen, from: number, to: number): void {
  const { glyphs } = pen.page
  let start = from
  while (start < to) {
    const first = glyphs[start]!
    let end = start + 1
    while (end < to && continues(first, glyphs[end]!)) end++
    if (first.shaped === undefined) writeRun(pen, glyphs, start, end)
    else writeShaped(pen, glyphs.slice(start, end))
    start = end
  }
}

/** A word whose glyphs do not tell its letters: they are said beside it, so that it is copied and read aloud as it was written. ISO 32000-1 §14.9.4 */
function writeShaped(pen: Pen, run: readonly PlacedGlyph[]): void {
  const text = run.map((glyph) => glyph.char).join('')
  const parts = partsOf(run)
  beginText(pen)
  writeText(pen.sink, `/Span <</ActualText <FEFF${[...Array(text.length).keys()].map((i) => text.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0')).join('')}>>> BDC\n`)
  writeRun(pen, parts, 0, parts.length)
  writeText(pen.sink, 'EMC\n')
}

/** One run: a text matrix, the spacing of its beginning, then glyphs with the corrections that bring each to its place. */
function writeRun(pen: Pen, glyphs: readonly PlacedGlyph[], start: number, end: number): void {
  const { sink, page } = pen
  const first = glyphs[start]!
  const entry = pen.fonts.get(first.font)
  if (entry === undefined) return
  const { widths } = entry.font
  const isTurned = first.turn === 90
  // Not even a mark for missing characters: conforming files must not show .notdef.
  while (start < end && !widths.has(cidOf(glyphs[start]!))) start++
  if (start === end) return
  beginText(pen)
  const size = first.size * points
  const scale = (first.widthPercent ?? 100) / 100
  const look = `${colour(first.color)} rg /${entry.name} ${short(size)} Tf ${short(first.widthPercent ?? 100)} Tz\n`
  if (look !== pen.look) writeText(sink, look)
  pen.look = look
  const along = (glyph: PlacedGlyph): number => (isTurned ? page.height - glyph.y : glyph.x) * points
  const gap = spacingOf(glyphs, start, end, along, (glyph) => ((widths.get(cidOf(glyph)) ?? 0) / 1000) * size * scale)
  // Exactly the number that the file will hold.
  const spacing = Math.round((gap / scale) * 10_000) / 10_000
  if (spacing !== pen.spacing) {
    writeNumber(sink, spacing)
    writeText(sink, ' Tc\n')
  }
  pen.spacing = spacing
  const origin = glyphs[start]!
  writeText(sink, isTurned ? '0 1 -1 0 ' : '1 0 0 1 ')
  writePoint(sink, origin.x * points, (page.height - origin.y) * points)
  writeText(sink, 'Tm [<')
  let at = along(origin)
  for (let i = start; i < end; i++) {
    const glyph = glyphs[i]!
    const cid = cidOf(glyph)
    const width = widths.get(cid)
    if (width === undefined) continue
    const off = at - along(glyph)
    if (off > tolerance || off < -tolerance) {
      // Tenths of a thousandth of an em, reckoned from where the pen is, so nothing drifts.
      const correction = Math.round((off / (size * scale)) * 10_000) / 10
      writeText(sink, '>')
      writeNumber(sink, correction)
      writeText(sink, '<')
      at -= (correction / 1000) * size * scale
    }
    writeHex4(sink, cid)
    at += ((width / 1000) * size + spacing) * scale
  }
  writeText(sink, '>] TJ\n')
}

/** The space between the glyphs at the beginning of a run, pt on the page. */
function spacingOf(glyphs: readonly PlacedGlyph[], start: number, end: number, along: (glyph: PlacedGlyph) => number, advance: (glyph: PlacedGlyph) => number): number {
  if (end - start < 2) return 0
  const gap = (i: number): number => along(glyphs[i + 1]!) - along(glyphs[i]!) - advance(glyphs[i]!)
  const firstGap = gap(start)
  let sum = firstGap
  let last = start + 1
  while (last < end - 1) {
    const next = gap(last)
    if (Math.abs(next - firstGap) > 2 * tolerance) break
    sum += next
    last++
  }
  return sum / (last - start)
}

function colour(color: Color): string {
  return [1, 3, 5].map((at) => short(Number.parseInt(color.slice(at, at + 2), 16) / 255)).join(' ')
}
