import { SM2 } from "./sm2-curve.ts";
import { bytesOf } from "./ec-signature.ts";

/** Scalars of 32 big-endian bytes, cut into digits. What is secret decides neither a branch nor an index here. */

const ORDER = bytesOf(SM2.n, 32);

/** Up to eight bits from bit `at` on (0 is the lowest); above bit 255 they are zero. */
function bits(bytes: Uint8Array, at: number, count: number): number {
  const byte = 31 - (at >> 3);
  return ((((bytes[byte] ?? 0) | ((bytes[byte - 1] ?? 0) << 8)) >> (at & 7)) & ((1 << count) - 1));
}

/** Whether the 32 bytes are a number under `bound`. */
export function isBelow(bytes: Uint8Array, bound: Uint8Array): boolean {
  let borrow = 0;
  for (let i = 31; i >= 0; i--) borrow = (bytes[i]! - bound[i]! + borrow) >> 8;
  return borrow < 0;
}

/** k itself if it is odd, else n − k, with the sign that makes up for it: 0, or −1. */
export function oddOf(k: Uint8Array): { readonly bytes: Uint8Array; readonly sign: number } {
  const sign = (k[31]! & 1) - 1;
  const bytes = new Uint8Array(32);
  let borrow = 0;
  for (let i = 31; i >= 0; i--) {
    const difference = ORDER[i]! - k[i]! + borrow;
    borrow = difference >> 8;
    bytes[i] = (difference & sign) | (k[i]! & ~sign);
  }
  return { bytes, sign };
}

/**
 * An odd k as the sum of digits d_i·2^(i·width) that are all odd, |d_i| < 2^width: no digit is zero, so every step of a
 * multiplication is the same (Joye and Tunstall 2009).
 */
export function digitsOf(k: Uint8Array, width: number): Int8Array {
  const digits = new Int8Array(Math.ceil(256 / width));
  const last = digits.length - 1;
  for (let i = 0; i < last; i++) digits[i] = (bits(k, i * width, width + 1) | 1) - (1 << width);
  digits[last] = bits(k, last * width, width + 1) | 1;
  return digits;
}

/** A public k as digits d_i·2^i, |d_i| < 2^(width−1) and odd, with `width` − 1 zeros behind each (non-adjacent form). */
export function nafOf(k: Uint8Array, width: number): Int8Array {
  const digits = new Int8Array(257);
  for (let i = 0, carry = 0; i < 257; ) {
    if (bits(k, i, 1) === carry) {
      i++;
      continue;
    }
    const digit = bits(k, i, width) + carry;
    carry = digit >> (width - 1);
    digits[i] = digit - (carry << width);
    i += width;
  }
  return digits;
}
