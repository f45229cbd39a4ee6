/** Files of our own writer, for the tests of the PDF/A checker: text, a table, a picture, tags. */
import { zlibSync } from 'fflate'
import { pagesToPdf } from '#core/output'
import { black, red, type Page, type PlacedGlyph, type StructureElement } from '#core/typeset'
import { createSubsetter, loadFontSet } from '#main/host'

const { fonts, files } = await loadFontSet({ system: false })
const subsets = createSubsetter(files)

const glyphs = (text: string, x: number, y: number, turn?: 90): PlacedGlyph[] =>
  [...text].map((char, i) => ({
    char, size: 5.644, font: '仿宋', color: black, glyphId: fonts.faces.仿宋.face.glyphId(char.codePointAt(0)!),
    x: turn === 90 ? x : x + 5.571 * i, y: turn === 90 ? y - 5.571 * i : y, ...(turn === undefined ? {} : { turn }),
  }))

/** A PNG of two pixels, one of them half transparent. */
const png = ((): Uint8Array => {
  const chunk = (type: string, body: Uint8Array): Uint8Array => {
    const bytes = new Uint8Array(12 + body.length)
    new DataView(bytes.buffer).setUint32(0, body.length)
    bytes.set(new TextEncoder().encode(type), 4)
    bytes.set(body, 8)
    return bytes
  }
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), chunk('IHDR', Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 1, 8, 6, 0, 0, 0)),
    chunk('IDAT', zlibSync(Uint8Array.of(0, 200, 0, 0, 255, 0, 0, 200, 128))), chunk('IEND', new Uint8Array()),
  ]
  return Uint8Array.from(parts.flatMap((part) => [...part]))
})()

const structure: readonly StructureElement[] = [
  { role: 'H1', parent: null }, { role: 'Figure', parent: null, alt: '示意' }, { role: 'Table', parent: null }, { role: 'TR', parent: 2 },
  { role: 'TH', parent: 3 }, { role: 'TD', parent: 3 }, { role: 'P', parent: null },
]
const text = [glyphs('一、总则', 28, 40), glyphs('项目', 30, 160), glyphs('12.5', 90, 160), glyphs('名字里有𠮷和龘', 28, 180), glyphs('竖排', 170, 200, 90)]
const start = (i: number): number => text.slice(0, i).flat().length
const mark = (element: number, i: number) => ({ element, from: start(i), to: start(i + 1) })
const page: Page = {
  number: 1, width: 210, height: 297, regions: [], glyphs: text.flat(),
  rules: [{ x1: 28, y1: 150, x2: 184, y2: 150, width: 0.35, color: red }, { x1: 80, y1: 150, x2: 80, y2: 170, width: 0.35, color: black }],
  images: [{ x: 60, y: 60, width: 80, height: 40, name: '图.png', hash: 'ab', mediaType: 'image/png' }],
  marks: [mark(0, 0), { element: 1, image: 0 }, mark(4, 1), mark(5, 2), mark(6, 3)],
}

export const writtenPdf = (tags: 'tagged' | 'plain'): Promise<Uint8Array> =>
  pagesToPdf([page, { ...page, number: 2 }], {
    title: '关于<规范>的通知', author: '某局', date: '2026-11-24', docId: 'pdfa', subsets, pictures: () => png, ...(tags === 'tagged' ? { structure } : {}),
  })
