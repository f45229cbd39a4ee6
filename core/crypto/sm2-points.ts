import { FIELD, LIMBS, NUMBER, combined, multiplied, placed, squared, tidied, type Place, type Term } from "./sm2-field.ts";
import { I32, I64, get, i32, i64, instantiate, loop, set, type Code, type WasmFunction, type WasmInstance } from "./wasm-assembler.ts";

/**
 * Points of the SM2 curve in WebAssembly: Jacobian (X, Y, Z) for x = X/Z², y = Y/Z³, and affine (x, y), of tidy numbers.
 * The formulas do not look for exceptions. Where a point is added to itself or its negative, or infinity takes part, Z becomes 0
 * and stays 0 through all that follows: the caller looks once, at the end.
 */
export const AFFINE = 2 * NUMBER;
export const JACOBIAN = 3 * NUMBER;

/** Entries of one window of a table: odd multiples 1, 3 … 31. */
export const ENTRIES = 16;

/** Numbers that the functions below write over. */
const SCRATCH = 0;
export const SCRATCH_END = 8 * NUMBER;
const [t0, t1, t2, t3, t4, t5, t6] = [0, 1, 2, 3, 4, 5, 6].map((i) => placed(i32(0), SCRATCH + i * NUMBER)) as [Place, Place, Place, Place, Place, Place, Place];

const at = (parameter: number, number: number): Place => placed(get(parameter), number * NUMBER);

/** double(point, times): in place. dbl-2001-b for a = −3, with α = 3·t5 left in its factors. */
const double: WasmFunction = (() => {
  const [x, y, z] = [at(0, 0), at(0, 1), at(0, 2)];
  const tidy = (to: Place, ...terms: readonly Term[]): Code => tidied(2, to, ...terms);
  const once = [
    squared(t0, z),
    squared(t1, y),
    multiplied(t2, x, t1),
    combined(t3, [1, x], [-1, t0]),
    combined(t4, [1, x], [1, t0]),
    multiplied(t5, t3, t4),
    multiplied(t6, y, z),
    tidy(z, [2, t6]),
    squared(t3, t5),
    tidy(x, [9, t3], [-8, t2]),
    tidy(t4, [4, t2], [-1, x]),
    multiplied(t3, t5, t4),
    squared(t4, t1),
    tidy(y, [3, t3], [-8, t4]),
  ];
  const left = set(1, I32.sub(get(1), i32(1)));
  return { name: "double", params: 2, i32: 0, i64: LIMBS + 1, body: loop([once, left], get(1)) };
})();

/** What both additions share: U1 = `u`, S1 = `s` of the first point, H = t0 and R = t1 of both; `z` is the product of the two Z. */
const added = (to: number, u: Place, s: Place, z: Place): Code => [
  multiplied(at(to, 2), z, t0),
  squared(t3, t0),
  multiplied(t4, t0, t3),
  multiplied(t3, u, t3),
  squared(t5, t1),
  multiplied(t6, s, t4),
  tidied(3, at(to, 0), [1, t5], [-1, t4], [-2, t3]),
  combined(t3, [1, t3], [-1, at(to, 0)]),
  multiplied(t3, t1, t3),
  tidied(3, at(to, 1), [1, t3], [-1, t6]),
];

/** addAffine(to, p, q): to = p + q with q affine, 8 products and 3 squares. `to` may be p. */
const addAffine: WasmFunction = {
  name: "addAffine", params: 3, i32: 0, i64: LIMBS + 1,
  body: [
    squared(t0, at(1, 2)),
    multiplied(t1, at(1, 2), t0),
    multiplied(t0, at(2, 0), t0),
    multiplied(t1, at(2, 1), t1),
    combined(t0, [1, t0], [-1, at(1, 0)]),
    combined(t1, [1, t1], [-1, at(1, 1)]),
    added(0, at(1, 0), at(1, 1), at(1, 2)),
  ],
};

/** The same with q Jacobian, 12 products and 4 squares; `add(to, p, q)`, `to` may be p. */
const add: WasmFunction = {
  name: "add", params: 3, i32: 0, i64: LIMBS + 1,
  body: (() => {
    const u = placed(i32(0), SCRATCH + 7 * NUMBER);
    return [
      squared(t0, at(1, 2)),
      squared(t1, at(2, 2)),
      multiplied(u, at(1, 0), t1),
      multiplied(t2, at(2, 2), t1),
      multiplied(t2, at(1, 1), t2),
      multiplied(t1, at(1, 2), t0),
      multiplied(t0, at(2, 0), t0),
      multiplied(t1, at(2, 1), t1),
      combined(t0, [1, t0], [-1, u]),
      combined(t1, [1, t1], [-1, t2]),
      multiplied(t3, at(1, 2), at(2, 2)),
      added(0, u, t2, t3),
    ];
  })(),
};

/** Bytes 8 at a time: an affine point is nine words of 64 bits. */
const WORDS = AFFINE / 8;
const words = Array.from({ length: WORDS }, (_, i) => i);

/**
 * choose(to, window, index): the affine point at the index, for a secret index: every entry of the window is read and masked, so
 * neither time nor cache tells which one was meant.
 */
const choose: WasmFunction = (() => {
  const [to, entry, index, count, mask, kept] = [0, 1, 2, 3, 4, 5] as const;
  const body = [
    // −1 when count = index, else 0: the sign of (x − 1) for x ≥ 0 that fits 32 bits.
    set(mask, I64.right(I64.sub(I64.ofI32(I32.xor(get(count), get(index))), i64(1)), 63)),
    words.map((i) => set(kept + i, I64.or(get(kept + i), I64.and(I64.load(get(entry), 8 * i), get(mask))))),
    set(entry, I32.add(get(entry), i32(AFFINE))),
    set(count, I32.add(get(count), i32(1))),
  ];
  const out = words.map((i) => I64.store(get(to), 8 * i, get(kept + i)));
  return { name: "choose", params: 3, i32: 1, i64: 1 + WORDS, body: [loop(body, I32.sub(get(count), i32(ENTRIES))), out] };
})();

/** signed(to, point, sign): the affine point, or its negative for sign = −1 (0: as it is). `to` may be the point. No branches. */
const signed: WasmFunction = (() => {
  const sign = 3;
  const limb = (i: number): Code => I64.load32(get(1), 4 * i);
  const x = Array.from({ length: LIMBS }, (_, i) => I64.store32(get(0), 4 * i, limb(i)));
  const y = Array.from({ length: LIMBS }, (_, i) => I64.store32(get(0), NUMBER + 4 * i, I64.sub(I64.xor(limb(LIMBS + i), get(sign)), get(sign))));
  return { name: "signed", params: 3, i32: 0, i64: 1, body: [set(sign, I64.ofI32(get(2))), x, y] };
})();

/** The functions of both files on `pages` of memory, or undefined where WebAssembly is refused. */
export const instantiatePoints = (pages: number): WasmInstance | undefined =>
  instantiate([...FIELD, double, addAffine, add, choose, signed], pages);
