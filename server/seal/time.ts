/** Trusted times for seals (时间戳): from a service by RFC 3161, or from the installation itself for demonstrations and pilots. */
import { randomBytes } from 'node:crypto'
import {
  buildTimeStampReply, buildTimeStampRequest, digest, readCertificate, readOcspResponse, readRevocationList, requestTimeStamp, type DigestAlgorithm, type PostPort,
  type Signer, type TimeStampAsking,
} from '#core/crypto'
import { ok, type FormatError, type Result } from '#core/formats'
import type { Authority } from '../identity/index.ts'

/** What speaks for an authority of one's own choice (时间戳服务的信任): certificates up to its root, its lists and answers, DER. */
export type StampTrust = { readonly anchors: readonly Uint8Array[]; readonly crls: readonly Uint8Array[]; readonly ocsps: readonly Uint8Array[] }

/**
 * `own`: the installation stamps itself, which proves nothing to others; `url`: a time-stamp authority. With `trust`, read at
 * each sealing, only its stamps are taken, and B-LTA gets its evidence from there.
 */
export type TimeStamps = 'none' | 'own' | { readonly url: string; readonly trust?: (() => StampTrust) | undefined }

/** Stamps a signature value; the token, DER. */
export type Stamper = (signatureValue: Uint8Array) => Promise<Result<Uint8Array, FormatError>>

/** SHA-256 for the PDF, which readers abroad check; SM3 for the OFD. */
export type Stampers = { readonly pdf: Stamper; readonly ofd: Stamper; readonly trust: StampTrust }

const entropy = (length: number): Uint8Array => randomBytes(length)
/** A policy that promises nothing, under a UUID (ITU-T X.667). */
const policy = '2.25.206268884286649478521373125014624077476'
const nothing: StampTrust = { anchors: [], crls: [], ocsps: [] }

/** Tokens are a few kilobytes: what goes on sending must not fill the memory until the time is up. */
const mostBytes = 1024 * 1024

const reasonOf = (error: unknown, seconds: number): string => {
  if (error instanceof Error && error.name === 'TimeoutError') return `${seconds}秒内没有答复`
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '连接中断'
}

/** @param patienceMs for the whole answer */
export const postWithin = (patienceMs: number): PostPort => async ({ url, contentType, accept, body }) => {
  try {
    const response = await fetch(url, {
      method: 'POST', headers: { 'content-type': contentType, accept }, body: Buffer.from(body), redirect: 'manual', signal: AbortSignal.timeout(patienceMs),
    })
    const parts: Uint8Array[] = []
    let size = 0
    for await (const part of response.body ?? []) {
      size += part.length
      // One byte over the limit is enough for the judge.
      if (size > mostBytes) return { status: response.status, body: new Uint8Array(mostBytes + 1) }
      parts.push(part)
    }
    return { status: response.status, body: new Uint8Array(Buffer.concat(parts)) }
  } catch (error) {
    throw new Error(reasonOf(error, Math.round(patienceMs / 1000)), { cause: error })
  }
}

const ownStamper = (signer: Signer, chain: readonly Uint8Array[], algorithm: DigestAlgorithm, now: string): Stamper => async (signatureValue) => {
  const request = buildTimeStampRequest(algorithm, digest(algorithm, signatureValue), BigInt(`0x${randomBytes(8).toString('hex')}`) + 1n)
  return ok(await buildTimeStampReply(request, { signer, chain, policy, serial: BigInt(`0x${randomBytes(15).toString('hex')}`) + 1n, now, accuracy: 1 }))
}

const readable = <T>(ders: readonly Uint8Array[], read: (der: Uint8Array) => Result<T, FormatError>): T[] => ders.flatMap((der) => {
  const one = read(der)
  return one.ok ? [one.value] : []
})

const trusted = ({ anchors, crls, ocsps }: StampTrust): NonNullable<TimeStampAsking['trust']> =>
  ({ anchors: readable(anchors, readCertificate), crls: readable(crls, readRevocationList), ocsps: readable(ocsps, readOcspResponse) })

/** Null when times are only claimed. @param now server time, ISO 8601 UTC @param post the way to the service */
export const stampers = (source: TimeStamps, authority: Authority, now: () => string, post: PostPort = postWithin(15_000)): Stampers | null => {
  if (source === 'none') return null
  const chain = [authority.rootCertificate]
  if (source === 'own') {
    const { pdf, ofd } = authority.timeStamps
    const at = now()
    return { pdf: ownStamper(pdf, chain, 'sha256', at), ofd: ownStamper(ofd, chain, 'sm3', at), trust: nothing }
  }
  const trust = source.trust?.()
  const asking = (algorithm: DigestAlgorithm): Stamper => async (bytes) => {
    const stamp = await requestTimeStamp({ url: source.url, post, content: { bytes }, algorithm, entropy, now, ...(trust === undefined ? {} : { trust: trusted(trust) }) })
    return stamp.ok ? ok(stamp.value.token) : stamp
  }
  return { pdf: asking('sha256'), ofd: asking('sm3'), trust: trust ?? nothing }
}
