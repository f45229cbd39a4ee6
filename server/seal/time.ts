/** Trusted times for seals (时间戳): from a service by RFC 3161, or from the installation itself for demonstrations and pilots. */
import { randomBytes } from 'node:crypto'
import { buildTimeStampReply, buildTimeStampRequest, digest, requestTimeStamp, type DigestAlgorithm, type PostPort, type Signer } from '#core/crypto'
import { ok, type FormatError, type Result } from '#core/formats'
import type { Authority } from '../identity/index.ts'

/** `own`: the installation stamps itself, which proves nothing to others; `url`: a time-stamp authority. */
export type TimeStamps = 'none' | 'own' | { readonly url: string }

/** Stamps a signature value; the token, DER. */
export type Stamper = (signatureValue: Uint8Array) => Promise<Result<Uint8Array, FormatError>>

const entropy = (length: number): Uint8Array => randomBytes(length)
/** A policy that promises nothing, under a UUID (ITU-T X.667). */
const policy = '2.25.206268884286649478521373125014624077476'

const post: PostPort = async ({ url, contentType, accept, body }) => {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': contentType, accept }, body: Buffer.from(body), signal: AbortSignal.timeout(15_000) })
  return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) }
}

const ownStamper = (signer: Signer, chain: readonly Uint8Array[], algorithm: DigestAlgorithm, now: string): Stamper => async (signatureValue) => {
  const request = buildTimeStampRequest(algorithm, digest(algorithm, signatureValue), BigInt(`0x${randomBytes(8).toString('hex')}`) + 1n)
  return ok(await buildTimeStampReply(request, { signer, chain, policy, serial: BigInt(`0x${randomBytes(15).toString('hex')}`) + 1n, now, accuracy: 1 }))
}

/** SHA-256 for the PDF, which readers abroad check; SM3 for the OFD. Null when times are only claimed. @param now server time, ISO 8601 UTC */
export const stampers = (source: TimeStamps, authority: Authority, now: () => string): { readonly pdf: Stamper; readonly ofd: Stamper } | null => {
  if (source === 'none') return null
  const chain = [authority.rootCertificate]
  if (source === 'own') {
    const { pdf, ofd } = authority.timeStamps
    const at = now()
    return { pdf: ownStamper(pdf, chain, 'sha256', at), ofd: ownStamper(ofd, chain, 'sm3', at) }
  }
  const asking = (algorithm: DigestAlgorithm): Stamper => async (bytes) => {
    const stamp = await requestTimeStamp({ url: source.url, post, content: { bytes }, algorithm, entropy, now })
    return stamp.ok ? ok(stamp.value.token) : stamp
  }
  return { pdf: asking('sha256'), ofd: asking('sm3') }
}
