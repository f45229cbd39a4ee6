/** When to ask the server again (同步节奏). Pure, so that a storm of clients can be reasoned about. */
import type { SyncOutcome } from '#core/sync'

/** L7: a lost poke costs latency only; this is how much, in ms. */
export const quietPollMs = 60_000
const firstRetryMs = 2_000
const longestRetryMs = 60_000

/**
 * Milliseconds until the next attempt, or null when only a person can help (signed out, revoked, too old, forked).
 * @param failures attempts in a row that did not reach the server, this one included
 * @param chance 0 ≤ chance < 1: spreads clients that all lost the same server at the same moment
 */
export const nextAttempt = (outcome: SyncOutcome, failures: number, chance: number): number | null => {
  switch (outcome.kind) {
    case 'done': return quietPollMs * (0.8 + 0.4 * chance)
    case 'forked': return null
    case 'stopped':
      switch (outcome.failure.kind) {
        case 'deviceRevoked': case 'tooOld': return null
        // Signing in again is the person's; meanwhile the host may refresh the session by itself.
        case 'unauthorized': return longestRetryMs
        case 'offline': case 'garbage': case 'server':
          return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.max(0, failures - 1)) * (0.5 + 0.5 * chance)
      }
  }
}
