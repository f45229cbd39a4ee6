/** The engine's calls to the server (同步调用), each an Answer of core/sync. */
import type { Answer, Command, CommandResult, PushStop, SealStatus } from '#core/sync'
import { post, type ServerClient } from './client.ts'
import { readBody, type HttpRequest } from './http.ts'
import { consistencyShape, digestShape, pullShape, pushShape, sealsShape, sealUsesShape } from './shapes.ts'

type Pushed = { readonly results: readonly Pick<CommandResult, 'commandId'>[]; readonly stopped: Pick<PushStop, 'reason'> | null }

export type ServerCalls = {
  readonly push: (commands: readonly Command[]) => Promise<Answer<unknown>>
  readonly pull: (cursor: string | null, limit: number) => Promise<Answer<unknown>>
  readonly consistency: (from: number, to: number) => Promise<Answer<unknown>>
  readonly viewDigest: () => Promise<Answer<unknown>>
  /** 印章登记簿 */
  readonly seals: () => Promise<Answer<unknown>>
  /** 用印登记 of one seal */
  readonly sealUses: (sealId: string) => Promise<Answer<unknown>>
  readonly setSealStatus: (sealId: string, status: SealStatus, reason: string) => Promise<Answer<null>>
}

const get = (path: string): HttpRequest => ({ method: 'GET', path })

/** @param onRevoked a push can also stop with `device_revoked` (I2) */
export const createServerCalls = (server: ServerClient, onRevoked: () => void): ServerCalls => ({
  push: async (commands) => {
    const answer = await server.ask(pushShape, post('/v1/push', { commands }), 'session')
    if (answer.ok && (answer.value as Pushed).stopped?.reason === 'device_revoked') onRevoked()
    return answer
  },
  pull: (cursor, limit) => server.ask(pullShape, post('/v1/pull', { cursor, limit }), 'session'),
  consistency: (from, to) => server.ask(consistencyShape, get(`/v1/log/consistency?from=${from}&to=${to}`), 'session'),
  viewDigest: () => server.ask(digestShape, get('/v1/view-digest'), 'session'),
  seals: () => server.ask(sealsShape, get('/v1/seals'), 'session'),
  sealUses: (sealId) => server.ask(sealUsesShape, get(`/v1/seals/${sealId}/uses`), 'session'),
  setSealStatus: async (sealId, status, reason) => {
    const answer = await server.open(() => post(`/v1/seals/${sealId}/status`, { status, reason }))
    if (!answer.ok) return answer
    await readBody(answer.value, 65_536).catch(() => undefined)
    return { ok: true, value: null }
  },
})
