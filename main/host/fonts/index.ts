/** Fonts of this machine: source by role and subsetter. The only door of this folder. */
export { loadFontSet, type FontFile, type FontSourceOptions, type LoadedFonts } from './source.ts'
export { createSubsetter } from './subset.ts'
