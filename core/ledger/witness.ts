import { formatErr, fromBase64, ok, toBase64, type CanonicalValue, type FormatError, type Result } from "#core/formats";
import { readCertificate, signCanonical, sm3Hex, verifyCanonicalSignature, type Certificate, type Signer } from "#core/crypto";
import { isHead, type LogHead } from "./head.ts";
import { hasExactly, isText, isTime } from "./shape.ts";

/**
 * What another organ saw (见证书): it keeps nothing of the log but this, and a log that later shows it another past is
 * caught. Signature: SM2, DER in lower-case hexadecimal; certificate of the witness: DER in base64; ISO 8601 UTC.
 */
export type WitnessStatement = {
  readonly format: "wenshu.ledger-witness/1";
  readonly head: LogHead;
  /** Name of the organ that saw it. */
  readonly witness: string;
  readonly witnessedAt: string;
  readonly signature: string;
  readonly certificate: string;
};

const CONTEXT = "wenshu/log-witness/1";

const signedValue = ({ head, witness, witnessedAt }: Pick<WitnessStatement, "head" | "witness" | "witnessedAt">, certificate: Uint8Array): CanonicalValue => ({
  head,
  witness,
  witnessedAt,
  certificate: sm3Hex(certificate),
});

/** Countersigns a head. The caller has judged it before: a witness signs what it saw to hold. RangeError: malformed, or not SM2. */
export async function signWitness(head: LogHead, about: { readonly witness: string; readonly witnessedAt: string }, signer: Signer): Promise<WitnessStatement> {
  const { witness, witnessedAt } = about;
  if (!isHead(head) || !isText(witness) || !isTime(witnessedAt)) throw new RangeError("malformed witness statement");
  const signature = await signCanonical(signedValue({ head, witness, witnessedAt }, signer.certificate), CONTEXT, signer);
  return { format: "wenshu.ledger-witness/1", head, witness, witnessedAt, signature, certificate: toBase64(signer.certificate) };
}

/** A statement out of a received value: its shape, not its signature. */
export const isWitnessStatement = (value: unknown): value is WitnessStatement =>
  hasExactly(value, {
    format: (member) => member === "wenshu.ledger-witness/1",
    head: isHead,
    witness: isText,
    witnessedAt: isTime,
    signature: (member) => typeof member === "string" && member.length <= 200,
    certificate: (member) => typeof member === "string" && member.length <= 100_000,
  });

/** The witness's certificate, when the signature holds. Errors ledger.witness-certificate, ledger.witness-signature. */
export function verifyWitness(statement: WitnessStatement): Result<Certificate, FormatError> {
  const der = fromBase64(statement.certificate);
  const certificate = der.ok ? readCertificate(der.value) : der;
  if (!der.ok || !certificate.ok || certificate.value.publicKey.algorithm !== "sm2") {
    return formatErr("ledger.witness-certificate", "见证书所附证书不正确");
  }
  return verifyCanonicalSignature(signedValue(statement, der.value), CONTEXT, statement.signature, certificate.value.publicKey.point)
    ? ok(certificate.value)
    : formatErr("ledger.witness-signature", "见证书签名无效");
}
