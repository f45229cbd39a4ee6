/**
 * Encrypted files (加密文件) as far as anybody can read them: the standard security handler with the empty password for opening,
 * ISO 32000-1 §7.6, ISO 32000-2 §7.6.4. A signature is over the bytes as they stand, so none of this touches what is verified.
 */
import { md5 } from '@noble/hashes/legacy.js'
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { concatBytes, equalBytes, toHex } from '#core/formats'
import { aesCbc, rc4 } from './cipher.ts'
import { countOf, isArray, isDict, isString, nameOf, type PdfDict, type PdfStream, type PdfValue } from './value.ts'

export type PdfCipher = {
  /** tells one key from another */
  readonly id: string
  /** a password is needed: names and numbers can be read, texts and streams cannot */
  readonly locked: boolean
  /** The value as it was before encryption; `num` and `gen` of the object it stands in. */
  readonly open: (value: PdfValue, num: number, gen: number) => PdfValue
}

type Method = 'rc4' | 'aes128' | 'aes256' | 'none'
type Resolve = (value: PdfValue | undefined) => PdfValue

const PADDING = Uint8Array.from([
  0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08,
  0x2e, 0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
])
const ZERO = new Uint8Array(16)

/** The cipher of a file by its /Encrypt dictionary and the first part of its /ID. */
export const cipherOf = (encrypt: PdfDict, id: Uint8Array, resolve: Resolve): PdfCipher => {
  const read = (key: string): PdfValue => resolve(encrypt.entries.get(key))
  const bytes = (key: string): Uint8Array => {
    const value = read(key)
    return isString(value) ? value.bytes : new Uint8Array(0)
  }
  const version = countOf(read('V')) ?? 0
  const methods = nameOf(read('Filter')) === 'Standard' ? methodsOf(version, encrypt, resolve) : undefined
  const key = methods === undefined ? undefined : version >= 5 ? wholeFileKey(bytes('U'), bytes('UE'), countOf(read('R')) ?? 5) : oldKey(encrypt, id, resolve, version)
  if (methods === undefined || key === undefined) return { id: 'locked', locked: true, open: (value) => value }
  const metadata = read('EncryptMetadata') !== false
  return { id: `${methods.strings}/${methods.streams}/${toHex(key)}`, locked: false, open: (value, num, gen) => opened(value, { key, num, gen, metadata, ...methods }) }
}

const methodsOf = (version: number, encrypt: PdfDict, resolve: Resolve): { readonly strings: Method; readonly streams: Method } | undefined => {
  if (version === 1 || version === 2) return { strings: 'rc4', streams: 'rc4' }
  if (version !== 4 && version !== 5) return undefined
  const filters = resolve(encrypt.entries.get('CF'))
  const method = (key: string): Method | undefined => {
    const name = nameOf(resolve(encrypt.entries.get(key))) ?? 'Identity'
    const filter = isDict(filters) ? resolve(filters.entries.get(name)) : null
    const kind = isDict(filter) ? nameOf(resolve(filter.entries.get('CFM'))) ?? 'None' : 'None'
    return name === 'Identity' ? 'none' : ({ None: 'none', V2: 'rc4', AESV2: 'aes128', AESV3: 'aes256' } as const)[kind]
  }
  const [strings, streams] = [method('StrF'), method('StmF')]
  return strings === undefined || streams === undefined ? undefined : { strings, streams }
}

/** Algorithm 2, and 4 to 6 to see whether the empty password is the right one. */
const oldKey = (encrypt: PdfDict, id: Uint8Array, resolve: Resolve, version: number): Uint8Array | undefined => {
  const read = (key: string): PdfValue => resolve(encrypt.entries.get(key))
  const [owner, user, permissions] = [read('O'), read('U'), read('P')]
  const revision = countOf(read('R')) ?? 2
  if (!isString(owner) || !isString(user) || typeof permissions !== 'number') return undefined
  // Version 1 is fixed at 40 bits; version 4 tells its length in the filter, and it is 128 (§7.6.3.2).
  const length = version === 1 ? 5 : version === 4 ? 16 : Math.floor((countOf(read('Length')) ?? 40) / 8)
  if (length < 5 || length > 16) return undefined
  const flags = new Uint8Array(4)
  new DataView(flags.buffer).setInt32(0, permissions | 0, true)
  const open = revision >= 4 && read('EncryptMetadata') === false ? Uint8Array.of(255, 255, 255, 255) : new Uint8Array(0)
  let key = md5(concatBytes(PADDING, owner.bytes.subarray(0, 32), flags, id, open)).subarray(0, length)
  if (revision === 2) return equalBytes(rc4(key, PADDING), user.bytes.subarray(0, 32)) ? key : undefined
  for (let i = 0; i < 50; i++) key = md5(key).subarray(0, length)
  let check = rc4(key, md5(concatBytes(PADDING, id)))
  for (let i = 1; i < 20; i++) check = rc4(key.map((byte) => byte ^ i), check)
  return equalBytes(check, user.bytes.subarray(0, 16)) ? key : undefined
}

/** Algorithm 2.A: the check value and salts stand in /U, the key of the file encrypted in /UE. */
const wholeFileKey = (user: Uint8Array, wrapped: Uint8Array, revision: number): Uint8Array | undefined => {
  if (user.length < 48 || wrapped.length < 32) return undefined
  const hash = (salt: Uint8Array): Uint8Array => (revision >= 6 ? hardened(salt) : sha256(salt))
  if (!equalBytes(hash(user.subarray(32, 40)), user.subarray(0, 32))) return undefined
  return aesCbc('decrypt', hash(user.subarray(40, 48)), ZERO, wrapped.subarray(0, 32))
}

/** Algorithm 2.B for the empty password. */
const hardened = (salt: Uint8Array): Uint8Array => {
  let key = sha256(salt)
  for (let round = 0, last = 0; round < 64 || last > round - 32; round++) {
    const block = new Uint8Array(64 * key.length)
    for (let i = 0; i < 64; i++) block.set(key, i * key.length)
    const mixed = aesCbc('encrypt', key.subarray(0, 16), key.subarray(16, 32), block)
    const rest = mixed.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3
    key = rest === 0 ? sha256(mixed) : rest === 1 ? sha384(mixed) : sha512(mixed)
    last = mixed[mixed.length - 1]!
  }
  return key.subarray(0, 32)
}

type Keyed = { readonly key: Uint8Array; readonly num: number; readonly gen: number; readonly metadata: boolean; readonly strings: Method; readonly streams: Method }

const opened = (value: PdfValue, keyed: Keyed): PdfValue => {
  if (typeof value !== 'object' || value === null) return value
  switch (value.kind) {
    case 'string':
      return { ...value, bytes: decrypted(keyed.strings, value.bytes, keyed) }
    case 'array':
      return { kind: 'array', items: value.items.map((item) => opened(item, keyed)) }
    case 'dict':
      return openedDict(value, keyed)
    case 'stream':
      return openedStream(value, keyed)
    default:
      return value
  }
}

/** The value of a signature stays as it is (§7.6.2), or nobody could write it behind the rest. */
const openedDict = (value: PdfDict, keyed: Keyed): PdfDict => {
  const isSignature = value.entries.has('ByteRange')
  return { kind: 'dict', entries: new Map([...value.entries].map(([key, item]) => [key, isSignature && key === 'Contents' ? item : opened(item, keyed)])) }
}

const openedStream = (value: PdfStream, keyed: Keyed): PdfStream => {
  const type = nameOf(value.dict.entries.get('Type'))
  const filter = value.dict.entries.get('Filter')
  const own = isArray(filter) ? nameOf(filter.items[0]) : nameOf(filter)
  // A filter of its own is only ever Identity here.
  const plain = type === 'XRef' || own === 'Crypt' || (type === 'Metadata' && !keyed.metadata)
  if (plain) return value
  const dict = openedDict(value.dict, keyed)
  let raw: Uint8Array | undefined
  return {
    kind: 'stream', dict,
    get raw() {
      raw ??= decrypted(keyed.streams, value.raw, keyed)
      return raw
    },
  }
}

/** Algorithm 1, and 1.A for AES-256. What is no encrypted data stays as it is. */
const decrypted = (method: Method, bytes: Uint8Array, { key, num, gen }: Keyed): Uint8Array => {
  if (method === 'none') return bytes
  const tail = Uint8Array.of(num & 255, (num >> 8) & 255, (num >> 16) & 255, gen & 255, (gen >> 8) & 255, ...(method === 'aes128' ? [0x73, 0x41, 0x6c, 0x54] : []))
  const own = method === 'aes256' ? key : md5(concatBytes(key, tail)).subarray(0, Math.min(16, key.length + 5))
  if (method === 'rc4') return rc4(own, bytes)
  if (bytes.length < 32 || bytes.length % 16 !== 0) return bytes
  const plain = aesCbc('decrypt', own, bytes.subarray(0, 16), bytes.subarray(16))
  const padding = plain[plain.length - 1]!
  return padding >= 1 && padding <= 16 ? plain.subarray(0, plain.length - padding) : plain
}
