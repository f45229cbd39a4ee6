import {
  bitString,
  certificateTime,
  contextExplicit,
  formatErr,
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
import { extension, serialNumber } from "./certificate-build.ts";
import { readExtensionList, type Certificate } from "./certificate.ts";
import { readName, sameName, type Name } from "./name.ts";
import { checkSignature, readSignatureScheme, writeSignatureAlgorithm, type SignatureScheme } from "./signature-scheme.ts";
import type { MessageSigner } from "./signer.ts";

/** A certificate revocation list (证书吊销列表), RFC 5280 §5. Times ISO 8601 UTC; keys of `revoked` are serial numbers in hexadecimal. */
export type RevocationList = {
  readonly raw: Uint8Array;
  readonly tbs: Uint8Array;
  readonly issuer: Name;
  readonly thisUpdate: string;
  readonly nextUpdate: string | undefined;
  readonly revoked: ReadonlyMap<string, { readonly date: string }>;
  readonly unknownCritical: readonly string[];
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
  const revoked = isUniversal(queue[0], TAG.sequence) ? readRevoked(queue.shift()!) : ok(new Map<string, { date: string }>());
  if (!revoked.ok) return revoked;
  const extensions = readExtensionList(queue.find((node) => isContext(node, 0)));
  if (!extensions.ok) return extensions;
  return ok({
    raw: root.value.raw,
    tbs: tbs!.raw,
    issuer: issuer.value,
    thisUpdate: thisUpdate.value,
    nextUpdate,
    revoked: revoked.value,
    // Delta lists and lists for part of the certificates mark themselves critical: they cannot prove absence.
    unknownCritical: extensions.value.filter((item) => item.critical).map((item) => item.oid),
    scheme: scheme.value,
    signature: signature.value,
  });
}

function readRevoked(node: DerNode): Result<Map<string, { date: string }>, FormatError> {
  const entries = readSequence(node);
  if (!entries.ok) return entries;
  const revoked = new Map<string, { date: string }>();
  for (const entry of entries.value) {
    const parts = readSequence(entry);
    if (!parts.ok) return parts;
    const serial = readInteger(parts.value[0]);
    if (!serial.ok) return serial;
    const date = readTime(parts.value[1]);
    if (!date.ok) return date;
    revoked.set(toHex(parts.value[0]!.content), { date: date.value });
  }
  return ok(revoked);
}

/** What a list is to say; `serial` in hexadecimal. */
export type RevocationListContent = {
  readonly issuer: Uint8Array;
  readonly number: number;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  readonly revoked: readonly { readonly serial: string; readonly date: string }[];
};

/** An issued list, DER, version 2 with its number. */
export async function buildRevocationList(content: RevocationListContent, issuer: MessageSigner): Promise<Uint8Array> {
  const algorithm = writeSignatureAlgorithm(issuer.algorithm);
  const entries = content.revoked.map(({ serial, date }) => sequence(serialNumber(serial), certificateTime(date)));
  const tbs = sequence(
    integer(1),
    algorithm,
    content.issuer,
    certificateTime(content.thisUpdate),
    certificateTime(content.nextUpdate),
    // An empty list must be left out altogether (§5.1.2.6).
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    contextExplicit(0, sequence(extension("2.5.29.20", integer(content.number)))),
  );
  return sequence(tbs, algorithm, bitString(await issuer.sign(tbs)));
}

/** Outcomes by list and issuer: a list may be megabytes long and is asked about every certificate of a batch. */
const checkedLists = new WeakMap<RevocationList, WeakMap<Certificate, boolean>>();

function isSignedBy(list: RevocationList, issuer: Certificate): boolean {
  const outcomes = checkedLists.get(list) ?? new WeakMap<Certificate, boolean>();
  checkedLists.set(list, outcomes);
  let good = outcomes.get(issuer);
  if (good === undefined) {
    good = checkSignature(list.scheme, list.tbs, list.signature, issuer.publicKey) === "valid";
    outcomes.set(issuer, good);
  }
  return good;
}

/** What a list says about a certificate at a time. */
export type RevocationStatus =
  | { readonly status: "good" }
  | { readonly status: "revoked"; readonly date: string }
  | { readonly status: "unknown"; readonly reason: string };

/**
 * Looks for the certificate in the lists of its issuer at time `at` (ISO 8601 UTC). A list counts when its issuer may
 * sign lists, its signature holds and it has no critical part that is not understood. A list issued after `at` is the
 * better witness, since revocation dates lie in the past; one that had run out by `at` proves nothing about absence.
 */
export function revocationAt(
  certificate: Certificate,
  issuer: Certificate,
  lists: readonly RevocationList[],
  at: string,
): RevocationStatus {
  let reason = "未检查吊销";
  let good = false;
  for (const list of lists) {
    if (!sameName(list.issuer, issuer.subject)) continue;
    if (issuer.keyUsage !== undefined && !issuer.keyUsage.includes("cRLSign")) {
      reason = "颁发者无权签发吊销列表";
      continue;
    }
    if (!isSignedBy(list, issuer)) {
      reason = "吊销列表签名无效";
      continue;
    }
    const entry = list.revoked.get(certificate.serial);
    if (entry !== undefined && Date.parse(entry.date) <= Date.parse(at)) return { status: "revoked", date: entry.date };
    if (list.unknownCritical.length > 0) reason = "吊销列表只覆盖部分证书";
    else if (list.nextUpdate !== undefined && Date.parse(list.nextUpdate) < Date.parse(at)) reason = "吊销列表已过期";
    else good = true;
  }
  return good ? { status: "good" } : { status: "unknown", reason };
}
