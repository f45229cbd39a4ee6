/**
 * Which profile lives at which port (端口登记). The origin owns the window's database, so a profile's port never moves: it is
 * chosen once and kept in `profiles.json` beside the profiles.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'

/** A DNS label in lower case: it becomes a host name and a folder. */
export const isProfileName = (name: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(name)

const shape = z.record(z.string(), z.strictObject({ port: z.int().min(1024).max(65_535) }))

/** Below the range from which systems hand out ports on their own. */
const lowest = 21_700
const highest = 32_000

const fileOf = (profilesDir: string): string => join(profilesDir, 'profiles.json')

const read = async (profilesDir: string): Promise<z.infer<typeof shape> | 'damaged'> => {
  let text: string
  try {
    text = await readFile(fileOf(profilesDir), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  try {
    const parsed = shape.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : 'damaged'
  } catch {
    return 'damaged'
  }
}

export const registeredPort = async (profilesDir: string, profile: string): Promise<number | null | 'damaged'> => {
  const known = await read(profilesDir)
  return known === 'damaged' ? known : (known[profile]?.port ?? null)
}

/** Ports to try for a new profile, none of which another profile has. */
export const freePorts = async (profilesDir: string): Promise<readonly number[]> => {
  const known = await read(profilesDir)
  const used = new Set(known === 'damaged' ? [] : Object.values(known).map(({ port }) => port))
  return Array.from({ length: highest - lowest }, (_, i) => lowest + i).filter((port) => !used.has(port))
}

export const registerPort = async (profilesDir: string, profile: string, port: number): Promise<void> => {
  const known = await read(profilesDir)
  if (known === 'damaged') throw new Error('profiles.json is damaged')
  await mkdir(profilesDir, { recursive: true, mode: 0o700 })
  const temporary = `${fileOf(profilesDir)}.part-${randomBytes(6).toString('hex')}`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(JSON.stringify({ ...known, [profile]: { port } }, null, 1))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, fileOf(profilesDir))
}
