import { cryptSm4Block, expandSm4Key, loadWords, reverseSm4Key, storeWords, type Sm4Key } from "./sm4.ts";

/**
 * XTS for stored sectors (带密文挪用的 XEX 可调分组密码工作模式): GB/T 17964-2021 §12, or IEEE 1619-2007, which differ in how the tweak
 * is multiplied. `key` is 32 bytes (for content, for the tweak), `tweak` 16.
 */
export type Sm4Xts = { readonly standard: "gb" | "ieee"; readonly key: Uint8Array; readonly tweak: Uint8Array };

/** As long as the content, which is at least one block. RangeError: content, key or tweak of a wrong length. */
export function sm4XtsEncrypt(content: Uint8Array, request: Sm4Xts): Uint8Array {
  return crypt(content, request, expandSm4Key(request.key.subarray(0, 16)), "encrypt");
}

/** The content again. There is no authentication: a wrong key gives noise. */
export function sm4XtsDecrypt(content: Uint8Array, request: Sm4Xts): Uint8Array {
  return crypt(content, request, reverseSm4Key(expandSm4Key(request.key.subarray(0, 16))), "decrypt");
}

function crypt(content: Uint8Array, { key, tweak, standard }: Sm4Xts, round: Sm4Key, way: "encrypt" | "decrypt"): Uint8Array {
  if (key.length !== 32 || tweak.length !== 16 || content.length < 16) throw new RangeError("SM4-XTS: wrong length");
  const words = new Int32Array(4);
  let t = new Uint8Array(16);
  const one = (from: Uint8Array, at: number, mask: Uint8Array): Uint8Array => {
    const out = from.slice(at, at + 16).map((byte, i) => byte ^ mask[i]!);
    loadWords(out, 0, words, 4);
    cryptSm4Block(round, words, 0);
    storeWords(words, 4, out, 0);
    return out.map((byte, i) => byte ^ mask[i]!);
  };
  loadWords(tweak, 0, words, 4);
  cryptSm4Block(expandSm4Key(key.subarray(16)), words, 0);
  storeWords(words, 4, t, 0);
  const out = new Uint8Array(content.length);
  const tail = content.length % 16;
  const whole = content.length - tail - (tail === 0 ? 0 : 16);
  for (let at = 0; at < whole; at += 16) {
    out.set(one(content, at, t), at);
    t = doubled(t, standard);
  }
  if (tail > 0) {
    // Ciphertext stealing: the last whole block lends its end to the part block. Decryption takes the two tweaks in reverse.
    const then = doubled(t, standard);
    const last = one(content, whole, way === "encrypt" ? t : then);
    const joined = last.slice();
    joined.set(content.subarray(whole + 16));
    out.set(last.subarray(0, tail), whole + 16);
    out.set(one(joined, 0, way === "encrypt" ? then : t), whole);
  }
  return out;
}

/** Times x. IEEE counts the bits from the first byte's lowest; GB/T 17964 as GHASH does, from the first byte's highest. */
function doubled(t: Uint8Array, standard: "gb" | "ieee"): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(16);
  if (standard === "ieee") {
    for (let i = 0; i < 16; i++) out[i] = (t[i]! << 1) | (i === 0 ? 0 : t[i - 1]! >>> 7);
    if (t[15]! > 127) out[0]! ^= 0x87;
  } else {
    for (let i = 0; i < 16; i++) out[i] = (t[i]! >>> 1) | (i === 0 ? 0 : t[i - 1]! << 7);
    if ((t[15]! & 1) === 1) out[0]! ^= 0xe1;
  }
  return out;
}
