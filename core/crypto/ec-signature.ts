import {
  formatErr,
  integer,
  ok,
  readDer,
  readInteger,
  readSequence,
  sequence,
  type FormatError,
  type Result,
} from "#core/formats";

/** The two numbers of an SM2 or ECDSA signature. */
export type EcSignature = { readonly r: bigint; readonly s: bigint };

/** SEQUENCE { r INTEGER, s INTEGER }, strict DER and nothing behind it. Ranges are judged by the caller, who knows the curve. */
export function readEcSignature(der: Uint8Array): Result<EcSignature, FormatError> {
  const malformed = () => formatErr("signature.malformed", "签名值编码不合规范");
  if (der.length > 256) return malformed();
  const node = readDer(der);
  if (!node.ok) return malformed();
  const parts = readSequence(node.value);
  if (!parts.ok || parts.value.length !== 2) return malformed();
  const r = readInteger(parts.value[0]);
  const s = readInteger(parts.value[1]);
  return r.ok && s.ok ? ok({ r: r.value, s: s.value }) : malformed();
}

/** DER of r and s. */
export function writeEcSignature(signature: EcSignature): Uint8Array {
  return sequence(integer(signature.r), integer(signature.s));
}

/** A big-endian unsigned number. */
export function numberOf(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = bytes.length % 8;
  let value = 0n;
  for (let i = 0; i < at; i++) value = (value << 8n) | BigInt(bytes[i]!);
  for (; at < bytes.length; at += 8) value = (value << 64n) | view.getBigUint64(at);
  return value;
}

/** A number as `length` big-endian bytes. */
export function bytesOf(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let rest = value;
  let at = length;
  // What is written is the lowest 64 bits, or the lowest 8.
  for (; at >= 8; rest >>= 64n) view.setBigUint64((at -= 8), rest);
  for (; at > 0; rest >>= 8n) bytes[(at -= 1)] = Number(BigInt.asUintN(8, rest));
  return bytes;
}
