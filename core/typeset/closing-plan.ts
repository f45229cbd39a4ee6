/** The arithmetic of a closing, apart from its drawing. */

/** Where the lines of a closing stand: lefts in cells from the 版心's left edge, tops in mm below the text. */
export type Plan = {
  readonly signatures: readonly { readonly left: number; readonly top: number }[]
  readonly date: { readonly left: number; readonly top: number }
  /** x in mm on the page, y in mm below the text; one for each signature, or none */
  readonly seals: readonly { readonly x: number; readonly y: number; readonly diameter: number }[]
}

/** Width in cells and number of lines of one 署名. */
export type SignatureSize = { readonly width: number; readonly lines: number }
