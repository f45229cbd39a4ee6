import { concatBytes, utf8 } from "#core/formats";
import { bytesOf, numberOf, readEcSignature, writeEcSignature, type EcSignature } from "./ec-signature.ts";
import { sm2Curve } from "./sm2-curve-chosen.ts";
import { SM2 } from "./sm2-curve.ts";
import { drawn, sm2Nonces, type Entropy } from "./sm2-nonce.ts";
import { isBelow } from "./sm2-scalars.ts";
import { createSm3 } from "./sm3.ts";

export type { Entropy };

/** SM2 key pair: 32-byte private scalar, 65-byte uncompressed point 04‖X‖Y. */
export type Sm2KeyPair = { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array };

/** `id`: the signer's distinguishing identifier (可辨别标识), at most 8191 bytes of UTF-8, else RangeError; everything in the field uses the default. */
export type Sm2Options = { readonly id?: string };

/** The identifier that GM/T 0009 prescribes when no other was agreed. */
export const SM2_DEFAULT_ID = "1234567812345678";

const N = SM2.n;
/** Above every private key: n − 1. */
const KEY_LIMIT = bytesOf(N - 1n, 32);
const ZA_CONSTANTS = concatBytes(...[SM2.a, SM2.b, SM2.Gx, SM2.Gy].map((value) => bytesOf(value, 32)));

/** A new key pair, its scalar in 1 … n−2 from 40 bytes: the bias of the reduction is below 2^-64. RangeError: broken entropy. */
export function sm2KeyPair(entropy: Entropy): Sm2KeyPair {
  const privateKey = sm2Curve().scalar(drawn(entropy, 40));
  return { privateKey, publicKey: sm2Curve().base(privateKey) };
}

/** The public key of a private one. RangeError when it is not 32 bytes of a number in 1 … n−2 (GM/T 0003.1 §6.1). */
export function sm2PublicKey(privateKey: Uint8Array): Uint8Array {
  return sm2Curve().base(checkedKey(privateKey));
}

/** The private key itself; RangeError when it is none. */
export function checkedKey(privateKey: Uint8Array): Uint8Array {
  let any = 0;
  for (const byte of privateKey) any |= byte;
  if (privateKey.length !== 32 || any === 0 || !isBelow(privateKey, KEY_LIMIT)) throw new RangeError("not an SM2 private key");
  return privateKey;
}

/** e = SM3(Z ‖ M) of GM/T 0003.2 §5.5, 32 bytes. `publicKey` is 65 bytes and not judged here. */
export function sm2Digest(message: Uint8Array, publicKey: Uint8Array, options: Sm2Options = {}): Uint8Array {
  const id = utf8(options.id ?? SM2_DEFAULT_ID);
  if (id.length > 8191) throw new RangeError("SM2 identifier too long");
  const z = createSm3()
    .update(bytesOf(BigInt(id.length * 8), 2))
    .update(id)
    .update(ZA_CONSTANTS)
    .update(publicKey.subarray(1))
    .digest();
  return createSm3().update(z).update(message).digest();
}

/**
 * Signs a message, GM/T 0003.2 §6.1. Returns DER (70–72 bytes as a rule). RangeError: not a private key, broken entropy.
 * 32 bytes are drawn of `entropy`; the nonce rests on the private key and on e as well (sm2-nonce.ts), so that entropy which comes twice
 * gives nothing away. All three the same give the same signature. `publicKey` spares its computation and goes into Z alone: another one than the key's own gives a signature that nobody accepts, and gives nothing away.
 */
export function sm2Sign(
  message: Uint8Array,
  privateKey: Uint8Array,
  entropy: Entropy,
  options: Sm2Options & { readonly publicKey?: Uint8Array } = {},
): Uint8Array {
  const publicKey = options.publicKey ?? sm2PublicKey(privateKey);
  return sm2SignDigest(sm2Digest(message, publicKey, options), privateKey, entropy);
}

/** Signs e itself (32 bytes), for callers that computed Z and the hash elsewhere. RangeError as for sm2Sign, and for another length. */
export function sm2SignDigest(e: Uint8Array, privateKey: Uint8Array, entropy: Entropy): Uint8Array {
  if (e.length !== 32) throw new RangeError("e must be 32 bytes");
  const d = checkedKey(privateKey);
  const nonces = sm2Nonces(d, e, entropy);
  const signature = signedBy(nonces.next, e, d);
  nonces.end();
  return signature;
}

/** With the nonces that `next` gives, which are wiped. */
export function signedBy(next: () => Uint8Array, e: Uint8Array, d: Uint8Array): Uint8Array {
  for (;;) {
    const k = next();
    const signature = sm2Curve().sign(e, d, k);
    k.fill(0);
    if (signature !== undefined) return writeEcSignature(signature);
  }
}

/** True when the DER signature holds for the message under the key. Malformed signatures and keys are false, never an exception. */
export function sm2Verify(message: Uint8Array, der: Uint8Array, publicKey: Uint8Array, options: Sm2Options = {}): boolean {
  return publicKey.length === 65 && sm2VerifyDigest(sm2Digest(message, publicKey, options), der, publicKey);
}

/** As sm2Verify, but over e (32 bytes) itself. */
export function sm2VerifyDigest(e: Uint8Array, der: Uint8Array, publicKey: Uint8Array): boolean {
  const signature = readEcSignature(der);
  return signature.ok && verifyNumbers(e, signature.value, publicKey);
}

/** Verifies the bare r‖s form (64 bytes) that some vendors' seals carry instead of DER. */
export function sm2VerifyRaw(
  message: Uint8Array,
  raw: Uint8Array,
  publicKey: Uint8Array,
  options: Sm2Options = {},
): boolean {
  if (raw.length !== 64 || publicKey.length !== 65) return false;
  const signature = { r: numberOf(raw.subarray(0, 32)), s: numberOf(raw.subarray(32)) };
  return verifyNumbers(sm2Digest(message, publicKey, options), signature, publicKey);
}

/** GM/T 0003.2 §7.1. */
function verifyNumbers(e: Uint8Array, { r, s }: EcSignature, publicKey: Uint8Array): boolean {
  if (e.length !== 32 || r < 1n || r >= N || s < 1n || s >= N) return false;
  const t = (r + s) % N;
  if (t === 0n) return false;
  return sm2Curve().sumHasX(s, t, publicKey, (((r - numberOf(e)) % N) + N) % N);
}

/** True for 65 bytes 04‖X‖Y of a point on the SM2 curve. */
export function isSm2PublicKey(publicKey: Uint8Array): boolean {
  return sm2Curve().holds(publicKey);
}
