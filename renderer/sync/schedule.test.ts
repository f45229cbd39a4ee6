import { describe, expect, test } from 'vitest'
import { nextAttempt, quietPollMs } from './schedule.ts'

const offline = { kind: 'stopped', failure: { kind: 'offline' } } as const

describe('when to ask again', () => {
  test('L7: without pokes a client asks about once a minute, not all in step', () => {
    const done = { kind: 'done', pushed: 0, pulled: 0, rejected: 0 } as const
    expect(nextAttempt(done, 0, 0)).toBeLessThan(quietPollMs)
    expect(nextAttempt(done, 0, 0.99)).toBeGreaterThan(quietPollMs)
  })
  test('offline attempts grow to a minute and stay there', () => {
    const delays = [1, 2, 3, 4, 5, 6, 20, 2000].map((failures) => nextAttempt(offline, failures, 1)!)
    expect(delays).toEqual([...delays].sort((a, b) => a - b))
    expect(delays[0]).toBe(2000)
    expect(delays.at(-1)).toBe(60_000)
  })
  test('what only a person can solve is not retried', () => {
    expect(nextAttempt({ kind: 'forked', detail: '' }, 0, 0)).toBeNull()
    expect(nextAttempt({ kind: 'stopped', failure: { kind: 'deviceRevoked' } }, 1, 0)).toBeNull()
    expect(nextAttempt({ kind: 'stopped', failure: { kind: 'tooOld', minWireVersion: 2 } }, 1, 0)).toBeNull()
  })
})
