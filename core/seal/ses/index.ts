/** Electronic seals by GB/T 38540 and GM/T 0031 (电子印章): read, make, sign with, verify. */
export { readSeal } from './read-seal.ts'
export { readSealSignature } from './read-signature.ts'
export { buildSeal, buildSealSignature, sealSignatureOctets, type SealContent, type SealSignatureRequest } from './build.ts'
export { judgeSealSignature, maySign, type SealJudgement } from './judge-signature.ts'
export { verifySeal } from './verify-seal.ts'
export type { Seal, SealExtension, SealPicture, SealSignature, SealSigners, SealTime, SealVersion } from './seal.ts'
