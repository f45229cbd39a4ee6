import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SM2 } from "./sm2-curve.ts";
import { BITS, LIMBS, NUMBER, R } from "./sm2-field.ts";
import { sm2Machine } from "./sm2-machine.ts";
import { TABLE_POINTS, sm2Multiples } from "./sm2-multiples.ts";
import { AFFINE, ENTRIES } from "./sm2-points.ts";
import { digitsOf } from "./sm2-scalars.ts";

const machine = sm2Machine(1, 1)!;
const { run, limbs, w, p, n, n2 } = machine;

/** The limits that sm2-field.ts states, and what a hair inside and all around them does. */
const [LOW, HIGH] = [-(2 ** 26), 2 ** 29 + 2 ** 26];
const limbOf = (low: number, high: number) => fc.oneof(fc.constantFrom(low, high, 0, low + 1, high - 1), fc.integer({ min: low, max: high }));
/** Tidy: the highest limb holds 24 bits and the little that a number may lie outside of 0 … 2^256. */
const tidy = (factor: number) => fc.tuple(
  fc.array(limbOf(factor === 1 ? LOW : -factor * HIGH, factor * HIGH), { minLength: LIMBS - 1, maxLength: LIMBS - 1 }),
  limbOf(-factor * 2 ** 21, factor * (2 ** 24 + 2 ** 21)),
).map(([low, top]) => [...low, top]);
const value = (numbers: readonly number[]): bigint => numbers.reduce((sum, limb, i) => sum + (BigInt(limb) << BigInt(BITS * i)), 0n);
const put = (at: number, numbers: readonly number[]): void => { limbs.set(numbers, at >> 2); };
const got = (at: number): number[] => [...limbs.subarray(at >> 2, (at + NUMBER) >> 2)];
const mod = (a: bigint, m: bigint): bigint => ((a % m) + m) % m;
/** Of the factor of the Montgomery form, mod p. */
const UN_R = (() => {
  let [power, square] = [1n, R % SM2.p];
  for (let exponent = SM2.p - 2n; exponent > 0n; exponent >>= 1n, square = (square * square) % SM2.p) if (exponent & 1n) power = (power * square) % SM2.p;
  return power;
})();

const isTidy = (numbers: readonly number[]): boolean => {
  const whole = value(numbers);
  const inside = numbers.slice(0, -1).every((limb) => limb >= LOW && limb <= HIGH);
  return inside && whole > -(1n << 253n) && whole < (1n << 256n) + (1n << 253n);
};

describe("numbers of the SM2 curve in WebAssembly", () => {
  it("multiply and square exactly at the limits of their limbs, and give tidy numbers", () => {
    const check = (a: readonly number[], b: readonly number[]): void => {
      put(w(0), a);
      put(w(1), b);
      run.mulP(w(2), w(0), w(1));
      expect(mod(value(got(w(2))) * R, SM2.p)).toBe(mod(value(a) * value(b), SM2.p));
      expect(isTidy(got(w(2)))).toBe(true);
    };
    const full = (limb: number, top: number): number[] => [...Array.from({ length: LIMBS - 1 }, () => limb), top];
    const extremes = [full(HIGH, 2 ** 24), full(LOW, 0), full(LOW - HIGH, -(2 ** 24)), full(HIGH - LOW, 2 ** 24)];
    for (const a of [...extremes, full(2 * HIGH, 2 ** 25), full(2 * LOW, 0)]) for (const b of extremes) check(a, b);
    fc.assert(fc.property(tidy(2), tidy(1), check), { numRuns: 2000 });
    fc.assert(fc.property(tidy(1), (a) => {
      put(w(0), a);
      run.sqrP(w(2), w(0));
      run.mulP(w(1), w(0), w(0));
      expect(got(w(2))).toEqual(got(w(1)));
    }), { numRuns: 1000 });
  });

  it("have one canonical form", () => {
    const moduli = [[p, SM2.p], [n, SM2.n], [n2, SM2.n - 2n]] as const;
    for (const [at, modulus] of moduli) {
      const split = (number: bigint): number[] => Array.from({ length: LIMBS }, (_, i) => Number(i < LIMBS - 1 ? BigInt.asUintN(BITS, number >> BigInt(BITS * i)) : number >> BigInt(BITS * i)));
      const check = (number: bigint): void => {
        put(w(0), split(number));
        run.canonical(w(1), w(0), at);
        expect(got(w(1))).toEqual(split(mod(number, modulus)));
      };
      for (const number of [0n, 1n, -1n, modulus - 1n, modulus, modulus + 1n, 2n * modulus - 1n, 1n - modulus]) check(number);
      fc.assert(fc.property(fc.bigInt(1n - modulus, 2n * modulus - 1n), check), { numRuns: 300 });
      fc.assert(fc.property(fc.bigInt(0n, 2n * modulus), fc.bigInt(0n, modulus - 1n), (a, b) => {
        put(w(0), split(a));
        put(w(1), split(b));
        run.mulM(w(2), w(0), w(1), at);
        expect(mod(value(got(w(2))) * R, modulus)).toBe(mod(a * b, modulus));
        expect(value(got(w(2))) < 2n * modulus).toBe(true);
      }), { numRuns: 500 });
    }
  });

  it("keep coordinates tidy through doublings and additions of whatever stands there", () => {
    const coordinates = (at: number): number[][] => [0, 1, 2].map((i) => got(at + i * NUMBER));
    fc.assert(fc.property(fc.array(tidy(1), { minLength: 6, maxLength: 6 }), fc.integer({ min: 1, max: 9 }), (numbers, times) => {
      numbers.forEach((number, i) => { put(w(i), number); });
      run.double(w(0), times);
      expect(coordinates(w(0)).every(isTidy)).toBe(true);
      run.addAffine(w(6), w(0), w(3));
      expect(coordinates(w(6)).every(isTidy)).toBe(true);
      run.add(w(6), w(6), w(3));
      expect(coordinates(w(6)).every(isTidy)).toBe(true);
    }), { numRuns: 500 });
  });
});

describe("points of a table in WebAssembly", () => {
  it("are chosen by index and negated by sign, whatever the other entries hold", () => {
    const many = sm2Machine(16, 1)!;
    const point = (i: number): number[] => Array.from({ length: 2 * LIMBS }, (_, limb) => (i * 77_777_777 + limb * 1_000_003 - 2 ** 20) % 2 ** 29);
    for (let i = 0; i < 16; i++) many.limbs.set(point(i), (many.free + 8 * LIMBS * i) >> 2);
    for (let i = 0; i < 16; i++) {
      many.run.choose(many.w(0), many.free, i);
      const taken = (): number[] => [...many.limbs.subarray(many.w(0) >> 2, (many.w(2)) >> 2)];
      expect(taken()).toEqual(point(i));
      many.run.signed(many.w(0), many.w(0), -1);
      expect(taken()).toEqual(point(i).map((limb, at) => (at < LIMBS ? limb : 0 - limb)));
    }
  });

  it("are added exactly when every limb of y stands at its limit and the first digit is negative", () => {
    const whole = sm2Machine(TABLE_POINTS, 1)!;
    const multiples = sm2Multiples(whole);
    const y = [...Array.from({ length: LIMBS - 1 }, () => 2 ** BITS - 1), 2 ** 20];
    const x = (i: number): number[] => [...Array.from({ length: LIMBS - 1 }, (_, limb) => (i * 9_999_991 + limb * 77_777_777) % 2 ** BITS), i];
    for (let i = 0; i < TABLE_POINTS; i++) whole.limbs.set([...x(i), ...y], (whole.free + i * AFFINE) >> 2);
    const k = new Uint8Array(32);
    k.set([4, 1], 30); // −31, then 1
    // The formulas of addAffine in whole numbers: what stands in the table need not lie on the curve.
    const real = (limbs: readonly number[]): bigint => mod(value(limbs) * UN_R, SM2.p);
    let [X, Y, Z] = [0n, 0n, 0n];
    for (const [i, digit] of digitsOf(k, 5).entries()) {
      const [x2, y2] = [real(x(i * ENTRIES + (Math.abs(digit) >> 1))), real(y) * (digit < 0 ? -1n : 1n)];
      if (i === 0) [X, Y, Z] = [x2, y2, 1n];
      else {
        const [H, r] = [mod(x2 * Z * Z - X, SM2.p), mod(y2 * Z ** 3n - Y, SM2.p)];
        const next = mod(r * r - H ** 3n - 2n * X * H * H, SM2.p);
        [X, Y, Z] = [next, mod(r * (X * H * H - next) - Y * H ** 3n, SM2.p), mod(Z * H, SM2.p)];
      }
    }
    const result = (): bigint[] => [0, 1, 2].map((i) => real([...whole.limbs.subarray((whole.acc + i * NUMBER) >> 2, (whole.acc + (i + 1) * NUMBER) >> 2)]));
    multiples.open(whole.free, k, "nothing");
    expect(result()).toEqual([X, Y, Z]);
    multiples.secret(whole.free, k);
    expect(result()).toEqual([X, Y, Z]);
  });
});
