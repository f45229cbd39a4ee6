/**
 * The keys that a server seals with unattended (印章密钥环). Each has its PIN and settings by address, opens at its first use and
 * logs out when nobody has used it for a while; docs/spec/keys.md K50–K55.
 */
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import type { PinRefusal } from '#core/desktop'
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { KeyRefused, signerOf, type KeySigner } from './held-key.ts'
import { openKey, openKeyHolder } from './open.ts'

const entry = z.strictObject({ pin: z.string(), certificates: z.string().optional(), ca: z.string().optional() })
const file = z.record(z.string().min(1), entry)

/** What opens the key of an address. */
export type KeyringEntry = z.infer<typeof entry>

/** What is known of a key: `present` was seen, but not opened yet. */
export type KeyCondition = { readonly kind: 'open' | 'present' } | { readonly kind: 'refused'; readonly refusal: PinRefusal }

export type Keyring = {
  /** The signer of an address, whose `close` gives it back; rejects with `KeyRefused`. `noKey` for an address without an entry. */
  readonly signer: (address: string) => Promise<KeySigner>
  /** Looks at the carrier and shows it no PIN. */
  readonly condition: (address: string) => Promise<KeyCondition>
  /** Logs out everywhere. */
  readonly close: () => Promise<void>
}

/** @param path JSON `{ADDRESS: {pin, certificates?, ca?}}`, readable by its owner only. Error keys.keyring */
export const readKeyring = async (path: string): Promise<Result<ReadonlyMap<string, KeyringEntry>, FormatError>> => {
  const bad = (why: string): ReturnType<typeof formatErr> => formatErr('keys.keyring', `印章密钥环 ${path} ${why}`)
  try {
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) return bad('对其他用户可读，请改为仅本人可读（chmod 600）')
    const read = file.safeParse(JSON.parse(await readFile(path, 'utf8')))
    return read.success ? ok(new Map(Object.entries(read.data))) : bad('格式不正确：应为 {"密钥地址": {"pin": "口令"}}')
  } catch {
    return bad('无法读取')
  }
}

export type KeyringOptions = {
  /** milliseconds without use after which a key is logged out; 15 minutes when absent */
  readonly idleMs?: number
}

type Held = { readonly pin: string; readonly opening: Promise<Result<KeySigner, PinRefusal>>; users: number; idle: NodeJS.Timeout | null; state: 'kept' | 'dropped' }

/** @param find the entry of an address as it stands now: a PIN that was corrected is taken without a restart */
export const createKeyring = (find: (address: string) => Promise<KeyringEntry | undefined>, { idleMs = 15 * 60_000 }: KeyringOptions = {}): Keyring => {
  const opened = new Map<string, Held>()
  const refused = new Map<string, { readonly pin: string; readonly refusal: PinRefusal }>()
  let isClosed = false

  const open = async (address: string, { pin, certificates, ca }: KeyringEntry): Promise<Result<KeySigner, PinRefusal>> => {
    const key = await openKey(address, pin, settingsOf({ certificates, ca }))
    if (!key.ok) return key
    const signer = signerOf(key.value)
    if (!signer.ok) await key.value.close()
    return signer
  }
  /** Nobody gets it any more; it is logged out when the last one has given it back. */
  const drop = async (address: string, held: Held): Promise<void> => {
    if (opened.get(address) === held) opened.delete(address)
    if (held.idle !== null) clearTimeout(held.idle)
    held.state = 'dropped'
    if (held.users > 0) return
    const signer = await held.opening
    if (signer.ok) await signer.value.close()
  }
  const refuse = (address: string, held: Held, refusal: PinRefusal): void => {
    refused.set(address, { pin: held.pin, refusal })
    void drop(address, held)
  }
  const giveBack = async (address: string, held: Held): Promise<void> => {
    held.users -= 1
    if (held.users > 0) return
    if (held.state === 'dropped') await drop(address, held)
    else held.idle = setTimeout(() => void drop(address, held), idleMs).unref()
  }
  const lend = (address: string, held: Held, signer: KeySigner): KeySigner => {
    let isGiven = true
    return {
      ...signer,
      sign: async (message) => {
        if (!isGiven || isClosed) throw new KeyRefused({ reason: 'absent' })
        try {
          return await signer.sign(message)
        } catch (error) {
          // Taken out, blocked, PIN changed: whoever comes next asks the carrier anew, and a wrong PIN is not shown again.
          if (error instanceof KeyRefused) refuse(address, held, error.refusal)
          throw error
        }
      },
      close: async () => {
        if (!isGiven) return
        isGiven = false
        await giveBack(address, held)
      },
    }
  }
  return {
    signer: async (address) => {
      const found = isClosed ? undefined : await find(address)
      if (found === undefined || isClosed) throw new KeyRefused({ reason: isClosed ? 'absent' : 'noKey' })
      const before = refused.get(address)
      // Shown at every sealing, a wrong PIN would lock the token. All else may have passed.
      if (before?.refusal.reason === 'pinWrong' && before.pin === found.pin) throw new KeyRefused(before.refusal)
      const held: Held = opened.get(address) ?? { pin: found.pin, opening: open(address, found), users: 0, idle: null, state: 'kept' }
      opened.set(address, held)
      if (held.idle !== null) clearTimeout(held.idle)
      held.idle = null
      held.users += 1
      const signer = await held.opening
      if (signer.ok) {
        refused.delete(address)
        return lend(address, held, signer.value)
      }
      held.users -= 1
      refuse(address, held, signer.error)
      throw new KeyRefused(signer.error)
    },
    condition: async (address) => {
      const held = opened.get(address)
      if (held !== undefined && (await held.opening).ok) return { kind: 'open' }
      const found = await find(address)
      if (found === undefined) return { kind: 'refused', refusal: { reason: 'noKey' } }
      const holder = openKeyHolder(address, settingsOf(found))
      if (!holder.ok) return { kind: 'refused', refusal: { reason: 'unsupported', what: `密钥地址“${address}”` } }
      const seen = await holder.value.list()
      if (!seen.ok && seen.error.reason !== 'pinWrong') return { kind: 'refused', refusal: seen.error }
      // What only the PIN brought out counts until it is tried again with another one.
      const before = refused.get(address)
      const stands = before !== undefined && before.pin === found.pin && before.refusal.reason !== 'absent' && before.refusal.reason !== 'delayed'
      return stands ? { kind: 'refused', refusal: before.refusal } : { kind: 'present' }
    },
    close: async () => {
      isClosed = true
      const all = [...opened]
      opened.clear()
      await Promise.all(all.map(async ([address, held]) => {
        held.users = 0
        await drop(address, held)
      }))
    },
  }
}

const settingsOf = ({ certificates, ca }: { readonly certificates?: string | undefined; readonly ca?: string | undefined }) =>
  ({ ...(certificates === undefined ? {} : { certificates }), ...(ca === undefined ? {} : { ca }) })
