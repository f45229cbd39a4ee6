/**
 * Seals a PDF (电子印章用于版式文件): a visible signature field with the seal's picture, PAdES baseline B-B to B-LTA
 * (ETSI EN 319 142-1), as incremental updates. The sealed bytes begin with the unsealed ones.
 */
import { ok, type FormatError, type Result } from '#core/formats'
import { buildDetachedCms, digest, digestOfAlgorithm, signedAttributes, type DetachedSignature, type Signer } from '#core/crypto'
import { MM, sealForm, sliceForm, type SealForm, type SealPicture } from './appearance.ts'
import type { SealEvidence } from './dss.ts'
import { pageBoxes, pageCount, rectOn, signatureField, stampAnnotation, withAnnotations, withField } from './field.ts'
import { attempt, attemptLater, openPdf, type PdfFile } from './file.ts'
import { raise, type SealLevel } from './levels.ts'
import { certifiedLevel, type ChangeLevel } from './permissions.ts'
import { claims, openSignature, placeholder, type OpenSignature } from './placeholder.ts'
import { seamSlices, type PdfSeam } from './seam.ts'
import { checkOwn } from './self-check.ts'
import { signaturesOf } from './signatures.ts'
import { CLOCK_TOLERANCE, obtainTimeStamp, type TimeStampPort } from './time-stamp.ts'
import { PdfError } from './value.ts'
import { appendUpdate, nextNumber, ref, writeValue, array, dict, name, type NewObject } from './write.ts'
import type { VerifyWarning } from '../report.ts'
import { buildSealSignature } from '../ses/index.ts'

/** Where the seal goes: page from 1, centre and diameter (for a picture its width) in mm, from the page's top left (y downwards). */
export type PdfSealPlace = { readonly page: number; readonly x: number; readonly y: number; readonly diameter: number }

export type SealRequest = {
  readonly pdf: Uint8Array
  readonly place: PdfSealPlace
  /** The same seal elsewhere, under the same signature. */
  readonly alsoAt?: readonly Omit<PdfSealPlace, 'diameter'>[]
  /** Seam seals (骑缝章), under the same signature. */
  readonly seams?: readonly PdfSeam[]
  readonly appearance: SealPicture
  /** RSA, P-256 or SM2 key with its certificate. */
  readonly signer: Signer
  /** Issuers of the signer's certificate, DER, nearest first; the root may be left out. */
  readonly chain: readonly Uint8Array[]
  /** ISO 8601 UTC: the time that the signature claims (/M). */
  readonly signedAt: string
  /** Name of the seal's owner (/Name) and why it was sealed (/Reason). */
  readonly name: string
  readonly reason: string
  /** 'B' when absent. T and above need `timeStamp`; LT and LTA need `evidence` for every certificate under a root. */
  readonly level?: SealLevel
  readonly timeStamp?: TimeStampPort
  readonly evidence?: SealEvidence
  /** How far the authority's clock may be from `signedAt`, seconds; 300 when absent. */
  readonly clockTolerance?: number
  /** When the level cannot be reached: an error (default), or the highest level that was reached, with a warning. */
  readonly shortfall?: 'refuse' | 'keep-lower'
  /**
   * 'cms' when absent. A seal (SESeal, DER) instead puts a GB/T 38540 signature into the file (GM.sm2seal): an SM2 key that the
   * seal lists, level B only; PDF/A forbids it and readers abroad do not know it.
   */
  readonly container?: 'cms' | { readonly seal: Uint8Array }
  /** Certifies the document (认证签名): only as its first signature. */
  readonly docMdp?: ChangeLevel
}

/** A sealed file, the level that was reached, and what the sealer should know. */
export type SealedPdf = { readonly pdf: Uint8Array; readonly level: SealLevel; readonly warnings: readonly VerifyWarning[] }

/** All of a request but the key: what is signed depends on the signer's certificate and algorithm alone. */
type SealPreparation = Omit<SealRequest, 'signer' | 'timeStamp' | 'evidence'> & { readonly signer: Omit<Signer, 'sign'> }

/**
 * What the key of a seal that is elsewhere has to sign (待签内容): the file with its place for the signature left empty, and the octets.
 * sealPdf with the same request and a signer that returns their signature makes the sealed file. Errors as there.
 */
export const preparePdf = (request: SealPreparation): Result<{ readonly pdf: Uint8Array; readonly octets: Uint8Array }, FormatError> => attempt(() => {
  const opened = openPdf(request.pdf)
  if (!opened.ok) throw new PdfError(opened.error.code, opened.error.message)
  const { covered, fill } = prepare(opened.value, request)
  const { algorithm, certificate } = request.signer
  return { pdf: fill(new Uint8Array()), octets: signedAttributes(algorithm, certificate, digest(digestOfAlgorithm(algorithm), covered)) }
})

/** sealPdfTo, the file alone. */
export const sealPdf = async (request: SealRequest): Promise<Result<Uint8Array, FormatError>> => {
  const sealed = await sealPdfTo(request)
  return sealed.ok ? ok(sealed.value.pdf) : sealed
}

/**
 * The sealed file at the level asked for. Every signature in it was verified before it is returned, earlier ones included;
 * otherwise there is an error and no file. With an RSA key and no time stamp the same request gives the same bytes.
 * Errors pdf.* (unreadable, encrypted), seal.* (place, name, glyph, picture, rotated page, certified against changes,
 * timestamp-*, evidence-*, breaks-earlier).
 */
export const sealPdfTo = (request: SealRequest): Promise<Result<SealedPdf, FormatError>> => attemptLater(async () => {
  const opened = openPdf(request.pdf)
  if (!opened.ok) throw new PdfError(opened.error.code, opened.error.message)
  const wanted = request.level ?? 'B'
  if (wanted !== 'B' && request.timeStamp === undefined) throw new PdfError('seal.timestamp-unavailable', '没有配置时间戳服务')
  const warnings: VerifyWarning[] = []
  if (request.signer.algorithm === 'sm2-sm3') warnings.push({ code: 'seal.sm2-foreign', detail: '国密（SM2）签名，国外阅读器不识别，会显示为无法验证' })
  const open = prepare(opened.value, request)
  if (typeof request.container === 'object') {
    warnings.push({ code: 'seal.not-pdfa', detail: '以 GB/T 38540 签章数据写入 PDF，文件不再符合 PDF/A' })
    const pdf = open.fill(await sealInside(open.covered, request, request.container.seal))
    checkOwn(request.pdf, pdf)
    return { pdf, level: 'B', warnings }
  }
  const { cms, stamped } = await signatureOver(open.covered, request, wanted, warnings)
  let pdf = open.fill(cms)
  let level: SealLevel = stamped ? 'T' : 'B'
  if (stamped && (wanted === 'LT' || wanted === 'LTA')) {
    const raised = await attemptLater(() => raise(pdf, wanted, {
      reach: 'own', timeStamp: request.timeStamp!, clock: { at: request.signedAt, tolerance: request.clockTolerance ?? CLOCK_TOLERANCE },
      evidence: { ...(request.evidence ?? { crls: [], ocsps: [] }), certificates: [...request.chain, ...(request.evidence?.certificates ?? [])] },
    }))
    if (raised.ok) [pdf, level] = [raised.value, wanted]
    else fallBack(request, raised.error, warnings)
  }
  checkOwn(request.pdf, pdf)
  return { pdf, level, warnings }
})

const fallBack = (request: SealRequest, error: FormatError, warnings: VerifyWarning[]): void => {
  if (request.shortfall !== 'keep-lower') throw new PdfError(error.code, error.message)
  warnings.push({ code: error.code, detail: `没有达到要求的签名级别：${error.message}` })
}

/** The key signs once, also when the stamp fails and the caller wants the signature without it. */
const signatureOver = async (
  covered: Uint8Array, request: SealRequest, wanted: SealLevel, warnings: VerifyWarning[],
): Promise<{ readonly cms: Uint8Array; readonly stamped: boolean }> => {
  const contentDigest = digest(digestOfAlgorithm(request.signer.algorithm), covered)
  let value: Promise<Uint8Array> | undefined
  const signer: Signer = { ...request.signer, sign: (message) => (value ??= request.signer.sign(message)) }
  const plain = { contentDigest, chain: request.chain }
  if (wanted === 'B' || request.timeStamp === undefined) return { cms: await build(plain, signer), stamped: false }
  const clock = { at: request.signedAt, tolerance: request.clockTolerance ?? CLOCK_TOLERANCE }
  const port = request.timeStamp
  const stamped = await attemptLater(() => build({ ...plain, timeStamp: (signature) => obtainTimeStamp(port, signature, clock) }, signer))
  if (stamped.ok) return { cms: stamped.value, stamped: true }
  fallBack(request, stamped.error, warnings)
  return { cms: await build(plain, signer), stamped: false }
}

/** The data hash is SM3 over what /ByteRange covers. */
const sealInside = async (covered: Uint8Array, { signer, signedAt, level = 'B' }: SealRequest, seal: Uint8Array): Promise<Uint8Array> => {
  if (level !== 'B') throw new PdfError('seal.level', 'GB/T 38540 签章数据写入 PDF 时只有基本级别')
  const built = await buildSealSignature({ seal, signedAt, dataHash: digest('sm3', covered), propertyInfo: 'pdf' }, signer)
  if (!built.ok) throw new PdfError(built.error.code, built.error.message)
  return built.value
}

/** RangeError from the builder: the certificate does not fit the key. */
const build = async (parts: DetachedSignature, signer: Signer): Promise<Uint8Array> => {
  try {
    return await buildDetachedCms(parts, signer)
  } catch (error) {
    if (error instanceof RangeError) throw new PdfError('seal.signer', '签名证书无法读取，或与签名算法不符')
    throw error
  }
}

const prepare = (file: PdfFile, request: SealPreparation): OpenSignature => {
  checkCertification(file, request)
  let next = nextNumber(file)
  const take = (): number => next++
  const [signatureNum, fieldNum] = [take(), take()]
  const seal = sealForm(request.appearance, request.place.diameter, take)
  const boxOf = pageBoxes(file, 'upright')
  const centred = (place: { readonly page: number; readonly x: number; readonly y: number }) =>
    rectOn(boxOf(place.page), place.x - seal.width / MM / 2, place.y - seal.height / MM / 2, seal.width, seal.height)
  const stamps = [
    ...(request.alsoAt ?? []).map((place) => ({ page: boxOf(place.page).num, object: stampAnnotation(take(), boxOf(place.page).num, centred(place), seal.num, request.name), form: [] })),
    ...(request.seams ?? []).flatMap((seam) => seamStamps(seam, file, seal, request.name, take)),
  ]
  const own = boxOf(request.place.page).num
  const annotations = new Map([[own, [fieldNum]]])
  for (const { page, object } of stamps) annotations.set(page, [...(annotations.get(page) ?? []), object.num])
  const hole = placeholder(
    typeof request.container === 'object' ? '/Type/Sig/Filter/Gomain.GMPkiLite/SubFilter/GM.sm2seal' : '/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached',
    claims(request.signedAt, request.name, request.reason) + certification(request), roomFor(request),
  )
  const update = appendUpdate(file, [
    { num: signatureNum, gen: 0, text: hole.text },
    signatureField(fieldNum, 'WenshuSeal', own, signatureNum, centred(request.place), seal.num),
    ...seal.objects,
    ...stamps.flatMap(({ object, form }) => [object, ...form]),
    ...withAnnotations(file, annotations),
    ...withField(file, fieldNum, request.docMdp === undefined ? {} : { Perms: dict({ DocMDP: ref(signatureNum) }) }),
  ])
  return openSignature(update, signatureNum, hole)
}

const seamStamps = (seam: PdfSeam, file: PdfFile, seal: SealForm, title: string, take: () => number) => {
  const boxOf = pageBoxes(file, 'upright')
  const sizes = Array.from({ length: pageCount(file) }, (_, i) => {
    const box = boxOf(i + 1)
    return { width: box.width / MM, height: box.height / MM }
  })
  return seamSlices(seam, sizes, { width: seal.width / MM, height: seal.height / MM }).map((slice) => {
    const box = boxOf(slice.page)
    const part = { x: slice.fromX * MM, y: slice.fromY * MM, width: slice.width * MM, height: slice.height * MM }
    const form: NewObject = sliceForm(seal, take(), part)
    return { page: box.num, object: stampAnnotation(take(), box.num, rectOn(box, slice.x, slice.y, part.width, part.height), form.num, `${title}（骑缝）`), form: [form] }
  })
}

/** P=1 lets nothing follow, not even a seal; and only the first signature can certify (ISO 32000-1 §12.8.2.2). */
const checkCertification = (file: PdfFile, request: SealPreparation): void => {
  if (certifiedLevel(file) === 1) throw new PdfError('seal.certified', '文件的认证签名不允许再用印')
  if (request.docMdp !== undefined && signaturesOf(file).length > 0) throw new PdfError('seal.not-first', '只有第一个签名可以作认证签名')
}

const certification = ({ docMdp }: SealPreparation): string => (docMdp === undefined ? '' : `/Reference${writeValue(array(dict({
  Type: name('SigRef'), TransformMethod: name('DocMDP'), TransformParams: dict({ Type: name('TransformParams'), P: docMdp, V: name('1.2') }),
})))}`)

const roomFor = ({ signer, chain, container, level = 'B' }: SealPreparation): number => {
  const certificates = [signer.certificate, ...chain].reduce((sum, der) => sum + der.length, 0)
  // The seal with its picture travels inside.
  const seal = typeof container === 'object' ? container.seal.length : 0
  return Math.max(8192, certificates + 4096) + seal + (level === 'B' ? 0 : 16_384)
}
