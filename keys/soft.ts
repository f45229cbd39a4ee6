/**
 * Soft keys (软密钥): SM2 keys in encrypted files. The device key lies under the profile's vault key, the personal key under
 * the person's PIN *and* the vault key: a stolen file alone cannot be tried against short PINs.
 */
import type { KeyStore, PinRefusal } from '#core/desktop'
import { readSm2Pkcs8, sm2KeyPair, sm2PublicKey, sm2Sign, writeSm2Pkcs8 } from '#core/crypto'
import { err, fromUtf8, ok, utf8, type Result } from '#core/formats'
import { createAttemptGuard } from './attempts.ts'
import { deriveKey, openBox, randomBytes, sealBox } from './box.ts'
import { unwrapWithPassword, wrapWithPassword, type PasswordWrap } from './password.ts'

const deviceAbout = 'wenshu.device-key/1'
const personalAbout = 'wenshu.personal-key/1'

/** `box` is what goes to the disk. */
export type SoftDeviceKey = { readonly publicKey: Uint8Array; readonly box: Uint8Array }

/** How the store reaches its files; `write` is durable when it resolves, and whole or not at all. */
export type SoftKeyFiles = {
  readonly readPersonal: () => Promise<Uint8Array | null>
  readonly writePersonal: (bytes: Uint8Array) => Promise<void>
  /** path of the file that counts wrong PINs */
  readonly attempts: string
}

/** A new device key (设备密钥) under the vault key (32 bytes). */
export const makeSoftDeviceKey = (vaultKey: Uint8Array): SoftDeviceKey => {
  const pair = sm2KeyPair(randomBytes)
  const pkcs8 = writeSm2Pkcs8(pair.privateKey, pair.publicKey)
  const box = sealBox(deriveKey(vaultKey, 'device-key'), pkcs8, deviceAbout)
  for (const secret of [pair.privateKey, pkcs8]) secret.fill(0)
  return { publicKey: pair.publicKey, box }
}

type PersonalFile = { readonly schema: 'wenshu.personal-key/1'; readonly publicKey: string; readonly wrap: PasswordWrap }

const readPersonalFile = (key: Uint8Array, bytes: Uint8Array): PersonalFile | null => {
  const plain = openBox(key, bytes, personalAbout)
  const text = plain === null ? null : fromUtf8(plain)
  if (text === null || !text.ok) return null
  const value = JSON.parse(text.value) as PersonalFile
  return value.schema === personalAbout ? value : null
}

/** @returns null when the device key does not open under this vault key @param monotonicMs see AttemptGuard */
export const openSoftKeyStore = (vaultKey: Uint8Array, deviceBox: Uint8Array, files: SoftKeyFiles, monotonicMs: () => number): KeyStore | null => {
  const pkcs8 = openBox(deriveKey(vaultKey, 'device-key'), deviceBox, deviceAbout)
  const device = pkcs8 === null ? null : readSm2Pkcs8(pkcs8)
  pkcs8?.fill(0)
  if (device === null || !device.ok) return null
  const privateKey = device.value
  const publicKey = sm2PublicKey(privateKey)
  const personalKey = deriveKey(vaultKey, 'personal-key')
  const guard = createAttemptGuard(files.attempts, monotonicMs)
  // Answers come in the order of the asking.
  let turn: Promise<unknown> = Promise.resolve()

  const stored = async (): Promise<PersonalFile | 'none' | 'damaged'> => {
    const bytes = await files.readPersonal()
    return bytes === null ? 'none' : (readPersonalFile(personalKey, bytes) ?? 'damaged')
  }

  /** Writes the key under a PIN and wipes it. */
  const keep = async (privateKey: Uint8Array, publicPoint: Uint8Array, pin: string): Promise<void> => {
    const wrap = await wrapWithPassword(privateKey, pin, personalAbout)
    privateKey.fill(0)
    const file: PersonalFile = { schema: personalAbout, publicKey: Buffer.from(publicPoint).toString('hex'), wrap }
    await files.writePersonal(sealBox(personalKey, utf8(JSON.stringify(file)), personalAbout))
  }
  const withSecret = async <T>(pin: string, work: (secret: Uint8Array, publicPoint: Uint8Array) => Promise<T>): Promise<Result<T, PinRefusal>> => {
    const file = await stored()
    if (file === 'none') return err({ reason: 'noKey' })
    if (file === 'damaged') return err({ reason: 'damaged' })
    const secret = await guard.judge(() => unwrap(file.wrap, pin))
    if (!secret.ok) return secret
    try {
      return ok(await work(secret.value, new Uint8Array(Buffer.from(file.publicKey, 'hex'))))
    } finally {
      secret.value.fill(0)
    }
  }
  const sign = (pin: string, message: Uint8Array): Promise<Result<Uint8Array, PinRefusal>> => withSecret(pin, async (secret) => sm2Sign(message, secret, randomBytes))
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  return {
    devicePublicKey: () => publicKey,
    signWithDevice: async (message) => sm2Sign(message, privateKey, randomBytes, { publicKey }),
    personalPublicKey: async () => {
      const file = await stored()
      return typeof file === 'string' ? null : new Uint8Array(Buffer.from(file.publicKey, 'hex'))
    },
    createPersonal: async (pin) => {
      const pair = sm2KeyPair(randomBytes)
      await keep(pair.privateKey, pair.publicKey, pin)
      await guard.succeeded()
      return pair.publicKey
    },
    adoptPersonal: async (pin, privateKey) => {
      const publicKey = sm2PublicKey(privateKey)
      await keep(privateKey, publicKey, pin)
      await guard.succeeded()
      return publicKey
    },
    signWithPersonal: (pin, message) => inTurn(() => sign(pin, message)),
    changePersonalPin: (pin, newPin) => inTurn(() => withSecret(pin, async (secret, publicKey) => {
      await keep(secret, publicKey, newPin)
      return null
    })),
  }
}

const unwrap = async (wrap: PasswordWrap, pin: string): Promise<Result<Uint8Array, PinRefusal>> => {
  const secret = await unwrapWithPassword(wrap, pin, personalAbout)
  if (secret === 'wrong') return err({ reason: 'pinWrong', retryAfterMs: 0 })
  return secret === 'damaged' ? err({ reason: 'damaged' }) : ok(secret)
}
