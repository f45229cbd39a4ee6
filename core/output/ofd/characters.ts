/** Which characters a layout shows in which font. */
import { fontRoles, type FontKey, type Page } from '#core/typeset'

/** 〓 stands where no font has the character: a hole in a text goes unseen, and a box says nothing. */
export const missingMark = '〓'

/** What is already known of pages: a document is written again after each edit, and most of its pages are the same. */
const known = new WeakMap<Page, ReadonlyMap<FontKey, ReadonlySet<string>>>()

/** Glyph ids of shaped letters by font, in a fixed order. */
export function shapedOf(pages: readonly Page[]): ReadonlyMap<FontKey, readonly number[]> {
  const sets = new Map<FontKey, Set<number>>()
  for (const page of pages) {
    for (const { font, shaped } of page.glyphs) {
      if (shaped === undefined) continue
      const set = sets.get(font) ?? new Set()
      sets.set(font, set)
      for (const { glyphId } of shaped) set.add(glyphId)
    }
  }
  return new Map([...sets].map(([font, ids]) => [font, [...ids].sort((a, b) => a - b)] as const))
}

function charactersOfPage(page: Page): ReadonlyMap<FontKey, ReadonlySet<string>> {
  const before = known.get(page)
  if (before !== undefined) return before
  const sets = new Map<FontKey, Set<string>>()
  let key: FontKey | undefined
  let set = new Set<string>()
  for (const glyph of page.glyphs) {
    if (glyph.font !== key) {
      key = glyph.font
      const open = sets.get(key)
      if (open === undefined) sets.set(key, (set = new Set()))
      else set = open
    }
    set.add(glyph.glyphId === 0 ? missingMark : glyph.char)
  }
  known.set(page, sets)
  return sets
}

/** Code points by font, both in a fixed order; a character without a glyph asks for 〓. */
export function charactersOf(pages: readonly Page[]): ReadonlyMap<FontKey, readonly number[]> {
  const sets = new Map<FontKey, Set<string>>()
  for (const page of pages) {
    for (const [key, characters] of charactersOfPage(page)) {
      let set = sets.get(key)
      if (set === undefined) sets.set(key, (set = new Set()))
      for (const char of characters) set.add(char)
    }
  }
  const rank = (font: FontKey): number => (fontRoles as readonly string[]).indexOf(font) >>> 0
  const keys = [...sets.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return new Map(keys.map((font) => [font, [...sets.get(font)!].map((char) => char.codePointAt(0)!).sort((a, b) => a - b)] as const))
}
