/** The embedded database (内嵌库): PostgreSQL in this process, one connection, no fsync. For trying out, demo and tests. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite, types } from '@electric-sql/pglite'
import { lockFolder } from './lock.ts'
import { causeOf, remembering, type Database, type Queryable } from './port.ts'

/** @param folder null keeps everything in memory */
export const openPglite = async (folder: string | null): Promise<Database> => {
  let release = (): void => undefined
  if (folder !== null) {
    mkdirSync(folder, { recursive: true })
    release = lockFolder(folder)
  }
  let db: PGlite
  try {
    db = await PGlite.create({
      ...(folder === null ? {} : { dataDir: join(folder, 'pglite') }),
      parsers: { [types.INT8]: (text: string) => Number(text) },
    })
  } catch (error) {
    release()
    throw error
  }
  const queryable = (on: Pick<PGlite, 'query'>): Queryable => ({
    query: async <R>(sql: string, params: readonly unknown[] = []) => (await on.query<R>(sql, [...params])).rows,
  })
  return {
    ...queryable(db),
    kind: 'pglite',
    transaction: (work) => db.transaction(async (tx) => {
      const asked: Promise<unknown>[] = []
      try {
        const value = await work(remembering(queryable(tx), asked))
        // Fails when a statement failed that nobody awaited; the commit itself would not say so.
        await tx.query('select 1')
        return value
      } catch (thrown) {
        throw await causeOf(thrown, asked)
      }
    }),
    notify: async (channel, payload) => {
      await db.query('select pg_notify($1, $2)', [channel, payload])
    },
    listen: async (channel, heard) => {
      await db.listen(channel, heard)
    },
    close: async () => {
      await db.close()
      release()
    },
  }
}
