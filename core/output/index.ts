/** output: pages → SVG and PDF; the process sheet (发文处理单). The only door of this folder. */
export { pageParts, pageToSvg, type SvgOptions } from './svg.ts'
export { pagesToPdf, type PdfOptions } from './pdf.ts'
export type { PdfMetadata } from './pdf-metadata.ts'
export { checkPdfA, type PdfACheck, type PdfAFinding } from './pdfa/index.ts'
export type { FontSubset, FontSubsetter } from './subsetter.ts'
export { processSheetPages } from './process-sheet.ts'
export { sheetBoxes, type ProcessSheet, type SheetBox, type SheetOpinion } from './process-sheet-value.ts'
export {
  findOfdFile, layoutToOfd, ofdFolder, ofdPageBox, ofdPageToSvg, openOfdPackage, readOfd, readOfdPage, readOfdPart, resolveOfdLocation, type OfdBox, type OfdDocument,
  type OfdFiles, type OfdInfo, type OfdOptions, type OfdOutline, type OfdPage, type OfdPart, type OfdShape, type OfdSignature,
  type OfdSource, type OfdStamp, type OfdSvgOptions, type OfdWarning, type SealPicture,
} from './ofd/index.ts'
export { documentToDocx, textToDocx, type DocxOptions } from './docx/write.ts'
export { readDocx, type DocxReading } from './docx/read.ts'
export type { Repair as DocxRepair } from './docx/repairs.ts'
export { readPng, type PngPixels } from './pdf-png.ts'
