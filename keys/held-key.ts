/** Open keys and what is made of them (已打开的密钥): signers for seals, CMS and certificates. */
import { refusalText, type KeyDescription, type OpenKey, type PinRefusal } from '#core/desktop'
import type { Signer } from '#core/crypto'
import { err, ok, type Result } from '#core/formats'
import { signWith, wipe, type PrivateKey } from './private-key.ts'

/** A private key in this process as an open key: wiped by `close`. */
export const heldKey = (description: KeyDescription, key: PrivateKey): OpenKey => {
  let isOpen = true
  return {
    ...description,
    sign: async (message) => (isOpen ? ok(signWith(key, message)) : err({ reason: 'absent' })),
    close: async () => {
      isOpen = false
      wipe(key)
    },
  }
}

/** What a signer throws when its carrier refuses: `MessageSigner` of core/crypto has no other way to say so. */
export class KeyRefused extends Error {
  readonly refusal: PinRefusal
  constructor(refusal: PinRefusal) {
    super(refusalText(refusal))
    this.name = 'KeyRefused'
    this.refusal = refusal
  }
}

/** A signer with the issuers of its certificate and the way to end it. */
export type KeySigner = Signer & {
  /** DER: own certificate first, then its issuers */
  readonly chain: readonly Uint8Array[]
  readonly close: () => Promise<void>
}

/**
 * A signer for sealing and CMS. Refusal `noKey` when the key has no certificate. Its `sign` rejects with `KeyRefused` when a
 * device or service refuses later (taken out, session ended, wrong signature).
 */
export const signerOf = (key: OpenKey): Result<KeySigner, PinRefusal> => {
  const [certificate] = key.chain
  if (certificate === undefined) return err({ reason: 'noKey' })
  const sign = async (message: Uint8Array): Promise<Uint8Array> => {
    const signed = await key.sign(message)
    if (!signed.ok) throw new KeyRefused(signed.error)
    return signed.value
  }
  return ok({ algorithm: key.algorithm, certificate, chain: key.chain, sign, close: key.close })
}
