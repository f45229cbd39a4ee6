import { concatBytes, equalBytes, nullValue, octetString, oid, sequence } from "#core/formats";
import { digest, DIGEST_OIDS, type DigestAlgorithm } from "./digest.ts";
import { bytesOf, numberOf } from "./ec-signature.ts";

/** RSA public key, RFC 8017 §3.1. */
export type RsaPublicKey = { readonly modulus: bigint; readonly exponent: bigint };

/** PSS parameters, RFC 8017 §A.2.3. `saltLength` in bytes. */
export type PssParameters = {
  readonly digest: DigestAlgorithm;
  readonly maskDigest: DigestAlgorithm;
  readonly saltLength: number;
};

/** RSAVP1; undefined for keys that are broken or sized to stall the reader, and for a representative out of range. */
function openSignature(signature: Uint8Array, key: RsaPublicKey): Uint8Array | undefined {
  const { modulus, exponent } = key;
  const bits = modulus.toString(2).length;
  const length = Math.ceil(bits / 8);
  if (bits < 1024 || bits > 16384 || (modulus & 1n) === 0n) return undefined;
  if (exponent < 3n || exponent >= 1n << 64n || (exponent & 1n) === 0n) return undefined;
  const representative = numberOf(signature);
  if (signature.length !== length || representative >= modulus) return undefined;
  let result = 1n;
  let square = representative;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return bytesOf(result, length);
}

/**
 * RSASSA-PKCS1-v1_5, RFC 8017 §8.2.2. The expected block is built and compared whole: parsing the padding is how
 * forgeries with small exponents got through. DigestInfo with and without NULL parameters are both accepted (§A.2.4 note).
 */
export function rsaVerifyPkcs1(
  algorithm: DigestAlgorithm,
  message: Uint8Array,
  signature: Uint8Array,
  key: RsaPublicKey,
): boolean {
  const block = openSignature(signature, key);
  if (block === undefined) return false;
  const hash = octetString(digest(algorithm, message));
  const name = oid(DIGEST_OIDS[algorithm]);
  return [sequence(name, nullValue()), sequence(name)].some((identifier) => {
    const info = sequence(identifier, hash);
    const padding = block.length - info.length - 3;
    if (padding < 8) return false;
    const expected = concatBytes(Uint8Array.of(0, 1), new Uint8Array(padding).fill(0xff), Uint8Array.of(0), info);
    return equalBytes(expected, block);
  });
}

/** RSASSA-PSS, RFC 8017 §8.1.2 and §9.1.2. */
export function rsaVerifyPss(
  parameters: PssParameters,
  message: Uint8Array,
  signature: Uint8Array,
  key: RsaPublicKey,
): boolean {
  const opened = openSignature(signature, key);
  if (opened === undefined) return false;
  const bits = key.modulus.toString(2).length - 1;
  const length = Math.ceil(bits / 8);
  // A modulus of 8k+1 bits leaves one leading octet outside the encoded message.
  if (opened.length > length && opened[0] !== 0) return false;
  const encoded = opened.subarray(opened.length - length);
  const hash = digest(parameters.digest, message);
  const { saltLength } = parameters;
  if (length < hash.length + saltLength + 2 || encoded[length - 1] !== 0xbc) return false;
  const maskLength = length - hash.length - 1;
  const checksum = encoded.subarray(maskLength, length - 1);
  const freeBits = 8 * length - bits;
  if (encoded[0]! >> (8 - freeBits) !== 0) return false;
  const mask = mgf1(parameters.maskDigest, checksum, maskLength);
  const block = encoded.subarray(0, maskLength).map((byte, i) => byte ^ mask[i]!);
  block[0]! &= 0xff >> freeBits;
  const separator = maskLength - saltLength - 1;
  for (let i = 0; i < separator; i++) if (block[i] !== 0) return false;
  if (block[separator] !== 1) return false;
  const salt = block.subarray(separator + 1);
  return equalBytes(digest(parameters.digest, concatBytes(new Uint8Array(8), hash, salt)), checksum);
}

/** MGF1, RFC 8017 §B.2.1. */
function mgf1(algorithm: DigestAlgorithm, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let made = 0, counter = 0n; made < length; counter++) {
    const block = digest(algorithm, concatBytes(seed, bytesOf(counter, 4)));
    blocks.push(block);
    made += block.length;
  }
  return concatBytes(...blocks).subarray(0, length);
}
