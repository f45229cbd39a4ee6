import { weierstrass, type WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { bytesOf, numberOf } from "./ec-signature.ts";
import { SM2, type Sm2Curve } from "./sm2-curve.ts";
import { createKeys } from "./sm2-keys.ts";

type Point = WeierstrassPoint<bigint>;

// Scalar blinding would draw from a hidden source of chance. The library's unblinded path is constant-time too, so the
// source is withheld and all entropy stays an argument.
const Point = weierstrass(SM2, {
  randomBytes: () => {
    throw new TypeError("no hidden source of chance");
  },
});
const G = Point.BASE;
G.precompute(8);
const { Fn } = Point;
const { n } = SM2;

function read(bytes: Uint8Array): Point | undefined {
  if (bytes.length !== 65 || bytes[0] !== 4) return undefined;
  try {
    const point = Point.fromAffine({ x: numberOf(bytes.subarray(1, 33)), y: numberOf(bytes.subarray(33)) });
    point.assertValidity();
    return point;
  } catch {
    return undefined;
  }
}

/** A table costs about 47 ms and 0.4 MB: it pays after some thirty uses of one key, and a few are kept. */
const keys = createKeys<Point, Point>({
  read,
  table: (point) => Point.fromAffine(point.toAffine()).precompute(8, false),
  usesBeforeTable: 30,
  tablesKept: 16,
});

/** Fermat: the time does not depend on the number, as Euclid's algorithm would let it. */
const inverse = (value: bigint): bigint => Fn.pow(value, n - 2n);

/** The curve in whole numbers of the language: where there is no WebAssembly, and for the exceptions that it leaves out. */
export const bigintCurve: Sm2Curve = {
  holds: (point) => read(point) !== undefined,
  scalar: (bytes) => bytesOf((numberOf(bytes) % (n - 2n)) + 1n, 32),
  base: (k) => G.multiply(numberOf(k)).toBytes(false),
  multiple(point, k) {
    const p = read(point);
    if (p === undefined) throw new RangeError("not a point of the SM2 curve");
    return p.multiply(numberOf(k)).toBytes(false);
  },
  sign(e, secret, nonce) {
    const [d, k] = [numberOf(secret), numberOf(nonce)];
    const r = (numberOf(e) + G.multiply(k).toAffine().x) % n;
    if (r === 0n || r + k === n) return undefined;
    const s = Fn.mul(inverse(1n + d), Fn.sub(k, Fn.mul(r, d)));
    return s === 0n ? undefined : { r, s };
  },
  sumHasX(s, t, bytes, x) {
    const key = keys(bytes);
    if (key === undefined) return false;
    const sum = key.table === undefined ? G.mulAddUnsafe(s, key.point, t) : G.multiplyUnsafe(s).add(key.table.multiplyUnsafe(t));
    return !sum.is0() && sum.toAffine().x % n === x;
  },
};
