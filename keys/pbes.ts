/**
 * Password-based encryption of key files (口令加密): PBES2 (RFC 8018 §6.2) with PBKDF2 or scrypt (RFC 7914 §7.1) read and, as
 * scrypt with AES-256-CBC, written; Argon2id (RFC 9106) in the same frame under a name of our own, since no standard has given it one; the PBES1 of PKCS#12 (RFC 7292 §C) read, since Java and BouncyCastle still write it.
 */
import { createCipheriv } from 'node:crypto'
import type { PinRefusal } from '#core/desktop'
import type { DigestAlgorithm } from '#core/crypto'
import {
  concatBytes, err, integer, isUniversal, octetString, oid, ok, readDer, readOctetString, readOid, readSequence, readSmallInteger, sequence, TAG, utf8,
  type DerNode, type Result,
} from '#core/formats'
import { randomBytes } from './box.ts'
import { decryptCbc, type CbcCipher } from './cbc.ts'
import { argon2Key, bmpPassword, isArgon2Cost, isScryptCost, mostRounds, pbkdf2Key, pkcs12Key, pkcs12Purpose, scryptKey } from './kdf.ts'

const pbes2 = '1.2.840.113549.1.5.13'
const pbkdf2 = '1.2.840.113549.1.5.12'
const scrypt = '1.3.6.1.4.1.11591.4.11'
/** Under a UUID (ITU-T X.667): what does not know it says so instead of taking the PIN for wrong. */
const argon2id = '2.25.303716265128468474415473575023691457456'
const aes256 = '2.16.840.1.101.3.4.1.42'

const prfs: Readonly<Record<string, DigestAlgorithm>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
  '1.2.156.10197.1.401.2': 'sm3',
  '1.2.156.10197.1.401.3.1': 'sm3',
}

const ciphers: Readonly<Record<string, CbcCipher>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16, blockBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24, blockBytes: 16 },
  [aes256]: { name: 'aes-256-cbc', keyBytes: 32, blockBytes: 16 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24, blockBytes: 8 },
  '1.2.156.10197.1.104.2': { name: 'sm4-cbc', keyBytes: 16, blockBytes: 16 },
}

const pkcs12Schemes: Readonly<Record<string, CbcCipher>> = {
  '1.2.840.113549.1.12.1.3': { name: 'des-ede3-cbc', keyBytes: 24, blockBytes: 8 },
  '1.2.840.113549.1.12.1.4': { name: 'des-ede-cbc', keyBytes: 16, blockBytes: 8 },
  '1.2.840.113549.1.12.1.5': { name: 'rc2-cbc', keyBytes: 16, blockBytes: 8 },
  '1.2.840.113549.1.12.1.6': { name: 'rc2-cbc', keyBytes: 5, blockBytes: 8 },
}

const wrong = err<PinRefusal>({ reason: 'pinWrong', retryAfterMs: 0 })
const damaged = err<PinRefusal>({ reason: 'damaged' })
const unsupported = (what: string): { readonly ok: false; readonly error: PinRefusal } => err({ reason: 'unsupported', what })

type Opened = Result<Uint8Array, PinRefusal>

/**
 * Decrypts under an AlgorithmIdentifier. A bad padding is `pinWrong`: nothing else can be told apart without a MAC.
 * @param password as typed; the form that the scheme wants (UTF-8, BMPString) is made here
 */
export const decryptWithPassword = async (algorithm: DerNode | undefined, data: Uint8Array, password: string): Promise<Opened> => {
  const parts = readSequence(algorithm)
  const name = parts.ok ? readOid(parts.value[0]) : parts
  if (!parts.ok || !name.ok) return damaged
  if (name.value === pbes2) return decryptPbes2(parts.value[1], data, password)
  const cipher = pkcs12Schemes[name.value]
  if (cipher === undefined) return unsupported(`口令加密算法 ${name.value}`)
  const cost = readSaltAndCount(parts.value[1], mostRounds.own)
  if (!cost.ok) return cost
  const { salt, iterations } = cost.value
  // An empty password is two zero bytes to most writers and no bytes at all to some (RFC 7292 §B.1 leaves it open).
  for (const bytes of password === '' ? [bmpPassword(''), new Uint8Array()] : [bmpPassword(password)]) {
    const key = await pkcs12Key('sha1', pkcs12Purpose.key, bytes, salt, iterations, cipher.keyBytes)
    const iv = await pkcs12Key('sha1', pkcs12Purpose.iv, bytes, salt, iterations, cipher.blockBytes)
    const plain = await decryptCbc(cipher, key, iv, data)
    key.fill(0)
    bytes.fill(0)
    if (plain !== null) return ok(plain)
  }
  return wrong
}

const readSaltAndCount = (node: DerNode | undefined, most: number): Result<{ readonly salt: Uint8Array; readonly iterations: number }, PinRefusal> => {
  const parts = readSequence(node)
  const salt = parts.ok ? readOctetString(parts.value[0]) : parts
  const iterations = parts.ok ? readSmallInteger(parts.value[1]) : parts
  if (!salt.ok || !iterations.ok || iterations.value < 1 || salt.value.length === 0 || salt.value.length > 1024) return damaged
  return iterations.value > most ? unsupported(`${iterations.value} 次的口令派生`) : ok({ salt: salt.value, iterations: iterations.value })
}

const decryptPbes2 = async (parameters: DerNode | undefined, data: Uint8Array, password: string): Promise<Opened> => {
  const parts = readSequence(parameters)
  const scheme = parts.ok ? readSequence(parts.value[1]) : parts
  const cipherName = scheme.ok ? readOid(scheme.value[0]) : scheme
  if (!parts.ok || !scheme.ok || !cipherName.ok) return damaged
  const cipher = ciphers[cipherName.value]
  if (cipher === undefined) return unsupported(`加密算法 ${cipherName.value}`)
  const iv = readOctetString(scheme.value[1])
  if (!iv.ok || iv.value.length !== cipher.blockBytes) return damaged
  const secret = utf8(password)
  const key = await deriveKey(parts.value[0], secret, cipher.keyBytes)
  secret.fill(0)
  if (!key.ok) return key
  const plain = await decryptCbc(cipher, key.value, iv.value, data)
  key.value.fill(0)
  return plain === null ? wrong : ok(plain)
}

/** The key of a KeyDerivationFunc: PBKDF2 or scrypt. @param length bytes wanted */
export const deriveKey = async (node: DerNode | undefined, password: Uint8Array, length: number): Promise<Opened> => {
  const parts = readSequence(node)
  const name = parts.ok ? readOid(parts.value[0]) : parts
  const fields = parts.ok ? readSequence(parts.value[1]) : parts
  if (!name.ok || !fields.ok) return damaged
  if (name.value === pbkdf2) {
    const last = fields.value.at(-1)
    const prf = isUniversal(last, TAG.sequence) ? readSequence(last) : undefined
    const prfName = prf === undefined ? undefined : prf.ok ? readOid(prf.value[0]) : prf
    if (prfName?.ok === false) return damaged
    const algorithm = prfName === undefined ? 'sha1' : prfs[prfName.value]
    if (algorithm === undefined) return unsupported(`口令派生的摘要 ${prfName?.value}`)
    const cost = readSaltAndCount(parts.ok ? parts.value[1] : undefined, algorithm === 'sm3' ? mostRounds.own : mostRounds.native)
    if (!cost.ok) return cost
    return ok(await pbkdf2Key(algorithm, password, cost.value.salt, cost.value.iterations, length))
  }
  if (name.value === argon2id) return deriveArgon2(fields.value, password, length)
  if (name.value !== scrypt) return unsupported(`口令派生算法 ${name.value}`)
  const salt = readOctetString(fields.value[0])
  const [N, r, p] = fields.value.slice(1, 4).map(readSmallInteger)
  if (!salt.ok || !N?.ok || !r?.ok || !p?.ok) return damaged
  const cost = { N: N.value, r: r.value, p: p.value }
  if (!isScryptCost(cost)) return unsupported(`开销为 N=${cost.N}、r=${cost.r}、p=${cost.p} 的口令派生`)
  return ok(await scryptKey(password, salt.value, cost, length))
}

/** Parameters: salt, memory in KiB, passes, lanes (K16). */
const deriveArgon2 = async (fields: readonly DerNode[], password: Uint8Array, length: number): Promise<Opened> => {
  const salt = readOctetString(fields[0])
  const [memory, passes, lanes] = fields.slice(1, 4).map(readSmallInteger)
  if (!salt.ok || salt.value.length < 8 || salt.value.length > 1024 || !memory?.ok || !passes?.ok || !lanes?.ok) return damaged
  const asked = { memory: memory.value, passes: passes.value, lanes: lanes.value }
  if (!isArgon2Cost(asked)) return unsupported(`开销为 ${asked.memory} KiB、${asked.passes} 遍、${asked.lanes} 路的口令派生`)
  return ok(await argon2Key(password, salt.value, asked, length))
}

/** How a soft key's PIN becomes its key: scrypt, which OpenSSL opens, or Argon2id, which costs a thief with fast cards more. */
export type PinDerivation = 'scrypt' | 'argon2id'

/** The derivation of an EncryptedPrivateKeyInfo of ours. */
export const derivationOf = (encrypted: Uint8Array): PinDerivation => {
  const node = readDer(encrypted)
  const inside = (at: DerNode | undefined, nth: number): DerNode | undefined => {
    const parts = readSequence(at)
    return parts.ok ? parts.value[nth] : undefined
  }
  const name = readOid(inside(inside(inside(inside(node.ok ? node.value : undefined, 0), 1), 0), 0))
  return name.ok && name.value === argon2id ? 'argon2id' : 'scrypt'
}

/** The second choice of RFC 9106 §4: 64 MiB. */
const argon2Cost = { memory: 2 ** 16, passes: 3, lanes: 4 } as const

/** 128 · N · r bytes = 16 MiB, the most that OpenSSL opens by default; p makes it last. Some 60 ms for a try. */
const cost = { N: 2 ** 14, r: 8, p: 2 } as const

/** EncryptedPrivateKeyInfo (RFC 5958 §3) of a PKCS#8 structure: scrypt or Argon2id, and AES-256-CBC. */
export const encryptPkcs8 = async (pkcs8: Uint8Array, password: string, derivation: PinDerivation = 'scrypt'): Promise<Uint8Array> => {
  const salt = randomBytes(16)
  const iv = randomBytes(16)
  const secret = utf8(password)
  const key = derivation === 'argon2id' ? await argon2Key(secret, salt, argon2Cost, 32) : await scryptKey(secret, salt, cost, 32)
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const data = concatBytes(new Uint8Array(cipher.update(pkcs8)), new Uint8Array(cipher.final()))
  key.fill(0)
  secret.fill(0)
  const kdf = derivation === 'argon2id'
    ? sequence(oid(argon2id), sequence(octetString(salt), integer(argon2Cost.memory), integer(argon2Cost.passes), integer(argon2Cost.lanes)))
    : sequence(oid(scrypt), sequence(octetString(salt), integer(cost.N), integer(cost.r), integer(cost.p)))
  return sequence(sequence(oid(pbes2), sequence(kdf, sequence(oid(aes256), octetString(iv)))), octetString(data))
}
