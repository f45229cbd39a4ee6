/** A key by its address (密钥地址), as settings and command lines name it; docs/spec/keys.md KA. */
import type { KeyHolder, OpenKey, PinRefusal } from '#core/desktop'
import { err, formatErr, ok, type FormatError, type Result } from '#core/formats'
import { signerOf, type KeySigner } from './held-key.ts'
import { keyFile } from './key-file.ts'
import { softKey } from './soft-key.ts'

/** What an address does not say. */
export type KeySettings = {
  /** path of certificates (PEM or DER) that the carrier itself does not hold */
  readonly certificates?: string
  /** milliseconds that a soft key may make the caller wait after wrong PINs, instead of being refused with `delayed`; 0 when absent */
  readonly patienceMs?: number
}

type Addressed = { readonly holder: KeyHolder; readonly id?: string }

const bad = (address: string): ReturnType<typeof formatErr> =>
  formatErr('keys.address', `无法识别的密钥地址“${address}”：应为 soft:文件、p12:文件、pkcs11:模块?token=…&object=… 或 https://…`)

const read = (address: string, settings: KeySettings): Result<Addressed, FormatError> => {
  const match = /^([a-z][a-z0-9]+):(.+)$/s.exec(address)
  if (match === null) return bad(address)
  const [, scheme, rest = ''] = match
  switch (scheme) {
    case 'soft': return ok({ holder: softKey(rest) })
    case 'p12':
    case 'file': return ok({ holder: keyFile(rest, settings.certificates === undefined ? {} : { certificates: settings.certificates }) })
    default: return bad(address)
  }
}

/** The carrier of an address, not opened yet. Error `keys.address`. */
export const openKeyHolder = (address: string, settings: KeySettings = {}): Result<KeyHolder, FormatError> => {
  const found = read(address, settings)
  return found.ok ? ok(found.value.holder) : found
}

/** Opens the key of an address. An address that cannot be read is refused as `unsupported`. */
export const openKey = async (address: string, pin: string, settings: KeySettings = {}): Promise<Result<OpenKey, PinRefusal>> => {
  const found = read(address, settings)
  if (!found.ok) return err({ reason: 'unsupported', what: `密钥地址“${address}”` })
  const { holder, id } = found.value
  const opened = await holder.open(pin, id)
  if (opened.ok || opened.error.reason !== 'delayed' || opened.error.retryAfterMs > (settings.patienceMs ?? 0)) return opened
  const { retryAfterMs } = opened.error
  await new Promise((resolve) => { setTimeout(resolve, retryAfterMs) })
  return holder.open(pin, id)
}

/**
 * A key file with its certificate as a signer, for the command line: .p12, .pfx, PEM or DER PKCS#8. `noKey` when no
 * certificate belongs to the key: name one with `settings.certificates`.
 */
export const openKeyFile = async (path: string, password: string, settings: Pick<KeySettings, 'certificates'> = {}): Promise<Result<KeySigner, PinRefusal>> => {
  const opened = await keyFile(path, settings).open(password)
  return opened.ok ? signerOf(opened.value) : opened
}
