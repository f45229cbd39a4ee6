import {
  equalBytes,
  isUniversal,
  readOctetString,
  readOid,
  readSequence,
  readTime,
  TAG,
} from "#core/formats";
import { readCertificate, type Certificate } from "./certificate.ts";
import { CMS, type CmsAttribute, type CmsSigner, type SignedData } from "./cms.ts";
import { compareInside, digestOfContent, messagesOf, type DetachedContent } from "./cms-content.ts";
import { digest, type DigestAlgorithm } from "./digest.ts";
import { sameName } from "./name.ts";
import { checkSignature, readDigest, type SignatureCheck } from "./signature-scheme.ts";
import { sm2VerifyRaw } from "./sm2.ts";
import { sm3Hex } from "./sm3.ts";
import type { CheckStep } from "./chain.ts";

/**
 * Outcome for one signer. intact 完整: signature and content digest hold. modified 内容被改: the signature holds, the content
 * is another one. invalid 无效: the signature or its binding to the certificate fails. undecided 无法判断: the certificate,
 * the content or an algorithm is missing. Trust in the certificate is for validateChain.
 */
export type CmsVerdict = {
  readonly verdict: "intact" | "modified" | "invalid" | "undecided";
  readonly steps: readonly CheckStep[];
  readonly certificate: Certificate | undefined;
  /** All readable certificates that came along: the pool for validateChain. */
  readonly pool: readonly Certificate[];
  /** Time that the signer claims (signed attribute), ISO 8601 UTC. */
  readonly claimedTime: string | undefined;
};

/** The certificates of a structure, read once for all of its signers: either may number in the thousands. */
const pools = new WeakMap<SignedData, readonly Certificate[]>();

function poolOf(data: SignedData): readonly Certificate[] {
  const known = pools.get(data);
  if (known !== undefined) return known;
  const seen = new Set<string>();
  const pool = data.certificates.flatMap((der) => {
    const name = sm3Hex(der);
    const read = seen.has(name) ? undefined : readCertificate(der);
    seen.add(name);
    return read?.ok === true ? [read.value] : [];
  });
  pools.set(data, pool);
  return pool;
}

/**
 * Checks one signer, RFC 5652 §5.4–5.6, RFC 5035 §5, GB/T 35275. Every check is told, also after a failure.
 * `detached` is what the signature is said to be of. Where content lies inside as well, it must be that content or its
 * digest, or the verdict is "modified"; without `detached` the content inside stands for itself.
 */
export function verifyCmsSigner(data: SignedData, signer: CmsSigner, detached?: DetachedContent): CmsVerdict {
  const steps: CheckStep[] = [];
  const add = (name: string, result: CheckStep["result"], detail: string) => steps.push({ name, result, detail });
  const pool = poolOf(data);
  const inside = data.content;
  // Someone may put a certificate of the same name and number beside the right one: the binding tells them apart.
  const candidates = pool.filter((candidate) => isSigner(candidate, signer));
  const certificate = candidates.find((candidate) => bindingOf(signer, candidate) === "bound") ?? candidates[0];
  const times = signer.signed === undefined ? [] : valuesOf(signer.signed.attributes, CMS.signingTime);
  const claimed = times[0] === undefined ? undefined : readTime(times[0]);
  const finish = (verdict: CmsVerdict["verdict"]): CmsVerdict => ({
    verdict,
    steps,
    certificate,
    pool,
    claimedTime: claimed?.ok ? claimed.value : undefined,
  });

  if (certificate === undefined) add("签名者证书", "unknown", "签名数据中没有签名者的证书");
  else add("签名者证书", "pass", certificate.subject.text);

  const algorithm = signer.digest;
  const same = inside === undefined || detached === undefined ? true : compareInside(inside, detached, algorithm, add);
  let contentHolds: boolean | undefined;
  let messages: readonly Uint8Array[];
  if (signer.signed === undefined) {
    messages = messagesOf(inside, detached, algorithm, certificate?.publicKey.algorithm === "sm2" ? "sm2" : "other");
    if (messages.length === 0) add("内容", "unknown", "缺少被签名的内容");
    contentHolds = messages.length === 0 ? undefined : same;
  } else {
    messages = signer.signed.der === undefined ? [signer.signed.bytes] : [signer.signed.bytes, signer.signed.der];
    if (!attributesSound(signer.signed.attributes, data.contentType, add)) return finish("invalid");
    const held = checkDigest(signer.signed.attributes, inside, detached, algorithm, add);
    contentHolds = held === false || same === false ? false : held && same;
    if (certificate !== undefined && !checkBinding(signer, certificate, add)) return finish("invalid");
  }
  if (certificate === undefined || messages.length === 0) return finish("undecided");
  const checked = checkSignerValue(signer, messages, certificate, add);
  if (checked === "unsupported") {
    add("签名值", "unknown", "不支持的签名算法，或算法与证书密钥不符");
    return finish("undecided");
  }
  if (checked === "invalid" && signer.signed === undefined && inside === undefined && detached !== undefined && !("bytes" in detached)) {
    add("签名值", "unknown", "签名直接对内容作出，只有内容摘要时无法验证");
    return finish("undecided");
  }
  add("签名值", checked === "valid" ? "pass" : "fail", checked === "valid" ? "签名值有效" : "签名值无效");
  if (checked === "invalid") return finish("invalid");
  if (contentHolds === undefined) return finish("undecided");
  return finish(contentHolds ? "intact" : "modified");
}

/** SM2 values come as bare r‖s from some Chinese tools; that is accepted here and told. */
function checkSignerValue(signer: CmsSigner, messages: readonly Uint8Array[], { publicKey }: Certificate, add: AddStep): SignatureCheck {
  const { scheme, signature } = signer;
  const isSm2 = scheme.kind === "sm2" || (scheme.kind === "ecdsa" && scheme.digest === undefined);
  const bare = isSm2 && signature.length === 64 && publicKey.algorithm === "sm2" ? publicKey.point : undefined;
  if (bare !== undefined) add("签名值编码", "warn", "签名值为 64 字节裸值，不是 DER 编码");
  let outcome: SignatureCheck = "invalid";
  for (const message of messages) {
    outcome =
      bare === undefined
        ? checkSignature(scheme, message, signature, publicKey, signer.digest)
        : sm2VerifyRaw(message, signature, bare) ? "valid" : "invalid";
    if (outcome === "valid") return outcome;
  }
  return outcome;
}

type AddStep = (name: string, result: CheckStep["result"], detail: string) => void;

function isSigner(candidate: Certificate, { name }: CmsSigner): boolean {
  switch (name.kind) {
    case "issuer":
      return candidate.serial === name.serial && sameName(candidate.issuer, name.issuer);
    case "key":
      return candidate.subjectKeyId === name.keyId;
  }
}

function valuesOf(attributes: readonly CmsAttribute[], oid: string): CmsAttribute["values"] {
  return attributes.find((attribute) => attribute.oid === oid)?.values ?? [];
}

/** contentType and messageDigest exactly once with one value each, and contentType naming the content (§5.3, §11.1, §11.2). */
function attributesSound(attributes: readonly CmsAttribute[], contentType: string, add: AddStep): boolean {
  const single = (oid: string) => {
    const found = attributes.filter((attribute) => attribute.oid === oid);
    return found.length === 1 && found[0]!.values.length === 1 ? found[0]!.values[0] : undefined;
  };
  const named = readOid(single(CMS.contentType));
  const good = single(CMS.messageDigest) !== undefined && named.ok && isSameType(named.value, contentType);
  add("签名属性", good ? "pass" : "fail", good ? "签名属性齐全" : "签名属性缺失、重复或与内容类型不符");
  return good;
}

/** Chinese tools mix the two names of plain data within one structure; both mean the same. */
function isSameType(a: string, b: string): boolean {
  const plain: readonly string[] = [CMS.data, CMS.gmData];
  return a === b || (plain.includes(a) && plain.includes(b));
}

function checkDigest(
  attributes: readonly CmsAttribute[],
  inside: Uint8Array | undefined,
  detached: DetachedContent | undefined,
  algorithm: DigestAlgorithm | undefined,
  add: AddStep,
): boolean | undefined {
  const claimed = readOctetString(valuesOf(attributes, CMS.messageDigest)[0]);
  if (algorithm === undefined) {
    add("内容摘要", "unknown", "不支持的摘要算法");
    return undefined;
  }
  const content: DetachedContent | undefined = inside === undefined ? detached : { bytes: inside };
  const actual = content === undefined ? undefined : digestOfContent(content, algorithm);
  if (actual === undefined) {
    add("内容摘要", "unknown", "缺少被签名的内容");
    return undefined;
  }
  if (claimed.ok && equalBytes(claimed.value, actual)) {
    add("内容摘要", "pass", "内容与签名时一致");
    return true;
  }
  // With the digest inside, some software takes it for the messageDigest itself instead of hashing it again.
  const outer = inside === undefined || detached === undefined ? undefined : digestOfContent(detached, algorithm);
  const same = claimed.ok && outer !== undefined && equalBytes(claimed.value, outer);
  add("内容摘要", same ? "warn" : "fail", same ? "内容与签名时一致（摘要属性取自内容本身）" : "内容与签名时不一致");
  return same;
}

/**
 * signing-certificate and -v2: the first hash must be the signer's certificate, or another certificate of the same key
 * could be put in its place. ESSCertIDv2 leaves out its default algorithm SHA-256; ESSCertID has SHA-1 fixed (RFC 5035 §3–4).
 */
function bindingOf(signer: CmsSigner, certificate: Certificate): "bound" | "other" | "none" {
  const attributes = signer.signed?.attributes ?? [];
  const [v2] = valuesOf(attributes, CMS.signingCertificateV2);
  const value = v2 ?? valuesOf(attributes, CMS.signingCertificate)[0];
  if (value === undefined) return "none";
  const outer = readSequence(value);
  const list = outer.ok ? readSequence(outer.value[0]) : outer;
  const first = list.ok ? readSequence(list.value[0]) : list;
  if (!first.ok) return "other";
  const [head, next] = first.value;
  const named = v2 !== undefined && isUniversal(head, TAG.sequence);
  const algorithm = v2 === undefined ? "sha1" : named ? readDigest(head) : "sha256";
  const hash = readOctetString(named ? next : head);
  const bound = hash.ok && algorithm !== undefined && equalBytes(hash.value, digest(algorithm, certificate.raw));
  return bound ? "bound" : "other";
}

function checkBinding(signer: CmsSigner, certificate: Certificate, add: AddStep): boolean {
  const binding = bindingOf(signer, certificate);
  switch (binding) {
    case "bound":
      add("证书绑定", "pass", "签名绑定了签名者证书");
      return true;
    case "none":
      add("证书绑定", "warn", "签名属性没有绑定签名者证书");
      return true;
    case "other":
      add("证书绑定", "fail", "签名属性绑定的是另一张证书");
      return false;
  }
}

/** The time-stamp token over a signature value (unsigned attribute, RFC 3161 Appendix A), DER, if there is one. */
export function timeStampOf(signer: CmsSigner): Uint8Array | undefined {
  return valuesOf(signer.unsigned, CMS.timeStampToken)[0]?.raw;
}
