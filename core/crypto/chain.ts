import { equalBytes } from "#core/formats";
import type { Certificate, KeyUsage } from "./certificate.ts";
import { revocationAt } from "./crl-judge.ts";
import type { RevocationList } from "./crl.ts";
import type { OcspResponse } from "./ocsp.ts";
import { ocspStatusAt } from "./ocsp-judge.ts";
import { weighed, type RevocationSource, type RevocationStatus } from "./revocation-status.ts";
import { isCompromise } from "./revocation.ts";
import { sameName } from "./name.ts";
import { checkSignature, type SignatureCheck } from "./signature-scheme.ts";
import { sm3Hex } from "./sm3.ts";

/** One check that was made, for people to read. */
export type CheckStep = {
  readonly name: string;
  readonly result: "pass" | "fail" | "warn" | "unknown";
  readonly detail: string;
};

/**
 * trusted 可信: a sound path to an anchor. untrusted 不受信任: no path to any anchor. invalid 无效: a check failed on the way.
 * undecided 无法判断: an algorithm or a critical extension is not understood, or revocation was required and not known.
 */
export type ChainVerdict = {
  readonly verdict: "trusted" | "untrusted" | "invalid" | "undecided";
  readonly steps: readonly CheckStep[];
  /** The path that was judged, leaf first. */
  readonly path: readonly Certificate[];
  /** Which lists and responses decided about which certificates: what long-term proof must keep. */
  readonly evidence: readonly RevocationEvidence[];
};

/** One answer about revocation that was found and used. */
export type RevocationEvidence = {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly status: "good" | "revoked";
  readonly source: RevocationSource;
};

export type ChainOptions = {
  /** The time to judge at, ISO 8601 UTC. */
  readonly at: string;
  readonly crls: readonly RevocationList[];
  readonly ocsps?: readonly OcspResponse[];
  /**
   * Whether `at` is proven by a time stamp. A key that was stolen later can date a signature back, so a claimed time
   * (default) cannot decide once a certificate was revoked for compromise.
   */
  readonly time?: "proven" | "claimed";
  /** "report" (default): a missing list is a step 未检查吊销 and no more; "required": it makes the verdict undecided. */
  readonly revocation?: "report" | "required";
  /** The leaf must allow at least one of these, where it has a keyUsage at all. */
  readonly usage?: readonly KeyUsage[];
  /** The leaf must carry this extended purpose (object identifier). */
  readonly purpose?: string;
};

/** Longest path that is searched, and most signatures that are checked while searching. */
const MAX_PATH = 10;
const MAX_CHECKS = 200;

/** Outcomes by the two values: certificates do not change, and a batch meets the same issuers thousands of times. */
const checked = new WeakMap<Certificate, WeakMap<Certificate, SignatureCheck>>();

/** Checks the certificate's signature with the issuer's key; names, dates and rights are not looked at. */
export function verifySignedBy(certificate: Certificate, issuer: Certificate): SignatureCheck {
  const outcomes = checked.get(certificate) ?? new WeakMap<Certificate, SignatureCheck>();
  checked.set(certificate, outcomes);
  let outcome = outcomes.get(issuer);
  if (outcome === undefined) {
    outcome = checkSignature(certificate.scheme, certificate.tbs, certificate.signature, issuer.publicKey);
    outcomes.set(issuer, outcome);
  }
  return outcome;
}

/**
 * Judges a certificate, RFC 5280 §6 without policies and name constraints (a critical one makes it undecided).
 * All paths through the pool are tried; the first sound one counts, otherwise the one that came furthest is told.
 */
export function validateChain(
  leaf: Certificate,
  pool: readonly Certificate[],
  anchors: readonly Certificate[],
  options: ChainOptions,
): ChainVerdict {
  const { paths, fragment } = findPaths(leaf, pool, anchors);
  let best: ChainVerdict | undefined;
  for (const path of paths) {
    const judged = judgePath(path, options);
    if (judged.verdict === "trusted") return judged;
    if (best === undefined || (best.verdict === "invalid" && judged.verdict === "undecided")) best = judged;
  }
  if (best !== undefined) return best;
  const last = fragment.at(-1)!;
  const own = judgePath(fragment, options);
  const steps: CheckStep[] = [
    ...own.steps,
    { name: "信任锚", result: "fail", detail: `未找到受信任的颁发者：${last.issuer.text}` },
  ];
  return { verdict: own.verdict === "invalid" ? "invalid" : "untrusted", steps, path: fragment, evidence: own.evidence };
}

type Search = { readonly paths: readonly (readonly Certificate[])[]; readonly fragment: readonly Certificate[] };

/** Paths from the leaf to an anchor by name and signature; `fragment` is the longest one that reached none. */
function findPaths(leaf: Certificate, pool: readonly Certificate[], anchors: readonly Certificate[]): Search {
  const paths: Certificate[][] = [];
  let fragment: Certificate[] = [leaf];
  let checks = 0;
  const isAnchor = (certificate: Certificate) => anchors.some((anchor) => equalBytes(anchor.raw, certificate.raw));
  const all = distinct([...anchors, ...pool]);
  const visit = (path: Certificate[]) => {
    const last = path.at(-1)!;
    if (path.length > fragment.length) fragment = path;
    if (isAnchor(last)) {
      paths.push(path);
      return;
    }
    if (path.length >= MAX_PATH) return;
    for (const candidate of issuersOf(last, all)) {
      if (path.some((member) => equalBytes(member.raw, candidate.raw))) continue;
      if (++checks > MAX_CHECKS) return;
      // A name that matches with a signature that does not is another authority of the same name (a renewed key).
      if (verifySignedBy(last, candidate) === "invalid" && !isOnlyCandidate(candidate, last, all)) continue;
      visit([...path, candidate]);
    }
  };
  visit([leaf]);
  return { paths, fragment };
}

/** Keeps the one issuer whose signature fails, so that the verdict can say "signature invalid" and not "issuer unknown". */
function isOnlyCandidate(
  candidate: Certificate,
  subject: Certificate,
  all: readonly Certificate[],
): boolean {
  return all.every((other) => other === candidate || !sameName(other.subject, subject.issuer));
}

const fingerprints = new WeakMap<Certificate, string>();

function fingerprintOf(certificate: Certificate): string {
  const known = fingerprints.get(certificate) ?? sm3Hex(certificate.raw);
  fingerprints.set(certificate, known);
  return known;
}

/** Each once: a structure may carry one certificate a thousand times, and each copy would be tried. */
function distinct(certificates: readonly Certificate[]): readonly Certificate[] {
  const found = new Map<string, Certificate>();
  for (const certificate of certificates) if (!found.has(fingerprintOf(certificate))) found.set(fingerprintOf(certificate), certificate);
  return [...found.values()];
}

/** Those of the issuer's name. The one whose key the certificate names goes first, or namesakes in number would use up the checks (RFC 4158 §3.5.12). */
function issuersOf(certificate: Certificate, all: readonly Certificate[]): readonly Certificate[] {
  const named = all.filter((candidate) => sameName(candidate.subject, certificate.issuer));
  const { authorityKeyId } = certificate;
  const isMeant = (candidate: Certificate): boolean => authorityKeyId !== undefined && candidate.subjectKeyId === authorityKeyId;
  return [...named.filter(isMeant), ...named.filter((candidate) => !isMeant(candidate))];
}

function judgePath(path: readonly Certificate[], options: ChainOptions): ChainVerdict {
  const steps: CheckStep[] = [];
  const evidence: RevocationEvidence[] = [];
  let undecided = false;
  const add = (name: string, result: CheckStep["result"], detail: string) => steps.push({ name, result, detail });
  path.forEach((certificate, depth) => {
    const who = certificate.subject.text || certificate.serial;
    const issuer = path[depth + 1];
    checkValidity(certificate, options.at, depth > 0 && issuer === undefined, add);
    if (certificate.unknownCritical.length > 0) {
      undecided = true;
      add("关键扩展", "unknown", `${who}：不认识的关键扩展 ${certificate.unknownCritical.join("、")}`);
    }
    if (depth > 0 && certificate.nameConstrained) add("名称约束", "warn", `${who}：限定了可签发的名称，未逐项核对`);
    if (depth === 0) checkPurpose(certificate, options, add);
    else checkAuthority(certificate, path.slice(1, depth), issuer === undefined, add);
    if (issuer === undefined) return;
    const signature = verifySignedBy(certificate, issuer);
    if (signature === "unsupported") undecided = true;
    add(
      "证书签名",
      signature === "valid" ? "pass" : signature === "invalid" ? "fail" : "unknown",
      signature === "valid" ? `${who}：由 ${issuer.subject.text} 签发` : signature === "invalid" ? `${who}：签名无效` : `${who}：不支持的签名算法`,
    );
    const revocation = revocationOf(certificate, issuer, options);
    if (revocation.status !== "unknown") evidence.push({ certificate, issuer, status: revocation.status, source: revocation.source });
    if (checkRevocation(who, revocation, options, add) === "undecided") undecided = true;
  });
  const failed = steps.some((step) => step.result === "fail");
  return { verdict: failed ? "invalid" : undecided ? "undecided" : "trusted", steps, path, evidence };
}

/** Lists and responses together. */
function revocationOf(certificate: Certificate, issuer: Certificate, { crls, ocsps = [], at }: ChainOptions): RevocationStatus {
  const isRevoked = (responder: Certificate, then: string) => revocationAt(responder, issuer, crls, then).status === "revoked";
  return weighed([ocspStatusAt(certificate, issuer, ocsps, at, isRevoked), revocationAt(certificate, issuer, crls, at)], at);
}

function checkRevocation(who: string, revocation: RevocationStatus, options: ChainOptions, add: AddStep): "undecided" | "decided" {
  switch (revocation.status) {
    case "good": {
      const by = sourceText(revocation.source);
      const { later } = revocation;
      if (later === undefined) add("吊销", "pass", `${who}：未被吊销（${by}）`);
      else if (!isCompromise(later)) add("吊销", "pass", `${who}：当时未被吊销，后于 ${later.date} 吊销（${by}）`);
      else if (options.time === "proven") add("吊销", "warn", `${who}：当时未被吊销，后于 ${later.date} 因密钥泄露吊销；时间有时间戳证明（${by}）`);
      else {
        add("吊销", "unknown", `${who}：后于 ${later.date} 因密钥泄露吊销，签名时间没有时间戳证明（${by}）`);
        return "undecided";
      }
      return "decided";
    }
    case "revoked":
      add("吊销", "fail", `${who}：已于 ${revocation.date} 吊销（${sourceText(revocation.source)}）`);
      return "decided";
    case "unknown":
      add("吊销", "unknown", `${who}：${revocation.reason}`);
      return options.revocation === "required" ? "undecided" : "decided";
  }
}

function sourceText(source: RevocationSource): string {
  return source.kind === "crl" ? `依据 ${source.list.thisUpdate} 的吊销列表` : `依据 ${source.response.producedAt} 的 OCSP 应答`;
}

type AddStep = (name: string, result: CheckStep["result"], detail: string) => void;

/** An anchor is trusted by decision, not by date (RFC 5280 §6.1.1 d): one that ran out is told, not failed. */
function checkValidity(certificate: Certificate, at: string, isAnchor: boolean, add: AddStep): void {
  const time = Date.parse(at);
  const who = certificate.subject.text || certificate.serial;
  const bad = isAnchor ? "warn" : "fail";
  if (Number.isNaN(time)) add("有效期", "fail", `${who}：判定时间不合法`);
  else if (time < Date.parse(certificate.notBefore)) add("有效期", bad, `${who}：${certificate.notBefore} 起才生效`);
  else if (time > Date.parse(certificate.notAfter)) add("有效期", bad, `${who}：已于 ${certificate.notAfter} 过期`);
  else add("有效期", "pass", `${who}：在有效期内`);
}

function checkPurpose(leaf: Certificate, { usage, purpose }: ChainOptions, add: AddStep): void {
  if (usage !== undefined) {
    const allowed = leaf.keyUsage === undefined || usage.some((wanted) => leaf.keyUsage!.includes(wanted));
    add("密钥用途", allowed ? "pass" : "fail", allowed ? "密钥用途相符" : "密钥用途不允许签名");
  }
  if (purpose !== undefined) {
    const allowed = leaf.extKeyUsage?.includes(purpose) === true;
    add("扩展用途", allowed ? "pass" : "fail", allowed ? "扩展用途相符" : `证书没有用途 ${purpose}`);
  }
}

/**
 * `below`: authorities between this one and the leaf; self-issued ones do not count for the path length (§4.2.1.9).
 * An anchor of version 1 has no extensions to say that it is an authority: choosing it as an anchor said so.
 */
function checkAuthority(certificate: Certificate, below: readonly Certificate[], isLast: boolean, add: AddStep): void {
  const who = certificate.subject.text || certificate.serial;
  const { basicConstraints, keyUsage } = certificate;
  if (isLast && basicConstraints === undefined && keyUsage === undefined) {
    add("颁发权限", "warn", `${who}：根证书没有基本约束扩展`);
  } else if (basicConstraints?.ca !== true) add("颁发权限", "fail", `${who}：不是颁发机构证书`);
  else if (keyUsage !== undefined && !keyUsage.includes("keyCertSign")) add("颁发权限", "fail", `${who}：密钥用途不允许签发证书`);
  else {
    const counted = below.filter((member) => !sameName(member.subject, member.issuer)).length;
    const limit = basicConstraints.pathLength;
    if (limit !== undefined && counted > limit) add("颁发权限", "fail", `${who}：路径长度超过 ${limit}`);
    else add("颁发权限", "pass", `${who}：可签发证书`);
  }
}
