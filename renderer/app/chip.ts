/** What the sync chip says (同步状态). One thing at a time: the worst that is true, in a word and a shape. */
import type { EngineStatus } from '#core/sync'

export type Chip = {
  readonly key: 'online' | 'syncing' | 'offline' | 'unauthorized' | 'revoked' | 'tooOld' | 'garbage' | 'forked'
  readonly tone: 'good' | 'idle' | 'warn' | 'bad'
}

export const chipOf = (status: EngineStatus): Chip => {
  switch (status.connection) {
    case 'forked': return { key: 'forked', tone: 'bad' }
    case 'revoked': return { key: 'revoked', tone: 'bad' }
    case 'tooOld': return { key: 'tooOld', tone: 'bad' }
    case 'garbage': return { key: 'garbage', tone: 'warn' }
    case 'unauthorized': return { key: 'unauthorized', tone: 'warn' }
    // A round that runs is no news while all is well, and the first one after a start says what is being waited for.
    case 'offline': return status.syncing ? { key: 'syncing', tone: 'idle' } : { key: 'offline', tone: 'idle' }
    case 'online': return { key: 'online', tone: 'good' }
  }
}

/** Newest moment at which this device holds everything: the last queued work, else the last pull; null when neither was. */
export const savedAt = (status: EngineStatus, pendingClaimedAt: readonly string[]): string | null =>
  [...pendingClaimedAt, ...(status.lastPulledAt === null ? [] : [status.lastPulledAt])].sort().at(-1) ?? null
