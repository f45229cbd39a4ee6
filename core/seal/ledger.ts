/** Verifying a ledger file (账本导出件、日志头、见证书) beside what is known of the same log from elsewhere. */
import { readCertificate, type Certificate, type CheckStep } from '#core/crypto'
import { fromBase64 } from '#core/formats'
import { judgeHistory, judgeRecords, readLedgerFile, verifySignedHead, verifyWitness, type History, type LedgerExport, type LedgerFile, type SignedHead, type WitnessStatement } from '#core/ledger'
import { overall, type SignatureReport, type VerifyOptions, type VerifyReport, type VerifyWarning } from './report.ts'
import { coded } from './step-code.ts'
import { judgeCertificate, trustOf, verdictOf, type Trust } from './trust.ts'

export type LedgerVerifyOptions = VerifyOptions & {
  /** ledger files of the same log that the verifier holds: earlier exports, heads, witness statements */
  readonly known?: readonly Uint8Array[]
}

/** Report of kind 'ledger'. One entry for the head with everything under it, one for each head and witness that it meets. */
export const verifyLedger = (bytes: Uint8Array, options: LedgerVerifyOptions): VerifyReport => {
  const read = readLedgerFile(bytes)
  if (!read.ok) return { kind: 'ledger', verdict: 'unusable', signatures: [], warnings: [{ code: read.error.code, detail: read.error.message }] }
  const trust = trustOf(options)
  const warnings: VerifyWarning[] = [...trust.warnings]
  const known = (options.known ?? []).flatMap((file): LedgerFile[] => {
    const one = readLedgerFile(file)
    if (!one.ok) warnings.push({ code: 'ledger.known', detail: `一份用于比较的账本文件无法读取：${one.error.message}` })
    return one.ok ? [one.value] : []
  })
  const signatures = judgeFile(read.value, known, trust, options)
  if (known.length === 0) warnings.push({ code: 'ledger.no-known-head', detail: '没有用于比较的更早日志头：不能发现整本重写的账本。请用 --trust 给出以前保存的导出件、日志头或见证书' })
  return coded({ kind: 'ledger', verdict: overall(signatures), signatures, warnings })
}

const judgeFile = (file: LedgerFile, known: readonly LedgerFile[], trust: Trust, options: VerifyOptions): readonly SignatureReport[] => {
  switch (file.kind) {
    case 'witness':
      return [witnessReport('见证书', file.content, [], trust, options)]
    case 'head':
      return [headReport('日志头', file.content, (step) => known.flatMap((one) => historyOf(one, asExport(file.content), step)), trust, options)]
    case 'export': {
      const { content } = file
      const ownPast = content.earlier.map(({ head }, i) => earlierStep(`历史延续：所附第 ${i + 1} 个日志头`, head, content))
      return [
        headReport('账本', content.head, (step) => [...judgeRecords(content), ...ownPast, ...known.flatMap((one) => historyOf(one, content, step))], trust, options),
        ...content.witnesses.map((statement, i) => witnessReport(`所附见证书 ${i + 1}`, statement, [judgeHistory('见证的历史', content, { head: statement.head })], trust, options)),
      ]
    }
  }
}

const asExport = (head: SignedHead): LedgerExport => ({ format: 'wenshu.ledger/1', head, entries: [], earlier: [], witnesses: [] })

/** A head of before is evidence only under its own signature, and of the same keeper: the key of a log does not change (sync L9). */
const earlierStep = (name: string, earlier: SignedHead, content: LedgerExport, more: Partial<History> = {}): CheckStep => {
  const der = fromBase64(content.head.certificate)
  const signed = der.ok ? verifySignedHead(earlier, { certificate: der.value }) : der
  if (!signed.ok && earlier.head.logId === content.head.head.logId) return { name, result: 'fail', detail: `${signed.error.message}（须由同一张日志证书签署）` }
  return judgeHistory(name, content, { head: earlier.head, ...more })
}

const historyOf = (file: LedgerFile, content: LedgerExport, number: () => number): readonly CheckStep[] => {
  const name = `历史延续：所持第 ${number()} 份证据`
  switch (file.kind) {
    case 'head':
      return [earlierStep(name, file.content, content)]
    case 'export':
      return [earlierStep(name, file.content.head, content, { entries: file.content.entries, earlier: file.content.earlier })]
    case 'witness': {
      const signed = verifyWitness(file.content)
      // Anyone can write a statement: one whose signature does not hold accuses nobody.
      return [signed.ok ? judgeHistory(`${name}（见证：${file.content.witness}）`, content, { head: file.content.head }) : { name, result: 'warn', detail: `${signed.error.message}，不作证据` }]
    }
  }
}

const headReport = (id: string, signed: SignedHead, more: (number: () => number) => readonly CheckStep[], trust: Trust, options: VerifyOptions): SignatureReport => {
  let count = 0
  const certificate = certificateOf(signed.certificate)
  const own = certificate === undefined ? undefined : verifySignedHead(signed, { certificate: certificate.raw })
  const steps: CheckStep[] = [
    { name: '格式', result: 'pass', detail: `账本 ${signed.head.logId}，${signed.head.size} 条，规范编码` },
    own?.ok === true ? { name: '日志头签名', result: 'pass', detail: 'SM2 签名有效' } : { name: '日志头签名', result: 'fail', detail: own === undefined ? '日志头所附证书不正确' : own.ok ? '' : own.error.message },
    ...clockStep(signed.head.issuedAt, options),
    ...more(() => (count += 1)),
  ]
  return reportOf(id, 'ledger-head', certificate, signed.head.issuedAt, steps, trust, options)
}

const witnessReport = (id: string, statement: WitnessStatement, more: readonly CheckStep[], trust: Trust, options: VerifyOptions): SignatureReport => {
  const signed = verifyWitness(statement)
  const { head } = statement
  const steps: CheckStep[] = [
    { name: '格式', result: 'pass', detail: `${statement.witness} 见证：账本 ${head.logId}，${head.size} 条，根 ${head.root}` },
    { name: '见证签名', result: signed.ok ? 'pass' : 'fail', detail: signed.ok ? 'SM2 签名有效' : signed.error.message },
    ...clockStep(statement.witnessedAt, options),
    ...more,
  ]
  return reportOf(id, 'ledger-witness', certificateOf(statement.certificate), statement.witnessedAt, steps, trust, options)
}

const clockStep = (time: string, { now }: VerifyOptions): readonly CheckStep[] =>
  now !== undefined && Date.parse(time) > Date.parse(now) + 5 * 60_000 ? [{ name: '签署时间', result: 'fail', detail: `声称的时间 ${time} 晚于现在 ${now}` }] : []

const certificateOf = (text: string): Certificate | undefined => {
  const der = fromBase64(text)
  const read = der.ok ? readCertificate(der.value) : der
  return read.ok ? read.value : undefined
}

const reportOf = (
  id: string, type: string, certificate: Certificate | undefined, time: string, own: readonly CheckStep[], trust: Trust, options: VerifyOptions,
): SignatureReport => {
  const chain = certificate === undefined ? { steps: [], chain: [] } : judgeCertificate('签署人', certificate, [], options.at ?? time, ['digitalSignature', 'nonRepudiation'], trust)
  const steps = [...own, ...chain.steps]
  return {
    id, type, verdict: verdictOf(steps, options), signer: certificate?.subject.text ?? null, signedAt: time, timeSource: 'claimed', coverage: 'whole', uncovered: [],
    modifiedAfter: steps.some((step) => step.result === 'fail' && step.name.startsWith('历史延续')), steps, chain: chain.chain,
  }
}
