/** The feed's epoch (世代): a restored database must not go on counting where clients have already been. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../db/index.ts'

const newEpoch = (): string => randomBytes(8).toString('hex')

/**
 * Opens the installation's row. A database whose log is shorter than this folder remembers, or whose transaction numbers
 * start below those in its feed, came out of a backup: the epoch changes and every client pulls anew.
 */
export const openEpoch = (db: Database, dataDir: string, now: string): Promise<{ logId: string; restored: boolean }> =>
  db.transaction(async (tx) => {
    await tx.query('insert into installation values (1, $1, $2, $3) on conflict do nothing', [`log-${randomBytes(8).toString('hex')}`, newEpoch(), now])
    const [standing] = await tx.query<{ log_id: string }>('select log_id from installation where id = 1 for update')
    const [facts] = await tx.query<{ size: number; ahead: boolean }>(
      `select (select size from log_state) as size,
              coalesce((select max(xid) from feed) > pg_current_xact_id(), false) as ahead`)
    const remembered = readMark(dataDir)
    const restored = facts?.ahead === true || (facts?.size ?? 0) < remembered
    if (!restored) return { logId: standing?.log_id ?? '', restored }
    await tx.query('update installation set epoch = $1 where id = 1', [newEpoch()])
    await tx.query('update feed set xid = pg_current_xact_id()')
    writeMark(dataDir, facts?.size ?? 0)
    return { logId: standing?.log_id ?? '', restored }
  })

/** Ends the standing epoch, once however many notice it. */
export const renewEpoch = (db: Database, standing: string): Promise<unknown> =>
  db.query('update installation set epoch = $1 where id = 1 and epoch = $2', [newEpoch(), standing])

const file = (dataDir: string): string => join(dataDir, 'log-size')

const readMark = (dataDir: string): number => (existsSync(file(dataDir)) ? Number(readFileSync(file(dataDir), 'utf8')) || 0 : 0)

/** Remembers how far the log has been seen, outside of the database. */
export const writeMark = (dataDir: string, size: number): void => writeFileSync(file(dataDir), String(size))
