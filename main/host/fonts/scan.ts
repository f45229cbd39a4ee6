/** Finds fonts in folders by their name tables, reading a few hundred bytes a file. */
import { open, readdir, type FileHandle } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A face found on disk. `index` is its place in a collection. */
export type FoundFont = { readonly path: string; readonly index: number; readonly names: readonly string[] }

/** Where systems keep fonts. */
export function systemFolders(platform: NodeJS.Platform = process.platform): readonly string[] {
  const home = homedir()
  switch (platform) {
    case 'win32':
      return [join(process.env.WINDIR ?? 'C:\\Windows', 'Fonts'), join(home, 'AppData', 'Local', 'Microsoft', 'Windows', 'Fonts')]
    case 'darwin':
      return ['/System/Library/Fonts', '/Library/Fonts', join(home, 'Library', 'Fonts')]
    default:
      return ['/usr/share/fonts', '/usr/local/share/fonts', join(home, '.local', 'share', 'fonts'), join(home, '.fonts')]
  }
}

const maxFiles = 5000
const maxDepth = 6

/** Every readable TrueType face below the folders, in path order; missing folders and broken files are passed over. */
export async function scanFolders(folders: readonly string[]): Promise<FoundFont[]> {
  const paths: string[] = []
  for (const folder of folders) await collect(folder, 0, paths)
  const found: FoundFont[] = []
  for (const path of paths) found.push(...(await facesOf(path)))
  return found
}

async function collect(folder: string, depth: number, paths: string[]): Promise<void> {
  let entries
  try {
    entries = await readdir(folder, { withFileTypes: true })
  } catch {
    return
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    if (paths.length >= maxFiles) return
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (depth < maxDepth) await collect(path, depth + 1, paths)
    } else if (/\.(?:ttf|ttc)$/i.test(entry.name)) paths.push(path)
  }
}

async function facesOf(path: string): Promise<FoundFont[]> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const head = await read(file, 0, 12)
    const starts = head.getUint32(0) === 0x74746366 ? await collectionStarts(file, head.getUint32(8)) : [0]
    const faces: FoundFont[] = []
    for (const [index, start] of starts.entries()) {
      const names = await namesAt(file, start)
      if (names.length > 0) faces.push({ path, index, names })
    }
    return faces
  } catch {
    return []
  } finally {
    await file?.close()
  }
}

async function collectionStarts(file: FileHandle, count: number): Promise<number[]> {
  const table = await read(file, 12, 4 * Math.min(count, 32))
  return Array.from({ length: Math.min(count, 32) }, (_, i) => table.getUint32(4 * i))
}

async function namesAt(file: FileHandle, start: number): Promise<string[]> {
  const count = (await read(file, start, 12)).getUint16(4)
  if (count > 200) return []
  const directory = await read(file, start + 12, 16 * count)
  let name: { offset: number; length: number } | null = null
  let hasOutlines = false
  for (let i = 0; i < count; i++) {
    const tag = directory.getUint32(16 * i)
    if (tag === 0x6e616d65) name = { offset: directory.getUint32(16 * i + 8), length: directory.getUint32(16 * i + 12) }
    if (tag === 0x676c7966) hasOutlines = true
  }
  // Only glyf outlines can be embedded as CIDFontType2.
  if (name === null || !hasOutlines || name.length > 100_000) return []
  return familyNames(await read(file, name.offset, name.length))
}

function familyNames(table: DataView): string[] {
  const names = new Set<string>()
  const strings = table.getUint16(4)
  for (let i = 0; i < table.getUint16(2); i++) {
    const at = 6 + 12 * i
    const platform = table.getUint16(at)
    const id = table.getUint16(at + 6)
    if (![1, 4, 6, 16].includes(id) || (platform !== 3 && platform !== 0)) continue
    let text = ''
    for (let j = 0; j < table.getUint16(at + 8); j += 2) text += String.fromCharCode(table.getUint16(strings + table.getUint16(at + 10) + j))
    names.add(text)
  }
  return [...names]
}

async function read(file: FileHandle, position: number, length: number): Promise<DataView> {
  const buffer = new Uint8Array(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return new DataView(buffer.buffer, 0, bytesRead)
}
