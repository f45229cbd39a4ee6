import { bytesOf, numberOf } from "./ec-signature.ts";
import { bigintCurve } from "./sm2-curve-bigint.ts";
import { SM2, type Sm2Curve } from "./sm2-curve.ts";
import { NUMBER, R } from "./sm2-field.ts";
import { createKeys } from "./sm2-keys.ts";
import { sm2Machine } from "./sm2-machine.ts";
import { TABLE_POINTS, sm2Multiples } from "./sm2-multiples.ts";
import { AFFINE } from "./sm2-points.ts";
import { isBelow } from "./sm2-scalars.ts";

/** Tables of keys that are kept (60 kB each), beside those of G and of one multiple in the making. */
const TABLES_KEPT = 30;
const PRIME = bytesOf(SM2.p, 32);

/** The curve in WebAssembly; undefined where that is refused. */
export function wasmCurve(): Sm2Curve | undefined {
  const machine = sm2Machine((2 + TABLES_KEPT) * TABLE_POINTS, TABLE_POINTS);
  if (machine === undefined) return undefined;
  const { run: { mulP, sqrP, mulM, canonical }, acc, known, limbs, minus, n, n2, one, plainP, plus, read, reduceN, same, w, write } = machine;
  const multiples = sm2Multiples(machine);
  const order2 = SM2.n - 2n;
  const [threeP, b] = [known((3n * R) % SM2.p), known(SM2.b)];
  const [squareN, oneN2, highN2] = [known((R * R) % SM2.n), known(R % order2), known((R << 256n) % order2)];
  const table = (i: number): number => machine.free + i * TABLE_POINTS * AFFINE;

  let baseMade = false;
  const base = (): number => {
    if (!baseMade) multiples.build(table(0), limbs.slice(machine.G >> 2, (machine.G + AFFINE) >> 2));
    baseMade = true;
    return table(0);
  };

  /** x and y of 65 bytes, both under p and on y² = (x² − 3)x + b. */
  const point = (bytes: Uint8Array): Int32Array | undefined => {
    if (bytes.length !== 65 || bytes[0] !== 4) return undefined;
    for (let i = 0; i < 2; i++) {
      const number = bytes.subarray(1 + 32 * i, 33 + 32 * i);
      if (!isBelow(number, PRIME)) return undefined;
      write(w(i), number);
      mulP(w(i), w(i), machine.squareP);
    }
    sqrP(w(2), w(0));
    minus(w(2), w(2), threeP);
    mulP(w(2), w(2), w(0));
    sqrP(w(3), w(1));
    minus(w(2), w(3), w(2));
    plainP(w(2), w(2));
    return same(w(2), b) ? limbs.slice(w(0) >> 2, (w(0) + AFFINE) >> 2) : undefined;
  };
  const must = (bytes: Uint8Array): Int32Array => {
    const found = point(bytes);
    if (found === undefined) throw new RangeError("not a point of the SM2 curve");
    return found;
  };

  /** The plain affine x and y of acc at w(3) and w(4); false for infinity or after an exception. */
  const finish = (): boolean => {
    const z = acc + AFFINE;
    plainP(w(3), z);
    if (machine.isZero(w(3))) return false;
    machine.inverseP(w(0), z);
    sqrP(w(1), w(0));
    mulP(w(3), acc, w(1));
    mulP(w(1), w(1), w(0));
    mulP(w(4), acc + NUMBER, w(1));
    plainP(w(3), w(3));
    plainP(w(4), w(4));
    return true;
  };
  const encoded = (): Uint8Array => {
    const out = new Uint8Array(65);
    out[0] = 4;
    out.set(read(w(3)), 1);
    out.set(read(w(4)), 33);
    return out;
  };
  const forgetting = <T>(value: T): T => {
    machine.forget();
    return value;
  };

  let tables = 2;
  const keys = createKeys<Int32Array, number>({
    read: point,
    table: (found, place) => {
      const at = place ?? table(tables++);
      multiples.build(at, found);
      return at;
    },
    usesBeforeTable: 8,
    tablesKept: TABLES_KEPT,
  });

  return {
    holds: (bytes) => point(bytes) !== undefined,
    scalar(bytes) {
      const high = new Uint8Array(32);
      high.set(bytes.subarray(0, 8), 24);
      write(w(0), high);
      write(w(1), bytes, 8);
      high.fill(0);
      mulM(w(0), w(0), highN2, n2);
      mulM(w(1), w(1), oneN2, n2);
      plus(w(0), w(0), w(1));
      mulM(w(0), w(0), oneN2, n2);
      canonical(w(0), w(0), n2);
      plus(w(0), w(0), one);
      canonical(w(0), w(0), n);
      return forgetting(read(w(0)));
    },
    base(k) {
      multiples.secret(base(), k);
      return forgetting(finish() ? encoded() : bigintCurve.base(k));
    },
    multiple(bytes, k) {
      multiples.build(table(1), must(bytes));
      multiples.secret(table(1), k);
      return forgetting(finish() ? encoded() : bigintCurve.multiple(bytes, k));
    },
    sign(e, d, k) {
      multiples.secret(base(), k);
      if (!finish()) return forgetting(bigintCurve.sign(e, d, k));
      const [r, s, sum, inverse] = [w(3), w(5), w(6), w(7)];
      write(w(0), e);
      plus(r, r, w(0));
      reduceN(r);
      // s = (k + r)/(1 + d) − r, which is (k − rd)/(1 + d)
      write(sum, k);
      plus(sum, sum, r);
      reduceN(sum);
      write(w(8), d);
      plus(w(8), w(8), one);
      mulM(w(8), w(8), squareN, n);
      machine.inverseN(inverse, w(8));
      mulM(s, sum, inverse, n);
      minus(s, s, r);
      reduceN(s);
      const useless = machine.isZero(r) || machine.isZero(sum) || machine.isZero(s);
      return forgetting(useless ? undefined : { r: numberOf(read(r)), s: numberOf(read(s)) });
    },
    sumHasX(s, t, bytes, x) {
      const key = keys(bytes);
      if (key === undefined) return false;
      const generator = base();
      if (key.table === undefined) multiples.once(key.point, bytesOf(t, 32));
      else multiples.open(key.table, bytesOf(t, 32), "nothing");
      multiples.open(generator, bytesOf(s, 32), "acc");
      const z = acc + AFFINE;
      plainP(w(3), z);
      if (machine.isZero(w(3))) return bigintCurve.sumHasX(s, t, bytes, x);
      sqrP(w(0), z);
      plainP(w(1), acc);
      // x = X/Z² without a division: X = x·Z² for one of the x under p.
      for (let candidate = x; candidate < SM2.p; candidate += SM2.n) {
        write(w(2), bytesOf(candidate, 32));
        mulP(w(2), w(2), w(0));
        canonical(w(2), w(2), machine.p);
        if (same(w(1), w(2))) return true;
      }
      return false;
    },
  };
}
