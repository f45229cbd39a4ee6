/** A time-stamp authority over HTTP for the command line (时间戳服务), RFC 3161. */
import { requestTimeStamp, type DigestAlgorithm } from '#core/crypto'
import { ok, type FormatError, type Result } from '#core/formats'
import { randomBytes } from '#keys'
import { webPost } from '../web.ts'

/** Asks the authority at `url` for a token over bytes. Nothing that it answers is taken on its word. */
export const timeStampFrom = (url: string, algorithm: DigestAlgorithm) => async (bytes: Uint8Array): Promise<Result<Uint8Array, FormatError>> => {
  const stamp = await requestTimeStamp({
    url, content: { bytes }, algorithm, entropy: randomBytes, now: () => new Date().toISOString(), post: webPost,
  })
  return stamp.ok ? ok(stamp.value.token) : stamp
}
