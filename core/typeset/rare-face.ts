/**
 * Faces of rare Han characters (生僻字): their metrics are known before anyone reads the file, so that a document without such a
 * character costs nothing, and one with a single name in it a few hundred kilobytes.
 */
import type { FontFace } from './font.ts'

/** First and last code point; which Extension of the CJK Unified Ideographs it belongs to, and the how manieth of how many blocks it is there. */
export type RareBlock = { readonly first: number; readonly last: number; readonly extension: string; readonly nth: number; readonly of: number }

const blockSize = 0x400

/** Extension B–F, as far as GB 18030-2022 implementation level 3 asks for them: first and last code points. */
const extensions = { B: [0x20000, 0x2a6d6], C: [0x2a700, 0x2b734], D: [0x2b740, 0x2b81d], E: [0x2b820, 0x2cea1], F: [0x2ceb0, 0x2ebe0] } as const

export const rareBlocks: readonly RareBlock[] = Object.entries(extensions).flatMap(([extension, [start, end]]) => {
  const of = Math.ceil((end - start + 1) / blockSize)
  return Array.from({ length: of }, (_, i) => {
    const first = start + i * blockSize
    return { first, last: Math.min(first + blockSize - 1, end), extension, nth: i + 1, of }
  })
})

const unitsPerEm = 1024

/**
 * The face of the block that begins with a code point. Every character fills an em. Glyph ids are places in the block and not in the
 * file: writers find the file's own by code point. No outlines are known, so no glyph has bounds.
 */
export function rareFace(first: number): FontFace {
  const last = rareBlocks.find((block) => block.first === first)?.last ?? -1
  return {
    unitsPerEm,
    ascender: 912,
    descender: -169,
    capHeight: 737,
    weightClass: 500,
    box: { xMin: -36, yMin: -169, xMax: 1037, yMax: 912 },
    glyphCount: blockSize + 1,
    outlines: 'glyf',
    glyphId: (codePoint) => (codePoint >= first && codePoint <= last ? codePoint - first + 1 : 0),
    advance: () => unitsPerEm,
    bounds: () => null,
  }
}
