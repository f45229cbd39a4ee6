/** One signature of a PDF, every check told (单个签名的验证), ETSI EN 319 102-1 §5.3–5.6. */
import { digest, readOcspResponse, readRevocationList, readSignedData, verifyCmsSigner, type Certificate, type CheckStep } from '#core/crypto'
import type { FormatError, Result } from '#core/formats'
import { judgeChanges, type Allowance } from './allowed.ts'
import { vriKey, type StoredEvidence } from './dss.ts'
import { attempt, type PdfFile } from './file.ts'
import { isSpace } from './parse.ts'
import { certifiedLevel, docMdpOf, lockLevelOf, lockOf, type ChangeLevel } from './permissions.ts'
import { archiveOver, authoritySteps, CLOCK_SKEW_MS, isTrustedStamp, renewalStep, type Archive } from './proof.ts'
import type { Revisions } from './revisions.ts'
import { DOCUMENT_TIME_STAMP, judgeSignatureValue, type AddStep, type SignatureValue } from './signature-value.ts'
import { idOf, signaturesOf, timeOf, type Coverage, type PdfSignature } from './signatures.ts'
import { judgeWeakness, weakIssues } from './strength.ts'
import { isString, nameOf, PdfError, sameValue } from './value.ts'
import type { ChainLink, SignatureReport, VerifyOptions } from '../report.ts'
import { judgeSealSignature } from '../ses/index.ts'
import { judgeCertificate, TRUST_STEP, verdictOf, type Trust } from '../trust.ts'

/** A signature with its value checked: what all of them must be known for before one can be judged. */
export type Checked = {
  readonly signature: PdfSignature
  readonly coverage: Result<Coverage, FormatError>
  readonly value: SignatureValue | undefined
  readonly steps: readonly CheckStep[]
}

export const checkValue = (file: PdfFile, signature: PdfSignature, coverage: Result<Coverage, FormatError>): Checked => {
  const steps: CheckStep[] = []
  const value = coverage.ok
    ? judgeSignatureValue(file, signature.dict, coverage.value.contents.bytes, coveredBytes(file, coverage.value), (name, result, detail) => { steps.push({ name, result, detail }) })
    : undefined
  return { signature, coverage, value, steps }
}

const coveredBytes = (file: PdfFile, { holeStart, holeEnd, end }: Coverage): Uint8Array => {
  const covered = new Uint8Array(holeStart + end - holeEnd)
  covered.set(file.bytes.subarray(0, holeStart))
  covered.set(file.bytes.subarray(holeEnd, end), holeStart)
  return covered
}

export type Court = {
  readonly file: PdfFile
  readonly revisions: Revisions
  readonly archives: readonly Archive[]
  readonly evidence: StoredEvidence & { readonly pool: readonly Certificate[] }
  readonly options: VerifyOptions
  readonly trust: Trust
}

export const judgeSignature = (court: Court, checked: Checked): SignatureReport => {
  const { file, options } = court
  const { signature, coverage, value } = checked
  const steps: CheckStep[] = []
  const add: AddStep = (name, result, detail) => { steps.push({ name, result, detail }) }
  const filter = nameOf(file.resolve(signature.dict.entries.get('SubFilter'))) ?? ''
  judgeStructure(file, signature, add)
  if (coverage.ok) add('签名范围', 'pass', '除签名数据外，本版本的每个字节都在签名范围内')
  else add('签名范围', 'fail', coverage.error.message)
  if (coverage.ok && coverage.value.spelling === 'odd') add('签名格式', 'warn', '签名数据的写法少见（含空白、大小写混用或位数为奇数）')
  const revision = coverage.ok ? judgeRevision(court, signature, coverage.value, add) : { uncovered: [], modifiedAfter: false }
  steps.push(...checked.steps)
  const end = coverage.ok ? coverage.value.end : 0
  const judged = value?.seal === undefined ? judgeTime(court, checked, filter, end, add) : judgeSealInside(court, value.seal, coverage, file, add)
  return {
    id: idOf(signature),
    type: filter,
    verdict: verdictOf(steps, options),
    signer: judged.signer ?? value?.certificate?.subject.text ?? signerNamed(file, signature),
    signedAt: judged.time,
    timeSource: judged.proven ? 'timestamp' : 'claimed',
    coverage: coverage.ok && end === file.bytes.length ? 'whole' : 'partial',
    uncovered: revision.uncovered,
    modifiedAfter: revision.modifiedAfter,
    steps,
    chain: judged.chain,
    covered: coverage.ok ? [`字节 0–${coverage.value.holeStart}`, `字节 ${coverage.value.holeEnd}–${end}`] : [],
  }
}

/** Whom a signature names that could not be judged: people must see whose it was. */
const signerNamed = (file: PdfFile, { dict }: PdfSignature): string | null => {
  const contents = file.resolve(dict.entries.get('Contents'))
  const data = isString(contents) ? readSignedData(contents.bytes) : undefined
  const signer = data?.ok === true ? data.value.signers[0] : undefined
  return data?.ok !== true || signer === undefined ? null : verifyCmsSigner(data.value, signer).certificate?.subject.text ?? null
}

/** A signature is over bytes; what people see is what readers make of them, so readers must agree. */
const judgeStructure = ({ state }: PdfFile, { listed }: PdfSignature, add: AddStep): void => {
  if (listed === 'nowhere') add('签名格式', 'fail', '签名不在任何签名域中，阅读器不会显示这个签名')
  if (listed === 'page') add('签名格式', 'warn', '签名域在页面上，却没有列入表单，有的阅读器不列出这个签名')
  if (state.unsure.length > 0) add('文件结构', 'unknown', `各阅读器显示的内容可能不同：${state.unsure[0]}`)
  else if (state.encryption === 'locked') add('文件结构', 'unknown', '文件已加密，须密码才能打开，显示的内容无法核对')
  else if (state.repaired.length > 0) add('文件结构', 'warn', `文件结构损坏，各阅读器修复后所见相同：${state.repaired[0]}`)
}

/** Reads the revision that the signature covers by itself, and holds what came later against what it allows. */
const judgeRevision = ({ file, revisions }: Court, signature: PdfSignature, { end }: Coverage, add: AddStep) => {
  const whole = end === file.bytes.length
  const uncovered = whole ? [] : [`字节 ${end}–${file.bytes.length}`]
  // Line ends and blanks that a transfer left behind are no revision, and no reader shows them.
  const onlyBlanks = !whole && isBlank(file.bytes.subarray(end))
  const compared = attempt(() => {
    const opened = revisions.at(end)
    if (!opened.ok) throw new PdfError(opened.error.code, `签名所在版本无法读取：${opened.error.message}`)
    const signed = opened.value
    // The covered part must end where its revision ends, or bytes of the next one would be signed as if they belonged to it.
    if (!isBlank(signed.bytes.subarray(signed.end))) throw new PdfError('pdf.revision', '签名范围不在版本末尾结束')
    const same = signaturesOf(signed).find((other) => other.num === signature.num && sameValue(other.dict, signature.dict))
    if (same === undefined) throw new PdfError('pdf.revision', '签名所在版本中没有这个签名')
    if (whole || onlyBlanks) return { problems: [], notes: [], open: [], alone: true }
    if (file.startxref < end) throw new PdfError('pdf.trailing', '签名范围之后有不属于任何版本的字节')
    if (!isBlank(file.bytes.subarray(file.end))) throw new PdfError('pdf.trailing', '文件末尾有多余的字节')
    const changes = revisions.after(end)
    if (!changes.ok) throw new PdfError(changes.error.code, changes.error.message)
    const judged = judgeChanges(changes.value, allowanceOf(signed, same))
    // What came later stands in no signature, so nothing speaks for the way it was repaired.
    return { ...judged, open: file.state.repaired.length > 0 ? ['签名后的内容须修复才能读取', ...judged.open] : judged.open, alone: false }
  })
  if (!compared.ok) {
    add('签名后的修改', 'fail', compared.error.message)
    return { uncovered, modifiedAfter: !whole }
  }
  const { problems, notes, open, alone } = compared.value
  if (onlyBlanks) add('签名后的增补', 'warn', `签名之后有 ${file.bytes.length - end} 个空白字节，不影响显示`)
  for (const note of notes) add('签名后的增补', 'warn', note)
  if (problems.length > 0) add('签名后的修改', 'fail', problems.slice(0, 5).join('；'))
  else if (open.length > 0) add('签名后的修改', 'unknown', open.slice(0, 5).join('；'))
  else add('签名后的修改', 'pass', alone ? '签名后没有增加内容' : notes.length > 0 ? '签名后只有没有被禁止的增补' : '签名后只增加了其他签名或验证数据')
  return { uncovered, modifiedAfter: problems.length > 0 || open.length > 0 }
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every(isSpace)

/** The strictest of what the document was certified for, what the signature itself says, and its field's lock. */
const allowanceOf = (signed: PdfFile, { dict, field }: PdfSignature): Allowance => {
  const levels = [certifiedLevel(signed), docMdpOf(signed, dict), lockLevelOf(signed, field)].filter((level) => level !== undefined)
  return { level: levels.length === 0 ? undefined : (Math.min(...levels) as ChangeLevel), lock: lockOf(signed, dict, field) }
}

type Timed = { readonly time: string | null; readonly proven: boolean; readonly chain: readonly ChainLink[]; readonly signer?: string | null }

/** A GB/T 38540 signature inside a PDF is judged as a seal; its data hash is SM3 over the covered bytes. */
const judgeSealInside = ({ options, evidence }: Court, seal: Uint8Array, coverage: Checked['coverage'], file: PdfFile, add: AddStep): Timed => {
  const given = { ...options, crls: [...options.crls, ...evidence.crls], ocsps: [...(options.ocsps ?? []), ...evidence.ocsps] }
  const judged = judgeSealSignature(seal, given, coverage.ok ? digest('sm3', coveredBytes(file, coverage.value)) : undefined)
  for (const step of judged.steps) add(step.name, step.result, step.detail)
  add('PDF/A', 'warn', 'GB/T 38540 签章数据不是 CMS，PDF/A 不允许，国外阅读器也不识别')
  return { time: judged.signedAt, proven: judged.timeSource === 'timestamp', chain: judged.chain, signer: judged.signer }
}

const judgeTime = (court: Court, { signature, value, coverage }: Checked, filter: string, end: number, add: AddStep): Timed => {
  const { options, archives, file } = court
  const trust = trustWith(court, value)
  const isArchive = filter === DOCUMENT_TIME_STAMP
  const claimed = timeOf(file.resolve(signature.dict.entries.get('M'))) ?? value?.claimedTime ?? null
  const present = options.at ?? options.now
  const own = value?.stamp
  const trusted = own !== undefined && isTrustedStamp(own, options, trust)
  if (own !== undefined && options.trust === 'decide') add('时间戳机构', trusted ? 'pass' : 'warn', trusted ? '时间戳机构可信' : '时间戳机构未经信任，时间按签名者自述对待')
  const archive = archiveOver(end, archives)
  const proven = trusted ? own.time : archive?.stamp.time
  const time = proven ?? (isArchive ? own?.time ?? null : claimed)
  if (time === null) add('签名时间', 'warn', '没有签名时间')
  else add('签名时间', ...timeVerdict(time, claimed, options.now, proven === undefined ? '签名者自述' : trusted ? '时间戳' : '归档时间戳'))
  if (own !== undefined) {
    const renewal = renewalStep(end, own, archives, present)
    if (renewal !== undefined) add(renewal.name, renewal.result, renewal.detail)
  }
  for (const weakness of value?.weaknesses ?? []) {
    // A stamp with a weak digest cannot vouch for itself.
    const { result, detail } = judgeWeakness(weakness, isArchive ? archive?.stamp.time : proven, options.trust)
    add('算法强度', result, detail)
  }
  if (value?.certificate === undefined) return { time, proven: proven !== undefined, chain: [] }
  if (coverage.ok) judgeEvidence(court, coverage.value.contents.bytes, add)
  if (isArchive && own !== undefined) {
    const authority = authoritySteps(own, trust, TRUST_STEP)
    for (const step of authority.steps) add(step.name, step.result, step.detail)
    return { time, proven: proven !== undefined, chain: authority.chain }
  }
  // A proven time stands for itself; without one the judge may ask about any other.
  const at = proven ?? options.at ?? time
  if (at === null) {
    add(`${TRUST_STEP}时间`, 'unknown', '不知道应按哪个时间判断证书')
    return { time, proven: false, chain: [] }
  }
  const pool = [...value.pool, ...trust.carried]
  const judged = judgeCertificate('', value.certificate, pool, at, ['digitalSignature', 'nonRepudiation'], trust, proven === undefined ? undefined : 'proven')
  for (const step of judged.steps) add(step.name, step.result, step.detail)
  for (const weak of weakIssues([value.certificate, ...pool])) add(`${TRUST_STEP}算法强度`, 'warn', `${weak.subject.text}：证书用 SHA-1 签发`)
  const { notAfter } = value.certificate
  if (present !== undefined && Date.parse(present) > Date.parse(notAfter) && Date.parse(at) <= Date.parse(notAfter)) {
    add(`${TRUST_STEP}证书现状`, 'warn', proven === undefined
      ? `签名者证书已于 ${notAfter} 过期；按自述的签名时间判断时有效，但没有时间戳证明签名早于过期`
      : `签名者证书已于 ${notAfter} 过期；时间戳证明签名在 ${proven} 已存在，当时有效`)
  }
  return { time, proven: proven !== undefined, chain: judged.chain }
}

const timeVerdict = (time: string, claimed: string | null, now: string | undefined, source: string): readonly ['pass' | 'fail' | 'warn', string] => {
  if (now !== undefined && Date.parse(time) > Date.parse(now) + CLOCK_SKEW_MS) return ['fail', `${time}（${source}）晚于当前时间 ${now}`]
  if (claimed !== null && Date.parse(claimed) > Date.parse(time) + CLOCK_SKEW_MS) return ['warn', `${time}（${source}）；签名者自述 ${claimed}，晚于时间戳，其时钟不准`]
  return ['pass', now === undefined ? `${time}（${source}；未与当前时间核对）` : `${time}（${source}）`]
}

/** Lists and answers that the file brings: signed by their issuers, so they may speak; never anchors. */
const trustWith = ({ trust, evidence }: Court, value: SignatureValue | undefined) => ({
  ...trust, carried: evidence.pool,
  crls: [...trust.crls, ...[...evidence.crls, ...(value?.crls ?? [])].flatMap(listOf)], ocsps: [...trust.ocsps, ...evidence.ocsps.flatMap(answerOf)],
})

/** Outcomes of signatures are kept by value, so the same bytes must give the same value. */
const remembered = <T>(read: (der: Uint8Array) => Result<T, FormatError>): ((der: Uint8Array) => readonly T[]) => {
  const known = new WeakMap<Uint8Array, readonly T[]>()
  return (der) => {
    const made = known.get(der)
    if (made !== undefined) return made
    const value = read(der)
    const list = value.ok ? [value.value] : []
    known.set(der, list)
    return list
  }
}
const listOf = remembered(readRevocationList)
const answerOf = remembered(readOcspResponse)

const judgeEvidence = ({ evidence }: Court, contents: Uint8Array, add: AddStep): void => {
  const count = evidence.certificates.length + evidence.crls.length + evidence.ocsps.length
  if (count === 0) return
  add('验证数据', 'pass', `文件自带 ${evidence.certificates.length} 张证书、${evidence.crls.length} 份吊销列表、${evidence.ocsps.length} 份在线状态应答`)
  if (evidence.signatures.length === 0) return
  const keys = [vriKey(contents), vriKey(trimmed(contents))]
  if (!keys.some((key) => evidence.signatures.some((stored) => stored.toUpperCase() === key))) add('验证数据', 'warn', '验证数据（VRI）中没有这个签名的条目')
}

/** Some writers name a signature by its value without the padding. */
export const trimmed = (contents: Uint8Array): Uint8Array => {
  let end = contents.length
  while (end > 0 && contents[end - 1] === 0) end--
  return contents.subarray(0, end)
}
