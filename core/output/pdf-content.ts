/** Content streams: rules and glyph runs in page order. ISO 32000-1 §9.4 */
import type { Color, FontKey, Page, PlacedGlyph } from '#core/typeset'
import type { PdfFont } from './pdf-font.ts'
import { runsOf } from './svg.ts'

/** mm → pt */
export const points = 72 / 25.4

/** The operators of one page. */
export function pageContent(page: Page, fonts: ReadonlyMap<FontKey, PdfFont>): string {
  const parts: string[] = []
  for (const rule of page.rules) {
    parts.push(
      `${colour(rule.color)} RG ${short(rule.width * points)} w ` +
        `${short(rule.x1 * points)} ${short((page.height - rule.y1) * points)} m ` +
        `${short(rule.x2 * points)} ${short((page.height - rule.y2) * points)} l S`,
    )
  }
  parts.push('BT')
  let look = ''
  for (const run of runsOf(page.glyphs)) {
    const first = run[0]!
    const font = fonts.get(first.font)
    if (font === undefined) continue
    const next = `${colour(first.color)} rg /${font.name} ${short(first.size * points)} Tf ${first.widthPercent ?? 100} Tz`
    if (next !== look) parts.push(next)
    look = next
    const text = runOperators(run, font, page.height)
    if (text !== '') parts.push(text)
  }
  parts.push('ET')
  return `${parts.join('\n')}\n`
}

/** One run: a text matrix, then glyphs with the corrections that bring each to its place. */
function runOperators(run: readonly PlacedGlyph[], font: PdfFont, pageHeight: number): string {
  const size = run[0]!.size * points
  const scale = (run[0]!.widthPercent ?? 100) / 100
  let text = ''
  let pen = 0
  let origin: number | null = null
  let isOpen = false
  for (const glyph of run) {
    const id = font.glyphOf(glyph.char)
    // Not even a mark for missing characters: conforming files must not show .notdef.
    if (id === 0) continue
    const x = glyph.x * points
    if (origin === null) {
      origin = x
      pen = x
      text = `1 0 0 1 ${short(x)} ${short((pageHeight - glyph.y) * points)} Tm [`
    }
    // Tenths of a thousandth of an em: far below a micrometre, and corrected against the running sum, so nothing drifts.
    const correction = Math.round(((pen - x) / (size * scale)) * 10_000) / 10
    if (correction !== 0) {
      if (isOpen) text += '>'
      text += String(correction)
      isOpen = false
      pen -= (correction / 1000) * size * scale
    }
    if (!isOpen) text += '<'
    isOpen = true
    text += id.toString(16).padStart(4, '0')
    pen += (font.widthOf(id) / 1000) * size * scale
  }
  return origin === null ? '' : `${text}>] TJ`
}

function colour(color: Color): string {
  return [1, 3, 5].map((at) => short(Number.parseInt(color.slice(at, at + 2), 16) / 255)).join(' ')
}

/** A number with at most four decimals and no trailing zeros. */
export function short(value: number): string {
  return String(Math.round(value * 10_000) / 10_000)
}
