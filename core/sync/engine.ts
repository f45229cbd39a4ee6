/** The client engine (客户端同步引擎): one per profile and window, the same code in the renderer, headless clients and the fuzz. */
import { decide } from '#core/route'
import { contextFor, groundOf, knownRowSchema, overlay, type Ground, type LocalRules } from './overlay.ts'
import type { Engine, EngineOptions, EngineStatus, ProjectedDocument, Projection, SyncOutcome } from './client.ts'
import type { OutboxEntry, Rejection, StoreMutation, TransportFailure } from './ports.ts'
import { pullAll } from './pulling.ts'
import { pushAll } from './pushing.ts'
import { uuidV7 } from './uuid.ts'
import { aggregateOf, digestRows, type Command, type CommandBody, type Row } from './wire.ts'

const rowKey = (row: { readonly kind: string; readonly id: string }): string => `${row.kind}/${row.id}`

/** Everything of the store that rules need, kept in memory; `reload` refreshes it when another window wrote. */
type Cache = { readonly rows: Map<string, Row>; outbox: readonly OutboxEntry[]; rejections: readonly Rejection[]; deferred: number; ground: Ground | null }

const connectionOf = (failure: TransportFailure): EngineStatus['connection'] => {
  switch (failure.kind) {
    case 'offline': return 'offline'
    case 'unauthorized': return 'unauthorized'
    case 'deviceRevoked': return 'revoked'
    case 'tooOld': return 'tooOld'
    case 'garbage': return 'garbage'
    case 'server': return 'offline'
  }
}

export const createEngine = (options: EngineOptions): Engine & { readonly reload: () => Promise<void> } => {
  const { store, journal, transport, heads } = options
  const listeners = new Set<() => void>()
  let cache: Cache | null = null
  let status: EngineStatus = {
    unsent: 0, attention: 0, connection: 'offline', syncing: false, lastPulledAt: null, forked: false,
  }
  let syncing: Promise<SyncOutcome> | null = null
  /** submits run one after the other: each is decided on top of the one before */
  let submitting: Promise<unknown> = Promise.resolve()

  const announce = (change: Partial<EngineStatus> = {}): void => {
    status = {
      ...status, ...change,
      unsent: cache?.outbox.length ?? status.unsent,
      attention: cache?.rejections.filter((rejection) => !rejection.seen).length ?? status.attention,
    }
    for (const listener of listeners) listener()
  }

  const load = async (): Promise<Cache> => {
    if (cache !== null) return cache
    const [directory, routes, documents, outbox, rejections, deferred, pulledAt, forked, replayable] = await Promise.all([
      store.rows('directory'), store.rows('routes'), store.rows('document'), store.outbox(), store.rejections(), store.deferred(),
      store.meta('serverTime'), store.meta('forked'), store.deferred(),
    ])
    cache = {
      rows: new Map([...directory, ...routes, ...documents].map((row) => [rowKey(row), row])),
      outbox, rejections, deferred: deferred.length, ground: null,
    }
    status = { ...status, lastPulledAt: pulledAt, forked: forked !== null, ...(forked === null ? {} : { connection: 'forked' as const }) }
    // L5: after an upgrade the rows that were kept for it become ordinary rows.
    const understood = replayable.filter((row) => row.schema <= knownRowSchema)
    if (understood.length > 0) {
      await commit(understood.flatMap((row): StoreMutation[] => [{ remove: 'deferred', kind: row.kind, id: row.id }, { put: 'row', row }]))
    }
    return cache
  }

  const commit = async (wanted: readonly StoreMutation[]): Promise<void> => {
    const current = cache ?? (await load())
    // A late or repeated answer never takes a record back to an older version.
    const mutations = wanted.filter((mutation) =>
      !('put' in mutation && mutation.put === 'row') || (current.rows.get(rowKey(mutation.row))?.version ?? -1) <= mutation.row.version)
    if (mutations.length > 0) await store.commit(mutations)
    for (const mutation of mutations) {
      if ('clear' in mutation) current.rows.clear()
      else if ('put' in mutation && mutation.put === 'row') current.rows.set(rowKey(mutation.row), mutation.row)
      else if ('remove' in mutation && mutation.remove === 'row') current.rows.delete(rowKey(mutation))
      else if ('put' in mutation && mutation.put === 'meta' && mutation.key === 'serverTime') status = { ...status, lastPulledAt: mutation.value }
    }
    const touches = (table: 'outbox' | 'rejection' | 'deferred'): boolean =>
      mutations.some((mutation) => ('put' in mutation && mutation.put === table) || ('remove' in mutation && mutation.remove === table))
    if (touches('outbox')) current.outbox = await store.outbox()
    if (touches('rejection')) current.rejections = await store.rejections()
    if (touches('deferred')) current.deferred = (await store.deferred()).length
    current.ground = null
    announce()
  }

  const groundNow = async (): Promise<{ readonly ground: Ground; readonly cache: Cache }> => {
    const current = await load()
    current.ground ??= groundOf([...current.rows.values()])
    return { ground: current.ground, cache: current }
  }

  const rules = (): LocalRules => ({ now: options.now(), content: options.content, personalKeys: options.personalKeys })
  const pendingFor = (current: Cache, documentId: string): readonly Command[] =>
    current.outbox.map((entry) => entry.command).filter((command) => 'documentId' in command.payload && command.payload.documentId === documentId)

  const submitOne: Engine['submit'] = async (body: CommandBody) => {
    const { ground, cache: current } = await groundNow()
    const now = options.now()
    const commandId = uuidV7(now, options.entropy)
    const aggregate = aggregateOf(body)
    const pending = aggregate.kind === 'document' ? pendingFor(current, aggregate.id) : []
    let version = current.rows.get(rowKey(aggregate))?.version ?? 0
    if ('documentId' in body) {
      const projected = overlay(ground.documents.get(body.documentId) ?? null, pending, ground, rules())
      version = projected?.state.version ?? 0
      const context = contextFor(ground, rules(), { actor: options.personId, commandId, claimedAt: now, deviceId: options.deviceId })
      const decision = decide(projected?.state ?? null, body, context)
      if (decision.kind === 'refused') return { ok: false, error: decision.refusal }
    }
    // A remark is no ground for what follows it: if it is refused, the approval after it still stands on its own.
    const before = pending.filter((command) => command.payload.type !== 'comment.add').at(-1)
    const command = await journal.commit({
      commandId, actor: options.personId, payload: body, expected: { id: aggregate.id, version },
      dependsOn: before === undefined ? [] : [before.commandId],
      basedOn: (await store.meta('cursor')) || null, claimedAt: now,
    })
    await commit([{ put: 'outbox', entry: { command, attempts: 0 } }])
    return { ok: true, value: command }
  }

  const recover = async (): Promise<number> => {
    await load()
    // The store is asked, not the memory of it: it may have been deleted under a running window.
    const known = new Set((await store.outbox()).map((entry) => entry.command.commandId))
    const lost = (await journal.pending()).filter((command) => !known.has(command.commandId))
    if (lost.length > 0) await commit(lost.map((command): StoreMutation => ({ put: 'outbox', entry: { command, attempts: 0 } })))
    return lost.length
  }

  const stopped = (failure: TransportFailure): SyncOutcome => {
    announce({ connection: connectionOf(failure), syncing: false })
    return { kind: 'stopped', failure }
  }

  const syncOnce = async (): Promise<SyncOutcome> => {
    const before = await load()
    if ((await store.outbox()).length < before.outbox.length) {
      // Settled by another window, or lost with the whole store: both are read anew, and the journal knows which.
      cache = null
      await load()
      await recover()
    }
    if (status.forked) return { kind: 'forked', detail: (await store.meta('forked')) ?? '' }
    announce({ syncing: true })
    const push = await pushAll({ store, journal, transport, commit, recover })
    // P4: a refused batch never hides what happened meanwhile, so a server that answers is also pulled from.
    if (push.kind === 'failed' && push.failure.kind !== 'server') return stopped(push.failure)
    const pull = await pullAll({ store, transport, heads, commit, pageSize: options.pageSize ?? 500 })
    if (pull.kind === 'forked') {
      announce({ connection: 'forked', forked: true, syncing: false })
      return pull
    }
    if (pull.kind === 'failed') return stopped(pull.failure)
    if (push.kind === 'failed') return stopped(push.failure)
    announce({ connection: 'online', syncing: false })
    return { kind: 'done', pushed: push.pushed, pulled: pull.pulled, rejected: push.rejected }
  }

  const sync = (): Promise<SyncOutcome> => {
    syncing ??= syncOnce().finally(() => {
      syncing = null
      if (status.syncing) announce({ syncing: false })
    })
    return syncing
  }

  return {
    submit: (body) => {
      const result = submitting.then(() => submitOne(body))
      submitting = result.catch(() => undefined)
      return result
    },
    recover,
    sync,
    audit: async () => {
      const { cache: current } = await groundNow()
      const theirs = await transport.viewDigest()
      if (!theirs.ok || current.outbox.length > 0) return 'unknown'
      const ours = digestRows([...current.rows.values()])
      if (ours.count === theirs.value.count && ours.hash === theirs.value.hash) return 'equal'
      // L8: forget the cursor and the rows, keep the outbox. There is no button for this and need not be.
      await commit([{ clear: 'rows' }, { put: 'meta', key: 'cursor', value: '' }])
      return (await sync()).kind === 'done' ? 'repaired' : 'unknown'
    },
    projection: async (): Promise<Projection> => {
      const { ground, cache: current } = await groundNow()
      const documents = new Map<string, ProjectedDocument>()
      for (const [id, state] of ground.documents) documents.set(id, { state, pending: [], awaitsServer: false, expectedRefusal: null })
      const touched = new Set(current.outbox.flatMap(({ command }) => 'documentId' in command.payload ? [command.payload.documentId] : []))
      for (const id of touched) {
        const projected = overlay(ground.documents.get(id) ?? null, pendingFor(current, id), ground, rules())
        if (projected !== null) documents.set(id, projected)
      }
      return { directory: ground.directory, routes: ground.routes, documents, rejections: current.rejections, deferred: current.deferred }
    },
    status: () => status,
    dismissRejection: async (commandId) => {
      const rejection = (await load()).rejections.find((candidate) => candidate.command.commandId === commandId)
      if (rejection !== undefined) await commit([{ remove: 'rejection', commandId }])
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    reload: async () => {
      cache = null
      await load()
      announce()
    },
  }
}
