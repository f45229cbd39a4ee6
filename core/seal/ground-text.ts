/** What is printed of the text where a seal may come to lie (印章下的正文): ink, not the bands of lines. Rule S12 of docs/spec/route.md. */
import type { PageBox } from '#core/route'
import type { Page, PlacedGlyph, Region } from '#core/typeset'

export const micrometres = (mm: number): number => Math.round(mm * 1000)

const textParts: readonly Region['name'][] = ['正文', '附件说明', '表格', '插图']
export const isTextPart = (name: Region['name']): boolean => textParts.includes(name)

/** No seal is larger, mm: what lies further above the 署名 is out of its reach. */
const reach = 100

type Box = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }

/** Han keep a little inside of their em; ，、。 fill its lower left quarter; digits and letters are about half of it. */
const inkOf = ({ char, x, y, size }: PlacedGlyph): Box => {
  const [up, down, from, to] = /[，、。．]/u.test(char) ? [0.3, 0.1, 0.05, 0.45] : [0.85, 0.1, 0.03, /[\u2e80-\uffef]/u.test(char) ? 0.97 : 0.5]
  return { left: x + from * size, top: y - up * size, right: x + to * size, bottom: y + down * size }
}

/** Glyphs that follow each other on one line are one box: a record holds lines, not letters. */
const runsOf = (glyphs: readonly PlacedGlyph[]): readonly Box[] => {
  const runs: Box[] = []
  let before: PlacedGlyph | null = null
  for (const glyph of glyphs) {
    if (glyph.char.trim() === '') continue
    const [ink, last] = [inkOf(glyph), runs.at(-1)]
    const follows = last !== undefined && before?.y === glyph.y && before.size === glyph.size && ink.left >= last.left && ink.left - last.right < glyph.size * 0.75
    if (follows) runs[runs.length - 1] = { left: last.left, top: Math.min(last.top, ink.top), right: Math.max(last.right, ink.right), bottom: Math.max(last.bottom, ink.bottom) }
    else runs.push(ink)
    before = glyph
  }
  return runs
}

/** Runs of glyphs, lines of tables and pictures of a page with seals. @param pressed top of its highest 署名, mm */
export const textOn = ({ number, glyphs, rules, images, regions }: Page, pressed: number): readonly PageBox[] => {
  const own = regions.filter(({ name }) => isTextPart(name))
  const isText = (y: number): boolean => own.some((region) => y >= region.y - 0.01 && y <= region.y + region.height + 0.01)
  const boxes: readonly Box[] = [
    // Turned tables have their pages for themselves.
    ...runsOf(glyphs.filter(({ y, turn }) => turn === undefined && isText(y))),
    ...rules.filter(({ y1, y2 }) => isText(y1) && isText(y2)).map(({ x1, y1, x2, y2 }) => ({ left: Math.min(x1, x2), top: Math.min(y1, y2), right: Math.max(x1, x2), bottom: Math.max(y1, y2) })),
    ...images.map(({ x, y, width, height }) => ({ left: x, top: y, right: x + width, bottom: y + height })),
  ]
  return boxes.filter(({ bottom }) => bottom > pressed - reach).map(({ left, top, right, bottom }) =>
    ({ page: number, x: micrometres(left), y: micrometres(top), width: micrometres(right) - micrometres(left), height: micrometres(bottom) - micrometres(top) }))
}
