/**
 * Faces of rare Han characters (生僻字): their metrics are known before anyone reads the file, so that a document without such a
 * character costs nothing, and one with a single name in it a few hundred kilobytes.
 */
import type { FontFace } from './font.ts'

/** CJK Unified Ideographs Extension B–F, as far as GB 18030-2022 implementation level 3 asks for them. First and last code points. */
const extensions: readonly (readonly [number, number])[] = [[0x20000, 0x2a6d6], [0x2a700, 0x2b734], [0x2b740, 0x2b81d], [0x2b820, 0x2cea1], [0x2ceb0, 0x2ebe0]]

/** Blocks of 4,096 code points, named by what stands before their last three hexadecimal digits. */
export const rareBlocks: readonly number[] = Array.from({ length: 0x2f - 0x20 }, (_, i) => 0x20 + i)

const unitsPerEm = 1024

/**
 * The face of one block. Every character fills an em. Glyph ids are places in the block and not in the file: writers find the
 * file's own by code point. No outlines are known, so no glyph has bounds.
 */
export function rareFace(block: number): FontFace {
  return {
    unitsPerEm,
    ascender: 912,
    descender: -169,
    capHeight: 737,
    weightClass: 500,
    box: { xMin: -36, yMin: -169, xMax: 1037, yMax: 912 },
    glyphCount: 0x1001,
    outlines: 'glyf',
    glyphId: (codePoint) => (codePoint >>> 12 === block && extensions.some(([first, last]) => codePoint >= first && codePoint <= last) ? (codePoint & 0xfff) + 1 : 0),
    advance: () => unitsPerEm,
    bounds: () => null,
  }
}
