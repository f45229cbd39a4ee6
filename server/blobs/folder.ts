/** Blobs in a folder: written beside, synced, then renamed, so that a name never stands for half of its bytes. */
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sm3Hex } from '#core/crypto'
import { openSm3 } from '#keys'
import type { BlobStore, PutOutcome } from './port.ts'

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

export const folderBlobs = async (folder: string): Promise<BlobStore> => {
  const incoming = join(folder, 'incoming')
  // What a killed process left half written was never acknowledged.
  await rm(incoming, { recursive: true, force: true })
  await mkdir(incoming, { recursive: true })
  const pathOf = (hash: string): string => join(folder, hash.slice(0, 2), hash)
  const sizeOf = async (hash: string): Promise<number | null> => {
    try {
      return (await stat(pathOf(hash))).size
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }
  const put = async (hash: string, bytes: AsyncIterable<Uint8Array>, limit: number): Promise<PutOutcome> => {
    const temporary = join(incoming, randomBytes(12).toString('hex'))
    const hasher = await openSm3()
    const file = await open(temporary, 'wx', 0o600)
    let size = 0
    let kept = false
    try {
      for await (const chunk of bytes) {
        size += chunk.length
        if (size > limit) return { ok: false, reason: 'too_large' }
        hasher.update(chunk)
        await file.writeFile(chunk)
      }
      if (hasher.digest() !== hash) return { ok: false, reason: 'hash_differs' }
      await file.sync()
      const target = pathOf(hash)
      await mkdir(dirname(target), { recursive: true })
      await rename(temporary, target)
      kept = true
      // The name itself must survive a power cut too.
      const parent = await open(dirname(target))
      await parent.sync().finally(() => parent.close())
      return { ok: true, hash, size }
    } finally {
      await file.close()
      if (!kept) await rm(temporary, { force: true })
    }
  }
  return {
    put,
    keep: async (bytes) => {
      const hash = sm3Hex(bytes)
      if ((await sizeOf(hash)) === null) await put(hash, (async function* () { yield bytes })(), Number.POSITIVE_INFINITY)
      return hash
    },
    has: async (hash) => (await sizeOf(hash)) !== null,
    read: async (hash) => {
      try {
        return await readFile(pathOf(hash))
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },
    open: async (hash) => {
      const size = await sizeOf(hash)
      return size === null ? null : { size, stream: () => createReadStream(pathOf(hash)) }
    },
  }
}
