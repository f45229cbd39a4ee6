/** Private keys in memory (私钥): read from PKCS#8 (RFC 5958), SEC 1 (RFC 5915) and PKCS#1 (RFC 8017), signed with, wiped. */
import { constants, createECDH, createPrivateKey, createPublicKey, sign as nodeSign, type KeyObject } from 'node:crypto'
import {
  checkSignature, p256Sign, readCertificate, readSignatureScheme, readSm2Pkcs8, sm2PublicKey, sm2Sign, writeSignatureAlgorithm, writeSpki,
  type Certificate, type PublicKey, type SignatureAlgorithm,
} from '#core/crypto'
import {
  assertNever, concatBytes, equalBytes, integer, isUniversal, nullValue, octetString, oid, ok, err, readDer, readOctetString, readOid, readSequence, sequence, TAG,
  type Result,
} from '#core/formats'
import { randomBytes } from './box.ts'

const ecKey = '1.2.840.10045.2.1'
const rsaKey = '1.2.840.113549.1.1.1'
const curves = { sm2: '1.2.156.10197.1.301', p256: '1.2.840.10045.3.1.7' } as const

/** A scalar is 32 bytes that `wipe` overwrites. An RSA key lies in the runtime's own memory, which frees it with the object. */
export type PrivateKey = { readonly publicKey: PublicKey } & (
  | { readonly algorithm: 'sm2-sm3' | 'ecdsa-p256-sha256'; readonly scalar: Uint8Array }
  | { readonly algorithm: 'rsa-sha256'; readonly rsa: KeyObject }
)

/** `unsupported` names the kind of key that this product does not sign with. */
export type KeyReadError = 'damaged' | { readonly unsupported: string }

/** PrivateKeyInfo or OneAsymmetricKey. The input is not wiped here. */
export const readPkcs8 = (bytes: Uint8Array): Result<PrivateKey, KeyReadError> => {
  const node = readDer(bytes)
  const parts = node.ok ? readSequence(node.value) : node
  const identifier = parts.ok ? readSequence(parts.value[1]) : parts
  const name = identifier.ok ? readOid(identifier.value[0]) : identifier
  if (!parts.ok || !identifier.ok || !name.ok || !isUniversal(parts.value[2], TAG.octetString)) return err('damaged')
  if (name.value === rsaKey) return readRsa(bytes)
  if (name.value !== ecKey) return err({ unsupported: `密钥算法 ${name.value}` })
  const curve = readOid(identifier.value[1])
  if (!curve.ok) return err({ unsupported: '以显式参数给出的曲线' })
  try {
    if (curve.value === curves.sm2) {
      const scalar = readSm2Pkcs8(bytes)
      return scalar.ok ? ok({ algorithm: 'sm2-sm3', scalar: scalar.value, publicKey: { algorithm: 'sm2', point: sm2PublicKey(scalar.value) } }) : err('damaged')
    }
    if (curve.value === curves.p256) return readP256(parts.value[2].content)
  } catch {
    return err('damaged')
  }
  return err({ unsupported: `曲线 ${curve.value}` })
}

const readP256 = (content: Uint8Array): Result<PrivateKey, KeyReadError> => {
  const inner = readDer(content)
  const parts = inner.ok ? readSequence(inner.value) : inner
  const octets = parts.ok ? readOctetString(parts.value[1]) : parts
  if (!octets.ok || octets.value.length > 32) return err('damaged')
  const scalar = concatBytes(new Uint8Array(32 - octets.value.length), octets.value)
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(scalar)
  return ok({ algorithm: 'ecdsa-p256-sha256', scalar, publicKey: { algorithm: 'p256', point: new Uint8Array(curve.getPublicKey()) } })
}

const readRsa = (bytes: Uint8Array): Result<PrivateKey, KeyReadError> => {
  try {
    const rsa = createPrivateKey({ key: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), format: 'der', type: 'pkcs8' })
    const { n, e } = createPublicKey(rsa).export({ format: 'jwk' })
    const number = (text: string | undefined): bigint => BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`)
    return ok({ algorithm: 'rsa-sha256', rsa, publicKey: { algorithm: 'rsa', modulus: number(n), exponent: number(e) } })
  } catch {
    return err('damaged')
  }
}

/** ECPrivateKey of an `EC PRIVATE KEY` block as PKCS#8; null when it does not name its curve. */
export const sec1ToPkcs8 = (bytes: Uint8Array): Uint8Array | null => {
  const node = readDer(bytes)
  const parts = node.ok ? readSequence(node.value) : node
  const wrapper = parts.ok ? parts.value.find((part) => part.class === 'context' && part.tag === 0)?.children() : undefined
  const curve = wrapper?.ok ? readOid(wrapper.value[0]) : undefined
  return curve?.ok ? sequence(integer(0), sequence(oid(ecKey), oid(curve.value)), octetString(bytes)) : null
}

/** RSAPrivateKey of an `RSA PRIVATE KEY` block as PKCS#8. */
export const pkcs1ToPkcs8 = (bytes: Uint8Array): Uint8Array => sequence(integer(0), sequence(oid(rsaKey), nullValue()), octetString(bytes))

/** PKCS#8 of a new P-256 key. */
export const writeP256Pkcs8 = (scalar: Uint8Array): Uint8Array =>
  sequence(integer(0), sequence(oid(ecKey), oid(curves.p256)), octetString(sequence(integer(1), octetString(scalar))))

/** Over the whole message: DER for SM2 and ECDSA, the bare block for RSA. */
export const signWith = (key: PrivateKey, message: Uint8Array): Uint8Array => {
  switch (key.algorithm) {
    case 'sm2-sm3':
      return sm2Sign(message, key.scalar, randomBytes, key.publicKey.algorithm === 'sm2' ? { publicKey: key.publicKey.point } : {})
    case 'ecdsa-p256-sha256':
      return p256Sign(message, key.scalar, randomBytes)
    case 'rsa-sha256':
      return new Uint8Array(nodeSign('sha256', message, { key: key.rsa, padding: constants.RSA_PKCS1_PADDING }))
    default:
      return assertNever(key)
  }
}

export const wipe = (key: PrivateKey): void => {
  if (key.algorithm !== 'rsa-sha256') key.scalar.fill(0)
}

/** The algorithm that a key of this kind signs with, or null. */
export const algorithmOf = (key: PublicKey): SignatureAlgorithm | null => {
  switch (key.algorithm) {
    case 'sm2': return 'sm2-sm3'
    case 'p256': return 'ecdsa-p256-sha256'
    case 'rsa': return 'rsa-sha256'
    case 'p384':
    case 'p521':
    case 'brainpool256':
    case 'brainpool384':
    case 'brainpool512':
    case 'ed25519':
    case 'ed448':
    case 'unknown': return null
    default: return assertNever(key)
  }
}

export const sameKey = (a: PublicKey, b: PublicKey): boolean =>
  a.algorithm !== 'unknown' && b.algorithm !== 'unknown' && equalBytes(writeSpki(a), writeSpki(b))

/**
 * The certificate of the key first, then its issuers upwards; null when none belongs to the key.
 * @param certificates DER, in any order; unreadable ones are passed over
 */
export const chainFor = (key: PublicKey, certificates: readonly Uint8Array[]): readonly Uint8Array[] | null => {
  const read = certificates.flatMap((der) => {
    const certificate = readCertificate(der)
    return certificate.ok ? [certificate.value] : []
  })
  const own = read.find((certificate) => sameKey(certificate.publicKey, key))
  if (own === undefined) return null
  const chain: Certificate[] = [own]
  for (let last = own; ;) {
    const issuer = last.issuer.raw
    const next = read.find((certificate) => !chain.includes(certificate) && equalBytes(certificate.subject.raw, issuer))
    if (next === undefined) return chain.map(({ raw }) => raw)
    chain.push(next)
    last = next
  }
}

/** Whether what came back is a signature of this key: a wrong vendor setting or a lying service shows here, not at a stranger's. */
export const holds = (algorithm: SignatureAlgorithm, key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean => {
  const identifier = readDer(writeSignatureAlgorithm(algorithm))
  const scheme = identifier.ok ? readSignatureScheme(identifier.value) : identifier
  return scheme.ok && checkSignature(scheme.value, message, signature, key) === 'valid'
}
