/** From B-T to B-LT and B-LTA, and renewing later (长期验证、续期), ETSI EN 319 142-1 §5.4–5.5. */
import type { FormatError, Result } from '#core/formats'
import { readCertificate, readOcspResponse, readRevocationList, readSignedData, timeStampOf, readTimeStamp, validateChain, verifyTimeStamp, type Certificate, type ChainVerdict } from '#core/crypto'
import { withDocumentTimeStamp } from './doc-time-stamp.ts'
import { distinct, storedEvidence, withEvidence, type SealEvidence } from './dss.ts'
import { attemptLater, openPdf, type PdfFile } from './file.ts'
import { checkOwn } from './self-check.ts'
import { signaturesOf } from './signatures.ts'
import { CLOCK_TOLERANCE, type StampClock, type TimeStampPort } from './time-stamp.ts'
import { isString, nameOf, PdfError } from './value.ts'

/** B 基本 · T 带时间戳 · LT 带验证数据 · LTA 带归档时间戳 */
export type SealLevel = 'B' | 'T' | 'LT' | 'LTA'

/** `own`: the newest signature alone; `unproven`: all that no document time stamp covers yet. */
export type Raising = { readonly reach: 'own' | 'unproven'; readonly timeStamp: TimeStampPort; readonly clock: StampClock; readonly evidence: SealEvidence }

/** PdfError seal.evidence-*, seal.timestamp-*. */
export const raise = async (pdf: Uint8Array, level: 'LT' | 'LTA', { reach, timeStamp, clock, evidence }: Raising): Promise<Uint8Array> => {
  const file = reopened(pdf)
  const contents = reach === 'own' ? unprovenIn(file).slice(-1) : unprovenIn(file)
  const stored = storedEvidence(file)
  const needed = contents.flatMap(certificatesIn)
  const given: SealEvidence = { ...evidence, certificates: distinct([...needed.flatMap(({ carried }) => carried), ...evidence.certificates]) }
  const full = await withFetched(needed, given, stored, clock.at)
  for (const chain of chainsOf(needed, full, stored, clock.at)) {
    const gap = chain.steps.find((step) => step.result === 'fail' || step.result === 'unknown')
    if (chain.verdict !== 'trusted') throw new PdfError('seal.evidence-incomplete', `验证数据不足以长期验证：${gap?.detail ?? ''}`)
  }
  const withStore = withEvidence(file, full, contents)
  return level === 'LT' ? withStore : withDocumentTimeStamp(reopened(withStore), timeStamp, clock)
}

/**
 * /Contents of the newest signature, and of what stands since the last document time stamp, that stamp included: everything
 * before it is proven already, and its certificates may have run out by now.
 */
const unprovenIn = (file: PdfFile): readonly Uint8Array[] => {
  const ordered = signaturesOf(file)
    .flatMap(({ dict }) => {
      const value = dict.entries.get('Contents')
      return isString(value) ? [{ start: value.start, bytes: value.bytes, isStamp: nameOf(file.resolve(dict.entries.get('SubFilter'))) === 'ETSI.RFC3161' }] : []
    })
    .sort((a, b) => a.start - b.start)
  return ordered.slice(Math.max(0, ordered.findLastIndex(({ isStamp }) => isStamp))).map(({ bytes }) => bytes)
}

export type ExtendRequest = {
  readonly pdf: Uint8Array
  /** What proves today that no certificate of the file was revoked. */
  readonly evidence: SealEvidence
  readonly timeStamp: TimeStampPort
  /** ISO 8601 UTC: now. */
  readonly at: string
  readonly clockTolerance?: number
}

/**
 * Renews the proof of a signed file before its last time stamp weakens (续期): today's evidence and a further document time
 * stamp, each in an increment. Errors as sealPdfTo; seal.nothing-signed for a file without signatures.
 */
export const extendPdf = ({ pdf, evidence, timeStamp, at, clockTolerance = CLOCK_TOLERANCE }: ExtendRequest): Promise<Result<Uint8Array, FormatError>> =>
  attemptLater(async () => {
    if (signaturesOf(reopened(pdf)).length === 0) throw new PdfError('seal.nothing-signed', '文件没有签名，无从续期')
    const extended = await raise(pdf, 'LTA', { reach: 'unproven', timeStamp, clock: { at, tolerance: clockTolerance }, evidence })
    checkOwn(pdf, extended)
    return extended
  })

const reopened = (pdf: Uint8Array): PdfFile => {
  const file = openPdf(pdf)
  if (!file.ok) throw new PdfError(file.error.code, file.error.message)
  return file.value
}

/** `proven`: when the signature existed by its own time stamp, ISO 8601 UTC; that the stamp's authority is sound is needed beside it. */
type Needed = { readonly leaf: Certificate | undefined; readonly carried: readonly Uint8Array[]; readonly proven?: string }

/** The signer's certificate and that of the stamp's authority, with all that came along. */
const certificatesIn = (contents: Uint8Array): readonly Needed[] => {
  const data = readSignedData(contents)
  if (!data.ok) return []
  const [signer] = data.value.signers
  const pool = data.value.certificates.flatMap((der) => {
    const read = readCertificate(der)
    return read.ok ? [read.value] : []
  })
  const leaf = pool.find((candidate) => signer !== undefined &&
    (signer.name.kind === 'issuer' ? candidate.serial === signer.name.serial : candidate.subjectKeyId === signer.name.keyId))
  const token = signer === undefined ? undefined : timeStampOf(signer)
  const stamp = token === undefined ? undefined : readTimeStamp(token)
  const own: Needed = { leaf, carried: data.value.certificates }
  if (signer === undefined || token === undefined || stamp?.ok !== true) return [own]
  const holds = verifyTimeStamp(stamp.value, { bytes: signer.signature }).verdict === 'intact'
  return [holds ? { ...own, proven: stamp.value.time } : own, ...certificatesIn(token)]
}

/** What nobody told so far is asked for, where the caller has a network. What stays open is refused afterwards like anything that lacks. */
const withFetched = async (needed: readonly Needed[], evidence: SealEvidence, stored: SealEvidence, at: string): Promise<SealEvidence> => {
  if (evidence.fetch === undefined) return evidence
  const questions = chainsOf(needed, evidence, stored, at).flatMap(({ path, evidence: told }) => path.flatMap((certificate, i) => {
    const issuer = path[i + 1]
    return issuer === undefined || told.some((known) => known.certificate === certificate) ? [] : [{ certificate, issuer }]
  }))
  if (questions.length === 0) return evidence
  const { crls, ocsps } = await evidence.fetch(questions)
  return { ...evidence, crls: distinct([...evidence.crls, ...crls]), ocsps: distinct([...evidence.ocsps, ...ocsps]) }
}

/** An LT signature whose evidence does not reach up to a root proves nothing later, when nobody can fetch the rest. */
const chainsOf = (needed: readonly Needed[], evidence: SealEvidence, stored: SealEvidence, at: string): readonly ChainVerdict[] => {
  const pool = distinct([...evidence.certificates, ...stored.certificates]).flatMap((der) => {
    const read = readCertificate(der)
    if (!read.ok) throw new PdfError('seal.evidence-unreadable', '验证数据中有一张证书无法读取')
    return [read.value]
  })
  const crls = evidence.crls.map((der) => {
    const read = readRevocationList(der)
    if (!read.ok) throw new PdfError('seal.evidence-unreadable', '验证数据中有一份吊销列表无法读取')
    return read.value
  })
  const ocsps = evidence.ocsps.map((der) => {
    const read = readOcspResponse(der)
    if (!read.ok) throw new PdfError('seal.evidence-unreadable', '验证数据中有一份证书状态应答无法读取')
    return read.value
  })
  const anchors = pool.filter((certificate) => certificate.subject.text === certificate.issuer.text)
  return needed.map(({ leaf, proven }) => {
    if (leaf === undefined) throw new PdfError('seal.evidence-incomplete', '签名数据中没有签名者的证书')
    // What ended or was lost after the stamp changes nothing for the signature under it; the authority itself must be sound today.
    return validateChain(leaf, pool, anchors, { at: proven ?? at, crls, ocsps, revocation: 'required', ...(proven === undefined ? {} : { time: 'proven' }) })
  })
}
