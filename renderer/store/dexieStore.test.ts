import type { Dexie } from 'dexie'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Row } from '#core/sync'
import { LocalDatabase } from './database.ts'
import { dexieStore, rowsPerPage } from './dexieStore.ts'
import { DamagedValueError, openVault } from './sealing.ts'

const storeKey = Buffer.alloc(32, 3).toString('base64')
const row = (id: string, version = 1): Row => ({ kind: 'document', id, version, schema: 1, data: { title: '关于绝不外泄的标题' } })
const puts = (rows: readonly Row[]) => rows.map((each) => ({ put: 'row', row: each }) as const)
const many = (count: number, version = 1) => Array.from({ length: count }, (_, index) => row(`r${index}`, version))

let account = ''
let number = 0
beforeEach(() => { account = `dexie-${(number += 1)}` })
const open = async (key = storeKey) => {
  const db = new LocalDatabase(account)
  return { db, store: dexieStore(db, await openVault(key)) }
}

/** Everything in the database as one text, byte arrays as Latin-1 and as UTF-8. */
const dump = async (db: Dexie): Promise<string> => {
  const parts: string[] = []
  for (const table of db.tables) {
    await table.each((record: Record<string, unknown>) => {
      for (const value of Object.values(record)) parts.push(value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : JSON.stringify(value))
    })
  }
  return parts.join('\n')
}

describe('the local store on IndexedDB', () => {
  test('no title is readable in it, in single rows, pages, outbox or meta', async () => {
    const { db, store } = await open()
    await store.commit([...puts(many(200)), { put: 'meta', key: 'cursor', value: '机密游标' }])
    await store.commit([...puts([row('single')]), { put: 'deferred', row: row('later') }])
    const text = await dump(db)
    expect(text).toContain('document/single')
    expect(text).not.toContain('标题')
    expect(text).not.toContain('title')
    expect(text).not.toContain('游标')
  })

  test('many rows are few sealed pages', async () => {
    const { db, store } = await open()
    await store.commit(puts(many(1203)))
    expect(await db.pages.count()).toBe(Math.ceil(1203 / rowsPerPage))
    expect(await db.rows.count()).toBe(0)
  })

  test('a failure inside the transaction takes everything back', async () => {
    const { db, store } = await open()
    await store.commit(puts([row('a')]))
    const fail = (): never => { throw new Error('disk full') }
    db.meta.hook('creating', fail)
    await expect(store.commit([...puts([row('a', 2), row('b')]), { clear: 'rows' }, { put: 'meta', key: 'cursor', value: '1' }])).rejects.toThrow('disk full')
    db.meta.hook('creating').unsubscribe(fail)
    expect(await store.rows('document')).toEqual([row('a')])
    expect(await store.meta('cursor')).toBeNull()
  })

  test('two windows see each other and lose nothing of each other', async () => {
    const [left, right] = [await open(), await open()]
    await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? left : right).store.commit(puts([row(`w${index}`)]))))
    await left.store.commit(puts(many(300)))
    expect(await right.store.rows('document')).toHaveLength(320)
    await right.store.commit([{ remove: 'row', kind: 'document', id: 'r5' }, ...puts([row('w0', 8)])])
    expect(await left.store.row('document', 'r5')).toBeNull()
    expect((await left.store.row('document', 'w0'))?.version).toBe(8)
  })

  test('compaction steps back when another window wrote meanwhile', async () => {
    const [left, right] = [await open(), await open()]
    await left.store.commit(puts([row('a')]))
    const sealing = left.store.compact()
    const writing = right.store.commit(puts([row('a', 2)]))
    await Promise.all([sealing, writing])
    expect((await left.store.row('document', 'a'))?.version).toBe(2)
    expect(await left.store.compact()).toBe(true)
    expect((await right.store.row('document', 'a'))?.version).toBe(2)
  })

  test('compaction drops what was replaced and removed', async () => {
    const { db, store } = await open()
    await store.commit(puts(many(1000)))
    for (let index = 0; index < 5; index += 1) await store.commit([...puts([row(`r${index}`, 2)]), { remove: 'row', kind: 'document', id: `r${900 + index}` }])
    expect(await db.rows.count()).toBe(10)
    expect(await store.compact()).toBe(true)
    expect([await db.rows.count(), await db.pages.count()]).toEqual([0, 2])
    expect(await store.rows('document')).toHaveLength(995)
  })

  test('another key opens nothing, and a value moved to another place is refused', async () => {
    const { db, store } = await open()
    await store.commit(puts([row('a'), row('b')]))
    const stranger = await open(Buffer.alloc(32, 4).toString('base64'))
    await expect(stranger.store.rows('document')).rejects.toThrow(DamagedValueError)
    const a = await db.rows.get('document/a')
    await db.rows.update('document/b', { sealed: a!.sealed })
    const again = await open()
    await expect(again.store.rows('document')).rejects.toThrow(DamagedValueError)
  })
})
