/** The open faces of rare Han characters (生僻字): 花园明朝B in blocks, unpacked when one of their characters is met. */
import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { rareBlocks, type RareBlock } from '#core/typeset'
import type { UnreadFont } from './font-file.ts'

/** A block whose bytes nobody has asked for is not read. Where the files were left out of an installation there are none. */
export async function rareFiles(): Promise<readonly UnreadFont[]> {
  const folder = folderOf()
  if (folder === null) return []
  const found = await Promise.all(rareBlocks.map(async (block) => {
    const path = join(folder, fileName(block))
    try {
      return fileOf(path, block.first, (await stat(path)).size)
    } catch {
      // Metrics of a face that is not there would print boxes: such a block is not offered.
      return null
    }
  }))
  return found.filter((file) => file !== null)
}

function folderOf(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('hanamin/package.json'))
  } catch {
    return null
  }
}

function fileName({ extension, nth, of }: RareBlock): string {
  const count = of === 1 ? '' : `-${String(nth).padStart(String(of).length, '0')}`
  return `HanaMinB.CJK-Unified-Ideographs-Extension-${extension}${count}.woff2`
}

function fileOf(path: string, rare: number, size: number): UnreadFont {
  let bytes: Promise<Uint8Array> | undefined
  return {
    path, index: 0, family: '花园明朝B', substituted: false, rare, size,
    read() {
      bytes ??= unpack(path)
      bytes.catch(() => { bytes = undefined })
      return bytes
    },
  }
}

/** The decoder is loaded with the first block, not with the program. */
async function unpack(path: string): Promise<Uint8Array> {
  const { default: decompress } = await import('woff2-encoder/decompress')
  return decompress(await readFile(path))
}
