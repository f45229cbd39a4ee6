/** Sealing while key and time stamps take their time: nobody else waits, and a seal is applied once. Rules S1, S9. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { stateSealConfirmation } from '#core/route'
import type { CommandResult } from '#core/sync'
import type { TestClient } from '../harness/client.ts'
import { startPostgres } from '../harness/postgres.ts'
import { spawnServer, startTestServer, type TestServer } from '../harness/server.ts'
import { skipLoudly } from '../harness/skips.ts'
import { honestly, openGate, startStamping, type StampingHost } from '../harness/stamping.ts'
import { newId, openRegion, type Region } from './server/region.ts'

const started = await startPostgres()
const absent = typeof started === 'string' && skipLoudly('slow sealing on PostgreSQL', started)
afterAll(async () => { if (typeof started !== 'string') await started.stop() })

const within = <T>(ms: number, what: string, work: Promise<T>): Promise<T> =>
  Promise.race([work, new Promise<never>((_, reject) => { setTimeout(() => reject(new Error(`${what} waited ${ms} ms`)), ms).unref() })])

const rules = (databaseUrl: () => Promise<string | undefined>): void => {
  let stamping: StampingHost
  let server: TestServer
  let region: Region
  beforeAll(async () => {
    stamping = await startStamping()
    server = await startTestServer({ databaseUrl: await databaseUrl(), timeStamps: { url: stamping.url } })
    region = openRegion(server)
  }, 120_000)
  afterEach(() => stamping.behave(honestly))
  afterAll(async () => {
    await server.close()
    await stamping.stop()
  })

  const clerk = async (person: string): Promise<TestClient> => {
    const client = await region.on(person)
    if (client.personalCertificate === null) await client.enrolKey()
    return client.pull()
  }
  const order = async (client: TestClient, id: string, sealId = 'nmg-bgt-seal') =>
    client.command({ type: 'document.seal', documentId: id, purpose: 'issue', sealId, signature: await client.sealOrder(id, sealId) })
  const outcome = ([result]: readonly CommandResult[]) => (result?.status === 'rejected' ? result.code : result?.status)
  const hung = async () => {
    const gate = openGate()
    const before = stamping.asked()
    stamping.behave(gate.manner)
    return { open: gate.open, reached: () => expect.poll(() => stamping.asked(), { timeout: 10_000 }).toBeGreaterThan(before) }
  }
  const applied = (id: string) => server.db.query('select 1 from organ_seal where document = $1', [id])
  const stored = (): number => readdirSync(join(server.dataDir, 'blobs'), { recursive: true }).length

  it('S9 while a time-stamp authority hangs, other people’s commands and feeds go on', async () => {
    const id = await region.composed()
    const [first, other, drafter] = [await clerk('sunli'), await region.on('wangxiaoyan'), await region.on('qiqige')]
    const gate = await hung()
    const sealing = first.push(await order(first, id))
    await gate.reached()
    try {
      const fresh = newId()
      const made = drafter.send({ type: 'document.create', documentId: fresh, kind: '通知', organId: 'nmg-bgt', title: '' })
      expect(await within(3_000, 'a command', made)).toMatchObject({ status: 'accepted' })
      await within(3_000, 'a pull', other.pull())
      await within(3_000, 'a pull', drafter.pull())
      expect(drafter.rows.has(fresh)).toBe(true)
      const health = (await (await fetch(`${server.url}/v1/health`)).json()) as { feedWatermarkAgeSeconds: number }
      expect(health.feedWatermarkAgeSeconds).toBeLessThan(1)
      // The clerk's own document stays readable and as it was.
      await within(3_000, 'a pull', first.pull())
      expect([first.state(id).status, await applied(id)]).toEqual(['composed', []])
    } finally {
      gate.open()
    }
    expect(outcome((await sealing).results)).toBe('accepted')
    await first.pull()
    expect(first.state(id)).toMatchObject({ status: 'sealed', seal: { by: 'sunli' } })
  }, 60_000)

  it('S1 S9 the same order sent again while it waits, and another clerk’s beside it, give one seal', async () => {
    const id = await region.composed()
    const [first, second] = [await clerk('sunli'), await clerk('gaowa')]
    const gate = await hung()
    const [mine, theirs] = [await order(first, id), await order(second, id)]
    const before = stamping.asked()
    const waiting = [first.push(mine), first.push(mine), second.push(theirs)]
    await gate.reached()
    await new Promise((resolve) => setTimeout(resolve, 500))
    gate.open()
    const results = await Promise.all(waiting)
    const answers = results.map((response) => outcome(response.results))
    expect(answers.filter((answer) => answer === 'already_sealed').length + answers.filter((answer) => answer === 'accepted').length).toBe(3)
    expect(answers[0]).toBe(answers[1])
    expect(answers[2]).not.toBe(answers[0])
    // Whoever came while it was being made took part in it: the key and the authority were asked once.
    expect(stamping.asked() - before).toBe(2)
    expect((await applied(id)).length).toBe(1)
  }, 60_000)

  it('S6 S9 a seal that is stopped while the stamp is awaited is not used, and what was made is thrown away', async () => {
    const id = await region.composed()
    const [first, officer] = [await clerk('sunli'), await region.on('liuyang')]
    const turn = async (status: string) => (await officer.call('POST', '/v1/seals/nmg-bgt-seal/status', { status, reason: '交接' })).status
    const before = stored()
    const gate = await hung()
    const sealing = first.push(await order(first, id))
    await gate.reached()
    expect(await within(3_000, 'the stop', turn('suspended'))).toBe(204)
    gate.open()
    expect((await sealing).results[0]).toMatchObject({ code: 'seal_unusable', detail: expect.stringContaining('已停用（交接）') })
    expect([await applied(id), stored()]).toEqual([[], before])
    expect(await turn('active')).toBe(204)
    expect(outcome((await first.push(await order(first, id))).results)).toBe('accepted')
  }, 60_000)

  it('S4 S5 S9 a request that is returned while its confirmation waits is not sealed', async () => {
    const id = await region.composed()
    const [first, second] = [await clerk('sunli'), await clerk('gaowa')]
    expect(outcome((await first.push(await order(first, id, 'nmg-zf-seal'))).results)).toBe('accepted')
    await second.pull()
    const statement = stateSealConfirmation(second.state(id), { person: 'gaowa', claimedAt: new Date().toISOString() })
    if (statement === null) throw new Error('nothing to confirm')
    const gate = await hung()
    const confirming = second.push(await second.command({ type: 'document.confirmSeal', documentId: id, signature: await second.sign(statement) }))
    await gate.reached()
    expect(await within(3_000, 'the withdrawal', first.send({ type: 'document.returnSeal', documentId: id, reason: '成文日期有误' }))).toMatchObject({ status: 'accepted' })
    gate.open()
    expect(outcome((await confirming).results)).toBe('illegal_transition')
    expect(await applied(id)).toEqual([])
  }, 60_000)
}

describe('slow sealing on the embedded database', () => rules(() => Promise.resolve(undefined)))
describe.skipIf(absent)('slow sealing on PostgreSQL', () => rules(() => (started as Exclude<typeof started, string>).database()))

describe.skipIf(absent)('a server that is killed while it seals', () => {
  it('S1 S9 before the stamp came and again after the commit: sealed once, with both files', async () => {
    const databaseUrl = await (started as Exclude<typeof started, string>).database()
    const dataDir = mkdtempSync(join(tmpdir(), 'wenshu-seal-kill-'))
    const stamping = await startStamping()
    const start = (port?: number, fault?: string) =>
      spawnServer({ dataDir, databaseUrl, timeStamps: { url: stamping.url }, ...(port === undefined ? {} : { port }), ...(fault === undefined ? {} : { fault }) })
    const database = new pg.Client({ connectionString: databaseUrl })
    let server = await start()
    try {
      await database.connect()
      const port = Number(new URL(server.url).port)
      const query = async (sql: string, params: unknown[] = []) => (await database.query<Record<string, unknown>>(sql, params)).rows
      const settled = () => expect.poll(async () => (await query('select 1 from job')).length, { timeout: 20_000 }).toBe(0)
      const region = openRegion({ url: server.url, db: { query }, settled } as unknown as TestServer)
      const id = await region.composed()
      const clerk = await region.on('sunli')
      await clerk.enrolKey()
      await clerk.pull()
      const order = await clerk.command({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'nmg-bgt-seal', signature: await clerk.sealOrder(id) })
      const uses = () => query(`select result from seal_use where document = $1`, [id])

      const gate = openGate()
      stamping.behave(gate.manner)
      const lost = clerk.push(order).then(() => 'answered', () => 'lost')
      await expect.poll(() => stamping.asked(), { timeout: 20_000 }).toBeGreaterThan(0)
      server.process.kill('SIGKILL')
      expect(await lost).toBe('lost')
      gate.open()
      stamping.behave(honestly)
      expect([await query('select 1 from organ_seal'), await uses()]).toEqual([[], []])

      server = await start(port, 'kill-after-commit:1')
      await expect(clerk.push(order)).rejects.toThrow()
      expect(await server.gone).toBe('SIGKILL')
      const made = await query('select sealed_hash, sealed_ofd_hash from organ_seal')
      expect(made.length).toBe(1)

      server = await start(port)
      expect((await clerk.push(order)).results[0]).toMatchObject({ status: 'accepted' })
      await clerk.pull()
      expect(clerk.state(id)).toMatchObject({ status: 'sealed', seal: { sealedHash: made[0]?.['sealed_hash'], sealedOfdHash: made[0]?.['sealed_ofd_hash'] } })
      expect(await uses()).toEqual([{ result: 'sealed' }])
      for (const hash of Object.values(made[0] ?? {})) expect((await clerk.call('GET', `/v1/blobs/${String(hash)}`)).status).toBe(200)
    } finally {
      await server.stop()
      await database.end()
      await stamping.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  }, 120_000)
})
