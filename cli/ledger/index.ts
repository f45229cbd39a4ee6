/** wenshu ledger: export the log, countersign another organ's head (账本导出与见证). */
import { readFile, writeFile } from 'node:fs/promises'
import { readLedgerFile, signWitness, writeLedgerFile, type SignedHead, type WitnessStatement } from '#core/ledger'
import { verifyLedger } from '#core/seal'
import type { Signer } from '#core/crypto'

export type Outcome = { readonly exitCode: 0 | 1 | 2; readonly text: string }

/** The signed heads in ledger files: of an export its own. Throws Error with a Chinese message. */
export const headsIn = async (paths: readonly string[]): Promise<readonly SignedHead[]> => Promise.all(paths.map(async (path) => {
  const read = readLedgerFile(new Uint8Array(await readFile(path)))
  if (!read.ok) throw new Error(`${path}：${read.error.message}`)
  switch (read.value.kind) {
    case 'head': return read.value.content
    case 'export': return read.value.content.head
    case 'witness': throw new Error(`${path} 是见证书，这里需要日志头或导出件`)
  }
}))

/**
 * Judges the file with everything that this organ holds of the same log, and countersigns its head only when nothing speaks
 * against it. Exit 1: something is invalid, nothing was signed; 2: unreadable.
 */
export const witness = async (request: {
  readonly path: string; readonly out: string; readonly known: readonly string[]; readonly organ: string; readonly now: string; readonly signer: Signer
}): Promise<Outcome> => {
  const bytes = new Uint8Array(await readFile(request.path))
  const read = readLedgerFile(bytes)
  if (!read.ok) return { exitCode: 2, text: `${request.path}：${read.error.message}` }
  if (read.value.kind === 'witness') return { exitCode: 2, text: '见证书不能再被见证：请给出日志头或导出件' }
  const known = await Promise.all(request.known.map(async (path) => new Uint8Array(await readFile(path))))
  const report = verifyLedger(bytes, { anchors: [], crls: [], trust: 'report', known, now: request.now })
  const failed = report.signatures.flatMap(({ steps }) => steps).filter((step) => step.result === 'fail' && !step.name.startsWith('证书链'))
  // What cannot be decided is not signed either: a witness vouches for a past that it could follow.
  if (report.verdict !== 'valid') {
    const reasons = failed.length > 0 ? failed : report.signatures.flatMap(({ steps }) => steps).filter((step) => step.result === 'unknown' && !step.name.startsWith('证书链'))
    return { exitCode: 1, text: `没有签署：${reasons.map((step) => `${step.name}：${step.detail}`).join('；')}` }
  }
  const signed = read.value.kind === 'head' ? read.value.content : read.value.content.head
  const statement: WitnessStatement = await signWitness(signed.head, { witness: request.organ, witnessedAt: request.now }, request.signer)
  await writeFile(request.out, writeLedgerFile({ kind: 'witness', content: statement }), { flag: 'wx' })
  return { exitCode: 0, text: `已见证：账本 ${signed.head.logId}，${signed.head.size} 条，根 ${signed.head.root}；见证书写入 ${request.out}` }
}

/** Puts statements of witnesses into an export, so that they travel with it. */
export const attach = async (path: string, statements: readonly string[], out: string): Promise<Outcome> => {
  const read = readLedgerFile(new Uint8Array(await readFile(path)))
  if (!read.ok || read.value.kind !== 'export') return { exitCode: 2, text: read.ok ? `${path} 不是账本导出件` : `${path}：${read.error.message}` }
  const witnesses = [...read.value.content.witnesses]
  for (const one of statements) {
    const statement = readLedgerFile(new Uint8Array(await readFile(one)))
    if (!statement.ok || statement.value.kind !== 'witness') return { exitCode: 2, text: `${one} 不是见证书` }
    witnesses.push(statement.value.content)
  }
  await writeFile(out, writeLedgerFile({ kind: 'export', content: { ...read.value.content, witnesses } }), { flag: 'wx' })
  return { exitCode: 0, text: `已附上 ${statements.length} 份见证书：${out}` }
}
