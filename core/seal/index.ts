/** seal: seals and their pictures, sealing documents, verifying them (印章、用印、验章). The only door of this folder. */
export { checkPicture, makeSealPicture, sealFace, sealImage, type MadePicture, type PictureFormat, type PictureSource, type SealAppearance } from './picture/index.ts'
export { extendPdf, keywordPlaces, pdfKeywordPlaces, preparePdf, sealPdf, sealPdfTo, type ExtendRequest, type PdfSeam, type PdfSealPlace, type SealBitmap, type SealedPdf, type SealEvidence, type SealLevel, type SealRequest, type TimeStampPort } from './pdf/index.ts'
export { verifyPdf } from './pdf/index.ts'
export { prepareOfd, signOfd, stampOfd, verifyOfd, type OfdSealPlace, type OfdSignRequest, type OfdStampRequest } from './ofd/index.ts'
export {
  buildSeal, buildSealSignature, judgeSealSignature, maySign, readSeal, readSealSignature, verifySeal,
  type Seal, type SealContent, type SealJudgement, type SealPicture, type SealSignature, type SealSignatureRequest, type SealSigners,
} from './ses/index.ts'
export { sealGround } from './ground.ts'
export { sealImpressions, type Impression } from './impressions.ts'
export { verifySealed } from './verify-sealed.ts'
export { coded, stepCode, type ReportStep, type StepCode } from './step-code.ts'
export { overall, type SignatureReport, type VerifyOptions, type VerifyReport, type VerifyVerdict, type VerifyWarning } from './report.ts'
export { verifyLedger, type LedgerVerifyOptions } from './ledger.ts'
export { findSeals, type FoundSeal } from './embedded.ts'
export { checkPrepared, growsFrom, type DeskPreparation, type DeskSight } from './desk/index.ts'
