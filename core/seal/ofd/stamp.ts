/** Seals an OFD (OFD 电子签章): GB/T 38540-2020 signature data over the protected files. */
import { sm3, type Signer } from '#core/crypto'
import { formatErr, type FormatError, type Result } from '#core/formats'
import { readOfd } from '#core/output'
import { buildSealSignature, readSeal, sealSignatureOctets, verifySeal } from '../ses/index.ts'
import type { VerifyOptions } from '../report.ts'
import { stampsOf, type OfdSealPlace } from './places.ts'
import { checkedStamp, toSecond, withSignature, type SigningRequest } from './signed-parts.ts'
import { checked, firstProblem, targetOf, type Target } from './target.ts'

export type OfdStampRequest = SigningRequest & {
  /** the seal, DER */
  readonly seal: Uint8Array
  readonly signer: Signer
  readonly places: readonly OfdSealPlace[]
  /** anchors and lists: the seal must then be valid by its whole chain before it is used */
  readonly trust?: VerifyOptions
}

/** All of a request but the key and the time stamp: what is signed depends on the signer's certificate alone. */
type OfdStampPreparation = Omit<OfdStampRequest, 'signer' | 'timeStamp'> & { readonly signer: Omit<Signer, 'sign'> }

/**
 * The sealed package; see withSignature for what changes in it. The seal is verified before it is used, the result before it is
 * returned. Errors: those of targetOf, of stampsOf and of buildSealSignature, seal.picture (its size), seal.not-trusted, seal.timestamp-* (no answer,
 * wrong, far from the clock), and seal.self-check.
 */
export const stampOfd = (request: OfdStampRequest): Promise<Result<Uint8Array, FormatError>> =>
  stampWith(request, async (over, target, signedAt) => {
    const made = await over((signatureFile) => buildSealSignature({
      ...namedIn(request, target, signedAt, signatureFile), ...(request.timeStamp === undefined ? {} : { timeStamp: checkedStamp(request.timeStamp, signedAt) }),
    }, request.signer))
    return made.ok ? checked(made.value, target) : made
  })

/**
 * What the key of a seal that is elsewhere has to sign (待签内容), TBS_Sign over the Signature.xml to be. stampOfd with the same request
 * and a signer that returns its signature makes the sealed package. Errors as there.
 */
export const prepareOfd = (request: OfdStampPreparation): Promise<Result<Uint8Array, FormatError>> =>
  stampWith(request, async (over, target, signedAt) => {
    let octets: Result<Uint8Array, FormatError> = formatErr('seal.content', '没有待签内容')
    const made = await over(async (signatureFile) => {
      octets = sealSignatureOctets(namedIn(request, target, signedAt, signatureFile), request.signer)
      return octets
    })
    return made.ok ? octets : made
  })

const namedIn = ({ seal }: OfdStampPreparation, { signaturePath }: Target, signedAt: string, signatureFile: Uint8Array) =>
  ({ seal, signedAt, dataHash: sm3(signatureFile), propertyInfo: `/${signaturePath}` })

type Over = (valueOf: (signatureFile: Uint8Array) => Promise<Result<Uint8Array, FormatError>>) => Promise<Result<Uint8Array, FormatError>>

const stampWith = async (request: OfdStampPreparation, make: (over: Over, target: Target, signedAt: string) => Promise<Result<Uint8Array, FormatError>>): Promise<Result<Uint8Array, FormatError>> => {
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
  return make((valueOf) => withSignature(request, signedAt, target.value, { type: 'Seal', seal: request.seal, stamps: stamps.value }, valueOf), target.value, signedAt)
}
