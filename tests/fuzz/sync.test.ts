/**
 * Seeded chaos over real HTTP, real server code and the shipped client engine. Five clients, random offline periods, dropped, duplicated and
 * reordered requests, restarts with and without their store; on PostgreSQL the server also dies between commit and reply.
 * Replay one: WENSHU_FUZZ_SEED=<seed> npx vitest run tests/fuzz
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomInt } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spawnServer, startTestServer, type ChildServer } from '../harness/server.ts'
import { startPostgres, type TestPostgres } from '../harness/postgres.ts'
import { skipLoudly } from '../harness/skips.ts'
import { commandsAccounted, projectionsEqual, recordsFollowEvents, settle } from './checks.ts'
import { runSchedule } from './schedule.ts'
import { createPeople, type World } from './world.ts'

const given = process.env['WENSHU_FUZZ_SEED']
const base = given === undefined ? randomInt(1_000_000_000) : Number(given)
const schedulesPerWorld = 50
const steps = 60
const count = (name: string, usual: number): number => given === undefined ? Number(process.env[name] ?? usual) : schedulesPerWorld

/** Everyone has pulled once before the trouble starts: a client that knows no directory can do nothing. */
const warmUp = async (world: World): Promise<void> => { for (const person of world.people) await person.engine().sync() }

const check = async (world: World): Promise<{ accepted: number; rejected: number }> => {
  await settle(world.people)
  await projectionsEqual(world.people)
  await recordsFollowEvents(world.query)
  return commandsAccounted(world.people, world.query)
}

const told = (where: string, schedules: number, accounted: { accepted: number; rejected: number }, more = ''): void => {
  console.log(`fuzz ${where}: seed ${base}, ${schedules} schedules, ${accounted.accepted} accepted, ${accounted.rejected} rejected, 0 lost, 0 doubled${more}`)
}

describe('P3 P6 L1 L4 L6 five clients on a bad network', () => {
  it('embedded database: every client ends where the server is, nothing is lost or applied twice', { timeout: 900_000 }, async () => {
    const schedules = count('WENSHU_FUZZ_PGLITE', 200)
    const total = { accepted: 0, rejected: 0 }
    for (let first = 0; first < schedules; first += schedulesPerWorld) {
      const seed = base + first
      const server = await startTestServer()
      const world: World = { people: await createPeople(seed, () => server.url), query: (text, params) => server.db.query(text, params ?? []), close: () => server.close() }
      try {
        await warmUp(world)
        for (let index = 0; index < Math.min(schedulesPerWorld, schedules - first); index += 1) await runSchedule(seed + index, world.people, steps, async () => undefined)
        const accounted = await check(world)
        total.accepted += accounted.accepted
        total.rejected += accounted.rejected
      } catch (error) {
        throw new Error(`fuzz failed: WENSHU_FUZZ_SEED=${seed}`, { cause: error })
      } finally {
        await world.close()
      }
    }
    told('PGlite', schedules, total)
    expect(total.accepted).toBeGreaterThan(schedules)
    expect(total.rejected).toBeGreaterThan(0)
  })
})

describe('P3 P6 the server is killed between commit and reply', () => {
  let postgres: TestPostgres | string = ''
  beforeAll(async () => { postgres = await startPostgres() }, 120_000)
  afterAll(async () => { if (typeof postgres !== 'string') await postgres.stop() }, 60_000)

  it('PostgreSQL: the same holds over kills and restarts', { timeout: 900_000 }, async (context) => {
    if (typeof postgres === 'string') {
      skipLoudly('fuzz on PostgreSQL', postgres)
      return context.skip()
    }
    const schedules = count('WENSHU_FUZZ_POSTGRES', 60)
    const total = { accepted: 0, rejected: 0 }
    let kills = 0
    let killed = 0
    for (let first = 0; first < schedules; first += schedulesPerWorld) {
      const seed = base + 100_000 + first
      const dataDir = mkdtempSync(join(tmpdir(), 'wenshu-fuzz-'))
      const databaseUrl = await postgres.database()
      const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
      let child: ChildServer = await spawnServer({ dataDir, databaseUrl })
      const port = Number(new URL(child.url).port)
      let alive = true
      let armed = false
      const revive = async (fault?: string): Promise<void> => {
        await child.stop()
        child = await spawnServer({ dataDir, databaseUrl, port, ...(fault === undefined ? {} : { fault }) })
        alive = true
        armed = fault !== undefined
        void child.gone.then((how) => {
          if (how === 'SIGKILL') kills += 1
          alive = false
        })
      }
      const world: World = {
        people: await createPeople(seed, () => `http://127.0.0.1:${port}`),
        query: async (text, params) => (await pool.query(text, [...(params ?? [])])).rows,
        close: async () => {
          await child.stop()
          await pool.end()
          rmSync(dataDir, { recursive: true, force: true })
        },
      }
      try {
        await warmUp(world)
        for (let index = 0; index < Math.min(schedulesPerWorld, schedules - first); index += 1) {
          // Every fourth schedule runs against a server that will end itself after one of its next commits, before it has answered.
          const deadly = index % 4 === 0
          const before = kills
          if (deadly) await revive(`kill-after-commit:${1 + ((seed + index) % 3)}`)
          await runSchedule(seed + index, world.people, steps, async () => { if (!alive) await revive() })
          if (!alive || armed) await revive()
          if (deadly && kills > before) killed += 1
        }
        const accounted = await check(world)
        total.accepted += accounted.accepted
        total.rejected += accounted.rejected
      } catch (error) {
        throw new Error(`fuzz failed: WENSHU_FUZZ_SEED=${seed - 100_000}`, { cause: error })
      } finally {
        await world.close()
      }
    }
    told('PostgreSQL', schedules, total, `, ${killed} schedules with a SIGKILL between commit and reply`)
    expect(total.accepted).toBeGreaterThan(schedules)
    expect(killed).toBeGreaterThanOrEqual(given === undefined ? 10 : 1)
  })
})
