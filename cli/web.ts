/** The network for commands that ask for it (联网): status of certificates, revocation lists, time stamps. Bounded in time and size. */
import type { GetPort, PostPort } from '#core/crypto'

const TIMEOUT_MS = 20_000
/** Lists of large authorities run to tens of megabytes. */
const MAX_LIST_BYTES = 64 * 1024 * 1024
const MAX_REPLY_BYTES = 1024 * 1024

/** The whole body, or a rejection: an address without an end must not fill the memory. */
const bodyOf = async (response: Response, limit: number): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > limit) throw new Error(`应答超过 ${limit} 字节`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

const said = (error: unknown): Error => {
  if (!(error instanceof Error)) return new Error(String(error))
  if (error.name === 'TimeoutError') return new Error(`${TIMEOUT_MS / 1000} 秒内没有应答`)
  return error.cause instanceof Error ? new Error(error.cause.message || error.message) : error
}

const asking = async (url: string, request: RequestInit, limit: number): Promise<{ readonly status: number; readonly body: Uint8Array }> => {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) })
    return { status: response.status, body: await bodyOf(response, limit) }
  } catch (error) {
    throw said(error)
  }
}

export const webPost: PostPort = ({ url, contentType, accept, body }) =>
  asking(url, { method: 'POST', headers: { 'content-type': contentType, accept }, body: new Uint8Array(body) }, MAX_REPLY_BYTES)

export const webGet: GetPort = (url) => asking(url, { headers: { accept: 'application/pkix-crl' } }, MAX_LIST_BYTES)
