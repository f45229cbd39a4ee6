/** An unlocked profile (已解锁的档案): everything that needs the vault key. It ends with the session. */
import { join } from 'node:path'
import type { KeyStore } from '#core/desktop'
import { toBase64, toHex } from '#core/formats'
import { createAttemptGuard, deriveKey, openSoftKeyStore, type AttemptGuard } from '#keys'
import { openBlobs, type Blobs } from './blobs.ts'
import type { Disk } from './disk.ts'
import { openDrafts, type Drafts } from './drafts.ts'
import { openJournal, type Journal } from './journal.ts'
import { carrierId } from './personalCarriers.ts'
import type { Identity } from './server/client.ts'
import { deviceBoxOf, readHoldings, writeHoldings, type Holdings, type Vault } from './vault.ts'

export type Profile = {
  readonly account: string
  readonly deviceId: string
  readonly vaultKey: Uint8Array
  readonly keys: KeyStore
  /** wrong PINs at a token or service, counted for each by its address: one carrier's answers clear no other's count */
  readonly triesAt: (address: string) => AttemptGuard
  readonly identity: Identity
  readonly journal: Journal
  readonly drafts: Drafts
  readonly blobs: Blobs
  readonly holdings: () => Holdings
  readonly keep: (change: Partial<Holdings>) => Promise<void>
  /** Resolves when nothing of it will be written any more: a wiped profile must not come back in part. */
  readonly end: () => Promise<void>
  /** base64 of 32 bytes: key of the encrypted values in IndexedDB */
  readonly storeKey: string
}

export type ProfilePlace = { readonly disk: Disk; readonly folder: string; readonly monotonicMs: () => number; readonly maxBlobBytes: number; readonly deviceName: string }

/** null when the files do not open under the key: the profile is damaged. */
export const openProfile = async (place: ProfilePlace, vault: Vault, vaultKey: Uint8Array): Promise<Profile | null> => {
  const { disk, folder } = place
  const personal = join(folder, 'personal-key')
  const keys = openSoftKeyStore(vaultKey, deviceBoxOf(vault), {
    readPersonal: () => disk.read(personal), writePersonal: (bytes) => disk.replace(personal, bytes), attempts: join(folder, 'pin-attempts'),
  }, place.monotonicMs)
  const first = await readHoldings(disk, folder, vaultKey)
  if (keys === null || first === null) return null
  let holdings = first
  const signer = { algorithm: 'sm2-sm3' as const, sign: keys.signWithDevice }
  const { deviceId, account } = vault
  const journal = await openJournal({ disk, path: join(folder, 'journal'), key: deriveKey(vaultKey, 'journal'), deviceId, signer })
  const tries = new Map<string, AttemptGuard>()
  let turn: Promise<void> = Promise.resolve()
  let ended = false
  return {
    account, deviceId, vaultKey, keys, journal,
    identity: { deviceId, deviceName: place.deviceName, devicePublicKey: toHex(keys.devicePublicKey()), signer },
    drafts: openDrafts(disk, join(folder, 'drafts'), deriveKey(vaultKey, 'drafts')),
    blobs: openBlobs(disk, join(folder, 'blobs'), deriveKey(vaultKey, 'blobs'), place.maxBlobBytes),
    triesAt: (address) => {
      const guard = tries.get(address) ?? createAttemptGuard(join(folder, `pin-attempts-${carrierId(address)}`), place.monotonicMs)
      tries.set(address, guard)
      return guard
    },
    storeKey: toBase64(deriveKey(vaultKey, 'store')),
    holdings: () => holdings,
    end: async () => {
      ended = true
      await turn.catch(() => undefined)
    },
    keep: (change) => {
      if (ended) return Promise.resolve()
      holdings = { ...holdings, ...change }
      turn = turn.catch(() => undefined).then(() => writeHoldings(disk, folder, vaultKey, holdings))
      return turn
    },
  }
}
