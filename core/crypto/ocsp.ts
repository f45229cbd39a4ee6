import {
  contextExplicit,
  equalBytes,
  formatErr,
  isContext,
  isUniversal,
  octetString,
  oid,
  ok,
  readBitString,
  readDer,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
  readSmallInteger,
  readTime,
  sequence,
  TAG,
  toHex,
  type DerNode,
  type FormatError,
  type Result,
} from "#core/formats";
import { readCertificate, readExtensionList, type Certificate, type Extension } from "./certificate.ts";
import { serialOf, writeDigestAlgorithm } from "./cms-write.ts";
import { digest, type DigestAlgorithm } from "./digest.ts";
import { readName, type Name } from "./name.ts";
import { keyBits } from "./public-key.ts";
import { revocationDetails, type Revocation } from "./revocation.ts";
import { readDigest, readSignatureScheme, type SignatureScheme } from "./signature-scheme.ts";

export const OCSP = {
  basic: "1.3.6.1.5.5.7.48.1.1",
  nonce: "1.3.6.1.5.5.7.48.1.2",
  archiveCutoff: "1.3.6.1.5.5.7.48.1.6",
  extendedRevoke: "1.3.6.1.5.5.7.48.1.9",
  signing: "1.3.6.1.5.5.7.3.9",
} as const;

/** Whom an answer is about, RFC 6960 §4.1.1: digests of the issuer's name and key, and the serial number in hexadecimal. */
export type CertificateId = {
  readonly digest: DigestAlgorithm | undefined;
  readonly issuerName: Uint8Array;
  readonly issuerKey: Uint8Array;
  readonly serial: string;
};

/** One answer. Times ISO 8601 UTC. */
export type OcspAnswer = {
  readonly id: CertificateId;
  readonly status: { readonly kind: "good" } | ({ readonly kind: "revoked" } & Revocation) | { readonly kind: "unknown" };
  readonly thisUpdate: string;
  readonly nextUpdate: string | undefined;
  /** Certificates that ran out since then are still answered for (archive cutoff, §4.4.4). */
  readonly keptFrom: string | undefined;
  /** A critical extension that is not understood: then the answer proves nothing. */
  readonly unknownCritical?: string;
};

/** A basic OCSP response (证书状态应答). Nothing of it is verified yet: ocspStatusAt does that. */
export type OcspResponse = {
  /** The whole OCSPResponse, DER: what is stored. */
  readonly raw: Uint8Array;
  readonly tbs: Uint8Array;
  readonly responder: { readonly kind: "name"; readonly name: Name } | { readonly kind: "key"; readonly hash: Uint8Array };
  readonly producedAt: string;
  readonly answers: readonly OcspAnswer[];
  readonly nonce: Uint8Array | undefined;
  readonly scheme: SignatureScheme;
  readonly signature: Uint8Array;
  readonly certificates: readonly Certificate[];
};

const REFUSALS: Readonly<Record<number, string>> = { 1: "请求格式不正确", 2: "服务内部错误", 3: "暂时无法应答", 5: "请求须签名", 6: "无权查询" };

/**
 * Reads an OCSPResponse, or the BasicOCSPResponse alone that CAdES attributes carry. Errors: ocsp.malformed, ocsp.refused
 * (the responder gave no answer and says why), ocsp.type, and those of the parts.
 */
export function readOcspResponse(der: Uint8Array): Result<OcspResponse, FormatError> {
  const bad = () => formatErr("ocsp.malformed", "证书状态应答（OCSP）格式不正确");
  const root = readDer(der);
  const outer = root.ok ? readSequence(root.value) : root;
  if (!outer.ok) return bad();
  const [first, wrapped] = outer.value;
  if (isUniversal(first, TAG.sequence)) return readBasic(der, wrap(der));
  const status = isUniversal(first, TAG.enumerated) ? readSmallInteger(first) : bad();
  if (!status.ok) return bad();
  if (status.value !== 0) return formatErr("ocsp.refused", `证书状态服务没有应答：${REFUSALS[status.value] ?? `状态 ${status.value}`}`);
  const inner = isContext(wrapped, 0) ? wrapped.children() : undefined;
  const parts = inner?.ok ? readSequence(inner.value[0]) : bad();
  if (!parts.ok) return bad();
  const type = readOid(parts.value[0]);
  if (!type.ok || type.value !== OCSP.basic) return formatErr("ocsp.type", "不支持的证书状态应答类型");
  const basic = readOctetString(parts.value[1]);
  return basic.ok ? readBasic(basic.value, der) : bad();
}

const wrap = (basic: Uint8Array): Uint8Array =>
  sequence(Uint8Array.of(TAG.enumerated, 1, 0), contextExplicit(0, sequence(oid(OCSP.basic), octetString(basic))));

function readBasic(bytes: Uint8Array, raw: Uint8Array): Result<OcspResponse, FormatError> {
  const bad = (node?: DerNode) => formatErr("ocsp.malformed", "证书状态应答（OCSP）格式不正确", node?.offset);
  const root = readDer(bytes);
  const parts = root.ok ? readSequence(root.value) : root;
  if (!parts.ok) return bad();
  const [tbs, algorithm, bits, certs] = parts.value;
  const fields = readSequence(tbs);
  const scheme = readSignatureScheme(algorithm);
  const signature = readBitString(bits);
  if (!fields.ok || tbs === undefined || !scheme.ok || !signature.ok) return bad(tbs);
  const queue = [...fields.value];
  if (isContext(queue[0], 0)) queue.shift();
  const responder = readResponder(queue.shift());
  const producedAt = readTime(queue.shift());
  const list = readSequence(queue.shift());
  const extensions = readExtensionList(queue.find((node) => isContext(node, 1)));
  if (!responder.ok || !producedAt.ok || !list.ok || !extensions.ok) return bad(tbs);
  const unknownCritical = unknownIn(extensions.value, [OCSP.nonce, OCSP.extendedRevoke]);
  const answers: OcspAnswer[] = [];
  for (const node of list.value) {
    const answer = readAnswer(node);
    if (!answer.ok) return answer;
    answers.push(unknownCritical === undefined ? answer.value : { ...answer.value, unknownCritical });
  }
  const carried = isContext(certs, 0) ? certs.children() : undefined;
  const certificates = readSequence(carried?.ok ? carried.value[0] : undefined);
  const nonceValue = extensions.value.find((extension) => extension.oid === OCSP.nonce)?.value;
  return ok({
    raw,
    tbs: tbs.raw,
    responder: responder.value,
    producedAt: producedAt.value,
    answers,
    nonce: nonceValue === undefined ? undefined : nonceOf(nonceValue),
    scheme: scheme.value,
    signature: signature.value,
    certificates: (certificates.ok ? certificates.value : []).flatMap((node) => {
      const read = readCertificate(node.raw);
      return read.ok ? [read.value] : [];
    }),
  });
}

/** RFC 8954 §2.1 makes the nonce an OCTET STRING; older software put the bare bytes. */
function nonceOf(value: Uint8Array): Uint8Array {
  const node = readDer(value);
  const octets = node.ok ? readOctetString(node.value) : node;
  return octets.ok ? octets.value : value;
}

/** The first critical extension that is none of these (RFC 6960 §4.4 with RFC 5280 §4.2). */
function unknownIn(extensions: readonly Extension[], understood: readonly string[]): string | undefined {
  return extensions.find(({ oid: name, critical }) => critical && !understood.includes(name))?.oid;
}

function readResponder(node: DerNode | undefined): Result<OcspResponse["responder"], FormatError> {
  const bad = () => formatErr("ocsp.malformed", "证书状态应答者格式不正确", node?.offset);
  const inner = node?.class === "context" && (node.tag === 1 || node.tag === 2) ? node.children() : undefined;
  if (!inner?.ok) return bad();
  if (node?.tag === 1) {
    const name = readName(inner.value[0]);
    return name.ok ? ok({ kind: "name", name: name.value }) : bad();
  }
  const hash = readOctetString(inner.value[0]);
  return hash.ok ? ok({ kind: "key", hash: hash.value }) : bad();
}

function readAnswer(node: DerNode): Result<OcspAnswer, FormatError> {
  const bad = () => formatErr("ocsp.malformed", "证书状态应答格式不正确", node.offset);
  const parts = readSequence(node);
  if (!parts.ok) return bad();
  const [idNode, statusNode, thisNode, ...rest] = parts.value;
  const id = readCertificateId(idNode);
  const thisUpdate = readTime(thisNode);
  const nextNode = rest.find((part) => isContext(part, 0))?.children();
  const nextUpdate = nextNode === undefined ? ok(undefined) : nextNode.ok ? readTime(nextNode.value[0]) : bad();
  const extensions = readExtensionList(rest.find((part) => isContext(part, 1)));
  if (!id.ok || !thisUpdate.ok || !nextUpdate.ok || !extensions.ok) return bad();
  const unknownCritical = unknownIn(extensions.value, [OCSP.archiveCutoff, "2.5.29.21", "2.5.29.24"]);
  const cutoff = extensions.value.find((extension) => extension.oid === OCSP.archiveCutoff);
  const cutoffNode = cutoff === undefined ? undefined : readDer(cutoff.value);
  const keptFrom = readTime(cutoffNode?.ok ? cutoffNode.value : undefined);
  const common = { id: id.value, thisUpdate: thisUpdate.value, nextUpdate: nextUpdate.value, keptFrom: keptFrom.ok ? keptFrom.value : undefined, ...(unknownCritical === undefined ? {} : { unknownCritical }) };
  if (statusNode?.class !== "context") return bad();
  if (statusNode.tag === 0) return ok({ ...common, status: { kind: "good" } });
  if (statusNode.tag === 2) return ok({ ...common, status: { kind: "unknown" } });
  const info = statusNode.tag === 1 ? statusNode.children() : undefined;
  const date = info?.ok ? readTime(info.value[0]) : bad();
  if (!date.ok || !info?.ok) return bad();
  const reasonNode = isContext(info.value[1], 0) ? info.value[1].children() : undefined;
  const reason = reasonNode?.ok ? reasonNode.value[0]?.raw : undefined;
  const details = revocationDetails([...extensions.value, ...(reason === undefined ? [] : [{ oid: "2.5.29.21", critical: false, value: reason }])]);
  return ok({ ...common, status: { kind: "revoked", date: date.value, ...details } });
}

/** A CertID. */
export function readCertificateId(node: DerNode | undefined): Result<CertificateId, FormatError> {
  const parts = readSequence(node);
  if (!parts.ok) return parts;
  const [algorithm, name, key, serialNode] = parts.value;
  const issuerName = readOctetString(name);
  const issuerKey = readOctetString(key);
  const serial = readInteger(serialNode);
  if (!issuerName.ok) return issuerName;
  if (!issuerKey.ok) return issuerKey;
  if (!serial.ok) return serial;
  return ok({ digest: readDigest(algorithm), issuerName: issuerName.value, issuerKey: issuerKey.value, serial: toHex(serialNode!.content) });
}

/** DER of the CertID of a certificate, by number. */
export function writeCertificateId(serial: string, issuer: Certificate, algorithm: DigestAlgorithm): Uint8Array {
  return sequence(
    writeDigestAlgorithm(algorithm),
    octetString(digest(algorithm, issuer.subject.raw)),
    octetString(digest(algorithm, keyBits(issuer.spki))),
    serialOf(serial),
  );
}

/** True when the answer is about this certificate of this issuer. */
export function isAbout({ digest: algorithm, issuerName, issuerKey, serial }: CertificateId, certificate: Certificate, issuer: Certificate): boolean {
  if (algorithm === undefined || serial !== certificate.serial) return false;
  return equalBytes(issuerName, digest(algorithm, issuer.subject.raw)) && equalBytes(issuerKey, digest(algorithm, keyBits(issuer.spki)));
}
