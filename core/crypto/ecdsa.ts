import { ecdsa, weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from "@noble/curves/misc.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { assertNever, concatBytes, formatErr, ok, type FormatError, type Result } from "#core/formats";
import { digest, type DigestAlgorithm } from "./digest.ts";
import { bytesOf, numberOf, readEcSignature, writeEcSignature, type EcSignature } from "./ec-signature.ts";
import { drawn, type Entropy } from "./sm2-nonce.ts";

/** Curves by the names used in SPKI: those of NIST (FIPS 186-5) and Brainpool (RFC 5639). */
export type EcCurve = "p256" | "p384" | "p521" | "brainpool256" | "brainpool384" | "brainpool512";

function curveOf(name: EcCurve): { readonly curve: typeof p256; readonly length: number } {
  switch (name) {
    case "p256":
      return { curve: p256, length: 32 };
    case "p384":
      return { curve: p384, length: 48 };
    case "p521":
      return { curve: p521, length: 66 };
    case "brainpool256":
      return { curve: brainpoolP256r1, length: 32 };
    case "brainpool384":
      return { curve: brainpoolP384r1, length: 48 };
    case "brainpool512":
      return { curve: brainpoolP512r1, length: 64 };
    default:
      return assertNever(name);
  }
}

/** True for an uncompressed point on the curve, not at infinity. */
export function isEcPublicKey(curveName: EcCurve, point: Uint8Array): boolean {
  const { curve, length } = curveOf(curveName);
  if (point.length !== 2 * length + 1 || point[0] !== 4) return false;
  try {
    curve.Point.fromBytes(point).assertValidity();
    return true;
  } catch {
    return false;
  }
}

/** r‖s, each as long as the order of the curve, BSI TR-03111 §4.1.2. */
function readPlain(value: Uint8Array, length: number): Result<EcSignature, FormatError> {
  if (value.length !== 2 * length) return formatErr("signature.malformed", "签名值编码不合规范");
  return ok({ r: numberOf(value.subarray(0, length)), s: numberOf(value.subarray(length)) });
}

/**
 * True when the ECDSA signature holds for the message: strict DER, or `form: "plain"`. Both low and high s are accepted: X.509
 * and CMS do not restrict it.
 */
export function ecdsaVerify(
  curveName: EcCurve,
  algorithm: DigestAlgorithm,
  message: Uint8Array,
  value: Uint8Array,
  publicKey: Uint8Array,
  form?: "plain",
): boolean {
  const { curve, length } = curveOf(curveName);
  const signature = form === "plain" ? readPlain(value, length) : readEcSignature(value);
  if (!signature.ok || publicKey.length !== 2 * length + 1 || publicKey[0] !== 4) return false;
  const { r, s } = signature.value;
  const order = curve.Point.Fn.ORDER;
  if (r < 1n || r >= order || s < 1n || s >= order) return false;
  try {
    const compact = concatBytes(bytesOf(r, length), bytesOf(s, length));
    return curve.verify(compact, digest(algorithm, message), publicKey, { prehash: false, lowS: false });
  } catch {
    return false;
  }
}

// As in sm2.ts: without a hidden source of chance the library takes its constant-time path without blinding.
const withheld = {
  randomBytes: () => {
    throw new TypeError("no hidden source of chance");
  },
};
const signing = ecdsa(weierstrass(p256.Point.CURVE(), withheld), sha256, withheld);

/** ECDSA P-256 with SHA-256, DER. RangeError: broken entropy. Deterministic nonce of RFC 6979, hedged with 32 bytes of entropy (§3.6). */
export function p256Sign(message: Uint8Array, privateKey: Uint8Array, entropy: Entropy): Uint8Array {
  const compact = signing.sign(digest("sha256", message), privateKey, {
    prehash: false,
    lowS: false,
    extraEntropy: drawn(entropy, 32),
  });
  return writeEcSignature({ r: numberOf(compact.subarray(0, 32)), s: numberOf(compact.subarray(32)) });
}

/** A P-256 key pair: 32-byte scalar, 65-byte uncompressed point. */
export function p256KeyPair(entropy: Entropy): { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array } {
  const privateKey = signing.utils.randomSecretKey(drawn(entropy, 48));
  return { privateKey, publicKey: signing.getPublicKey(privateKey, false) };
}
