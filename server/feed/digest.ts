/** L8: what the server thinks that an account holds. */
import { digestRows, type ViewDigest } from '#core/sync'
import type { Queryable } from '../db/index.ts'
import { everyone } from './write.ts'

export const viewDigest = async (q: Queryable, personId: string): Promise<ViewDigest> =>
  digestRows(await q.query<{ kind: string; id: string; version: number }>(
    `select kind, id, aggregate.version from feed join aggregate using (kind, id)
     where person in ($1, '${everyone}') and not removed and xid < pg_snapshot_xmin(pg_current_snapshot())`,
    [personId],
  ))
