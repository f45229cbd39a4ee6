/**
 * Where private keys live (密钥存储, ports). Implementations are in keys/. A private key never crosses these lines.
 *
 * `KeyStore` holds the two keys of a profile on a workstation. `KeyHolder` is any carrier of seal keys and personal keys
 * (密钥载体): a soft key file, a PKCS#12 file, a PKCS#11 token, a remote seal service. A SKF device (GM/T 0016 智能密码钥匙)
 * fits without a change: application = holder, container = key, `open` is SKF_OpenApplication + SKF_VerifyPIN (whose retry
 * count is `triesLeft`, SAR_PIN_LOCKED is `blocked`, SAR_DEVICE_REMOVED is `absent`), `sign` is SKF_ECCSignData over
 * e = SM3(Z‖M), `chain` is SKF_ExportCertificate, `close` is SKF_ClearSecureState.
 */
import type { SignatureAlgorithm } from '#core/crypto'
import { assertNever, type Result } from '#core/formats'

/** Closed set: whatever a token says is one of these (个人口令状态). */
export type PinRefusal =
  /** there is no such key here, or no certificate belongs to it */
  | { readonly reason: 'noKey' }
  /** the PIN was wrong; the next try is possible after `retryAfterMs`, 0 for at once; `triesLeft` where the carrier tells it */
  | { readonly reason: 'pinWrong'; readonly retryAfterMs: number; readonly triesLeft?: number }
  /** too many wrong PINs: nothing was tried */
  | { readonly reason: 'delayed'; readonly retryAfterMs: number }
  /** a token that has locked itself; only its issuer can open it */
  | { readonly reason: 'blocked' }
  /** the token is not plugged in, or the service does not answer */
  | { readonly reason: 'absent' }
  /** what is stored cannot be read */
  | { readonly reason: 'damaged' }
  /** the carrier wants its first PIN changed before it signs (初始口令须修改) */
  | { readonly reason: 'pinChangeRequired' }
  /** the carrier or file is whole but asks for something that this product does not do; `what` names it */
  | { readonly reason: 'unsupported'; readonly what: string }
  /** the signature that came back does not hold under the key's own certificate: it was thrown away */
  | { readonly reason: 'untrusted' }

/** What a carrier tells about one of its keys. */
export type KeyDescription = {
  /** names the key within its holder */
  readonly id: string
  readonly label: string
  readonly algorithm: SignatureAlgorithm
  /** DER: the key's own certificate first, then its issuers as far as the carrier has them; empty when it has none */
  readonly chain: readonly Uint8Array[]
}

/** A key whose PIN was given. It works until `close`, after which the carrier answers `absent`. */
export type OpenKey = KeyDescription & {
  /**
   * Signs a whole message (hashing, and Z for SM2, is inside): DER for SM2 and ECDSA, the bare block for RSA, as
   * `MessageSigner` of core/crypto. What a device or service returns was checked under the key's certificate.
   */
  readonly sign: (message: Uint8Array) => Promise<Result<Uint8Array, PinRefusal>>
  /** Wipes what was kept in memory and logs out. Safe to call twice. */
  readonly close: () => Promise<void>
}

/** A carrier of keys (密钥载体, port). */
export type KeyHolder = {
  readonly kind: 'soft' | 'file' | 'pkcs11' | 'service'
  /** for people: which file, token or service */
  readonly label: string
  /** All keys that can sign. A carrier that shows nothing before its PIN refuses without one. */
  readonly list: (pin?: string) => Promise<Result<readonly KeyDescription[], PinRefusal>>
  /** Opens the key of this id, or the first that has a certificate. */
  readonly open: (pin: string, id?: string) => Promise<Result<OpenKey, PinRefusal>>
  /** Absent where the carrier's PIN is changed elsewhere. */
  readonly changePin?: (pin: string, newPin: string) => Promise<Result<null, PinRefusal>>
}

const wait = (milliseconds: number): string => (milliseconds > 0 ? `，请在 ${Math.ceil(milliseconds / 1000)} 秒后再试` : '，请重新输入')

/** One sentence for people about a refusal (口令与密钥状态), without what was going on: the caller adds what was kept. */
export const refusalText = (refusal: PinRefusal): string => {
  switch (refusal.reason) {
    case 'noKey': return '没有找到可用的密钥，或密钥没有对应的证书'
    case 'pinWrong': return `口令不正确${refusal.triesLeft === undefined ? '' : `，还可以试 ${refusal.triesLeft} 次`}${wait(refusal.retryAfterMs)}`
    case 'delayed': return `口令多次不正确${wait(refusal.retryAfterMs)}`
    case 'blocked': return '密码设备已自锁，须由发放单位解锁'
    case 'absent': return '没有找到密码设备或文件，或签章服务没有应答'
    case 'damaged': return '密钥文件已损坏或不是密钥文件'
    case 'pinChangeRequired': return '密码设备要求先修改初始口令'
    case 'unsupported': return `不支持${refusal.what}`
    case 'untrusted': return '返回的签名与证书不符，已丢弃'
    default: return assertNever(refusal)
  }
}

export type KeyStore = {
  /** 65 bytes 04‖X‖Y of the device key (设备密钥) */
  readonly devicePublicKey: () => Uint8Array
  /** DER SM2 signature over the whole message by the device key; no PIN, the unlocked profile is enough */
  readonly signWithDevice: (message: Uint8Array) => Promise<Uint8Array>
  /** of the personal key (个人密钥), or null when there is none */
  readonly personalPublicKey: () => Promise<Uint8Array | null>
  /** Makes a personal key under the PIN; an earlier one is replaced. */
  readonly createPersonal: (pin: string) => Promise<Uint8Array>
  /** Takes a key that was brought along under the PIN; an earlier one is replaced. @param privateKey 32 bytes, wiped */
  readonly adoptPersonal: (pin: string, privateKey: Uint8Array) => Promise<Uint8Array>
  readonly signWithPersonal: (pin: string, message: Uint8Array) => Promise<Result<Uint8Array, PinRefusal>>
  readonly changePersonalPin: (pin: string, newPin: string) => Promise<Result<null, PinRefusal>>
}
