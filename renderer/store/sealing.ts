/**
 * Values at rest (本机加密): AES-256-GCM under the session's store key. The place where a value lies is authenticated with
 * it, so that a row cannot be moved under another key. Never called inside an IndexedDB transaction: WebCrypto resolves in
 * a later task, and IndexedDB would have closed the transaction by then.
 */
import { fromBase64 } from '#core/formats'

export type Vault = {
  readonly seal: (place: string, value: unknown) => Promise<Uint8Array<ArrayBuffer>>
  /** @throws DamagedValueError when the bytes were not written by this account's key for this place */
  readonly open: (place: string, sealed: Uint8Array<ArrayBuffer>) => Promise<unknown>
}

/** Bytes in the local store that this account's key cannot open: damaged, moved, or another account's. */
export class DamagedValueError extends Error {
  override readonly name = 'DamagedValueError'
}

const ivBytes = 12
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** @param storeKey base64 of 32 bytes */
export const openVault = async (storeKey: string): Promise<Vault> => {
  const raw = fromBase64(storeKey)
  if (!raw.ok || raw.value.length !== 32) throw new DamagedValueError('the store key is not 32 bytes')
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(raw.value), 'AES-GCM', false, ['encrypt', 'decrypt'])
  return {
    seal: async (place, value) => {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
      const text = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: encoder.encode(place) }, key, encoder.encode(JSON.stringify(value)))
      const sealed = new Uint8Array(ivBytes + text.byteLength)
      sealed.set(iv)
      sealed.set(new Uint8Array(text), ivBytes)
      return sealed
    },
    open: async (place, sealed) => {
      try {
        const iv = sealed.subarray(0, ivBytes)
        const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: encoder.encode(place) }, key, sealed.subarray(ivBytes))
        return JSON.parse(decoder.decode(text)) as unknown
      } catch {
        throw new DamagedValueError(`cannot open ${place}`)
      }
    },
  }
}
