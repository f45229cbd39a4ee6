/**
 * The vault (保险库): the profile's key under the account's password, and what only that key opens. `vault.json` says whose
 * profile this is and nothing about its content; it is written last, so that a profile either exists whole or not at all.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { fromBase64, fromUtf8, toBase64, utf8 } from '#core/formats'
import { deriveKey, makeSoftDeviceKey, openBox, randomBytes, sealBox, unwrapWithPassword, wrapWithPassword } from '#keys'
import type { Disk } from './disk.ts'

const text = z.string()
const wrap = z.strictObject({ kdf: z.literal('scrypt'), N: z.int(), r: z.int(), p: z.int(), salt: text, box: text })
const vaultShape = z.strictObject({
  schema: z.literal('wenshu.vault/1'), account: text, serverUrl: text, deviceId: text, wrap,
  /** base64 */
  deviceKey: text,
})
export type Vault = z.infer<typeof vaultShape>

const holdingsShape = z.strictObject({
  personId: text,
  deviceCertificate: text,
  /** pinned at the first sign-in, base64 DER; root is PEM */
  logCertificate: text,
  root: text,
  crl: text,
  refreshToken: text.nullable(),
  /** base64 DER of the personal certificate, with the key it is for */
  personal: z.strictObject({ certificate: text, publicKey: text }).nullable(),
  /** proof of possession for a personal key that the server has not certified yet */
  enrolment: z.strictObject({ publicKey: text, at: text, proof: text }).nullable(),
  /** where the personal key lies; null for the one that was made here */
  carrier: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('file'), label: text }),
    z.strictObject({ kind: z.enum(['pkcs11', 'service']), address: text, key: text, label: text, pad: z.boolean(), publicKey: text }),
  ]).nullable().default(null),
})
/** What the profile holds besides work: certificates, pins, the refresh token. Encrypted under the vault key. */
export type Holdings = z.infer<typeof holdingsShape>

const vaultAbout = 'wenshu.vault-key/1'
const holdingsAbout = 'wenshu.holdings/1'

export type NewVault = { readonly vault: Vault; readonly vaultKey: Uint8Array; readonly deviceBox: Uint8Array; readonly devicePublicKey: Uint8Array }

/** A vault that is on no disk yet. */
export const makeVault = async (account: string, password: string, serverUrl: string): Promise<NewVault> => {
  const vaultKey = randomBytes(32)
  const device = makeSoftDeviceKey(vaultKey)
  const deviceId = `d-${Buffer.from(randomBytes(10)).toString('hex')}`
  return {
    vaultKey, deviceBox: device.box, devicePublicKey: device.publicKey,
    vault: { schema: 'wenshu.vault/1', account, serverUrl, deviceId, wrap: await wrapWithPassword(vaultKey, password, vaultAbout), deviceKey: toBase64(device.box) },
  }
}

const parse = (bytes: Uint8Array): unknown => {
  const decoded = fromUtf8(bytes)
  try { return decoded.ok ? JSON.parse(decoded.value) : null } catch { return null }
}

export const vaultFile = (folder: string): string => join(folder, 'vault.json')
const holdingsFile = (folder: string): string => join(folder, 'holdings')

export const readVault = async (disk: Disk, folder: string): Promise<Vault | 'none' | 'damaged'> => {
  const bytes = await disk.read(vaultFile(folder))
  if (bytes === null) return 'none'
  const vault = vaultShape.safeParse(parse(bytes))
  return vault.success ? vault.data : 'damaged'
}

export const writeVault = (disk: Disk, folder: string, vault: Vault): Promise<void> => disk.replace(vaultFile(folder), utf8(JSON.stringify(vault)))

export const openVault = (vault: Vault, password: string): Promise<Uint8Array | 'wrong' | 'damaged'> => unwrapWithPassword(vault.wrap, password, vaultAbout)

/** The password was changed at the server: the same vault key under the new one. */
export const rewrapVault = async (vault: Vault, vaultKey: Uint8Array, password: string): Promise<Vault> =>
  ({ ...vault, wrap: await wrapWithPassword(vaultKey, password, vaultAbout) })

export const deviceBoxOf = (vault: Vault): Uint8Array => {
  const box = fromBase64(vault.deviceKey)
  return box.ok ? box.value : new Uint8Array(0)
}

export const readHoldings = async (disk: Disk, folder: string, vaultKey: Uint8Array): Promise<Holdings | null> => {
  const bytes = await disk.read(holdingsFile(folder))
  const plain = bytes === null ? null : openBox(deriveKey(vaultKey, 'holdings'), bytes, holdingsAbout)
  const holdings = plain === null ? null : holdingsShape.safeParse(parse(plain))
  return holdings?.success === true ? holdings.data : null
}

export const writeHoldings = (disk: Disk, folder: string, vaultKey: Uint8Array, holdings: Holdings): Promise<void> =>
  disk.replace(holdingsFile(folder), sealBox(deriveKey(vaultKey, 'holdings'), utf8(JSON.stringify(holdings)), holdingsAbout))
