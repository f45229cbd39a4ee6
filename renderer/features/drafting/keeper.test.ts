import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createKeeper, type KeeperState, type Saved } from './keeper.ts'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

describe('keeping what is typed', () => {
  test('a pause writes the latest text once', async () => {
    const written: string[] = []
    const keeper = createKeeper(async (json) => { written.push(json); return { ok: true, at: 't' } }, () => undefined)
    keeper.put(() => 'a')
    keeper.put(() => 'ab')
    await vi.advanceTimersByTimeAsync(400)
    expect(written).toEqual(['ab'])
  })

  test('someone who never pauses is saved within a second all the same', async () => {
    const written: string[] = []
    const keeper = createKeeper(async (json) => { written.push(json); return { ok: true, at: 't' } }, () => undefined)
    for (let i = 0; i < 10; i++) {
      keeper.put(() => `k${i}`)
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(written.length).toBeGreaterThan(0)
  })

  test('what is typed during a write follows it, in order', async () => {
    const written: string[] = []
    let release: (() => void) | null = null
    const keeper = createKeeper((json) => new Promise<Saved>((resolve) => { release = () => { written.push(json); resolve({ ok: true, at: 't' }) } }), () => undefined)
    keeper.put(() => 'first')
    const flushed = keeper.flush()
    keeper.put(() => 'second')
    release!()
    await vi.advanceTimersByTimeAsync(400)
    release!()
    await flushed
    await vi.advanceTimersByTimeAsync(400)
    expect(written).toEqual(['first', 'second'])
  })

  test('a full disk is said aloud, nothing is dropped, and it is tried again', async () => {
    const states: KeeperState[] = []
    const written: string[] = []
    let isFull = true
    const keeper = createKeeper(async (json) => {
      if (isFull) return { ok: false, message: '磁盘已满' }
      written.push(json)
      return { ok: true, at: 't' }
    }, (state) => states.push(state))
    keeper.put(() => 'precious')
    await keeper.flush()
    expect(states.at(-1)).toEqual({ kind: 'failed', message: '磁盘已满' })
    isFull = false
    await vi.advanceTimersByTimeAsync(2100)
    expect(written).toEqual(['precious'])
    expect(states.at(-1)).toEqual({ kind: 'saved', at: 't' })
  })
})
