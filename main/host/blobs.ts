/**
 * Files and frozen texts by their hash (附件与定稿), encrypted at rest and never whole in memory: "WB1\n", then pieces of
 * length(4, little-endian) and a box. Each box is bound to the hash, its place and whether it is the last one.
 */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { concatBytes, utf8 } from '#core/formats'
import { boxOverhead, openBox, openSm3, sealBox } from '#keys'
import type { Disk } from './disk.ts'
import { hiddenName } from './names.ts'

export type Bytes = AsyncIterable<Uint8Array>
export type StoredBlob = { readonly size: number; readonly chunks: Bytes }

export type Blobs = {
  /** Keeps the bytes when they have the hash; otherwise nothing is kept. */
  readonly put: (hash: string, source: Bytes) => Promise<'stored' | 'mismatch' | 'too_large'>
  /** null when the profile has none. The chunks throw DamagedBlob when a piece does not open. */
  readonly open: (hash: string) => Promise<StoredBlob | null>
  readonly has: (hash: string) => Promise<boolean>
}

export class DamagedBlob extends Error {
  constructor() { super('damaged blob'); this.name = 'DamagedBlob' }
}

const head = utf8('WB1\n')
const pieceBytes = 256 * 1024
const pieceOverhead = 4 + boxOverhead

const aboutPiece = (hash: string, index: number, end: 'last' | 'more'): string => `wenshu.blob/1 ${hash} ${index} ${end}`

/** Pieces of exactly `pieceBytes`, the last one shorter or full; at least one. */
async function* pieces(source: Bytes): AsyncGenerator<{ bytes: Uint8Array; end: 'last' | 'more' }> {
  let held: Uint8Array = new Uint8Array(0)
  for await (const chunk of source) {
    held = held.length === 0 ? chunk : concatBytes(held, chunk)
    while (held.length > pieceBytes) {
      yield { bytes: held.subarray(0, pieceBytes), end: 'more' }
      held = held.subarray(pieceBytes)
    }
  }
  yield { bytes: held, end: 'last' }
}

/** @param maxBytes of one blob */
export const openBlobs = (disk: Disk, folder: string, key: Uint8Array, maxBytes: number): Blobs => {
  const fileOf = (hash: string): string => {
    const name = hiddenName(key, hash)
    return join(folder, name.slice(0, 2), name.slice(2))
  }

  const openFile = async (hash: string): Promise<StoredBlob | null> => {
    const handle = await open(fileOf(hash), 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (handle === null) return null
    const { size: onDisk } = await handle.stat()
    await handle.close()
    const body = onDisk - head.length
    const count = Math.max(1, Math.ceil(body / (pieceBytes + pieceOverhead)))
    return { size: body - count * pieceOverhead, chunks: readPieces(fileOf(hash), key, hash, count) }
  }

  return {
    has: async (hash) => (await openFile(hash)) !== null,
    open: openFile,
    put: async (hash, source) => {
      const sum = await openSm3()
      const file = await disk.begin(fileOf(hash))
      let size = 0
      let index = 0
      try {
        await file.write(head)
        for await (const { bytes, end } of pieces(source)) {
          size += bytes.length
          if (size > maxBytes) { await file.drop(); return 'too_large' }
          sum.update(bytes)
          const box = sealBox(key, bytes, aboutPiece(hash, index++, end))
          const length = new Uint8Array(4)
          new DataView(length.buffer).setUint32(0, box.length, true)
          await file.write(concatBytes(length, box))
        }
      } catch (error) {
        await file.drop()
        throw error
      }
      if (sum.digest() !== hash) { await file.drop(); return 'mismatch' }
      await file.keep()
      return 'stored'
    },
  }
}

async function* readPieces(path: string, key: Uint8Array, hash: string, count: number): Bytes {
  const handle = await open(path, 'r')
  try {
    let at = head.length
    for (let index = 0; index < count; index++) {
      const length = Buffer.alloc(4)
      if ((await handle.read(length, 0, 4, at)).bytesRead !== 4) throw new DamagedBlob()
      const size = length.readUInt32LE(0)
      if (size > pieceBytes + boxOverhead) throw new DamagedBlob()
      const box = new Uint8Array(size)
      if ((await handle.read(box, 0, size, at + 4)).bytesRead !== size) throw new DamagedBlob()
      const bytes = openBox(key, box, aboutPiece(hash, index, index === count - 1 ? 'last' : 'more'))
      if (bytes === null) throw new DamagedBlob()
      yield bytes
      at += 4 + size
    }
  } finally {
    await handle.close()
  }
}
