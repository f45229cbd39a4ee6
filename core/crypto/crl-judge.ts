/** Judges a certificate by revocation lists (按吊销列表判断). RFC 5280 §6.3 */
import type { Certificate } from "./certificate.ts";
import { outsideScope } from "./crl-scope.ts";
import type { RevocationList } from "./crl.ts";
import { sameName } from "./name.ts";
import { revokedAt, weighed, type RevocationSource, type RevocationStatus } from "./revocation-status.ts";
import { isStillListed } from "./revocation.ts";
import { checkSignature } from "./signature-scheme.ts";

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

/**
 * Looks for the certificate in the lists of its issuer at time `at` (ISO 8601 UTC). A list counts when its issuer may
 * sign lists and its signature holds. A list issued after `at` is the better witness, since revocation dates lie in the
 * past; one that had run out by `at`, is a delta, indirect or of another scope proves nothing about absence.
 */
export function revocationAt(
  certificate: Certificate,
  issuer: Certificate,
  lists: readonly RevocationList[],
  at: string,
): RevocationStatus {
  const unknown = (reason: string): RevocationStatus => ({ status: "unknown", reason });
  const told = lists.filter((list) => sameName(list.issuer, issuer.subject)).map((list) => {
    if (issuer.keyUsage !== undefined && !issuer.keyUsage.includes("cRLSign")) return unknown("颁发者无权签发吊销列表");
    return isSignedBy(list, issuer) ? toldBy(list, certificate, at) : unknown("吊销列表签名无效");
  });
  return weighed(told, at);
}

/** A list that does not say when the next one comes proves nothing about later times; by so much clocks may differ, milliseconds. */
const SLACK = 300_000;

function toldBy(list: RevocationList, certificate: Certificate, at: string): RevocationStatus {
  const source: RevocationSource = { kind: "crl", list };
  const entry = list.scope.indirect ? undefined : list.revoked.get(certificate.serial);
  // Delta lists take a hold back with an entry.
  if (entry !== undefined && entry.reason !== "removeFromCRL") return revokedAt(entry, at, list.thisUpdate, source);
  const outside = outsideScope(list.scope, certificate);
  if (outside !== undefined) return { status: "unknown", reason: outside };
  const until = list.nextUpdate === undefined ? Date.parse(list.thisUpdate) + SLACK : Date.parse(list.nextUpdate);
  if (!(Date.parse(at) <= until)) return { status: "unknown", reason: list.nextUpdate === undefined ? "吊销列表没有写明下次更新时间，不能证明此后未被吊销" : "吊销列表已过期" };
  if (!isStillListed(certificate, list.thisUpdate, list.scope.keptFrom)) {
    return { status: "unknown", reason: "吊销列表签发时证书已过期，可能不再列出" };
  }
  return { status: "good", asOf: list.thisUpdate, source };
}
