/** The product's own faces of rare Han characters (生僻字): 花园明朝B in blocks, unpacked when one of their characters is met. */
import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { rareBlocks } from '#core/typeset'
import type { FontFile } from './source.ts'

export type RareFile = { readonly block: number; readonly file: FontFile & { readonly size: number } }

/** A block whose bytes nobody has asked for is not read. Where the files were left out of an installation there are none. */
export async function rareFiles(): Promise<readonly RareFile[]> {
  const folder = folderOf()
  if (folder === null) return []
  const found = await Promise.all(rareBlocks.map(async (block) => {
    const path = join(folder, `hanamin-b-${block.toString(16)}.ttf.br`)
    try {
      return { block, file: fileOf(path, block, (await stat(path)).size) }
    } catch {
      // Metrics of a face that is not there would print boxes: such a block is not offered.
      return null
    }
  }))
  return found.filter((entry) => entry !== null)
}

function folderOf(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('#fonts/LICENSE-HanaMin.txt'))
  } catch {
    return null
  }
}

function fileOf(path: string, block: number, size: number): RareFile['file'] {
  let bytes: Uint8Array | undefined
  return {
    path, index: 0, family: '花园明朝B', substituted: false, rare: block, size,
    get bytes() {
      return (bytes ??= new Uint8Array(brotliDecompressSync(readFileSync(path))))
    },
  }
}
