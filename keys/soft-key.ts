/**
 * Soft keys for seals and persons (软密钥文件): one PEM file with the key as PKCS#8 under its PIN (scrypt, AES-256-CBC), its
 * public key and certificates, readable by OpenSSL. Wrong PINs are counted beside it in `PATH.tries`.
 *
 * A file can be copied and tried elsewhere: where that matters the key belongs in a token or the seal service.
 */
import { createPublicKey, generateKeyPair } from 'node:crypto'
import { open, rename } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import type { KeyDescription, KeyHolder, PinRefusal } from '#core/desktop'
import { p256KeyPair, readSpki, sm2KeyPair, writePem, writeSm2Pkcs8, writeSpki, type PublicKey, type SignatureAlgorithm } from '#core/crypto'
import { assertNever, err, ok, readDer, utf8, type Result } from '#core/formats'
import { createAttemptGuard } from './attempts.ts'
import { randomBytes } from './box.ts'
import { heldKey } from './held-key.ts'
import { openEncryptedPkcs8, pemBlocks, readKeyBytes, takePkcs8 } from './key-file.ts'
import { derivationOf, encryptPkcs8, type PinDerivation } from './pbes.ts'
import { algorithmOf, chainFor, sameKey, writeP256Pkcs8, wipe } from './private-key.ts'

const damaged = err<PinRefusal>({ reason: 'damaged' })

type SoftFile = { readonly encrypted: Uint8Array; readonly publicKey: PublicKey; readonly algorithm: SignatureAlgorithm; readonly certificates: readonly Uint8Array[] }

const readSoftFile = async (path: string): Promise<Result<SoftFile, PinRefusal>> => {
  const bytes = await readKeyBytes(path)
  if (!bytes.ok) return bytes
  const blocks = pemBlocks(bytes.value)
  const block = (label: string): Uint8Array | undefined => blocks?.find((each) => each.label === label)?.bytes
  const encrypted = block('ENCRYPTED PRIVATE KEY')
  const spki = block('PUBLIC KEY')
  const node = spki === undefined ? undefined : readDer(spki)
  const publicKey = node?.ok ? readSpki(node.value) : undefined
  const algorithm = publicKey?.ok ? algorithmOf(publicKey.value) : null
  if (encrypted === undefined || !publicKey?.ok || algorithm === null || !readDer(encrypted).ok) return damaged
  const certificates = blocks!.filter(({ label }) => label === 'CERTIFICATE').map((each) => each.bytes)
  return ok({ encrypted, publicKey: publicKey.value, algorithm, certificates })
}

const text = ({ encrypted, publicKey, certificates }: Pick<SoftFile, 'encrypted' | 'publicKey' | 'certificates'>): string =>
  [writePem('ENCRYPTED PRIVATE KEY', encrypted), writePem('PUBLIC KEY', writeSpki(publicKey)), ...certificates.map((der) => writePem('CERTIFICATE', der))].join('')

const write = async (path: string, content: string, flag: 'wx' | 'w'): Promise<void> => {
  const handle = await open(path, flag, 0o600)
  try {
    await handle.writeFile(utf8(content))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Whole or not at all: a torn key file is a lost key. */
const replace = async (path: string, content: string): Promise<void> => {
  await write(`${path}.new`, content, 'w')
  await rename(`${path}.new`, path)
}

const makePkcs8 = async (algorithm: SignatureAlgorithm): Promise<{ readonly pkcs8: Uint8Array; readonly publicKey: PublicKey }> => {
  switch (algorithm) {
    case 'sm2-sm3': {
      const pair = sm2KeyPair(randomBytes)
      const pkcs8 = writeSm2Pkcs8(pair.privateKey, pair.publicKey)
      pair.privateKey.fill(0)
      return { pkcs8, publicKey: { algorithm: 'sm2', point: pair.publicKey } }
    }
    case 'ecdsa-p256-sha256': {
      const pair = p256KeyPair(randomBytes)
      const pkcs8 = writeP256Pkcs8(pair.privateKey)
      pair.privateKey.fill(0)
      return { pkcs8, publicKey: { algorithm: 'p256', point: pair.publicKey } }
    }
    case 'rsa-sha256': {
      const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 3072 })
      const spki = readDer(new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' })))
      const publicKey = spki.ok ? readSpki(spki.value) : spki
      if (!publicKey.ok) throw new TypeError('the runtime made a key that cannot be read')
      return { pkcs8: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })), publicKey: publicKey.value }
    }
    default: return assertNever(algorithm)
  }
}

/**
 * A new key in a new file, mode 0600; rejects with EEXIST rather than replace a key. The PIN is kept in NFKC, so that the
 * same characters typed through another input method open it. Returns the public key, for its certificate.
 */
export const createSoftKey = async (path: string, pin: string, algorithm: SignatureAlgorithm, derivation: PinDerivation = 'scrypt'): Promise<PublicKey> => {
  const { pkcs8, publicKey } = await makePkcs8(algorithm)
  const encrypted = await encryptPkcs8(pkcs8, pin.normalize('NFKC'), derivation)
  pkcs8.fill(0)
  await write(path, text({ encrypted, publicKey, certificates: [] }), 'wx')
  return publicKey
}

/** Puts the certificate of the key and its issuers (DER) into the file; `noKey` when none of them belongs to the key. */
export const certifySoftKey = async (path: string, certificates: readonly Uint8Array[]): Promise<Result<null, PinRefusal>> => {
  const file = await readSoftFile(path)
  if (!file.ok) return file
  if (chainFor(file.value.publicKey, certificates) === null) return err({ reason: 'noKey' })
  await replace(path, text({ ...file.value, certificates }))
  return ok(null)
}

/** @param monotonicMs milliseconds that never go back within the process; see `createAttemptGuard` */
export const softKey = (path: string, monotonicMs: () => number = () => performance.now()): KeyHolder => {
  const guard = createAttemptGuard(`${path}.tries`, monotonicMs)
  const describe = ({ algorithm, publicKey, certificates }: SoftFile): KeyDescription =>
    ({ id: '1', label: basename(path), algorithm, chain: chainFor(publicKey, certificates) ?? [] })
  return {
    kind: 'soft',
    label: path,
    list: async () => {
      const file = await readSoftFile(path)
      return file.ok ? ok([describe(file.value)]) : file
    },
    open: async (pin, id = '1') => {
      const file = await readSoftFile(path)
      if (!file.ok) return file
      if (id !== '1') return err({ reason: 'noKey' })
      const pkcs8 = await guard.judge(() => openEncryptedPkcs8(file.value.encrypted, pin))
      const key = pkcs8.ok ? takePkcs8(pkcs8.value) : pkcs8
      if (!key.ok) return key
      if (sameKey(key.value.publicKey, file.value.publicKey)) return ok(heldKey(describe(file.value), key.value))
      wipe(key.value)
      return damaged
    },
  }
}

/** Another PIN for the same key; a wrong old one costs a try. */
export const changeSoftPin = async (path: string, oldPin: string, newPin: string): Promise<Result<null, PinRefusal>> => {
  const file = await readSoftFile(path)
  if (!file.ok) return file
  const guard = createAttemptGuard(`${path}.tries`, () => performance.now())
  const pkcs8 = await guard.judge(() => openEncryptedPkcs8(file.value.encrypted, oldPin))
  if (!pkcs8.ok) return pkcs8
  const encrypted = await encryptPkcs8(pkcs8.value, newPin.normalize('NFKC'), derivationOf(file.value.encrypted))
  pkcs8.value.fill(0)
  await replace(path, text({ ...file.value, encrypted }))
  return ok(null)
}
