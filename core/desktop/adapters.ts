/** The engine's journal and transport ports on top of the desktop contract (接口适配). Used by the renderer and by headless clients. */
import type { Answer, JournalPort, PullResponse, PushResponse, TransportPort, Hello, ViewDigest, Command } from '#core/sync'
import { asCommand } from '#core/sync'
import type { Desktop, DesktopError } from './table.ts'

/** A port method cannot return the host's error as a value, so it rejects with this; `cause` is the contract's own error. */
export class DesktopCallError extends Error {
  readonly error: DesktopError
  constructor(error: DesktopError) {
    super(error.message)
    this.name = 'DesktopCallError'
    this.error = error
  }
}

export const desktopJournal = (desktop: Desktop): JournalPort => ({
  commit: async (draft) => {
    const result = await desktop.call('journal.commit', { draft })
    if (!result.ok) throw new DesktopCallError(result.error)
    return asCommand(result.value.command)
  },
  pending: async (): Promise<readonly Command[]> => {
    const result = await desktop.call('journal.pending', {})
    if (!result.ok) throw new DesktopCallError(result.error)
    return result.value.commands.map(asCommand)
  },
  acknowledge: async (commandIds) => {
    const result = await desktop.call('journal.acknowledge', { commandIds: [...commandIds] })
    if (!result.ok) throw new DesktopCallError(result.error)
  },
})

/** The host has judged the shape of what the server said; here it only gets its type back. */
const asked = async <T>(call: Promise<{ ok: true; value: unknown } | { ok: false; error: DesktopError }>): Promise<Answer<T>> => {
  const result = await call
  if (!result.ok) {
    switch (result.error.code) {
      case 'offline': return { ok: false, failure: { kind: 'offline' } }
      case 'signed_out':
      case 'unauthorized': return { ok: false, failure: { kind: 'unauthorized' } }
      case 'device_revoked': return { ok: false, failure: { kind: 'deviceRevoked' } }
      default: return { ok: false, failure: { kind: 'server', status: 0, code: result.error.code, message: result.error.message } }
    }
  }
  return result.value as Answer<T>
}

export const desktopTransport = (desktop: Desktop): TransportPort => ({
  hello: () => asked<Hello>(desktop.call('sync.hello', {})),
  push: (request) => asked<PushResponse>(desktop.call('sync.push', request)),
  pull: (request) => asked<PullResponse>(desktop.call('sync.pull', request)),
  consistency: (from, to) => asked<{ nodes: readonly string[] }>(desktop.call('sync.consistency', { from, to })),
  viewDigest: () => asked<ViewDigest>(desktop.call('sync.viewDigest', {})),
  uploadBlob: (hash) => asked<null>(desktop.call('blobs.upload', { hash })),
})
