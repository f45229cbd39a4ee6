/** What lists and answers say about a certificate at a time (证书状态). */
import type { RevocationList } from "./crl.ts";
import type { OcspResponse } from "./ocsp.ts";
import type { Revocation, RevocationReason } from "./revocation.ts";

/** Where an answer about a certificate came from. */
export type RevocationSource =
  | { readonly kind: "crl"; readonly list: RevocationList }
  | { readonly kind: "ocsp"; readonly response: OcspResponse };

/**
 * What is known about a certificate at a time. good: not revoked then; `later` when it was revoked afterwards.
 * revoked: by then. unknown: nobody can tell, and why. `asOf`: the state of whose knowledge that is, ISO 8601 UTC.
 */
export type RevocationStatus =
  | { readonly status: "good"; readonly later?: Revocation; readonly asOf: string; readonly source: RevocationSource }
  | { readonly status: "revoked"; readonly date: string; readonly reason?: RevocationReason; readonly asOf: string; readonly source: RevocationSource }
  | { readonly status: "unknown"; readonly reason: string };

/** Nobody was asked, or nobody who may tell. */
export const NOT_CHECKED = "未检查吊销";

/** Holds a revocation against the time asked about (ISO 8601 UTC): it counts from the earlier of its two dates on. */
export function revokedAt(entry: Revocation, at: string, asOf: string, source: RevocationSource): RevocationStatus {
  const from = entry.invalidityDate !== undefined && Date.parse(entry.invalidityDate) < Date.parse(entry.date) ? entry.invalidityDate : entry.date;
  if (Date.parse(from) > Date.parse(at)) return { status: "good", later: entry, asOf, source };
  return { status: "revoked", date: from, ...(entry.reason === undefined ? {} : { reason: entry.reason }), asOf, source };
}

/**
 * All that was told about one certificate, as one. A revocation told anywhere counts; then a revocation that came later, then a good answer,
 * then the best reason for not knowing. A hold (暂停) is the one revocation that is taken back (RFC 5280 §5.3.1): it ends where whoever may
 * tell says good of a state after it, and not after `at` (ISO 8601 UTC).
 */
export function weighed(told: readonly RevocationStatus[], at: string): RevocationStatus {
  const isReleased = (asOf: string): boolean =>
    told.some((other) => other.status === "good" && other.later === undefined && Date.parse(other.asOf) > Date.parse(asOf) && Date.parse(other.asOf) <= Date.parse(at));
  return (
    told.find((status) => status.status === "revoked" && !(status.reason === "certificateHold" && isReleased(status.asOf))) ??
    told.find((status) => status.status === "good" && status.later !== undefined) ??
    told.find((status) => status.status === "good") ??
    told.findLast((status) => status.status === "unknown" && status.reason !== NOT_CHECKED) ?? { status: "unknown", reason: NOT_CHECKED }
  );
}
