import { bytesOf } from "./ec-signature.ts";
import { SM2 } from "./sm2-curve.ts";
import { BITS, LIMBS, NUMBER, R } from "./sm2-field.ts";
import { AFFINE, JACOBIAN, SCRATCH_END, instantiatePoints } from "./sm2-points.ts";

/**
 * The functions of sm2-field.ts and sm2-points.ts on their memory. Addresses are bytes. Numbers mod p stand in the Montgomery form
 * unless they are called plain; a canonical number has limbs of 29 bits and is under its modulus.
 */
export type Sm2Machine = NonNullable<ReturnType<typeof sm2Machine>>;

type Functions = {
  readonly [name in "mulP" | "mulM" | "canonical" | "sqrP" | "double" | "addAffine" | "add" | "choose" | "signed"]: (...values: number[]) => void;
};

const PAGE = 65_536;
const WORK = 12;

/**
 * Undefined where WebAssembly is refused. `points`: how many affine points the caller wants room for, from `free` on; `batch`: how
 * many Jacobian ones, from `jacobian` on, for toAffine.
 */
export function sm2Machine(points: number, batch: number) {
  let end = SCRATCH_END;
  const room = (bytes: number): number => (end += bytes) - bytes;
  const workAt = room(WORK * NUMBER);
  const acc = room(JACOBIAN);
  const point = room(JACOBIAN);
  const powers = room(16 * NUMBER);
  const secretEnd = end;
  const constants = room(16 * NUMBER);
  const G = room(AFFINE);
  const [p, n, n2] = [room(NUMBER + 4), room(NUMBER + 4), room(NUMBER + 4)];
  const jacobian = room(batch * JACOBIAN);
  const products = room(batch * NUMBER);
  const free = room(points * AFFINE);
  const instance = instantiatePoints(Math.ceil(end / PAGE));
  if (instance === undefined) return undefined;
  const run = instance.functions as Functions;
  const { mulP, sqrP, mulM, canonical } = run;
  const limbs = new Int32Array(instance.memory);
  const copy = (to: number, from: number, bytes: number): void => { limbs.copyWithin(to >> 2, from >> 2, (from + bytes) >> 2); };

  /** 32 big-endian bytes from `from` on, as limbs. */
  const write = (at: number, bytes: Uint8Array, from = 0): void => {
    const byte = (i: number): number => (i > 31 ? 0 : bytes[from + 31 - i]!);
    for (let i = 0; i < LIMBS; i++) {
      const [first, shift] = [(BITS * i) >> 3, (BITS * i) & 7];
      const low = byte(first) | (byte(first + 1) << 8) | (byte(first + 2) << 16) | (byte(first + 3) << 24);
      limbs[(at >> 2) + i] = ((low >>> shift) | ((byte(first + 4) << 1) << (31 - shift))) & (2 ** BITS - 1);
    }
  };
  /** The bytes of a canonical number. */
  const read = (at: number): Uint8Array => {
    const out = new Uint8Array(32);
    for (let i = 0; i < 32; i++) {
      const [limb, shift] = [Math.floor((8 * i) / BITS), (8 * i) % BITS];
      out[31 - i] = (limbs[(at >> 2) + limb]! >>> shift) | ((limbs[(at >> 2) + limb + 1]! << 1) << (BITS - 1 - shift));
    }
    return out;
  };
  const constant = (at: number, value: bigint): number => {
    write(at, bytesOf(value, 32));
    return at;
  };
  let made = 0;
  const known = (value: bigint): number => constant(constants + made++ * NUMBER, value);

  for (const [at, modulus] of [[p, SM2.p], [n, SM2.n], [n2, SM2.n - 2n]] as const) {
    constant(at, modulus);
    // −1/modulus mod 2^29 by Newton's steps: each doubles the bits that are right, from three on.
    let inverse = modulus;
    for (let step = 0; step < 4; step++) inverse = BigInt.asUintN(BITS, inverse * (2n - modulus * inverse));
    limbs[(at + NUMBER) >> 2] = Number(BigInt.asUintN(BITS, -inverse));
  }
  const [one, oneP, oneN] = [known(1n), known(R % SM2.p), known(R % SM2.n)];
  const squareP = known((R * R) % SM2.p);
  constant(G, (SM2.Gx * R) % SM2.p);
  constant(G + NUMBER, (SM2.Gy * R) % SM2.p);

  const plus = (to: number, a: number, b: number): void => {
    for (let i = 0; i < LIMBS; i++) limbs[(to >> 2) + i] = limbs[(a >> 2) + i]! + limbs[(b >> 2) + i]!;
  };
  const minus = (to: number, a: number, b: number): void => {
    for (let i = 0; i < LIMBS; i++) limbs[(to >> 2) + i] = limbs[(a >> 2) + i]! - limbs[(b >> 2) + i]!;
  };
  /** For canonical numbers. */
  const same = (a: number, b: number): boolean => {
    let difference = 0;
    for (let i = 0; i < LIMBS; i++) difference |= limbs[(a >> 2) + i]! ^ limbs[(b >> 2) + i]!;
    return difference === 0;
  };
  const zero = known(0n);

  /** base^exponent, four bits of the public exponent at a time. `unit` is 1 in the form of `multiply`; `to` is not the base. */
  const power = (to: number, base: number, exponent: string, unit: number, multiply: (to: number, a: number, b: number) => void): void => {
    copy(powers, unit, NUMBER);
    for (let i = 1; i < 16; i++) multiply(powers + i * NUMBER, powers + (i - 1) * NUMBER, base);
    copy(to, unit, NUMBER);
    for (const digit of exponent) {
      for (let i = 0; i < 4; i++) multiply(to, to, to);
      multiply(to, to, powers + Number.parseInt(digit, 16) * NUMBER);
    }
  };
  const [exponentP, exponentN] = [(SM2.p - 2n).toString(16), (SM2.n - 2n).toString(16)];
  const timesP = (to: number, a: number, b: number): void => {
    if (a === b) sqrP(to, a);
    else mulP(to, a, b);
  };
  const timesN = (to: number, a: number, b: number): void => { mulM(to, a, b, n); };
  const inverseP = (to: number, from: number): void => { power(to, from, exponentP, oneP, timesP); };
  const w = (i: number): number => workAt + i * NUMBER;

  return {
    run, limbs, copy, write, read, known, plus, minus, same, one, oneP, oneN, squareP, G, acc, point, p, n, n2, free, jacobian, w,
    isZero: (at: number): boolean => same(at, zero),
    inverseP,
    inverseN: (to: number, from: number): void => { power(to, from, exponentN, oneN, timesN); },
    /** Canonical and plain. */
    plainP: (to: number, from: number): void => {
      mulP(to, from, one);
      canonical(to, to, p);
    },
    /** A plain number under 2^258, or a difference of two, mod n and canonical. */
    reduceN: (at: number): void => {
      mulM(at, at, oneN, n);
      canonical(at, at, n);
    },
    /** The first `count` points at `jacobian` to affine ones, with one inversion. Uses w(0) to w(2). */
    toAffine: (count: number, to: (i: number) => number): void => {
      const z = (i: number): number => jacobian + i * JACOBIAN + 2 * NUMBER;
      copy(products, z(0), NUMBER);
      for (let i = 1; i < count; i++) mulP(products + i * NUMBER, products + (i - 1) * NUMBER, z(i));
      inverseP(w(0), products + (count - 1) * NUMBER);
      for (let i = count - 1; i >= 0; i--) {
        if (i === 0) copy(w(1), w(0), NUMBER);
        else mulP(w(1), w(0), products + (i - 1) * NUMBER);
        mulP(w(0), w(0), z(i));
        sqrP(w(2), w(1));
        mulP(to(i), jacobian + i * JACOBIAN, w(2));
        mulP(w(2), w(2), w(1));
        mulP(to(i) + NUMBER, jacobian + i * JACOBIAN + NUMBER, w(2));
      }
    },
    /** Nothing of a secret stays behind. */
    forget: (): void => { limbs.fill(0, 0, secretEnd >> 2); },
  };
}
