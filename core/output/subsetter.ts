/** The port for font subsets: core decides what is needed, the host's subsetter cuts it out of the font. */
import type { FontKey } from '#core/typeset'

export type FontSubset = {
  /** a TrueType font with `glyf` outlines, cmap, OS/2 and name, holding at least the asked code points that the face has */
  readonly bytes: Uint8Array
  /** family of the face it was cut from */
  readonly family: string
}

export type FontSubsetter = {
  /**
   * The same key, code points and further needs must give the same bytes. With `glyphs` (ids of the whole font) these are held too, and
   * all glyphs keep their ids; with `rules` the font keeps what it says of the forms of letters, for a program that sets the text itself.
   */
  subset(key: FontKey, codePoints: readonly number[], more?: { readonly glyphs: readonly number[] } | 'rules'): Promise<FontSubset>
}
