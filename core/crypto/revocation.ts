import { isUniversal, readDer, readSmallInteger, readTime, TAG } from "#core/formats";
import type { Certificate, Extension } from "./certificate.ts";

/** Reasons of a revocation in the order of their numbers, RFC 5280 §5.3.1; 7 is not used. */
export const REVOCATION_REASONS = [
  "unspecified",
  "keyCompromise",
  "cACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "certificateHold",
  "unused",
  "removeFromCRL",
  "privilegeWithdrawn",
  "aACompromise",
] as const;
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

/** One revocation as a list or a responder tells it. Times ISO 8601 UTC. */
export type Revocation = {
  readonly date: string;
  readonly reason?: RevocationReason;
  /** From when on the key is held to be lost, which may be long before `date` (§5.3.2). */
  readonly invalidityDate?: string;
};

/** Reasons that put every earlier signature in doubt whose time is not proven: the thief may date it back. */
const COMPROMISED: readonly (RevocationReason | undefined)[] = ["keyCompromise", "cACompromise", "aACompromise"];
export const isCompromise = ({ reason }: Revocation): boolean => COMPROMISED.includes(reason);

/** Reason and invalidity date out of the extensions of an entry. What is malformed is left out: the revocation itself stands. */
export function revocationDetails(extensions: readonly Extension[]): Omit<Revocation, "date"> {
  const found = (oid: string) => {
    const value = extensions.find((extension) => extension.oid === oid)?.value;
    const node = value === undefined ? undefined : readDer(value);
    return node?.ok ? node.value : undefined;
  };
  const reasonNode = found("2.5.29.21");
  const number = isUniversal(reasonNode, TAG.enumerated) ? readSmallInteger(reasonNode) : undefined;
  const reason = number?.ok ? REVOCATION_REASONS[number.value] : undefined;
  const since = readTime(found("2.5.29.24"));
  return { ...(reason === undefined ? {} : { reason }), ...(since.ok ? { invalidityDate: since.value } : {}) };
}

/**
 * Whether silence about the certificate proves anything at the moment the answer was made: authorities drop certificates
 * that ran out from their lists (§3.3), unless they say until when they keep them. `keptFrom`: expiredCertsOnCRL, archive cutoff.
 */
export function isStillListed(certificate: Certificate, answeredAt: string, keptFrom: string | undefined): boolean {
  if (Date.parse(certificate.notAfter) >= Date.parse(answeredAt)) return true;
  return keptFrom !== undefined && Date.parse(keptFrom) <= Date.parse(certificate.notAfter);
}
