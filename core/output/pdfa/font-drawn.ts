/** Widths of Type 3 fonts: what a glyph's procedure says against the font dictionary. ISO 19005-2 §6.2.11.5, ISO 32000-1 §9.6.5 */
import type { PdfFile } from './file.ts'
import { differencesOf, type FontUse } from './font-use.ts'
import { readValue, type Cursor } from './syntax.ts'
import { isArray, isStream, isWord, numberOf, Unreadable } from './values.ts'

const tolerance = 1.01

export function checkDrawnWidths(file: PdfFile, use: FontUse): void {
  const names = differencesOf(file, use.font)
  const drawings = file.dict(use.font.entries.get('CharProcs'))
  const widths = file.resolve(use.font.entries.get('Widths'))
  const first = numberOf(file.resolve(use.font.entries.get('FirstChar'))) ?? 0
  const matrix = file.resolve(use.font.entries.get('FontMatrix'))
  const scale = Math.abs((isArray(matrix) ? numberOf(file.resolve(matrix.items[0])) : undefined) ?? 0.001) * 1000
  for (const code of use.rendered) {
    const procedure = file.resolve(drawings?.entries.get(names.get(code) ?? ''))
    const stated = isArray(widths) ? numberOf(file.resolve(widths.items[code - first])) : undefined
    const data = isStream(procedure) ? file.decode(procedure) : null
    const own = data === null ? null : drawnWidth(file, data)
    if (stated !== undefined && own !== null && Math.abs(stated - own) * scale > tolerance) file.report.add('6.2.11.5', 'glyph-width', 'Type 3 字体的字宽与字形过程不一致')
  }
}

/** The first operand of d0 or d1, which come first. */
function drawnWidth(file: PdfFile, data: Uint8Array): number | null {
  const cursor: Cursor = { bytes: data, at: 0, report: null, references: 'none', budget: file.budget }
  try {
    const width = readValue(cursor)
    for (let i = 0; i < 6; i++) {
      const value = readValue(cursor)
      if (isWord(value)) return (value.word === 'd0' || value.word === 'd1') && typeof width === 'number' ? width : null
    }
  } catch (problem) {
    if (!(problem instanceof Unreadable) || problem.code === 'too-large') throw problem
  }
  return null
}
