import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sawHash } from '#core/route'
import { TestClient } from '../harness/client.ts'
import { startPostgres, type TestPostgres } from '../harness/postgres.ts'
import { spawnServer, startTestServer, type TestServer } from '../harness/server.ts'
import { skipLoudly } from '../harness/skips.ts'
import { serverContract } from './server/index.ts'
import { newId, openRegion } from './server/region.ts'

const started = await startPostgres()
const absent = typeof started === 'string' && skipLoudly('server on PostgreSQL', started)
const postgres = started as TestPostgres

afterAll(async () => {
  if (typeof started !== 'string') await started.stop()
})

describe.skipIf(absent)('server on PostgreSQL', () => {
  let server: TestServer
  let databaseUrl: string
  beforeAll(async () => {
    databaseUrl = await postgres.database()
    server = await startTestServer({ databaseUrl })
  })
  afterAll(() => server.close())

  serverContract(() => server)

  const open = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    return client
  }
  /** A record for everyone, as a command would write it, left uncommitted. */
  const begin = async (client: pg.Client, id: string): Promise<void> => {
    await client.query('begin')
    await client.query(`insert into aggregate values ('routes', $1, 1, '{}', 'null')`, [id])
    await client.query(`insert into feed (person, kind, id, removed) values ('qiqige', 'routes', $1, false)`, [id])
  }

  describe('L2 interleaved transactions', () => {
    it.each([['first begun commits first', [0, 1]], ['first begun commits last', [1, 0]]] as const)('L2 no row is skipped when the %s', async (_name, order) => {
      const reader = await (await new TestClient(server.url, 'qiqige').signIn()).pull()
      const writers = [await open(), await open()]
      const ids = [`late-${newId()}`, `late-${newId()}`]
      try {
        await begin(writers[0]!, ids[0]!)
        await begin(writers[1]!, ids[1]!)
        await writers[order[0]]!.query('commit')
        // The reader comes by between the two commits, as often as it likes, and must not go past what is still open.
        await reader.pull()
        await reader.pull()
        await writers[order[1]]!.query('commit')
        await reader.pull()
        expect(ids.map((id) => reader.rows.has(id))).toEqual([true, true])
      } finally {
        for (const writer of writers) await writer.end()
        await server.db.query(`delete from feed where id like 'late-%'`)
        await server.db.query(`delete from aggregate where id like 'late-%'`)
      }
    })

    it('L3 a transaction left open shows in health, and is ended by the server’s own limit', async () => {
      const writer = await open()
      writer.on('error', () => undefined)
      await begin(writer, `late-${newId()}`)
      await new Promise((resolve) => setTimeout(resolve, 300))
      const health = (await (await fetch(`${server.url}/v1/health`)).json()) as { feedWatermarkAgeSeconds: number }
      expect(health.feedWatermarkAgeSeconds).toBeGreaterThan(0.2)
      await writer.query('rollback')
      await writer.end()
      const [limit] = await server.db.query<{ idle_in_transaction_session_timeout: string }>('show idle_in_transaction_session_timeout')
      expect(limit?.idle_in_transaction_session_timeout).toBe('15s')
    })
  })

  it('with other keys than those of its installation a server does not start', async () => {
    await expect(startTestServer({ databaseUrl })).rejects.toThrow('安装密钥不属于这个数据库')
  })

  it('S1 two seal clerks at the same moment give one seal', async () => {
    const region = openRegion(server)
    const id = await region.composed()
    const orders = await Promise.all(['sunli', 'gaowa'].map(async (person) => {
      const clerk = await region.on(person)
      await clerk.enrolKey()
      await clerk.pull()
      const signature = await clerk.sealOrder(id)
      return { clerk, command: await clerk.command({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'nmg-bgt-seal', signature }) }
    }))
    const results = (await Promise.all(orders.map(({ clerk, command }) => clerk.push(command)))).map((response) => response.results[0])
    expect(results.map((result) => (result?.status === 'rejected' ? result.code : result?.status)).sort()).toEqual(['accepted', 'already_sealed'])
    const [row] = await server.db.query<{ n: number }>('select count(*) as n from organ_seal where document = $1', [id])
    expect(row?.n).toBe(1)
  })

  it('P3 the same command over two connections at once is judged once', async () => {
    const client = await new TestClient(server.url, 'qiqige').signIn()
    const command = await client.command({ type: 'document.create', documentId: newId(), kind: '通知', organId: 'nmg-bgt', title: '' })
    const responses = await Promise.all(Array.from({ length: 8 }, () => client.push(command)))
    expect(new Set(responses.map((response) => JSON.stringify([response.results[0]?.status, response.results[0]?.receivedAt]))).size).toBe(1)
    const [row] = await server.db.query<{ n: number }>('select count(*) as n from ledger_entry where id = $1', [command.payload.type === 'document.create' ? command.payload.documentId : ''])
    expect(row?.n).toBe(1)
  })

  it('two devices that create the same document at once: one does', async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => new TestClient(server.url, 'qiqige').signIn()))
    const id = newId()
    const results = await Promise.all(clients.map((client) => client.send({ type: 'document.create', documentId: id, kind: '通知', organId: 'nmg-bgt', title: '' })))
    expect(results.map((result) => (result.status === 'rejected' ? result.code : result.status)).sort()).toEqual(['accepted', 'already_exists', 'already_exists', 'already_exists'])
  })

  it('numbers have no hole and no double under 50 approvals at once', async () => {
    const region = openRegion(server)
    const [before] = await server.db.query<{ last: number }>(`select coalesce(max(last), 0) as last from numbering where mark = '内政办发'`)
    const ids: string[] = []
    while (ids.length < 50) ids.push((await region.submitted()).id)
    for (const person of ['wangxiaoyan', 'limin', 'zhaogang']) {
      const client = await region.on(person)
      for (const id of ids) expect(await client.agree(id)).toMatchObject({ status: 'accepted' })
    }
    const leaders = await Promise.all(Array.from({ length: 10 }, () => region.another('bateer')))
    await leaders[0]!.enrolKey()
    // One leader on ten devices; the personal key is the first one's, so the others sign with it.
    const first = leaders[0]!
    await first.pull()
    await Promise.all(ids.map(async (id, at) => {
      const leader = leaders[at % leaders.length]!
      leader.cursor = first.cursor
      const result = await approveWith(first, leader, id)
      expect(result).toMatchObject({ status: 'accepted' })
    }))
    await server.settled()
    const numbers = await server.db.query<{ serial: number }>(
      `select (state->'number'->>'serial')::int as serial from aggregate where kind = 'document' and id = any($1::text[]) order by 1`, [ids])
    expect(numbers.map((row) => row.serial)).toEqual(Array.from({ length: 50 }, (_, at) => (before?.last ?? 0) + 1 + at))
  })

  it('P6 a database that goes away: the work is kept, asked again it is done, and the feed goes on', async () => {
    const client = await (await new TestClient(server.url, 'qiqige').signIn()).pull()
    const command = await client.command({ type: 'document.create', documentId: newId(), kind: '通知', organId: 'nmg-bgt', title: '' })
    await postgres.restart(async () => {
      expect(await client.call('POST', '/v1/push', { commands: [command] })).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    })
    await expect.poll(async () => (await client.call('POST', '/v1/push', { commands: [command] })).status, { timeout: 15_000 }).toBe(200)
    await client.pull()
    expect(client.rows.has(command.expected.id)).toBe(true)
  })

  it('says how many commands a second it accepts', async () => {
    const devices = await Promise.all(Array.from({ length: 16 }, () => new TestClient(server.url, 'qiqige').signIn()))
    const perDevice = 60
    const batches = await Promise.all(devices.map(async (device) => Promise.all(Array.from({ length: perDevice }, () =>
      device.command({ type: 'document.create', documentId: newId(), kind: '通知', organId: 'nmg-bgt', title: '量测' })))))
    const times: number[] = []
    const start = performance.now()
    await Promise.all(devices.map(async (device, at) => {
      const batch = batches[at]!
      for (let from = 0; from < batch.length; from += 10) {
        const sent = performance.now()
        const response = await device.push(...batch.slice(from, from + 10))
        times.push((performance.now() - sent) / 10)
        expect(response.results.every((result) => result.status === 'accepted')).toBe(true)
      }
    }))
    const rate = Math.round((devices.length * perDevice) / ((performance.now() - start) / 1000))
    times.sort((a, b) => a - b)
    process.stdout.write(`    accepted ${rate}/s (budget 300/s), p95 ${times[Math.floor(times.length * 0.95)]?.toFixed(1)} ms a command in batches of 10\n`)
    expect(rate).toBeGreaterThan(30)
  })
})

/** `leader` sends what `signer` signs with the person's one personal key. */
const approveWith = async (signer: TestClient, leader: TestClient, documentId: string) => {
  const state = signer.state(documentId)
  const revision = state.revisions.at(-1)
  const saw = sawHash({
    revisionHash: revision?.hash ?? '', attachmentsHash: revision?.attachmentsHash ?? '', routeId: state.route?.id ?? '', routeVersion: state.route?.version ?? 0,
  })
  const signature = await signer.sign({
    schema: 'wenshu.approve/1', documentId, stepId: 'approve', branchId: 'approve/bateer', decision: 'agree', opinion: '同意。', revisionHash: revision?.hash ?? '',
    attachmentsHash: revision?.attachmentsHash ?? '', routeId: state.route?.id ?? '', routeVersion: state.route?.version ?? 0, sawHash: saw,
    shown: { pages: 1, layoutHash: revision?.hash ?? '', fontSet: 'test' }, person: 'bateer', claimedAt: new Date().toISOString(),
  })
  // Commands of one device go one after the other, whatever else happens at the same time.
  const previous = queue.get(leader) ?? Promise.resolve()
  const next = previous.then(() => leader.send({ type: 'step.agree', documentId, stepId: 'approve', branchId: 'approve/bateer', opinion: '同意。', sawHash: saw, signature }))
  queue.set(leader, next)
  return next
}
const queue = new Map<TestClient, Promise<unknown>>()

describe.skipIf(absent)('a server process that is killed', () => {
  it('P6 dies between commit and reply: the resent outbox is answered, nothing twice, nothing lost', async () => {
    const databaseUrl = await postgres.database()
    const dataDir = mkdtempSync(join(tmpdir(), 'wenshu-kill-'))
    try {
      const doomed = await spawnServer({ dataDir, databaseUrl, fault: 'kill-after-commit:2' })
      const client = await new TestClient(doomed.url, 'qiqige').signIn()
      const ids = [newId(), newId(), newId()]
      const outbox = []
      for (const documentId of ids) outbox.push(await client.command({ type: 'document.create', documentId, kind: '通知', organId: 'nmg-bgt', title: '' }))
      await expect(client.push(...outbox)).rejects.toThrow()
      expect(await doomed.gone).toBe('SIGKILL')
      const risen = await spawnServer({ dataDir, databaseUrl, port: Number(new URL(doomed.url).port) })
      try {
        const response = await client.push(...outbox)
        expect(response.stopped).toBeNull()
        expect(response.results.map((result) => result.status)).toEqual(['accepted', 'accepted', 'accepted'])
        await client.pull()
        expect(ids.map((id) => client.state(id).version)).toEqual([1, 1, 1])
      } finally {
        await risen.stop()
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})
