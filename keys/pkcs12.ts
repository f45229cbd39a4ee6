/**
 * PKCS#12 files (RFC 7292, .p12 .pfx) with RSA, SM2 and P-256 keys: as OpenSSL, Java, BouncyCastle and Windows write them,
 * in BER or DER. The MAC is HMAC over the PKCS#12 derivation with SHA-1, SHA-2 or SM3, or PBMAC1 (RFC 9579), or none.
 */
import { timingSafeEqual } from 'node:crypto'
import type { PinRefusal } from '#core/desktop'
import { digest, digestOfOid, type DigestAlgorithm } from '#core/crypto'
import {
  BER_LIMITS, err, isContext, joinOctets, ok, readDer, readOctetString, readOid, readSequence, readSet, readSmallInteger, readText, toHex, utf8,
  type DerLimits, type DerNode, type Result,
} from '#core/formats'
import { bmpPassword, hmac, mostRounds, pkcs12Key, pkcs12Purpose } from './kdf.ts'
import { decryptWithPassword, deriveKey } from './pbes.ts'
import { readPkcs8, wipe, type PrivateKey } from './private-key.ts'

/** `id`: the local key identifier in hexadecimal, or a place number; `name`: the friendly name (别名), if any. */
export type Pkcs12Key = { readonly id: string; readonly name: string | null; readonly key: PrivateKey }
export type Pkcs12 = { readonly keys: readonly Pkcs12Key[]; readonly certificates: readonly Uint8Array[] }

type Opened<T> = Result<T, PinRefusal>

const limits: DerLimits = { ...BER_LIMITS, maxBytes: 8 * 1024 * 1024, maxChildren: 1000 }
const damaged = err<PinRefusal>({ reason: 'damaged' })
const pkcs7 = { data: '1.2.840.113549.1.7.1', encrypted: '1.2.840.113549.1.7.6' } as const
const bag = {
  key: '1.2.840.113549.1.12.10.1.1', shrouded: '1.2.840.113549.1.12.10.1.2', certificate: '1.2.840.113549.1.12.10.1.3', nested: '1.2.840.113549.1.12.10.1.6',
} as const
const x509Certificate = '1.2.840.113549.1.9.22.1'
const pbmac1 = '1.2.840.113549.1.5.14'
const hmacDigests: Readonly<Record<string, DigestAlgorithm>> = {
  '1.2.840.113549.2.7': 'sha1', '1.2.840.113549.2.9': 'sha256', '1.2.840.113549.2.10': 'sha384', '1.2.840.113549.2.11': 'sha512', '1.2.156.10197.1.401.2': 'sm3',
}

/** True for a structure that claims to be a PFX of version 3. */
export const isPkcs12 = (bytes: Uint8Array): boolean => {
  const parts = sequenceOf(bytes)
  const version = parts === null ? null : readSmallInteger(parts[0])
  return version?.ok === true && version.value === 3
}

/** Refusals: `pinWrong` when the MAC (or without one the padding) does not hold, `damaged`, `unsupported`. */
export const readPkcs12 = async (bytes: Uint8Array, password: string): Promise<Opened<Pkcs12>> => {
  // The same characters typed through another input method are the same password; the typed form goes first.
  const forms = new Set([password, password.normalize('NFC'), password.normalize('NFKC')])
  let last: Opened<Pkcs12> = damaged
  for (const form of forms) {
    last = await readWith(bytes, form)
    if (last.ok || last.error.reason !== 'pinWrong') return last
  }
  return last
}

const readWith = async (bytes: Uint8Array, password: string): Promise<Opened<Pkcs12>> => {
  const parts = sequenceOf(bytes)
  const version = parts === null ? null : readSmallInteger(parts[0])
  if (parts === null || !version?.ok || version.value !== 3) return damaged
  const authSafe = contentOf(parts[1])
  if (authSafe === null || authSafe.type !== pkcs7.data) {
    return authSafe === null ? damaged : err({ reason: 'unsupported', what: '以公钥签名保护的 PKCS#12' })
  }
  const content = readOctetString(authSafe.content)
  if (!content.ok) return damaged
  const isMacked = parts[2] !== undefined
  if (isMacked) {
    const mac = await checkMac(parts[2], content.value, password)
    if (mac !== null) return err(mac)
  }
  const safes = sequenceOf(content.value)
  if (safes === null) return damaged
  const found: Found = { keys: [], certificates: [], isMacked, encrypted: 0 }
  for (const safe of safes) {
    const refusal = await readSafe(safe, password, found)
    if (refusal === null) continue
    for (const { key } of found.keys) wipe(key)
    return err(refusal)
  }
  return ok({ keys: found.keys, certificates: found.certificates })
}

type Found = { readonly keys: Pkcs12Key[]; readonly certificates: Uint8Array[]; readonly isMacked: boolean; encrypted: number }

/** Each encrypted part asks for its own derivation: real files have two or three. */
const mostEncrypted = 16

const decrypt = async (found: Found, algorithm: DerNode | undefined, data: Uint8Array, password: string): Promise<Opened<Uint8Array>> => {
  found.encrypted += 1
  if (found.encrypted > mostEncrypted) return err({ reason: 'unsupported', what: `超过 ${mostEncrypted} 个加密部分的 PKCS#12` })
  return decryptWithPassword(algorithm, data, password)
}

/** The password was already proved by a MAC: what does not decrypt then is broken, not locked. */
const afterMac = (refusal: PinRefusal, found: Found): PinRefusal => (found.isMacked && refusal.reason === 'pinWrong' ? { reason: 'damaged' } : refusal)

const readSafe = async (node: DerNode, password: string, found: Found): Promise<PinRefusal | null> => {
  const info = contentOf(node)
  if (info === null) return { reason: 'damaged' }
  if (info.type === pkcs7.data) {
    const octets = readOctetString(info.content)
    return octets.ok ? readBags(octets.value, password, found, 0) : { reason: 'damaged' }
  }
  if (info.type !== pkcs7.encrypted) return { reason: 'unsupported', what: `PKCS#12 中的 ${info.type}` }
  const data = readSequence(info.content)
  const encrypted = data.ok ? readSequence(data.value[1]) : data
  const cipherText = encrypted.ok && isContext(encrypted.value[2], 0) ? joinOctets(encrypted.value[2]) : null
  if (!encrypted.ok || !cipherText?.ok) return { reason: 'damaged' }
  const plain = await decrypt(found, encrypted.value[1], cipherText.value, password)
  if (!plain.ok) return afterMac(plain.error, found)
  // What stays of it is copied: keys that lay in it unencrypted go with it.
  const kept = found.certificates.length
  const refusal = await readBags(plain.value, password, found, 0)
  for (let i = kept; i < found.certificates.length; i += 1) found.certificates[i] = found.certificates[i]!.slice()
  plain.value.fill(0)
  return refusal
}

const readBags = async (bytes: Uint8Array, password: string, found: Found, depth: number): Promise<PinRefusal | null> => {
  const bags = sequenceOf(bytes)
  // Without a MAC a wrong password now and then leaves a good padding around nonsense.
  if (bags === null || depth > 4) return afterMac({ reason: 'pinWrong', retryAfterMs: 0 }, found)
  for (const node of bags) {
    const parts = readSequence(node)
    const name = parts.ok ? readOid(parts.value[0]) : parts
    const inner = parts.ok ? parts.value[1]?.children() : undefined
    if (!parts.ok || !name.ok || !inner?.ok || inner.value[0] === undefined) return { reason: 'damaged' }
    const [value] = inner.value
    if (name.value === bag.nested) {
      const refusal = await readBags(value.raw, password, found, depth + 1)
      if (refusal !== null) return refusal
    } else if (name.value === bag.certificate) {
      const fields = readSequence(value)
      const type = fields.ok ? readOid(fields.value[0]) : fields
      const wrapper = fields.ok ? fields.value[1]?.children() : undefined
      const der = wrapper?.ok ? readOctetString(wrapper.value[0]) : undefined
      if (!type.ok || !der?.ok) return { reason: 'damaged' }
      if (type.value === x509Certificate) found.certificates.push(der.value)
    } else if (name.value === bag.key || name.value === bag.shrouded) {
      const refusal = await readKeyBag(value, name.value, password, found, attributes(parts.value[2]))
      if (refusal !== null) return refusal
    }
  }
  return null
}

const readKeyBag = async (value: DerNode, kind: string, password: string, found: Found, named: Attributes): Promise<PinRefusal | null> => {
  let pkcs8: Uint8Array = value.raw
  if (kind === bag.shrouded) {
    const fields = readSequence(value)
    const data = fields.ok ? readOctetString(fields.value[1]) : fields
    if (!fields.ok || !data.ok) return { reason: 'damaged' }
    const plain = await decrypt(found, fields.value[0], data.value, password)
    if (!plain.ok) return afterMac(plain.error, found)
    pkcs8 = plain.value
  }
  const key = readPkcs8(pkcs8)
  if (kind === bag.shrouded) pkcs8.fill(0)
  if (key.ok) {
    found.keys.push({ id: named.id ?? String(found.keys.length + 1), name: named.name, key: key.value })
    return null
  }
  if (key.error === 'damaged') return afterMac({ reason: 'pinWrong', retryAfterMs: 0 }, found)
  return { reason: 'unsupported', what: key.error.unsupported }
}

type Attributes = { readonly id: string | null; readonly name: string | null }

const attributes = (node: DerNode | undefined): Attributes => {
  const list = readSet(node)
  const pick = (wanted: string): DerNode | undefined => {
    for (const attribute of list.ok ? list.value : []) {
      const parts = readSequence(attribute)
      const name = parts.ok ? readOid(parts.value[0]) : parts
      const values = parts.ok ? readSet(parts.value[1]) : parts
      if (name.ok && values.ok && name.value === wanted) return values.value[0]
    }
    return undefined
  }
  const id = readOctetString(pick('1.2.840.113549.1.9.21'))
  const name = readText(pick('1.2.840.113549.1.9.20'))
  return { id: id.ok ? toHex(id.value) : null, name: name.ok ? name.value : null }
}

/** null when the MAC holds. */
const checkMac = async (node: DerNode | undefined, content: Uint8Array, password: string): Promise<PinRefusal | null> => {
  const parts = readSequence(node)
  const info = parts.ok ? readSequence(parts.value[0]) : parts
  const identifier = info.ok ? readSequence(info.value[0]) : info
  const name = identifier.ok ? readOid(identifier.value[0]) : identifier
  const expected = info.ok ? readOctetString(info.value[1]) : info
  const salt = parts.ok ? readOctetString(parts.value[1]) : parts
  const count = parts.ok && parts.value[2] !== undefined ? readSmallInteger(parts.value[2]) : ok(1)
  if (!identifier.ok || !name.ok || !expected.ok || !salt.ok || !count.ok) return { reason: 'damaged' }
  if (name.value === pbmac1) return checkPbmac1(identifier.value[1], expected.value, content, password)
  const algorithm = digestOfOid(name.value)
  if (algorithm === undefined) return { reason: 'unsupported', what: `完整性校验算法 ${name.value}` }
  if (count.value < 1 || salt.value.length === 0) return { reason: 'damaged' }
  if (count.value > mostRounds.own) return { reason: 'unsupported', what: `${count.value} 次的口令派生` }
  // The key is as long as the code (RFC 7292 §B.3): a longer one would be derived block by block, for hours.
  const length = digest(algorithm, new Uint8Array()).length
  if (expected.value.length !== length || salt.value.length > mostSalt) return { reason: 'damaged' }
  for (const bytes of password === '' ? [bmpPassword(''), new Uint8Array()] : [bmpPassword(password)]) {
    const key = await pkcs12Key(algorithm, pkcs12Purpose.mac, bytes, salt.value, count.value, length)
    const isRight = isSame(hmac(algorithm, key, content), expected.value)
    key.fill(0)
    bytes.fill(0)
    if (isRight) return null
  }
  return { reason: 'pinWrong', retryAfterMs: 0 }
}

const checkPbmac1 = async (parameters: DerNode | undefined, expected: Uint8Array, content: Uint8Array, password: string): Promise<PinRefusal | null> => {
  const parts = readSequence(parameters)
  const scheme = parts.ok ? readSequence(parts.value[1]) : parts
  const name = scheme.ok ? readOid(scheme.value[0]) : scheme
  if (!parts.ok || !name.ok) return { reason: 'damaged' }
  const algorithm = hmacDigests[name.value]
  if (algorithm === undefined) return { reason: 'unsupported', what: `完整性校验算法 ${name.value}` }
  if (expected.length !== digest(algorithm, new Uint8Array()).length) return { reason: 'damaged' }
  const secret = utf8(password)
  const key = await deriveKey(parts.value[0], secret, expected.length)
  secret.fill(0)
  if (!key.ok) return key.error
  const isRight = isSame(hmac(algorithm, key.value, content), expected)
  key.value.fill(0)
  return isRight ? null : { reason: 'pinWrong', retryAfterMs: 0 }
}

const mostSalt = 1024

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)

const contentOf = (node: DerNode | undefined): { readonly type: string; readonly content: DerNode } | null => {
  const parts = readSequence(node)
  const type = parts.ok ? readOid(parts.value[0]) : parts
  const inner = parts.ok && isContext(parts.value[1], 0) ? parts.value[1].children() : undefined
  const content = inner?.ok ? inner.value[0] : undefined
  return type.ok && content !== undefined ? { type: type.value, content } : null
}

const sequenceOf = (bytes: Uint8Array): readonly DerNode[] | null => {
  const node = readDer(bytes, limits)
  const parts = node.ok ? readSequence(node.value) : node
  return parts.ok ? parts.value : null
}
