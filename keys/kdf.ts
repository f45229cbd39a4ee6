/** Keys from passwords (口令派生密钥): PBKDF2 and the KDF of PKCS#12, with SM3 beside the SHA family; scrypt; Argon2id. */
import { pbkdf2, scrypt } from 'node:crypto'
import { setImmediate as breath } from 'node:timers/promises'
import { promisify } from 'node:util'
import { digest, hmacSm3, type DigestAlgorithm } from '#core/crypto'
import { concatBytes } from '#core/formats'

/**
 * A file from elsewhere must not make this machine work for hours: OpenSSL's default is 2048 rounds, Java's 10,000, vendors use
 * 100,000. `native` for PBKDF2 of the runtime, `own` for what runs here.
 */
export const mostRounds = { native: 10_000_000, own: 1_000_000 } as const
/** 128 times this in bytes: 128 MiB */
const mostScryptMemory = 2 ** 20
/** So many rounds run before other work gets a turn. */
const breathEvery = 16_384

const blockBytes = (algorithm: DigestAlgorithm): number => (algorithm === 'sha384' || algorithm === 'sha512' ? 128 : 64)

/** HMAC, RFC 2104. */
export const hmac = (algorithm: DigestAlgorithm, key: Uint8Array, message: Uint8Array): Uint8Array => {
  if (algorithm === 'sm3') return hmacSm3(key, message)
  const size = blockBytes(algorithm)
  const block = new Uint8Array(size)
  block.set(key.length > size ? digest(algorithm, key) : key)
  const inner = digest(algorithm, concatBytes(block.map((byte) => byte ^ 0x36), message))
  const code = digest(algorithm, concatBytes(block.map((byte) => byte ^ 0x5c), inner))
  block.fill(0)
  return code
}

/** PBKDF2, RFC 8018 §5.2. @param length bytes wanted */
export const pbkdf2Key = async (algorithm: DigestAlgorithm, password: Uint8Array, salt: Uint8Array, iterations: number, length: number): Promise<Uint8Array> => {
  if (algorithm !== 'sm3') return new Uint8Array(await promisify(pbkdf2)(password, salt, iterations, length, algorithm))
  const blocks: Uint8Array[] = []
  for (let index = 1; blocks.length * 32 < length; index++) {
    let round = hmacSm3(password, concatBytes(salt, Uint8Array.of(index >>> 24, index >>> 16, index >>> 8, index)))
    const sum = round.slice()
    for (let done = 1; done < iterations; done++) {
      round = hmacSm3(password, round)
      for (let i = 0; i < 32; i++) sum[i]! ^= round[i]!
      if (done % breathEvery === 0) await breath()
    }
    blocks.push(sum)
  }
  return concatBytes(...blocks).slice(0, length)
}

export type ScryptCost = { readonly N: number; readonly r: number; readonly p: number }

/** Whether this machine is willing to run a cost that a file asks for. */
export const isScryptCost = ({ N, r, p }: ScryptCost): boolean =>
  [N, r, p].every((value) => Number.isSafeInteger(value) && value >= 1) && N >= 2 && (N & (N - 1)) === 0 && N <= 2 ** 20 && N * r <= mostScryptMemory && p <= 16

/** scrypt, RFC 7914. */
export const scryptKey = (password: Uint8Array, salt: Uint8Array, { N, r, p }: ScryptCost, length: number): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, length, { N, r, p, maxmem: 256 * N * r + 256 * r * p + 2 ** 20 }, (error, key) => {
      if (error === null) resolve(new Uint8Array(key))
      else reject(error)
    })
  })

/** `memory` in KiB (RFC 9106 §3.1). */
export type Argon2Cost = { readonly memory: number; readonly passes: number; readonly lanes: number }

/** Whether this machine is willing to run a cost that a file asks for: 256 MiB at most, and 2 GiB written in all. */
export const isArgon2Cost = ({ memory, passes, lanes }: Argon2Cost): boolean =>
  [memory, passes, lanes].every((value) => Number.isSafeInteger(value) && value >= 1) && lanes <= 16 && memory >= 8 * lanes && memory <= 2 ** 18 && memory * passes <= 2 ** 21

/** Argon2id version 0x13, RFC 9106, off this thread. Loaded only where a file asks for it. */
export const argon2Key = async (password: Uint8Array, salt: Uint8Array, { memory, passes, lanes }: Argon2Cost, length: number): Promise<Uint8Array> => {
  const { hashRaw } = await import('@node-rs/argon2')
  return new Uint8Array(await hashRaw(password, { memoryCost: memory, timeCost: passes, parallelism: lanes, outputLen: length, salt }))
}

/** What the bytes of a PKCS#12 derivation are for (RFC 7292 §B.3). */
export const pkcs12Purpose = { key: 1, iv: 2, mac: 3 } as const

/** A password as PKCS#12 wants it: big-endian UTF-16 with a closing zero (RFC 7292 §B.1). Chinese passwords are ordinary here. */
export const bmpPassword = (password: string): Uint8Array => {
  const bytes = new Uint8Array(2 * password.length + 2)
  for (let i = 0; i < password.length; i++) {
    const unit = password.charCodeAt(i)
    bytes[2 * i] = unit >> 8
    bytes[2 * i + 1] = unit & 0xff
  }
  return bytes
}

const filled = (source: Uint8Array, block: number): Uint8Array => {
  const length = block * Math.ceil(source.length / block)
  return Uint8Array.from({ length }, (_, i) => source[i % source.length]!)
}

/** The derivation of RFC 7292 §B.2. @param password from `bmpPassword`, or empty @param length bytes wanted */
export const pkcs12Key = async (
  algorithm: DigestAlgorithm, purpose: 1 | 2 | 3, password: Uint8Array, salt: Uint8Array, iterations: number, length: number,
): Promise<Uint8Array> => {
  const v = blockBytes(algorithm)
  const diversifier = new Uint8Array(v).fill(purpose)
  const state = concatBytes(filled(salt, v), filled(password, v))
  const parts: Uint8Array[] = []
  for (let made = 0; made < length;) {
    let block = digest(algorithm, concatBytes(diversifier, state))
    for (let done = 1; done < iterations; done++) {
      block = digest(algorithm, block)
      if (done % breathEvery === 0) await breath()
    }
    parts.push(block)
    made += block.length
    for (let start = 0; start < state.length; start += v) {
      // I_j = (I_j + B + 1) mod 2^(8v)
      let carry = 1
      for (let i = v - 1; i >= 0; i--) {
        const sum = state[start + i]! + block[i % block.length]! + carry
        state[start + i] = sum & 0xff
        carry = sum >> 8
      }
    }
  }
  state.fill(0)
  return concatBytes(...parts).slice(0, length)
}
