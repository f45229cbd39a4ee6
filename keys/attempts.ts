/**
 * Growing delay after wrong passwords and PINs (口令错误的递增等待).
 *
 * The count is on disk and survives a restart; it is raised *before* a try is judged, so that killing the program at the
 * right moment gives no free try. The wait itself is measured on the monotonic clock of the running process and starts
 * again in full when a new process first meets the count: a wall clock set back or forward changes nothing, and a restart
 * only makes the wait longer.
 *
 * Every step looks at the file again, since another process may have raised or cleared the count; `judge` keeps other
 * processes out from the look at the wait to the verdict, so that two tries at once never pay for one.
 *
 * The file holds one digit per wrong try in a fixed space that is taken beforehand: raising the count writes one byte in
 * place, which works on a full disk and cannot be torn. Whoever can delete the file can also copy the vault away and try
 * elsewhere; against that only the cost of scrypt helps.
 */
import { open } from 'node:fs/promises'
import type { PinRefusal } from '#core/desktop'
import { err, type Result } from '#core/formats'
import { oneAtATime } from './turn.ts'

const space = 64
const free = 3
const step = [5, 15, 30, 60, 120, 300, 600] as const
const longest = 900
/** Refusals of a carrier that was not shown the PIN. */
const untried: ReadonlySet<PinRefusal['reason']> = new Set(['absent', 'blocked', 'delayed'])

/** Milliseconds to wait after so many wrong tries in a row. */
export const delayAfter = (failures: number): number => (failures < free ? 0 : (step[failures - free] ?? longest) * 1000)

export type AttemptGuard = {
  /** Milliseconds until the next try may be made; 0 for now. */
  readonly wait: () => Promise<number>
  /** Counts a try as wrong until `succeeded` is called. */
  readonly begin: () => Promise<void>
  readonly succeeded: () => Promise<void>
  /**
   * One whole try: refuses with `delayed`, or counts it and runs `attempt`. `pinWrong` stays counted, `absent` and its like give
   * the try back, everything else clears the count. Tries in this process and in others go one after the other.
   */
  readonly judge: <T>(attempt: () => Promise<Result<T, PinRefusal>>) => Promise<Result<T, PinRefusal>>
}

/** @param file created on first use, mode 0600 @param monotonicMs milliseconds that never go back within the process */
export const createAttemptGuard = (file: string, monotonicMs: () => number): AttemptGuard => {
  let count: number | null = null
  let blockedUntil = 0
  let turn: Promise<unknown> = Promise.resolve()

  const load = async (): Promise<number> => {
    const found = await stored(file)
    if (found === count) return found
    // Met for the first time, or changed by another process: the wait starts in full, however long it has been running.
    count = found
    blockedUntil = monotonicMs() + delayAfter(found)
    return found
  }

  const write = async (bytes: Buffer, position: number): Promise<void> => {
    const handle = await open(file, 'r+').catch(async () => {
      const created = await open(file, 'w+', 0o600)
      await created.write(Buffer.alloc(space, '0'), 0, space, 0)
      return created
    })
    try {
      await handle.write(bytes, 0, bytes.length, position)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  const wait = async (): Promise<number> => {
    await load()
    return Math.max(0, Math.ceil(blockedUntil - monotonicMs()))
  }
  const begin = async (): Promise<void> => {
    const failures = (await load()) + 1
    if (failures <= space) await write(Buffer.from('1'), failures - 1)
    count = Math.min(failures, space)
    blockedUntil = monotonicMs() + delayAfter(failures)
  }
  const succeeded = async (): Promise<void> => {
    count = 0
    blockedUntil = 0
    await write(Buffer.alloc(space, '0'), 0)
  }
  const takeBack = async (): Promise<void> => {
    const failures = await load()
    if (failures > 0) await write(Buffer.from('0'), failures - 1)
    count = Math.max(0, failures - 1)
    blockedUntil = monotonicMs()
  }
  const judge = async <T>(attempt: () => Promise<Result<T, PinRefusal>>): Promise<Result<T, PinRefusal>> => {
    const retryAfterMs = await wait()
    if (retryAfterMs > 0) return err({ reason: 'delayed', retryAfterMs })
    await begin()
    const answer = await attempt()
    if (!answer.ok && answer.error.reason === 'pinWrong') return err({ ...answer.error, retryAfterMs: Math.max(answer.error.retryAfterMs, await wait()) })
    // Nothing was tried: a carrier that is pulled between two wrong PINs must not clear what the first of them cost.
    if (!answer.ok && untried.has(answer.error.reason)) await takeBack()
    else await succeeded()
    return answer
  }

  return {
    wait, begin, succeeded,
    judge: (attempt) => {
      const mine = turn.then(() => oneAtATime(`${file}.lock`, () => judge(attempt)))
      turn = mine.catch(() => undefined)
      return mine
    },
  }
}

const stored = async (file: string): Promise<number> => {
  try {
    const handle = await open(file, 'r')
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(space), 0, space, 0)
      return buffer.subarray(0, bytesRead).filter((byte) => byte === 0x31).length
    } finally {
      await handle.close()
    }
  } catch {
    return 0
  }
}
