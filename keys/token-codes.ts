/** Numbers of PKCS#11 2.40 and what a module's refusals mean here. */
import type { PinRefusal } from '#core/desktop'

export const cka = {
  class: 0, token: 1, private: 2, label: 3, value: 0x11, certificateType: 0x80, keyType: 0x100, subject: 0x101, id: 0x102, modulus: 0x120, publicExponent: 0x122,
  ecParameters: 0x180, ecPoint: 0x181, alwaysAuthenticate: 0x202,
} as const
export const cko = { certificate: 1, publicKey: 2, privateKey: 3 } as const
export const ckm = { rsaPkcs: 0x01, sha256RsaPkcs: 0x40, ecdsa: 0x1041, ecdsaSha256: 0x1044 } as const
/** CK_TOKEN_INFO flags */
export const ckf = { ownPinPad: 0x100, tokenInitialized: 0x400, finalTry: 0x20000, pinLocked: 0x40000, pinToBeChanged: 0x80000 } as const
export const ckr = { userAlreadyLoggedIn: 0x100, sessionInvalid: 0xb3, mechanismInvalid: 0x70 } as const

const pinIncorrect = new Set([0xa0, 0xa1, 0xa2])
/** The session, the login, the key's handle or the token itself is gone: opening again may help. */
const lost = new Set([0x03, 0x30, 0x32, 0x60, 0x82, 0xb0, 0xb3, 0xe0, 0xe1, 0x101, 0x190])
const cannot = new Set([0x54, 0x63, 0x68, 0x70, 0x71])

export const isLost = (code: number): boolean => lost.has(code)

/** CK_RV as a refusal; @param triesLeft as far as the token tells it */
export const refusalOf = (code: number, triesLeft?: number): PinRefusal => {
  if (pinIncorrect.has(code)) return triesLeft === undefined ? { reason: 'pinWrong', retryAfterMs: 0 } : { reason: 'pinWrong', retryAfterMs: 0, triesLeft }
  if (code === 0xa4) return { reason: 'blocked' }
  if (code === 0xa3 || code === 0x102) return { reason: 'pinChangeRequired' }
  if (cannot.has(code)) return { reason: 'unsupported', what: `这种签名方式（密码设备返回 0x${code.toString(16)}）` }
  return { reason: 'absent' }
}
