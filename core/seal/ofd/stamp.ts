/** Seals an OFD (OFD 电子签章): GB/T 38540-2020 signature data over the protected files. */
import { sm3, type Signer } from '#core/crypto'
import { formatErr, type FormatError, type Result } from '#core/formats'
import { readOfd } from '#core/output'
import { buildSealSignature, readSeal, verifySeal } from '../ses/index.ts'
import type { VerifyOptions } from '../report.ts'
import { stampsOf, type OfdSealPlace } from './places.ts'
import { checkedStamp, toSecond, withSignature, type SigningRequest } from './signed-parts.ts'
import { checked, firstProblem, targetOf } from './target.ts'

export type OfdStampRequest = SigningRequest & {
  /** the seal, DER */
  readonly seal: Uint8Array
  readonly signer: Signer
  readonly places: readonly OfdSealPlace[]
  /** anchors and lists: the seal must then be valid by its whole chain before it is used */
  readonly trust?: VerifyOptions
}

/**
 * The sealed package; see withSignature for what changes in it. The seal is verified before it is used, the result before it is
 * returned. Errors: those of targetOf, of stampsOf and of buildSealSignature, seal.picture (its size), seal.not-trusted, seal.timestamp-* (no answer,
 * wrong, far from the clock), and seal.self-check.
 */
export const stampOfd = async (request: OfdStampRequest): Promise<Result<Uint8Array, FormatError>> => {
  const signedAt = toSecond(request.signedAt)
  if (signedAt === undefined) return formatErr('seal.content', '签章时间不合法')
  const document = readOfd(request.ofd)
  if (!document.ok) return document
  const seal = readSeal(request.seal)
  if (!seal.ok) return seal
  const { width, height } = seal.value.picture
  if (![width, height].every((side) => side >= 1 && side <= 1000)) return formatErr('seal.picture', '印章图像的尺寸不合理，不能用印')
  const trusted = request.trust === undefined ? undefined : verifySeal(request.seal, { ...request.trust, at: signedAt })
  if (trusted !== undefined && trusted.verdict !== 'valid') return formatErr('seal.not-trusted', `印章验证没有通过：${firstProblem(trusted)}`)
  const stamps = stampsOf(document.value, request.places, seal.value.picture)
  if (!stamps.ok) return stamps
  const target = targetOf(request.ofd, document.value.path)
  if (!target.ok) return target
  const made = await withSignature(request, signedAt, target.value, { type: 'Seal', seal: request.seal, stamps: stamps.value }, (signatureFile) => buildSealSignature({
    seal: request.seal, signedAt, dataHash: sm3(signatureFile), propertyInfo: `/${target.value.signaturePath}`,
    ...(request.timeStamp === undefined ? {} : { timeStamp: checkedStamp(request.timeStamp, signedAt) }),
  }, request.signer))
  return made.ok ? checked(made.value, target.value) : made
}
