/** Keys and certificates on a token (密码设备中的密钥与证书). */
import { readCertificate, readSpki, type PublicKey, type SignatureAlgorithm } from '#core/crypto'
import { bitString, concatBytes, err, integer, octetString, oid, ok, readDer, sequence, toHex, type Result } from '#core/formats'
import { ulong, type Answer, type Cryptoki } from './cryptoki.ts'
import { algorithmOf, chainFor } from './private-key.ts'
import { cka, cko } from './token-codes.ts'

export type TokenKey = {
  readonly handle: number
  /** CKA_ID in hexadecimal, or the label where a token gives none */
  readonly id: string
  readonly label: string
  readonly algorithm: SignatureAlgorithm
  readonly publicKey: PublicKey
  readonly chain: readonly Uint8Array[]
  /** the PIN is asked for again at every signature (CKA_ALWAYS_AUTHENTICATE) */
  readonly asksEveryTime: boolean
}

const parsed = (spki: Uint8Array): PublicKey | null => {
  const node = readDer(spki)
  const key = node.ok ? readSpki(node.value) : node
  return key.ok ? key.value : null
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x0${toHex(bytes)}`)

/** EC_POINT is an OCTET STRING around the point; some modules leave the wrapping out. */
const ecKey = (parameters: Uint8Array, point: Uint8Array): PublicKey | null => {
  const node = readDer(point)
  const bare = node.ok && node.value.tag === 4 ? node.value.content : point
  return parsed(sequence(sequence(oid('1.2.840.10045.2.1'), parameters), bitString(bare)))
}

const text = (bytes: Uint8Array | null): string => (bytes === null ? '' : Buffer.from(bytes).toString('utf8'))

/** All private keys that a logged-in session shows and this product signs with, those with a certificate first. */
export const readTokenKeys = async (module: Cryptoki, session: number, more: readonly Uint8Array[]): Answer<readonly TokenKey[]> => {
  const certificates = await readCertificates(module, session)
  if (!certificates.ok) return certificates
  const handles = await module.find(session, [{ type: cka.class, value: ulong(cko.privateKey) }])
  if (!handles.ok) return handles
  const keys: TokenKey[] = []
  for (const handle of handles.value) {
    const key = await readKey(module, session, handle, certificates.value, more)
    if (!key.ok) return key
    if (key.value !== null) keys.push(key.value)
  }
  return ok([...keys.filter(({ chain }) => chain.length > 0), ...keys.filter(({ chain }) => chain.length === 0)])
}

type TokenCertificate = { readonly id: string; readonly der: Uint8Array }

/** Certificates are public: they are read with or without a login. */
export const readCertificates = async (module: Cryptoki, session: number): Answer<readonly TokenCertificate[]> => {
  const handles = await module.find(session, [{ type: cka.class, value: ulong(cko.certificate) }])
  if (!handles.ok) return handles
  const found: TokenCertificate[] = []
  for (const handle of handles.value) {
    const der = await module.attribute(session, handle, cka.value)
    const id = await module.attribute(session, handle, cka.id)
    if (!der.ok) return der
    if (!id.ok) return id
    if (der.value !== null) found.push({ der: der.value, id: toHex(id.value ?? new Uint8Array()) })
  }
  return ok(found)
}

const readKey = async (
  module: Cryptoki, session: number, handle: number, certificates: readonly TokenCertificate[], more: readonly Uint8Array[],
): Answer<TokenKey | null> => {
  const read: Partial<Record<'id' | 'label' | 'modulus' | 'publicExponent' | 'ecParameters' | 'alwaysAuthenticate', Uint8Array | null>> = {}
  for (const name of ['id', 'label', 'modulus', 'publicExponent', 'ecParameters', 'alwaysAuthenticate'] as const) {
    const value = await module.attribute(session, handle, cka[name])
    if (!value.ok) return value
    read[name] = value.value
  }
  const id = toHex(read.id ?? new Uint8Array())
  let publicKey: PublicKey | null = null
  if (read.modulus && read.publicExponent) publicKey = { algorithm: 'rsa', modulus: numberOf(read.modulus), exponent: numberOf(read.publicExponent) }
  if (publicKey === null && read.id) {
    const half = await publicHalf(module, session, read.id, read.ecParameters ?? null)
    if (!half.ok) return half
    publicKey = half.value
  }
  // Vendors' SM2 keys are often of a kind of their own: then the certificate of the same identifier says what the key is.
  publicKey ??= certificates.filter((each) => each.id === id && id !== '').map(({ der }) => readCertificate(der)).find((each) => each.ok)?.value.publicKey ?? null
  const algorithm = publicKey === null ? null : algorithmOf(publicKey)
  if (publicKey === null || algorithm === null) return ok(null)
  const chain = chainFor(publicKey, [...certificates.map(({ der }) => der), ...more]) ?? []
  const label = text(read.label ?? null)
  return ok({ handle, id: id === '' ? label : id, label, algorithm, publicKey, chain, asksEveryTime: read.alwaysAuthenticate?.[0] === 1 })
}

const publicHalf = async (module: Cryptoki, session: number, id: Uint8Array, parameters: Uint8Array | null): Answer<PublicKey | null> => {
  const handles = await module.find(session, [{ type: cka.class, value: ulong(cko.publicKey) }, { type: cka.id, value: id }])
  if (!handles.ok) return handles
  for (const handle of handles.value) {
    const point = await module.attribute(session, handle, cka.ecPoint)
    const curve = parameters === null ? await module.attribute(session, handle, cka.ecParameters) : ok(parameters)
    if (!point.ok) return point
    if (!curve.ok) return curve
    const key = point.value === null || curve.value === null ? null : ecKey(curve.value, point.value)
    if (key !== null) return ok(key)
  }
  return ok(null)
}

/** The same key after the token was away: handles are new then. */
export const findTokenKey = async (module: Cryptoki, session: number, id: string): Promise<Result<TokenKey | null, number>> => {
  const keys = await readTokenKeys(module, session, [])
  return keys.ok ? ok(keys.value.find((key) => key.id === id) ?? null) : err(keys.error)
}

/** DigestInfo of a SHA-256 value, for tokens that only pad (RFC 8017 §9.2). */
export const sha256Info = (digest: Uint8Array): Uint8Array =>
  sequence(sequence(oid('2.16.840.1.101.3.4.2.1'), Uint8Array.of(5, 0)), octetString(digest))

/** What an EC mechanism returned as DER: r‖s of 32 bytes each, or DER already. */
export const ecSignature = (raw: Uint8Array): Uint8Array =>
  raw.length === 64 ? sequence(integer(numberOf(raw.subarray(0, 32))), integer(numberOf(raw.subarray(32)))) : concatBytes(raw)
