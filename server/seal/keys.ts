/** Keys of seals that are not in the installation's own store (外部密钥): a token, a key file, a seal service, by address. */
import { KeyRefused, openKey, signerOf, type KeySigner } from '#keys'
import type { Signer } from '#core/crypto'
import type { PinRefusal } from '#core/desktop'
import type { SealSigners } from '../identity/index.ts'

/** `chain`: issuers that came with the key, DER; absent for the own store, whose issuer is the installation's root. */
type SealSigner = Signer & { readonly chain?: readonly Uint8Array[] }

/** `close` logs out of what was opened; safe to call twice. */
export type OpenSigners = { readonly pdf: SealSigner; readonly ofd: SealSigner; readonly close: () => Promise<void> }

type Named = { readonly pdf_key: string; readonly ofd_key: string }

/**
 * PINs that were refused, by the key's address. Nobody is there to type another: shown again at every document, a wrong one
 * would lock the token. Starting the server anew, with the right PIN, is the way out.
 */
const refused = new Map<string, { readonly pin: string; readonly refusal: PinRefusal }>()

/** Throws KeyRefused with the reason when a key cannot be opened. @param own the keys of the own store, made when they are needed */
export const openSigners = async (seal: Named, pin: string, own: () => Promise<SealSigners>): Promise<OpenSigners> => {
  const opened: KeySigner[] = []
  const close = async (): Promise<void> => {
    for (const key of opened) await key.close()
  }
  const at = async (address: string): Promise<KeySigner> => {
    const before = refused.get(address)
    if (before?.pin === pin) throw new KeyRefused(before.refusal)
    const key = await openKey(address, pin)
    if (!key.ok) {
      if (key.error.reason === 'pinWrong' || key.error.reason === 'blocked') refused.set(address, { pin, refusal: key.error })
      throw new KeyRefused(key.error)
    }
    const signer = signerOf(key.value)
    if (!signer.ok) {
      await key.value.close()
      throw new KeyRefused(signer.error)
    }
    opened.push(signer.value)
    return signer.value
  }
  try {
    const { pdf_key: pdfKey, ofd_key: ofdKey } = seal
    return {
      pdf: pdfKey === '' ? (await own()).pdf : await at(pdfKey),
      ofd: ofdKey === '' ? (await own()).ofd : await at(ofdKey),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
