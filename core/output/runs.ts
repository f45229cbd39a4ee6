/** What belongs together on a line, for all writers. */
import type { PlacedGlyph } from '#core/typeset'

/** Whether a glyph stands on the line of another and looks like it. */
export function continues(first: PlacedGlyph, glyph: PlacedGlyph): boolean {
  return (
    (first.turn === 90 ? first.x === glyph.x : first.y === glyph.y) && first.turn === glyph.turn && first.font === glyph.font &&
    first.size === glyph.size && first.color === glyph.color && first.widthPercent === glyph.widthPercent
  )
}
