/** Fonts of this machine: source by role and subsetter. The only door of this folder. */
export { bytesOf, loadFontSet, type FontFile, type FontSourceOptions, type LoadedFonts, type UnreadFont } from './source.ts'
export { createSubsetter } from './subset.ts'
