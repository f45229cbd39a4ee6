/** typeset: document + font metrics → pages of placed glyphs (排版). The only door of this folder. */
export { readFont, type FontFace, type GlyphBounds } from './font.ts'
export {
  black, faceOf, fontRoles, placeholderGrey, red, toMicrometre,
  type Anchor, type Color, type FallbackKey, type FontKey, type FontRole, type FontSet, type Layout, type LayoutWarning, type LineAnchor, type Mark, type Page, type PlacedGlyph, type PlacedImage, type ShapedPart, type Region,
  type Rule, type SealPlace, type StructureElement, type StructureRole,
} from './pages.ts'
export { rareBlocks, rareFace, type RareBlock } from './rare-face.ts'
export { area, charsPerLine, lead, linePitch, linesPerPage, page as paper, pt, sizeOf, type2, type3, type4, type TypeSize } from './grid.ts'
export { breakLines, setSingle, type Line, type Measure } from './lines.ts'
export { createMeasurer, widthOf, type Atom, type Measurer } from './measure.ts'
export { breakTitle } from './title-breaks.ts'
export { typeset, typesetText } from './typeset.ts'
export { createTypesetter, type HeadlessText, type Typesetter, type TypesetOptions } from './typesetter.ts'
export { layoutBytes } from './layout-bytes.ts'
export { placeLine, type Sheet } from './sheets.ts'
export { markFitting, partsOfMark } from './mark.ts'
export { partName } from './names.ts'
export { signaturesOf } from './closing.ts'
export { signerColumns } from './signers.ts'
