import { toHex, type FormatError, type Result } from "#core/formats";
import { buildCertificate, type CertificateContent } from "./certificate-build.ts";
import type { CertificateAccess } from "./certificate-access.ts";
import { readCertificate, type Certificate } from "./certificate.ts";
import { buildRevocationList, type RevocationListContent } from "./crl.ts";
import { answerOcspRequest, type OcspResponder } from "./ocsp-client.ts";
import { OCSP } from "./ocsp.ts";
import type { PublicKey } from "./public-key.ts";
import type { MessageSigner, Signer } from "./signer.ts";
import type { Entropy } from "./sm2.ts";
import { TIME_STAMPING } from "./timestamp.ts";

/** A key to be certified or to certify with, SM2, RSA or P-256 alike; where the private part lives is the signer's matter. */
export type AuthorityKey = { readonly publicKey: PublicKey; readonly signer: MessageSigner };

/** From when until when, ISO 8601 UTC, whole seconds. */
type ValidityPeriod = { readonly notBefore: string; readonly notAfter: string };

/**
 * What a certificate is for: signing 签章与签名, timeStamping 时间戳服务, ocspSigning 状态服务 (its own status need not be
 * asked), authority 下级颁发机构.
 */
export type CertificateProfile =
  | { readonly kind: "signing" }
  | { readonly kind: "timeStamping" }
  | { readonly kind: "ocspSigning" }
  | { readonly kind: "authority"; readonly pathLength: number };

/** Whom to certify. `subject` DER from writeName. */
type CertificateOrder = ValidityPeriod & {
  readonly subject: Uint8Array;
  readonly publicKey: PublicKey;
  readonly profile: CertificateProfile;
  readonly access?: Partial<CertificateAccess>;
};

/** A certificate authority that lives inside the product (内置颁发机构), for demonstrations, pilots and tests. */
export type EmbeddedAuthority = {
  readonly certificate: Certificate;
  /** Its own certificate and those above it, up to the root, DER. */
  readonly chain: readonly Uint8Array[];
  /** A certificate under a fresh number, DER. RangeError when the order cannot be encoded or outlives the authority. */
  readonly issue: (order: CertificateOrder) => Promise<Uint8Array>;
  /** A further authority below this one with a key of its own, which may be of another kind. */
  readonly below: (order: Omit<CertificateOrder, "publicKey" | "profile"> & { readonly pathLength: number }, key: AuthorityKey) => Promise<EmbeddedAuthority>;
  readonly revocationList: (content: Omit<RevocationListContent, "issuer">) => Promise<Uint8Array>;
  /** The answer to an OCSP request about its certificates, DER, by a responder that holds an ocspSigning certificate of it. */
  readonly answerStatus: (request: Uint8Array, by: Signer, content: Pick<OcspResponder, "producedAt" | "nextUpdate" | "statusOf">) => Promise<Uint8Array>;
};

/** A root over its own key. Entropy gives the numbers of all certificates that come after it. */
export async function createAuthority(
  root: ValidityPeriod & { readonly name: Uint8Array; readonly pathLength: number },
  key: AuthorityKey,
  entropy: Entropy,
): Promise<EmbeddedAuthority> {
  const { name, pathLength, notBefore, notAfter } = root;
  const der = await buildCertificate(
    { serial: serialFrom(entropy), issuer: name, subject: name, notBefore, notAfter, publicKey: key.publicKey, ...rightsOf({ kind: "authority", pathLength }) },
    key.signer,
  );
  return authorityOf(der, [], key, entropy);
}

/** An authority that was made before, over its kept certificate (DER) and key: what it issues goes on under the same name. RangeError when it is no certificate. */
export function resumeAuthority(certificate: Uint8Array, key: AuthorityKey, entropy: Entropy): EmbeddedAuthority {
  return authorityOf(certificate, [], key, entropy);
}

/** 16 random bytes, the first one set so that the number is positive and of constant length (RFC 5280 §4.1.2.2). */
function serialFrom(entropy: Entropy): string {
  const bytes = Uint8Array.from(entropy(16));
  bytes[0] = 0x40 | (bytes[0]! & 0x3f);
  return toHex(bytes);
}

function rightsOf(profile: CertificateProfile): Pick<CertificateContent, "authority" | "keyUsage" | "extKeyUsage" | "ocspNoCheck"> {
  switch (profile.kind) {
    case "signing":
      return { keyUsage: ["digitalSignature", "nonRepudiation"] };
    case "timeStamping":
      return { keyUsage: ["digitalSignature", "nonRepudiation"], extKeyUsage: { oids: [TIME_STAMPING], critical: true } };
    case "ocspSigning":
      return { keyUsage: ["digitalSignature"], extKeyUsage: { oids: [OCSP.signing] }, ocspNoCheck: true };
    case "authority":
      return { keyUsage: ["keyCertSign", "cRLSign"], authority: { pathLength: profile.pathLength } };
  }
}

function authorityOf(der: Uint8Array, above: readonly Uint8Array[], key: AuthorityKey, entropy: Entropy): EmbeddedAuthority {
  const certificate = needed(readCertificate(der));
  const chain = [der, ...above];
  const issuer = certificate.subject.raw;
  const issue: EmbeddedAuthority["issue"] = async (order) => {
    // A path is judged at one time for all of it: what outlives its issuer would fail without a cause of its own.
    if (Date.parse(order.notAfter) > Date.parse(certificate.notAfter)) throw new RangeError("a certificate may not outlive its authority");
    const { subject, publicKey, notBefore, notAfter, access } = order;
    return buildCertificate(
      {
        serial: serialFrom(entropy), issuer, subject, notBefore, notAfter, publicKey, issuerKey: key.publicKey, ...rightsOf(order.profile),
        ...(access === undefined ? {} : { access }),
      },
      key.signer,
    );
  };
  return {
    certificate,
    chain,
    issue,
    below: async ({ pathLength, ...order }, own) => {
      const made = await issue({ ...order, publicKey: own.publicKey, profile: { kind: "authority", pathLength } });
      return authorityOf(made, chain, own, entropy);
    },
    revocationList: (content) => buildRevocationList({ ...content, issuer }, key.signer),
    answerStatus: (request, by, content) =>
      answerOcspRequest(request, { ...content, issuer: certificate, responder: "by key", certificates: [by.certificate], signer: by }),
  };
}

function needed(read: Result<Certificate, FormatError>): Certificate {
  if (!read.ok) throw new RangeError(`the authority's certificate cannot be read: ${read.error.code}`);
  return read.value;
}
