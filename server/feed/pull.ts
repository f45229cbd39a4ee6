/** Serving a feed (拉取). Rules L1, L2, L4. */
import type { SignedHead } from '#core/ledger'
import type { PullRequest, PullResponse, Row } from '#core/sync'
import type { Database } from '../db/index.ts'
import { recordRow, type Records } from '../records/index.ts'
import type { Log } from '../problem.ts'
import type { CursorCodec, Position } from './cursor.ts'
import { renewEpoch } from './epoch.ts'
import { everyone } from './write.ts'

export type FeedOptions = {
  readonly db: Database
  readonly records: Records
  readonly codec: CursorCodec
  readonly clock: () => Date
  readonly log: Log
  readonly head: () => Promise<SignedHead>
}

type FeedRow = { readonly kind: Row['kind']; readonly id: string; readonly removed: boolean; readonly xid: string; readonly seq: number }

/**
 * L2: a transaction gets its xid before it commits, so rows may appear behind a reader that has gone past them. Only rows
 * below the oldest transaction still running are served; nothing can appear behind those any more.
 */
const page = `
  select kind, id, removed, xid::text as xid, seq from (
    (select * from feed where person = $1 and (xid, seq) > ($2::text::xid8, $3::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
     order by xid, seq limit $4::int)
    union all
    (select * from feed where person = '${everyone}' and (xid, seq) > ($2::text::xid8, $3::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
     order by xid, seq limit $4::int)
  ) as both_feeds order by both_feeds.xid, both_feeds.seq limit $4::int`

const start: Position = { xid: '0', seq: 0 }

export const pull = async (options: FeedOptions, personId: string, request: PullRequest): Promise<PullResponse> => {
  const { db, records, codec, clock } = options
  const moment = clock()
  const serverTime = moment.toISOString()
  const cursor = request.cursor === null ? null : codec.read(personId, request.cursor)
  const from = cursor ?? start
  const [[mark], rows] = await Promise.all([
    db.query<{ epoch: string; lost: boolean }>(
      'select epoch, $1::text::xid8 >= pg_snapshot_xmax(pg_current_snapshot()) as lost from installation where id = 1', [from.xid]),
    db.query<FeedRow>(page, [personId, from.xid, from.seq, request.limit + 1]),
  ])
  const epoch = mark?.epoch ?? ''
  if (request.cursor !== null && (cursor === null || cursor.epoch !== epoch)) return { reset: true, serverTime }
  if (mark?.lost === true) {
    // Our own cursor of this epoch from transactions that never were here: the database came out of a backup, and no
    // position that was given out before can be trusted.
    await renewEpoch(db, epoch)
    options.log('warn', '收到备份时间点之后的游标：数据库已被恢复，各客户端将重新拉取')
    return { reset: true, serverTime }
  }
  const served = rows.slice(0, request.limit)
  const standing = served.length === 0 ? [] : await db.query<{ kind: Row['kind']; id: string; version: number; state: unknown }>(
    `select kind, id, version, state from aggregate join unnest($1::text[], $2::text[]) as asked (kind, id) using (kind, id)`,
    [served.map((row) => row.kind), served.map((row) => row.id)],
  )
  const byName = new Map(standing.map((record) => [`${record.kind}/${record.id}`, record]))
  const directory = await records.directory(db)
  const changes: Row[] = []
  const removals: { kind: Row['kind']; id: string }[] = []
  for (const { kind, id, removed } of served) {
    const record = byName.get(`${kind}/${id}`)
    // I0 is judged now, not when the row was written: a grant that ended in between opens nothing.
    const row = record === undefined || removed ? null : recordRow(record, directory, personId, serverTime)
    if (row !== null) changes.push(row)
    else if (cursor !== null) removals.push({ kind, id })
  }
  const { xid, seq } = served.at(-1) ?? from
  return {
    reset: false, changes, removals, hasMore: rows.length > served.length, head: await options.head(), serverTime,
    cursor: codec.write(personId, { epoch, xid, seq, issuedAt: moment.getTime() }),
  }
}
