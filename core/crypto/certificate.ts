import {
  formatErr,
  isContext,
  isUniversal,
  ok,
  readBitString,
  readBoolean,
  readDer,
  readInteger,
  readNamedBits,
  readOctetString,
  readOid,
  readSequence,
  readSmallInteger,
  readTime,
  TAG,
  toHex,
  type DerNode,
  type FormatError,
  type Result,
} from "#core/formats";
import { readCrlPoints, readInfoAccess, type CertificateAccess } from "./certificate-access.ts";
import { readName, type Name } from "./name.ts";
import { readSpki, type PublicKey } from "./public-key.ts";
import { readSignatureScheme, type SignatureScheme } from "./signature-scheme.ts";

/** Bits of keyUsage in their order, RFC 5280 §4.2.1.3. */
export const KEY_USAGES = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

/** An X.509 v3 certificate (数字证书), RFC 5280 and GB/T 20518. Slices `raw`, `tbs` and `spki` are the bytes as they came. */
export type Certificate = {
  readonly raw: Uint8Array;
  readonly tbs: Uint8Array;
  /** Serial number, the content octets in lower-case hexadecimal. */
  readonly serial: string;
  readonly issuer: Name;
  readonly subject: Name;
  /** ISO 8601 UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly spki: Uint8Array;
  readonly publicKey: PublicKey;
  readonly scheme: SignatureScheme;
  readonly signature: Uint8Array;
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength?: number } | undefined;
  readonly keyUsage: readonly KeyUsage[] | undefined;
  /** Object identifiers. */
  readonly extKeyUsage: readonly string[] | undefined;
  /** Whether extKeyUsage is critical, which time stamping demands (RFC 3161 §2.3). */
  readonly extKeyUsageCritical: boolean;
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  readonly access: CertificateAccess;
  /** A responder's certificate that need not be asked about itself, RFC 6960 §4.2.2.2.1. */
  readonly ocspNoCheck: boolean;
  /** Names that it may issue for are limited by an extension that is not critical: it is not evaluated (§4.2.1.10). */
  readonly nameConstrained: boolean;
  /** Critical extensions that this reader does not understand: such a certificate must not be relied on (§4.2). */
  readonly unknownCritical: readonly string[];
};

type Extensions = Pick<
  Certificate,
  | "basicConstraints"
  | "keyUsage"
  | "extKeyUsage"
  | "extKeyUsageCritical"
  | "subjectKeyId"
  | "authorityKeyId"
  | "access"
  | "ocspNoCheck"
  | "nameConstrained"
  | "unknownCritical"
>;

/** Reads one certificate in DER. Error codes x509.* and der.*. */
export function readCertificate(der: Uint8Array): Result<Certificate, FormatError> {
  const bad = (node?: DerNode) => formatErr("x509.malformed", "证书格式不正确", node?.offset);
  const root = readDer(der);
  if (!root.ok) return root;
  const parts = readSequence(root.value);
  if (!parts.ok || parts.value.length !== 3) return bad(root.value);
  const [tbs, outer, bits] = parts.value;
  const signature = readBitString(bits);
  if (!signature.ok) return bad(bits);
  const fields = readSequence(tbs);
  if (!fields.ok) return bad(tbs);
  const queue = [...fields.value];
  if (isContext(queue[0], 0)) queue.shift();
  const [serialNode, inner, issuerNode, validityNode, subjectNode, spkiNode, ...rest] = queue;
  const serial = readInteger(serialNode);
  if (!serial.ok || serialNode === undefined) return bad(serialNode);
  const scheme = readSignatureScheme(outer);
  if (!scheme.ok) return scheme;
  // Both identifiers must say the same, or the algorithm could be swapped outside the signed part (RFC 5280 §4.1.1.2).
  if (inner === undefined || toHex(inner.raw) !== toHex(outer!.raw)) {
    return formatErr("x509.algorithm", "证书内外签名算法不一致", inner?.offset);
  }
  const issuer = readName(issuerNode);
  if (!issuer.ok) return issuer;
  const subject = readName(subjectNode);
  if (!subject.ok) return subject;
  const validity = readSequence(validityNode);
  if (!validity.ok || validity.value.length !== 2) return bad(validityNode);
  const notBefore = readTime(validity.value[0]);
  if (!notBefore.ok) return notBefore;
  const notAfter = readTime(validity.value[1]);
  if (!notAfter.ok) return notAfter;
  const publicKey = readSpki(spkiNode);
  if (!publicKey.ok) return publicKey;
  const extensions = readExtensions(rest.find((node) => isContext(node, 3)));
  if (!extensions.ok) return extensions;
  return ok({
    raw: root.value.raw,
    tbs: tbs!.raw,
    serial: toHex(serialNode.content),
    issuer: issuer.value,
    subject: subject.value,
    notBefore: notBefore.value,
    notAfter: notAfter.value,
    spki: spkiNode!.raw,
    publicKey: publicKey.value,
    scheme: scheme.value,
    signature: signature.value,
    ...extensions.value,
  });
}

/** One Extension: identifier, whether critical, the bytes inside. Shared with revocation lists. */
export type Extension = { readonly oid: string; readonly critical: boolean; readonly value: Uint8Array };

/** Extensions inside their explicit tag; an empty list when absent. A repeated one is an error (RFC 5280 §4.2). */
export function readExtensionList(wrapper: DerNode | undefined): Result<readonly Extension[], FormatError> {
  if (wrapper === undefined) return ok([]);
  const bad = () => formatErr("x509.extension", "证书扩展格式不正确", wrapper.offset);
  const inner = wrapper.children();
  return inner.ok && inner.value.length === 1 ? readExtensionItems(inner.value[0]!) : bad();
}

/** Extensions without an explicit tag around them: those of one entry of a list. */
export function readExtensionItems(node: DerNode): Result<readonly Extension[], FormatError> {
  const bad = () => formatErr("x509.extension", "证书扩展格式不正确", node.offset);
  const list = readSequence(node);
  if (!list.ok) return bad();
  const found = new Map<string, Extension>();
  for (const item of list.value) {
    const parts = readSequence(item);
    if (!parts.ok || parts.value.length < 2 || parts.value.length > 3) return bad();
    const name = readOid(parts.value[0]);
    const critical = parts.value.length === 3 ? readBoolean(parts.value[1]) : ok(false);
    const value = readOctetString(parts.value.at(-1));
    if (!name.ok || !critical.ok || !value.ok || found.has(name.value)) return bad();
    found.set(name.value, { oid: name.value, critical: critical.value, value: value.value });
  }
  return ok([...found.values()]);
}

/** Critical ones that need no action here: subjectAltName, issuerAltName (names only), certificatePolicies are not evaluated. */
const HARMLESS = new Set(["2.5.29.17", "2.5.29.18", "2.5.29.32"]);

function readExtensions(wrapper: DerNode | undefined): Result<Extensions, FormatError> {
  const list = readExtensionList(wrapper);
  if (!list.ok) return list;
  let basicConstraints: Extensions["basicConstraints"];
  let keyUsage: Extensions["keyUsage"];
  let extKeyUsage: Extensions["extKeyUsage"];
  let extKeyUsageCritical = false;
  let subjectKeyId: string | undefined;
  let authorityKeyId: string | undefined;
  let access: CertificateAccess = { crlUrls: [], ocspUrls: [], issuerUrls: [] };
  let ocspNoCheck = false;
  let nameConstrained = false;
  const unknownCritical: string[] = [];
  for (const { oid, critical, value } of list.value) {
    const bad = () => formatErr("x509.extension", `证书扩展 ${oid} 格式不正确`);
    const node = readDer(value);
    switch (oid) {
      case "2.5.29.19": {
        const read = node.ok ? readBasicConstraints(node.value) : node;
        if (!read.ok) return bad();
        basicConstraints = read.value;
        break;
      }
      case "2.5.29.15": {
        const bits = node.ok ? readNamedBits(node.value) : node;
        if (!bits.ok) return bad();
        keyUsage = KEY_USAGES.filter((_, i) => bits.value[i] === true);
        break;
      }
      case "2.5.29.37": {
        const purposes = node.ok ? readSequence(node.value) : node;
        if (!purposes.ok) return bad();
        const names = purposes.value.map(readOid);
        extKeyUsage = names.flatMap((name) => (name.ok ? [name.value] : []));
        if (extKeyUsage.length !== names.length) return bad();
        extKeyUsageCritical = critical;
        break;
      }
      // Key identifiers only help to find an issuer: a malformed one is left out, not refused.
      case "2.5.29.14":
        if (node.ok && isUniversal(node.value, TAG.octetString)) subjectKeyId = toHex(node.value.content);
        break;
      case "2.5.29.35": {
        const parts = node.ok ? readSequence(node.value) : node;
        const id = parts.ok ? parts.value.find((part) => isContext(part, 0)) : undefined;
        if (id !== undefined) authorityKeyId = toHex(id.content);
        break;
      }
      case "2.5.29.31":
        access = { ...access, ...readCrlPoints(value) };
        break;
      case "1.3.6.1.5.5.7.1.1":
        access = { ...access, ...readInfoAccess(value) };
        break;
      case "1.3.6.1.5.5.7.48.1.5":
        ocspNoCheck = true;
        break;
      case "2.5.29.30":
        if (critical) unknownCritical.push(oid);
        else nameConstrained = true;
        break;
      default:
        if (critical && !HARMLESS.has(oid)) unknownCritical.push(oid);
    }
  }
  return ok({ basicConstraints, keyUsage, extKeyUsage, extKeyUsageCritical, subjectKeyId, authorityKeyId, access, ocspNoCheck, nameConstrained, unknownCritical });
}

function readBasicConstraints(node: DerNode): Result<{ ca: boolean; pathLength?: number }, FormatError> {
  const parts = readSequence(node);
  if (!parts.ok) return parts;
  const queue = [...parts.value];
  let ca = false;
  if (isUniversal(queue[0], TAG.boolean)) {
    const flag = readBoolean(queue.shift());
    if (!flag.ok) return flag;
    ca = flag.value;
  }
  if (queue.length === 0) return ok({ ca });
  const pathLength = readSmallInteger(queue[0]);
  if (!pathLength.ok) return pathLength;
  if (queue.length > 1 || pathLength.value < 0) return formatErr("x509.extension", "基本约束格式不正确", node.offset);
  return ok({ ca, pathLength: pathLength.value });
}
