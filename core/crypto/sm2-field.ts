import { I64, call, get, i32, i64, set, type Code, type WasmFunction } from "./wasm-assembler.ts";

/**
 * Numbers of the SM2 curve in WebAssembly: nine limbs of 29 bits with signs, lowest first, 36 bytes each. A product of limbs
 * sums up in 64 bits without a carry. Numbers are kept as a·2^261 (Montgomery). The prime is
 * p = 2^256 − 2^224 − 2^96 + 2^64 − 1 ≡ −1 mod 2^29, so a step of its reduction adds m·p with shifts alone.
 *
 * Bounds. A number is tidy when its limbs lie in −2^26 … 2^29 + 2^26 and it lies in −2^253 … 2^256 + 2^253. Products and tidied
 * combinations are tidy. Factors may be tidy numbers and differences of two of them, and one of both a sum of two: then a column
 * of nine products stays under 2^63, with all that reduction adds (proved in sm2-bounds.test.ts). A negated number is as a
 * difference of two.
 */
export const LIMBS = 9;
/** Bits of a limb. */
export const BITS = 29;
const MASK = 2 ** BITS - 1;
/** The factor of the Montgomery form. */
export const R = 1n << BigInt(BITS * LIMBS);
/** Bytes of a number in memory. */
export const NUMBER = 4 * LIMBS;

/** A number in memory: an address and what is added to it. */
export type Place = { readonly base: Code; readonly at: number };
export const placed = (base: Code, at = 0): Place => ({ base, at });
export const addressOf = ({ base, at }: Place): Code => (at === 0 ? base : [base, i32(at), 0x6a]);

const indices = Array.from({ length: LIMBS }, (_, i) => i);
const sum = (terms: readonly Code[]): Code => terms.reduce((all, term) => I64.add(all, term));

/** Loads the limbs of the number at parameter `from` into locals from `to` on. */
const loaded = (from: number, to: number): Code => indices.map((i) => set(to + i, I64.load32(get(from), 4 * i)));

/** The columns of the Montgomery product: `products(k)` are the products of column k, `fold(k)` sets m for it. Locals: `sum` takes the columns. */
function columns(total: number, products: (k: number) => readonly Code[], fold: (k: number) => Code): Code {
  const out: Code[] = [];
  for (let k = 0; k < 2 * LIMBS - 1; k++) {
    out.push(set(total, sum([...(k === 0 ? [] : [get(total)]), ...products(k)])));
    if (k < LIMBS) out.push(fold(k));
    else out.push(I64.store32(get(0), 4 * (k - LIMBS), I64.and(get(total), i64(MASK))));
    out.push(set(total, I64.right(get(total), BITS)));
  }
  return [out, I64.store32(get(0), 4 * (LIMBS - 1), get(total))];
}

/**
 * Reduction by p. Adding m_k·p adds −m_k to column k, m_k·2^6 to k+2, −m_k·2^9 to k+3, −m_k·2^21 to k+7 and m_k·2^24 to k+8.
 * With d_k = m_k − 8·m_(k−1) that is d_k·2^6 for column k+2 and −d_k·2^21 for k+7; −m_k clears the bits that the shift drops.
 */
function reducedByP(total: number, d: number, m: number, products: (k: number) => readonly Code[]): Code {
  const folded = (k: number): readonly Code[] => [
    ...(k >= 2 && k - 2 <= LIMBS ? [I64.left(get(d + k - 2), 6)] : []),
    ...(k >= 7 ? [I64.sub(i64(0), I64.left(get(d + k - 7), 21))] : []),
  ];
  return columns(total, (k) => [...products(k), ...folded(k)], (k) => [
    k === 0 ? [] : set(d + k, I64.left(get(m), 3)),
    set(m, I64.and(get(total), i64(MASK))),
    set(d + k, k === 0 ? get(m) : I64.sub(get(m), get(d + k))),
    k === LIMBS - 1 ? set(d + LIMBS, I64.sub(i64(0), I64.left(get(m), 3))) : [],
  ]);
}

/** mulP(to, a, b): to = a·b/2^261 mod p, tidy. `to` may be a factor. */
const mulP: WasmFunction = (() => {
  const [a, b, d, m, total] = [3, 12, 21, 31, 32] as const;
  const products = (k: number): readonly Code[] =>
    indices.filter((i) => k - i >= 0 && k - i < LIMBS).map((i) => I64.mul(get(a + i), get(b + k - i)));
  return { name: "mulP", params: 3, i32: 0, i64: 30, body: [loaded(1, a), loaded(2, b), reducedByP(total, d, m, products)] };
})();

/** sqrP(to, a): to = a²/2^261 mod p, tidy. */
const sqrP: WasmFunction = (() => {
  const [a, twice, d, m, total] = [2, 11, 20, 30, 31] as const;
  const products = (k: number): readonly Code[] =>
    indices.filter((i) => 2 * i <= k && k - i < LIMBS).map((i) => I64.mul(get(a + i), get(2 * i === k ? a + i : twice + k - i)));
  const doubled = indices.map((i) => set(twice + i, I64.left(get(a + i), 1)));
  return { name: "sqrP", params: 2, i32: 0, i64: 30, body: [loaded(1, a), doubled, reducedByP(total, d, m, products)] };
})();

/** mulM(to, a, b, modulus): to = a·b/2^261 mod an odd modulus, under the modulus and a little. Behind its limbs: −1/modulus mod 2^29. */
const mulM: WasmFunction = (() => {
  const [a, b, modulus, q, total] = [4, 13, 22, 31, 40] as const;
  const products = (k: number): readonly Code[] => indices.filter((i) => k - i >= 0 && k - i < LIMBS).flatMap((i) => [
    I64.mul(get(a + i), get(b + k - i)),
    ...(i < k ? [I64.mul(get(q + i), get(modulus + k - i))] : []),
  ]);
  const fold = (k: number): Code => [
    set(q + k, I64.and(I64.mul(get(total), I64.load32(get(3), NUMBER)), i64(MASK))),
    set(total, I64.add(get(total), I64.mul(get(q + k), get(modulus)))),
  ];
  const body = [loaded(1, a), loaded(2, b), loaded(3, modulus), columns(total, products, fold)];
  return { name: "mulM", params: 4, i32: 0, i64: 37, body };
})();

/** canonical(to, a, modulus): the one form of a number between −modulus and 2·modulus: limbs of 29 bits, under the modulus. No branches. */
const canonical: WasmFunction = (() => {
  const [x, borrow] = [3, 12] as const;
  const carried = indices.slice(1).map((i) => [
    set(x + i, I64.add(get(x + i), I64.right(get(x + i - 1), BITS))),
    set(x + i - 1, I64.and(get(x + i - 1), i64(MASK))),
  ]);
  const modulus = (i: number): Code => I64.load32(get(2), 4 * i);
  const addIfNegative = [
    set(borrow, I64.right(get(x + LIMBS - 1), 63)),
    indices.map((i) => set(x + i, I64.add(get(x + i), I64.and(modulus(i), get(borrow))))),
    carried,
  ];
  const subtract = [indices.map((i) => set(x + i, I64.sub(get(x + i), modulus(i)))), carried];
  const stored = indices.map((i) => I64.store32(get(0), 4 * i, get(x + i)));
  return { name: "canonical", params: 3, i32: 0, i64: 10, body: [loaded(1, x), carried, addIfNegative, subtract, addIfNegative, stored] };
})();

export const FIELD: readonly WasmFunction[] = [mulP, sqrP, mulM, canonical];
export const multiplied = (to: Place, a: Place, b: Place): Code => call(0, addressOf(to), addressOf(a), addressOf(b));
export const squared = (to: Place, a: Place): Code => call(1, addressOf(to), addressOf(a));

/** A number and how often it counts. */
export type Term = readonly [factor: number, from: Place];

/** Limb i of a combination. */
const limb = (terms: readonly Term[], i: number): Code =>
  sum(terms.map(([factor, { base, at }]) => {
    const value = I64.load32(base, at + 4 * i);
    return factor === 1 ? value : I64.mul(value, i64(factor));
  }));

/** to = a sum or difference of two; its limbs are not carried. */
export const combined = (to: Place, ...terms: readonly Term[]): Code =>
  indices.map((i) => I64.store32(to.base, to.at + 4 * i, limb(terms, i)));

/**
 * to = a combination with factors of up to 20 in all, tidy again. One carry for every limb at once; what is above 2^256 is taken
 * off as a multiple h of p. Uses ten i64 locals from `locals` on.
 */
export function tidied(locals: number, to: Place, ...terms: readonly Term[]): Code {
  const x = locals;
  const h = locals + LIMBS;
  const fold: Readonly<Record<number, Code>> = { 0: get(h), 2: I64.sub(i64(0), I64.left(get(h), 6)), 3: I64.left(get(h), 9), 7: I64.left(get(h), 21) };
  return [
    indices.map((i) => set(x + i, limb(terms, i))),
    set(x + 8, I64.add(get(x + 8), I64.right(get(x + 7), BITS))),
    set(h, I64.right(get(x + 8), 24)),
    indices.map((i) => {
      const kept = I64.and(get(x + i), i64(i === 8 ? 2 ** 24 - 1 : MASK));
      const carry = i === 0 || i === 8 ? [] : [I64.right(get(x + i - 1), BITS)];
      return I64.store32(to.base, to.at + 4 * i, sum([kept, ...carry, ...(fold[i] === undefined ? [] : [fold[i]])]));
    }),
  ];
}
