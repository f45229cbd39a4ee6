import { assertNever, octetString, oid, set } from "#core/formats";
import { CMS } from "./cms.ts";
import { attribute, signingCertificate, writeSignedData } from "./cms-write.ts";
import { digest, type DigestAlgorithm } from "./digest.ts";
import { writeSignatureAlgorithm, type SignatureAlgorithm } from "./signature-scheme.ts";
import type { Signer } from "./signer.ts";

/** The digest that belongs to a signature algorithm: SM3 with SM2, SHA-256 with the others. */
export function digestOfAlgorithm(algorithm: SignatureAlgorithm): DigestAlgorithm {
  switch (algorithm) {
    case "sm2-sm3":
      return "sm3";
    case "rsa-sha256":
    case "ecdsa-p256-sha256":
      return "sha256";
    default:
      return assertNever(algorithm);
  }
}

/** What a detached signature is made of. */
export type DetachedSignature = {
  /** Digest of the content by digestOfAlgorithm(signer.algorithm). */
  readonly contentDigest: Uint8Array;
  /** Further certificates to carry (issuers), DER; the signer's own is carried always. */
  readonly chain?: readonly Uint8Array[];
  /** Tokens over the signature value: given the value, returns a time-stamp token in DER. Makes the signature PAdES B-T. */
  readonly timeStamp?: (signature: Uint8Array) => Promise<Uint8Array>;
};

/**
 * The signed attributes of such a signature, DER: the octets that the key signs.
 * RangeError when the certificate or the digest does not fit the algorithm.
 */
export function signedAttributes(algorithm: SignatureAlgorithm, certificate: Uint8Array, contentDigest: Uint8Array): Uint8Array {
  const hash = digestOfAlgorithm(algorithm);
  if (contentDigest.length !== digest(hash, new Uint8Array(0)).length) throw new RangeError("content digest of the wrong length");
  return set(
    attribute(CMS.contentType, oid(CMS.data)),
    attribute(CMS.messageDigest, octetString(contentDigest)),
    signingCertificate(hash, certificate),
  );
}

/**
 * A detached SignedData for PAdES baseline B-B (ETSI EN 319 142-1 §6): signed attributes contentType, messageDigest and
 * signing-certificate-v2, and no signing-time, which PAdES forbids (the PDF's /M tells it). DER.
 * RangeError when the signer's certificate or the digest does not fit the algorithm.
 */
export async function buildDetachedCms(request: DetachedSignature, signer: Signer): Promise<Uint8Array> {
  const algorithm = digestOfAlgorithm(signer.algorithm);
  const attributes = signedAttributes(signer.algorithm, signer.certificate, request.contentDigest);
  const signature = await signer.sign(attributes);
  const token = await request.timeStamp?.(signature);
  return writeSignedData({
    kind: "cms",
    version: 1,
    contentType: CMS.data,
    certificates: [signer.certificate, ...(request.chain ?? [])],
    signer: {
      certificate: signer.certificate,
      digest: algorithm,
      algorithm: writeSignatureAlgorithm(signer.algorithm),
      signature,
      signed: attributes,
      ...(token === undefined ? {} : { unsigned: set(attribute(CMS.timeStampToken, token)) }),
    },
  });
}
