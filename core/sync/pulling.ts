/** The downward half of the engine: feed → base rows (L1, L4, L5) under a log head that only ever grows. */
import type { SignedHead } from '#core/ledger'
import { acceptHead } from './heads.ts'
import { knownRowSchema } from './overlay.ts'
import type { HeadVerifier, StoreMutation, StorePort, TransportFailure, TransportPort } from './ports.ts'

export type PullOutcome =
  | { readonly kind: 'done'; readonly pulled: number }
  | { readonly kind: 'failed'; readonly failure: TransportFailure; readonly pulled: number }
  | { readonly kind: 'forked'; readonly detail: string }

type PullPorts = {
  readonly store: StorePort
  readonly transport: TransportPort
  readonly heads: HeadVerifier
  readonly commit: (mutations: readonly StoreMutation[]) => Promise<void>
  readonly pageSize: number
}

const keptHead = async (store: StorePort): Promise<SignedHead | null> => {
  const text = await store.meta('head')
  return text === null ? null : (JSON.parse(text) as SignedHead)
}

export const pullAll = async (ports: PullPorts): Promise<PullOutcome> => {
  let pulled = 0
  let resets = 0
  for (;;) {
    const cursor = (await ports.store.meta('cursor')) || null
    const answer = await ports.transport.pull({ cursor, limit: ports.pageSize })
    if (!answer.ok) return { kind: 'failed', failure: answer.failure, pulled }
    const page = answer.value
    if (page.reset) {
      resets += 1
      if (resets > 2) return { kind: 'failed', failure: { kind: 'garbage', detail: '服务器反复要求重新拉取' }, pulled }
      // Base rows are disposable; the outbox is not touched.
      await ports.commit([{ clear: 'rows' }, { put: 'meta', key: 'cursor', value: '' }])
      continue
    }
    const head = await acceptHead(await keptHead(ports.store), page.head, ports.heads, ports.transport)
    if (!head.ok) {
      if (head.error.kind === 'unavailable') return { kind: 'failed', failure: head.error.failure, pulled }
      await ports.commit([{ put: 'meta', key: 'forked', value: head.error.detail }])
      return { kind: 'forked', detail: head.error.detail }
    }
    await ports.commit([
      ...page.changes.map((row): StoreMutation => row.schema > knownRowSchema ? { put: 'deferred', row } : { put: 'row', row }),
      ...page.removals.map((removal): StoreMutation => ({ remove: 'row', ...removal })),
      { put: 'meta', key: 'cursor', value: page.cursor },
      { put: 'meta', key: 'head', value: JSON.stringify(head.value) },
      { put: 'meta', key: 'serverTime', value: page.serverTime },
    ])
    pulled += page.changes.length + page.removals.length
    if (!page.hasMore) return { kind: 'done', pulled }
  }
}
