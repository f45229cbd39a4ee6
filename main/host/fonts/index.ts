/** Fonts of this machine: source by role and subsetter. The only door of this folder. */
export { bytesOf, type FontFile, type UnreadFont } from './font-file.ts'
export { loadFontSet, type FontSourceOptions, type LoadedFonts } from './source.ts'
export { createSubsetter } from './subset.ts'
