/**
 * Where private keys live (密钥存储, port). Implementations are in keys/: files now; PKCS#12, PKCS#11 tokens and a remote
 * service have the same face. A private key never crosses this line.
 */
import type { Result } from '#core/formats'

/** Closed set: whatever a token says is one of these (个人口令状态). */
export type PinRefusal =
  /** there is no personal key here */
  | { readonly reason: 'noKey' }
  /** the PIN was wrong; the next try is possible after `retryAfterMs`, 0 for at once */
  | { readonly reason: 'pinWrong'; readonly retryAfterMs: number }
  /** too many wrong PINs: nothing was tried */
  | { readonly reason: 'delayed'; readonly retryAfterMs: number }
  /** a token that has locked itself; only its issuer can open it */
  | { readonly reason: 'blocked' }
  /** the token is not plugged in, or the service does not answer */
  | { readonly reason: 'absent' }
  /** what is stored cannot be read */
  | { readonly reason: 'damaged' }

export type KeyStore = {
  /** 65 bytes 04‖X‖Y of the device key (设备密钥) */
  readonly devicePublicKey: () => Uint8Array
  /** DER SM2 signature over the whole message by the device key; no PIN, the unlocked profile is enough */
  readonly signWithDevice: (message: Uint8Array) => Promise<Uint8Array>
  /** of the personal key (个人密钥), or null when there is none */
  readonly personalPublicKey: () => Promise<Uint8Array | null>
  /** Makes a personal key under the PIN; an earlier one is replaced. */
  readonly createPersonal: (pin: string) => Promise<Uint8Array>
  readonly signWithPersonal: (pin: string, message: Uint8Array) => Promise<Result<Uint8Array, PinRefusal>>
}
