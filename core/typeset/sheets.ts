/** Pages under construction: a cursor that runs down the 版心 and lines placed at it. */
import { area, baselineOf, lead, type TypeSize } from './grid.ts'
import type { Line } from './lines.ts'
import { toMicrometre, type Mark, type PlacedGlyph, type PlacedImage, type Region, type Rule } from './pages.ts'

export type Sheet = {
  readonly number: number
  readonly glyphs: PlacedGlyph[]
  readonly rules: Rule[]
  readonly images: PlacedImage[]
  readonly regions: Region[]
  readonly marks: Mark[]
}

export type Sheets = {
  readonly all: Sheet[]
  /** the page being filled */
  current: Sheet
  /** top of the em box of the next line, mm */
  top: number
}

/** Sums of pitches must not push the 22nd line off the page. */
const tolerance = 0.001

export function createSheets(): Sheets {
  const first = sheet(1)
  return { all: [first], current: first, top: area.top }
}

/** An empty page. */
export function sheet(number: number): Sheet {
  return { number, glyphs: [], rules: [], images: [], regions: [], marks: [] }
}

/** Starts the next page at the top of the 版心. */
export function nextPage(sheets: Sheets): void {
  sheets.current = sheet(sheets.all.length + 1)
  sheets.all.push(sheets.current)
  sheets.top = area.top
}

export function isAtTop(sheets: Sheets): boolean {
  return sheets.top <= area.top + tolerance
}

/** Whether `height` mm still fit below the cursor. */
export function fits(sheets: Sheets, height: number): boolean {
  return sheets.top + height <= area.bottom + tolerance
}

/** Writes a line whose em box starts at `top`, its first cell at `left` (mm). */
export function placeLine(target: Sheet, line: Line, left: number, top: number, type: TypeSize): void {
  placeOnBaseline(target, line, left, baselineOf(top, type.size), type, 100)
}

/** As placeLine, on a given baseline (mm) and condensed to `widthPercent`; the cell is the condensed one. */
export function placeOnBaseline(
  target: Sheet,
  line: Line,
  left: number,
  baseline: number,
  type: TypeSize,
  widthPercent: number,
): void {
  const y = toMicrometre(baseline)
  const size = toMicrometre(type.size)
  const condensed = widthPercent === 100 ? {} : { widthPercent }
  const inked = (type.size * widthPercent) / 100
  for (let i = 0; i < line.atoms.length; i++) {
    const atom = line.atoms[i]!
    const room = atom.width * type.cell
    const slack = room - atom.advance * inked
    const shift = atom.align === 'left' ? 0 : atom.align === 'right' ? slack : slack / 2
    target.glyphs.push({
      char: atom.char,
      x: toMicrometre(left + line.offsets[i]! * type.cell + shift),
      y,
      size,
      font: atom.font,
      color: atom.color,
      glyphId: atom.glyphId,
      ...condensed,
    })
  }
}

/** Advances the cursor past a line of this size. */
export function advance(sheets: Sheets, size: number): void {
  sheets.top += size + lead
}

/** Notes what a band of the 版心 is; consecutive bands of one name grow together. */
export function markRegion(target: Sheet, name: Region['name'], top: number, bottom: number): void {
  const last = target.regions.at(-1)
  if (last !== undefined && last.name === name) {
    const y = Math.min(last.y, toMicrometre(top))
    const end = Math.max(last.y + last.height, bottom)
    target.regions[target.regions.length - 1] = { ...last, y, height: toMicrometre(end - y) }
    return
  }
  target.regions.push({ name, x: area.left, y: toMicrometre(top), width: area.width, height: toMicrometre(bottom - top) })
}

/** A horizontal rule across the 版心 whose middle is at `y`. mm */
export function horizontalRule(y: number, width: number, color: Rule['color'], left: number = area.left, length: number = area.width): Rule {
  return { x1: toMicrometre(left), y1: toMicrometre(y), x2: toMicrometre(left + length), y2: toMicrometre(y), width, color }
}
