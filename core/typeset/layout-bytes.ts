/** A layout as canonical bytes, so that two layouts can be compared and hashed. */
import { encodeCanonical, type CanonicalValue } from '#core/formats'
import type { Layout } from './pages.ts'

const micrometres = (mm: number): number => Math.round(mm * 1000)

/** Canonical bytes with all lengths in whole micrometres. The caller hashes them. */
export function layoutBytes(layout: Layout): Uint8Array {
  return encodeCanonical({
    pages: layout.pages.map((page): CanonicalValue => ({
      number: page.number,
      size: [micrometres(page.width), micrometres(page.height)],
      glyphs: page.glyphs.map((glyph) => [
        glyph.char, glyph.glyphId, glyph.font, glyph.color, micrometres(glyph.x), micrometres(glyph.y), micrometres(glyph.size), glyph.widthPercent ?? 100,
        ...(glyph.turn === undefined ? [] : [glyph.turn]),
        ...(glyph.shaped === undefined ? [] : [glyph.shaped.map(({ glyphId, dx }) => [glyphId, Math.round(dx * 1e6)])]),
      ]),
      rules: page.rules.map((rule) => [
        micrometres(rule.x1), micrometres(rule.y1), micrometres(rule.x2), micrometres(rule.y2), micrometres(rule.width), rule.color,
      ]),
      ...(page.images.length === 0 ? {} : { images: page.images.map((image) => [
        image.hash, micrometres(image.x), micrometres(image.y), micrometres(image.width), micrometres(image.height), image.turn ?? 0,
      ]) }),
    })),
    seal: layout.sealPlace === null
      ? null
      : [layout.sealPlace.page, micrometres(layout.sealPlace.x), micrometres(layout.sealPlace.y), micrometres(layout.sealPlace.diameter)],
  })
}
