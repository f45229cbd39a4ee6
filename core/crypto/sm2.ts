import { weierstrass, type WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { concatBytes, formatErr, ok, toHex, utf8, type FormatError, type Result } from "#core/formats";
import { bytesOf, numberOf, readEcSignature, writeEcSignature, type EcSignature } from "./ec-signature.ts";
import { createSm3 } from "./sm3.ts";

/** Secret random bytes: `n` of them. Time and chance are arguments everywhere in the core. */
export type Entropy = (n: number) => Uint8Array;

/** SM2 key pair: 32-byte private scalar, 65-byte uncompressed point 04‖X‖Y. */
export type Sm2KeyPair = { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array };

/** `id`: the signer's distinguishing identifier (可辨别标识); everything in the field uses the default. */
export type Sm2Options = { readonly id?: string };

/** The identifier that GM/T 0009 prescribes when no other was agreed. */
export const SM2_DEFAULT_ID = "1234567812345678";

const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const CURVE = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  n: N,
  h: 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};
/** For the other files of this folder that compute on the curve. */
export type Sm2Point = WeierstrassPoint<bigint>;

// Scalar blinding would draw from a hidden source of chance. The library's unblinded path is constant-time too, so the
// source is withheld and all entropy stays an argument.
export const Point = weierstrass(CURVE, {
  randomBytes: () => {
    throw new TypeError("no hidden source of chance");
  },
});
const G = Point.BASE;
G.precompute(8);

const ZA_CONSTANTS = concatBytes(...[CURVE.a, CURVE.b, CURVE.Gx, CURVE.Gy].map((value) => bytesOf(value, 32)));

/** A scalar in 1 … n−2 from 40 bytes: the bias of the reduction is below 2^-64. */
export function randomScalar(entropy: Entropy): bigint {
  const bytes = entropy(40);
  if (bytes.length !== 40) throw new RangeError("entropy returned a wrong length");
  return (numberOf(bytes) % (N - 2n)) + 1n;
}

/** A new key pair. */
export function sm2KeyPair(entropy: Entropy): Sm2KeyPair {
  const privateKey = bytesOf(randomScalar(entropy), 32);
  return { privateKey, publicKey: sm2PublicKey(privateKey) };
}

/** The public key of a private one. RangeError when it is not 32 bytes of a number in 1 … n−2 (GM/T 0003.1 §6.1). */
export function sm2PublicKey(privateKey: Uint8Array): Uint8Array {
  return G.multiply(privateScalar(privateKey)).toBytes(false);
}

/** The number of a private key; RangeError when it is none. */
export function privateScalar(privateKey: Uint8Array): bigint {
  const d = numberOf(privateKey);
  if (privateKey.length !== 32 || d < 1n || d > N - 2n) throw new RangeError("not an SM2 private key");
  return d;
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
 * Signs a message, GM/T 0003.2 §6.1. Returns DER (70–72 bytes as a rule).
 * `entropy` must be fresh and secret for every signature: a repeated k gives the private key away.
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

/** Signs e itself (32 bytes), for callers that computed Z and the hash elsewhere. */
export function sm2SignDigest(e: Uint8Array, privateKey: Uint8Array, entropy: Entropy): Uint8Array {
  if (e.length !== 32) throw new RangeError("e must be 32 bytes");
  const d = privateScalar(privateKey);
  const { Fn } = Point;
  // Inverting (1+d) by Euclid's algorithm takes a time that depends on it; a random factor hides it.
  const mask = randomScalar(entropy);
  const inverse = Fn.mul(Fn.inv(Fn.mul(1n + d, mask)), mask);
  for (;;) {
    const k = randomScalar(entropy);
    const { x } = G.multiply(k).toAffine();
    const r = (numberOf(e) + x) % N;
    if (r === 0n || r + k === N) continue;
    const s = Fn.mul(inverse, Fn.sub(k, Fn.mul(r, d)));
    if (s === 0n) continue;
    return writeEcSignature({ r, s });
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
  const key = knownKey(publicKey);
  if (key === undefined) return false;
  const point = key.hasTable ? G.multiplyUnsafe(s).add(key.point.multiplyUnsafe(t)) : G.mulAddUnsafe(s, key.point, t);
  if (point.is0()) return false;
  return (numberOf(e) + point.toAffine().x) % N === r;
}

type KnownKey = { point: Sm2Point; uses: number; hasTable: boolean };

/** A table costs about 47 ms and 0.4 MB: it pays after some thirty uses of one key, and a few dozen are kept. */
const USES_BEFORE_TABLE = 30;
const KEYS_KEPT = 256;
const TABLES_KEPT = 16;
const known = new Map<string, KnownKey>();

/** The point of a key that was met before, or a fresh check that it is on the curve. Least recently used keys go first. */
function knownKey(publicKey: Uint8Array): KnownKey | undefined {
  const name = toHex(publicKey);
  let key = known.get(name);
  if (key === undefined) {
    const point = readSm2Point(publicKey);
    if (!point.ok) return undefined;
    key = { point: point.value, uses: 0, hasTable: false };
  } else known.delete(name);
  known.set(name, key);
  key.uses++;
  if (!key.hasTable && key.uses > USES_BEFORE_TABLE) {
    key.point.precompute(8, false);
    key.hasTable = true;
    dropOldTables();
  }
  if (known.size > KEYS_KEPT) {
    const oldest = known.keys().next().value;
    if (oldest !== undefined) known.delete(oldest);
  }
  return key;
}

function dropOldTables(): void {
  const holders = [...known.values()].filter((key) => key.hasTable);
  for (const key of holders.slice(0, Math.max(0, holders.length - TABLES_KEPT))) {
    key.point = Point.fromAffine(key.point.toAffine());
    key.hasTable = false;
    key.uses = 0;
  }
}

/** A point that is on the curve, or the error sm2.key. */
export function readSm2Point(publicKey: Uint8Array): Result<Sm2Point, FormatError> {
  const bad = () => formatErr("sm2.key", "SM2 公钥不在曲线上或编码不符");
  if (publicKey.length !== 65 || publicKey[0] !== 4) return bad();
  try {
    const point = Point.fromAffine({ x: numberOf(publicKey.subarray(1, 33)), y: numberOf(publicKey.subarray(33)) });
    point.assertValidity();
    return ok(point);
  } catch {
    return bad();
  }
}

/** True for 65 bytes 04‖X‖Y of a point on the SM2 curve. */
export function isSm2PublicKey(publicKey: Uint8Array): boolean {
  return readSm2Point(publicKey).ok;
}
