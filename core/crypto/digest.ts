import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { assertNever } from "#core/formats";
import { sm3 } from "./sm3.ts";

/** Digest algorithms that signed documents use. SHA-1 is for reading old signatures only. */
export type DigestAlgorithm = "sm3" | "sha1" | "sha256" | "sha384" | "sha512";

/** Object identifiers of digests: RFC 8017, NIST CSOR, GM/T 0006. */
export const DIGEST_OIDS: Readonly<Record<DigestAlgorithm, string>> = {
  sm3: "1.2.156.10197.1.401",
  sha1: "1.3.14.3.2.26",
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
};

/** The algorithm of an object identifier, or undefined; SM3 is also met as "SM3 without key" (….401.1). */
export function digestOfOid(oid: string): DigestAlgorithm | undefined {
  if (oid === "1.2.156.10197.1.401.1") return "sm3";
  for (const [name, value] of Object.entries(DIGEST_OIDS)) if (value === oid) return name as DigestAlgorithm;
  return undefined;
}

/** Digest of the bytes: 32 (SM3, SHA-256), 20 (SHA-1), 48 or 64 bytes. */
export function digest(algorithm: DigestAlgorithm, bytes: Uint8Array): Uint8Array {
  switch (algorithm) {
    case "sm3":
      return sm3(bytes);
    case "sha1":
      return sha1(bytes);
    case "sha256":
      return sha256(bytes);
    case "sha384":
      return sha384(bytes);
    case "sha512":
      return sha512(bytes);
    default:
      return assertNever(algorithm);
  }
}
