/** seal: the picture of a seal, sealing a PDF, verifying sealed PDFs (印章、用印、验章). The only door of this folder. */
export { sealImage, sealFace, type SealAppearance } from './picture/index.ts'
export { sealPdf, type PdfSealPlace, type SealRequest } from './pdf/index.ts'
export { verifyPdf } from './pdf/index.ts'
export { overall, type SignatureReport, type VerifyOptions, type VerifyReport, type VerifyVerdict, type VerifyWarning } from './report.ts'
