import { formatErr, ok, type FormatError, type Result } from "./result.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a text. The text must be well formed (no lone surrogates), else TypeError: a silent U+FFFD would change what is signed. */
export function utf8(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new TypeError("text holds a lone surrogate");
  return encoder.encode(text);
}

/** Text of UTF-8 bytes; anything malformed is refused, a byte order mark is kept as U+FEFF. */
export function fromUtf8(bytes: Uint8Array): Result<string, FormatError> {
  try {
    return ok(decoder.decode(bytes));
  } catch {
    return formatErr("utf8.malformed", "文本不是合法的 UTF-8 编码");
  }
}

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += hexOf[byte];
  return text;
}

/** Bytes of lower-case hexadecimal; upper case, odd length and other characters are refused, so that one value has one spelling. */
export function fromHex(text: string): Result<Uint8Array, FormatError> {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) {
    return formatErr("hex.malformed", "十六进制文本不合规范（应为小写、偶数位）");
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return ok(bytes);
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const sextetOf = new Int16Array(128).fill(-1);
for (let i = 0; i < 64; i++) sextetOf[alphabet.charCodeAt(i)] = i;

/** Base64 with padding, RFC 4648 §4. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const rest = bytes.length - i;
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    parts.push(
      alphabet[word >> 18]! +
        alphabet[(word >> 12) & 63]! +
        (rest > 1 ? alphabet[(word >> 6) & 63]! : "=") +
        (rest > 2 ? alphabet[word & 63]! : "="),
    );
  }
  return parts.join("");
}

/** Bytes of base64, RFC 4648 §4, canonical only: full padding, no white space, no stray bits (§3.5). */
export function fromBase64(text: string): Result<Uint8Array, FormatError> {
  const bad = () => formatErr("base64.malformed", "Base64 文本不合规范");
  if (text.length % 4 !== 0) return bad();
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const characters = text.length - padding;
  let word = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < characters; i++) {
    const code = text.charCodeAt(i);
    const sextet = code < 128 ? sextetOf[code]! : -1;
    if (sextet < 0) return bad();
    word = ((word << 6) | sextet) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = word >> bits;
      word &= (1 << bits) - 1;
    }
  }
  return word === 0 ? ok(bytes) : bad();
}

/** All parts one after the other, in a new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Same length and same bytes. For public values: it stops at the first difference. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Order of byte strings as unsigned numbers, a prefix first: the order of DER SET OF (X.690 §11.6) and of code points in UTF-8. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
