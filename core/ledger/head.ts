import {
  formatErr,
  fromBase64,
  ok,
  toBase64,
  type CanonicalValue,
  type FormatError,
  type Result,
} from "#core/formats";
import { readCertificate, signCanonical, sm3Hex, verifyCanonicalSignature, type Signer } from "#core/crypto";
import { hasExactly, isCount, isHash, isText, isTime } from "./shape.ts";

/** State of a log at a moment (日志头): size in entries, root in lower-case hexadecimal, ISO 8601 UTC. */
export type LogHead = {
  readonly v: 1;
  readonly logId: string;
  readonly size: number;
  readonly root: string;
  readonly issuedAt: string;
};

/** A head with the signature of the log's keeper: SM2, DER in lower-case hexadecimal; certificate: DER in base64. */
export type SignedHead = { readonly head: LogHead; readonly signature: string; readonly certificate: string };

/** What a verifier holds the signature against: the key (65 bytes 04‖X‖Y), or the certificate (DER) that the head must carry. */
export type HeadTrust = { readonly publicKey: Uint8Array } | { readonly certificate: Uint8Array };

const CONTEXT = "wenshu/log-head/1";

/** The certificate is signed along with the head: otherwise it could be exchanged for another one of the same key. */
function signedValue(head: LogHead, certificate: Uint8Array): CanonicalValue {
  return { head, certificate: sm3Hex(certificate) };
}

/** Signs a head. RangeError when the head is malformed or the signer is not SM2. */
export async function signHead(head: LogHead, signer: Signer): Promise<SignedHead> {
  if (!isHead(head)) throw new RangeError("malformed log head");
  const signature = await signCanonical(signedValue(head, signer.certificate), CONTEXT, signer);
  return { head, signature, certificate: toBase64(signer.certificate) };
}

/**
 * The head, when its signature holds. Errors: ledger.head (shape), ledger.head-certificate (another or a bad certificate),
 * ledger.head-signature. Whether the certificate itself is to be trusted at `issuedAt` is for validateChain.
 */
export function verifySignedHead(signed: unknown, trust: HeadTrust): Result<LogHead, FormatError> {
  if (!isSignedHead(signed)) return formatErr("ledger.head", "日志头格式不正确");
  const { head, signature, certificate } = signed;
  const der = fromBase64(certificate);
  const parsed = der.ok ? readCertificate(der.value) : der;
  if (!der.ok || !parsed.ok || parsed.value.publicKey.algorithm !== "sm2") {
    return formatErr("ledger.head-certificate", "日志头所附证书不正确");
  }
  if ("certificate" in trust && sm3Hex(trust.certificate) !== sm3Hex(der.value)) {
    return formatErr("ledger.head-certificate", "日志头所附证书不是预期的证书");
  }
  const key = "publicKey" in trust ? trust.publicKey : parsed.value.publicKey.point;
  if (sm3Hex(key) !== sm3Hex(parsed.value.publicKey.point)) {
    return formatErr("ledger.head-certificate", "日志头所附证书与预期的公钥不符");
  }
  if (!verifyCanonicalSignature(signedValue(head, der.value), CONTEXT, signature, key)) {
    return formatErr("ledger.head-signature", "日志头签名无效");
  }
  return ok(head);
}

/** The shape of a signed head; its signature is for verifySignedHead. */
export function isSignedHead(value: unknown): value is SignedHead {
  return hasExactly(value, {
    head: isHead,
    signature: (member) => typeof member === "string" && member.length <= 200,
    certificate: (member) => typeof member === "string" && member.length <= 100_000,
  });
}

/** The shape of a head. */
export function isHead(value: unknown): value is LogHead {
  return hasExactly(value, {
    v: (member) => member === 1,
    logId: isText,
    size: isCount,
    root: isHash,
    issuedAt: isTime,
  });
}
