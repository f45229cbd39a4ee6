/** What belongs together on a line, for all writers. */
import type { PlacedGlyph } from '#core/typeset'

/** Whether a glyph stands on the line of another and looks like it. */
export function continues(first: PlacedGlyph, glyph: PlacedGlyph): boolean {
  return (
    (first.turn === 90 ? first.x === glyph.x : first.y === glyph.y) && first.turn === glyph.turn && first.font === glyph.font &&
    first.size === glyph.size && first.color === glyph.color && first.widthPercent === glyph.widthPercent &&
    (first.shaped === undefined) === (glyph.shaped === undefined)
  )
}

/** What a run of shaped letters draws, one entry a glyph, each at its own place. */
export function partsOf(run: readonly PlacedGlyph[]): readonly PlacedGlyph[] {
  return run.flatMap(({ shaped, ...glyph }) => (shaped ?? []).map(({ glyphId, dx }) => {
    const along = (dx * glyph.size * (glyph.widthPercent ?? 100)) / 100
    return { ...glyph, glyphId, ...(glyph.turn === 90 ? { y: glyph.y - along } : { x: glyph.x + along }) }
  }))
}
