import { equalBytes } from "#core/formats";
import type { Certificate } from "./certificate.ts";
import { digest } from "./digest.ts";
import { sameName } from "./name.ts";
import { isAbout, OCSP, type OcspAnswer, type OcspResponse } from "./ocsp.ts";
import { keyBits } from "./public-key.ts";
import { revokedAt, weighed, type RevocationSource, type RevocationStatus } from "./revocation-status.ts";
import { isStillListed } from "./revocation.ts";
import { checkSignature } from "./signature-scheme.ts";

/** How long an answer without an end counts after it was given, and by how much clocks may differ, seconds. */
const SLACK = 300;

type Responder = { readonly certificate: Certificate } | { readonly problem: string };

/** Outcomes by response and issuer: one response is asked about many times while paths are tried. */
const judged = new WeakMap<OcspResponse, WeakMap<Certificate, Responder>>();

/**
 * The certificate whose key signed the response: the issuer's own, or one that the issuer gave the right to answer
 * (RFC 6960 §4.2.2.2): issued directly by it, with id-kp-OCSPSigning, and in its time when it answered.
 */
export function responderOf(response: OcspResponse, issuer: Certificate): Responder {
  const known = judged.get(response) ?? new WeakMap<Certificate, Responder>();
  judged.set(response, known);
  let found = known.get(issuer);
  if (found === undefined) {
    found = findResponder(response, issuer);
    known.set(issuer, found);
  }
  return found;
}

function findResponder(response: OcspResponse, issuer: Certificate): Responder {
  let problem = "证书状态应答不是由颁发者或其授权的应答者签发";
  for (const candidate of [issuer, ...response.certificates]) {
    if (!isNamed(response, candidate)) continue;
    const isIssuer = equalBytes(candidate.raw, issuer.raw);
    if (!isIssuer && !isDelegated(candidate, issuer)) continue;
    if (!isIssuer && !isWithin(candidate, response.producedAt)) {
      problem = "应答者证书在应答时不在有效期内";
      continue;
    }
    if (checkSignature(response.scheme, response.tbs, response.signature, candidate.publicKey) === "valid") return { certificate: candidate };
    problem = "证书状态应答签名无效";
  }
  return { problem };
}

function isNamed({ responder }: OcspResponse, candidate: Certificate): boolean {
  return responder.kind === "name"
    ? sameName(responder.name, candidate.subject)
    : equalBytes(responder.hash, digest("sha1", keyBits(candidate.spki)));
}

function isDelegated(candidate: Certificate, issuer: Certificate): boolean {
  if (candidate.extKeyUsage?.includes(OCSP.signing) !== true || candidate.unknownCritical.length > 0) return false;
  if (candidate.keyUsage !== undefined && !candidate.keyUsage.includes("digitalSignature")) return false;
  return sameName(candidate.issuer, issuer.subject) && checkSignature(candidate.scheme, candidate.tbs, candidate.signature, issuer.publicKey) === "valid";
}

function isWithin(certificate: Certificate, at: string): boolean {
  const time = Date.parse(at);
  return Date.parse(certificate.notBefore) <= time && time <= Date.parse(certificate.notAfter);
}

/**
 * What the responses say about the certificate at time `at` (ISO 8601 UTC). A revocation counts whenever it is told; a good
 * answer counts up to its nextUpdate, and one given after `at` is the better witness. Whether the responder's own
 * certificate was revoked is asked of `isRevoked`, unless its issuer waived that (ocsp-nocheck).
 */
export function ocspStatusAt(
  certificate: Certificate,
  issuer: Certificate,
  responses: readonly OcspResponse[],
  at: string,
  isRevoked: (responder: Certificate, at: string) => boolean = () => false,
): RevocationStatus {
  const unknown = (reason: string): RevocationStatus => ({ status: "unknown", reason });
  const told = responses.flatMap((response): readonly RevocationStatus[] => {
    const answers = response.answers.filter(({ id }) => isAbout(id, certificate, issuer));
    if (answers.length === 0) return [];
    const responder = responderOf(response, issuer);
    if ("problem" in responder) return [unknown(responder.problem)];
    const own = responder.certificate;
    if (!own.ocspNoCheck && !equalBytes(own.raw, issuer.raw) && isRevoked(own, response.producedAt)) return [unknown("应答者证书已被吊销")];
    return answers.map((answer) => toldBy(answer, certificate, at, { kind: "ocsp", response }));
  });
  return weighed(told, at);
}

function toldBy({ status, thisUpdate, nextUpdate, keptFrom, unknownCritical }: OcspAnswer, certificate: Certificate, at: string, source: RevocationSource): RevocationStatus {
  if (unknownCritical !== undefined) return { status: "unknown", reason: `证书状态应答有不认识的关键扩展 ${unknownCritical}` };
  switch (status.kind) {
    case "revoked":
      return revokedAt(status, at, thisUpdate, source);
    case "unknown":
      return { status: "unknown", reason: "应答者不知道此证书" };
    case "good": {
      const until = nextUpdate === undefined ? Date.parse(thisUpdate) + SLACK * 1000 : Date.parse(nextUpdate);
      if (!(Date.parse(at) <= until)) return { status: "unknown", reason: "证书状态应答已过期" };
      if (!isStillListed(certificate, thisUpdate, keptFrom)) return { status: "unknown", reason: "应答时证书已过期，应答者可能不再知道" };
      return { status: "good", asOf: thisUpdate, source };
    }
  }
}
