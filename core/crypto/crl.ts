import {
  bitString,
  certificateTime,
  contextExplicit,
  enumerated,
  formatErr,
  generalizedTime,
  integer,
  isContext,
  isUniversal,
  ok,
  readBitString,
  readDer,
  readInteger,
  readSequence,
  readTime,
  sequence,
  TAG,
  toHex,
  type DerNode,
  type FormatError,
  type Result,
} from "#core/formats";
import { criticalExtension, extension, serialNumber } from "./certificate-build.ts";
import { readExtensionItems, readExtensionList, type Extension } from "./certificate.ts";
import { readListScope, type ListScope } from "./crl-scope.ts";
import { readName, type Name } from "./name.ts";
import { REVOCATION_REASONS, revocationDetails, type Revocation } from "./revocation.ts";
import { readSignatureScheme, writeSignatureAlgorithm, type SignatureScheme } from "./signature-scheme.ts";
import type { MessageSigner } from "./signer.ts";

/** A certificate revocation list (证书吊销列表), RFC 5280 §5. Times ISO 8601 UTC; keys of `revoked` are serial numbers in hexadecimal. */
export type RevocationList = {
  readonly raw: Uint8Array;
  readonly tbs: Uint8Array;
  readonly issuer: Name;
  readonly thisUpdate: string;
  readonly nextUpdate: string | undefined;
  readonly revoked: ReadonlyMap<string, Revocation>;
  /** Which certificates it speaks for. */
  readonly scope: ListScope;
  readonly scheme: SignatureScheme;
  readonly signature: Uint8Array;
};

/** Reads one list in DER. Error codes crl.* and der.*. */
export function readRevocationList(der: Uint8Array): Result<RevocationList, FormatError> {
  const bad = (node?: DerNode) => formatErr("crl.malformed", "吊销列表格式不正确", node?.offset);
  const root = readDer(der);
  if (!root.ok) return root;
  const parts = readSequence(root.value);
  if (!parts.ok || parts.value.length !== 3) return bad(root.value);
  const [tbs, outer, bits] = parts.value;
  const fields = readSequence(tbs);
  const signature = readBitString(bits);
  if (!fields.ok || !signature.ok) return bad(tbs);
  const queue = [...fields.value];
  if (isUniversal(queue[0], TAG.integer)) queue.shift();
  const inner = queue.shift();
  if (inner === undefined || toHex(inner.raw) !== toHex(outer!.raw)) return bad(inner);
  const scheme = readSignatureScheme(inner);
  if (!scheme.ok) return scheme;
  const issuer = readName(queue.shift());
  if (!issuer.ok) return issuer;
  const thisUpdate = readTime(queue.shift());
  if (!thisUpdate.ok) return thisUpdate;
  let nextUpdate: string | undefined;
  if (isUniversal(queue[0], TAG.utcTime) || isUniversal(queue[0], TAG.generalizedTime)) {
    const time = readTime(queue.shift());
    if (!time.ok) return time;
    nextUpdate = time.value;
  }
  const revoked = isUniversal(queue[0], TAG.sequence) ? readRevoked(queue.shift()!) : ok({ entries: new Map<string, Revocation>(), mixed: false });
  if (!revoked.ok) return revoked;
  const extensions = readExtensionList(queue.find((node) => isContext(node, 0)));
  if (!extensions.ok) return extensions;
  const scope = readListScope(extensions.value);
  return ok({
    raw: root.value.raw,
    tbs: tbs!.raw,
    issuer: issuer.value,
    thisUpdate: thisUpdate.value,
    nextUpdate,
    revoked: revoked.value.entries,
    scope: revoked.value.mixed ? { ...scope, indirect: true, partial: scope.partial ?? "吊销列表条目有不认识的关键扩展" } : scope,
    scheme: scheme.value,
    signature: signature.value,
  });
}

/** Reason code and invalidity date are understood; any other critical extension of an entry (certificateIssuer) changes what it means. */
const UNDERSTOOD = ["2.5.29.21", "2.5.29.24"];

function readRevoked(node: DerNode): Result<{ entries: Map<string, Revocation>; mixed: boolean }, FormatError> {
  const list = readSequence(node);
  if (!list.ok) return list;
  const entries = new Map<string, Revocation>();
  let mixed = false;
  for (const entry of list.value) {
    const parts = readSequence(entry);
    if (!parts.ok) return parts;
    const [serialNode, dateNode, extensionsNode] = parts.value;
    const serial = readInteger(serialNode);
    if (!serial.ok) return serial;
    const date = readTime(dateNode);
    if (!date.ok) return date;
    const extensions = extensionsNode === undefined ? ok([]) : readExtensionItems(extensionsNode);
    if (!extensions.ok) return extensions;
    mixed ||= extensions.value.some((extension) => extension.critical && !UNDERSTOOD.includes(extension.oid));
    entries.set(toHex(serialNode!.content), { date: date.value, ...revocationDetails(extensions.value) });
  }
  return ok({ entries, mixed });
}

/** What a list is to say; `serial` in hexadecimal. */
export type RevocationListContent = {
  readonly issuer: Uint8Array;
  readonly number: number;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  readonly revoked: readonly ({ readonly serial: string } & Revocation)[];
  /** Extensions beside the number, `value` DER: the scope of the list. */
  readonly further?: readonly Extension[];
};

/** An issued list, DER, version 2 with its number. */
export async function buildRevocationList(content: RevocationListContent, issuer: MessageSigner): Promise<Uint8Array> {
  const algorithm = writeSignatureAlgorithm(issuer.algorithm);
  const entries = content.revoked.map(({ serial, date, ...details }) => sequence(serialNumber(serial), certificateTime(date), ...entryExtensions(details)));
  const further = (content.further ?? []).map(({ oid, critical, value }) => (critical ? criticalExtension(oid, value) : extension(oid, value)));
  const tbs = sequence(
    integer(1),
    algorithm,
    content.issuer,
    certificateTime(content.thisUpdate),
    certificateTime(content.nextUpdate),
    // An empty list must be left out altogether (§5.1.2.6).
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    contextExplicit(0, sequence(extension("2.5.29.20", integer(content.number)), ...further)),
  );
  return sequence(tbs, algorithm, bitString(await issuer.sign(tbs)));
}

/** Reason and invalidity date of an entry, where told (RFC 5280 §5.3): inside one SEQUENCE, or nothing. */
export function entryExtensions({ reason, invalidityDate }: Omit<Revocation, "date">): readonly Uint8Array[] {
  const extensions = [
    ...(reason === undefined ? [] : [extension("2.5.29.21", enumerated(REVOCATION_REASONS.indexOf(reason)))]),
    ...(invalidityDate === undefined ? [] : [extension("2.5.29.24", generalizedTime(invalidityDate))]),
  ];
  return extensions.length === 0 ? [] : [sequence(...extensions)];
}
