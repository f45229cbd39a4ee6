/**
 * Page contents that are kept (缓存): an edit changes few pages, and only those are written and packed again. What is kept is
 * a pure function of the page, so the file's bytes are the same whether anything was kept or not.
 */
import { sm3 } from '#core/crypto'
import { toHex } from '#core/formats'
import type { FontKey, Page, PlacedGlyph } from '#core/typeset'
import { pageContent } from './pdf-content.ts'
import { deflated } from './pdf-file.ts'
import { usedBy, type CutFont, type Used } from './pdf-font.ts'
import type { PageTags } from './pdf-structure.ts'
import type { FontSubsetter } from './subsetter.ts'

export type WrittenPage = {
  /** Flate data of the content stream */
  readonly data: Uint8Array
  /** hex SM3 of the data */
  readonly digest: string
}

type Kept = WrittenPage & { readonly page: Page; readonly key: string }

/** By the subsetter, which stands for the fonts whose widths a content reckons with, then by the page's glyphs. */
const kept = new WeakMap<FontSubsetter, WeakMap<readonly PlacedGlyph[], Kept>>()
const used = new WeakMap<readonly PlacedGlyph[], ReadonlyMap<FontKey, Used>>()

export function glyphsUsed(glyphs: readonly PlacedGlyph[]): ReadonlyMap<FontKey, Used> {
  let found = used.get(glyphs)
  if (found === undefined) used.set(glyphs, (found = usedBy(glyphs)))
  return found
}

export function writtenPage(
  page: Page, subsets: FontSubsetter, fonts: ReadonlyMap<FontKey, { readonly name: string; readonly font: CutFont }>, tags: PageTags | null,
): WrittenPage {
  let pages = kept.get(subsets)
  if (pages === undefined) kept.set(subsets, (pages = new WeakMap()))
  const key = tags?.key ?? ''
  const known = pages.get(page.glyphs)
  const isSame = known !== undefined && known.key === key && known.page.rules === page.rules && known.page.images === page.images && known.page.height === page.height
  if (isSame) return known
  const data = deflated(pageContent(page, fonts, tags))
  // The packed form is a quarter as long and says the same.
  const written = { page, key, data, digest: toHex(sm3(data)) }
  pages.set(page.glyphs, written)
  return written
}
