/** Pages under construction: a cursor that runs down the 版心, and lines placed at it. */
import { area, baselineOf, lead, linePitch, type TypeSize } from './grid.ts'
import type { Line } from './lines.ts'
import {
  toMicrometre, type Mark, type PlacedGlyph, type PlacedImage, type Region, type Rule, type StructureElement, type StructureRole,
} from './pages.ts'

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
  /** bottom of what was placed last, mm */
  bottom: number
  /** top of a line of the grid on this page, mm: what follows a table returns to it */
  gridTop: number
  readonly structure: StructureElement[]
}

/** Sums of pitches must not push the 22nd line off the page. */
const tolerance = 0.001

export function createSheets(): Sheets {
  const first = sheet(1)
  return { all: [first], current: first, top: area.top, bottom: area.top, gridTop: area.top, structure: [] }
}

/** An empty page. */
export function sheet(number: number): Sheet {
  return { number, glyphs: [], rules: [], images: [], regions: [], marks: [] }
}

/** Starts the next page at the top of the 版心. */
export function nextPage(sheets: Sheets): void {
  addPage(sheets, sheet(sheets.all.length + 1))
}

/** Goes on with a page that is there already. */
export function addPage(sheets: Sheets, page: Sheet): void {
  sheets.current = page
  sheets.all.push(page)
  sheets.top = area.top
  sheets.bottom = area.top
  sheets.gridTop = area.top
}

export function isAtTop(sheets: Sheets): boolean {
  return sheets.top <= area.top + tolerance
}

/** Whether `height` mm still fit below the cursor. */
export function fits(sheets: Sheets, height: number): boolean {
  return sheets.top + height <= area.bottom + tolerance
}

/** Moves the cursor down to the next line of the grid. */
export function snapToGrid(sheets: Sheets): void {
  const lines = Math.ceil((sheets.top - sheets.gridTop - tolerance) / linePitch)
  sheets.top = Math.max(sheets.top, sheets.gridTop + lines * linePitch)
}

/** A new structure element; returns its index. */
export function addElement(sheets: Sheets, role: StructureRole, parent: number | null = null, alt?: string): number {
  sheets.structure.push(alt === undefined ? { role, parent } : { role, parent, alt })
  return sheets.structure.length - 1
}

/** Says that the glyphs placed since `from` belong to an element; null: nothing is said (an artifact). */
export function markGlyphs(target: Sheet, element: number | null, from: number): void {
  const to = target.glyphs.length
  if (element === null || from === to) return
  const last = target.marks.at(-1)
  if (last !== undefined && 'to' in last && last.element === element && last.to === from) target.marks[target.marks.length - 1] = { ...last, to }
  else target.marks.push({ element, from, to })
}

/** Writes a line whose em box starts at `top`, its first cell at `left` (mm). */
export function placeLine(target: Sheet, line: Line, left: number, top: number, type: TypeSize, element: number | null = null): void {
  placeOnBaseline(target, line, left, baselineOf(top, type.size), type, 100, element)
}

/** As placeLine, on a given baseline (mm) and condensed to `widthPercent`; the cell is the condensed one. */
export function placeOnBaseline(
  target: Sheet,
  line: Line,
  left: number,
  baseline: number,
  type: TypeSize,
  widthPercent: number,
  element: number | null = null,
): void {
  const from = target.glyphs.length
  const y = toMicrometre(baseline)
  const size = toMicrometre(type.size)
  const inked = (type.size * widthPercent) / 100
  for (let i = 0; i < line.atoms.length; i++) {
    const atom = line.atoms[i]!
    const slack = atom.width * type.cell - atom.advance * inked
    const shift = atom.align === 'left' ? 0 : atom.align === 'right' ? slack : slack / 2
    const { char, font, color, glyphId, shaped } = atom
    const x = toMicrometre(left + line.offsets[i]! * type.cell + shift)
    const glyph: PlacedGlyph = widthPercent === 100 ? { char, x, y, size, font, color, glyphId } : { char, x, y, size, font, color, glyphId, widthPercent }
    target.glyphs.push(shaped === undefined ? glyph : { ...glyph, shaped })
  }
  markGlyphs(target, element, from)
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

/** A vertical rule whose middle is at `x`. mm */
export function verticalRule(x: number, top: number, bottom: number, width: number, color: Rule['color']): Rule {
  return { x1: toMicrometre(x), y1: toMicrometre(top), x2: toMicrometre(x), y2: toMicrometre(bottom), width, color }
}
