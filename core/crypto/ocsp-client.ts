import {
  contextExplicit,
  equalBytes,
  formatErr,
  isContext,
  octetString,
  ok,
  readDer,
  readOctetString,
  readSequence,
  sequence,
  type FormatError,
  type Result,
} from "#core/formats";
import { extension } from "./certificate-build.ts";
import { readExtensionList, type Certificate } from "./certificate.ts";
import type { DigestAlgorithm } from "./digest.ts";
import { reasonOf, type PostPort } from "./http-port.ts";
import { buildOcspRefusal, buildOcspResponse, type OcspResponseContent } from "./ocsp-build.ts";
import { responderOf } from "./ocsp-judge.ts";
import { isAbout, OCSP, readCertificateId, readOcspResponse, writeCertificateId, type CertificateId, type OcspResponse } from "./ocsp.ts";
import type { Signer } from "./signer.ts";
import type { Entropy } from "./sm2.ts";

/** An OCSPRequest for one certificate, DER. `nonce` 16 bytes from entropy, or absent where stored answers do. */
export function buildOcspRequest(certificate: Certificate, issuer: Certificate, algorithm: DigestAlgorithm, nonce?: Uint8Array): Uint8Array {
  const asked = sequence(writeCertificateId(certificate.serial, issuer, algorithm));
  const extensions = nonce === undefined ? [] : [contextExplicit(2, sequence(extension(OCSP.nonce, octetString(nonce))))];
  return sequence(sequence(sequence(asked), ...extensions));
}

/** What a request asks, RFC 6960 §4.1.1. */
export type OcspRequest = { readonly ids: readonly CertificateId[]; readonly nonce: Uint8Array | undefined };

/** Most certificates in one request: an answer costs digests for each. */
const MAX_ASKED = 100;

/** Reads an OCSPRequest; a signature on it is not looked at. Error ocsp.request. */
export function readOcspRequest(der: Uint8Array): Result<OcspRequest, FormatError> {
  const bad = () => formatErr("ocsp.request", "证书状态请求（OCSP）格式不正确");
  if (der.length > 64 * 1024) return bad();
  const root = readDer(der);
  const outer = root.ok ? readSequence(root.value) : root;
  const fields = outer.ok ? readSequence(outer.value[0]) : outer;
  if (!fields.ok) return bad();
  const queue = [...fields.value];
  if (isContext(queue[0], 0)) queue.shift();
  if (isContext(queue[0], 1)) queue.shift();
  const list = readSequence(queue.shift());
  const extensions = readExtensionList(queue.find((node) => isContext(node, 2)));
  if (!list.ok || list.value.length === 0 || list.value.length > MAX_ASKED || !extensions.ok) return bad();
  const ids: CertificateId[] = [];
  for (const item of list.value) {
    const parts = readSequence(item);
    const id = parts.ok ? readCertificateId(parts.value[0]) : parts;
    if (!id.ok) return bad();
    ids.push(id.value);
  }
  const value = extensions.value.find((one) => one.oid === OCSP.nonce)?.value;
  const node = value === undefined ? undefined : readDer(value);
  const nonce = node === undefined ? ok(undefined) : node.ok ? readOctetString(node.value) : bad();
  // RFC 8954 §2.1 bounds the nonce; an unbounded one would have the responder sign what a stranger chose.
  if (!nonce.ok || (nonce.value !== undefined && (nonce.value.length === 0 || nonce.value.length > 128))) return bad();
  return ok({ ids, nonce: nonce.value });
}

/** How a small responder answers: `statusOf` a serial number of its issuer, undefined when it never issued that. */
export type OcspResponder = Pick<OcspResponseContent, "issuer" | "producedAt" | "responder" | "certificates"> & {
  readonly nextUpdate?: string;
  readonly signer: Signer;
  readonly statusOf: (serial: string) => OcspResponseContent["answers"][number]["status"] | undefined;
};

/** The answer to a request, DER: for tests, pilots and the embedded authority. Bad requests and strangers' certificates are refused, never thrown on. */
export async function answerOcspRequest(request: Uint8Array, from: OcspResponder): Promise<Uint8Array> {
  const read = readOcspRequest(request);
  if (!read.ok) return buildOcspRefusal("malformedRequest");
  const { ids, nonce } = read.value;
  if (!ids.every((id) => isAbout(id, { ...from.issuer, serial: id.serial }, from.issuer))) return buildOcspRefusal("unauthorized");
  const answers = ids.map(({ serial, digest }) => ({
    serial,
    status: from.statusOf(serial) ?? ({ kind: "unknown" } as const),
    thisUpdate: from.producedAt,
    ...(from.nextUpdate === undefined ? {} : { nextUpdate: from.nextUpdate }),
    ...(digest === undefined ? {} : { digest }),
  }));
  return buildOcspResponse({ ...from, answers, ...(nonce === undefined ? {} : { nonce }) }, from.signer);
}

/** Whom to ask about what. */
export type OcspAsking = {
  readonly url: string;
  readonly post: PostPort;
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** Digest of the question; SHA-1 when absent: it names, it does not protect, and every responder knows it. */
  readonly algorithm?: DigestAlgorithm;
  readonly entropy: Entropy;
  /** The own clock, ISO 8601 UTC, read when the answer is there. */
  readonly now: () => string;
};

/** How far clocks may differ, milliseconds. */
const CLOCKS = 300_000;
const MAX_REPLY = 1024 * 1024;

/**
 * Asks a responder about one certificate and gives the response to keep and to pass to validateChain. An answer "revoked"
 * or "unknown" is a good outcome here: judging is for the chain. Errors: ocsp.unreachable, ocsp.http, ocsp.refused,
 * ocsp.malformed, ocsp.other (about another certificate), ocsp.nonce (answer to another question), ocsp.signature, ocsp.time.
 */
export async function requestOcsp(asking: OcspAsking): Promise<Result<OcspResponse, FormatError>> {
  const { certificate, issuer, post, url } = asking;
  const nonce = asking.entropy(16);
  const body = buildOcspRequest(certificate, issuer, asking.algorithm ?? "sha1", nonce);
  let reply: Awaited<ReturnType<PostPort>>;
  try {
    reply = await post({ url, contentType: "application/ocsp-request", accept: "application/ocsp-response", body });
  } catch (error) {
    return formatErr("ocsp.unreachable", `证书状态服务没有应答${reasonOf(error)}`);
  }
  if (reply.status !== 200) return formatErr("ocsp.http", `证书状态服务应答异常（HTTP ${reply.status}）`);
  if (reply.body.length > MAX_REPLY) return formatErr("ocsp.malformed", "证书状态应答过大");
  const response = readOcspResponse(reply.body);
  if (!response.ok) return response;
  if (!response.value.answers.some(({ id }) => isAbout(id, certificate, issuer))) return formatErr("ocsp.other", "证书状态应答说的是别的证书");
  // Responders that hand out stored answers leave the nonce out (RFC 6960 §4.4.1); freshness then rests on the dates.
  if (response.value.nonce !== undefined && !equalBytes(response.value.nonce, nonce)) return formatErr("ocsp.nonce", "证书状态应答不是对本次请求的应答");
  const responder = responderOf(response.value, issuer);
  if ("problem" in responder) return formatErr("ocsp.signature", responder.problem);
  const now = Date.parse(asking.now());
  const isFresh = response.value.answers.some(({ id, thisUpdate, nextUpdate }) =>
    isAbout(id, certificate, issuer) && Date.parse(thisUpdate) <= now + CLOCKS && now - CLOCKS <= Date.parse(nextUpdate ?? thisUpdate));
  return isFresh ? response : formatErr("ocsp.time", "证书状态应答已过期或来自将来，请核对本机时钟");
}
