import { sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { sha3_224, sha3_256, sha3_384, sha3_512, shake256 } from "@noble/hashes/sha3.js";
import { assertNever } from "#core/formats";
import { sm3 } from "./sm3.ts";

/** Digest algorithms that signed documents use. SHA-1 is for reading old signatures only. */
export type DigestAlgorithm =
  | "sm3" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512"
  | "sha3-224" | "sha3-256" | "sha3-384" | "sha3-512" | "shake256";

/** Object identifiers of digests: RFC 8017, NIST CSOR, GM/T 0006. SHAKE256 is that of 512 bits which Ed448 goes with (RFC 8419 §2.3). */
export const DIGEST_OIDS: Readonly<Record<DigestAlgorithm, string>> = {
  sm3: "1.2.156.10197.1.401",
  sha1: "1.3.14.3.2.26",
  sha224: "2.16.840.1.101.3.4.2.4",
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
  "sha3-224": "2.16.840.1.101.3.4.2.7",
  "sha3-256": "2.16.840.1.101.3.4.2.8",
  "sha3-384": "2.16.840.1.101.3.4.2.9",
  "sha3-512": "2.16.840.1.101.3.4.2.10",
  shake256: "2.16.840.1.101.3.4.2.12",
};

/** The algorithm of an object identifier, or undefined; SM3 is also met as "SM3 without key" (….401.1). */
export function digestOfOid(oid: string): DigestAlgorithm | undefined {
  if (oid === "1.2.156.10197.1.401.1") return "sm3";
  for (const [name, value] of Object.entries(DIGEST_OIDS)) if (value === oid) return name as DigestAlgorithm;
  return undefined;
}

/** Digest of the bytes, 20 to 64 bytes long. */
export function digest(algorithm: DigestAlgorithm, bytes: Uint8Array): Uint8Array {
  switch (algorithm) {
    case "sm3":
      return sm3(bytes);
    case "sha1":
      return sha1(bytes);
    case "sha224":
      return sha224(bytes);
    case "sha256":
      return sha256(bytes);
    case "sha384":
      return sha384(bytes);
    case "sha512":
      return sha512(bytes);
    case "sha3-224":
      return sha3_224(bytes);
    case "sha3-256":
      return sha3_256(bytes);
    case "sha3-384":
      return sha3_384(bytes);
    case "sha3-512":
      return sha3_512(bytes);
    case "shake256":
      return shake256(bytes, { dkLen: 64 });
    default:
      return assertNever(algorithm);
  }
}
