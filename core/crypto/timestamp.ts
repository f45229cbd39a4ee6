import {
  BER_LIMITS,
  boolean,
  concatBytes,
  equalBytes,
  formatErr,
  integer,
  isContext,
  isUniversal,
  octetString,
  oid,
  ok,
  readDer,
  readDerPrefix,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
  readTime,
  sequence,
  TAG,
  type DerNode,
  type FormatError,
  type Result,
} from "#core/formats";
import { readExtensionItems, type Extension } from "./certificate.ts";
import { writeDigestAlgorithm } from "./cms-write.ts";
import { digestOfContent, type DetachedContent } from "./cms-content.ts";
import { verifyCmsSigner, type CmsVerdict } from "./cms-verify.ts";
import { readSignedData, type SignedData } from "./cms.ts";
import type { DigestAlgorithm } from "./digest.ts";
import { readDigest } from "./signature-scheme.ts";
import { readStatus } from "./tsa-status.ts";

/** Content type of what a token signs, RFC 3161 §2.4.2. */
export const TST_INFO = "1.2.840.113549.1.9.16.1.4";
/** Purpose of an authority's certificate, RFC 3161 §2.3. */
export const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

/** What a time-stamp token says (时间戳), RFC 3161 §2.4.2. `time`: ISO 8601 UTC, fractions kept. */
export type TimeStamp = {
  readonly time: string;
  readonly policy: string;
  readonly digest: DigestAlgorithm | undefined;
  readonly imprint: Uint8Array;
  readonly nonce: bigint | undefined;
  readonly data: SignedData;
  /** The token alone, DER or BER: what is kept. */
  readonly token: Uint8Array;
};

/** A TimeStampReq over the digest of the data, with the authority's certificate asked for. `nonce` positive, from entropy; `policy` an identifier. DER. */
export function buildTimeStampRequest(algorithm: DigestAlgorithm, imprint: Uint8Array, nonce: bigint, policy?: string): Uint8Array {
  const message = sequence(writeDigestAlgorithm(algorithm), octetString(imprint));
  return sequence(integer(1), message, ...(policy === undefined ? [] : [oid(policy)]), integer(nonce), boolean(true));
}

/**
 * Reads a token, or the whole TimeStampResp around one: seals carry either. A response that grants nothing is an error
 * (timestamp.refused). Nothing is verified here.
 */
export function readTimeStamp(bytes: Uint8Array): Result<TimeStamp, FormatError> {
  const bad = () => formatErr("timestamp.malformed", "时间戳格式不正确");
  const token = tokenOf(bytes);
  if (!token.ok) return token;
  const data = readSignedData(token.value);
  if (!data.ok) return data;
  if (data.value.contentType !== TST_INFO || data.value.content === undefined) return bad();
  const root = readDer(data.value.content);
  const fields = root.ok ? readSequence(root.value) : root;
  if (!fields.ok) return bad();
  const [versionNode, policyNode, imprintNode, serialNode, timeNode, ...rest] = fields.value;
  const version = readInteger(versionNode);
  const policy = readOid(policyNode);
  const imprint = readSequence(imprintNode);
  const time = readTime(timeNode);
  if (!version.ok || !readInteger(serialNode).ok || !policy.ok || !imprint.ok || !time.ok || !isUniversal(timeNode, TAG.generalizedTime)) return bad();
  const hash = readOctetString(imprint.value[1]);
  if (!hash.ok) return bad();
  const extensions = readExtensionItemsOf(rest.find((node) => isContext(node, 1)));
  if (!extensions.ok) return bad();
  // What a later version or a critical extension says about the stamp is not known here (RFC 3161 §2.4.2).
  const strange = version.value === 1n ? extensions.value.find(({ critical }) => critical)?.oid : `版本 ${version.value}`;
  if (strange !== undefined) return formatErr("timestamp.unknown", `时间戳有不认识的关键内容（${strange}）`);
  const nonce = readInteger(rest.find((node) => isUniversal(node, TAG.integer)));
  return ok({
    time: time.value,
    policy: policy.value,
    digest: readDigest(imprint.value[0]),
    imprint: hash.value,
    nonce: nonce.ok ? nonce.value : undefined,
    data: data.value,
    token: token.value.subarray(0, data.value.length),
  });
}

/** Extensions behind an IMPLICIT tag, which takes the place of their SEQUENCE. */
function readExtensionItemsOf(node: DerNode | undefined): Result<readonly Extension[], FormatError> {
  if (node === undefined) return ok([]);
  const list = readDer(concatBytes(Uint8Array.of(0x30), node.raw.subarray(1)));
  return list.ok ? readExtensionItems(list.value) : list;
}

/** PKIStatusInfo first means a response (§2.4.2): status 0 or 1 grants. Both it and the token may be BER. */
function tokenOf(bytes: Uint8Array): Result<Uint8Array, FormatError> {
  const root = readDerPrefix(bytes, BER_LIMITS);
  const parts = root.ok ? readSequence(root.value) : root;
  if (!parts.ok || !isUniversal(parts.value[0], TAG.sequence)) return ok(bytes);
  const status = readStatus(parts.value[0]);
  if (!status.ok) return formatErr("timestamp.malformed", "时间戳应答格式不正确");
  const token = parts.value[1];
  if (status.value.status > 1) return formatErr("timestamp.refused", `时间戳服务没有签发时间戳（${status.value.text}）`);
  return token === undefined ? formatErr("timestamp.refused", "时间戳服务的应答里没有时间戳") : ok(token.raw);
}

/**
 * Checks a token against the data it stamps: imprint, signature, purpose of the authority's certificate. The verdict words
 * are those of verifyCmsSigner; "modified" means the stamp is of other data. Trust is for validateChain at `stamp.time`.
 */
export function verifyTimeStamp(stamp: TimeStamp, stamped: DetachedContent): CmsVerdict {
  const [signer, ...others] = stamp.data.signers;
  if (signer === undefined || others.length > 0) {
    const step = { name: "时间戳", result: "fail", detail: "时间戳应当恰有一个签名者" } as const;
    return { verdict: "invalid", steps: [step], certificate: undefined, pool: [], claimedTime: undefined };
  }
  const signed = verifyCmsSigner(stamp.data, signer);
  const steps = [...signed.steps];
  let { verdict } = signed;
  const actual = stamp.digest === undefined ? undefined : digestOfContent(stamped, stamp.digest);
  if (actual === undefined) {
    steps.push({ name: "时间戳内容", result: "unknown", detail: "不支持的摘要算法，或缺少被盖时间戳的内容" });
    if (verdict === "intact") verdict = "undecided";
  } else if (equalBytes(actual, stamp.imprint)) steps.push({ name: "时间戳内容", result: "pass", detail: "时间戳对应此内容" });
  else {
    steps.push({ name: "时间戳内容", result: "fail", detail: "时间戳对应的是别的内容" });
    if (verdict !== "invalid") verdict = "modified";
  }
  // RFC 3161 §2.3: the key is for time stamps and nothing else.
  const uses = signed.certificate?.extKeyUsage;
  if (signed.certificate !== undefined) {
    const only = uses?.length === 1 && uses[0] === TIME_STAMPING;
    const fits = only && signed.certificate.extKeyUsageCritical;
    const detail = fits ? "证书专用于时间戳" : only ? "证书的时间戳用途没有标为关键" : "证书不是专用于时间戳";
    steps.push({ name: "时间戳证书用途", result: fits ? "pass" : "fail", detail });
    if (!fits) verdict = "invalid";
  }
  return { ...signed, verdict, steps };
}
