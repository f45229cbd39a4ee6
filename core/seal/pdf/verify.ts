/** Verifies the signatures of a PDF (版式文件验章), one after the other, every check told. ISO 32000-1 §12.8, ETSI EN 319 102-1. */
import {
  readCertificate, readRevocationList, readSignedData, readTimeStamp, timeStampOf, validateChain, verifyCmsSigner, verifyTimeStamp,
  type Certificate, type CheckStep, type CmsVerdict, type RevocationList,
} from '#core/crypto'
import { changesBetween } from './changes.ts'
import { attempt, openPdf, type PdfFile } from './file.ts'
import { lastIndexOf } from './parse.ts'
import { coverageOf, signaturesOf, timeOf, type Coverage, type PdfSignature } from './signatures.ts'
import { nameOf, PdfError, sameValue } from './value.ts'
import { overall, type SignatureReport, type VerifyOptions, type VerifyReport, type VerifyWarning } from '../report.ts'

const MAX_SIGNATURES = 100
const MAX_REVISIONS = 50
/** Sub-filters that hold a detached CMS over the covered bytes. */
const CMS_FILTERS = ['ETSI.CAdES.detached', 'adbe.pkcs7.detached']

/**
 * Judges all signatures of a file. Never throws on what the bytes hold. `unusable`: not a readable PDF; `unsigned`: no
 * signature; `undecided`: intact, but trust, revocation or an algorithm is not known.
 */
export const verifyPdf = (bytes: Uint8Array, options: VerifyOptions): VerifyReport => {
  const warnings: VerifyWarning[] = []
  const finish = (verdict: VerifyReport['verdict'], signatures: readonly SignatureReport[]): VerifyReport => ({ kind: 'pdf', verdict, signatures, warnings })
  const file = openPdf(bytes)
  const found = file.ok ? attempt(() => signaturesOf(file.value)) : file
  if (!file.ok || !found.ok) {
    const { code, message } = !file.ok ? file.error : !found.ok ? found.error : { code: '', message: '' }
    warnings.push({ code, detail: message })
    // A file that says it is signed and cannot be read has lost its signature; without one it is merely unreadable.
    const claims = lastIndexOf(bytes, '/ByteRange', 0, bytes.length) >= 0
    return finish(claims && code !== 'pdf.encrypted' && code !== 'pdf.too-large' ? 'invalid' : 'unusable', [])
  }
  if (found.value.length > MAX_SIGNATURES) {
    warnings.push({ code: 'pdf.too-many-signatures', detail: `签名超过 ${MAX_SIGNATURES} 个` })
    return finish('unusable', [])
  }
  if (found.value.length === 0 && lostSignature(bytes)) {
    warnings.push({ code: 'pdf.signature-removed', detail: '早先版本中的签名在当前版本中不见了' })
    return finish('invalid', [])
  }
  const trust = readTrust(options, warnings)
  const reports = found.value.map((signature) => judge(file.value, signature, options, trust))
  return finish(overall(reports), reports)
}

/** Whether an earlier revision had a signature: bytes behind a signed file must not turn it into one that never was signed. */
const lostSignature = (bytes: Uint8Array): boolean => {
  if (lastIndexOf(bytes, '/ByteRange', 0, bytes.length) < 0) return false
  for (let end = bytes.length, tries = 0; tries < MAX_REVISIONS; tries++) {
    const at = lastIndexOf(bytes, '%%EOF', 0, end)
    if (at < 0) return false
    const earlier = openPdf(bytes.subarray(0, at + 5))
    const signatures = earlier.ok ? attempt(() => signaturesOf(earlier.value)) : earlier
    if (signatures.ok && signatures.value.length > 0) return true
    end = at
  }
  return false
}

type Trust = { readonly anchors: readonly Certificate[]; readonly crls: readonly RevocationList[] }

const readTrust = (options: VerifyOptions, warnings: VerifyWarning[]): Trust => ({
  anchors: options.anchors.flatMap((der) => {
    const read = readCertificate(der)
    if (!read.ok) warnings.push({ code: 'trust.certificate', detail: '一张信任证书无法读取' })
    return read.ok ? [read.value] : []
  }),
  crls: options.crls.flatMap((der) => {
    const read = readRevocationList(der)
    if (!read.ok) warnings.push({ code: 'trust.crl', detail: '一份吊销列表无法读取' })
    return read.ok ? [read.value] : []
  }),
})

const judge = (file: PdfFile, signature: PdfSignature, options: VerifyOptions, trust: Trust): SignatureReport => {
  const steps: CheckStep[] = []
  const add = (name: string, result: CheckStep['result'], detail: string) => steps.push({ name, result, detail })
  const filter = nameOf(signature.dict.entries.get('SubFilter')) ?? ''
  const claimedAt = timeOf(signature.dict.entries.get('M'))
  const coverage = coverageOf(file, signature)
  if (coverage.ok) add('签名范围', 'pass', '除签名数据外，本版本的每个字节都在签名范围内')
  else add('签名范围', 'fail', coverage.error.message)
  const revision = coverage.ok ? judgeRevision(file, signature, coverage.value, add) : { uncovered: [], modifiedAfter: false }
  const value = coverage.ok ? judgeValue(file, signature, coverage.value, filter, add, stampTrust(options, trust)) : undefined
  const time = value?.timeStamp ?? claimedAt ?? value?.cms.claimedTime ?? null
  add('签名时间', time === null ? 'warn' : 'pass', time === null ? '没有签名时间' : value?.timeStamp === undefined ? `${time}（签名者自述）` : `${time}（时间戳）`)
  if (value?.cms.certificate !== undefined) judgeTrust(value.cms.certificate, value.cms.pool, time, options, trust, add)
  const failed = steps.some((step) => step.result === 'fail' && !(options.trust === 'report' && step.name.startsWith(TRUST_PREFIX)))
  const unknown = steps.some((step) => step.result === 'unknown' && !(options.trust === 'report' && step.name.startsWith(TRUST_PREFIX)))
  return {
    id: signature.fieldName === '' ? `对象 ${signature.num ?? ''}` : signature.fieldName,
    type: filter,
    verdict: failed ? 'invalid' : unknown ? 'undecided' : 'valid',
    signer: value?.cms.certificate?.subject.text ?? null,
    signedAt: time,
    timeSource: value?.timeStamp === undefined ? 'claimed' : 'timestamp',
    coverage: coverage.ok && coverage.value.end === file.bytes.length ? 'whole' : 'partial',
    uncovered: revision.uncovered,
    modifiedAfter: revision.modifiedAfter,
    steps,
  }
}

/** Steps of the chain carry this prefix: they do not decide when trust is only reported. */
const TRUST_PREFIX = '证书链：'
type AddStep = (name: string, result: CheckStep['result'], detail: string) => void

/** Reads the revision that the signature covers by itself, and holds what came later against it. */
const judgeRevision = (file: PdfFile, signature: PdfSignature, { end }: Coverage, add: AddStep) => {
  const whole = end === file.bytes.length
  const uncovered = whole ? [] : [`字节 ${end}–${file.bytes.length}`]
  const compared = attempt(() => {
    const opened = openPdf(file.bytes.subarray(0, end))
    if (!opened.ok) throw new PdfError(opened.error.code, `签名所在版本无法读取：${opened.error.message}`)
    const signed = opened.value
    // The covered part must end where its revision ends, or bytes of the next one would be signed as if they belonged to it.
    if (!onlyLineEnd(signed.bytes.subarray(signed.end))) throw new PdfError('pdf.revision', '签名范围不在版本末尾结束')
    const same = signaturesOf(signed).some((other) => other.num === signature.num && sameValue(other.dict, signature.dict))
    if (!same) throw new PdfError('pdf.revision', '签名所在版本中没有这个签名')
    if (whole) return { problems: [], notes: [] }
    if (file.startxref < end) throw new PdfError('pdf.trailing', '签名范围之后有不属于任何版本的字节')
    if (!onlyLineEnd(file.bytes.subarray(file.end))) throw new PdfError('pdf.trailing', '文件末尾有多余的字节')
    return changesBetween(signed, file)
  })
  if (!compared.ok) {
    add('签名后的修改', 'fail', compared.error.message)
    return { uncovered, modifiedAfter: !whole }
  }
  const { problems, notes } = compared.value
  for (const note of notes) add('文档属性', 'warn', note)
  if (problems.length > 0) add('签名后的修改', 'fail', problems.slice(0, 5).join('；'))
  else add('签名后的修改', 'pass', whole ? '签名后没有增加内容' : '签名后只增加了其他签名')
  return { uncovered, modifiedAfter: problems.length > 0 }
}

const onlyLineEnd = (bytes: Uint8Array): boolean => bytes.length <= 2 && bytes.every((byte) => byte === 10 || byte === 13)

type Value = { readonly cms: CmsVerdict; readonly timeStamp: string | undefined }

const judgeValue = (
  file: PdfFile, { dict }: PdfSignature, coverage: Coverage, filter: string, add: AddStep, isTrusted: StampTrust,
): Value | undefined => {
  const isStamp = filter === 'ETSI.RFC3161'
  if (!CMS_FILTERS.includes(filter) && !isStamp) {
    add('签名格式', 'unknown', `不支持的签名格式 ${filter === '' ? '（未注明）' : filter}`)
    return undefined
  }
  const data = readSignedData(coverage.contents.bytes)
  if (!data.ok) {
    add('签名格式', 'fail', data.error.message)
    return undefined
  }
  const [signer, ...others] = data.value.signers
  if (signer === undefined || others.length > 0) {
    add('签名格式', 'fail', '签名数据应恰有一个签名者')
    return undefined
  }
  if (coverage.contents.bytes.subarray(data.value.length).some((byte) => byte !== 0)) {
    add('签名格式', 'fail', '签名数据之后的填充不是零')
    return undefined
  }
  if (dict.entries.has('Cert')) add('签名格式', 'warn', '签名字典带有 Cert 项，PAdES 不允许')
  const covered = coveredBytes(file, coverage)
  if (isStamp) {
    const stamp = verifyStamp(coverage.contents.bytes.subarray(0, data.value.length), covered, add)
    return stamp === undefined ? undefined : { cms: stamp.cms, timeStamp: isTrusted(stamp, add) ? stamp.time : undefined }
  }
  // Content inside the signature would be what is verified, while the reader sees something else.
  if (data.value.content !== undefined) {
    add('签名格式', 'fail', '签名数据内另含内容，不是对文件的签名')
    return undefined
  }
  add('签名格式', 'pass', filter)
  const cms = verifyCmsSigner(data.value, signer, { bytes: covered })
  for (const step of cms.steps) add(step.name, step.result, step.detail)
  if (filter === 'ETSI.CAdES.detached' && cms.claimedTime !== undefined) add('签名时间属性', 'warn', '签名属性含有签名时间，PAdES 不允许')
  const token = timeStampOf(signer)
  const stamp = token === undefined ? undefined : verifyStamp(token, signer.signature, add)
  return { cms, timeStamp: stamp !== undefined && isTrusted(stamp, add) ? stamp.time : undefined }
}

type Stamp = { readonly time: string; readonly cms: CmsVerdict }

/** The token's time when it holds over `message`. Its steps are summed up in one. */
const verifyStamp = (token: Uint8Array, message: Uint8Array, add: AddStep): Stamp | undefined => {
  const stamp = readTimeStamp(token)
  if (!stamp.ok) {
    add('时间戳', 'fail', stamp.error.message)
    return undefined
  }
  const cms = verifyTimeStamp(stamp.value, { bytes: message })
  const reason = cms.steps.find((step) => step.result === 'fail' || step.result === 'unknown')?.detail ?? ''
  if (cms.verdict === 'intact') add('时间戳', 'pass', `${stamp.value.time}，由 ${cms.certificate?.subject.text ?? '未知机构'} 出具`)
  else add('时间戳', cms.verdict === 'undecided' ? 'warn' : 'fail', reason)
  return cms.verdict === 'intact' ? { time: stamp.value.time, cms } : undefined
}

type StampTrust = (stamp: Stamp, add: AddStep) => boolean

/** A time that an unknown authority states must not carry a certificate over its expiry, so it counts as told, not as proven. */
const stampTrust = (options: VerifyOptions, trust: Trust): StampTrust => ({ time, cms }, add) => {
  if (options.trust === 'report') return true
  const chain = cms.certificate === undefined ? undefined
    : validateChain(cms.certificate, cms.pool, trust.anchors, { at: time, crls: trust.crls, purpose: TIME_STAMPING })
  const trusted = chain?.verdict === 'trusted'
  add('时间戳机构', trusted ? 'pass' : 'warn', trusted ? '时间戳机构可信' : '时间戳机构未经信任，时间按签名者自述对待')
  return trusted
}

/** id-kp-timeStamping */
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'

const coveredBytes = (file: PdfFile, { holeStart, holeEnd, end }: Coverage): Uint8Array => {
  const covered = new Uint8Array(holeStart + end - holeEnd)
  covered.set(file.bytes.subarray(0, holeStart))
  covered.set(file.bytes.subarray(holeEnd, end), holeStart)
  return covered
}

const judgeTrust = (
  leaf: Certificate, pool: readonly Certificate[], time: string | null, options: VerifyOptions, trust: Trust, add: AddStep,
): void => {
  const at = options.at ?? time
  if (trust.anchors.length === 0) add(`${TRUST_PREFIX}信任锚`, 'unknown', '没有提供信任的根证书')
  if (at === null) {
    add(`${TRUST_PREFIX}时间`, 'unknown', '不知道应按哪个时间判断证书')
    return
  }
  const chain = validateChain(leaf, pool, trust.anchors, { at, crls: trust.crls, revocation: 'required', usage: ['digitalSignature', 'nonRepudiation'] })
  for (const step of chain.steps) {
    // No path to an anchor is a lack of knowledge, not a sign of forgery.
    const result = step.name === '信任锚' ? 'unknown' : step.result
    if (!(step.name === '信任锚' && trust.anchors.length === 0)) add(`${TRUST_PREFIX}${step.name}`, result, step.detail)
  }
  if (chain.verdict === 'trusted') add(`${TRUST_PREFIX}结论`, 'pass', `按 ${at} 判断，证书可信`)
}
