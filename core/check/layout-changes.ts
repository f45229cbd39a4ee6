/** Changes to a layout, for the examples of page rules. */
import { toMicrometre, type Layout, type Page, type PlacedGlyph, type Region, type Rule } from '#core/typeset'

const onPages = (layout: Layout, change: (page: Page) => Page): Layout => ({ ...layout, pages: layout.pages.map((page) => change(page)) })

/** Moves or changes every glyph inside the regions of a name. */
export const withGlyphs = (layout: Layout, name: Region['name'], change: (glyph: PlacedGlyph) => PlacedGlyph | null): Layout => onPages(layout, (page) => {
  const regions = page.regions.filter((region) => region.name === name)
  const isIn = ({ y }: PlacedGlyph): boolean => regions.some((region) => y >= region.y && y <= region.y + region.height + 0.01)
  return { ...page, glyphs: page.glyphs.flatMap((glyph) => (isIn(glyph) ? (change(glyph) ?? []) : [glyph])) }
})

export const moved = (dx: number, dy = 0) => (glyph: PlacedGlyph): PlacedGlyph => ({ ...glyph, x: toMicrometre(glyph.x + dx), y: toMicrometre(glyph.y + dy) })

/** Takes regions of a name, and what they say, from every page. */
export const withoutRegion = (layout: Layout, name: Region['name']): Layout => onPages(withGlyphs(layout, name, () => null), (page) => ({ ...page, regions: page.regions.filter((region) => region.name !== name) }))

export const withRules = (layout: Layout, change: (rule: Rule) => Rule | null): Layout => onPages(layout, (page) => ({ ...page, rules: page.rules.flatMap((rule) => change(rule) ?? []) }))

export const withSize = (layout: Layout, width: number, height: number): Layout => onPages(layout, (page) => ({ ...page, width, height }))

/** Moves every seal. */
export const withSeals = (layout: Layout, dx: number, dy: number): Layout => {
  const sealPlaces = layout.sealPlaces.map((place) => ({ ...place, x: place.x + dx, y: place.y + dy }))
  return { ...layout, sealPlaces, sealPlace: sealPlaces[0] ?? null }
}

export const same = (layout: Layout): Layout => layout
