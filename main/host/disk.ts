/** The disk as the host uses it (本机存储): whole files or nothing, and nothing is said to be written before it is. */
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { randomBytes } from '#keys'

/** Writes all bytes at a position, or throws. A test puts a full disk here. */
export type WriteAll = (handle: FileHandle, bytes: Uint8Array, position: number) => Promise<void>

const writeAll: WriteAll = async (handle, bytes, position) => {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

/** A file being written beside its final place. */
export type Draftfile = { readonly write: (bytes: Uint8Array) => Promise<void>; readonly keep: () => Promise<void>; readonly drop: () => Promise<void> }

export type Disk = {
  /** null when there is no such file */
  readonly read: (path: string) => Promise<Uint8Array | null>
  /** Cuts the file at `position`, appends there and syncs. On failure the file is cut back, as far as the disk still lets us. */
  readonly append: (path: string, position: number, bytes: Uint8Array) => Promise<void>
  /** Write beside, sync, rename, sync the folder: the old file or the new one, never a part. */
  readonly replace: (path: string, bytes: Uint8Array) => Promise<void>
  readonly begin: (path: string) => Promise<Draftfile>
  readonly names: (folder: string) => Promise<readonly string[]>
  readonly move: (from: string, to: string) => Promise<void>
  readonly remove: (path: string) => Promise<void>
}

const absent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

const syncFolder = async (folder: string): Promise<void> => {
  // Windows cannot open folders and keeps names safe by itself.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try { await handle.sync() } finally { await handle.close() }
}

const temporaryMark = '.part-'

export const createDisk = (write: WriteAll = writeAll): Disk => {
  const begin = async (path: string): Promise<Draftfile> => {
    const folder = dirname(path)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const temporary = join(folder, `${basename(path)}${temporaryMark}${Buffer.from(randomBytes(6)).toString('hex')}`)
    const handle = await open(temporary, 'wx', 0o600)
    let position = 0
    const drop = async (): Promise<void> => {
      await handle.close().catch(() => undefined)
      await rm(temporary, { force: true }).catch(() => undefined)
    }
    return {
      write: async (bytes) => {
        await write(handle, bytes, position)
        position += bytes.length
      },
      keep: async () => {
        try {
          await handle.sync()
          await handle.close()
          await rename(temporary, path)
          await syncFolder(folder)
        } catch (error) {
          await drop()
          throw error
        }
      },
      drop,
    }
  }

  return {
    read: async (path) => {
      try {
        return new Uint8Array(await readFile(path))
      } catch (error) {
        if (absent(error)) return null
        throw error
      }
    },
    append: async (path, position, bytes) => {
      let handle: FileHandle
      let created = false
      try {
        handle = await open(path, 'r+')
      } catch (error) {
        if (!absent(error)) throw error
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        handle = await open(path, 'wx+', 0o600)
        created = true
      }
      try {
        await handle.truncate(position)
        try {
          await write(handle, bytes, position)
          await handle.sync()
        } catch (error) {
          await handle.truncate(position).catch(() => undefined)
          throw error
        }
      } finally {
        await handle.close()
      }
      if (created) await syncFolder(dirname(path))
    },
    replace: async (path, bytes) => {
      const file = await begin(path)
      try {
        await file.write(bytes)
      } catch (error) {
        await file.drop()
        throw error
      }
      await file.keep()
    },
    begin,
    names: async (folder) => {
      try {
        const names = await readdir(folder)
        // What a killed process left half written was never promised to anyone.
        for (const name of names.filter((each) => each.includes(temporaryMark))) await rm(join(folder, name), { force: true })
        return names.filter((name) => !name.includes(temporaryMark)).sort()
      } catch (error) {
        if (absent(error)) return []
        throw error
      }
    },
    move: async (from, to) => {
      await rename(from, to)
      await syncFolder(dirname(to))
    },
    remove: (path) => rm(path, { force: true, recursive: true }),
  }
}
