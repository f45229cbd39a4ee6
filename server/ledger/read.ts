import { consistencyNodes, consistencyProof, inclusionNodes, inclusionProof, rootOf, signHead, type EventRecord, type NodeAt, type NodeSource, type SignedHead } from '#core/ledger'
import type { Signer } from '#core/crypto'
import { toHex } from '#core/formats'
import type { Queryable } from '../db/index.ts'
import { readFrontier } from './append.ts'

const stored = async (q: Queryable, wanted: readonly NodeAt[]): Promise<NodeSource> => {
  const rows = await q.query<{ level: number; index: number; hash: Uint8Array }>(
    'select level, index, hash from ledger_node join unnest($1::int[], $2::bigint[]) as asked (level, index) using (level, index)',
    [wanted.map((node) => node.level), wanted.map((node) => node.index)],
  )
  const byPlace = new Map(rows.map((row) => [`${row.level}/${row.index}`, new Uint8Array(row.hash)]))
  return (level, index) => byPlace.get(`${level}/${index}`)
}

/** RFC 6962 consistency path, lower-case hexadecimal; null when the log is not that long or `from` is beyond `to`. */
export const consistency = async (q: Queryable, from: number, to: number): Promise<readonly string[] | null> => {
  const [state] = await q.query<{ size: number }>('select size from log_state where id = 1')
  if (from > to || to > (state?.size ?? 0)) return null
  const proof = consistencyProof(from, to, await stored(q, consistencyNodes(from, to)))
  return proof === undefined ? null : proof.map(toHex)
}

/** A document's records in order, each with its place and inclusion path in the log of `size` entries. */
export const recordsOf = async (q: Queryable, kind: string, id: string, size: number) => {
  const rows = await q.query<{ log_index: number; record: string }>(
    'select log_index, record from ledger_entry where kind = $1 and id = $2 and log_index < $3 order by record_index', [kind, id, size])
  const nodes = await stored(q, rows.flatMap((row) => inclusionNodes(row.log_index, size)))
  return rows.map((row) => ({
    record: JSON.parse(row.record) as EventRecord,
    logIndex: row.log_index,
    proof: (inclusionProof(row.log_index, size, nodes) ?? []).map(toHex),
  }))
}

export type Heads = {
  /** The signed head of the log as it stands in `q`. */
  readonly head: (q: Queryable) => Promise<SignedHead>
}

/** One signature per size: a hundred pulls between two commands share one head. */
export const openHeads = (logId: string, signer: Signer, clock: () => Date): Heads => {
  let latest: { size: number; root: string; signed: Promise<SignedHead> } | null = null
  return {
    head: async (q) => {
      const [state] = await q.query<{ size: number; peaks: Uint8Array }>('select size, peaks from log_state where id = 1')
      if (state === undefined) throw new Error('the log has no state')
      const root = toHex(rootOf(readFrontier(state.size, state.peaks)))
      if (latest?.size !== state.size || latest.root !== root) {
        latest = { size: state.size, root, signed: signHead({ v: 1, logId, size: state.size, root, issuedAt: clock().toISOString() }, signer) }
      }
      return latest.signed
    },
  }
}
