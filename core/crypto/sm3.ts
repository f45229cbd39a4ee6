import { toHex } from "#core/formats";
import { wasmSm3Blocks, type Sm3Blocks } from "./sm3-wasm.ts";

/** SM3 (密码杂凑算法), GB/T 32905-2016 / GM/T 0004-2012: 32-byte digest, 64-byte blocks. */
export type Sm3 = {
  /** Takes more of the message; returns itself. Error after digest(). */
  readonly update: (bytes: Uint8Array) => Sm3;
  /** The digest of all that was taken, 32 bytes. Once only. */
  readonly digest: () => Uint8Array;
};

const IV = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];

/** T_j rotated left by j mod 32, GB/T 32905 §4.2. */
const ROTATED_T = Int32Array.from({ length: 64 }, (_, j) => {
  const t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
  const by = j % 32;
  return by === 0 ? t : (t << by) | (t >>> (32 - by));
});

/** Expanded message, shared by all digests: compress() runs to its end before anyone else can enter. */
const W = new Int32Array(68);

/** One block into the state, GB/T 32905 §5.3. Split loops and open-coded rotations, for machines without WebAssembly. */
function compress(state: Int32Array, block: Uint8Array, at: number): void {
  for (let j = 0, i = at; j < 16; j++, i += 4) {
    W[j] = (block[i]! << 24) | (block[i + 1]! << 16) | (block[i + 2]! << 8) | block[i + 3]!;
  }
  for (let j = 16; j < 68; j++) {
    const w3 = W[j - 3]!;
    const x = W[j - 16]! ^ W[j - 9]! ^ ((w3 << 15) | (w3 >>> 17));
    const w13 = W[j - 13]!;
    W[j] =
      x ^ ((x << 15) | (x >>> 17)) ^ ((x << 23) | (x >>> 9)) ^ ((w13 << 7) | (w13 >>> 25)) ^ W[j - 6]!;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let j = 0; j < 16; j++) {
    const a12 = (a << 12) | (a >>> 20);
    const sum = (a12 + e + ROTATED_T[j]!) | 0;
    const ss1 = (sum << 7) | (sum >>> 25);
    const tt1 = ((a ^ b ^ c) + d + (ss1 ^ a12) + (W[j]! ^ W[j + 4]!)) | 0;
    const tt2 = ((e ^ f ^ g) + h + ss1 + W[j]!) | 0;
    d = c;
    c = (b << 9) | (b >>> 23);
    b = a;
    a = tt1;
    h = g;
    g = (f << 19) | (f >>> 13);
    f = e;
    e = tt2 ^ ((tt2 << 9) | (tt2 >>> 23)) ^ ((tt2 << 17) | (tt2 >>> 15));
  }
  for (let j = 16; j < 64; j++) {
    const a12 = (a << 12) | (a >>> 20);
    const sum = (a12 + e + ROTATED_T[j]!) | 0;
    const ss1 = (sum << 7) | (sum >>> 25);
    const tt1 = (((a & b) | (a & c) | (b & c)) + d + (ss1 ^ a12) + (W[j]! ^ W[j + 4]!)) | 0;
    const tt2 = (((e & f) | (~e & g)) + h + ss1 + W[j]!) | 0;
    d = c;
    c = (b << 9) | (b >>> 23);
    b = a;
    a = tt1;
    h = g;
    g = (f << 19) | (f >>> 13);
    f = e;
    e = tt2 ^ ((tt2 << 9) | (tt2 >>> 23)) ^ ((tt2 << 17) | (tt2 >>> 15));
  }
  state[0]! ^= a;
  state[1]! ^= b;
  state[2]! ^= c;
  state[3]! ^= d;
  state[4]! ^= e;
  state[5]! ^= f;
  state[6]! ^= g;
  state[7]! ^= h;
}

const scriptBlocks: Sm3Blocks = {
  take: (state, bytes, at, end) => {
    for (let from = at; from < end; from += 64) compress(state, bytes, from);
  },
  forget: () => { W.fill(0); },
};

/** In WebAssembly or, where that is refused, in script: found out at the first use. */
let blocks: Sm3Blocks | undefined;

/** A digest that is fed piece by piece, for content that does not fit one array. */
export function createSm3(): Sm3 {
  const { take, forget } = (blocks ??= wasmSm3Blocks() ?? scriptBlocks);
  const state = Int32Array.from(IV);
  const pending = new Uint8Array(64);
  let held = 0;
  let total = 0;
  let done = false;
  const self: Sm3 = {
    update(bytes) {
      if (done) throw new TypeError("the digest was taken already");
      total += bytes.length;
      let at = 0;
      if (held > 0) {
        at = Math.min(64 - held, bytes.length);
        pending.set(bytes.subarray(0, at), held);
        held += at;
        if (held < 64) return self;
        take(state, pending, 0, 64);
        held = 0;
      }
      const whole = bytes.length - ((bytes.length - at) % 64);
      if (whole > at) take(state, bytes, at, whole);
      pending.set(bytes.subarray(whole), 0);
      held = bytes.length - whole;
      return self;
    },
    digest() {
      if (done) throw new TypeError("the digest was taken already");
      done = true;
      pending[held] = 0x80;
      pending.fill(0, held + 1);
      if (held >= 56) {
        take(state, pending, 0, 64);
        pending.fill(0);
      }
      const view = new DataView(pending.buffer);
      // The length is in bits: 2^53 bytes times eight need both words.
      view.setUint32(56, Math.floor(total / 0x2000_0000));
      view.setUint32(60, (total << 3) >>> 0);
      take(state, pending, 0, 64);
      const out = new Uint8Array(32);
      const words = new DataView(out.buffer);
      for (let i = 0; i < 8; i++) words.setInt32(4 * i, state[i]!);
      state.fill(0);
      pending.fill(0);
      forget();
      return out;
    },
  };
  return self;
}

/** SM3 of the bytes, 32 bytes. */
export function sm3(bytes: Uint8Array): Uint8Array {
  return createSm3().update(bytes).digest();
}

/** SM3 of the bytes, 64 lower-case hexadecimal digits. */
export function sm3Hex(bytes: Uint8Array): string {
  return toHex(sm3(bytes));
}
