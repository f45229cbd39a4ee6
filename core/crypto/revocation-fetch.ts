/** Asking the issuers of certificates whether they were revoked (联网取得吊销信息): OCSP, RFC 6960, then lists, RFC 5280 §4.2.1.13. */
import { equalBytes, formatErr, ok, type FormatError, type Result } from "#core/formats";
import type { Certificate } from "./certificate.ts";
import { revocationAt } from "./crl-judge.ts";
import { readRevocationList, type RevocationList } from "./crl.ts";
import { reasonOf, type GetPort, type PostPort } from "./http-port.ts";
import { requestOcsp } from "./ocsp-client.ts";
import { ocspStatusAt } from "./ocsp-judge.ts";
import type { Entropy } from "./sm2.ts";

/** A certificate about which nothing was known, and who issued it. */
export type RevocationQuestion = { readonly certificate: Certificate; readonly issuer: Certificate };

export type RevocationAsking = {
  readonly questions: readonly RevocationQuestion[];
  readonly post: PostPort;
  readonly get: GetPort;
  readonly entropy: Entropy;
  /** The own clock, ISO 8601 UTC, read when an answer is there. */
  readonly now: () => string;
};

export type FetchedRevocation = {
  /** DER, to be judged with the rest: nothing here is believed because of where it came from. */
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
  /** One for each certificate that stays unknown: code revocation.no-address or that of the last failure, and why, in words. */
  readonly problems: readonly FormatError[];
};

/** A certificate may name any number of addresses, and a file any number of certificates. */
const MAX_ADDRESSES = 3;
const MAX_QUESTIONS = 30;

const isWeb = (url: string) => /^https?:\/\//i.test(url);

/**
 * Asks about each certificate once, its responders first and its lists when they do not tell. Only addresses of the web
 * are used. The caller asks about certificates on a path to its own anchors alone: the addresses in a stranger's
 * certificate are a stranger's choice.
 */
export async function fetchRevocation(asking: RevocationAsking): Promise<FetchedRevocation> {
  const crls: Uint8Array[] = [];
  const ocsps: Uint8Array[] = [];
  const problems: FormatError[] = [];
  const lists = new Map<string, Promise<Result<RevocationList, FormatError>>>();
  const listAt = (url: string) => {
    const known = lists.get(url) ?? getList(url, asking.get);
    lists.set(url, known);
    return known;
  };
  const distinct = asking.questions.filter(({ certificate }, i) => asking.questions.findIndex((other) => equalBytes(other.certificate.raw, certificate.raw)) === i);
  if (distinct.length > MAX_QUESTIONS) problems.push({ code: "revocation.too-many", message: `证书超过 ${MAX_QUESTIONS} 张，其余未查询吊销` });
  for (const question of distinct.slice(0, MAX_QUESTIONS)) {
    const told = await ask(question, asking, listAt);
    if (!told.ok) problems.push({ ...told.error, message: `${question.certificate.subject.text}：${told.error.message}` });
    else if (told.value.kind === "ocsp") ocsps.push(told.value.der);
    else if (!crls.includes(told.value.der)) crls.push(told.value.der);
  }
  return { crls, ocsps, problems };
}

type Answer = { readonly kind: "ocsp" | "crl"; readonly der: Uint8Array };

async function ask(
  { certificate, issuer }: RevocationQuestion,
  asking: RevocationAsking,
  listAt: (url: string) => Promise<Result<RevocationList, FormatError>>,
): Promise<Result<Answer, FormatError>> {
  const { ocspUrls, crlUrls } = certificate.access;
  let failure: Result<Answer, FormatError> = formatErr("revocation.no-address", "证书没有写明到哪里查询吊销");
  for (const url of ocspUrls.filter(isWeb).slice(0, MAX_ADDRESSES)) {
    const response = await requestOcsp({ url, post: asking.post, certificate, issuer, entropy: asking.entropy, now: asking.now });
    if (!response.ok) failure = response;
    else {
      const status = ocspStatusAt(certificate, issuer, [response.value], asking.now());
      if (status.status !== "unknown") return ok({ kind: "ocsp", der: response.value.raw });
      failure = formatErr("revocation.unknown", status.reason);
    }
  }
  for (const url of crlUrls.filter(isWeb).slice(0, MAX_ADDRESSES)) {
    const list = await listAt(url);
    if (!list.ok) failure = list;
    else {
      const status = revocationAt(certificate, issuer, [list.value], asking.now());
      if (status.status !== "unknown") return ok({ kind: "crl", der: list.value.raw });
      failure = formatErr("revocation.unknown", status.reason);
    }
  }
  return failure;
}

async function getList(url: string, get: GetPort): Promise<Result<RevocationList, FormatError>> {
  try {
    const reply = await get(url);
    if (reply.status !== 200) return formatErr("crl.http", `吊销列表的地址应答异常（HTTP ${reply.status}）`);
    const list = readRevocationList(reply.body);
    return list.ok ? list : formatErr("crl.malformed", "取得的吊销列表无法读取");
  } catch (error) {
    return formatErr("crl.unreachable", `吊销列表的地址没有应答${reasonOf(error)}`);
  }
}
