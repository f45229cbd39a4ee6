import { contextExplicit, contextImplicit, fromHex, integer, nullValue, octetString, oid, sequence, set, TAG } from "#core/formats";
import { readCertificate } from "./certificate.ts";
import { CMS } from "./cms.ts";
import { digest, DIGEST_OIDS, type DigestAlgorithm } from "./digest.ts";

/** One attribute with one value. */
export function attribute(name: string, value: Uint8Array): Uint8Array {
  return sequence(oid(name), set(value));
}

/** The signing-certificate-v2 attribute that ties a signature to one certificate, RFC 5035 §3. */
export function signingCertificate(algorithm: DigestAlgorithm, certificate: Uint8Array): Uint8Array {
  return attribute(CMS.signingCertificateV2, sequence(sequence(essCertId(algorithm, certificate))));
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

/** One SignerInfo, RFC 5652 §5.3. Parts are encoded; `attributes` are the SETs that were signed and that were not. */
type SignerInfoParts = {
  readonly certificate: Uint8Array;
  readonly digest: DigestAlgorithm;
  readonly algorithm: Uint8Array;
  readonly signature: Uint8Array;
  readonly signed?: Uint8Array;
  readonly unsigned?: Uint8Array;
};

/** DER of a SignerInfo that names its certificate by issuer and number. RangeError when the certificate cannot be read. */
function signerInfo(parts: SignerInfoParts): Uint8Array {
  const certificate = readCertificate(parts.certificate);
  if (!certificate.ok) throw new RangeError("the signer's certificate cannot be read");
  return sequence(
    integer(1),
    sequence(certificate.value.issuer.raw, serialOf(certificate.value.serial)),
    writeDigestAlgorithm(parts.digest),
    ...(parts.signed === undefined ? [] : [contextImplicit(0, parts.signed)]),
    parts.algorithm,
    octetString(parts.signature),
    ...(parts.unsigned === undefined ? [] : [contextImplicit(1, parts.unsigned)]),
  );
}

/** A whole ContentInfo; `content` absent when detached. */
type SignedDataParts = {
  readonly kind: "cms" | "gm";
  readonly version: 1 | 3;
  readonly contentType: string;
  readonly content?: Uint8Array;
  readonly certificates: readonly Uint8Array[];
  readonly signer: SignerInfoParts;
};

/** DER of a ContentInfo with a SignedData of one signer, RFC 5652 §5.1 or GB/T 35275. */
export function writeSignedData(parts: SignedDataParts): Uint8Array {
  const { content, certificates, signer } = parts;
  const data = sequence(
    integer(parts.version),
    set(writeDigestAlgorithm(signer.digest)),
    sequence(oid(parts.contentType), ...(content === undefined ? [] : [contextExplicit(0, octetString(content))])),
    ...(certificates.length === 0 ? [] : [contextImplicit(0, set(...certificates))]),
    set(signerInfo(signer)),
  );
  return sequence(oid(parts.kind === "gm" ? CMS.gmSignedData : CMS.signedData), contextExplicit(0, data));
}

/** INTEGER with exactly the octets that the certificate has: old ones carry negative or overlong numbers, and must still match. */
export function serialOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (!bytes.ok) throw new RangeError(`not a serial number: ${hex}`);
  const element = octetString(bytes.value);
  element[0] = TAG.integer;
  return element;
}
