/** seal: seals and their pictures, sealing documents, verifying them (印章、用印、验章). The only door of this folder. */
export { sealImage, sealFace, type SealAppearance } from './picture/index.ts'
export { sealPdf, type PdfSealPlace, type SealRequest } from './pdf/index.ts'
export { verifyPdf } from './pdf/index.ts'
export {
  buildSeal, buildSealSignature, judgeSealSignature, readSeal, readSealSignature, verifySeal,
  type Seal, type SealContent, type SealJudgement, type SealPicture, type SealSignature, type SealSignatureRequest, type SealSigners,
} from './ses/index.ts'
export { overall, type SignatureReport, type VerifyOptions, type VerifyReport, type VerifyVerdict, type VerifyWarning } from './report.ts'
