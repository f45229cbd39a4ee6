/** Cryptography (密码): SM2, SM3, X.509, CMS. Entropy and time are arguments. The only door of this folder. */
export { createSm3, sm3, sm3Hex, type Sm3 } from "./sm3.ts";
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
