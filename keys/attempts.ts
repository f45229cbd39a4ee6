/**
 * Growing delay after wrong passwords and PINs (口令错误的递增等待).
 *
 * The count is on disk and survives a restart; it is raised *before* a try is judged, so that killing the program at the
 * right moment gives no free try. The wait itself is measured on the monotonic clock of the running process and starts
 * again in full when a new process first meets the count: a wall clock set back or forward changes nothing, and a restart
 * only makes the wait longer.
 *
 * The file holds one digit per wrong try in a fixed space that is taken beforehand: raising the count writes one byte in
 * place, which works on a full disk and cannot be torn. Whoever can delete the file can also copy the vault away and try
 * elsewhere; against that only the cost of scrypt helps.
 */
import { open } from 'node:fs/promises'

const space = 64
const free = 3
const step = [5, 15, 30, 60, 120, 300, 600] as const
const longest = 900

/** Milliseconds to wait after so many wrong tries in a row. */
export const delayAfter = (failures: number): number => (failures < free ? 0 : (step[failures - free] ?? longest) * 1000)

export type AttemptGuard = {
  /** Milliseconds until the next try may be made; 0 for now. */
  readonly wait: () => Promise<number>
  /** Counts a try as wrong until `succeeded` is called. */
  readonly begin: () => Promise<void>
  readonly succeeded: () => Promise<void>
}

/** @param file created on first use, mode 0600 @param monotonicMs milliseconds that never go back within the process */
export const createAttemptGuard = (file: string, monotonicMs: () => number): AttemptGuard => {
  let count: number | null = null
  let blockedUntil = 0

  const load = async (): Promise<number> => {
    if (count !== null) return count
    try {
      const handle = await open(file, 'r')
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(space), 0, space, 0)
        count = buffer.subarray(0, bytesRead).filter((byte) => byte === 0x31).length
      } finally {
        await handle.close()
      }
    } catch {
      count = 0
    }
    blockedUntil = monotonicMs() + delayAfter(count)
    return count
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

  return {
    wait: async () => {
      await load()
      return Math.max(0, Math.ceil(blockedUntil - monotonicMs()))
    },
    begin: async () => {
      const failures = (await load()) + 1
      count = failures
      blockedUntil = monotonicMs() + delayAfter(failures)
      if (failures <= space) await write(Buffer.from('1'), failures - 1)
    },
    succeeded: async () => {
      await load()
      count = 0
      blockedUntil = 0
      await write(Buffer.alloc(space, '0'), 0)
    },
  }
}
