/** The engine's StorePort on IndexedDB (本机库). Everything is sealed before the transaction opens; one transaction a commit. */
import type { MetaKey, OutboxEntry, Rejection, Row, StoreMutation, StorePort } from '#core/sync'
import type { LocalDatabase, PageRecord, RowRecord } from './database.ts'
import { foldMutations, rowKey } from './mutations.ts'
import type { Sealed } from './database.ts'
import type { Vault } from './sealing.ts'

export const rowsPerPage = 500
/** From here on a batch is written as pages: one encryption for many rows. */
const bulkFrom = 64
/** Single rows beyond this are folded into pages when the window is idle. */
const compactFrom = 1000

export type DexieStore = StorePort & {
  /** Folds single rows into pages; false when another window wrote meanwhile (nothing changed, try later). */
  readonly compact: () => Promise<boolean>
  /** True when enough single rows have gathered for `compact` to pay. */
  readonly wantsCompacting: () => Promise<boolean>
}

type SealedPage = { readonly keys: readonly string[]; readonly sealed: Sealed }

const placeOfPage = (keys: readonly string[]): string => `page\n${keys.join('\n')}`

export const dexieStore = (db: LocalDatabase, vault: Vault): DexieStore => {
  /** Opened pages and rows by their seq: what is written under a seq never changes. */
  const openedPages = new Map<number, readonly Row[]>()
  const openedRows = new Map<string, { readonly seq: number; readonly row: Row }>()

  const sealPages = (rows: readonly Row[]): Promise<SealedPage[]> => {
    const groups: Row[][] = []
    for (let start = 0; start < rows.length; start += rowsPerPage) groups.push(rows.slice(start, start + rowsPerPage))
    return Promise.all(groups.map(async (group) => {
      const keys = group.map(rowKey)
      return { keys, sealed: await vault.seal(placeOfPage(keys), group) }
    }))
  }

  const openPage = async (page: PageRecord): Promise<void> => {
    openedPages.set(page.seq, (await vault.open(placeOfPage(page.keys), page.sealed)) as Row[])
  }
  const openRow = async (record: RowRecord): Promise<void> => {
    if (record.sealed === null || openedRows.get(record.key)?.seq === record.seq) return
    openedRows.set(record.key, { seq: record.seq, row: (await vault.open(`row/${record.key}`, record.sealed)) as Row })
  }

  const readAll = async (): Promise<{ readonly seq: number; readonly rows: ReadonlyMap<string, Row> }> => {
    const read = await db.transaction('r', [db.pages, db.rows, db.counters], async () => {
      const pageSeqs = (await db.pages.orderBy('seq').primaryKeys()) as number[]
      const missing = await db.pages.bulkGet(pageSeqs.filter((seq) => !openedPages.has(seq)))
      return {
        pageSeqs, missing: missing.filter((page) => page !== undefined), singles: await db.rows.toArray(),
        seq: (await db.counters.get('seq'))?.value ?? 0,
      }
    })
    await Promise.all([...read.missing.map(openPage), ...read.singles.map(openRow)])
    const kept = new Set(read.pageSeqs)
    for (const seq of openedPages.keys()) if (!kept.has(seq)) openedPages.delete(seq)
    // In order of seq, later ones win.
    const rows = new Map<string, Row>()
    const singles = new Map(read.singles.map((record) => [record.key, record]))
    for (const seq of read.pageSeqs) {
      for (const row of openedPages.get(seq) ?? []) {
        const key = rowKey(row)
        if ((singles.get(key)?.seq ?? 0) < seq) rows.set(key, row)
      }
    }
    for (const record of read.singles) {
      const opened = openedRows.get(record.key)
      if (record.removed === 1) rows.delete(record.key)
      else if (opened !== undefined) rows.set(record.key, opened.row)
    }
    return { seq: read.seq, rows }
  }

  /** Several readers of the same moment share one reading. */
  let reading: Promise<ReadonlyMap<string, Row>> | null = null
  const all = (): Promise<ReadonlyMap<string, Row>> => {
    reading ??= readAll().then((read) => read.rows).finally(() => { reading = null })
    return reading
  }

  const commit = async (mutations: readonly StoreMutation[]): Promise<void> => {
    const folded = foldMutations(mutations)
    const puts = [...folded.rows.values()].filter((row) => row !== null)
    const removals = [...folded.rows].filter(([, row]) => row === null).map(([key]) => key)
    const asPages = puts.length >= bulkFrom
    const sealEach = <T>(prefix: string, values: ReadonlyMap<string, T | null>): Promise<{ key: string; value: T | null; sealed: Sealed | null }[]> =>
      Promise.all([...values].map(async ([key, value]) => ({ key, value, sealed: value === null ? null : await vault.seal(`${prefix}/${key}`, value) })))
    const [pages, singles, outbox, rejections, deferred, meta] = await Promise.all([
      asPages ? sealPages(puts) : [],
      asPages ? [] : sealEach('row', new Map(puts.map((row) => [rowKey(row), row] as const))),
      sealEach('outbox', folded.outbox), sealEach('rejection', folded.rejections), sealEach('deferred', folded.deferred), sealEach('meta', folded.meta),
    ])
    // The stores are named one by one: whatever throws inside aborts all of them together.
    await db.transaction('rw', [db.pages, db.rows, db.outbox, db.rejections, db.deferred, db.meta, db.counters], async () => {
      if (folded.clearRows) await Promise.all([db.pages.clear(), db.rows.clear()])
      if (folded.rows.size > 0 || folded.clearRows) {
        let seq = (await db.counters.get('seq'))?.value ?? 0
        if (pages.length > 0) {
          await db.pages.bulkPut(pages.map((page) => ({ seq: (seq += 1), ...page })))
          await db.rows.bulkDelete(pages.flatMap((page) => page.keys))
        }
        seq += 1
        await db.rows.bulkPut([
          ...singles.map(({ key, sealed }): RowRecord => ({ key, seq, removed: 0, sealed })),
          ...removals.map((key): RowRecord => ({ key, seq, removed: 1, sealed: null })),
        ])
        await db.counters.put({ name: 'seq', value: seq })
      }
      for (const { key, value, sealed } of outbox) {
        if (value === null || sealed === null) await db.outbox.delete(key)
        else await db.outbox.put({ commandId: key, deviceSeq: value.command.deviceSeq, sealed })
      }
      for (const { key, sealed } of rejections) await (sealed === null ? db.rejections.delete(key) : db.rejections.put({ commandId: key, sealed }))
      for (const { key, sealed } of deferred) await (sealed === null ? db.deferred.delete(key) : db.deferred.put({ key, sealed }))
      for (const { key, sealed } of meta) if (sealed !== null) await db.meta.put({ key, sealed })
    })
    reading = null
  }

  const compact = async (): Promise<boolean> => {
    const before = await readAll()
    const pages = await sealPages([...before.rows.values()])
    return db.transaction('rw', [db.pages, db.rows, db.counters], async () => {
      const now = (await db.counters.get('seq'))?.value ?? 0
      if (now !== before.seq) return false
      await Promise.all([db.pages.clear(), db.rows.clear()])
      await db.pages.bulkPut(pages.map((page, index) => ({ seq: now + 1 + index, ...page })))
      await db.counters.put({ name: 'seq', value: now + pages.length })
      return true
    })
  }

  return {
    rows: async (kind) => [...(await all()).values()].filter((row) => row.kind === kind),
    row: async (kind, id) => (await all()).get(rowKey({ kind, id })) ?? null,
    outbox: async () => {
      const records = await db.outbox.orderBy('deviceSeq').toArray()
      return Promise.all(records.map(async ({ commandId, sealed }) => (await vault.open(`outbox/${commandId}`, sealed)) as OutboxEntry))
    },
    rejections: async () => {
      const records = await db.rejections.toArray()
      const opened = await Promise.all(records.map(async ({ commandId, sealed }) => (await vault.open(`rejection/${commandId}`, sealed)) as Rejection))
      return opened.sort((a, b) => a.command.deviceSeq - b.command.deviceSeq)
    },
    deferred: async () => {
      const records = await db.deferred.toArray()
      return Promise.all(records.map(async ({ key, sealed }) => (await vault.open(`deferred/${key}`, sealed)) as Row))
    },
    meta: async (key: MetaKey) => {
      const record = await db.meta.get(key)
      return record === undefined ? null : ((await vault.open(`meta/${key}`, record.sealed)) as string)
    },
    commit, compact,
    wantsCompacting: async () => (await db.rows.count()) >= compactFrom,
  }
}
