import { I32, get, i32, instantiate, loop, set, type Code, type WasmFunction } from "./wasm-assembler.ts";

/** SM3 blocks in WebAssembly, GB/T 32905 §5.3, with every round written out. */

/** In memory: the state, eight words, and behind it the message. */
const MESSAGE = 64;
const ROOM = 65_536 - MESSAGE;
/** Whole blocks that fit at once. */
const BATCH = ROOM - (ROOM % 64);

const [P, COUNT] = [0, 1] as const;
const [W, STATE, A12, SS1, TT] = [2, 18, 26, 27, 28] as const;

const xor = (...terms: readonly Code[]): Code => terms.reduce(I32.xor);
const sum = (...terms: readonly Code[]): Code => terms.reduce(I32.add);

/** Four bytes as a word, the highest first: the machine has them the other way round. */
const loaded = (j: number): Code => [
  set(TT, I32.load(get(P), 4 * j)),
  set(W + j, I32.or(
    I32.and(I32.rotated(get(TT), 8), i32(0x00ff00ff)),
    I32.and(I32.rotated(get(TT), 24), i32(0xff00ff00 | 0)),
  )),
];

/** W_j for j ≥ 16 takes the place of W_(j−16). */
const expanded = (j: number): Code => {
  const w = (back: number): Code => get(W + ((j - back) & 15));
  return [
    set(TT, xor(w(16), w(9), I32.rotated(w(3), 15))),
    set(W + (j & 15), xor(get(TT), I32.rotated(get(TT), 15), I32.rotated(get(TT), 23), I32.rotated(w(13), 7), w(6))),
  ];
};

function round(j: number): Code {
  // The words of the state stay where they are: their names move on.
  const word = (letter: number): number => STATE + (letter & 4) + ((letter - j) & 3);
  const [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map(word) as [number, number, number, number, number, number, number, number];
  const t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
  const by = j & 31;
  const rotatedT = by === 0 ? t : (t << by) | (t >>> (32 - by));
  const ff = j < 16 ? xor(get(a), get(b), get(c)) : I32.or(I32.and(get(a), I32.or(get(b), get(c))), I32.and(get(b), get(c)));
  const gg = j < 16 ? xor(get(e), get(f), get(g)) : xor(I32.and(xor(get(f), get(g)), get(e)), get(g));
  const [w, w4] = [get(W + (j & 15)), get(W + ((j + 4) & 15))];
  return [
    j < 12 ? [] : expanded(j + 4),
    set(A12, I32.rotated(get(a), 12)),
    set(SS1, I32.rotated(sum(get(A12), get(e), i32(rotatedT)), 7)),
    set(d, sum(ff, get(d), xor(get(SS1), get(A12)), xor(w, w4))),
    set(TT, sum(gg, get(h), get(SS1), w)),
    set(h, xor(get(TT), I32.rotated(get(TT), 9), I32.rotated(get(TT), 17))),
    set(b, I32.rotated(get(b), 9)),
    set(f, I32.rotated(get(f), 19)),
  ];
}

const eight = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** blocks(message, count): into the state at 0. */
const blocks: WasmFunction = {
  name: "blocks", params: 2, i32: 27, i64: 0,
  body: loop([
    Array.from({ length: 16 }, (_, j) => loaded(j)),
    eight.map((i) => set(STATE + i, I32.load(i32(0), 4 * i))),
    Array.from({ length: 64 }, (_, j) => round(j)),
    eight.map((i) => I32.store(i32(0), 4 * i, xor(I32.load(i32(0), 4 * i), get(STATE + i)))),
    set(P, I32.add(get(P), i32(64))),
    set(COUNT, I32.sub(get(COUNT), i32(1))),
  ], get(COUNT)),
};

/** Takes whole blocks from `at` to `end` into the state of eight words; `forget` overwrites what it worked on, which may be a key. */
export type Sm3Blocks = {
  readonly take: (state: Int32Array, bytes: Uint8Array, at: number, end: number) => void;
  readonly forget: () => void;
};

/** Undefined where WebAssembly is refused. */
export function wasmSm3Blocks(): Sm3Blocks | undefined {
  const instance = instantiate([blocks], 1);
  if (instance === undefined) return undefined;
  const run = instance.functions.blocks!;
  const words = new Int32Array(instance.memory, 0, 8);
  const message = new Uint8Array(instance.memory, MESSAGE);
  let dirty = 0;
  return {
    take: (state, bytes, at, end) => {
      words.set(state);
      for (let from = at; from < end; from += BATCH) {
        const to = Math.min(end, from + BATCH);
        if (to - from === 64) for (let i = 0; i < 64; i++) message[i] = bytes[from + i]!;
        else message.set(bytes.subarray(from, to));
        if (to - from > dirty) dirty = to - from;
        run(MESSAGE, (to - from) >> 6);
      }
      state.set(words);
    },
    forget: () => {
      words.fill(0);
      message.fill(0, 0, dirty);
      dirty = 0;
    },
  };
}
