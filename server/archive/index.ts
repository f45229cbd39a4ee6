/** archive: gathers what a package is built from, and keeps it (归档打包). The only door of this folder. */
export { openArchive, type ArchiveServices, type ProcessSheetPort } from './package.ts'
