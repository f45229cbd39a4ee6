import { afterEach, describe, expect, it } from 'vitest'
import type { Command } from '#core/sync'
import type { Queryable } from '../db/index.ts'
import { openRecords } from '../records/index.ts'
import { openAhead, push, type CommandServices } from './index.ts'

const command: Command = {
  schema: 'wenshu.command/1', commandId: '0193c1a0-0000-7000-8000-000000000001', deviceId: 'device-1', deviceSeq: 1, actor: 'qiqige',
  payload: { type: 'comment.add', documentId: 'doc-1', text: '请补充依据。' }, expected: { id: 'doc-1', version: 1 }, dependsOn: [], basedOn: null,
  claimedAt: '2026-11-25T00:00:00.000Z', signature: '3046022100aabbccdd',
}

/** Only what a command meets before its database is gone. */
const servicesOn = (query: Queryable['query']): CommandServices => ({
  db: { query, transaction: (work: (tx: Queryable) => Promise<unknown>) => work({ query }) }, records: openRecords(), withAhead: openAhead(), clock: () => new Date('2026-11-25T00:00:00.000Z'),
} as unknown as CommandServices)

describe('a command whose database goes away', () => {
  const stray: unknown[] = []
  const onStray = (reason: unknown): void => void stray.push(reason)
  afterEach(() => {
    process.off('unhandledRejection', onStray)
    stray.length = 0
  })
  const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 20))

  it('fails with the cause and leaves no rejection behind that would end the server', async () => {
    process.on('unhandledRejection', onStray)
    const gone = servicesOn(() => Promise.reject(new Error('gone')))
    await expect(push(gone, { personId: 'qiqige', deviceId: 'device-1', address: '127.0.0.1' }, [command])).rejects.toThrow('gone')
    await settle()
    expect(stray).toEqual([])
  })

  it('of a revoked device is stopped, even when the other questions are never answered', async () => {
    process.on('unhandledRejection', onStray)
    const half = servicesOn(<R>(sql: string) => sql.includes('from device') ? Promise.resolve([] as R[]) : Promise.reject<R[]>(new Error('gone')))
    const answer = await push(half, { personId: 'qiqige', deviceId: 'device-1', address: '127.0.0.1' }, [command])
    await settle()
    expect(answer.stopped?.reason).toBe('device_revoked')
    expect(stray).toEqual([])
  })
})
