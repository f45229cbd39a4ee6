/** Keys of seals that are not in the installation's own store (外部密钥): a token, a key file, a seal service, by address. */
import { createKeyring, readKeyring, type KeyCondition, type KeyringEntry } from '#keys'
import type { Signer } from '#core/crypto'
import { refusalText, type PinRefusal } from '#core/desktop'
import type { SealKeyState } from '#core/sync'
import type { SealSigners } from '../identity/index.ts'
import { deskAddress } from './deskKeys.ts'

/** `chain`: issuers that came with the key, DER; absent for the own store, whose issuer is the installation's root. */
type SealSigner = Signer & { readonly chain?: readonly Uint8Array[] }

/** `close` gives back what was opened; safe to call twice. */
export type OpenSigners = { readonly pdf: SealSigner; readonly ofd: SealSigner; readonly close: () => Promise<void> }

/** Addresses of a seal's keys; '' for the own store. */
export type KeyAddresses = { readonly pdf: string; readonly ofd: string }

/** Where PINs come from, the first that knows an address counts. */
export type SealPins = {
  /** path of a keyring (docs/spec/keys.md K52), read anew whenever a key is opened */
  readonly keyring?: string | undefined
  /** by address, as typed at the start */
  readonly typed?: ReadonlyMap<string, string> | undefined
  /** for every other address */
  readonly pin?: string | undefined
  /** milliseconds without use after which a key is logged out; 15 minutes when absent */
  readonly idleMs?: number | undefined
}

export type SealKeys = {
  /** Throws KeyRefused with the reason when a key cannot be opened. @param own the keys of the own store, made when they are needed */
  readonly open: (seal: KeyAddresses, own: () => Promise<SealSigners>) => Promise<OpenSigners>
  /** Known within a second or so, `unknown` otherwise: a register that waits for a carrier would be no register. */
  readonly states: (seal: KeyAddresses) => Promise<{ readonly pdf: SealKeyState; readonly ofd: SealKeyState }>
  readonly close: () => Promise<void>
}

/** For the clerk, who cannot type the PIN: it is with the server. */
export const keyProblem = (refusal: PinRefusal): string => {
  switch (refusal.reason) {
    case 'pinWrong':
      return `服务器保存的口令不正确${refusal.triesLeft === undefined ? '' : `（还可以试 ${refusal.triesLeft} 次）`}，请系统管理员更正后再用印`
    case 'noKey': return '服务器没有这个密钥的口令，或密钥没有对应的证书，请系统管理员核对印章密钥环'
    default: return refusalText(refusal)
  }
}

const stateOf = (condition: KeyCondition): SealKeyState =>
  condition.kind === 'refused' ? { state: 'refused', reason: condition.refusal.reason, detail: keyProblem(condition.refusal) } : { state: condition.kind }

const patienceMs = 1_000
const freshMs = 15_000
const unknown: SealKeyState = { state: 'unknown' }

/** Asks whoever starts the server for a PIN; null leaves the key closed. @param sealNames of the seals that use it */
export type AskPin = (address: string, sealNames: readonly string[]) => Promise<string | null>

/** PINs of the addresses that no other source knows. */
export const askPins = async (addresses: ReadonlyMap<string, readonly string[]>, { keyring, pin }: SealPins, ask: AskPin): Promise<ReadonlyMap<string, string>> => {
  const read = keyring === undefined ? null : await readKeyring(keyring)
  const typed = new Map<string, string>()
  for (const [address, names] of pin === undefined ? addresses : []) {
    if (read?.ok === true && read.value.has(address)) continue
    const answer = await ask(address, names)
    if (answer !== null) typed.set(address, answer)
  }
  return typed
}

/** Throws when a keyring is named that cannot be used. */
export const openSealKeys = async ({ keyring, typed, pin, idleMs }: SealPins): Promise<SealKeys> => {
  if (keyring !== undefined) {
    const read = await readKeyring(keyring)
    if (!read.ok) throw new Error(read.error.message)
  }
  const find = async (address: string): Promise<KeyringEntry | undefined> => {
    const read = keyring === undefined ? null : await readKeyring(keyring)
    const named = read?.ok === true ? read.value.get(address) : undefined
    const given = typed?.get(address) ?? pin
    return named ?? (given === undefined ? undefined : { pin: given })
  }
  const ring = createKeyring(find, idleMs === undefined ? {} : { idleMs })
  const seen = new Map<string, { readonly at: number; state: SealKeyState; readonly asked: Promise<SealKeyState> }>()
  const stateAt = (address: string): Promise<SealKeyState> => {
    const known = seen.get(address)
    const asked = known !== undefined && performance.now() - known.at < freshMs ? known.asked : ring.condition(address).then(stateOf, () => unknown)
    const last = known?.state ?? unknown
    const entry = known?.asked === asked ? known : { at: performance.now(), state: last, asked }
    seen.set(address, entry)
    void asked.then((state) => { entry.state = state })
    let timer: NodeJS.Timeout
    return Promise.race([asked, new Promise<SealKeyState>((resolve) => { timer = setTimeout(() => resolve(last), patienceMs) })]).finally(() => clearTimeout(timer))
  }
  const state = (address: string): Promise<SealKeyState> => address === '' || address === deskAddress ? Promise.resolve({ state: address === '' ? 'own' as const : 'desk' as const }) : stateAt(address)
  return {
    open: async ({ pdf, ofd }, own) => {
      const opened: { readonly close: () => Promise<void> }[] = []
      const close = async (): Promise<void> => {
        for (const key of opened) await key.close()
      }
      const at = async (address: string): Promise<SealSigner> => {
        // What is learned now is news for the register.
        seen.delete(address)
        const signer = await ring.signer(address)
        opened.push(signer)
        return signer
      }
      try {
        return { pdf: pdf === '' ? (await own()).pdf : await at(pdf), ofd: ofd === '' ? (await own()).ofd : await at(ofd), close }
      } catch (error) {
        await close()
        throw error
      }
    },
    states: async ({ pdf, ofd }) => {
      const [forPdf, forOfd] = await Promise.all([state(pdf), state(ofd)])
      return { pdf: forPdf, ofd: forOfd }
    },
    close: ring.close,
  }
}
