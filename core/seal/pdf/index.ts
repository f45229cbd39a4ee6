/** Sealing and verifying PDF (PAdES, ETSI EN 319 142-1). */
export { sealPdf, type PdfSealPlace, type SealRequest } from './sign.ts'
export { verifyPdf } from './verify.ts'
