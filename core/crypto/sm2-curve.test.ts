import { weierstrass } from "@noble/curves/abstract/weierstrass.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, numberOf } from "./ec-signature.ts";
import { bigintCurve } from "./sm2-curve-bigint.ts";
import { wasmCurve } from "./sm2-curve-wasm.ts";
import { SM2, type Sm2Curve } from "./sm2-curve.ts";
import { entropy } from "./third-party.fixture.ts";

/** The oracle: @noble/curves without tables, by whatever path it takes for a first point. */
const Point = weierstrass(SM2);
const { Fn, Fp } = Point;
const { n, p } = SM2;
type P = typeof Point.BASE;

const bytes = (value: bigint): Uint8Array => bytesOf(value, 32);
const coded = (point: P): Uint8Array => point.toBytes(false);
const times = (point: P, k: bigint): P => (Fn.create(k) === 0n ? Point.ZERO : point.multiplyUnsafe(Fn.create(k)));
const sumOf = (s: bigint, t: bigint, point: P): P => times(Point.BASE, s).add(times(point, t));
/** A point with this x, if there is one. */
const lifted = (x: bigint): P | undefined => {
  try {
    return Point.fromAffine({ x, y: Fp.sqrt(Fp.add(Fp.mul(Fp.add(Fp.sqr(x), SM2.a), x), SM2.b)) });
  } catch {
    return undefined;
  }
};

const random = fc.uint8Array({ minLength: 40, maxLength: 40 }).map((chance) => (numberOf(chance) % (n - 1n)) + 1n);
/** Scalars at the limits of windows, digits, order and of the one exception of a comb: 2^256 − n. */
const EDGES = [
  1n, 2n, 3n, 4n, 15n, 16n, 17n, 31n, 32n, 33n, 63n, 64n, n - 1n, n - 2n, n - 3n, n - 31n, n - 32n, (n - 1n) / 2n, (n + 1n) / 2n,
  (1n << 256n) - n, 2n * n - (1n << 256n), 1n << 255n, (1n << 255n) - 1n, n - (1n << 255n), p - n, n - (p - n),
  ...[5n, 10n, 29n, 58n, 128n, 250n].flatMap((by) => [(1n << by) - 1n, 1n << by, (1n << by) + 1n]),
];
const scalar = fc.oneof({ weight: 2, arbitrary: random }, fc.constantFrom(...EDGES));

/** Points whose coordinates or logarithms are special: small multiples of G meet the tables' own entries. */
const SPECIAL: readonly P[] = [
  ...[1n, 2n, 3n, 5n, 15n, 17n, 31n, 32n, n - 1n, n - 2n, n - 3n].map((k) => times(Point.BASE, k)),
  ...[0n, 1n, 2n, 3n, p - 1n, p - 2n, p - 3n, n, n - 1n, 1n << 64n, 1n << 224n].flatMap((x) => {
    const point = lifted(x);
    return point === undefined ? [] : [point, point.negate()];
  }),
];
const point = fc.oneof(fc.constantFrom(...SPECIAL), random.map((k) => times(Point.BASE, k)));

/** Behind each name: so many keys are met at all; so many of them, met twice in so many rounds, want more tables than it keeps. */
const curves: readonly (readonly [string, Sm2Curve, strangers: number, keys: number, rounds: number])[] = [
  ["in WebAssembly", wasmCurve()!, 260, 33, 5],
  ["in whole numbers", bigintCurve, 20, 17, 16],
];

describe.each(curves)("the SM2 curve %s", (_, curve, strangers, keys, rounds) => {
  it("multiplies G by every edge and by chance", { timeout: 120_000 }, () => {
    for (const k of EDGES) expect([k, curve.base(bytes(k))]).toEqual([k, coded(times(Point.BASE, k))]);
    fc.assert(fc.property(random, (k) => { expect(curve.base(bytes(k))).toEqual(coded(times(Point.BASE, k))); }), { numRuns: 60 });
  });

  it("multiplies points", { timeout: 120_000 }, () => {
    fc.assert(fc.property(point, scalar, (q, k) => { expect(curve.multiple(coded(q), bytes(k))).toEqual(coded(times(q, k))); }), { numRuns: 80 });
    expect(() => curve.multiple(new Uint8Array(65), bytes(1n))).toThrow(RangeError);
  });

  it("tells points of the curve from other bytes", () => {
    const good = coded(times(Point.BASE, 12345n));
    expect(SPECIAL.length).toBeGreaterThan(14);
    for (const q of SPECIAL) expect(curve.holds(coded(q))).toBe(true);
    const pair = (x: bigint, y: bigint): Uint8Array => Uint8Array.of(4, ...bytes(x), ...bytes(y));
    const { x, y } = SPECIAL.find((q) => q.toAffine().x < 4n)!.toAffine();
    const { x: Gx, y: Gy } = Point.BASE.toAffine();
    const bad = [
      pair(0n, 0n), pair(x + p, y), pair(p, 0n), pair(Gx, p - Gy + 1n), pair(Gx, Gy ^ 1n), pair(Gy, Gx), pair((1n << 256n) - 1n, Gy),
      good.subarray(0, 64), Uint8Array.of(...good, 0), good.subarray(1), new Uint8Array(0), new Uint8Array(1), Uint8Array.of(6, ...good.subarray(1)),
    ];
    for (const wrong of bad) expect([curve.holds(wrong), curve.sumHasX(1n, 1n, wrong, 1n)]).toEqual([false, false]);
    fc.assert(fc.property(fc.nat(519), (bit) => {
      expect(curve.holds(good.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)))).toBe(false);
    }));
  });

  it("reduces 40 bytes to a scalar", () => {
    const expected = (value: bigint): bigint => (value % (n - 2n)) + 1n;
    const edges = [0n, 1n, n - 3n, n - 2n, n - 1n, n, (1n << 256n) - 1n, 1n << 256n, (1n << 320n) - 1n, (n - 2n) << 64n, ((n - 2n) << 64n) - 1n];
    for (const value of edges) expect(numberOf(curve.scalar(bytesOf(value, 40)))).toBe(expected(value));
    fc.assert(fc.property(fc.uint8Array({ minLength: 40, maxLength: 40 }), (chance) => { expect(numberOf(curve.scalar(chance))).toBe(expected(numberOf(chance))); }));
  });

  it("signs by the formula, and asks for another k exactly where the standard does", { timeout: 120_000 }, () => {
    const secret = scalar.filter((d) => d < n - 1n);
    fc.assert(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), secret, scalar, (e, d, k) => {
      const r = Fn.create(numberOf(e) + times(Point.BASE, k).toAffine().x);
      const s = Fn.mul(Fn.inv(1n + d), Fn.create(k - r * d));
      expect(curve.sign(e, bytes(d), bytes(k))).toEqual(r === 0n || r + k === n || s === 0n ? undefined : { r, s });
    }), { numRuns: 100 });
    for (const [d, k] of [[5n, 7n], [n - 2n, (1n << 256n) - n], [1n << 200n, n - 1n]] as const) {
      const { x } = times(Point.BASE, k).toAffine();
      // r = 0; r + k = n; s = 0, where k = rd.
      for (const r of [0n, n - k, Fn.div(k, d)]) expect(curve.sign(bytes(Fn.create(r - x)), bytes(d), bytes(k))).toBeUndefined();
      expect(curve.sign(bytes(Fn.create(2n - x)), bytes(d), bytes(k))).toMatchObject({ r: 2n });
    }
  });

  const judged = (s: bigint, t: bigint, q: P): void => {
    const sum = sumOf(s, t, q);
    const key = coded(q);
    const judge = (xs: readonly bigint[]): unknown => [s, t, q.toAffine(), ...xs.map((x) => curve.sumHasX(s, t, key, x % n))];
    if (sum.is0()) expect(judge([0n, 1n, Point.BASE.toAffine().x])).toEqual([s, t, q.toAffine(), false, false, false]);
    else {
      const { x } = sum.toAffine();
      expect(judge([x, x + 1n, x + n - 1n])).toEqual([s, t, q.toAffine(), true, false, false]);
    }
  };

  it("knows the x of sG + tP for strangers and for keys that have a table", { timeout: 120_000 }, () => {
    fc.assert(fc.property(scalar, scalar, point, judged), { numRuns: 60 });
    const q = times(Point.BASE, 0x1234_5678_9abcn);
    for (let use = 0; use < 40; use++) judged(BigInt(use + 1), n - BigInt(use + 2), q);
    fc.assert(fc.property(scalar, scalar, (s, t) => { judged(s, t, q); }), { numRuns: 40 });
  });

  it("is right where points are added to themselves, to their negatives and to infinity", { timeout: 120_000 }, () => {
    const logarithms = [1n, 2n, 3n, 31n, n - 1n, 1n << 250n];
    const met = (): void => {
      for (const k of logarithms) {
        const q = times(Point.BASE, k);
        for (const t of [1n, 2n, 7n, 1n << 255n, n - 1n]) {
          const same = Fn.mul(k, t);
          for (const s of [same, Fn.neg(same), Fn.add(Fn.neg(same), 1n), Fn.mul(same, 2n)]) if (s !== 0n) judged(s, t, q);
        }
      }
    };
    // Once as strangers, then with tables.
    met();
    met();
  });

  it("compares x modulo n: some x of the curve lie between n and p", () => {
    const above = Array.from({ length: 20 }, (_, i) => lifted(n + BigInt(i))).filter((q) => q !== undefined);
    expect(above.length).toBeGreaterThan(3);
    for (const sum of above) {
      const q = sum.add(times(Point.BASE, n - 77n));
      expect(sumOf(77n, 1n, q).equals(sum)).toBe(true);
      judged(77n, 1n, q);
    }
    // And the small x that such a number is congruent to, where it is one.
    for (let x = 0n; x < 20n; x++) {
      const sum = lifted(x);
      if (sum !== undefined) judged(77n, 1n, sum.add(times(Point.BASE, n - 77n)));
    }
  });

  it("keeps its keys and tables apart when more are met than it keeps", { timeout: 120_000 }, () => {
    const pairs = Array.from({ length: strangers }, (_none, i) => ({ q: coded(times(Point.BASE, BigInt(i + 2))), k: BigInt(i + 2) }));
    const s = numberOf(entropy(31)) + 1n;
    const check = ({ q, k }: (typeof pairs)[number]): void => {
      const x = times(Point.BASE, s + 3n * k).toAffine().x % n;
      if (!curve.sumHasX(s, 3n, q, x) || curve.sumHasX(s, 3n, q, (x + 1n) % n)) throw new Error(`key ${k}`);
    };
    for (const pair of pairs) check(pair);
    for (let round = 0; round < rounds; round++) for (const pair of pairs.slice(0, keys)) check(pair);
    for (const pair of pairs) check(pair);
    for (const pair of pairs.slice(0, keys)) check(pair);
  });
});
