/** Pages that were written before: after an edit only the pages that changed are written anew. */
import { sm3 } from '#core/crypto'
import { packBytes, utf8, type PackedBytes } from '#core/formats'
import type { Page } from '#core/typeset'
import type { FontSubsetter } from '../subsetter.ts'
import { pageXml, type PageParts } from './write-page.ts'

export type WrittenPage = { readonly bytes: Uint8Array; readonly packed: PackedBytes; readonly digest: Uint8Array }

/** By what else enters a page: the subsetter stands for the fonts, `name` for identifiers and the usual size. */
type Known = { readonly name: string; readonly page: WrittenPage }
const known = new WeakMap<FontSubsetter, WeakMap<Page, Known>>()

/** The page as stored. A page object never changes, so the same one with the same surroundings is the same part. */
export function writtenPage(page: Page, subsets: FontSubsetter, parts: PageParts): WrittenPage {
  let pages = known.get(subsets)
  if (pages === undefined) known.set(subsets, (pages = new WeakMap()))
  const name = `${parts.id} ${parts.usual.width} ${parts.usual.height} ${fontsNamed(parts.fonts)} ${page.images.map((image) => parts.images.get(image.hash)).join()}`
  const before = pages.get(page)
  if (before?.name === name) return before.page
  const bytes = utf8(pageXml(page, parts))
  const packed = packBytes(bytes)
  // The packed form is a quarter as long and says the same.
  const written = { bytes, packed, digest: sm3(packed.deflated) }
  pages.set(page, { name, page: written })
  return written
}

const namedFonts = new WeakMap<PageParts['fonts'], string>()

/** All pages of a document share one map. */
function fontsNamed(fonts: PageParts['fonts']): string {
  let name = namedFonts.get(fonts)
  if (name === undefined) namedFonts.set(fonts, (name = [...fonts].map(([key, font]) => `${key} ${font.id}`).join()))
  return name
}
