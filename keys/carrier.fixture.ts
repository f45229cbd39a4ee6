/** What every carrier of keys must do (K1–K9 of docs/spec/keys.md): one suite, run against each implementation. */
import { describe, expect, it } from 'vitest'
import type { KeyHolder, OpenKey, PinRefusal } from '#core/desktop'
import {
  buildCertificate, checkSignature, p256KeyPair, p256MessageSigner, readCertificate, readSignatureScheme, writeName, writeSignatureAlgorithm,
  type PublicKey, type SignatureAlgorithm,
} from '#core/crypto'
import { readDer, toHex, utf8, type Result } from '#core/formats'
import { randomBytes, signerOf } from './index.ts'

const root = p256KeyPair(randomBytes)
const rootKey: PublicKey = { algorithm: 'p256', point: root.publicKey }
const name = (text: string): Uint8Array => writeName([{ type: 'C', value: 'CN' }, { type: 'CN', value: text }])
const span = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z' } as const

/** A certificate for the key and the one of its issuer, DER. */
export const certify = async (publicKey: PublicKey, subject = '测试单位'): Promise<readonly [Uint8Array, Uint8Array]> => {
  const signer = p256MessageSigner(root.privateKey, randomBytes)
  const serial = (): string => `5a${toHex(randomBytes(8))}`
  return [
    await buildCertificate({ ...span, serial: serial(), issuer: name('测试根'), subject: name(subject), publicKey, keyUsage: ['digitalSignature'], issuerKey: rootKey }, signer),
    await buildCertificate({ ...span, serial: serial(), issuer: name('测试根'), subject: name('测试根'), publicKey: rootKey, authority: {}, keyUsage: ['keyCertSign'] }, signer),
  ]
}

/** Whether the signature holds under the certificate. */
export const holds = (algorithm: SignatureAlgorithm, certificate: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
  const read = readCertificate(certificate)
  const identifier = readDer(writeSignatureAlgorithm(algorithm))
  const scheme = identifier.ok ? readSignatureScheme(identifier.value) : identifier
  return read.ok && scheme.ok && checkSignature(scheme.value, message, signature, read.value.publicKey) === 'valid'
}

export const value = <T>(result: Result<T, PinRefusal>): T => {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`)
  return result.value
}

/** One carrier with one certified key, ready to be opened. */
export type CarrierCase = {
  readonly holder: KeyHolder
  readonly pin: string
  readonly algorithm: SignatureAlgorithm
  /** the same kind of carrier, taken out, switched off or deleted */
  readonly gone: KeyHolder
  /** whether `list` shows the keys without a PIN */
  readonly shows: 'without pin' | 'with pin only'
  readonly done?: () => Promise<void>
}

/** @param make builds the carrier anew for each rule */
export const carrierContract = (title: string, make: () => Promise<CarrierCase>): void => {
  const withCase = async (work: (given: CarrierCase) => Promise<void>): Promise<void> => {
    const given = await make()
    try {
      await work(given)
    } finally {
      await given.done?.()
    }
  }
  const opened = async ({ holder, pin }: CarrierCase, id?: string): Promise<OpenKey> => value(await holder.open(pin, id))
  const wrongPin = ({ pin }: CarrierCase): string => (pin.startsWith('9') ? `8${pin.slice(1)}` : `9${pin.slice(1)}`)

  describe(title, () => {
    it('K1 lists its key with algorithm and chain, own certificate first', () => withCase(async (given) => {
      const [key, ...others] = value(await given.holder.list(given.pin))
      expect(others).toEqual([])
      expect(key!.algorithm).toBe(given.algorithm)
      expect(key!.chain.length).toBeGreaterThanOrEqual(1)
      const bare = await given.holder.list()
      const shown = bare.ok ? bare.value.map(({ id }) => id) : bare.error.reason
      expect(shown).toEqual(given.shows === 'without pin' ? [key!.id] : 'pinWrong')
    }))

    it('K2 a wrong PIN is pinWrong and opens nothing; the right one opens afterwards', () => withCase(async (given) => {
      const refused = await given.holder.open(wrongPin(given))
      expect(refused.ok || refused.error.reason).toBe('pinWrong')
      const key = await opened(given)
      expect((await key.sign(utf8('x'))).ok).toBe(true)
      await key.close()
    }))

    it('K3 what it signs holds under the certificate that it shows, whatever the length', () => withCase(async (given) => {
      const key = await opened(given)
      for (const message of [new Uint8Array(), utf8('用印'), randomBytes(70_000)]) {
        const signature = value(await key.sign(message))
        expect(holds(key.algorithm, key.chain[0]!, message, signature)).toBe(true)
        expect(holds(key.algorithm, key.chain[0]!, utf8('别的'), signature)).toBe(false)
      }
      await key.close()
    }))

    it('K4 becomes a signer for certificates and seals', () => withCase(async (given) => {
      const signer = value(signerOf(await opened(given)))
      const message = utf8('签章')
      expect(holds(signer.algorithm, signer.certificate, message, await signer.sign(message))).toBe(true)
      expect(signer.certificate).toEqual(signer.chain[0])
      await signer.close()
      await expect(signer.sign(message)).rejects.toMatchObject({ name: 'KeyRefused', refusal: { reason: 'absent' } })
    }))

    it('K5 an unknown key is noKey', () => withCase(async (given) => {
      expect(await given.holder.open(given.pin, 'f00f')).toEqual({ ok: false, error: { reason: 'noKey' } })
      const { id } = value(await given.holder.list(given.pin))[0]!
      await (await opened(given, id)).close()
    }))

    it('K6 a closed key is absent, and closing twice is harmless', () => withCase(async (given) => {
      const key = await opened(given)
      await key.close()
      await key.close()
      expect(await key.sign(utf8('x'))).toEqual({ ok: false, error: { reason: 'absent' } })
    }))

    it('K7 many signatures at once all hold; closing one key leaves another of the same carrier open', () => withCase(async (given) => {
      const [one, two] = await Promise.all([opened(given), opened(given)])
      const messages = Array.from({ length: 12 }, (_, i) => utf8(`第${i}份`))
      const signatures = await Promise.all(messages.map((message, i) => (i % 2 === 0 ? one : two).sign(message)))
      for (const [i, signature] of signatures.entries()) expect(holds(one.algorithm, one.chain[0]!, messages[i]!, value(signature))).toBe(true)
      await one.close()
      expect((await two.sign(utf8('x'))).ok).toBe(true)
      await two.close()
    }))

    it('K8 a carrier that is not there is absent', () => withCase(async ({ gone, pin }) => {
      expect(await gone.open(pin)).toEqual({ ok: false, error: { reason: 'absent' } })
      expect(await gone.list(pin)).toEqual({ ok: false, error: { reason: 'absent' } })
    }))

    it.each([['empty', ''], ['long', '9'.repeat(5000)], ['with an emoji', '口令🀄'], ['with a zero', '9\u00009']])(
      'K9 a PIN that is %s is refused like any wrong one', (_, pin) => withCase(async ({ holder }) => {
        const refused = await holder.open(pin)
        expect(refused.ok || refused.error.reason).toBe('pinWrong')
      }),
    )
  })
}
