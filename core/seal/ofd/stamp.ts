/** Seals an OFD (OFD 电子签章): GB/T 38540-2020 signature data in the order of work of GB/T 33190 §18. */
import { sm3, type Signer } from '#core/crypto'
import { childElement, childElements, formatErr, innerText, ok, writeZip, type FormatError, type Result, type XmlNode } from '#core/formats'
import { findOfdFile, ofdFolder, openOfdPackage, readOfd, readOfdPart, type OfdFiles } from '#core/output'
import { CLOCK_TOLERANCE, obtainTimeStamp, PdfError } from '../pdf/index.ts'
import { buildSealSignature, readSeal, verifySeal } from '../ses/index.ts'
import type { VerifyOptions, VerifyReport } from '../report.ts'
import { nameSignatures } from './entry.ts'
import { stampsOf, type OfdSealPlace, type Stamp } from './places.ts'
import { readSignatureLists, type SignatureList } from './signature-file.ts'
import { verifyOfd } from './verify.ts'
import { maxSignId, signaturesXml, signatureXml, type Provider } from './write-signature.ts'

export type OfdStampRequest = {
  readonly ofd: Uint8Array
  /** the seal, DER */
  readonly seal: Uint8Array
  readonly signer: Signer
  readonly places: readonly OfdSealPlace[]
  /** ISO 8601 UTC; cut to the second */
  readonly signedAt: string
  /** 'locked': the list of signatures is protected too, so that no seal can follow (末位锁定) */
  readonly closing: 'open' | 'locked'
  readonly provider?: Provider
  /** fetches an RFC 3161 token over the signature value (port) */
  readonly timeStamp?: (signatureValue: Uint8Array) => Promise<Result<Uint8Array, FormatError>>
  /** anchors and lists: the seal must then be valid by its whole chain before it is used */
  readonly trust?: VerifyOptions
}

const PROVIDER: Provider = { name: 'wenshu', version: '1.0', company: '文枢' }
/** Judging what was just made: by its own time, the certificate's standing apart. */
const SELF: VerifyOptions = { anchors: [], crls: [], trust: 'report' }

/**
 * The sealed package. Files that were there keep their bytes, but OFD.xml at the first seal (it then names the list) and the list.
 * The seal is verified before it is used, the result before it is returned. Errors: those of opening (ofd.*), seal.locked,
 * seal.earlier-invalid (a seal that is there does not hold), seal.not-trusted, seal.timestamp-* (no answer, wrong, far from the clock), those of stampsOf and of buildSealSignature, and
 * seal.self-check.
 */
export const stampOfd = async (request: OfdStampRequest): Promise<Result<Uint8Array, FormatError>> => {
  const time = Date.parse(request.signedAt)
  if (Number.isNaN(time)) return formatErr('seal.content', '签章时间不合法')
  const signedAt = `${new Date(time).toISOString().slice(0, 19)}Z`
  const document = readOfd(request.ofd)
  if (!document.ok) return document
  const seal = readSeal(request.seal)
  if (!seal.ok) return seal
  const trusted = request.trust === undefined ? undefined : verifySeal(request.seal, { ...request.trust, at: signedAt })
  if (trusted !== undefined && trusted.verdict !== 'valid') return formatErr('seal.not-trusted', `印章验证没有通过：${firstProblem(trusted)}`)
  const stamps = stampsOf(document.value, request.places, seal.value.picture)
  if (!stamps.ok) return stamps
  const target = targetOf(request.ofd, document.value.path)
  if (!target.ok) return target
  const parts = await makeParts(request, signedAt, target.value, stamps.value)
  if (!parts.ok) return parts
  const sealed = writeZip([...parts.value].map(([path, bytes]) => ({ path, bytes })))
  const report = verifyOfd(sealed, SELF)
  const own = report.signatures.find((signature) => signature.id === target.value.signaturePath)
  const good = own?.verdict === 'valid' && report.signatures.every((signature) => signature.verdict !== 'invalid')
  return good ? ok(sealed) : formatErr('seal.self-check', `签章后的自检没有通过：${firstProblem(report)}`)
}

const firstProblem = (report: VerifyReport): string => {
  const steps = report.signatures.flatMap((signature) => signature.steps)
  const step = steps.find((one) => one.result === 'fail') ?? steps.find((one) => one.result === 'unknown')
  return step === undefined ? report.warnings[0]?.detail ?? '' : `${step.name}：${step.detail}`
}

/** Where the new signature goes. */
type Target = {
  readonly files: OfdFiles
  readonly entryPath: string
  /** absent at the first seal */
  readonly list: { readonly path: string; readonly root: XmlNode } | undefined
  readonly listPath: string
  /** folder of the signature's own files */
  readonly folder: string
  readonly signaturePath: string
}

const targetOf = (ofd: Uint8Array, documentPath: string): Result<Target, FormatError> => {
  const opened = openOfdPackage(ofd, 0)
  if (!opened.ok) return opened
  const files = opened.value
  const entryPath = findOfdFile(files, '', 'OFD.xml')!
  const entry = readOfdPart(files, '', 'OFD.xml')
  if (!entry.ok) return entry
  const existing = existingList(files, entry.value.root)
  if (!existing.ok) return existing
  const list = existing.value
  if (list?.signatures.some(({ file }) => file.ok && file.value.references.some((reference) => reference.path === list.path)) === true) {
    return formatErr('seal.locked', '这份文件的签章已经锁定，不能再加盖')
  }
  if (files.has('OFDEntries.xml')) return formatErr('seal.locked', '这份文件有完整性保护，不能再加入签章')
  const before = verifyOfd(ofd, SELF)
  if (before.verdict === 'invalid') return formatErr('seal.earlier-invalid', `文件上已有的签章不成立，不能在其上加盖：${firstProblem(before)}`)
  const habit = list === undefined ? `${ofdFolder(documentPath)}/Signs`.replace(/^\//, '') : ofdFolder(list.path)
  // The signature data can name its file in ASCII only.
  const base = /^[\x21-\x7e]*$/.test(habit) ? habit : 'Signs'
  const within = base === '' ? '' : `${base}/`
  const taken = new Set([...files.keys()].map((path) => path.toLowerCase()))
  let n = 0
  while ([...taken].some((path) => path.startsWith(`${within}Sign_${n}/`.toLowerCase()))) n++
  const listPath = list?.path ?? `${within}Signatures.xml`
  if (list === undefined && taken.has(listPath.toLowerCase())) return formatErr('seal.signature-list', `包内已有未被引用的 ${listPath}，不能加盖`)
  const folder = `${within}Sign_${n}`
  return ok({ files, entryPath, list, listPath, folder, signaturePath: `${folder}/Signature.xml` })
}

/** The list of the first document, which is the one that is shown. */
const existingList = (files: OfdFiles, entry: XmlNode): Result<SignatureList | undefined, FormatError> => {
  const body = childElement(entry, 'DocBody')
  const named = body === undefined ? [] : childElements(body, 'Signatures')
  if (named.length === 0) return ok(undefined)
  const [list] = readSignatureLists(files, entry)
  if (named.length > 1 || list === undefined || innerText(named[0]!).trim() === '') return formatErr('seal.signature-list', 'OFD.xml 的签名列表位置不合规范')
  return list
}

const makeParts = async (request: OfdStampRequest, signedAt: string, target: Target, stamps: readonly Stamp[]): Promise<Result<ReadonlyMap<string, Uint8Array>, FormatError>> => {
  const { files, folder, signaturePath } = target
  const parts = new Map(files)
  if (target.list === undefined) {
    const entry = nameSignatures(files.get(target.entryPath)!, `/${target.listPath}`)
    if (!entry.ok) return entry
    parts.set(target.entryPath, entry.value)
  }
  const highest = maxSignId(target.list?.root)
  const id = highest + 1
  const numbered = stamps.map((stamp, i) => ({ ...stamp, id: id + 1 + i }))
  const valuePath = `${folder}/SignedValue.dat`
  const sealPath = `${folder}/Seal.esl`
  parts.set(sealPath, request.seal)
  parts.set(target.listPath, signaturesXml(target.list?.root, { id, path: signaturePath }, id + stamps.length))
  const references = [...parts].filter(([path]) => request.closing === 'locked' || path !== target.listPath).map(([path, bytes]) => ({ path, digest: sm3(bytes) }))
  const signature = signatureXml({ provider: request.provider ?? PROVIDER, signedAt, references, stamps: numbered, sealPath, valuePath })
  parts.set(signaturePath, signature)
  const value = await buildSealSignature({
    seal: request.seal, signedAt, dataHash: sm3(signature), propertyInfo: `/${signaturePath}`,
    ...(request.timeStamp === undefined ? {} : { timeStamp: checkedStamp(request.timeStamp, signedAt) }),
  }, request.signer)
  if (!value.ok) return value
  return ok(parts.set(valuePath, value.value))
}

/** The authority's answer, held against the signature value and the sealer's clock before it goes in. */
const checkedStamp = (port: NonNullable<OfdStampRequest['timeStamp']>, at: string) => async (value: Uint8Array): Promise<Result<Uint8Array, FormatError>> => {
  try {
    return ok(await obtainTimeStamp(port, value, { at, tolerance: CLOCK_TOLERANCE }))
  } catch (error) {
    if (error instanceof PdfError) return formatErr(error.code, error.message)
    throw error
  }
}
