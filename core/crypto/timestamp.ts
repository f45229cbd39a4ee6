import {
  boolean,
  equalBytes,
  formatErr,
  integer,
  isUniversal,
  octetString,
  ok,
  readDer,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
  readSmallInteger,
  readTime,
  sequence,
  TAG,
  type FormatError,
  type Result,
} from "#core/formats";
import { writeDigestAlgorithm } from "./cms-build.ts";
import { verifyCmsSigner, type CmsVerdict, type DetachedContent } from "./cms-verify.ts";
import { readSignedData, type SignedData } from "./cms.ts";
import { digest, type DigestAlgorithm } from "./digest.ts";
import { readDigest } from "./signature-scheme.ts";

const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

/** What a time-stamp token says (时间戳), RFC 3161 §2.4.2. `time`: ISO 8601 UTC, fractions kept. */
export type TimeStamp = {
  readonly time: string;
  readonly policy: string;
  readonly digest: DigestAlgorithm | undefined;
  readonly imprint: Uint8Array;
  readonly nonce: bigint | undefined;
  readonly data: SignedData;
};

/** A TimeStampReq over the digest of the data, with the authority's certificate asked for. `nonce` positive, from entropy. DER. */
export function buildTimeStampRequest(algorithm: DigestAlgorithm, imprint: Uint8Array, nonce: bigint): Uint8Array {
  const message = sequence(writeDigestAlgorithm(algorithm), octetString(imprint));
  return sequence(integer(1), message, integer(nonce), boolean(true));
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
  const [, policyNode, imprintNode, , timeNode, ...rest] = fields.value;
  const policy = readOid(policyNode);
  const imprint = readSequence(imprintNode);
  const time = readTime(timeNode);
  if (!policy.ok || !imprint.ok || !time.ok || !isUniversal(timeNode, TAG.generalizedTime)) return bad();
  const hash = readOctetString(imprint.value[1]);
  if (!hash.ok) return bad();
  const nonce = readInteger(rest.find((node) => isUniversal(node, TAG.integer)));
  return ok({
    time: time.value,
    policy: policy.value,
    digest: readDigest(imprint.value[0]),
    imprint: hash.value,
    nonce: nonce.ok ? nonce.value : undefined,
    data: data.value,
  });
}

/** PKIStatusInfo first means a response (§2.4.2): status 0 or 1 grants. */
function tokenOf(bytes: Uint8Array): Result<Uint8Array, FormatError> {
  const root = readDer(bytes);
  // A token may be BER, which this strict reading does not take; a response around one is then not met in practice.
  if (!root.ok) return ok(bytes);
  const parts = readSequence(root.value);
  if (!parts.ok || !isUniversal(parts.value[0], TAG.sequence)) return ok(bytes);
  const info = readSequence(parts.value[0]);
  const status = info.ok ? readSmallInteger(info.value[0]) : info;
  const token = parts.value[1];
  if (!status.ok || status.value > 1 || token === undefined) return formatErr("timestamp.refused", "时间戳服务没有签发时间戳");
  return ok(token.raw);
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
  const actual =
    stamp.digest === undefined ? undefined : "bytes" in stamped ? digest(stamp.digest, stamped.bytes) : stamped.digestOf(stamp.digest);
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
    const fits = uses?.length === 1 && uses[0] === TIME_STAMPING;
    steps.push({ name: "时间戳证书用途", result: fits ? "pass" : "fail", detail: fits ? "证书专用于时间戳" : "证书不是专用于时间戳" });
    if (!fits) verdict = "invalid";
  }
  return { ...signed, verdict, steps };
}
