import { equalBytes, formatErr, ok, type FormatError, type Result } from "#core/formats";
import { validateChain, type ChainOptions } from "./chain.ts";
import type { Certificate } from "./certificate.ts";
import { digest, type DigestAlgorithm } from "./digest.ts";
import { numberOf } from "./ec-signature.ts";
import { reasonOf, type PostPort } from "./http-port.ts";
import type { Entropy } from "./sm2.ts";
import { buildTimeStampRequest, readTimeStamp, TIME_STAMPING, verifyTimeStamp, type TimeStamp } from "./timestamp.ts";

/** What is to be stamped and by whom. */
export type TimeStampAsking = {
  readonly url: string;
  readonly post: PostPort;
  /** The bytes (a signature value), or their digest by `algorithm`. */
  readonly content: { readonly bytes: Uint8Array } | { readonly digest: Uint8Array };
  /** Digest of the imprint: SM3 where the whole chain is Chinese, SHA-256 for readers abroad. */
  readonly algorithm: DigestAlgorithm;
  /** For the nonce: 8 bytes are taken. */
  readonly entropy: Entropy;
  /** The own clock, ISO 8601 UTC, read when the answer is there. */
  readonly now: () => string;
  /** How far the stamp may lie from the own clock, seconds; 300 when absent. */
  readonly tolerance?: number;
  /** Identifier of the policy to ask for; the stamp must then name it. */
  readonly policy?: string;
  /** When given, the authority's certificate must lead to one of these anchors at the stamp's time. */
  readonly trust?: Pick<ChainOptions, "crls" | "ocsps" | "revocation"> & { readonly anchors: readonly Certificate[] };
};

const DEFAULT_TOLERANCE = 300;
/** Tokens are a few kilobytes; more than this is no time stamp. */
const MAX_REPLY = 1024 * 1024;

/**
 * Asks an authority for a time stamp (时间戳) and takes nothing on its word, RFC 3161 §2.2. The stamp's `token` is what is
 * kept. Errors: tsa.unreachable (no answer), tsa.http (status not 200), tsa.refused (with what the authority said),
 * tsa.malformed, tsa.imprint (stamp of other data), tsa.nonce (an old answer), tsa.policy, tsa.time (too far from the own
 * clock, either way), tsa.signature, tsa.certificate (not an authority's, not bound, or not trusted).
 */
export async function requestTimeStamp(asking: TimeStampAsking): Promise<Result<TimeStamp, FormatError>> {
  const { algorithm, content } = asking;
  const imprint = "digest" in content ? content.digest : digest(algorithm, content.bytes);
  if (imprint.length !== digest(algorithm, new Uint8Array(0)).length) return formatErr("tsa.imprint", "待盖时间戳的摘要长度不正确");
  // Never zero and never negative: some authorities refuse both.
  const nonce = numberOf(asking.entropy(8)) + 1n;
  const reply = await posted(asking, buildTimeStampRequest(algorithm, imprint, nonce, asking.policy));
  if (!reply.ok) return reply;
  const stamp = readTimeStamp(reply.value);
  if (!stamp.ok) {
    const refused = stamp.error.code === "timestamp.refused";
    return refused ? formatErr("tsa.refused", stamp.error.message) : formatErr("tsa.malformed", `时间戳应答无法读取：${stamp.error.message}`);
  }
  return judged(stamp.value, { ...asking, imprint, nonce });
}

async function posted({ post, url }: TimeStampAsking, body: Uint8Array): Promise<Result<Uint8Array, FormatError>> {
  let reply: Awaited<ReturnType<PostPort>>;
  try {
    reply = await post({ url, contentType: "application/timestamp-query", accept: "application/timestamp-reply", body });
  } catch (error) {
    return formatErr("tsa.unreachable", `时间戳服务没有应答${reasonOf(error)}`);
  }
  if (reply.status !== 200) return formatErr("tsa.http", `时间戳服务应答异常（HTTP ${reply.status}）`);
  if (reply.body.length > MAX_REPLY) return formatErr("tsa.malformed", "时间戳应答过大");
  return ok(reply.body);
}

type Expected = TimeStampAsking & { readonly imprint: Uint8Array; readonly nonce: bigint };

function judged(stamp: TimeStamp, expected: Expected): Result<TimeStamp, FormatError> {
  if (stamp.digest !== expected.algorithm || !equalBytes(stamp.imprint, expected.imprint)) {
    return formatErr("tsa.imprint", "时间戳对应的是别的内容");
  }
  if (stamp.nonce !== expected.nonce) return formatErr("tsa.nonce", "时间戳应答不是对本次请求的应答（随机数不符）");
  if (expected.policy !== undefined && stamp.policy !== expected.policy) {
    return formatErr("tsa.policy", `时间戳策略不符：要求 ${expected.policy}，得到 ${stamp.policy}`);
  }
  const now = expected.now();
  const apart = (Date.parse(stamp.time) - Date.parse(now)) / 1000;
  // Written so that a clock that cannot be read fails too.
  if (!(Math.abs(apart) <= (expected.tolerance ?? DEFAULT_TOLERANCE))) {
    const side = apart > 0 ? "晚于" : "早于";
    return formatErr("tsa.time", `时间戳的时间 ${stamp.time} ${side}本机时间 ${now} 过多，请核对本机时钟或时间戳服务`);
  }
  const verdict = verifyTimeStamp(stamp, { digestOf: () => expected.imprint });
  const because = verdict.steps.find((step) => step.result === "fail" || step.result === "unknown");
  if (verdict.verdict !== "intact" || verdict.certificate === undefined) {
    const ofCertificate = because !== undefined && ["时间戳证书用途", "证书绑定", "签名者证书"].includes(because.name);
    return formatErr(ofCertificate ? "tsa.certificate" : "tsa.signature", `时间戳不可用：${because?.detail ?? "签名无效"}`);
  }
  const { certificate, pool } = verdict;
  // RFC 3161 §2.4.2 has every token name its certificate; stored ones are read without, a fresh one must be in order.
  if (!verdict.steps.some((step) => step.name === "证书绑定" && step.result === "pass")) {
    return formatErr("tsa.certificate", "时间戳没有绑定时间戳证书");
  }
  if (Date.parse(stamp.time) < Date.parse(certificate.notBefore) || Date.parse(stamp.time) > Date.parse(certificate.notAfter)) {
    return formatErr("tsa.certificate", `时间戳证书在 ${stamp.time} 不在有效期内`);
  }
  if (expected.trust !== undefined) {
    const { anchors, ...options } = expected.trust;
    const chain = validateChain(certificate, pool, anchors, { ...options, at: stamp.time, usage: ["digitalSignature", "nonRepudiation"], purpose: TIME_STAMPING });
    const gap = chain.steps.find((step) => step.result === "fail" || step.result === "unknown");
    if (chain.verdict !== "trusted") return formatErr("tsa.certificate", `时间戳证书不可信：${gap?.detail ?? ""}`);
  }
  return ok(stamp);
}
