import { SM4_TABLES, type Sm4Key } from "./sm4.ts";
import { I32, get, i32, instantiate, loop, set, type Code, type WasmFunction } from "./wasm-assembler.ts";

/** SM4 over many blocks in WebAssembly, in place, with the tables and round keys of sm4.ts. */

/** In memory: four tables of 256 words, 32 round keys, four words of chain or counter, then the content. */
const KEYS = 4096;
const CHAIN = KEYS + 128;
const CONTENT = CHAIN + 16;
/** Bytes of whole blocks that fit at once. */
const BATCH = 65_536 - CONTENT - (-CONTENT & 31);

const [P, COUNT] = [0, 1] as const;
const { xor } = I32;
const four = [0, 1, 2, 3] as const;

/** A word with its bytes the other way round. */
const swapped = (local: number): Code => I32.or(
  I32.and(I32.rotated(get(local), 8), i32(0x00ff00ff)),
  I32.and(I32.rotated(get(local), 24), i32(0xff00ff00 | 0)),
);
const load = (words: number, at: Code, offset: number): Code =>
  four.map((i) => [set(words + i, I32.load(at, offset + 4 * i)), set(words + i, swapped(words + i))]);
/** The words come out of the rounds in reverse. */
const store = (words: number, offset: number): Code => four.map((i) => I32.store(get(P), offset + 4 * i, swapped(words + 3 - i)));

/** Table `i` of the byte that stands i places from the left. */
const looked = (x: number, i: number): Code =>
  I32.load(I32.and(i < 3 ? I32.right(get(x), 22 - 8 * i) : I32.left(get(x), 2), i32(0x3fc)), 1024 * i);

/** 32 rounds over each of the blocks, side by side: one waits for its tables while another computes. `x` holds one word for each. */
const rounds = (blocks: readonly number[], x: number): Code => Array.from({ length: 32 }, (_, r) => {
  const word = (block: number, i: number): number => block + ((r + i) & 3);
  return [
    blocks.map((block, i) => set(x + i, xor(xor(xor(get(word(block, 1)), get(word(block, 2))), I32.load(i32(0), KEYS + 4 * r)), get(word(block, 3))))),
    blocks.map((block, i) => set(word(block, 0), xor(xor(looked(x + i, 0), looked(x + i, 1)), xor(looked(x + i, 2), xor(get(word(block, 0)), looked(x + i, 3)))))),
  ];
});

const step = (bytes: number): Code => [set(P, I32.add(get(P), i32(bytes))), set(COUNT, I32.sub(get(COUNT), i32(1)))];
const [A, B, X] = [2, 6, 10] as const;

/** ecb(content, pairs): two blocks at a time. */
const ecb: WasmFunction = {
  name: "ecb", params: 2, i32: 10, i64: 0,
  body: loop([load(A, get(P), 0), load(B, get(P), 16), rounds([A, B], X), store(A, 0), store(B, 16), step(32)], get(COUNT)),
};

/** cbc(content, blocks): each is encrypted with the ciphertext before it, which stands at CHAIN in the beginning and in the end. */
const cbc: WasmFunction = {
  name: "cbc", params: 2, i32: 10, i64: 0,
  body: [
    four.map((i) => set(B + i, I32.load(i32(0), CHAIN + 4 * i))),
    loop([
      load(A, get(P), 0),
      four.map((i) => set(A + i, xor(get(A + i), get(B + i)))),
      rounds([A], X),
      store(A, 0),
      four.map((i) => set(B + i, get(A + 3 - i))),
      step(16),
    ], get(COUNT)),
    four.map((i) => I32.store(i32(0), CHAIN + 4 * i, get(B + i))),
  ],
};

/** ctr(content, pairs): XOR with the encrypted counter at CHAIN, whose last word alone goes up, by two for each pair. */
const ctr: WasmFunction = (() => {
  const stream = (words: number, offset: number): Code =>
    four.map((i) => I32.store(get(P), offset + 4 * i, xor(I32.load(get(P), offset + 4 * i), swapped(words + 3 - i))));
  const counter = (words: number, ahead: number): Code => [
    four.slice(0, 3).map((i) => set(words + i, I32.load(i32(0), CHAIN + 4 * i))),
    set(words + 3, I32.add(I32.load(i32(0), CHAIN + 12), i32(ahead))),
  ];
  const advance = I32.store(i32(0), CHAIN + 12, I32.add(I32.load(i32(0), CHAIN + 12), i32(2)));
  return {
    name: "ctr", params: 2, i32: 10, i64: 0,
    body: loop([counter(A, 0), counter(B, 1), rounds([A, B], X), stream(A, 0), stream(B, 16), advance, step(32)], get(COUNT)),
  };
})();

/** Many blocks under one key. Content of ecb and cbc is whole blocks; `iv` and `counter` are four big-endian words and stay as they are. */
export type Sm4Bulk = {
  readonly ecb: (key: Sm4Key, content: Uint8Array) => Uint8Array;
  readonly cbc: (key: Sm4Key, content: Uint8Array, iv: Int32Array) => Uint8Array;
  /** XOR with the encrypted counter; its last `carried` words count as one number (1 in GCM, 4 in CTR). */
  readonly ctr: (key: Sm4Key, content: Uint8Array, counter: Int32Array, carried: 1 | 4) => Uint8Array;
};

/** Undefined where WebAssembly is refused. */
export function wasmSm4(): Sm4Bulk | undefined {
  const instance = instantiate([ecb, cbc, ctr], 1);
  if (instance === undefined) return undefined;
  const { ecb: runEcb, cbc: runCbc, ctr: runCtr } = instance.functions as Record<"ecb" | "cbc" | "ctr", (at: number, count: number) => void>;
  const words = new Int32Array(instance.memory);
  const bytes = new Uint8Array(instance.memory);
  words.set(SM4_TABLES);
  const chain = words.subarray(CHAIN / 4, CHAIN / 4 + 4);
  /** Batch by batch: `room` tells how many bytes may go next, `run` works on that many. */
  const each = (key: Sm4Key, content: Uint8Array, room: () => number, run: (length: number) => void): Uint8Array => {
    const out = new Uint8Array(content.length);
    words.set(key, KEYS / 4);
    for (let at = 0; at < content.length; ) {
      const length = Math.min(BATCH, room(), content.length - at);
      bytes.set(content.subarray(at, at + length), CONTENT);
      run(length);
      out.set(bytes.subarray(CONTENT, CONTENT + length), at);
      at += length;
    }
    // Neither key nor content stays where other calls could read it, nor what a half-filled pair of blocks left behind the end.
    bytes.fill(0, KEYS, CONTENT + Math.min(BATCH, content.length + 31));
    return out;
  };
  return {
    ecb: (key, content) => each(key, content, () => BATCH, (length) => { runEcb(CONTENT, Math.ceil(length / 32)); }),
    cbc(key, content, iv) {
      chain.set(iv);
      return each(key, content, () => BATCH, (length) => { runCbc(CONTENT, length / 16); });
    },
    ctr(key, content, counter, carried) {
      chain.set(counter);
      // A batch ends where the last word comes round to zero, so that the carry can be seen.
      const left = (): number => 0x1_0000_0000 - (chain[3]! >>> 0);
      return each(key, content, () => 16 * left(), (length) => {
        const [blocks, before] = [Math.ceil(length / 16), left()];
        const next = chain[3]! + blocks;
        runCtr(CONTENT, Math.ceil(blocks / 2));
        chain[3] = next;
        if (blocks === before) for (let i = 2; i > 3 - carried && ++chain[i]! === 0; i--);
      });
    },
  };
}
