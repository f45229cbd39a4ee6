import {
  bitString,
  boolean,
  certificateTime,
  concatBytes,
  contextExplicit,
  contextImplicit,
  fromHex,
  ia5String,
  integer,
  namedBits,
  nullValue,
  octetString,
  oid,
  sequence,
} from "#core/formats";
import type { CertificateAccess } from "./certificate-access.ts";
import { KEY_USAGES, type Extension, type KeyUsage } from "./certificate.ts";
import { digest } from "./digest.ts";
import { numberOf } from "./ec-signature.ts";
import { keyBits, writeSpki, type PublicKey } from "./public-key.ts";
import { writeSignatureAlgorithm } from "./signature-scheme.ts";
import type { MessageSigner } from "./signer.ts";

/** What a certificate is to say. Names are DER from writeName; times ISO 8601 UTC; `serial` lower-case hexadecimal, 1–20 bytes, positive. */
export type CertificateContent = {
  readonly serial: string;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly publicKey: PublicKey;
  /** Present for a certificate authority; `pathLength`: how many further authorities may follow. */
  readonly authority?: { readonly pathLength?: number };
  readonly keyUsage: readonly KeyUsage[];
  /** Object identifiers of extended purposes; `critical` for time stamping (RFC 3161 §2.3). */
  readonly extKeyUsage?: { readonly oids: readonly string[]; readonly critical?: true };
  /** Key of the issuer, for the authority key identifier; the subject's own key when absent (a root). */
  readonly issuerKey?: PublicKey;
  /** Where lists, status and the issuer's certificate are to be had: http addresses of ASCII characters. */
  readonly access?: Partial<CertificateAccess>;
  /** For a responder that its issuer vouches for without a status of its own (RFC 6960 §4.2.2.2.1). */
  readonly ocspNoCheck?: true;
  /** Extensions beyond these, `value` DER: private ones of a jurisdiction, policies, constraints. */
  readonly further?: readonly Extension[];
};

/** An issued certificate, DER. RangeError when the content cannot be encoded. */
export async function buildCertificate(content: CertificateContent, issuer: MessageSigner): Promise<Uint8Array> {
  const algorithm = writeSignatureAlgorithm(issuer.algorithm);
  const { authority, extKeyUsage, issuerKey = content.publicKey } = content;
  const extensions = [
    extension("2.5.29.14", octetString(keyIdentifier(content.publicKey))),
    extension("2.5.29.35", sequence(contextImplicit(0, octetString(keyIdentifier(issuerKey))))),
    criticalExtension("2.5.29.19", basicConstraints(authority)),
    criticalExtension("2.5.29.15", namedBits(KEY_USAGES.map((usage) => content.keyUsage.includes(usage)))),
  ];
  if (extKeyUsage !== undefined) {
    const purposes = sequence(...extKeyUsage.oids.map(oid));
    extensions.push(extKeyUsage.critical ? criticalExtension("2.5.29.37", purposes) : extension("2.5.29.37", purposes));
  }
  extensions.push(...accessExtensions(content.access ?? {}));
  if (content.ocspNoCheck) extensions.push(extension("1.3.6.1.5.5.7.48.1.5", nullValue()));
  for (const { oid: name, critical, value } of content.further ?? []) extensions.push(critical ? criticalExtension(name, value) : extension(name, value));
  const tbs = sequence(
    contextExplicit(0, integer(2)),
    serialNumber(content.serial),
    algorithm,
    content.issuer,
    sequence(certificateTime(content.notBefore), certificateTime(content.notAfter)),
    content.subject,
    writeSpki(content.publicKey),
    contextExplicit(3, sequence(...extensions)),
  );
  return sequence(tbs, algorithm, bitString(await issuer.sign(tbs)));
}

/** cRLDistributionPoints and authorityInfoAccess, where there is anything to say (RFC 5280 §4.2.1.13, §4.2.2.1). */
function accessExtensions({ crlUrls = [], ocspUrls = [], issuerUrls = [] }: Partial<CertificateAccess>): readonly Uint8Array[] {
  const url = (text: string) => contextImplicit(6, ia5String(text));
  const points = crlUrls.map((text) => sequence(contextExplicit(0, contextExplicit(0, url(text)))));
  const infos = [
    ...ocspUrls.map((text) => sequence(oid("1.3.6.1.5.5.7.48.1"), url(text))),
    ...issuerUrls.map((text) => sequence(oid("1.3.6.1.5.5.7.48.2"), url(text))),
  ];
  return [
    ...(points.length === 0 ? [] : [extension("2.5.29.31", sequence(...points))]),
    ...(infos.length === 0 ? [] : [extension("1.3.6.1.5.5.7.1.1", sequence(...infos))]),
  ];
}

function basicConstraints(authority: CertificateContent["authority"]): Uint8Array {
  if (authority === undefined) return sequence();
  const { pathLength } = authority;
  return pathLength === undefined ? sequence(boolean(true)) : sequence(boolean(true), integer(pathLength));
}

/** INTEGER of a serial number; RangeError when it is zero, too long or not hexadecimal (RFC 5280 §4.1.2.2). */
export function serialNumber(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  const value = bytes.ok ? numberOf(bytes.value) : 0n;
  if (!bytes.ok || value === 0n || bytes.value.length > 20) throw new RangeError(`not a serial number: ${hex}`);
  return integer(value);
}

/** Key identifier by method 1 of RFC 7093 §2: the first 160 bits of SHA-256 over the key's bits. */
function keyIdentifier(key: PublicKey): Uint8Array {
  return digest("sha256", keyBits(writeSpki(key))).subarray(0, 20);
}

/** A non-critical Extension around encoded content. */
export function extension(name: string, content: Uint8Array): Uint8Array {
  return sequence(oid(name), octetString(content));
}

/** A critical Extension around encoded content. */
export function criticalExtension(name: string, content: Uint8Array): Uint8Array {
  return sequence(concatBytes(oid(name), boolean(true), octetString(content)));
}
