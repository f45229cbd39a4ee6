import {
  BER_LIMITS,
  concatBytes,
  equalBytes,
  formatErr,
  isContext,
  isUniversal,
  joinOctets,
  ok,
  readDerPrefix,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
  readSet,
  set,
  TAG,
  toHex,
  type DerNode,
  type FormatError,
  type Result,
} from "#core/formats";
import type { DigestAlgorithm } from "./digest.ts";
import { readName, type Name } from "./name.ts";
import { readDigest, readSignatureScheme, type SignatureScheme } from "./signature-scheme.ts";

/** Content types and attributes, RFC 5652, RFC 5035, and their counterparts of GM/T 0010 / GB/T 35275. */
export const CMS = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  gmData: "1.2.156.10197.6.1.4.2.1",
  gmSignedData: "1.2.156.10197.6.1.4.2.2",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  timeStampToken: "1.2.840.113549.1.9.16.2.14",
} as const;

/** One attribute: identifier and its values. */
export type CmsAttribute = { readonly oid: string; readonly values: readonly DerNode[] };

/** How a signer is named: by issuer and serial number (hexadecimal), or by key identifier (hexadecimal). */
export type SignerName =
  | { readonly kind: "issuer"; readonly issuer: Name; readonly serial: string }
  | { readonly kind: "key"; readonly keyId: string };

/** One SignerInfo, RFC 5652 §5.3. `digest` undefined: an algorithm that is not known. */
export type CmsSigner = {
  readonly name: SignerName;
  readonly digest: DigestAlgorithm | undefined;
  readonly scheme: SignatureScheme;
  readonly signature: Uint8Array;
  /** Signed attributes, with the bytes that are signed: the slice with the tag of a SET. `der`: the same as DER has it, where the slice is not so. */
  readonly signed: { readonly bytes: Uint8Array; readonly der?: Uint8Array; readonly attributes: readonly CmsAttribute[] } | undefined;
  readonly unsigned: readonly CmsAttribute[];
};

/** A SignedData. `content` is absent when detached; certificates and lists are DER slices, not judged. */
export type SignedData = {
  readonly contentType: string;
  readonly content: Uint8Array | undefined;
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly signers: readonly CmsSigner[];
  /** Length of the structure in bytes: PDF pads it with zeros. */
  readonly length: number;
};

/** Reads a ContentInfo with SignedData, BER or DER; bytes behind it are left to the caller (`length`). Error codes cms.* and der.*. */
export function readSignedData(bytes: Uint8Array): Result<SignedData, FormatError> {
  const bad = (node?: DerNode) => formatErr("cms.malformed", "签名数据（CMS）格式不正确", node?.offset);
  const root = readDerPrefix(bytes, BER_LIMITS);
  if (!root.ok) return root;
  const outer = readSequence(root.value);
  if (!outer.ok) return outer;
  const type = readOid(outer.value[0]);
  if (!type.ok) return bad(root.value);
  if (type.value !== CMS.signedData && type.value !== CMS.gmSignedData) {
    return formatErr("cms.type", "不是签名数据（SignedData）", root.value.offset);
  }
  const body = explicit(outer.value[1], 0);
  const fields = body === undefined ? bad(root.value) : readSequence(body);
  if (!fields.ok) return bad(root.value);
  const [, , encapsulated, ...rest] = fields.value;
  const inner = readSequence(encapsulated);
  const contentType = inner.ok ? readOid(inner.value[0]) : inner;
  if (!inner.ok || !contentType.ok) return bad(encapsulated);
  const content = inner.value[1] === undefined ? ok(undefined) : readContent(inner.value[1]);
  if (!content.ok) return content;
  const certificates = rest.find((node) => isContext(node, 0))?.children() ?? ok([]);
  const crls = rest.find((node) => isContext(node, 1))?.children() ?? ok([]);
  const infos = readSet(rest.at(-1));
  if (!certificates.ok || !crls.ok || !infos.ok) return bad(root.value);
  const signers: CmsSigner[] = [];
  for (const info of infos.value) {
    const signer = readSigner(info);
    if (!signer.ok) return signer;
    signers.push(signer.value);
  }
  return ok({
    contentType: contentType.value,
    content: content.value,
    // Other certificate formats ([n] choices) are of no use here.
    certificates: certificates.value.filter((node) => isUniversal(node, TAG.sequence)).map((node) => node.raw),
    crls: crls.value.filter((node) => isUniversal(node, TAG.sequence)).map((node) => node.raw),
    signers,
    length: root.value.raw.length,
  });
}

/** The single element inside an explicit tag. */
function explicit(node: DerNode | undefined, tag: number): DerNode | undefined {
  const inner = isContext(node, tag) ? node.children() : undefined;
  return inner?.ok && inner.value.length === 1 ? inner.value[0] : undefined;
}

/** Usually an OCTET STRING; PKCS#7 1.5 allowed any type, whose content octets are then the message (RFC 5652 §5.2.1). */
function readContent(wrapper: DerNode): Result<Uint8Array, FormatError> {
  const inner = explicit(wrapper, 0);
  if (inner === undefined) return formatErr("cms.malformed", "签名数据（CMS）内容格式不正确", wrapper.offset);
  const isOctets = inner.class === "universal" && inner.tag === TAG.octetString;
  return isOctets ? readOctetString(inner) : ok(inner.content);
}

function readSigner(node: DerNode): Result<CmsSigner, FormatError> {
  const bad = () => formatErr("cms.signer", "签名者信息格式不正确", node.offset);
  const fields = readSequence(node);
  if (!fields.ok) return bad();
  const [version, id, digest, ...rest] = fields.value;
  const name = readSignerName(id);
  if (!readInteger(version).ok || !name.ok) return bad();
  const signedNode = isContext(rest[0], 0) ? rest.shift() : undefined;
  const [schemeNode, signatureNode, unsignedNode] = rest;
  const scheme = readSignatureScheme(schemeNode);
  const signature = readOctetString(signatureNode);
  if (!scheme.ok || !signature.ok) return bad();
  const signed = signedNode === undefined ? ok(undefined) : readSigned(signedNode);
  const unsigned = isContext(unsignedNode, 1) ? readAttributes(unsignedNode) : ok([]);
  if (!signed.ok || !unsigned.ok) return bad();
  return ok({
    name: name.value,
    digest: readDigest(digest),
    scheme: scheme.value,
    signature: signature.value,
    signed: signed.value,
    unsigned: unsigned.value,
  });
}

function readSignerName(node: DerNode | undefined): Result<SignerName, FormatError> {
  if (isContext(node, 0)) {
    const id = joinOctets(node);
    return id.ok ? ok({ kind: "key", keyId: toHex(id.value) }) : id;
  }
  const parts = readSequence(node);
  if (!parts.ok) return parts;
  const issuer = readName(parts.value[0]);
  if (!issuer.ok) return issuer;
  const serial = readInteger(parts.value[1]);
  return serial.ok ? ok({ kind: "issuer", issuer: issuer.value, serial: toHex(parts.value[1]!.content) }) : serial;
}

/**
 * The signature is over the attributes with the tag of a SET instead of [0] (RFC 5652 §5.4); the rest of the slice stays as it is. Some
 * makers sign DER, as they must, and write the attributes in another order or without a length: then that DER is made beside it.
 */
function readSigned(node: DerNode): Result<CmsSigner["signed"], FormatError> {
  const attributes = readAttributes(node);
  const parts = node.children();
  if (!attributes.ok) return attributes;
  const bytes = concatBytes(Uint8Array.of(0x31), node.raw.subarray(1));
  const der = parts.ok ? set(...parts.value.map(({ raw }) => raw)) : bytes;
  return ok({ bytes, attributes: attributes.value, ...(equalBytes(der, bytes) ? {} : { der }) });
}

/** Real signers have some ten: each is compared, hashed or shown again and again. */
const MAX_ATTRIBUTES = 256;

function readAttributes(node: DerNode): Result<readonly CmsAttribute[], FormatError> {
  const list = node.children();
  if (!list.ok) return list;
  if (list.value.length > MAX_ATTRIBUTES) return formatErr("cms.signer", `签名属性超过 ${MAX_ATTRIBUTES} 个`, node.offset);
  const attributes: CmsAttribute[] = [];
  for (const item of list.value) {
    const parts = readSequence(item);
    if (!parts.ok) return parts;
    const name = readOid(parts.value[0]);
    if (!name.ok) return name;
    const values = readSet(parts.value[1]);
    if (!values.ok) return values;
    attributes.push({ oid: name.value, values: values.value });
  }
  return ok(attributes);
}
