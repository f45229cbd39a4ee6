/**
 * sync: keeps one window's engine going (同步).
 *
 * The engine runs in the page and not in a worker. What screens need is its projection, and handing tens of thousands of
 * documents across a worker's boundary after each change costs more than all the work they would be spared; pulling is
 * waiting, and sealing is done by the browser outside of this thread anyway. Several windows of a profile share one store:
 * a Web Lock lets one of them sync at a time, and a BroadcastChannel tells the others to read again.
 */
import type { Desktop } from '#core/desktop'
import type { Engine, StorePort, SyncOutcome } from '#core/sync'
import { nextAttempt } from './schedule.ts'


export type SharedStore = { readonly store: StorePort; readonly onForeignCommit: (listener: () => void) => () => void; readonly close: () => void }

/** A store that tells the other windows of the same profile about each commit. @param name the same for all of them */
export const sharedStore = (store: StorePort, name: string): SharedStore => {
  const channel = new BroadcastChannel(name)
  const listeners = new Set<() => void>()
  channel.addEventListener('message', () => { for (const listener of listeners) listener() })
  return {
    store: {
      ...store,
      commit: async (mutations) => {
        await store.commit(mutations)
        channel.postMessage('committed')
      },
    },
    onForeignCommit: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => channel.close(),
  }
}

export type Syncing = {
  /** Joins or waits for a running one; resolves with its outcome. */
  readonly now: () => Promise<SyncOutcome>
  /** Something was queued: send it, after the round that may be running. */
  readonly soon: () => void
  readonly stop: () => void
}

export type SyncingOptions = {
  readonly engine: Engine & { readonly reload: () => Promise<void> }
  readonly shared: SharedStore
  readonly desktop: Desktop
  /** name of the Web Lock: one per profile and account */
  readonly lock: string
  /** after a successful round, beside everything else: texts for the road, compaction */
  readonly whenQuiet: () => Promise<void>
}

const auditEveryMs = 30 * 60_000

/** Starts the rounds: at once, on a poke, when the network returns, after work was queued, and now and then. */
export const startSyncing = ({ engine, shared, desktop, lock, whenQuiet }: SyncingOptions): Syncing => {
  let stopped = false
  let foreign = false
  let failures = 0
  let again = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastAudit = 0
  let quiet: Promise<unknown> | null = null
  let running: Promise<SyncOutcome> | null = null

  const round = async (): Promise<SyncOutcome> => {
    const outcome = await navigator.locks.request(lock, async () => {
      if (foreign) {
        foreign = false
        await engine.reload()
      }
      return engine.sync()
    })
    failures = outcome.kind === 'stopped' ? failures + 1 : 0
    const delay = nextAttempt(outcome, failures, Math.random())
    if (!stopped && delay !== null) later(delay)
    if (outcome.kind === 'done') {
      if (Date.now() - lastAudit > auditEveryMs) {
        lastAudit = Date.now()
        await navigator.locks.request(lock, () => engine.audit())
      }
      // Not part of the round: whoever asked for it gets the outcome now.
      quiet ??= whenQuiet().catch(() => undefined).finally(() => { quiet = null })
    }
    return outcome
  }
  const now = (): Promise<SyncOutcome> => {
    running ??= round().finally(() => {
      running = null
      if (again) {
        again = false
        later(0)
      }
    })
    return running
  }
  const later = (delay: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => { if (!stopped) void now().catch(() => later(10_000)) }, delay)
  }

  const stopForeign = shared.onForeignCommit(() => {
    foreign = true
    // Read again soon, but once for a burst of commits.
    setTimeout(() => {
      if (!foreign || stopped) return
      foreign = false
      void engine.reload()
    }, 150)
  })
  const stopEvents = desktop.on((event) => {
    // A connection that was lost is tried at once as well: the chip should not say online for a minute more.
    if (event.type !== 'poke' && event.type !== 'connection') return
    if (running !== null) again = true
    else later(0)
  })
  const online = (): void => later(0)
  window.addEventListener('online', online)
  later(0)
  return {
    now,
    soon: () => {
      if (running !== null) again = true
      else later(20)
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
      window.removeEventListener('online', online)
      stopForeign()
      stopEvents()
    },
  }
}
