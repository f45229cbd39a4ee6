/** The log as a file for strangers (账本导出). */
import { consistencyNodes, consistencyProof, inclusionNodes, inclusionProof, verifySignedHead, writeLedgerFile, type EventRecord, type LedgerEntry, type NodeAt, type NodeSource, type SignedHead } from '#core/ledger'
import { fromBase64, toHex } from '#core/formats'
import type { Queryable } from '../db/index.ts'

export type LedgerExportRequest = {
  /** all of the log, or whole chains of some documents (ids of their records) */
  readonly documents: 'all' | readonly string[]
  /** heads that the reader holds: the export proves that it continues them */
  readonly earlier: readonly SignedHead[]
}

export type LedgerExportAnswer =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly entries: number; readonly size: number }
  | { readonly ok: false; readonly reason: 'too_large' | 'no_such_document' | 'foreign_head' }

/** One file holds so many records; beyond that it is exported by documents. */
const maxEntries = 40_000
/** Coordinates asked for at a time. */
const nodeBatch = 20_000

/**
 * The canonical bytes of an export under `head`, which is the log's own and of now. A head of before that this log's key did
 * not sign, or that is longer than the log, is `foreign_head`: there is nothing to prove about it.
 */
export const exportLedger = async (q: Queryable, head: SignedHead, { documents, earlier }: LedgerExportRequest): Promise<LedgerExportAnswer> => {
  const { size, logId } = head.head
  const own = fromBase64(head.certificate)
  const isOurs = (one: SignedHead): boolean => own.ok && verifySignedHead(one, { certificate: own.value }).ok && one.head.logId === logId && one.head.size <= size
  if (!earlier.every(isOurs)) return { ok: false, reason: 'foreign_head' }
  const rows = await q.query<{ log_index: number; record: string }>(
    documents === 'all'
      ? 'select log_index, record from ledger_entry where log_index < $1 order by log_index limit $2'
      : 'select log_index, record from ledger_entry where log_index < $1 and id = any($3::text[]) order by log_index limit $2',
    documents === 'all' ? [size, maxEntries + 1] : [size, maxEntries + 1, documents])
  if (rows.length > maxEntries) return { ok: false, reason: 'too_large' }
  if (documents !== 'all' && rows.length === 0) return { ok: false, reason: 'no_such_document' }
  const nodes = await load(q, [
    ...rows.flatMap((row) => inclusionNodes(row.log_index, size)),
    ...earlier.flatMap((one) => consistencyNodes(one.head.size, size)),
  ])
  const entries = rows.map((row): LedgerEntry => ({
    index: row.log_index, record: JSON.parse(row.record) as EventRecord, proof: whole(inclusionProof(row.log_index, size, nodes)),
  }))
  const past = earlier.map((one) => ({ head: one, proof: whole(consistencyProof(one.head.size, size, nodes)) }))
  const bytes = writeLedgerFile({ kind: 'export', content: { format: 'wenshu.ledger/1', head, entries, earlier: past, witnesses: [] } })
  return { ok: true, bytes, entries: entries.length, size }
}

const whole = (proof: readonly Uint8Array[] | undefined): readonly string[] => {
  if (proof === undefined) throw new Error('the stored tree lacks a node')
  return proof.map(toHex)
}

/** Each node once, in batches. */
const load = async (q: Queryable, wanted: readonly NodeAt[]): Promise<NodeSource> => {
  const places = [...new Map(wanted.map((node) => [`${node.level}/${node.index}`, node])).values()]
  const byPlace = new Map<string, Uint8Array>()
  for (let at = 0; at < places.length; at += nodeBatch) {
    const batch = places.slice(at, at + nodeBatch)
    const rows = await q.query<{ level: number; index: number; hash: Uint8Array }>(
      'select level, index, hash from ledger_node join unnest($1::int[], $2::bigint[]) as asked (level, index) using (level, index)',
      [batch.map((node) => node.level), batch.map((node) => node.index)])
    for (const row of rows) byPlace.set(`${row.level}/${row.index}`, new Uint8Array(row.hash))
  }
  return (level, index) => byPlace.get(`${level}/${index}`)
}
