/**
 * The SM4 block cipher (分组密码算法), GB/T 32907-2016 / GM/T 0002-2012: 128-bit key and block, 32 rounds.
 * Many blocks at once are in sm4-bulk.ts, modes of operation in sm4-modes.ts, authenticated ones in sm4-aead.ts. Table lookups depend on the data, as in
 * OpenSSL's C code: good for files and wrapped keys, not against an attacker who shares the processor's cache.
 */

const SBOX_TEXT =
  "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa441326498606999c4250f491ef987a33540b43edcfac62" +
  "e4b31ca9c908e89580df94fa758f3fa64707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35" +
  "1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89eeabf8ad240c738b5a3f7f2cef96115a1" +
  "e0ae5da49b341a55ad933230f58cb1e31df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51" +
  "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b08969974a0c96777e65b9f109c56ec684" +
  "18f07dec3adc4d2079ee5f3ed7cb3948";
const SBOX = Uint8Array.from({ length: 256 }, (_, i) => Number.parseInt(SBOX_TEXT.slice(2 * i, 2 * i + 2), 16));

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** L(S(byte)) for a byte in the highest place; the other places are the same words rotated. */
const T0 = Int32Array.from(SBOX, (byte) => {
  const word = byte << 24;
  return word ^ rotated(word, 2) ^ rotated(word, 10) ^ rotated(word, 18) ^ rotated(word, 24);
});
const T1 = T0.map((word) => rotated(word, 24));
const T2 = T0.map((word) => rotated(word, 16));
const T3 = T0.map((word) => rotated(word, 8));

/** The four tables one behind the other. */
export const SM4_TABLES = Int32Array.from([...T0, ...T1, ...T2, ...T3]);

const FK = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc] as const;

/** The 32 round keys, GB/T 32907 §7.3. */
export type Sm4Key = Int32Array;

/** Round keys of a 16-byte key, for encryption. RangeError for another length. */
export function expandSm4Key(key: Uint8Array): Sm4Key {
  if (key.length !== 16) throw new RangeError("an SM4 key is 16 bytes");
  const view = new DataView(key.buffer, key.byteOffset, 16);
  const k = FK.map((fk, i) => view.getInt32(4 * i) ^ fk);
  const round = new Int32Array(32);
  for (let i = 0; i < 32; i++) {
    let ck = 0;
    for (let j = 0; j < 4; j++) ck = (ck << 8) | (((4 * i + j) * 7) & 0xff);
    const mixed = k[i + 1]! ^ k[i + 2]! ^ k[i + 3]! ^ ck;
    const s =
      (SBOX[mixed >>> 24]! << 24) | (SBOX[(mixed >>> 16) & 0xff]! << 16) | (SBOX[(mixed >>> 8) & 0xff]! << 8) | SBOX[mixed & 0xff]!;
    round[i] = k[i]! ^ s ^ rotated(s, 13) ^ rotated(s, 23);
    k.push(round[i]!);
  }
  return round;
}

/** Decryption is encryption with the round keys in reverse, §6.3. */
export function reverseSm4Key(key: Sm4Key): Sm4Key {
  return key.slice().reverse();
}

/** One block in place: four big-endian words from `at` on. Four rounds a turn, so that no word has to be moved. */
export function cryptSm4Block(key: Sm4Key, words: Int32Array, at: number): void {
  let a = words[at]!;
  let b = words[at + 1]!;
  let c = words[at + 2]!;
  let d = words[at + 3]!;
  for (let i = 0; i < 32; i += 4) {
    let x = b ^ c ^ d ^ key[i]!;
    a ^= T0[x >>> 24]! ^ T1[(x >>> 16) & 0xff]! ^ T2[(x >>> 8) & 0xff]! ^ T3[x & 0xff]!;
    x = c ^ d ^ a ^ key[i + 1]!;
    b ^= T0[x >>> 24]! ^ T1[(x >>> 16) & 0xff]! ^ T2[(x >>> 8) & 0xff]! ^ T3[x & 0xff]!;
    x = d ^ a ^ b ^ key[i + 2]!;
    c ^= T0[x >>> 24]! ^ T1[(x >>> 16) & 0xff]! ^ T2[(x >>> 8) & 0xff]! ^ T3[x & 0xff]!;
    x = a ^ b ^ c ^ key[i + 3]!;
    d ^= T0[x >>> 24]! ^ T1[(x >>> 16) & 0xff]! ^ T2[(x >>> 8) & 0xff]! ^ T3[x & 0xff]!;
  }
  words[at] = d;
  words[at + 1] = c;
  words[at + 2] = b;
  words[at + 3] = a;
}

/** Whole blocks of bytes into words, in place of a DataView a call: the order of bytes is SM4's, not the machine's. */
export function loadWords(bytes: Uint8Array, at: number, words: Int32Array, count: number): void {
  for (let i = 0, from = at; i < count; i++, from += 4) {
    words[i] = (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
  }
}

/** The other way round. */
export function storeWords(words: Int32Array, count: number, bytes: Uint8Array, at: number): void {
  for (let i = 0, to = at; i < count; i++, to += 4) {
    const word = words[i]!;
    bytes[to] = word >>> 24;
    bytes[to + 1] = word >>> 16;
    bytes[to + 2] = word >>> 8;
    bytes[to + 3] = word;
  }
}
