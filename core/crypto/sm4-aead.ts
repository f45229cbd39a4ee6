import { concatBytes, formatErr, ok, type FormatError, type Result } from "#core/formats";
import { cryptSm4Block, expandSm4Key, loadWords, storeWords, type Sm4Key } from "./sm4.ts";
import { sm4Bulk } from "./sm4-bulk.ts";

/**
 * Authenticated encryption with SM4, RFC 8998 §2 on NIST SP 800-38D (gcm) and SP 800-38C (ccm). The key is 16 bytes. `nonce`:
 * at least 1 byte for gcm (12 as a rule), 7–13 for ccm; never twice under one key. `tagLength` in bytes: gcm 12–16, ccm even
 * 4–16; 16 when absent.
 */
export type Sm4Aead = {
  readonly mode: "gcm" | "ccm";
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  /** Content that is not encrypted but authenticated. */
  readonly associated?: Uint8Array;
  readonly tagLength?: number;
};

/** What comes out of encryption: as long as the plaintext, and the tag. */
export type Sm4Sealed = { readonly ciphertext: Uint8Array; readonly tag: Uint8Array };

/** RangeError when a length is not allowed. */
export function sm4Seal(plain: Uint8Array, request: Sm4Aead): Sm4Sealed {
  const { key, counter, tagLength } = prepared(request);
  const mask = block(key, counter);
  advance(counter);
  const ciphertext = sm4Bulk().ctr(key, plain, counter, 1);
  const tag = request.mode === "gcm" ? ghashOf(key, request, ciphertext) : cbcMac(key, request, plain, tagLength);
  return { ciphertext, tag: xored(tag, mask).subarray(0, tagLength) };
}

/** The plaintext, only when the tag holds. Error sm4.tag; RangeError as for sm4Seal. */
export function sm4Open({ ciphertext, tag }: Sm4Sealed, request: Sm4Aead): Result<Uint8Array, FormatError> {
  const { key, counter, tagLength } = prepared(request);
  const mask = block(key, counter);
  advance(counter);
  const plain = sm4Bulk().ctr(key, ciphertext, counter, 1);
  const expected = request.mode === "gcm" ? ghashOf(key, request, ciphertext) : cbcMac(key, request, plain, tagLength);
  // Every byte is compared: the time must not tell how far a guess was right.
  let difference = tag.length ^ tagLength;
  for (let i = 0; i < tagLength; i++) difference |= expected[i]! ^ mask[i]! ^ (tag[i] ?? 0);
  if (difference === 0) return ok(plain);
  plain.fill(0);
  return formatErr("sm4.tag", "SM4 密文的校验值不符：密钥不对或内容被改动");
}

function prepared(request: Sm4Aead): { readonly key: Sm4Key; readonly counter: Int32Array; readonly tagLength: number } {
  const key = expandSm4Key(request.key);
  const { mode, nonce, tagLength = 16 } = request;
  const tagFits = mode === "gcm" ? tagLength >= 12 && tagLength <= 16 : tagLength >= 4 && tagLength <= 16 && tagLength % 2 === 0;
  if (!Number.isInteger(tagLength) || !tagFits) throw new RangeError(`no SM4-${mode} tag of ${tagLength} bytes`);
  const first = new Uint8Array(16);
  if (mode === "ccm") {
    if (nonce.length < 7 || nonce.length > 13) throw new RangeError("an SM4-CCM nonce is 7 to 13 bytes");
    first[0] = 14 - nonce.length;
    first.set(nonce, 1);
  } else if (nonce.length === 12) {
    first.set(nonce);
    first[15] = 1;
  } else {
    if (nonce.length === 0) throw new RangeError("an SM4-GCM nonce is not empty");
    first.set(ghash(key, [nonce], lengths(0, nonce.length)));
  }
  const counter = new Int32Array(4);
  loadWords(first, 0, counter, 4);
  return { key, counter, tagLength };
}

const advance = (counter: Int32Array): void => {
  counter[3]! += 1;
};

function block(key: Sm4Key, input: Int32Array): Uint8Array {
  const words = input.slice();
  cryptSm4Block(key, words, 0);
  const out = new Uint8Array(16);
  storeWords(words, 4, out, 0);
  return out;
}

const xored = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, i) => byte ^ b[i]!);

/** Lengths in bits as two 64-bit numbers. */
function lengths(first: number, second: number): Uint8Array {
  const out = new Uint8Array(16);
  const view = new DataView(out.buffer);
  for (const [i, bytes] of [first, second].entries()) {
    view.setUint32(8 * i, Math.floor(bytes / 0x2000_0000));
    view.setUint32(8 * i + 4, (bytes * 8) >>> 0);
  }
  return out;
}

function ghashOf(key: Sm4Key, { associated = new Uint8Array(0) }: Sm4Aead, ciphertext: Uint8Array): Uint8Array {
  return ghash(key, [associated, ciphertext], lengths(associated.length, ciphertext.length));
}

/** What falls out on the right when four bits are shifted out, SP 800-38D §6.3: reduced and ready for the highest half word. */
const REDUCED = [0x0000, 0x1c20, 0x3840, 0x2460, 0x7080, 0x6ca0, 0x48c0, 0x54e0, 0xe100, 0xfd20, 0xd940, 0xc560, 0x9180, 0x8da0, 0xa9c0, 0xb5e0];

/** GHASH, SP 800-38D §6.4, four bits at a time: H times each of the sixteen values lies in a table. */
function ghash(key: Sm4Key, parts: readonly Uint8Array[], last: Uint8Array): Uint8Array {
  const table = multiples(key);
  const y = new Int32Array(4);
  const x = new Int32Array(4);
  const pad = new Uint8Array(16);
  const take = (bytes: Uint8Array, at: number): void => {
    loadWords(bytes, at, x, 4);
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let word = 3; word >= 0; word--) {
      const value = y[word]! ^ x[word]!;
      for (let shift = 0; shift < 32; shift += 4) {
        const out = d & 15;
        d = (d >>> 4) | (c << 28);
        c = (c >>> 4) | (b << 28);
        b = (b >>> 4) | (a << 28);
        a = (a >>> 4) ^ (REDUCED[out]! << 16);
        const row = 4 * ((value >>> shift) & 15);
        a ^= table[row]!;
        b ^= table[row + 1]!;
        c ^= table[row + 2]!;
        d ^= table[row + 3]!;
      }
    }
    y[0] = a;
    y[1] = b;
    y[2] = c;
    y[3] = d;
  };
  for (const part of [...parts, last]) {
    let at = 0;
    for (; at + 16 <= part.length; at += 16) take(part, at);
    if (at < part.length) {
      pad.fill(0);
      pad.set(part.subarray(at));
      take(pad, 0);
    }
  }
  const out = new Uint8Array(16);
  storeWords(y, 4, out, 0);
  return out;
}

/** Four words each of 0·H … 15·H; the bit of highest value is the leftmost one. */
function multiples(key: Sm4Key): Int32Array {
  const h = new Int32Array(4);
  cryptSm4Block(key, h, 0);
  const table = new Int32Array(64);
  table.set(h, 32);
  for (let n = 4; n >= 1; n >>= 1) {
    const from = 8 * n;
    const carry = table[from + 3]! & 1;
    for (let i = 3; i > 0; i--) table[4 * n + i] = (table[from + i]! >>> 1) | (table[from + i - 1]! << 31);
    table[4 * n] = (table[from]! >>> 1) ^ (carry === 0 ? 0 : 0xe100_0000);
  }
  for (let n = 1; n < 16; n++) {
    const high = 1 << (31 - Math.clz32(n));
    if (high !== n) for (let i = 0; i < 4; i++) table[4 * n + i] = table[4 * high + i]! ^ table[4 * (n - high) + i]!;
  }
  return table;
}

/** CBC-MAC over the formatted input, SP 800-38C Appendix A. */
function cbcMac(key: Sm4Key, { nonce, associated = new Uint8Array(0) }: Sm4Aead, plain: Uint8Array, tagLength: number): Uint8Array {
  const width = 15 - nonce.length;
  if (plain.length >= 2 ** Math.min(8 * width, 52)) throw new RangeError("content too long for this SM4-CCM nonce");
  const first = new Uint8Array(16);
  first[0] = (associated.length > 0 ? 64 : 0) + ((tagLength - 2) / 2) * 8 + (width - 1);
  first.set(nonce, 1);
  for (let i = 15, rest = plain.length; i > nonce.length; i--, rest = Math.floor(rest / 256)) first[i] = rest % 256;
  const words = new Int32Array(4);
  const next = new Int32Array(4);
  const take = (bytes: Uint8Array): void => {
    const whole = bytes.length % 16 === 0 ? bytes : concatBytes(bytes, new Uint8Array(16 - (bytes.length % 16)));
    for (let at = 0; at < whole.length; at += 16) {
      loadWords(whole, at, next, 4);
      for (let i = 0; i < 4; i++) words[i]! ^= next[i]!;
      cryptSm4Block(key, words, 0);
    }
  };
  take(first);
  if (associated.length > 0) take(concatBytes(associatedLength(associated.length), associated));
  take(plain);
  const out = new Uint8Array(16);
  storeWords(words, 4, out, 0);
  return out;
}

function associatedLength(length: number): Uint8Array {
  if (length < 0xff00) return Uint8Array.of(length >>> 8, length);
  if (length > 0xffff_ffff) throw new RangeError("too much associated content for SM4-CCM");
  return Uint8Array.of(0xff, 0xfe, length >>> 24, length >>> 16, length >>> 8, length);
}
