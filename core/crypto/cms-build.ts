import {
  assertNever,
  contextExplicit,
  contextImplicit,
  fromHex,
  integer,
  nullValue,
  octetString,
  oid,
  sequence,
  set,
  TAG,
} from "#core/formats";
import { readCertificate } from "./certificate.ts";
import { CMS } from "./cms.ts";
import { digest, DIGEST_OIDS, type DigestAlgorithm } from "./digest.ts";
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
 * A detached SignedData for PAdES baseline B-B (ETSI EN 319 142-1 §6): signed attributes contentType, messageDigest and
 * signing-certificate-v2, and no signing-time, which PAdES forbids (the PDF's /M tells it). DER.
 * RangeError when the signer's certificate or the digest does not fit the algorithm.
 */
export async function buildDetachedCms(request: DetachedSignature, signer: Signer): Promise<Uint8Array> {
  const certificate = readCertificate(signer.certificate);
  if (!certificate.ok) throw new RangeError("the signer's certificate cannot be read");
  const algorithm = digestOfAlgorithm(signer.algorithm);
  const digestIdentifier = writeDigestAlgorithm(algorithm);
  const expectedLength = digest(algorithm, new Uint8Array(0)).length;
  if (request.contentDigest.length !== expectedLength) throw new RangeError("content digest of the wrong length");
  const attributes = set(
    attribute(CMS.contentType, oid(CMS.data)),
    attribute(CMS.messageDigest, octetString(request.contentDigest)),
    attribute(CMS.signingCertificateV2, sequence(sequence(essCertId(algorithm, signer.certificate)))),
  );
  const signature = await signer.sign(attributes);
  const token = await request.timeStamp?.(signature);
  const info = sequence(
    integer(1),
    sequence(certificate.value.issuer.raw, serialOf(certificate.value.serial)),
    digestIdentifier,
    contextImplicit(0, attributes),
    writeSignatureAlgorithm(signer.algorithm),
    octetString(signature),
    ...(token === undefined ? [] : [contextImplicit(1, set(attribute(CMS.timeStampToken, token)))]),
  );
  const data = sequence(
    integer(1),
    set(digestIdentifier),
    sequence(oid(CMS.data)),
    contextImplicit(0, set(signer.certificate, ...(request.chain ?? []))),
    set(info),
  );
  return sequence(oid(CMS.signedData), contextExplicit(0, data));
}

function attribute(name: string, value: Uint8Array): Uint8Array {
  return sequence(oid(name), set(value));
}

/** ESSCertIDv2, RFC 5035 §4: the algorithm is left out when it is the default SHA-256 (DER). */
function essCertId(algorithm: DigestAlgorithm, certificate: Uint8Array): Uint8Array {
  const hash = octetString(digest(algorithm, certificate));
  return algorithm === "sha256" ? sequence(hash) : sequence(sequence(oid(DIGEST_OIDS[algorithm])), hash);
}

/** AlgorithmIdentifier of a digest: SHA-2 without parameters (RFC 5754 §2), SM3 likewise. */
export function writeDigestAlgorithm(algorithm: DigestAlgorithm): Uint8Array {
  return algorithm === "sha1" ? sequence(oid(DIGEST_OIDS.sha1), nullValue()) : sequence(oid(DIGEST_OIDS[algorithm]));
}

/** INTEGER with exactly the octets that the certificate has: old ones carry negative or overlong numbers, and must still match. */
function serialOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (!bytes.ok) throw new RangeError(`not a serial number: ${hex}`);
  const element = octetString(bytes.value);
  element[0] = TAG.integer;
  return element;
}
