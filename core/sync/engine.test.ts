import { describe, expect, it } from 'vitest'
import { emptyContent, frozenBytes } from '#core/document'
import { sm3Hex } from '#core/crypto'
import { at, directoryRow, logSigner, memoryJournal, openAuthority, seeded, type Authority } from './authority.fixture.ts'
import { createEngine, memoryStore, pinnedHeads, uuidV7, type JournalPort, type Row, type StorePort } from './index.ts'

const content = { ...emptyContent({ kind: '通知', organName: '某办公厅' }), title: '标题' }
const contentHash = sm3Hex(frozenBytes(content))

const open = (authority: Authority, parts: { store?: StorePort; journal?: JournalPort } = {}) => createEngine({
  store: parts.store ?? memoryStore(), journal: parts.journal ?? memoryJournal(), transport: authority.transport, heads: pinnedHeads(authority.certificate),
  personId: 'drafter', deviceId: 'device-1', now: () => at, entropy: seeded('engine'), content: (hash) => hash === contentHash ? content : null,
  personalKeys: () => [],
})

const ready = async () => {
  const authority = await openAuthority()
  authority.grow(['a', 'b', 'c'])
  authority.publish([directoryRow])
  return authority
}
const draft = { type: 'document.create', documentId: 'd1', kind: '通知', organId: 'office', title: '标题' } as const
const documentRow = (version: number): Row => ({
  kind: 'document', id: 'd1', version, schema: 1,
  data: { schema: 1, id: 'd1', version, status: 'draft', kind: '通知', title: '标题', organId: 'office', createdBy: 'drafter', drafts: [], revisions: [], opinions: [], comments: [] },
})

describe('outbox', () => {
  it('P2 L6 shows unsent work at once on top of the base, and drops it when the server answers', async () => {
    const authority = await ready()
    const engine = open(authority)
    await engine.sync()
    expect((await engine.submit(draft)).ok).toBe(true)
    expect((await engine.submit({ type: 'draft.save', documentId: 'd1', contentHash, base: null })).ok).toBe(true)
    const projected = (await engine.projection()).documents.get('d1')
    expect(projected?.state.drafts).toHaveLength(1)
    expect(projected?.pending).toHaveLength(2)
    expect(engine.status().unsent).toBe(2)
    await engine.sync()
    expect(engine.status().unsent).toBe(0)
    expect((await engine.projection()).documents.has('d1')).toBe(false)
    expect(authority.uploads).toEqual([contentHash])
  })

  it('a command that the rules refuse here is not queued', async () => {
    const engine = open(await ready())
    await engine.sync()
    expect(await engine.submit({ ...draft, organId: 'elsewhere' })).toMatchObject({ ok: false, error: { code: 'not_authorized' } })
    expect(engine.status().unsent).toBe(0)
  })

  it('P4 names the command before it, but never a comment', async () => {
    const journal = memoryJournal()
    const engine = open(await ready(), { journal })
    await engine.sync()
    await engine.submit(draft)
    await engine.submit({ type: 'comment.add', documentId: 'd1', text: '请快办' })
    await engine.submit({ type: 'draft.save', documentId: 'd1', contentHash, base: null })
    const [create, comment, save] = journal.committed
    expect(comment?.dependsOn).toEqual([create?.commandId])
    expect(save?.dependsOn).toEqual([create?.commandId])
    expect(save?.basedOn).toBe('1')
  })

  it('a lost store loses nothing: the journal brings the outbox back (idea 7)', async () => {
    const authority = await ready()
    const journal = memoryJournal()
    const first = open(authority, { journal })
    await first.sync()
    await first.submit(draft)
    const second = open(authority, { journal })
    expect(await second.recover()).toBe(1)
    await second.sync()
    expect(authority.received.flat().map((command) => command.commandId)).toEqual(journal.committed.map((command) => command.commandId))
  })

  it('a store deleted under a running engine loses nothing either', async () => {
    const authority = await ready()
    const journal = memoryJournal()
    let inner = memoryStore()
    const store: StorePort = {
      rows: (kind) => inner.rows(kind), row: (kind, id) => inner.row(kind, id), outbox: () => inner.outbox(), rejections: () => inner.rejections(),
      deferred: () => inner.deferred(), meta: (key) => inner.meta(key), commit: (list) => inner.commit(list),
    }
    const engine = open(authority, { journal, store })
    await engine.sync()
    await engine.submit(draft)
    inner = memoryStore()
    expect(await engine.sync()).toMatchObject({ kind: 'done', pushed: 1 })
    expect(engine.status().unsent).toBe(0)
    expect(Object.keys((await engine.projection()).directory.people)).toEqual(['drafter'])
  })

  it('a failing store after the journal still keeps the work, and says so by rejecting', async () => {
    const authority = await ready()
    const journal = memoryJournal()
    const store = memoryStore()
    let full = false
    const engine = open(authority, { journal, store: { ...store, commit: async (list) => { if (full) throw new Error('QuotaExceeded'); await store.commit(list) } } })
    await engine.sync()
    full = true
    await expect(engine.submit(draft)).rejects.toThrow('QuotaExceeded')
    full = false
    expect(await engine.recover()).toBe(1)
  })

  it('gap: when the server waits for a lower number, the journal is asked for it', async () => {
    const authority = await ready()
    const journal = memoryJournal()
    const store = memoryStore()
    const engine = open(authority, { journal, store })
    await engine.sync()
    await engine.submit(draft)
    await engine.submit({ type: 'comment.add', documentId: 'd1', text: '一' })
    const first = journal.committed[0]
    await store.commit([{ remove: 'outbox', commandId: first?.commandId ?? '' }])
    await engine.reload()
    const usual = authority.answer
    authority.answer = (commands) => commands[0]?.deviceSeq === 1 ? usual(commands) : { results: [], stopped: { reason: 'gap', expectedSeq: 1 } }
    expect(await engine.sync()).toMatchObject({ kind: 'done', pushed: 2 })
  })

  it('P3 blob_missing: what the server names is uploaded, then the same command goes again', async () => {
    const authority = await ready()
    const engine = open(authority)
    await engine.sync()
    await engine.submit(draft)
    const files = ['a'.repeat(64), 'b'.repeat(64)]
    const usual = authority.answer
    authority.answer = (commands) =>
      files.every((hash) => authority.uploads.includes(hash)) ? usual(commands) : { results: [], stopped: { reason: 'blob_missing', hashes: files } }
    expect(await engine.sync()).toMatchObject({ kind: 'done', pushed: 1 })
    expect(authority.uploads).toEqual(files)
    expect(authority.received.map((batch) => batch.map((command) => command.commandId))).toEqual([authority.received[0]?.map((command) => command.commandId), authority.received[0]?.map((command) => command.commandId)])
  })

  it('P3 blob_missing without end: the engine gives up and keeps the command', async () => {
    const authority = await ready()
    const engine = open(authority)
    await engine.sync()
    await engine.submit(draft)
    authority.answer = () => ({ results: [], stopped: { reason: 'blob_missing', hashes: ['a'.repeat(64)] } })
    expect(await engine.sync()).toMatchObject({ kind: 'stopped', failure: { code: 'blob_missing' } })
    expect(engine.status().unsent).toBe(1)
  })

  it('an answer about commands that were not sent settles nothing', async () => {
    const authority = await ready()
    const engine = open(authority)
    await engine.sync()
    await engine.submit(draft)
    authority.answer = () => ({ results: [{ commandId: uuidV7(at, seeded('other')), deviceSeq: 1, receivedAt: at, status: 'accepted', record: null }], stopped: null })
    expect(await engine.sync()).toMatchObject({ kind: 'stopped', failure: { kind: 'garbage' } })
    expect(engine.status()).toMatchObject({ unsent: 1, connection: 'garbage' })
  })

  it('P5 keeps a rejection with its reason until it is dismissed', async () => {
    const authority = await ready()
    const engine = open(authority)
    await engine.sync()
    await engine.submit(draft)
    authority.answer = (commands) => ({
      results: commands.map((command) => ({ commandId: command.commandId, deviceSeq: command.deviceSeq, receivedAt: at, status: 'rejected', code: 'already_exists', detail: '已被使用', record: null })),
      stopped: null,
    })
    await engine.sync()
    const { rejections } = await engine.projection()
    expect(rejections.map((rejection) => rejection.result.code)).toEqual(['already_exists'])
    expect(engine.status()).toMatchObject({ unsent: 0, attention: 1 })
    await engine.dismissRejection(rejections[0]?.command.commandId ?? '')
    expect(engine.status().attention).toBe(0)
  })

  it.each([['unauthorized', 'unauthorized'], ['offline', 'offline'], ['deviceRevoked', 'revoked'], ['garbage', 'garbage'], ['tooOld', 'tooOld']] as const)(
    'I1 C1 a server that answers %s keeps the outbox whole', async (kind, connection) => {
      const authority = await ready()
      const engine = open(authority)
      await engine.sync()
      await engine.submit(draft)
      authority.failure = { kind, detail: '', minWireVersion: 2 } as never
      expect((await engine.sync()).kind).toBe('stopped')
      expect(engine.status()).toMatchObject({ unsent: 1, connection })
    })
})

describe('pull', () => {
  it('L5 keeps rows of a newer schema for later, and fails loudly on an unknown local row', async () => {
    const authority = await ready()
    const store = memoryStore()
    const engine = open(authority, { store })
    authority.publish([{ ...documentRow(1), schema: 99 }])
    await engine.sync()
    expect((await engine.projection()).deferred).toBe(1)
    expect((await engine.projection()).documents.size).toBe(0)
    await store.commit([{ put: 'row', row: { ...documentRow(1), schema: 99 } }])
    await engine.reload()
    await expect(engine.projection()).rejects.toThrow('unknown schema 99')
  })

  it('an older state that arrives late never replaces a newer one', async () => {
    const authority = await ready()
    const engine = open(authority)
    authority.publish([documentRow(5)])
    authority.publish([documentRow(3)])
    await engine.sync()
    expect((await engine.projection()).documents.get('d1')?.state.version).toBe(5)
  })

  it('L4 a removal takes the record away', async () => {
    const authority = await ready()
    const engine = open(authority)
    authority.publish([documentRow(1)])
    authority.publish([], [{ kind: 'document', id: 'd1' }])
    await engine.sync()
    expect((await engine.projection()).documents.size).toBe(0)
  })

  it('L1 a reset pulls everything again and keeps the outbox', async () => {
    const authority = await ready()
    const engine = open(authority)
    await engine.sync()
    await engine.submit(draft)
    authority.resets = 1
    authority.answer = () => ({ results: [], stopped: { reason: 'gap', expectedSeq: 99 } })
    await engine.sync()
    expect(engine.status().unsent).toBe(1)
    expect(Object.keys((await engine.projection()).directory.people)).toEqual(['drafter'])
  })

  it('a server that resets for ever is not followed for ever', async () => {
    const authority = await ready()
    authority.resets = 1000
    expect(await open(authority).sync()).toMatchObject({ kind: 'stopped', failure: { kind: 'garbage' } })
  })
})

describe('L9 log heads', () => {
  it('follows a log that grows', async () => {
    const authority = await ready()
    const engine = open(authority)
    await engine.sync()
    authority.grow(['d', 'e', 'f', 'g'])
    expect((await engine.sync()).kind).toBe('done')
  })

  it.each<[string, (authority: Authority) => void | Promise<void>]>([
    ['rewritten', (authority) => authority.rewrite(['a', 'x', 'c', 'd'])],
    ['shortened', (authority) => authority.rewrite(['a', 'b'])],
    ['replaced at the same length', (authority) => authority.rewrite(['a', 'b', 'x'])],
    ['signed by another key', async (authority) => authority.signWith(await logSigner('someone else'))],
  ])('refuses a log that was %s, sends nothing any more, and remembers it over a restart', async (_name, tamper) => {
    const authority = await ready()
    const store = memoryStore()
    const engine = open(authority, { store })
    await engine.sync()
    await tamper(authority)
    expect((await engine.sync()).kind).toBe('forked')
    const sent = authority.received.length
    const again = open(authority, { store })
    await again.submit(draft)
    expect((await again.sync()).kind).toBe('forked')
    expect(again.status()).toMatchObject({ forked: true, connection: 'forked', unsent: 1 })
    expect(authority.received.length).toBe(sent)
  })
})

it('UUIDv7 orders by time and carries its version', () => {
  const early = uuidV7('2026-11-24T08:00:00.001Z', seeded('x'))
  const late = uuidV7('2026-11-24T08:00:00.002Z', seeded('x'))
  expect(early < late).toBe(true)
  expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
