/** Signs an OFD without a seal (OFD 数字签名, Type="Sign"): signature data of GB/T 35275 over Signature.xml. GB/T 33190 §18, GM/T 0099-2020 §7.2.2 */
import { buildGmSignedData, sm3, type Signer } from '#core/crypto'
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { readOfd } from '#core/output'
import { checkedStamp, toSecond, withSignature, type SigningRequest } from './signed-parts.ts'
import { checked, targetOf } from './target.ts'

export type OfdSignRequest = SigningRequest & {
  /** SM2 */
  readonly signer: Signer
  /** certificates of issuers to carry, DER */
  readonly chain?: readonly Uint8Array[]
}

/** What ends the making of signature data from within. */
class NoStamp extends Error {
  readonly error: FormatError
  constructor(error: FormatError) {
    super(error.message)
    this.error = error
  }
}

/**
 * The signed package; nothing shows on its pages. The value is in the shape with signed attributes (content type, digest,
 * signing time), which readers accept most widely. Errors: those of targetOf, seal.content (the time), seal.algorithm (the key
 * is not SM2), seal.timestamp-* and seal.self-check.
 */
export const signOfd = async (request: OfdSignRequest): Promise<Result<Uint8Array, FormatError>> => {
  const signedAt = toSecond(request.signedAt)
  if (signedAt === undefined) return formatErr('seal.content', '签名时间不合法')
  if (request.signer.algorithm !== 'sm2-sm3') return formatErr('seal.algorithm', '数字签名的密钥不是 SM2')
  const document = readOfd(request.ofd)
  if (!document.ok) return document
  const target = targetOf(request.ofd, document.value.path)
  if (!target.ok) return target
  const made = await withSignature(request, signedAt, target.value, { type: 'Sign' }, (signatureFile) => valueOf(request, signedAt, signatureFile))
  return made.ok ? checked(made.value, target.value) : made
}

const valueOf = async ({ signer, chain, timeStamp }: OfdSignRequest, signedAt: string, signatureFile: Uint8Array): Promise<Result<Uint8Array, FormatError>> => {
  const stamped = timeStamp === undefined ? undefined : async (value: Uint8Array): Promise<Uint8Array> => {
    const token = await checkedStamp(timeStamp, signedAt)(value)
    if (!token.ok) throw new NoStamp(token.error)
    return token.value
  }
  try {
    return ok(await buildGmSignedData({
      contentDigest: sm3(signatureFile), shape: 'c', signedAt, ...(chain === undefined ? {} : { chain }), ...(stamped === undefined ? {} : { timeStamp: stamped }),
    }, signer))
  } catch (error) {
    if (error instanceof NoStamp) return { ok: false, error: error.error }
    throw error
  }
}
