/** A time-stamp authority over HTTP for the command line (时间戳服务), RFC 3161. */
import { requestTimeStamp, type DigestAlgorithm } from '#core/crypto'
import { ok, type FormatError, type Result } from '#core/formats'
import { randomBytes } from '#keys'

const TIMEOUT_MS = 20_000

/** Asks the authority at `url` for a token over bytes. Nothing that it answers is taken on its word. */
export const timeStampFrom = (url: string, algorithm: DigestAlgorithm) => async (bytes: Uint8Array): Promise<Result<Uint8Array, FormatError>> => {
  const stamp = await requestTimeStamp({
    url, content: { bytes }, algorithm, entropy: randomBytes, now: () => new Date().toISOString(),
    post: async ({ url: target, contentType, accept, body }) => {
      const reply = await fetch(target, { method: 'POST', headers: { 'content-type': contentType, accept }, body: new Uint8Array(body), signal: AbortSignal.timeout(TIMEOUT_MS) })
      return { status: reply.status, body: new Uint8Array(await reply.arrayBuffer()) }
    },
  })
  return stamp.ok ? ok(stamp.value.token) : stamp
}
