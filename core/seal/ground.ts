/** What the pages say about their seals (用印依据), read from the glyphs that are on them. GB/T 9704-2012 §7.3.5.1 */
import type { PageBox, RulePlace, SealGround } from '#core/route'
import { linePitch, paper, type Layout, type Page, type PlacedGlyph, type Region, type SealPlace } from '#core/typeset'
import { isTextPart, micrometres, textOn } from './ground-text.ts'

const em = { ascent: 0.88, descent: 0.12 } as const

/** The glyphs of a region, upright ones only; without a region of the name, none. */
const glyphsIn = ({ glyphs, regions }: Page, name: Region['name']): readonly PlacedGlyph[] => {
  const own = regions.filter((region) => region.name === name)
  return glyphs.filter((glyph) => glyph.turn === undefined && own.some(({ y, height }) => glyph.y >= y - 0.01 && glyph.y <= y + height + 0.01))
}

/** Han fill their em; digits and dashes are about half of it. */
const widthOf = ({ char, size }: PlacedGlyph): number => size * (/[\u2e80-\uffef]/u.test(char) ? 1 : 0.5)

const boxOf = (page: number, glyphs: readonly PlacedGlyph[]): PageBox | null => {
  if (glyphs.length === 0) return null
  const left = Math.min(...glyphs.map((glyph) => glyph.x))
  const top = Math.min(...glyphs.map(({ y, size }) => y - em.ascent * size))
  const right = Math.max(...glyphs.map((glyph) => glyph.x + widthOf(glyph)))
  const bottom = Math.max(...glyphs.map(({ y, size }) => y + em.descent * size))
  return { page, x: micrometres(left), y: micrometres(top), width: micrometres(right - left), height: micrometres(bottom - top) }
}

/** The seal that a glyph of a 署名 belongs to: of the next row below its top, the nearest across. */
const ownerOf = ({ x, y, size }: PlacedGlyph, seals: readonly SealPlace[]): SealPlace | undefined => {
  const row = Math.min(...seals.filter((seal) => seal.y >= y - em.ascent * size - 0.5).map((seal) => seal.y))
  return seals.filter((seal) => seal.y === row).toSorted((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0]
}

/** Lower edge of what stands above the seals of the first row: they keep within one line of it. */
const textBottomOf = ({ regions }: Page, seal: SealPlace): number | null => {
  const above = regions.filter(({ name, y }) => isTextPart(name) && y < seal.y).map(({ y, height }) => y + height)
  return above.length === 0 ? null : micrometres(Math.max(...above))
}

/** Undefined when the pages have no place for a seal. */
export const sealGround = ({ pages, sealPlaces }: Pick<Layout, 'pages' | 'sealPlaces'>): SealGround | undefined => {
  const [first] = sealPlaces
  if (first === undefined) return undefined
  const places = sealPlaces.map((seal, nth): RulePlace => {
    const page = pages[seal.page - 1]
    const glyphs = page === undefined ? [] : glyphsIn(page, '署名')
    const isLast = nth === sealPlaces.length - 1
    // The date is on the last line, below the last 署名.
    const lastLine = Math.max(...glyphs.map((glyph) => glyph.y))
    const dated = pages[(sealPlaces.at(-1) ?? first).page - 1] === page
    const [names, date] = [glyphs.filter(({ y }) => !dated || y < lastLine), isLast ? glyphs.filter(({ y }) => y === lastLine) : []]
    const onPage = sealPlaces.filter((other) => other.page === seal.page)
    const isFirstRow = seal.page === first.page && seal.y === first.y
    return {
      page: seal.page, x: micrometres(seal.x), y: micrometres(seal.y), diameter: micrometres(seal.diameter),
      name: boxOf(seal.page, names.filter((glyph) => ownerOf(glyph, onPage) === seal)), date: boxOf(seal.page, date),
      textBottom: page !== undefined && isFirstRow ? textBottomOf(page, seal) : null,
    }
  })
  const clear = pages.flatMap((page) => [
    ...page.regions.flatMap(({ name, x, y, width, height }) => name === '版头' || name === '版记'
      ? [{ page: page.number, part: name, x: micrometres(x), y: micrometres(y), width: micrometres(width), height: micrometres(height) }] : []),
    ...[boxOf(page.number, glyphsIn(page, '页码'))].flatMap((box) => box === null ? [] : [{ ...box, part: '页码' as const }]),
  ])
  const text = pages.flatMap((page) => {
    const own = places.filter((place) => place.page === page.number)
    // A seal has to press 署名 or 成文日期; where there are none, it may stand as high as the page.
    const pressed = own.flatMap(({ name, date }) => [name, date]).flatMap((box) => box === null ? [] : [box.y / 1000])
    return own.length === 0 ? [] : textOn(page, pressed.length === 0 ? 0 : Math.min(...pressed))
  })
  return { paper: { width: micrometres(paper.width), height: micrometres(paper.height) }, line: micrometres(linePitch), places, clear, text }
}
