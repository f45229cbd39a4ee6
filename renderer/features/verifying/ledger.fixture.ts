/** A log in three states of its life, for tests (账本文件样例): as it was, as it went on, and as someone rewrote it. */
import { buildCertificate, sm2KeyPair, sm2MessageSigner, writeName, type Signer } from '#core/crypto'
import { encodeCanonical, toHex } from '#core/formats'
import {
  appendLeaf, consistencyProof, EMPTY_FRONTIER, inclusionProof, leafHash, linkRecord, rootOf, signHead, writeLedgerFile,
  type EventRecord, type LedgerExport, type MerkleNode, type SignedHead,
} from '#core/ledger'

let counter = 0
const entropy = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => (counter = (counter * 73 + 41) % 251))
const minute = (n: number): string => new Date(Date.parse('2026-11-24T08:00:00Z') + n * 60_000).toISOString().replace('.000', '')

const makeKeeper = async (): Promise<Signer> => {
  const pair = sm2KeyPair(entropy)
  const key = sm2MessageSigner(pair.privateKey, entropy)
  const subject = writeName([{ type: 'CN', value: '某机关日志' }])
  return {
    ...key,
    certificate: await buildCertificate({
      serial: '0102', issuer: subject, subject, notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z', publicKey: { algorithm: 'sm2', point: pair.publicKey }, keyUsage: ['digitalSignature'],
    }, key),
  }
}

const exportOf = async (keeper: Signer, titles: readonly string[], earlier: readonly SignedHead[] = []): Promise<LedgerExport> => {
  const records: EventRecord[] = []
  for (const [index, title] of titles.entries()) {
    records.push(linkRecord(records.at(-1) ?? null, {
      documentId: 'doc-1', type: `Step${index}`, data: { 标题: title }, actor: 'a', deviceId: 'd', commandId: `c-${index}`, commandHash: '0'.repeat(64), claimedAt: minute(index), receivedAt: minute(index),
    }))
  }
  const nodes: MerkleNode[] = []
  let frontier = EMPTY_FRONTIER
  for (const record of records) {
    const grown = appendLeaf(frontier, leafHash(encodeCanonical(record)))
    frontier = grown.frontier
    nodes.push(...grown.newNodes)
  }
  const at = (level: number, index: number) => nodes.find((node) => node.level === level && node.index === index)?.hash
  const size = records.length
  return {
    format: 'wenshu.ledger/1', witnesses: [], head: await signHead({ v: 1, logId: 'log-a', size, root: toHex(rootOf(frontier)), issuedAt: minute(size) }, keeper),
    entries: records.map((record, index) => ({ index, record, proof: inclusionProof(index, size, at)!.map(toHex) })),
    earlier: earlier.map((one) => ({ head: one, proof: consistencyProof(one.head.size, size, at)!.map(toHex) })),
  }
}

const fileOf = (content: LedgerExport): Uint8Array => writeLedgerFile({ kind: 'export', content })

/** `kept` an export of five records; `grown` the same log later, with the proof; `rewritten` a log whose second record is another one. */
export const ledgerFiles = async (): Promise<{ readonly anchor: Uint8Array; readonly kept: Uint8Array; readonly grown: Uint8Array; readonly rewritten: Uint8Array }> => {
  const keeper = await makeKeeper()
  const titles = ['起草', '核稿', '会签', '签发', '编号', '用印', '发出']
  const kept = await exportOf(keeper, titles.slice(0, 5))
  return {
    anchor: keeper.certificate, kept: fileOf(kept), grown: fileOf(await exportOf(keeper, titles, [kept.head])),
    rewritten: fileOf(await exportOf(keeper, titles.map((title) => (title === '核稿' ? '免核' : title)))),
  }
}
