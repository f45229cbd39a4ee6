/** The port for font subsets: core decides what is needed, the host's subsetter cuts it out of the font. */
import type { FontKey } from '#core/typeset'

export type FontSubset = {
  /** a TrueType font with `glyf` outlines, cmap, OS/2 and name, holding at least the asked code points that the face has */
  readonly bytes: Uint8Array
  /** family of the face it was cut from */
  readonly family: string
}

export type FontSubsetter = {
  /** The same key and code points must give the same bytes. */
  subset(key: FontKey, codePoints: readonly number[]): Promise<FontSubset>
}
