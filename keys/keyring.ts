/**
 * The keys that a server seals with unattended (印章密钥环): a file names each key's address, its PIN and settings. Keys open at
 * their first use and stay open; docs/spec/keys.md K50–K52.
 */
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import type { PinRefusal } from '#core/desktop'
import { err, formatErr, ok, type FormatError, type Result } from '#core/formats'
import { KeyRefused, signerOf, type KeySigner } from './held-key.ts'
import { openKey } from './open.ts'

const entry = z.strictObject({ pin: z.string(), certificates: z.string().optional(), ca: z.string().optional() })
const file = z.record(z.string().min(1), entry)

export type Keyring = {
  /** The signer of an address; rejects with `KeyRefused`. `noKey` for an address that the ring does not name. */
  readonly signer: (address: string) => Promise<KeySigner>
  readonly close: () => Promise<void>
}

/** @param path JSON `{ADDRESS: {pin, certificates?, ca?}}`, readable by its owner only. Errors keys.keyring */
export const openKeyring = async (path: string): Promise<Result<Keyring, FormatError>> => {
  const bad = (why: string): ReturnType<typeof formatErr> => formatErr('keys.keyring', `印章密钥环 ${path} ${why}`)
  try {
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) return bad('对其他用户可读，请改为仅本人可读（chmod 600）')
    const read = file.safeParse(JSON.parse(await readFile(path, 'utf8')))
    return read.success ? ok(ringOf(read.data)) : bad('格式不正确：应为 {"密钥地址": {"pin": "口令"}}')
  } catch {
    return bad('无法读取')
  }
}

const ringOf = (entries: z.infer<typeof file>): Keyring => {
  const opened = new Map<string, Promise<Result<KeySigner, PinRefusal>>>()
  const open = async (address: string): Promise<Result<KeySigner, PinRefusal>> => {
    const settings = Object.hasOwn(entries, address) ? entries[address] : undefined
    if (settings === undefined) return err({ reason: 'noKey' })
    const { pin, certificates, ca } = settings
    const key = await openKey(address, pin, { ...(certificates === undefined ? {} : { certificates }), ...(ca === undefined ? {} : { ca }) })
    if (!key.ok) return key
    const signer = signerOf(key.value)
    if (!signer.ok) await key.value.close()
    return signer
  }
  return {
    signer: async (address) => {
      const pending = opened.get(address) ?? open(address)
      opened.set(address, pending)
      const signer = await pending
      if (signer.ok) return signer.value
      // A wrong PIN stays refused until the ring is opened anew: shown at every sealing, it would lock the token. All else may pass.
      const isFinal = signer.error.reason === 'pinWrong' || signer.error.reason === 'blocked'
      if (!isFinal && opened.get(address) === pending) opened.delete(address)
      throw new KeyRefused(signer.error)
    },
    close: async () => {
      const all = await Promise.all(opened.values())
      opened.clear()
      await Promise.all(all.map(async (signer) => { if (signer.ok) await signer.value.close() }))
    },
  }
}
