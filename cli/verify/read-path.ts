/** Reads what is to be verified from disk (读取待验对象). Nothing outside the given path is ever followed. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readZip } from '#core/formats'

export type Target =
  | { readonly kind: 'folder'; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly kind: 'zip' | 'pdf' | 'ofd' | 'seal' | 'ledger'; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }

const MAX_FILES = 5000
const MAX_DEPTH = 16
const MAX_BYTES = 1024 * 1024 * 1024
/** How far readers look for the header of a PDF. */
const HEADER_WITHIN = 1024 + 5

class Refused extends Error {
  readonly code: string
  constructor(code: string, detail: string) {
    super(detail)
    this.code = code
  }
}

export const readTarget = (path: string): Target => {
  try {
    // The path that the user names may be a link; inside a package none is followed.
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) throw new Refused('verify.not-found', `文件不存在：${path}`)
    if (found.isDirectory()) return { kind: 'folder', files: readFolder(path) }
    if (!found.isFile()) throw new Refused('verify.not-a-file', `不是文件也不是文件夹：${path}`)
    const bytes = readFile(path)
    const start = String.fromCharCode(...bytes.subarray(0, 5))
    if (start.startsWith('{')) return { kind: 'ledger', bytes }
    if (start === '%PDF-') return { kind: 'pdf', bytes }
    if (start.startsWith('PK')) return { kind: /\.ofd$/i.test(path) || hasOfdEntry(bytes) ? 'ofd' : 'zip', bytes }
    // A seal and its signature data are one DER SEQUENCE.
    if (bytes[0] === 0x30 || /\.(esl|dat)$/i.test(path)) return { kind: 'seal', bytes }
    // What a transfer put before the file does not make it another kind (PR2).
    if (/\.pdf$/i.test(path) || String.fromCharCode(...bytes.subarray(0, HEADER_WITHIN)).includes('%PDF-')) return { kind: 'pdf', bytes }
    if (/\.ofd$/i.test(path)) return { kind: 'ofd', bytes }
    throw new Refused('verify.unknown-format', `无法识别的格式：${path}（应为 PDF、OFD、印章文件、账本导出件、归档包文件夹或压缩件）`)
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', code: error.code, detail: error.message }
    if (error instanceof Error && 'code' in error) return { kind: 'refused', code: 'verify.unreadable', detail: `无法读取 ${path}：${error.message}` }
    throw error
  }
}

/** An OFD under another name: its directory lists the entry at the root. */
const hasOfdEntry = (bytes: Uint8Array): boolean => {
  const entries = readZip(bytes)
  return entries.ok && entries.value.some((entry) => entry.path === 'OFD.xml')
}

const readFile = (path: string): Uint8Array => {
  const { size } = statSync(path)
  if (size > MAX_BYTES) throw new Refused('verify.too-large', `文件过大：${path}`)
  const buffer = readFileSync(path)
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

const readFolder = (root: string): ReadonlyMap<string, Uint8Array> => {
  const files = new Map<string, Uint8Array>()
  let total = 0
  const visit = (folder: string, prefix: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw new Refused('verify.too-deep', `文件夹过深：${prefix}`)
    for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
      let name: string
      try {
        name = new TextDecoder('utf-8', { fatal: true }).decode(entry.name)
      } catch {
        throw new Refused('verify.name', `${prefix} 下有名称不是 UTF-8 编码的文件`)
      }
      const path = `${prefix}${name}`
      if (entry.isSymbolicLink()) throw new Refused('verify.link', `拒绝符号链接：${path}`)
      if (entry.isDirectory()) visit(join(folder, name), `${path}/`, depth + 1)
      else if (!entry.isFile()) throw new Refused('verify.special-file', `拒绝特殊文件：${path}`)
      else {
        if (files.size >= MAX_FILES) throw new Refused('verify.too-many', `文件超过 ${MAX_FILES} 个`)
        const bytes = readFile(join(folder, name))
        total += bytes.length
        if (total > MAX_BYTES) throw new Refused('verify.too-large', '文件夹内容过大')
        files.set(path, bytes)
      }
    }
  }
  visit(root, '', 0)
  return files
}

/**
 * Ledger files beside the one to be verified (同目录的账本文件, names ending in `.ledger.json`): what was exported before shows
 * whether history was rewritten since. They can only speak against it, so nothing is lost by reading them.
 */
export const ledgersBeside = (path: string): readonly Uint8Array[] => {
  const folder = dirname(path)
  return readdirSync(folder)
    .filter((name) => /\.ledger\.json$/i.test(name) && name !== basename(path))
    .sort()
    .slice(0, 50)
    .flatMap((name) => {
      const target = readTarget(join(folder, name))
      return target.kind === 'ledger' ? [target.bytes] : []
    })
}
