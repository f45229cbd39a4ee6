/** Cross-reference tables and streams, newest first. ISO 32000-1 §7.5.4, §7.5.8; ISO 19005-2 §6.1.4 */
import type { Report } from './finding.ts'
import { readValue, skipSpace, type Budget, type Cursor } from './syntax.ts'
import { isArray, isDict, latin, numberOf, Unreadable, type PdfDict, type PdfStream } from './values.ts'

export type Entry = { readonly kind: 'at'; readonly offset: number } | { readonly kind: 'in'; readonly stream: number; readonly index: number } | { readonly kind: 'free' }
export type Sections = { readonly entries: ReadonlyMap<number, Entry>; readonly trailers: readonly PdfDict[] }

const maxSections = 512
const maxObjects = 8_388_607

/** Where the last occurrence begins, or -1. */
export function lastIndexOf(bytes: Uint8Array, text: string, from = bytes.length - text.length): number {
  for (let at = from; at >= 0; at--) if (isAt(bytes, at, text)) return at
  return -1
}

export function indexOf(bytes: Uint8Array, text: string, from: number, to = bytes.length): number {
  const first = text.charCodeAt(0)
  for (let at = bytes.indexOf(first, from); at !== -1 && at <= to - text.length; at = bytes.indexOf(first, at + 1)) if (isAt(bytes, at, text)) return at
  return -1
}

export function isAt(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}

export type ReadStreamAt = (offset: number) => { readonly stream: PdfStream; readonly data: Uint8Array } | null

/** Follows the chain from startxref. Unreadable when a link of it cannot be read. */
export function readSections(bytes: Uint8Array, report: Report, budget: Budget, readStream: ReadStreamAt): Sections {
  const entries = new Map<number, Entry>()
  const trailers: PdfDict[] = []
  const seen = new Set<number>()
  const queue: number[] = [startOf(bytes)]
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    if (seen.has(at)) continue
    seen.add(at)
    if (seen.size > maxSections) throw new Unreadable('xref', '交叉引用表过多')
    const cursor: Cursor = { bytes, at, report: null, references: 'read', budget }
    skipSpace(cursor)
    const trailer = isAt(bytes, cursor.at, 'xref') ? readTable(cursor, entries, report) : readXrefStream(cursor.at, entries, readStream)
    trailers.push(trailer)
    for (const key of ['XRefStm', 'Prev']) {
      const next = numberOf(trailer.entries.get(key))
      if (next !== undefined && next >= 0 && next < bytes.length) queue.push(next)
    }
  }
  return { entries, trailers }
}

function startOf(bytes: Uint8Array): number {
  const at = lastIndexOf(bytes, 'startxref')
  const match = at === -1 ? null : /^startxref\s+(\d{1,15})/.exec(latin(bytes.subarray(at, at + 40)))
  if (match === null) throw new Unreadable('xref', '文件没有 startxref')
  return Number(match[1])
}

function readTable(cursor: Cursor, entries: Map<number, Entry>, report: Report): PdfDict {
  const { bytes } = cursor
  cursor.at += 4
  const spacing = /^(\r\n|\r|\n)\d/.test(latin(bytes.subarray(cursor.at, cursor.at + 3)))
  if (!spacing) report.add('6.1.4', 'xref-spacing', 'xref 关键字与其后的小节标题之间应为单个换行')
  for (;;) {
    skipSpace(cursor)
    if (isAt(bytes, cursor.at, 'trailer')) break
    const header = /^(\d{1,10})([\s\0]+)(\d{1,10})/.exec(latin(bytes.subarray(cursor.at, cursor.at + 48)))
    if (header === null) throw new Unreadable('xref', '交叉引用表格式有误')
    if (header[2] !== ' ') report.add('6.1.4', 'xref-header', '交叉引用小节标题中两数之间应为单个空格')
    cursor.at += header[0].length
    const first = Number(header[1])
    const count = Number(header[3])
    if (first + count > maxObjects + 1) throw new Unreadable('xref', '交叉引用表过大')
    for (let i = 0; i < count; i++) {
      skipSpace(cursor)
      const entry = /^(\d{1,10})[\s\0]+(\d{1,10})[\s\0]+([nf])/.exec(latin(bytes.subarray(cursor.at, cursor.at + 40)))
      if (entry === null) throw new Unreadable('xref', '交叉引用表条目有误')
      cursor.at += entry[0].length
      if (!entries.has(first + i)) entries.set(first + i, entry[3] === 'n' ? { kind: 'at', offset: Number(entry[1]) } : { kind: 'free' })
    }
  }
  cursor.at += 'trailer'.length
  const trailer = readValue(cursor)
  if (!isDict(trailer)) throw new Unreadable('xref', '文件尾不是字典')
  return trailer
}

function readXrefStream(offset: number, entries: Map<number, Entry>, readStream: ReadStreamAt): PdfDict {
  const found = readStream(offset)
  if (found === null) throw new Unreadable('xref', '交叉引用流无法读取')
  const { stream: { dict }, data } = found
  const widths = dict.entries.get('W')
  if (!isArray(widths) || widths.items.length < 3) throw new Unreadable('xref', '交叉引用流格式有误')
  const [w0, w1, w2] = widths.items.map((item) => Math.min(8, Math.max(0, numberOf(item) ?? 0))) as [number, number, number]
  const size = w0 + w1 + w2
  const index = dict.entries.get('Index')
  const ranges = isArray(index) ? index.items.map((item) => numberOf(item) ?? 0) : [0, numberOf(dict.entries.get('Size')) ?? 0]
  const field = (at: number, width: number): number => {
    let value = 0
    for (let i = 0; i < width; i++) value = value * 256 + (data[at + i] ?? 0)
    return value
  }
  let at = 0
  for (let r = 0; r + 1 < ranges.length; r += 2) {
    for (let i = 0; i < ranges[r + 1]! && size > 0 && at + size <= data.length; i++, at += size) {
      const type = w0 === 0 ? 1 : field(at, w0)
      const number = ranges[r]! + i
      if (entries.has(number) || number > maxObjects) continue
      const a = field(at + w0, w1)
      const b = field(at + w0 + w1, w2)
      entries.set(number, type === 1 ? { kind: 'at', offset: a } : type === 2 ? { kind: 'in', stream: a, index: b } : { kind: 'free' })
    }
  }
  return dict
}

/** Finds objects and trailers by their keywords, for files whose table is lost. */
export function scan(bytes: Uint8Array, budget: Budget): Sections {
  const entries = new Map<number, Entry>()
  const trailers: PdfDict[] = []
  for (let at = indexOf(bytes, 'obj', 0); at !== -1; at = indexOf(bytes, 'obj', at + 3)) {
    const match = /(\d{1,10})[\s\0]+(\d{1,5})[\s\0]+$/.exec(latin(bytes.subarray(Math.max(0, at - 24), at)))
    if (match !== null && entries.size < maxObjects) entries.set(Number(match[1]), { kind: 'at', offset: at - match[0].length })
  }
  for (let at = indexOf(bytes, 'trailer', 0); at !== -1; at = indexOf(bytes, 'trailer', at + 7)) {
    try {
      const value = readValue({ bytes, at: at + 7, report: null, references: 'read', budget })
      if (isDict(value)) trailers.unshift(value)
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem
    }
  }
  return { entries, trailers }
}

