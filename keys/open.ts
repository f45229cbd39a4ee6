/** A key by its address (密钥地址), as settings and command lines name it; docs/spec/keys.md A1–A2. */
import type { KeyHolder, OpenKey, PinRefusal } from '#core/desktop'
import { err, formatErr, ok, type FormatError, type Result } from '#core/formats'
import { signerOf, type KeySigner } from './held-key.ts'
import { keyFile } from './key-file.ts'
import { serviceKey } from './remote.ts'
import { changeSoftPin, softKey } from './soft-key.ts'
import { changeTokenPin } from './token-pin.ts'
import { tokenKey, type Sm2Mechanism } from './token.ts'

/** What an address does not say. */
export type KeySettings = {
  /** path of certificates (PEM or DER) that a file or token itself does not hold; for a service, the certificate that it must show */
  readonly certificates?: string
  /** path of the PEM authority for the TLS certificate of a seal service */
  readonly ca?: string
  /** milliseconds that a soft key may make the caller wait after wrong PINs, instead of being refused with `delayed`; 0 when absent */
  readonly patienceMs?: number
}

const bad = (address: string): ReturnType<typeof formatErr> =>
  formatErr('keys.address', `无法识别的密钥地址“${address}”：应为 soft:文件、p12:文件、pkcs11:模块?token=…&object=… 或 https://…`)

const holderAt = (address: string, settings: KeySettings): Result<KeyHolder, FormatError> => {
  const match = /^([a-z][a-z0-9]+):(.+)$/s.exec(address)
  if (match === null) return bad(address)
  const [, scheme, rest = ''] = match
  const certificates = settings.certificates === undefined ? {} : { certificates: settings.certificates }
  switch (scheme) {
    case 'soft': return ok({ ...softKey(rest), changePin: (pin, newPin) => changeSoftPin(rest, pin, newPin) })
    case 'p12':
    case 'file': return ok(keyFile(rest, certificates))
    case 'pkcs11': {
      const [module = '', query = ''] = rest.split(/\?(.*)/s)
      const named = new URLSearchParams(query)
      const sm2 = readSm2(named.get('sm2'))
      if (module === '' || sm2 === 'malformed') return bad(address)
      const token = named.get('token')
      const object = named.get('object')
      const options = { module, ...certificates, ...(token === null ? {} : { token }), ...(object === null ? {} : { object }), ...(sm2 === null ? {} : { sm2 }) }
      return ok({ ...tokenKey(options), changePin: (pin, newPin) => changeTokenPin(options, pin, newPin) })
    }
    case 'http':
    case 'https': {
      if (!URL.canParse(address)) return bad(address)
      const url = new URL(address)
      const key = url.searchParams.get('key')
      url.search = ''
      return ok(serviceKey({ url: url.href, ...certificates, ...(key === null ? {} : { key }), ...(settings.ca === undefined ? {} : { ca: settings.ca }) }))
    }
    default: return bad(address)
  }
}

/** `0x80000101`, or `0x80000101:message` for a mechanism that hashes by itself. */
const readSm2 = (text: string | null): Sm2Mechanism | null | 'malformed' => {
  if (text === null) return null
  const match = /^(0x[0-9a-f]{1,8}|\d{1,10})(:message)?$/i.exec(text)
  const mechanism = Number(match?.[1])
  return match === null || mechanism > 0xffff_ffff ? 'malformed' : { mechanism, input: match[2] === undefined ? 'digest' : 'message' }
}

/** The carrier of an address, not opened yet. Error `keys.address`. */
export const openKeyHolder = (address: string, settings: KeySettings = {}): Result<KeyHolder, FormatError> => holderAt(address, settings)

/** Opens the key of an address. An address that cannot be read is refused as `unsupported`. */
export const openKey = async (address: string, pin: string, settings: KeySettings = {}): Promise<Result<OpenKey, PinRefusal>> => {
  const found = holderAt(address, settings)
  if (!found.ok) return err({ reason: 'unsupported', what: `密钥地址“${address}”` })
  const holder = found.value
  const opened = await holder.open(pin)
  if (opened.ok || opened.error.reason !== 'delayed' || opened.error.retryAfterMs > (settings.patienceMs ?? 0)) return opened
  const { retryAfterMs } = opened.error
  await new Promise((resolve) => { setTimeout(resolve, retryAfterMs) })
  return holder.open(pin)
}

/**
 * A key with its certificate as a signer, for the command line: the path of a .p12, .pfx, PEM or DER PKCS#8 file, or an
 * address. `noKey` when no certificate belongs to the key: name one with `settings.certificates`.
 */
export const openKeyFile = async (path: string, password: string, settings: KeySettings = {}): Promise<Result<KeySigner, PinRefusal>> => {
  // One letter before the colon is a drive of Windows.
  const opened = await openKey(/^(soft|p12|file|pkcs11|https?):/.test(path) ? path : `file:${path}`, password, settings)
  if (!opened.ok) return opened
  const signer = signerOf(opened.value)
  if (!signer.ok) await opened.value.close()
  return signer
}
