import {
  assertNever,
  formatErr,
  isContext,
  nullValue,
  oid,
  ok,
  readOid,
  readSequence,
  readSmallInteger,
  sequence,
  type DerNode,
  type FormatError,
  type Result,
} from "#core/formats";
import { digestOfOid, type DigestAlgorithm } from "./digest.ts";
import { ecdsaVerify } from "./ecdsa.ts";
import { eddsaVerify, type EdwardsCurve } from "./eddsa.ts";
import type { PublicKey } from "./public-key.ts";
import { rsaVerifyPkcs1, rsaVerifyPss, type PssParameters } from "./rsa.ts";
import { sm2Verify } from "./sm2.ts";

/**
 * How a signature value is to be checked. `digest` is absent where the identifier names only the key algorithm
 * (CMS often says just rsaEncryption or ecPublicKey) and the digest is told elsewhere.
 */
export type SignatureScheme =
  | { readonly kind: "sm2" }
  | { readonly kind: "rsa-pkcs1"; readonly digest: DigestAlgorithm | undefined }
  | ({ readonly kind: "rsa-pss" } & PssParameters)
  /** `form`: r‖s instead of DER, as BSI TR-03111 has it */
  | { readonly kind: "ecdsa"; readonly digest: DigestAlgorithm | undefined; readonly form?: "plain" }
  | { readonly kind: "eddsa"; readonly curve: EdwardsCurve }
  | { readonly kind: "unknown"; readonly oid: string };

/** The algorithms that the product signs with. */
export type SignatureAlgorithm = "sm2-sm3" | "rsa-sha256" | "ecdsa-p256-sha256";

const FIXED: Readonly<Record<string, SignatureScheme>> = {
  "1.2.156.10197.1.501": { kind: "sm2" },
  "1.2.156.10197.1.301": { kind: "sm2" },
  "1.2.156.10197.1.301.1": { kind: "sm2" },
  "1.2.156.10197.1.504": { kind: "rsa-pkcs1", digest: "sm3" },
  "1.2.840.113549.1.1.1": { kind: "rsa-pkcs1", digest: undefined },
  "1.2.840.113549.1.1.5": { kind: "rsa-pkcs1", digest: "sha1" },
  "1.2.840.113549.1.1.11": { kind: "rsa-pkcs1", digest: "sha256" },
  "1.2.840.113549.1.1.12": { kind: "rsa-pkcs1", digest: "sha384" },
  "1.2.840.113549.1.1.13": { kind: "rsa-pkcs1", digest: "sha512" },
  "1.2.840.113549.1.1.14": { kind: "rsa-pkcs1", digest: "sha224" },
  "1.3.14.3.2.29": { kind: "rsa-pkcs1", digest: "sha1" },
  "2.16.840.1.101.3.4.3.13": { kind: "rsa-pkcs1", digest: "sha3-224" },
  "2.16.840.1.101.3.4.3.14": { kind: "rsa-pkcs1", digest: "sha3-256" },
  "2.16.840.1.101.3.4.3.15": { kind: "rsa-pkcs1", digest: "sha3-384" },
  "2.16.840.1.101.3.4.3.16": { kind: "rsa-pkcs1", digest: "sha3-512" },
  "1.2.840.10045.2.1": { kind: "ecdsa", digest: undefined },
  "1.2.840.10045.4.1": { kind: "ecdsa", digest: "sha1" },
  "1.2.840.10045.4.3.1": { kind: "ecdsa", digest: "sha224" },
  "1.2.840.10045.4.3.2": { kind: "ecdsa", digest: "sha256" },
  "1.2.840.10045.4.3.3": { kind: "ecdsa", digest: "sha384" },
  "1.2.840.10045.4.3.4": { kind: "ecdsa", digest: "sha512" },
  "2.16.840.1.101.3.4.3.9": { kind: "ecdsa", digest: "sha3-224" },
  "2.16.840.1.101.3.4.3.10": { kind: "ecdsa", digest: "sha3-256" },
  "2.16.840.1.101.3.4.3.11": { kind: "ecdsa", digest: "sha3-384" },
  "2.16.840.1.101.3.4.3.12": { kind: "ecdsa", digest: "sha3-512" },
  "0.4.0.127.0.7.1.1.4.1.1": { kind: "ecdsa", digest: "sha1", form: "plain" },
  "0.4.0.127.0.7.1.1.4.1.2": { kind: "ecdsa", digest: "sha224", form: "plain" },
  "0.4.0.127.0.7.1.1.4.1.3": { kind: "ecdsa", digest: "sha256", form: "plain" },
  "0.4.0.127.0.7.1.1.4.1.4": { kind: "ecdsa", digest: "sha384", form: "plain" },
  "0.4.0.127.0.7.1.1.4.1.5": { kind: "ecdsa", digest: "sha512", form: "plain" },
  "1.3.101.112": { kind: "eddsa", curve: "ed25519" },
  "1.3.101.113": { kind: "eddsa", curve: "ed448" },
};
const RSA_PSS = "1.2.840.113549.1.1.10";

/** An AlgorithmIdentifier of a signature. One that is not known is a value, so that the rest can still be shown. */
export function readSignatureScheme(node: DerNode | undefined): Result<SignatureScheme, FormatError> {
  const parts = readSequence(node);
  if (!parts.ok) return parts;
  const name = readOid(parts.value[0]);
  if (!name.ok) return name;
  if (name.value === RSA_PSS) return readPss(parts.value[1]);
  return ok(FIXED[name.value] ?? { kind: "unknown", oid: name.value });
}

/** RSASSA-PSS-params, RFC 8017 §A.2.3; absent fields mean SHA-1 and 20 bytes. */
function readPss(node: DerNode | undefined): Result<SignatureScheme, FormatError> {
  const bad = () => formatErr("signature.pss", "RSA-PSS 参数格式不正确", node?.offset);
  if (node === undefined) return bad();
  const parts = readSequence(node);
  if (!parts.ok) return bad();
  let digest: DigestAlgorithm | undefined = "sha1";
  let maskDigest: DigestAlgorithm | undefined = "sha1";
  let saltLength = 20;
  for (const field of parts.value) {
    const inner = field.children();
    if (!inner.ok || inner.value.length !== 1) return bad();
    if (isContext(field, 0)) digest = readDigest(inner.value[0]);
    else if (isContext(field, 1)) {
      const mask = readSequence(inner.value[0]);
      maskDigest = mask.ok ? readDigest(mask.value[1]) : undefined;
    } else if (isContext(field, 2)) {
      const length = readSmallInteger(inner.value[0]);
      if (!length.ok || length.value < 0 || length.value > 512) return bad();
      saltLength = length.value;
    } else if (!isContext(field, 3)) return bad();
  }
  if (digest === undefined || maskDigest === undefined) return ok({ kind: "unknown", oid: RSA_PSS });
  return ok({ kind: "rsa-pss", digest, maskDigest, saltLength });
}

/** The digest of an AlgorithmIdentifier, or undefined when it is not known. */
export function readDigest(node: DerNode | undefined): DigestAlgorithm | undefined {
  const parts = readSequence(node);
  const name = parts.ok ? readOid(parts.value[0]) : parts;
  return name.ok ? digestOfOid(name.value) : undefined;
}

/** AlgorithmIdentifier of an algorithm that the product signs with (RFC 4055, RFC 5758, GM/T 0015). */
export function writeSignatureAlgorithm(algorithm: SignatureAlgorithm): Uint8Array {
  switch (algorithm) {
    case "sm2-sm3":
      return sequence(oid("1.2.156.10197.1.501"));
    case "rsa-sha256":
      return sequence(oid("1.2.840.113549.1.1.11"), nullValue());
    case "ecdsa-p256-sha256":
      return sequence(oid("1.2.840.10045.4.3.2"));
    default:
      return assertNever(algorithm);
  }
}

/** Outcome of checking a signature value: `unsupported` when the scheme or key is not known, or the two do not belong together. */
export type SignatureCheck = "valid" | "invalid" | "unsupported";

/** Checks a signature over the message. `fallback` is the digest to use where the scheme does not name one. */
export function checkSignature(
  scheme: SignatureScheme,
  message: Uint8Array,
  signature: Uint8Array,
  key: PublicKey,
  fallback?: DigestAlgorithm,
): SignatureCheck {
  const verdict = (good: boolean): SignatureCheck => (good ? "valid" : "invalid");
  switch (scheme.kind) {
    case "sm2":
      return key.algorithm === "sm2" ? verdict(sm2Verify(message, signature, key.point)) : "unsupported";
    case "rsa-pkcs1": {
      const digest = scheme.digest ?? fallback;
      if (key.algorithm !== "rsa" || key.only === "pss" || digest === undefined) return "unsupported";
      return verdict(rsaVerifyPkcs1(digest, message, signature, key));
    }
    case "rsa-pss":
      return key.algorithm === "rsa" ? verdict(rsaVerifyPss(scheme, message, signature, key)) : "unsupported";
    case "ecdsa": {
      // ecPublicKey as the signature identifier over an SM2 key is how some vendors name SM2.
      if (key.algorithm === "sm2") {
        return scheme.digest === undefined ? verdict(sm2Verify(message, signature, key.point)) : "unsupported";
      }
      const digest = scheme.digest ?? fallback;
      if (!("point" in key) || digest === undefined) return "unsupported";
      return verdict(ecdsaVerify(key.algorithm, digest, message, signature, key.point, scheme.form));
    }
    case "eddsa":
      return key.algorithm === scheme.curve ? verdict(eddsaVerify(scheme.curve, message, signature, key.packed)) : "unsupported";
    case "unknown":
      return "unsupported";
    default:
      return assertNever(scheme);
  }
}
