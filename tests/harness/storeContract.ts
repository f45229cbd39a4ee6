/** What every StorePort must do (本机库契约): run against each implementation by tests/contract/store.test.ts. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryStore, type Command, type OutboxEntry, type Rejection, type Row, type StoreMutation, type StorePort } from '#core/sync'

export type StoreUnderTest = {
  readonly store: StorePort
  /** the same data through a new opening; null when the store does not outlive its process */
  readonly reopen: (() => Promise<StorePort>) | null
  /** housekeeping that must not be noticed */
  readonly tidy: () => Promise<unknown>
  readonly close: () => Promise<void>
}

export const row = (id: string, version = 1, kind: Row['kind'] = 'document', title = `公文${id}`): Row => ({ kind, id, version, schema: 1, data: { title } })

const command = (deviceSeq: number): Command => ({
  schema: 'wenshu.command/1', commandId: `0199f000-0000-7000-8000-${String(deviceSeq).padStart(12, '0')}`, deviceId: 'device-1', deviceSeq, actor: 'qiqige',
  payload: { type: 'comment.add', documentId: 'doc-1', text: `批注${deviceSeq}` }, expected: { id: 'doc-1', version: 1 }, dependsOn: [], basedOn: null,
  claimedAt: '2026-11-24T08:00:00Z', signature: '00',
})
export const entry = (deviceSeq: number): OutboxEntry => ({ command: command(deviceSeq), attempts: 0 })
const rejection = (deviceSeq: number): Rejection => ({
  command: command(deviceSeq), seen: false,
  result: { commandId: command(deviceSeq).commandId, deviceSeq, receivedAt: '2026-11-24T08:00:01Z', status: 'rejected', code: 'step_closed', detail: '', record: null },
})

const contentsOf = async (store: StorePort) => ({
  document: (await store.rows('document')).toSorted((a, b) => a.id.localeCompare(b.id)),
  directory: (await store.rows('directory')).toSorted((a, b) => a.id.localeCompare(b.id)),
  outbox: await store.outbox(), rejections: await store.rejections(),
  deferred: (await store.deferred()).toSorted((a, b) => a.id.localeCompare(b.id)), cursor: await store.meta('cursor'), head: await store.meta('head'),
})

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const mutation: fc.Arbitrary<StoreMutation> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ put: fc.constant('row' as const), row: fc.tuple(ids, fc.integer({ min: 1, max: 9 })).map(([id, version]) => row(id, version)) }) },
  { weight: 2, arbitrary: ids.map((id) => ({ remove: 'row' as const, kind: 'document' as const, id })) },
  { weight: 1, arbitrary: fc.constant({ clear: 'rows' as const }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 4 }).map((seq) => ({ put: 'outbox' as const, entry: entry(seq) })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }).map((seq) => ({ remove: 'outbox' as const, commandId: command(seq).commandId })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }).map((seq) => ({ put: 'rejection' as const, rejection: rejection(seq) })) },
  { weight: 1, arbitrary: ids.map((id) => ({ put: 'deferred' as const, row: row(id) })) },
  { weight: 1, arbitrary: ids.map((id) => ({ remove: 'deferred' as const, kind: 'document' as const, id })) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }).map((value) => ({ put: 'meta' as const, key: 'cursor' as const, value })) },
)

/** @param create a new, empty store each time */
export const storeContract = (name: string, create: () => Promise<StoreUnderTest>): void => {
  describe(`store contract: ${name}`, () => {
    let subject: StoreUnderTest
    beforeEach(async () => { subject = await create() })
    afterEach(async () => { await subject.close() })

    test('a new store is empty', async () => {
      expect(await contentsOf(subject.store)).toEqual({ document: [], directory: [], outbox: [], rejections: [], deferred: [], cursor: null, head: null })
    })

    test('P2: rows, outbox and cursor of one commit arrive together', async () => {
      await subject.store.commit([{ put: 'row', row: row('a') }, { put: 'outbox', entry: entry(1) }, { put: 'meta', key: 'cursor', value: '7' }])
      expect(await subject.store.row('document', 'a')).toEqual(row('a'))
      expect(await subject.store.outbox()).toEqual([entry(1)])
      expect(await subject.store.meta('cursor')).toBe('7')
    })

    test('a mutation that cannot be carried out leaves nothing of its commit', async () => {
      await subject.store.commit([{ put: 'row', row: row('a', 1) }, { put: 'meta', key: 'cursor', value: '1' }])
      const before = await contentsOf(subject.store)
      const broken = { put: 'outbox', entry: null } as never as StoreMutation
      await expect(subject.store.commit([{ put: 'row', row: row('a', 2) }, { clear: 'rows' }, { put: 'meta', key: 'cursor', value: '2' }, broken])).rejects.toThrow()
      expect(await contentsOf(subject.store)).toEqual(before)
    })

    test('kinds are kept apart and rows are replaced by id', async () => {
      await subject.store.commit([{ put: 'row', row: row('a', 1) }, { put: 'row', row: row('a', 4, 'directory') }])
      await subject.store.commit([{ put: 'row', row: row('a', 2) }])
      expect(await subject.store.rows('document')).toEqual([row('a', 2)])
      expect(await subject.store.rows('directory')).toEqual([row('a', 4, 'directory')])
      expect(await subject.store.row('routes', 'a')).toBeNull()
    })

    test('within a commit the later mutation wins', async () => {
      await subject.store.commit([
        { put: 'row', row: row('a') }, { remove: 'row', kind: 'document', id: 'a' },
        { remove: 'row', kind: 'document', id: 'b' }, { put: 'row', row: row('b') },
        { put: 'row', row: row('c') }, { clear: 'rows' }, { put: 'row', row: row('d') },
      ])
      expect((await contentsOf(subject.store)).document).toEqual([row('d')])
    })

    test('L8: clearing rows keeps the outbox, the rejections and the deferred rows', async () => {
      await subject.store.commit([
        { put: 'row', row: row('a') }, { put: 'outbox', entry: entry(1) }, { put: 'rejection', rejection: rejection(2) }, { put: 'deferred', row: row('z') },
      ])
      await subject.store.commit([{ clear: 'rows' }])
      expect(await contentsOf(subject.store)).toMatchObject({ document: [], outbox: [entry(1)], rejections: [rejection(2)], deferred: [row('z')] })
    })

    test('the outbox is in the order of deviceSeq, beyond nine', async () => {
      await subject.store.commit([10, 2, 11, 1, 9].map((seq) => ({ put: 'outbox', entry: entry(seq) })))
      expect((await subject.store.outbox()).map(({ command: { deviceSeq } }) => deviceSeq)).toEqual([1, 2, 9, 10, 11])
    })

    test('many rows at once, then one changed and one removed', async () => {
      const many = Array.from({ length: 1203 }, (_, index) => row(`r${index}`))
      await subject.store.commit(many.map((each) => ({ put: 'row', row: each })))
      await subject.store.commit([{ put: 'row', row: row('r700', 5) }, { remove: 'row', kind: 'document', id: 'r3' }])
      await subject.tidy()
      expect(await subject.store.rows('document')).toHaveLength(1202)
      expect(await subject.store.row('document', 'r700')).toEqual(row('r700', 5))
      expect(await subject.store.row('document', 'r3')).toBeNull()
      // A second wave over the same rows, as after a reset of the feed.
      await subject.store.commit(many.map((each) => ({ put: 'row', row: { ...each, version: 9 } })))
      expect((await subject.store.rows('document')).every(({ version }) => version === 9)).toBe(true)
      expect(await subject.store.rows('document')).toHaveLength(1203)
    })

    test('any history of commits gives what a plain map gives, housekeeping or not', async () => {
      await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.array(mutation, { maxLength: 8 }), fc.boolean()), { maxLength: 8 }), async (history) => {
        const tested = await create()
        const model = memoryStore()
        for (const [mutations, tidies] of history) {
          await tested.store.commit(mutations)
          await model.commit(mutations)
          if (tidies) await tested.tidy()
        }
        expect(await contentsOf(tested.store)).toEqual(await contentsOf(model))
        expect(await contentsOf(await (tested.reopen?.() ?? tested.store))).toEqual(await contentsOf(model))
        await tested.close()
      }), { numRuns: 40 })
    })
  })
}
