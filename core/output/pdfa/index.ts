/** A checker for PDF/A-2b (ISO 19005-2:2011). */
export { checkPdfA, type PdfACheck } from './check.ts'
export type { PdfAFinding } from './finding.ts'
