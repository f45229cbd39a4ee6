/** One host per profile (档案锁): two would hand out the same `deviceSeq` twice. */
import { readFileSync } from 'node:fs'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes } from '#keys'

export type ProfileLock = { readonly release: () => Promise<void> }

type Owner = { readonly pid: number; readonly started: string | null; readonly nonce: string }

/** A process id is used again sooner or later; its start time is not. Known on Linux only. */
const startOf = (pid: number): string | null => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? null
  } catch {
    return null
  }
}

const alive = ({ pid, started }: Owner): boolean => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return started === null || startOf(pid) === started
}

const readOwner = async (path: string): Promise<Owner | null> => {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Owner
    return Number.isSafeInteger(value.pid) && value.pid > 0 ? value : null
  } catch {
    return null
  }
}

/** @returns null while a living process holds the profile */
export const lockProfile = async (folder: string): Promise<ProfileLock | null> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'lock')
  const nonce = Buffer.from(randomBytes(8)).toString('hex')
  const mine: Owner = { pid: process.pid, started: startOf(process.pid), nonce }
  for (let tries = 0; tries < 3; tries++) {
    try {
      const handle = await open(path, 'wx', 0o600)
      await handle.writeFile(JSON.stringify(mine))
      await handle.close()
      // Of two that cleared away the same dead lock, the one whose file stayed has it.
      if ((await readOwner(path))?.nonce !== nonce) return null
      return { release: async () => { if ((await readOwner(path))?.nonce === nonce) await rm(path, { force: true }) } }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const owner = await readOwner(path)
      if (owner !== null && alive(owner)) return null
      await rm(path, { force: true })
    }
  }
  return null
}
