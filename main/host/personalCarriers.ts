/**
 * Where a person's key may lie beside the profile's own file (密钥载体): tokens in modules that are configured or found where
 * vendors put them, and signing services that are configured. Pages know them by opaque names only.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { KeyHolder } from '#core/desktop'
import { listTokens, openKeyHolder } from '#keys'

export type Carrier = {
  /** key address of docs/spec/keys.md A1, without the object */
  readonly address: string
  readonly kind: 'pkcs11' | 'service'
  readonly label: string
  readonly serial: string
  readonly state: 'ready' | 'lastTry' | 'blocked' | 'pinChangeRequired'
  readonly pad: boolean
  /** DER, as far as it shows them without a PIN */
  readonly certificates: readonly Uint8Array[]
}

/** Port: what is within reach now, and the holder at an address. */
export type Carriers = {
  readonly list: () => Promise<{ readonly carriers: readonly Carrier[]; readonly missing: readonly string[] }>
  readonly at: (address: string) => KeyHolder | null
}

/** Names a carrier for a page: it never sees a path. */
export const carrierId = (address: string): string => createHash('sha256').update(address, 'utf8').digest('hex').slice(0, 16)

/** PKCS#11 modules where their installers put them. A vendor's SM2 mechanism has to be configured: its number is the vendor's own. */
const knownModules: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so', '/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so', '/usr/lib64/opensc-pkcs11.so', '/usr/lib/softhsm/libsofthsm2.so'],
  darwin: ['/Library/OpenSC/lib/opensc-pkcs11.so', '/opt/homebrew/lib/softhsm/libsofthsm2.so'],
  win32: ['C:\\Windows\\System32\\opensc-pkcs11.dll', 'C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll'],
}

/** Key addresses in `WENSHU_CARRIERS`, one a line or separated by blanks: `pkcs11:MODULE?sm2=0x…`, `https://…`. */
export const configuredCarriers = (): readonly string[] => (process.env['WENSHU_CARRIERS'] ?? '').split(/\s+/u).filter((address) => /^(pkcs11|https?):/u.test(address))

const moduleOf = (address: string): string => address.slice('pkcs11:'.length).split('?')[0]!

/** The address of one token of a configured module, with what the configuration says beside. */
const tokenAddress = (address: string, serial: string, label: string): string => {
  const query = new URLSearchParams(address.split(/\?(.*)/s)[1] ?? '')
  query.set('token', serial === '' ? label : serial)
  return `pkcs11:${moduleOf(address)}?${query.toString()}`
}

/** @param configured key addresses, as settings name them: `pkcs11:MODULE?sm2=0x…`, `https://…` */
export const createCarriers = (configured: readonly string[]): Carriers => {
  const named = new Set(configured.filter((address) => address.startsWith('pkcs11:')).map(moduleOf))
  const found = (knownModules[process.platform] ?? []).filter((path) => !named.has(path) && existsSync(path)).map((path) => `pkcs11:${path}`)
  const tokensAt = async (address: string): Promise<readonly Carrier[] | null> => {
    const tokens = await listTokens(moduleOf(address))
    return tokens.ok
      ? tokens.value.map(({ label, serial, state, pad, certificates }) => ({ address: tokenAddress(address, serial, label), kind: 'pkcs11', label, serial, state, pad, certificates }))
      : null
  }
  const serviceAt = async (address: string): Promise<Carrier | null> => {
    const holder = openKeyHolder(address)
    const keys = holder.ok ? await holder.value.list() : holder
    return keys.ok && holder.ok ? { address, kind: 'service', label: holder.value.label, serial: '', state: 'ready', pad: false, certificates: keys.value.flatMap(({ chain }) => chain.slice(0, 1)) } : null
  }
  return {
    list: async () => {
      const carriers: Carrier[] = []
      const missing: string[] = []
      for (const address of [...configured, ...found]) {
        if (!address.startsWith('pkcs11:')) {
          const service = await serviceAt(address)
          if (service === null) missing.push(URL.canParse(address) ? new URL(address).host : address.split(':')[0]!)
          else carriers.push(service)
          continue
        }
        const tokens = await tokensAt(address)
        if (tokens === null && named.has(moduleOf(address))) missing.push(basename(moduleOf(address)))
        carriers.push(...(tokens ?? []))
      }
      return { carriers, missing }
    },
    at: (address) => {
      const holder = openKeyHolder(address)
      return holder.ok ? holder.value : null
    },
  }
}
