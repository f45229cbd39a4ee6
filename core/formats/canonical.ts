import { equalBytes, fromUtf8, utf8 } from "./bytes.ts";
import { formatErr, ok, type FormatError, type Result } from "./result.ts";

/**
 * The one way a value becomes bytes that are hashed or signed (规范编码): JSON after RFC 8785 (JCS),
 * restricted to safe integers so that no reader needs a floating point printer to check a hash.
 */
export type CanonicalValue =
  | null
  | boolean
  | number
  | string
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue };

/** Limits of reading. `maxBytes`: size in bytes; `maxDepth`: nested arrays and objects. */
export type CanonicalLimits = { readonly maxBytes: number; readonly maxDepth: number };

export const CANONICAL_LIMITS: CanonicalLimits = { maxBytes: 64 * 1024 * 1024, maxDepth: 64 };

/** A value that has no canonical form was passed: a mistake of the calling code, so it is thrown, not returned. */
export class NotCanonicalError extends TypeError {
  readonly path: string;
  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.name = "NotCanonicalError";
    this.path = path;
  }
}

/** Canonical text of a value, RFC 8785 §3.2. Throws NotCanonicalError for undefined, floats, -0, lone surrogates, class instances, depth over 64. */
export function canonicalText(value: CanonicalValue): string {
  return write(value, "$", 0);
}

/** Canonical UTF-8 bytes of a value: what is hashed and signed. Throws as canonicalText does. */
export function encodeCanonical(value: CanonicalValue): Uint8Array {
  return utf8(canonicalText(value));
}

/**
 * The value of canonical bytes. Refuses everything that would not be written back as the same bytes: white space,
 * key order, duplicate keys, other escapes, a byte order mark, floats. So a hash over the bytes is a hash over the value.
 */
export function decodeCanonical(
  bytes: Uint8Array,
  limits: CanonicalLimits = CANONICAL_LIMITS,
): Result<CanonicalValue, FormatError> {
  if (bytes.length > limits.maxBytes) {
    return formatErr("canonical.too-large", `数据超过 ${limits.maxBytes} 字节的上限`);
  }
  const tooDeep = depthExceeds(bytes, Math.min(limits.maxDepth, CANONICAL_LIMITS.maxDepth));
  if (tooDeep !== undefined) return formatErr("canonical.too-deep", "数据嵌套过深", tooDeep);
  const text = fromUtf8(bytes);
  if (!text.ok) return text;
  let value: CanonicalValue;
  let again: Uint8Array;
  try {
    value = JSON.parse(text.value) as CanonicalValue;
  } catch {
    return formatErr("canonical.not-json", "数据不是合法的 JSON");
  }
  try {
    again = encodeCanonical(value);
  } catch {
    return formatErr("canonical.forbidden-value", "数据含有规范编码不允许的值");
  }
  if (!equalBytes(again, bytes)) {
    return formatErr("canonical.not-canonical", "数据不是规范编码（空白、键序、重复键或转义写法不符）", firstDifference(again, bytes));
  }
  return ok(value);
}

/** Counts brackets outside strings before anything is parsed: the parser recurses, and hostile depth must not reach its stack. */
function depthExceeds(bytes: Uint8Array, maxDepth: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) return i;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return undefined;
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
}

function write(value: unknown, path: string, depth: number): string {
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === "string") return writeString(value, path);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new NotCanonicalError(path, "not a safe integer");
    return String(value);
  }
  if (typeof value !== "object") throw new NotCanonicalError(path, `${typeof value} has no canonical form`);
  if (depth >= CANONICAL_LIMITS.maxDepth) throw new NotCanonicalError(path, "nested too deeply");
  if (Array.isArray(value)) {
    // Array.from visits holes too, which must be refused like any other undefined.
    return `[${Array.from(value, (item, i) => write(item, `${path}[${i}]`, depth + 1)).join(",")}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new NotCanonicalError(path, "not a plain object");
  const record = value as Record<string, unknown>;
  // The default sort compares UTF-16 code units, which is the order of RFC 8785 §3.2.3.
  const members = Object.keys(record)
    .sort()
    .map((key) => `${writeString(key, path)}:${write(record[key], `${path}.${key}`, depth + 1)}`);
  return `{${members.join(",")}}`;
}

function writeString(text: string, path: string): string {
  if (!text.isWellFormed()) throw new NotCanonicalError(path, "lone surrogate");
  // ECMAScript's own string form is the one RFC 8785 §3.2.2.2 prescribes.
  return JSON.stringify(text);
}
