import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFakeDesktop, type FakeHandlers } from '#core/desktop'
import { emptyContent } from '#core/document'
import type { Command, CommandBody } from '#core/sync'
import { deleteDatabase } from './database.ts'
import type { SessionInfo } from './hooks.ts'
import { openClient, openLocalStore, type OpenClient } from './open.ts'

const storeKey = Buffer.alloc(32, 5).toString('base64')
let account = ''
let number = 0
let journal: Command[] = []
let blobs = new Map<string, Uint8Array<ArrayBuffer>>()
let full = false
const opened: OpenClient[] = []

const handlers: FakeHandlers = {
  'journal.commit': ({ draft }) => {
    if (full) return { ok: false, error: { code: 'disk_full', message: '磁盘已满，没有保存' } }
    const command = { schema: 'wenshu.command/1', deviceId: 'device-1', deviceSeq: journal.length + 1, ...draft, signature: '3044'.padEnd(32, '0') } as Command
    journal.push(command)
    return { ok: true, value: { command: command as never } }
  },
  'journal.pending': () => ({ ok: true, value: { commands: journal as never } }),
  'blobs.put': ({ hash }, body) => {
    blobs.set(hash, Uint8Array.from(body ?? []))
    return { ok: true, value: {} }
  },
  'blobs.read': ({ hash }) => {
    const value = blobs.get(hash)
    return value === undefined ? { ok: false, error: { code: 'offline', message: '连不上服务器' } } : { ok: true, value }
  },
}
const open = async (): Promise<OpenClient> => {
  const session: SessionInfo = { account, personId: 'qiqige', deviceId: 'device-1', online: false, storeKey, logCertificate: '', personalKey: 'absent' }
  const client = await openClient(createFakeDesktop(handlers), session, 'test')
  opened.push(client)
  return client
}
/** A drafter and her organ, as the first pull would have brought them. */
const seed = async (): Promise<void> => {
  const { store, close } = await openLocalStore(account, storeKey)
  const data = {
    schema: 1, version: 1, regionName: '内蒙古自治区', delegations: [],
    organs: { 'nmg-bgt': { id: 'nmg-bgt', name: '办公厅', shortName: '办公厅', mark: '内政办发', fonds: 'Z001', unitCode: 'BGT' } },
    people: { qiqige: { id: 'qiqige', name: '其其格', organId: 'nmg-bgt', title: '', roles: ['drafter'] } },
  }
  await store.commit([{ put: 'row', row: { kind: 'directory', id: 'directory', version: 1, schema: 1, data } }])
  close()
}
const create: CommandBody = { type: 'document.create', documentId: 'doc-1', kind: '通知', organId: 'nmg-bgt', title: '关于草原防火的通知' }

beforeEach(async () => {
  account = `open-${(number += 1)}`
  journal = []
  blobs = new Map()
  full = false
  await seed()
})
afterEach(() => { for (const client of opened.splice(0)) client.close() })

const draft = async (client: OpenClient): Promise<void> => {
  expect((await client.submit(create)).ok).toBe(true)
  const hash = await client.contents.put({ ...emptyContent({ kind: '通知', organName: '办公厅', title: '关于草原防火的通知' }), body: [{ kind: 'paragraph', level: 0, number: null, text: '正文。' }] })
  expect(hash.ok && (await client.submit({ type: 'draft.save', documentId: 'doc-1', contentHash: hash.value, base: null })).ok).toBe(true)
}

test('P2: work without a network is in the list at once, and there again after a reload', async () => {
  const client = await open()
  await draft(client)
  const now = (await client.engine.projection()).documents.get('doc-1')
  expect(now?.state.drafts).toHaveLength(1)
  expect(now?.pending).toHaveLength(2)
  client.close()
  const again = (await open()).first.documents.get('doc-1')
  expect(again?.expectedRefusal).toBeNull()
  expect(again?.state.drafts).toEqual([expect.objectContaining({ hash: now?.state.drafts[0]?.hash })])
})

test('idea 7: IndexedDB deleted, nothing lost: the outbox comes back from the journal', async () => {
  const client = await open()
  await draft(client)
  client.close()
  await deleteDatabase(account)
  const again = await open()
  expect(again.engine.status().unsent).toBe(2)
  // With the directory back, the rules see the same document as before.
  await seed()
  await again.engine.reload()
  expect((await again.engine.projection()).documents.get('doc-1')?.pending).toHaveLength(2)
})

test('a journal that cannot be written queues nothing', async () => {
  const client = await open()
  full = true
  await expect(client.submit(create)).rejects.toThrow('磁盘已满')
  expect((await client.engine.projection()).documents.size).toBe(0)
  full = false
  expect((await client.submit(create)).ok).toBe(true)
})

test('two windows of a profile: the work of one is seen by the other after it reads again', async () => {
  const [left, right] = [await open(), await open()]
  await draft(left)
  await right.engine.reload()
  expect((await right.engine.projection()).documents.get('doc-1')?.state.title).toBe('关于草原防火的通知')
  expect(right.engine.status().unsent).toBe(2)
})

test('I2: wiping leaves nothing behind on this device', async () => {
  const client = await open()
  await draft(client)
  await client.wipe()
  const { store, close } = await openLocalStore(account, storeKey)
  expect([await store.rows('directory'), await store.outbox()]).toEqual([[], []])
  close()
})

test('a store written under another key is dropped, and the journal still brings the work back', async () => {
  const client = await open()
  await draft(client)
  client.close()
  const stranger = await openLocalStore(account, Buffer.alloc(32, 6).toString('base64'))
  expect(await stranger.store.outbox()).toEqual([])
  stranger.close()
  expect((await open()).engine.status().unsent).toBe(2)
})
