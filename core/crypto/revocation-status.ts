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
 * revoked: by then. unknown: nobody can tell, and why.
 */
export type RevocationStatus =
  | { readonly status: "good"; readonly later?: Revocation; readonly source: RevocationSource }
  | { readonly status: "revoked"; readonly date: string; readonly reason?: RevocationReason; readonly source: RevocationSource }
  | { readonly status: "unknown"; readonly reason: string };

/** Holds a revocation against the time asked about (ISO 8601 UTC): it counts from the earlier of its two dates on. */
export function revokedAt(entry: Revocation, at: string, source: RevocationSource): RevocationStatus {
  const from = entry.invalidityDate !== undefined && Date.parse(entry.invalidityDate) < Date.parse(entry.date) ? entry.invalidityDate : entry.date;
  if (Date.parse(from) > Date.parse(at)) return { status: "good", later: entry, source };
  return { status: "revoked", date: from, ...(entry.reason === undefined ? {} : { reason: entry.reason }), source };
}
