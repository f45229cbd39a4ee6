/** PostgreSQL over the network (生产用数据库). */
import type { Socket } from 'node:net'
import pg from 'pg'
import { causeOf, DatabaseUnavailable, isLostRace, isUnreachable, remembering, type Database, type Queryable } from './port.ts'

const types = new pg.TypeOverrides()
types.setTypeParser(20, (text: string) => Number(text))

export type PostgresOptions = {
  readonly url: string
  /** connections */
  readonly size?: number
  /** L3: a transaction that sits idle this long is ended, so that it cannot hold back the feed. Milliseconds. */
  readonly idleInTransactionMs?: number
  readonly lost: (error: Error) => void
}

/** Statements are few and fixed: each gets a name, so that every connection plans it once. */
const names = new Map<string, string>()
const nameOf = (sql: string): string | undefined => {
  const known = names.get(sql)
  if (known !== undefined) return known
  if (names.size > 500) return undefined
  const name = `w${names.size}`
  names.set(sql, name)
  return name
}

/** What is asked in one turn of the event loop leaves in one packet. */
const inOnePacket = (client: pg.PoolClient, on: Queryable): Queryable => {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  let corked = false
  return {
    query: (sql, params) => {
      if (!corked) {
        corked = true
        stream.cork()
        process.nextTick(() => {
          corked = false
          stream.uncork()
        })
      }
      return on.query(sql, params)
    },
  }
}

const queryable = (on: pg.Pool | pg.PoolClient): Queryable => ({
  query: async <R>(text: string, params: readonly unknown[] = []) => {
    const name = nameOf(text)
    try {
      return (await on.query({ text, values: [...params], types, ...(name === undefined ? {} : { name }) })).rows as R[]
    } catch (error) {
      throw isUnreachable(error) ? new DatabaseUnavailable(error) : error
    }
  },
})

export const openPostgres = async ({ url, size = 10, idleInTransactionMs = 15_000, lost }: PostgresOptions): Promise<Database> => {
  const pool = new pg.Pool({
    connectionString: url, max: size, pipeline: true, connectionTimeoutMillis: 10_000, idle_in_transaction_session_timeout: idleInTransactionMs, application_name: 'wenshu',
  })
  // Without a listener a connection that breaks while idle would end the process.
  pool.on('error', lost)
  const connect = async (): Promise<pg.PoolClient> => {
    try {
      return await pool.connect()
    } catch (error) {
      throw new DatabaseUnavailable(error)
    }
  }
  const once = async <T>(work: (tx: Queryable) => Promise<T>): Promise<T> => {
    const client = await connect()
    let broken: Error | undefined
    const onError = (error: Error): void => {
      broken = error
    }
    client.on('error', onError)
    const asked: Promise<unknown>[] = []
    try {
      const tx = remembering(inOnePacket(client, queryable(client)), asked)
      void tx.query('begin')
      const value = await work(tx)
      // A commit after a failed statement is answered, politely, as a rollback.
      if ((await client.query('commit')).command !== 'COMMIT') throw await causeOf(undefined, asked)
      return value
    } catch (thrown) {
      const error = await causeOf(thrown, asked)
      await client.query('rollback').catch((failure: Error) => {
        broken ??= failure
      })
      throw isUnreachable(error) ? new DatabaseUnavailable(error) : error
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }
  const listeners = new Map<string, (payload: string) => void>()
  let ear: pg.Client | null = null
  let closed = false
  /** The listening connection comes back by itself: a lost poke costs latency, a lost ear would cost it for ever (L7). */
  const openEar = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url, application_name: 'wenshu listen' })
    client.on('notification', ({ channel, payload }) => listeners.get(channel)?.(payload ?? ''))
    const again = (error?: Error): void => {
      if (closed || ear !== client) return
      ear = null
      if (error !== undefined) lost(error)
      setTimeout(() => void openEar().catch(again), 2_000).unref()
    }
    client.on('error', again)
    client.on('end', () => again())
    ear = client
    try {
      await client.connect()
      for (const channel of listeners.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      again(error instanceof Error ? error : new Error(String(error)))
    }
  }
  await queryable(pool).query('select 1')
  return {
    ...queryable(pool),
    kind: 'postgres',
    transaction: async (work) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(work)
        } catch (error) {
          if (attempt >= 5 || !isLostRace(error)) throw error
        }
      }
    },
    notify: async (channel, payload) => {
      await pool.query('select pg_notify($1, $2)', [channel, payload])
    },
    listen: async (channel, heard) => {
      listeners.set(channel, heard)
      if (ear === null) await openEar()
      else await ear.query(`listen ${pg.escapeIdentifier(channel)}`)
    },
    close: async () => {
      closed = true
      await ear?.end().catch(() => undefined)
      await pool.end()
    },
  }
}
