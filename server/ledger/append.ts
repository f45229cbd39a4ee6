import { appendLeaf, frontierNodes, leafHash, type EventRecord, type Frontier, type MerkleNode } from '#core/ledger'
import { concatBytes, encodeCanonical } from '#core/formats'
import { together, type Queryable } from '../db/index.ts'

const nodeBytes = 32

/** The stored frontier: the peaks, largest first, one after the other. */
export const readFrontier = (size: number, peaks: Uint8Array): Frontier => {
  const count = frontierNodes(size).length
  if (peaks.length !== count * nodeBytes) throw new Error(`log state is damaged: ${peaks.length} bytes of peaks for ${size} entries`)
  return { size, peaks: Array.from({ length: count }, (_, at) => new Uint8Array(peaks.subarray(at * nodeBytes, (at + 1) * nodeBytes))) }
}

/**
 * Appends records to the log. The row of the log's state is the one lock that all commands share, so this is the last
 * thing in their transactions.
 */
export const appendRecords = async (tx: Queryable, kind: string, records: readonly EventRecord[]): Promise<void> => {
  const leaves = records.map((record) => {
    const bytes = encodeCanonical(record)
    return { record, text: Buffer.from(bytes).toString('utf8'), leaf: leafHash(bytes) }
  })
  const [state] = await tx.query<{ size: number; peaks: Uint8Array }>('select size, peaks from log_state where id = 1 for update')
  if (state === undefined) throw new Error('the log has no state')
  let frontier = readFrontier(state.size, state.peaks)
  const nodes: MerkleNode[] = []
  for (const { leaf } of leaves) {
    const grown = appendLeaf(frontier, leaf)
    frontier = grown.frontier
    nodes.push(...grown.newNodes)
  }
  const { sql, params } = together([
    { sql: 'update log_state set size = $1, peaks = $2 where id = 1', params: [frontier.size, Buffer.from(concatBytes(...frontier.peaks))] },
    {
      sql: `insert into ledger_entry (log_index, kind, id, record_index, type, record)
            select $1::bigint + at - 1, $2::text, id, record_index, type, record
            from unnest($3::text[], $4::int[], $5::text[], $6::text[]) with ordinality as entries (id, record_index, type, record, at)`,
      params: [
        state.size, kind, leaves.map(({ record }) => record.documentId), leaves.map(({ record }) => record.index),
        leaves.map(({ record }) => record.type), leaves.map(({ text }) => text),
      ],
    },
    {
      sql: `insert into ledger_node (level, index, hash) select level, index, decode(hash, 'hex') from unnest($1::int[], $2::bigint[], $3::text[]) as nodes (level, index, hash)`,
      params: [nodes.map((node) => node.level), nodes.map((node) => node.index), nodes.map((node) => Buffer.from(node.hash).toString('hex'))],
    },
  ])
  void tx.query(sql, params)
}
