/** The red mark (发文机关标志): one name, or the names of a joint issue with 文件 beside them. GB/T 9704 §7.2.4 */
import { area, emAscent, type TypeSize } from './grid.ts'
import { setSingle, type Line } from './lines.ts'
import type { Measurer } from './measure.ts'
import { partName } from './names.ts'
import { red, type FontSet } from './pages.ts'
import { placeOnBaseline, type Sheet } from './sheets.ts'

/** How a mark is fitted to its page; every surface that sets one anew goes by these. */
export const markFitting = {
  /** size of a mark when its name is short, mm */
  size: 16,
  /** free on both sides together, mm */
  sideBlank: 4,
  /** least width of a condensed character, per cent */
  narrowest: 55,
  /** widest gap of a short name, share of an em */
  widestGap: 0.35,
  /** characters of one name on one line: beyond them it would get small and thin, and is set in two lines */
  longestName: 20,
  /** several names together are at most this high, so that the first page still shows body text, mm */
  stackHeight: 62,
  /** blank between two names, share of their size */
  stackLead: 0.25,
  /** between the names and 文件, mm */
  stackGap: 5,
} as const
const { size: markSize, sideBlank, narrowest, widestGap, longestName, stackHeight, stackLead, stackGap } = markFitting

/** The parts of a mark: names, and what stands beside all of them. Blanks part the names of a joint issue: 甲 乙 文件, or 甲 乙文件; orders likewise with 令. */
export function partsOfMark(mark: string): { readonly names: readonly string[]; readonly beside: string } {
  const parts = mark.split(/[ \u3000\n]+/u).filter((part) => part !== '')
  const last = parts.at(-1) ?? ''
  const word = /(?:文件|命令|令)$/u.exec(last)?.[0] ?? ''
  if (word === '' || parts.length < 2) return { names: parts, beside: '' }
  if (parts.length === 2 && last === word) return { names: [parts.join('')], beside: '' }
  const name = last.slice(0, -word.length)
  return { names: [...parts.slice(0, -1), ...(name === '' ? [] : [name])], beside: word }
}

/** The red mark, centred, its ink starting at `top`. Returns the bottom of its em box. mm */
export function placeMark(sheet: Sheet, mark: string, top: number, fonts: FontSet, measurer: Measurer, element: number | null): number {
  const { names, beside } = partsOfMark(mark)
  if (names.length > 1) return placeStack(sheet, { names, beside, isSpread: true }, top, fonts, measurer, element)
  if ([...(names[0] ?? '')].length > longestName) {
    return placeStack(sheet, { names: partName(names[0]!, 2), beside: '', isSpread: false }, top, fonts, measurer, element)
  }
  const line = setSingle(measurer.atoms(names[0] ?? '', '小标宋', red))
  if (line.atoms.length === 0) return top + markSize
  const { type, widthPercent } = fitMark(line.width, area.width - sideBlank, markSize)
  const baseline = top + inkAscent(names[0]!, fonts) * type.size
  placeOnBaseline(sheet, line, area.left + (area.width - line.width * type.cell) / 2, baseline, type, widthPercent, element)
  return baseline + (1 - emAscent) * type.size
}

/** Short names are spaced out, long ones condensed to 55 per cent, and only then set smaller. */
function fitMark(chars: number, most: number, size: number): { readonly type: TypeSize; readonly widthPercent: number } {
  const cell = Math.min(size * (1 + widestGap), most / chars)
  if (cell >= size) return { type: { size, cell }, widthPercent: 100 }
  const percent = Math.floor((100 * cell) / size)
  if (percent >= narrowest) return { type: { size, cell }, widthPercent: percent }
  return { type: { size: (100 * cell) / narrowest, cell }, widthPercent: narrowest }
}

type Stack = { readonly names: readonly string[]; readonly beside: string; readonly isSpread: boolean }

/** Names one below the other, the host's first, spread to one width; 文件 right of them, centred on their height. */
function placeStack(
  sheet: Sheet, { names, beside, isSpread }: Stack, top: number, fonts: FontSet, measurer: Measurer, element: number | null,
): number {
  const lines = names.map((name) => setSingle(measurer.atoms(name, '小标宋', red)))
  const longest = Math.max(...lines.map((line) => line.width))
  const size = Math.min(markSize, stackHeight / (names.length + (names.length - 1) * stackLead))
  const besideLine = setSingle(measurer.atoms(beside, '小标宋', red))
  const besideRoom = beside === '' ? 0 : besideLine.width * size * 1.1 + stackGap
  const { type, widthPercent } = fitMark(longest, area.width - sideBlank - besideRoom, size)
  const width = longest * type.cell
  const left = area.left + (area.width - width - besideRoom) / 2
  const step = type.size * (1 + stackLead)
  const first = top + inkAscent(names[0]!, fonts) * type.size
  lines.forEach((line, i) => {
    const indent = isSpread ? 0 : ((longest - line.width) / 2) * type.cell
    placeOnBaseline(sheet, isSpread ? spreadTo(line, longest) : line, left + indent, first + i * step, type, widthPercent, element)
  })
  const bottom = first + (lines.length - 1) * step + (1 - emAscent) * type.size
  if (beside !== '') {
    const middle = (top + bottom) / 2
    const cell = { size, cell: size * 1.1 }
    placeOnBaseline(sheet, besideLine, left + width + stackGap, middle + (emAscent - 0.5) * size, cell, 100, element)
  }
  return bottom
}

/** Characters spread so that the last ends at `width` cells. */
function spreadTo(line: Line, width: number): Line {
  const gaps = line.atoms.length - 1
  if (gaps < 1) return line
  const extra = (width - line.width) / gaps
  return { ...line, offsets: line.offsets.map((x, i) => x + i * extra), width }
}

/** Height of the tallest ink above the baseline, em. Blank above a glyph must not count as part of the 35 mm. */
function inkAscent(text: string, fonts: FontSet): number {
  const { face } = fonts.faces.小标宋
  let highest = Number.NEGATIVE_INFINITY
  for (const char of text) {
    const glyph = face.glyphId(char.codePointAt(0)!)
    // A character from another face stands no higher than its em box.
    const box = glyph === 0 ? null : face.bounds(glyph)
    if (box !== null) highest = Math.max(highest, box.yMax / face.unitsPerEm)
  }
  return Number.isFinite(highest) ? highest : emAscent
}
