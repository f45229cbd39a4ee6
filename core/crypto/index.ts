/** Cryptography (密码): SM2, SM3, X.509, CMS. Entropy and time are arguments. The only door of this folder. */
export { createSm3, sm3, sm3Hex, type Sm3 } from "./sm3.ts";
export { hmacSm3 } from "./hmac.ts";
export { sm4Decrypt, sm4Encrypt, type Sm4Cipher } from "./sm4-modes.ts";
export { sm4Open, sm4Seal, type Sm4Aead, type Sm4Sealed } from "./sm4-aead.ts";
export { sm4XtsDecrypt, sm4XtsEncrypt, type Sm4Xts } from "./sm4-xts.ts";
export { digest, DIGEST_OIDS, digestOfOid, type DigestAlgorithm } from "./digest.ts";
export {
  isSm2PublicKey,
  SM2_DEFAULT_ID,
  sm2Digest,
  sm2KeyPair,
  sm2PublicKey,
  sm2Sign,
  sm2SignDigest,
  sm2Verify,
  sm2VerifyDigest,
  sm2VerifyRaw,
  type Entropy,
  type Sm2KeyPair,
  type Sm2Options,
} from "./sm2.ts";
export { sm2Decrypt, sm2Encrypt } from "./sm2-encryption.ts";
export { ecdsaVerify, p256KeyPair, p256Sign, type EcCurve } from "./ecdsa.ts";
export { rsaVerifyPkcs1, rsaVerifyPss, type PssParameters, type RsaPublicKey } from "./rsa.ts";
export { readPem, writePem, type PemBlock } from "./pem.ts";
export { readSm2Pkcs8, readSpki, writeSm2Pkcs8, writeSpki, type PublicKey } from "./public-key.ts";
export {
  checkSignature,
  readSignatureScheme,
  writeSignatureAlgorithm,
  type SignatureAlgorithm,
  type SignatureCheck,
  type SignatureScheme,
} from "./signature-scheme.ts";
export { p256MessageSigner, sm2MessageSigner, type MessageSigner, type Signer } from "./signer.ts";
export { signCanonical, signedBytes, verifyCanonicalSignature } from "./signed.ts";
export { readName, sameName, writeName, type Name, type NamePart } from "./name.ts";
export { KEY_USAGES, readCertificate, type Certificate, type KeyUsage } from "./certificate.ts";
export { buildCertificate, type CertificateContent } from "./certificate-build.ts";
export {
  buildRevocationList,
  readRevocationList,
  type RevocationList,
  type RevocationListContent,
} from "./crl.ts";
export type { Revocation, RevocationReason } from "./revocation.ts";
export type { RevocationSource, RevocationStatus } from "./revocation-status.ts";
export { revocationAt } from "./crl-judge.ts";
export { readOcspResponse, type OcspAnswer, type OcspResponse } from "./ocsp.ts";
export { ocspStatusAt } from "./ocsp-judge.ts";
export { buildOcspResponse, type OcspResponseContent } from "./ocsp-build.ts";
export { answerOcspRequest, buildOcspRequest, readOcspRequest, requestOcsp, type OcspAsking, type OcspRequest } from "./ocsp-client.ts";
export {
  validateChain,
  verifySignedBy,
  type ChainOptions,
  type ChainVerdict,
  type RevocationEvidence,
  type CheckStep,
} from "./chain.ts";
export {
  CMS,
  readSignedData,
  type CmsAttribute,
  type CmsSigner,
  type SignedData,
  type SignerName,
} from "./cms.ts";
export { timeStampOf, verifyCmsSigner, type CmsVerdict } from "./cms-verify.ts";
export type { DetachedContent } from "./cms-content.ts";
export { buildGmSignedData, type GmShape, type GmSignature } from "./gm-signed-data.ts";
export { buildDetachedCms, digestOfAlgorithm, signedAttributes, type DetachedSignature } from "./cms-build.ts";
export { buildTimeStampRequest, readTimeStamp, verifyTimeStamp, type TimeStamp } from "./timestamp.ts";
export type { GetPort, PostPort } from "./http-port.ts";
export { fetchRevocation, type FetchedRevocation, type RevocationAsking, type RevocationQuestion } from "./revocation-fetch.ts";
export { requestTimeStamp, type TimeStampAsking } from "./tsa-client.ts";
export { buildTimeStampReply, type TimeStampAuthority } from "./tsa.ts";
export { createAuthority, resumeAuthority, type AuthorityKey, type CertificateProfile, type EmbeddedAuthority } from "./embedded-authority.ts";
