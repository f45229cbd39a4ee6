/** Verifies the signatures of a PDF (版式文件验章), one after the other, every check told. ISO 32000-2 §12.8, ETSI EN 319 102-1. */
import { readCertificate } from '#core/crypto'
import { checkValue, judgeSignature, trimmed, type Checked, type Court } from './judge.ts'
import { NO_EVIDENCE, storedEvidence, vriKey, type StoredEvidence } from './dss.ts'
import { attempt, type PdfFile } from './file.ts'
import { pdfCache, type PdfCache } from './objects.ts'
import { lastIndexOf } from './parse.ts'
import { isTrustedStamp, type Archive } from './proof.ts'
import { fieldsIn } from './references.ts'
import { openForJudging } from './repair.ts'
import { revisionsOf, tellChanges } from './revisions.ts'
import { DOCUMENT_TIME_STAMP } from './signature-value.ts'
import { coverageOf, isUnfilled, signaturesOf, strayIn, type PdfSignature } from './signatures.ts'
import { isDict, nameOf, type PdfDict, type PdfValue } from './value.ts'
import { overall, type RevisionReport, type SignatureReport, type VerifyOptions, type VerifyReport, type VerifyWarning } from '../report.ts'
import { coded } from '../step-code.ts'
import { trustOf, type Trust } from '../trust.ts'

const MAX_SIGNATURES = 100
const MAX_REVISIONS = 50

/**
 * Judges all signatures of a file. Never throws on what the bytes hold. `unusable`: not a readable PDF; `unsigned`: no
 * signature; `undecided`: intact, but trust, revocation or an algorithm is not known.
 */
export const verifyPdf = (bytes: Uint8Array, options: VerifyOptions): VerifyReport => {
  const warnings: VerifyWarning[] = []
  const finish = (verdict: VerifyReport['verdict'], signatures: readonly SignatureReport[]): VerifyReport => coded({ kind: 'pdf', verdict, signatures, warnings })
  const cache = pdfCache()
  const file = openForJudging(bytes, cache)
  const found = file.ok ? attempt(() => allSignatures(file.value)) : file
  if (!file.ok || !found.ok) {
    const { code, message } = !file.ok ? file.error : !found.ok ? found.error : { code: '', message: '' }
    warnings.push({ code, detail: message })
    // A file that says it is signed and cannot be read has lost its signature; without one it is merely unreadable.
    const claims = lastIndexOf(bytes, '/ByteRange', 0, bytes.length) >= 0
    return finish(claims && code !== 'pdf.encrypted' && code !== 'pdf.too-large' ? 'invalid' : 'unusable', [])
  }
  warnings.push(...stateOf(file.value), ...unfilledIn(file.value))
  if (found.value.length > MAX_SIGNATURES) {
    warnings.push({ code: 'pdf.too-many-signatures', detail: `签名超过 ${MAX_SIGNATURES} 个` })
    return finish('unusable', [])
  }
  if (found.value.length === 0 && lostSignature(bytes, cache)) {
    warnings.push({ code: 'pdf.signature-removed', detail: '早先版本中的签名在当前版本中不见了' })
    return finish('invalid', [])
  }
  if (found.value.length === 0) return finish('unsigned', [])
  const { reports, revisions } = judgeAll(file.value, found.value, cache, options, warnings)
  const verdict = overall(reports)
  // Whoever sealed there meant it to stay: the rest may hold, but the file is not what all of them left.
  const hidden = verdict === 'valid' && warnings.some(({ code }) => code === 'pdf.signature-removed' || code === 'pdf.unsure' || code === 'pdf.encrypted')
  return { ...finish(hidden ? 'undecided' : verdict, reports), ...(revisions.length > 1 ? { revisions } : {}) }
}

const allSignatures = (file: PdfFile): readonly PdfSignature[] => {
  const listed = signaturesOf(file)
  return [...listed, ...strayIn(file, listed)]
}

/** Fields with room for a signature that nobody gave. */
const unfilledIn = (file: PdfFile): readonly VerifyWarning[] => {
  const fields = attempt(() => [...fieldsIn(file).values()])
  return !fields.ok ? [] : fields.value.flatMap(({ name, type, dict }) => {
    const value = type === 'Sig' ? readableValue(file, dict) : null
    return isDict(value) && isUnfilled(file, value) ? [{ code: 'pdf.signature-unfilled', detail: `签名域“${name}”只预留了签名位置，并没有签名` }] : []
  })
}
const readableValue = (file: PdfFile, dict: PdfDict): PdfValue => {
  const value = attempt(() => file.resolve(dict.entries.get('V')))
  return value.ok ? value.value : null
}

/** What must be known of a file that was not read as it should be readable. */
const stateOf = ({ state }: PdfFile): readonly VerifyWarning[] => [
  ...(state.repaired.length === 0 ? [] : [{ code: 'pdf.repaired', detail: `文件结构损坏，修复后才能读取：${state.repaired.join('；')}` }]),
  ...(state.unsure.length === 0 ? [] : [{ code: 'pdf.unsure', detail: `各阅读器显示的内容可能不同：${state.unsure.slice(0, 5).join('；')}` }]),
  ...(state.encryption === 'locked' ? [{ code: 'pdf.encrypted', detail: '文件已加密，须密码才能打开：签名值可以验证，显示的内容无法核对' }] : []),
]

const judgeAll = (file: PdfFile, signatures: readonly PdfSignature[], cache: PdfCache, options: VerifyOptions, warnings: VerifyWarning[]) => {
  const trust = trustOf(options)
  warnings.push(...trust.warnings)
  const checked = signatures.map((signature) => checkValue(file, signature, coverageOf(file, signature)))
  const revisions = revisionsOf(file, checked.flatMap(({ coverage }) => (coverage.ok ? [coverage.value.end] : [])), cache)
  const evidence = readEvidence(file, checked, warnings)
  if (countOf(file.bytes, '/ByteRange') > signatures.length) lostSignatures(file.bytes, signatures, cache, warnings)
  const base: Court = { file, revisions, archives: [], evidence, options, trust }
  const court: Court = { ...base, archives: archivesIn(base, checked, trust) }
  const reports = checked.map((one) => judgeSignature(court, one))
  const closing = new Map(checked.flatMap(({ coverage }, i) => (coverage.ok ? [[coverage.value.end, reports[i]!.id] as const] : [])))
  return { reports, revisions: revisions.steps.map(({ end, changes }): RevisionReport => ({ end, signature: closing.get(end) ?? null, changes: tellChanges(changes) })) }
}

const readEvidence = (file: PdfFile, checked: readonly Checked[], warnings: VerifyWarning[]): Court['evidence'] => {
  const read = attempt(() => storedEvidence(file))
  if (!read.ok) warnings.push({ code: read.error.code, detail: `验证数据（DSS）无法读取：${read.error.message}` })
  const stored: StoredEvidence = read.ok ? read.value : { ...NO_EVIDENCE, signatures: [], damaged: 0 }
  if (stored.damaged > 0) warnings.push({ code: 'pdf.dss-damaged', detail: `验证数据中有 ${stored.damaged} 项无法读取` })
  const keys = new Set(checked.flatMap(({ coverage }) => (coverage.ok ? [vriKey(coverage.value.contents.bytes), vriKey(trimmed(coverage.value.contents.bytes))] : [])))
  const strange = stored.signatures.filter((key) => !keys.has(key.toUpperCase()))
  if (strange.length > 0) warnings.push({ code: 'pdf.vri-unmatched', detail: `验证数据（VRI）有 ${strange.length} 个条目不对应文件中的任何签名` })
  const pool = stored.certificates.flatMap((der) => {
    const certificate = readCertificate(der)
    return certificate.ok ? [certificate.value] : []
  })
  return { ...stored, pool }
}

/** Document time stamps that hold over a sound revision: what they cover existed at their time. */
const archivesIn = (court: Court, checked: readonly Checked[], trust: Trust): readonly Archive[] => checked.flatMap(({ signature, coverage, value }) => {
  if (!coverage.ok || value?.stamp === undefined || nameOf(court.file.resolve(signature.dict.entries.get('SubFilter'))) !== DOCUMENT_TIME_STAMP) return []
  const pool = [...value.stamp.pool, ...court.evidence.pool]
  return [{ end: coverage.value.end, stamp: { ...value.stamp, pool }, trusted: isTrustedStamp({ ...value.stamp, pool }, court.options, trust) }]
})

/** Signatures of an earlier revision that the newest one does not show any more. */
const lostSignatures = (bytes: Uint8Array, present: readonly PdfSignature[], cache: PdfCache, warnings: VerifyWarning[]): void => {
  const shown = new Set(present.map(({ num }) => num))
  for (const { num, fieldName } of earlierSignatures(bytes, cache)) {
    if (num === undefined || shown.has(num)) continue
    shown.add(num)
    warnings.push({ code: 'pdf.signature-removed', detail: `早先版本中的签名“${fieldName}”在当前版本中不见了` })
  }
}

/** Of every revision that ends in the file, newest first. */
const earlierSignatures = function* (bytes: Uint8Array, cache: PdfCache): Generator<PdfSignature> {
  for (let end = bytes.length, tries = 0; tries < MAX_REVISIONS; tries++) {
    const at = lastIndexOf(bytes, '%%EOF', 0, end)
    if (at < 0) return
    const earlier = openForJudging(bytes.subarray(0, at + 5), cache)
    const signatures = earlier.ok ? attempt(() => signaturesOf(earlier.value)) : earlier
    if (signatures.ok) yield* signatures.value
    end = at
  }
}

/** Whether an earlier revision had a signature: bytes behind a signed file must not turn it into one that never was signed. */
const lostSignature = (bytes: Uint8Array, cache: PdfCache): boolean =>
  countOf(bytes, '/ByteRange') > 0 && earlierSignatures(bytes, cache).next().done !== true

const countOf = (bytes: Uint8Array, word: string): number => {
  let count = 0
  for (let at = bytes.indexOf(word.charCodeAt(0)); at >= 0; at = bytes.indexOf(word.charCodeAt(0), at + 1)) {
    let i = 1
    while (i < word.length && bytes[at + i] === word.charCodeAt(i)) i++
    if (i === word.length) count++
  }
  return count
}
