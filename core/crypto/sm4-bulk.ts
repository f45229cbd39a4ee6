import { cryptSm4Block, loadWords, storeWords } from "./sm4.ts";
import { wasmSm4, type Sm4Bulk } from "./sm4-wasm.ts";

const BLOCK = 16;

/** Block by block in script. */
const scriptSm4: Sm4Bulk = {
  ecb(key, content) {
    const out = new Uint8Array(content.length);
    const words = new Int32Array(4);
    for (let at = 0; at < content.length; at += BLOCK) {
      loadWords(content, at, words, 4);
      cryptSm4Block(key, words, 0);
      storeWords(words, 4, out, at);
    }
    return out;
  },
  cbc(key, content, iv) {
    const out = new Uint8Array(content.length);
    const words = iv.slice();
    const next = new Int32Array(4);
    for (let at = 0; at < content.length; at += BLOCK) {
      loadWords(content, at, next, 4);
      for (let i = 0; i < 4; i++) words[i]! ^= next[i]!;
      cryptSm4Block(key, words, 0);
      storeWords(words, 4, out, at);
    }
    return out;
  },
  ctr(key, content, counter, carried) {
    const out = new Uint8Array(content.length);
    const next = counter.slice();
    const words = new Int32Array(4);
    const pad = new Uint8Array(BLOCK);
    for (let at = 0; at < content.length; at += BLOCK) {
      words.set(next);
      cryptSm4Block(key, words, 0);
      storeWords(words, 4, pad, 0);
      for (let i = 3; i > 3 - carried; i--) {
        next[i]! += 1;
        if (next[i] !== 0) break;
      }
      const end = Math.min(at + BLOCK, content.length);
      for (let i = at; i < end; i++) out[i] = content[i]! ^ pad[i - at]!;
    }
    return out;
  },
};

let chosen: Sm4Bulk | undefined;

/** In WebAssembly or, where that is refused, in script: found out at the first use. */
export const sm4Bulk = (): Sm4Bulk => (chosen ??= wasmSm4() ?? scriptSm4);
