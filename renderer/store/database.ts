/**
 * The tables of the local store (本机库), one database per account. Keys and indexes hold ids and numbers only; every value is
 * sealed (sealing.ts).
 *
 *   pages      seq (auto) │ keys: [kind/id…] up to 500 │ sealed: Row[]        written when many rows arrive, and by compaction
 *   rows       kind/id    │ seq                        │ sealed: Row | null   written when few rows change; null: removed
 *   outbox     commandId  │ deviceSeq                  │ sealed
 *   rejections commandId  │                            │ sealed
 *   deferred   kind/id    │                            │ sealed
 *   meta       key        │                            │ sealed
 *   counters   name       │ value                      │ (plain number)
 *
 * A row is where the highest seq says: pages are never changed in place, so that 100,000 rows need 200 decryptions at start
 * and one changed row needs one encryption.
 */
import { Dexie, type Table } from 'dexie'

export type Sealed = Uint8Array<ArrayBuffer>
export type PageRecord = { readonly seq: number; readonly keys: readonly string[]; readonly sealed: Sealed }
export type RowRecord = { readonly key: string; readonly seq: number; readonly removed: 0 | 1; readonly sealed: Sealed | null }
export type OutboxRecord = { readonly commandId: string; readonly deviceSeq: number; readonly sealed: Sealed }
export type CommandRecord = { readonly commandId: string; readonly sealed: Sealed }
export type KeyedRecord = { readonly key: string; readonly sealed: Sealed }
export type CounterRecord = { readonly name: 'seq'; readonly value: number }

export class LocalDatabase extends Dexie {
  declare readonly pages: Table<PageRecord, number>
  declare readonly rows: Table<RowRecord, string>
  declare readonly outbox: Table<OutboxRecord, string>
  declare readonly rejections: Table<CommandRecord, string>
  declare readonly deferred: Table<KeyedRecord, string>
  declare readonly meta: Table<KeyedRecord, string>
  declare readonly counters: Table<CounterRecord, string>

  constructor(account: string) {
    super(`wenshu:${account}`)
    this.version(1).stores({
      pages: 'seq', rows: 'key, seq', outbox: 'commandId, deviceSeq', rejections: 'commandId', deferred: 'key', meta: 'key', counters: 'name',
    })
  }
}

export const deleteDatabase = (account: string): Promise<void> => Dexie.delete(`wenshu:${account}`)
