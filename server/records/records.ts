import { emptyDirectory, type Directory } from '#core/access'
import type { EventRecord } from '#core/ledger'
import { emptyRoutes, type DocumentState, type PersonalKey, type Routes } from '#core/route'
import type { Queryable } from '../db/index.ts'

export type StoredDocument = { readonly state: DocumentState; readonly last: EventRecord }

/** Directory, routes and the actor's keys in force as one command or pull sees them. */
export type Surroundings = { readonly directory: Directory; readonly routes: Routes; readonly personalKeys: readonly PersonalKey[] }

export type Records = {
  /** @param now server time, ISO 8601 UTC */
  readonly surroundings: (q: Queryable, personId: string, now: string) => Promise<Surroundings>
  readonly directory: (q: Queryable) => Promise<Directory>
  readonly document: (q: Queryable, id: string, lock: 'lock' | 'look') => Promise<StoredDocument | null>
  /** Locks and reads the two aggregates of which there is only one. */
  readonly single: (q: Queryable, kind: 'directory' | 'routes') => Promise<{ readonly state: Directory | Routes; readonly last: EventRecord | null }>
}

/** The directory is needed by every command and changes rarely: parsed once per version. */
export const openRecords = (): Records => {
  let directory: Directory = emptyDirectory
  let routes: Routes = emptyRoutes
  const load = async <T>(q: Queryable, kind: string): Promise<T | undefined> =>
    (await q.query<{ state: T }>('select state from aggregate where kind = $1 and id = $1', [kind]))[0]?.state
  const surroundings = async (q: Queryable, personId: string, now: string): Promise<Surroundings> => {
    const [row] = await q.query<{ dv: number | null; rv: number | null; keys: readonly PersonalKey[] }>(
      `select (select version from aggregate where kind = 'directory' and id = 'directory') as dv,
              (select version from aggregate where kind = 'routes' and id = 'routes') as rv,
              (select coalesce(jsonb_agg(jsonb_build_object('publicKey', public_key, 'certificate', der)), '[]') from certificate
               where person = $1 and purpose = 'personal' and revoked_at is null and not_after > $2) as keys`,
      [personId, now],
    )
    if ((row?.dv ?? 0) !== directory.version) directory = (await load<Directory>(q, 'directory')) ?? emptyDirectory
    if ((row?.rv ?? 0) !== routes.version) routes = (await load<Routes>(q, 'routes')) ?? emptyRoutes
    return { directory, routes, personalKeys: row?.keys ?? [] }
  }
  return {
    surroundings,
    directory: async (q) => (await surroundings(q, '', '')).directory,
    document: async (q, id, lock) => {
      const sql = `select state, last_record from aggregate where kind = 'document' and id = $1`
      const [row] = await q.query<{ state: DocumentState; last_record: string }>(lock === 'lock' ? `${sql} for update` : sql, [id])
      return row === undefined ? null : { state: row.state, last: JSON.parse(row.last_record) as EventRecord }
    },
    single: async (q, kind) => {
      // There may be no row to lock yet, so the name is locked.
      await q.query('select pg_advisory_xact_lock(7309, hashtext($1))', [kind])
      const [row] = await q.query<{ state: Directory | Routes; last_record: string }>(
        'select state, last_record from aggregate where kind = $1 and id = $1', [kind])
      if (row === undefined) return { state: kind === 'directory' ? emptyDirectory : emptyRoutes, last: null }
      return { state: row.state, last: JSON.parse(row.last_record) as EventRecord }
    },
  }
}
