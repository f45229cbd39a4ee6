/** A secret under a password or PIN (口令保护): scrypt (RFC 7914), then a box. */
import { scrypt } from 'node:crypto'
import { fromBase64, toBase64 } from '#core/formats'
import { openBox, randomBytes, sealBox } from './box.ts'

/** 128 · N · r bytes = 32 MiB and some 60 ms for a try. Stored beside the wrap, so that a later version may ask for more. */
const cost = { N: 2 ** 15, r: 8, p: 1 } as const
/** A wrap from elsewhere must not make this machine work for hours or fill its memory. */
const most = { N: 2 ** 18, r: 16, p: 4 } as const

export type PasswordWrap = {
  readonly kdf: 'scrypt'
  readonly N: number
  readonly r: number
  readonly p: number
  /** base64 */
  readonly salt: string
  /** base64 */
  readonly box: string
}

const stretch = (password: string, salt: Uint8Array, parameters: { N: number; r: number; p: number }): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    // NFKC: the same password typed through another input method is the same password.
    const { N, r, p } = parameters
    scrypt(password.normalize('NFKC'), salt, 32, { N, r, p, maxmem: 256 * N * r * p }, (error, key) => {
      if (error === null) resolve(new Uint8Array(key))
      else reject(error)
    })
  })

/** @param about names the secret; a wrap made for one purpose does not open as another */
export const wrapWithPassword = async (secret: Uint8Array, password: string, about: string): Promise<PasswordWrap> => {
  const salt = randomBytes(16)
  const key = await stretch(password, salt, cost)
  const box = toBase64(sealBox(key, secret, about))
  key.fill(0)
  return { kdf: 'scrypt', ...cost, salt: toBase64(salt), box }
}

const sound = ({ kdf, N, r, p }: PasswordWrap): boolean =>
  kdf === 'scrypt' && Number.isSafeInteger(N) && N >= 2 && N <= most.N && (N & (N - 1)) === 0 && r >= 1 && r <= most.r && p >= 1 && p <= most.p

/** The secret; 'wrong' when the password is not the one; 'damaged' when this is no wrap at all. */
export const unwrapWithPassword = async (wrap: PasswordWrap, password: string, about: string): Promise<Uint8Array | 'wrong' | 'damaged'> => {
  if (!sound(wrap)) return 'damaged'
  const salt = fromBase64(wrap.salt)
  const box = fromBase64(wrap.box)
  if (!salt.ok || !box.ok) return 'damaged'
  const key = await stretch(password, salt.value, wrap)
  const secret = openBox(key, box.value, about)
  key.fill(0)
  return secret ?? 'wrong'
}
