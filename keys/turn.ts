/** One process at a time (跨进程排队): a lock file that a killed process cannot leave behind for ever. */
import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** A try takes well under a second; a lock that has not moved for so long has lost its owner. */
const abandonedAfterMs = 30_000

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const remove = async (lock: string, content: string): Promise<void> => {
  const aside = `${lock}.${randomBytes(6).toString('hex')}`
  // Moved first and looked at afterwards: two that find the same dead lock must not remove the one that the faster has made.
  await rename(lock, aside).catch(() => undefined)
  const taken = await readFile(aside, 'utf8').catch(() => null)
  if (taken !== null && taken !== content) await rename(aside, lock).catch(() => undefined)
  else await rm(aside, { force: true })
}

/** Runs `work` while no other process is between start and end of work on the same lock. @param lock path of the lock file */
export const oneAtATime = async <T>(lock: string, work: () => Promise<T>): Promise<T> => {
  const mine = `${process.pid} ${randomBytes(8).toString('hex')}`
  let seen = { content: '', since: 0 }
  for (;;) {
    try {
      const handle = await open(lock, 'wx', 0o600)
      await handle.writeFile(mine)
      await handle.close()
      break
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // A full or read-only disk: the count itself is raised in place and still holds, so the owner is not shut out.
      if (code !== 'EEXIST' && code !== 'EPERM' && code !== 'EACCES') return work()
      if (code !== 'EEXIST' && process.platform !== 'win32') return work()
    }
    const content = await readFile(lock, 'utf8').catch(() => null)
    if (content !== null) {
      const now = performance.now()
      if (seen.content !== content) seen = { content, since: now }
      const pid = Number.parseInt(content, 10)
      const isDead = Number.isSafeInteger(pid) && !isAlive(pid)
      if (isDead || now - seen.since > abandonedAfterMs) await remove(lock, content)
    }
    await sleep(15)
  }
  try {
    return await work()
  } finally {
    if ((await readFile(lock, 'utf8').catch(() => null)) === mine) await rm(lock, { force: true })
  }
}
