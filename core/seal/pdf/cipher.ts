/** The two ciphers of encrypted PDF files (RC4、AES), ISO 32000-2 §7.6: for reading what anybody may open, never for keeping a secret. */

/** RC4 is its own inverse. */
export const rc4 = (key: Uint8Array, bytes: Uint8Array): Uint8Array => {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i)
  const swap = (i: number, j: number): void => {
    const kept = state[i]!
    state[i] = state[j]!
    state[j] = kept
  }
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 255
    swap(i, j)
  }
  const out = new Uint8Array(bytes.length)
  for (let n = 0, i = 0, j = 0; n < bytes.length; n++) {
    i = (i + 1) & 255
    j = (j + state[i]!) & 255
    swap(i, j)
    out[n] = bytes[n]! ^ state[(state[i]! + state[j]!) & 255]!
  }
  return out
}

const double = (x: number): number => ((x << 1) ^ (x & 0x80 ? 0x11b : 0)) & 255
const times = (x: number, by: number): number => {
  let sum = 0
  for (let factor = x, rest = by; rest > 0; rest >>= 1, factor = double(factor)) if (rest & 1) sum ^= factor
  return sum
}
const SBOX = new Uint8Array(256)
const INVERSE = new Uint8Array(256)
// FIPS 197 §5.1.1: the inverse in GF(2⁸) by powers of 3, then the affine map.
for (let p = 1, q = 1, n = 0; n < 255; n++) {
  SBOX[p] = [0, 1, 2, 3, 4].reduce((sum, turn) => sum ^ ((q << turn) | (q >> (8 - turn))), 0x63) & 255
  p = p ^ double(p)
  q = times(q, 0xf6)
}
SBOX[0] = 0x63
for (let i = 0; i < 256; i++) INVERSE[SBOX[i]!] = i
const TABLES = new Map([2, 3, 9, 11, 13, 14].map((by) => [by, Uint8Array.from({ length: 256 }, (_, x) => times(x, by))]))
const [BY2, BY3, BY9, BY11, BY13, BY14] = [2, 3, 9, 11, 13, 14].map((by) => TABLES.get(by)!) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]

/** Round keys, FIPS 197 §5.2, for keys of 16 or 32 bytes. */
const expand = (key: Uint8Array): Uint8Array => {
  const words = key.length / 4
  const total = 4 * (words + 7)
  const out = new Uint8Array(4 * total)
  out.set(key)
  for (let i = words, constant = 1; i < total; i++) {
    let word = [...out.subarray(4 * i - 4, 4 * i)]
    if (i % words === 0) {
      word = [word[1]!, word[2]!, word[3]!, word[0]!].map((byte) => SBOX[byte]!)
      word[0]! ^= constant
      constant = double(constant)
    } else if (words > 6 && i % words === 4) word = word.map((byte) => SBOX[byte]!)
    for (let j = 0; j < 4; j++) out[4 * i + j] = out[4 * (i - words) + j]! ^ word[j]!
  }
  return out
}

const addKey = (block: Uint8Array, keys: Uint8Array, round: number): void => {
  for (let i = 0; i < 16; i++) block[i]! ^= keys[16 * round + i]!
}

const encryptBlock = (keys: Uint8Array, block: Uint8Array): void => {
  const rounds = keys.length / 16 - 1
  const kept = new Uint8Array(16)
  addKey(block, keys, 0)
  for (let round = 1; round <= rounds; round++) {
    for (let i = 0; i < 16; i++) kept[i] = SBOX[block[(i + 4 * (i % 4)) % 16]!]!
    if (round === rounds) block.set(kept)
    else for (let c = 0; c < 16; c += 4) for (let r = 0; r < 4; r++) {
      block[c + r] = BY2[kept[c + r]!]! ^ BY3[kept[c + ((r + 1) % 4)]!]! ^ kept[c + ((r + 2) % 4)]! ^ kept[c + ((r + 3) % 4)]!
    }
    addKey(block, keys, round)
  }
}

const decryptBlock = (keys: Uint8Array, block: Uint8Array): void => {
  const rounds = keys.length / 16 - 1
  const kept = new Uint8Array(16)
  addKey(block, keys, rounds)
  for (let round = rounds - 1; round >= 0; round--) {
    for (let i = 0; i < 16; i++) kept[i] = INVERSE[block[(i + 12 * (i % 4)) % 16]!]!
    addKey(kept, keys, round)
    if (round === 0) block.set(kept)
    else for (let c = 0; c < 16; c += 4) for (let r = 0; r < 4; r++) {
      block[c + r] = BY14[kept[c + r]!]! ^ BY11[kept[c + ((r + 1) % 4)]!]! ^ BY13[kept[c + ((r + 2) % 4)]!]! ^ BY9[kept[c + ((r + 3) % 4)]!]!
    }
  }
}

/** AES-CBC, whole blocks without padding; what is behind the last whole block is left out. */
export const aesCbc = (direction: 'encrypt' | 'decrypt', key: Uint8Array, start: Uint8Array, bytes: Uint8Array): Uint8Array => {
  const keys = expand(key)
  const out = new Uint8Array(bytes.length - (bytes.length % 16))
  const block = new Uint8Array(16)
  let chain: Uint8Array = start
  for (let at = 0; at < out.length; at += 16) {
    block.set(bytes.subarray(at, at + 16))
    if (direction === 'encrypt') {
      for (let i = 0; i < 16; i++) block[i]! ^= chain[i]!
      encryptBlock(keys, block)
      out.set(block, at)
      chain = out.subarray(at, at + 16)
    } else {
      decryptBlock(keys, block)
      for (let i = 0; i < 16; i++) out[at + i] = block[i]! ^ chain[i]!
      chain = bytes.subarray(at, at + 16)
    }
  }
  return out
}
