/** Bytes between screen, profile and server (附件传送): always by hash, never whole in memory on the way. */
import { desktopLimits, failed, type DesktopResult } from '#core/desktop'
import type { Answer } from '#core/sync'
import type { Bytes, StoredBlob } from './blobs.ts'
import { serverFailure } from './errors.ts'
import { AnswerTooLarge, Unreachable } from './server/http.ts'
import type { Profile } from './profile.ts'
import type { ServerClient } from './server/client.ts'

export async function* onePiece(bytes: Uint8Array): Bytes { yield bytes }

export const putBlob = async (profile: Profile, hash: string, body: Bytes): Promise<DesktopResult<Record<string, never>>> => {
  switch (await profile.blobs.put(hash, body)) {
    case 'stored': return { ok: true, value: {} }
    case 'mismatch': return failed('invalid_input', '文件内容与其校验值不一致，未保存；请重新选择文件再试。')
    case 'too_large': return failed('too_large', `文件超过 ${desktopLimits.bodyBytes / 1024 / 1024} MB 的上限，未保存。`)
  }
}

const missing = () => failed('not_found', '本机和服务器上都没有这份文件，或者您无权查看。')

/** From the profile, else from the server; what came from there is checked and kept before a byte of it is shown. */
export const readBlob = async (profile: Profile, server: ServerClient, hash: string): Promise<DesktopResult<StoredBlob>> => {
  const stored = await profile.blobs.open(hash)
  if (stored !== null) return { ok: true, value: stored }
  const answer = await server.open(() => ({ method: 'GET', path: `/v1/blobs/${hash}` }))
  if (!answer.ok) return answer.failure.kind === 'server' && answer.failure.status === 404 ? missing() : serverFailure(answer.failure)
  try {
    const kept = await profile.blobs.put(hash, answer.value.body)
    if (kept !== 'stored') return failed('damaged', '服务器给出的文件与其校验值不一致，已丢弃；请稍后再试，仍不行请联系系统管理员。')
  } catch (error) {
    if (error instanceof Unreachable || error instanceof AnswerTooLarge || isBroken(error)) return serverFailure({ kind: 'offline' })
    throw error
  }
  const fresh = await profile.blobs.open(hash)
  return fresh === null ? missing() : { ok: true, value: fresh }
}

/** The connection broke while bytes were coming. */
const isBroken = (error: unknown): boolean =>
  ['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'Z_BUF_ERROR', 'Z_DATA_ERROR'].includes((error as NodeJS.ErrnoException).code ?? '')

export const uploadBlob = async (profile: Profile, server: ServerClient, hash: string): Promise<DesktopResult<Answer<null>>> => {
  const first = await profile.blobs.open(hash)
  if (first === null) return failed('not_found', '本机没有这份文件，无法上传；请重新添加附件。')
  // After a 401 the bytes are sent once more, from the start.
  let next: StoredBlob | null = first
  const again = await profile.blobs.open(hash)
  const answer = await server.open(() => {
    const body = next ?? again ?? first
    next = null
    return { method: 'PUT', path: `/v1/blobs/${hash}`, headers: { 'content-type': 'application/octet-stream' }, body, patience: 60_000 }
  })
  if (!answer.ok) return { ok: true, value: answer }
  for await (const _ of answer.value.body) { /* nothing is expected */ }
  return { ok: true, value: { ok: true, value: null } }
}
