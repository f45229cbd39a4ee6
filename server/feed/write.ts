/** Feed rows of one change (增量): one row per person and record, moved to the end each time. */
import type { Part } from '../db/index.ts'

/** The audience of what everyone holds: directory and routes. */
export const everyone = '*'

/** L4: `audience` gets the record; whoever held it and is not among them any more gets a removal. */
export const feedParts = (kind: string, id: string, audience: readonly string[]): Part[] => [
  {
    sql: `insert into feed (person, kind, id, removed) select person, $2::text, $3::text, false from unnest($1::text[]) as person
          on conflict (person, kind, id) do update set removed = false, xid = pg_current_xact_id(), seq = nextval('feed_seq')`,
    params: [audience, kind, id],
  },
  {
    sql: `update feed set removed = true, xid = pg_current_xact_id(), seq = nextval('feed_seq')
          where kind = $2 and id = $3 and not removed and person <> all($1::text[])`,
    params: [audience, kind, id],
  },
]
