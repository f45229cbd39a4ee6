import { concatBytes, formatErr, ok, type FormatError, type Result } from "#core/formats";
import { sm4Bulk } from "./sm4-bulk.ts";
import { cryptSm4Block, expandSm4Key, loadWords, reverseSm4Key, storeWords, type Sm4Key } from "./sm4.ts";

/**
 * Modes of GB/T 17964-2021 without authentication. `iv` is 16 bytes (a counter block for ctr) and must not repeat under a key.
 * `padding` pkcs7 (RFC 5652 §6.3) is for ecb and cbc, where `none` wants whole blocks; the others take any length and no padding.
 */
export type Sm4Cipher =
  | { readonly mode: "ecb"; readonly key: Uint8Array; readonly padding: "pkcs7" | "none" }
  | { readonly mode: "cbc"; readonly key: Uint8Array; readonly iv: Uint8Array; readonly padding: "pkcs7" | "none" }
  | { readonly mode: "ctr" | "cfb" | "ofb"; readonly key: Uint8Array; readonly iv: Uint8Array };

const BLOCK = 16;

/** Ciphertext of `plain`. RangeError: key or iv is not 16 bytes, or unpadded content is not whole blocks. */
export function sm4Encrypt(plain: Uint8Array, cipher: Sm4Cipher): Uint8Array {
  const key = expandSm4Key(cipher.key);
  switch (cipher.mode) {
    case "ecb":
      return sm4Bulk().ecb(key, padded(plain, cipher.padding));
    case "cbc":
      return sm4Bulk().cbc(key, padded(plain, cipher.padding), wordsOf(cipher.iv));
    case "ctr":
      return sm4Bulk().ctr(key, plain, wordsOf(cipher.iv), 4);
    case "cfb":
      return feedback(key, plain, wordsOf(cipher.iv), "cfb-encrypt");
    case "ofb":
      return feedback(key, plain, wordsOf(cipher.iv), "ofb");
  }
}

/**
 * Plaintext of `ciphertext`. RangeError as for sm4Encrypt; what the content itself gets wrong is a value: sm4.length (not
 * whole blocks), sm4.padding (wrong key or damaged content).
 */
export function sm4Decrypt(ciphertext: Uint8Array, cipher: Sm4Cipher): Result<Uint8Array, FormatError> {
  const key = expandSm4Key(cipher.key);
  switch (cipher.mode) {
    case "ecb":
    case "cbc": {
      if (ciphertext.length % BLOCK !== 0) return formatErr("sm4.length", "SM4 密文长度不是分组的整数倍");
      if (cipher.mode === "cbc") wordsOf(cipher.iv);
      const plain = sm4Bulk().ecb(reverseSm4Key(key), ciphertext);
      if (cipher.mode === "cbc") unchain(plain, ciphertext, cipher.iv);
      return cipher.padding === "none" ? ok(plain) : unpadded(plain);
    }
    case "ctr":
      return ok(sm4Bulk().ctr(key, ciphertext, wordsOf(cipher.iv), 4));
    case "cfb":
      return ok(feedback(key, ciphertext, wordsOf(cipher.iv), "cfb-decrypt"));
    case "ofb":
      return ok(feedback(key, ciphertext, wordsOf(cipher.iv), "ofb"));
  }
}

function padded(plain: Uint8Array, padding: "pkcs7" | "none"): Uint8Array {
  if (padding === "pkcs7") {
    const count = BLOCK - (plain.length % BLOCK);
    return concatBytes(plain, new Uint8Array(count).fill(count));
  }
  if (plain.length % BLOCK !== 0) throw new RangeError("unpadded SM4 content must be whole blocks");
  return plain;
}

function unpadded(plain: Uint8Array): Result<Uint8Array, FormatError> {
  const count = plain.at(-1) ?? 0;
  // All bytes are looked at whatever the first wrong one is: a timing difference would be a padding oracle.
  let wrong = count < 1 || count > BLOCK ? 1 : 0;
  for (let i = 1; i <= Math.min(count, BLOCK); i++) wrong |= plain[plain.length - i]! ^ count;
  return wrong === 0 ? ok(plain.slice(0, plain.length - count)) : formatErr("sm4.padding", "SM4 解密后的填充不正确");
}

const wordsOf = (iv: Uint8Array): Int32Array => {
  if (iv.length !== BLOCK) throw new RangeError("an SM4 initial vector is 16 bytes");
  const words = new Int32Array(4);
  loadWords(iv, 0, words, 4);
  return words;
};

function unchain(plain: Uint8Array, ciphertext: Uint8Array, iv: Uint8Array): void {
  for (let i = 0; i < Math.min(BLOCK, plain.length); i++) plain[i]! ^= iv[i]!;
  for (let i = BLOCK; i < plain.length; i++) plain[i]! ^= ciphertext[i - BLOCK]!;
}

/** CFB with whole-block feedback, and OFB: both encrypt a register that is fed with ciphertext or with its own output. */
function feedback(key: Sm4Key, content: Uint8Array, words: Int32Array, way: "cfb-encrypt" | "cfb-decrypt" | "ofb"): Uint8Array {
  const out = new Uint8Array(content.length);
  const pad = new Uint8Array(BLOCK);
  for (let at = 0; at < content.length; at += BLOCK) {
    cryptSm4Block(key, words, 0);
    storeWords(words, 4, pad, 0);
    const end = Math.min(at + BLOCK, content.length);
    for (let i = at; i < end; i++) out[i] = content[i]! ^ pad[i - at]!;
    // A last part block feeds nothing.
    if (way !== "ofb" && at + BLOCK <= content.length) loadWords(way === "cfb-encrypt" ? out : content, at, words, 4);
  }
  return out;
}
