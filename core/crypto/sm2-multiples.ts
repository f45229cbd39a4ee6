import { NUMBER } from "./sm2-field.ts";
import type { Sm2Machine } from "./sm2-machine.ts";
import { AFFINE, ENTRIES, JACOBIAN } from "./sm2-points.ts";
import { digitsOf, nafOf, oddOf } from "./sm2-scalars.ts";

/** Digits of five bits, odd and with signs: 52 windows hold a scalar. */
const WIDTH = 5;
const WINDOWS = Math.ceil(256 / WIDTH);
/** Affine points of a table: the odd multiples 1 … 31 of 2^(5i)·P for each window i. 60 kB. */
export const TABLE_POINTS = WINDOWS * ENTRIES;
const WINDOW = ENTRIES * AFFINE;
const NAF_ENTRIES = 8;

/** Multiples of points on the machine: all leave their result in `acc`, where Z = 0 stands for infinity or an exception. */
export function sm2Multiples(machine: Sm2Machine) {
  const { run: { add, addAffine, choose, double, mulP, signed }, acc, copy, jacobian, limbs, oneP, point, toAffine } = machine;

  /** Makes the table of an affine point: 256 doublings, some 830 additions, two inversions; about as much as six verifications. */
  const build = (table: number, from: Int32Array): void => {
    const first = (i: number): number => jacobian + i * JACOBIAN;
    limbs.set(from, jacobian >> 2);
    copy(jacobian + AFFINE, oneP, NUMBER);
    for (let i = 1; i < 2 * WINDOWS; i++) {
      copy(first(i), first(i - 1), JACOBIAN);
      double(first(i), i % 2 === 1 ? 1 : WIDTH - 1);
    }
    // 2^(5i)·P and its double stand at the first two places of each window until the multiples take them.
    toAffine(2 * WINDOWS, (i) => table + (i >> 1) * WINDOW + (i & 1) * AFFINE);
    for (let i = 0; i < TABLE_POINTS; i++) {
      const window = table + Math.floor(i / ENTRIES) * WINDOW;
      if (i % ENTRIES === 0) {
        copy(first(i), window, AFFINE);
        copy(first(i) + AFFINE, oneP, NUMBER);
      } else addAffine(first(i), first(i - 1), window + AFFINE);
    }
    toAffine(TABLE_POINTS, (i) => table + i * AFFINE);
  };

  /** acc = the point. Its y may be negated, and then it is not tidy: the difference that the first addition squares would be too large. */
  const start = (from: number): void => {
    copy(acc, from, NUMBER);
    mulP(acc + NUMBER, from + NUMBER, oneP);
    copy(acc + AFFINE, oneP, NUMBER);
  };

  return {
    build,
    /**
     * acc = k·P by its table, for a secret k in 1 … n−1: every window is read whole. The sum of the windows below is smaller than
     * the multiple that is added, so no exception can occur but for k = ±(2^256 − n), in the last window.
     */
    secret: (table: number, k: Uint8Array): void => {
      const { bytes, sign } = oddOf(k);
      const digits = digitsOf(bytes, WIDTH);
      for (let i = 0; i < WINDOWS; i++) {
        const digit = digits[i]!;
        const negative = digit >> 31;
        choose(point, table + i * WINDOW, ((digit ^ negative) - negative) >> 1);
        signed(point, point, negative ^ sign);
        if (i === 0) start(point);
        else addAffine(acc, acc, point);
      }
      bytes.fill(0);
      digits.fill(0);
    },
    /** acc = k·P by its table, or acc + k·P; k is public. */
    open: (table: number, k: Uint8Array, onto: "nothing" | "acc"): void => {
      const { bytes, sign } = oddOf(k);
      for (const [i, digit] of digitsOf(bytes, WIDTH).entries()) {
        signed(point, table + i * WINDOW + (Math.abs(digit) >> 1) * AFFINE, (digit >> 31) ^ sign);
        if (i === 0 && onto === "nothing") start(point);
        else addAffine(acc, acc, point);
      }
    },
    /** acc = k·P without a table; k is public and not zero. */
    once: (from: Int32Array, k: Uint8Array): void => {
      const odd = (i: number): number => jacobian + i * JACOBIAN;
      limbs.set(from, jacobian >> 2);
      copy(jacobian + AFFINE, oneP, NUMBER);
      copy(point, jacobian, JACOBIAN);
      double(point, 1);
      for (let i = 1; i < NAF_ENTRIES; i++) add(odd(i), odd(i - 1), point);
      const digits = nafOf(k, WIDTH);
      let top = digits.length - 1;
      while (digits[top] === 0) top--;
      copy(acc, odd(digits[top]! >> 1), JACOBIAN);
      let doublings = 0;
      for (let i = top - 1; i >= 0; i--) {
        const digit = digits[i]!;
        doublings++;
        if (digit === 0 && i > 0) continue;
        double(acc, doublings);
        doublings = 0;
        if (digit === 0) continue;
        const entry = odd(Math.abs(digit) >> 1);
        signed(point, entry, digit >> 31);
        copy(point + AFFINE, entry + AFFINE, NUMBER);
        add(acc, acc, point);
      }
    },
  };
}
