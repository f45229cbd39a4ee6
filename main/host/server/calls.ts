/** The engine's calls to the server (同步调用), each an Answer of core/sync. */
import type { Answer, Command, CommandResult, PushStop } from '#core/sync'
import { post, type ServerClient } from './client.ts'
import type { HttpRequest } from './http.ts'
import { consistencyShape, digestShape, pullShape, pushShape } from './shapes.ts'

type Pushed = { readonly results: readonly Pick<CommandResult, 'commandId'>[]; readonly stopped: Pick<PushStop, 'reason'> | null }

export type ServerCalls = {
  readonly push: (commands: readonly Command[]) => Promise<Answer<unknown>>
  readonly pull: (cursor: string | null, limit: number) => Promise<Answer<unknown>>
  readonly consistency: (from: number, to: number) => Promise<Answer<unknown>>
  readonly viewDigest: () => Promise<Answer<unknown>>
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
})
