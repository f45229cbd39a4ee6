/** Where words stand on the pages of an OFD (关键字定位). */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { readOfdPage, type OfdDocument, type OfdShape } from '#core/output'

/** Centre of the words; page from 1, mm in the page's own space. */
export type KeywordHit = { readonly page: number; readonly x: number; readonly y: number }

type Matrix = Extract<OfdShape, { kind: 'group' }>['transform']
/** One character with the middle of its box on the page. */
type Placed = { readonly character: string; readonly x: number; readonly y: number }

/** From the baseline to the middle of a Chinese character, in parts of the font size. */
const MIDDLE = 0.38

/**
 * Every occurrence in the order of pages and of drawing; white space counts for nothing on either side, and the words may run over
 * several text objects. Errors: seal.keyword (empty), and those of reading a page.
 */
export const findKeyword = (document: OfdDocument, text: string): Result<readonly KeywordHit[], FormatError> => {
  const wanted = [...text.replaceAll(/\s/gu, '')]
  if (wanted.length === 0) return formatErr('seal.keyword', '关键字是空的')
  const hits: KeywordHit[] = []
  for (let index = 0; index < document.pages.length; index++) {
    const page = readOfdPage(document, index)
    if (!page.ok) return page
    const placed: Placed[] = []
    collect(page.value.shapes, [1, 0, 0, 1, 0, 0], placed)
    for (let at = 0; at + wanted.length <= placed.length; at++) {
      if (!wanted.every((character, offset) => placed[at + offset]!.character === character)) continue
      const [first, last] = [placed[at]!, placed[at + wanted.length - 1]!]
      hits.push({ page: index + 1, x: (first.x + last.x) / 2, y: (first.y + last.y) / 2 })
      at += wanted.length - 1
    }
  }
  return ok(hits)
}

const collect = (shapes: readonly OfdShape[], matrix: Matrix, into: Placed[]): void => {
  for (const shape of shapes) {
    if (shape.kind === 'group') collect(shape.shapes, multiply(matrix, shape.transform), into)
    if (shape.kind !== 'text') continue
    for (const glyph of shape.glyphs) {
      const characters = [...glyph.text].filter((character) => !/\s/u.test(character))
      characters.forEach((character, nth) => {
        // Several characters of one glyph share its width.
        const x = glyph.x + ((nth + 0.5) / characters.length) * shape.size * shape.horizontalScale * (isWide(character) ? 1 : 0.5)
        const y = glyph.y - shape.size * MIDDLE
        into.push({ character, x: matrix[0] * x + matrix[2] * y + matrix[4], y: matrix[1] * x + matrix[3] * y + matrix[5] })
      })
    }
  }
}

const isWide = (character: string): boolean => character.codePointAt(0)! >= 0x2e80

const multiply = (outer: Matrix, inner: Matrix): Matrix => {
  const [a, b, c, d, e, f] = outer
  const [p, q, r, s, t, u] = inner
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f]
}
