/** A PDF file opened for checking: objects on demand, with what §6.1 of ISO 19005-2 says about how they are written. */
import type { Report } from './finding.ts'
import { decodeStream, filtersOf, type Resolve } from './filters.ts'
import { isSpace, readValue, skipSpace, type Budget, type Cursor } from './syntax.ts'
import { isArray, isDict, isRef, isStream, latin, numberOf, Unreadable, type PdfDict, type PdfStream, type PdfValue } from './values.ts'
import { indexOf, isAt, readSections, scan, type Sections } from './xref.ts'

export type PdfFile = {
  readonly bytes: Uint8Array
  readonly report: Report
  /** newest first */
  readonly trailers: readonly PdfDict[]
  readonly numbers: readonly number[]
  /** the value behind references; null for what is missing */
  readonly resolve: Resolve
  /** a dictionary, of a stream too, or null */
  dict(value: PdfValue | undefined): PdfDict | null
  /** decoded data, null when a filter is unknown or of a picture */
  decode(stream: PdfStream): Uint8Array | null
  readonly budget: Budget & { bytes: number }
}

/** Opens a file. What is unreadable of single objects becomes findings; Unreadable when there is no root to begin with. */
export function openFile(bytes: Uint8Array, report: Report): PdfFile {
  const budget = { values: 0, bytes: 0 }
  const cache = new Map<number, PdfValue>()
  const loading = new Set<number>()
  const containers = new Map<number, readonly PdfValue[]>()
  let sections: Sections = { entries: new Map(), trailers: [] }
  const resolve: Resolve = (value) => {
    let current: PdfValue = value ?? null
    for (let i = 0; i < 32 && isRef(current); i++) current = load(current.number)
    return isRef(current) ? null : current
  }
  const decoded = new Map<PdfStream, Uint8Array | null>()
  const decode = (stream: PdfStream): Uint8Array | null => {
    let data = decoded.get(stream)
    // What many pages share is unpacked, and counted, once.
    if (data === undefined) decoded.set(stream, (data = decodeStream(stream, resolve, budget)))
    return data
  }

  function load(number: number): PdfValue {
    const known = cache.get(number)
    if (known !== undefined) return known
    const entry = sections.entries.get(number)
    if (entry === undefined || entry.kind === 'free' || loading.has(number)) return null
    loading.add(number)
    let value: PdfValue = null
    try {
      if (entry.kind === 'at') value = readObject(bytes, entry.offset, number, report, budget, resolve)
      else value = containerOf(entry.stream)[entry.index] ?? null
    } catch (problem) {
      if (!(problem instanceof Unreadable) || problem.code === 'too-large') throw problem
      report.add('6.1.9', 'object-broken', `对象 ${number} 无法读取：${problem.message}`)
    } finally {
      loading.delete(number)
    }
    cache.set(number, value)
    return value
  }

  function containerOf(number: number): readonly PdfValue[] {
    const known = containers.get(number)
    if (known !== undefined) return known
    const stream = load(number)
    const values = isStream(stream) ? objectsIn(stream, decode(stream), report, budget) : []
    containers.set(number, values)
    return values
  }

  const readStream = (offset: number): { stream: PdfStream; data: Uint8Array } | null => {
    const value = readObject(bytes, offset, null, null, budget, resolve)
    const data = isStream(value) ? decode(value) : null
    return isStream(value) && data !== null ? { stream: value, data } : null
  }
  try {
    sections = readSections(bytes, report, budget, readStream)
  } catch (problem) {
    if (!(problem instanceof Unreadable) || problem.code === 'too-large') throw problem
    report.add('6.1.4', 'xref-broken', `交叉引用表无法读取：${problem.message}`)
    sections = scan(bytes, budget)
  }
  if (!sections.trailers.some((trailer) => isDict(resolve(trailer.entries.get('Root'))))) {
    report.add('6.1.4', 'no-root', '找不到文档目录（Root）')
    sections = scan(bytes, budget)
    cache.clear()
  }
  return {
    bytes, report, resolve, decode, budget,
    trailers: sections.trailers,
    numbers: [...sections.entries].filter(([, entry]) => entry.kind !== 'free').map(([number]) => number).sort((a, b) => a - b),
    dict: (value) => {
      const found = resolve(value)
      return isDict(found) ? found : isStream(found) ? found.dict : null
    },
  }
}

function objectsIn(stream: PdfStream, data: Uint8Array | null, report: Report, budget: Budget): readonly PdfValue[] {
  const count = numberOf(stream.dict.entries.get('N')) ?? 0
  const first = numberOf(stream.dict.entries.get('First')) ?? 0
  if (data === null || count < 0 || count > 1_000_000) return []
  const head: Cursor = { bytes: data, at: 0, report: null, references: 'none', budget }
  const offsets: number[] = []
  for (let i = 0; i < count; i++) {
    readValue(head)
    offsets.push(numberOf(readValue(head)) ?? 0)
  }
  return offsets.map((offset) => readValue({ bytes: data, at: first + offset, report, references: 'read', budget }))
}

const isEol = (byte: number | undefined): boolean => byte === 10 || byte === 13

/** Reads `n g obj … endobj`. `number` null: whichever is there. `report` null: nothing is noted. */
function readObject(bytes: Uint8Array, offset: number, number: number | null, report: Report | null, budget: Budget, resolve: Resolve): PdfValue {
  const cursor: Cursor = { bytes, at: offset, report, references: 'read', budget }
  skipSpace(cursor)
  const start = cursor.at
  const head = /^(\d{1,10})([\s\0]+)(\d{1,10})([\s\0]+)obj/.exec(latin(bytes.subarray(start, start + 64)))
  if (head === null || (number !== null && Number(head[1]) !== number)) throw new Unreadable('syntax', '交叉引用表所指位置没有该对象')
  cursor.at += head[0].length
  const isSpaced = head[2]!.length === 1 && head[4]!.length === 1 && isEol(bytes[cursor.at]) && (start === 0 || isEol(bytes[start - 1]))
  if (!isSpaced) report?.add('6.1.9', 'object-spacing', `对象 ${head[1]} 的编号或 obj 关键字前后的空白不合规定`)
  let value = readValue(cursor)
  skipSpace(cursor)
  if (isDict(value) && isAt(bytes, cursor.at, 'stream')) value = readStreamData(cursor, value, report, resolve, head[1]!)
  skipSpace(cursor)
  if (!isAt(bytes, cursor.at, 'endobj')) report?.add('6.1.9', 'object-end', `对象 ${head[1]} 没有以 endobj 结束`)
  else if (!isEol(bytes[cursor.at - 1]) || !isEol(bytes[cursor.at + 6])) report?.add('6.1.9', 'object-spacing', `对象 ${head[1]} 的 endobj 前后应为换行`)
  return value
}

function readStreamData(cursor: Cursor, dict: PdfDict, report: Report | null, resolve: Resolve, number: string): PdfValue {
  const { bytes } = cursor
  let start = cursor.at + 6
  const isCrLf = bytes[start] === 13 && bytes[start + 1] === 10
  if (!isCrLf && bytes[start] !== 10) report?.add('6.1.7.1', 'stream-spacing', `对象 ${number} 的 stream 关键字后应为换行`)
  if (isCrLf) start += 2
  else if (isEol(bytes[start])) start++
  else while (isSpace(bytes[start]) && !isEol(bytes[start - 1])) start++
  const stated = numberOf(resolve(dict.entries.get('Length')))
  let end = stated === undefined || stated < 0 ? -1 : start + stated
  const after = end < 0 ? -1 : end + (bytes[end] === 13 && bytes[end + 1] === 10 ? 2 : isEol(bytes[end]) ? 1 : 0)
  if (end < 0 || end > bytes.length || !isAt(bytes, after, 'endstream')) {
    const found = indexOf(bytes, 'endstream', start)
    if (found === -1) throw new Unreadable('syntax', '流没有结束')
    report?.add('6.1.7.1', 'stream-length', `对象 ${number} 的 Length 与流的实际长度不符`)
    end = found > start && bytes[found - 1] === 10 ? found - (bytes[found - 2] === 13 ? 2 : 1) : bytes[found - 1] === 13 ? found - 1 : found
    end = Math.max(start, end)
    cursor.at = found + 9
  } else {
    if (after === end) report?.add('6.1.7.1', 'stream-spacing', `对象 ${number} 的 endstream 前应为换行`)
    cursor.at = after + 9
  }
  const stream: PdfStream = { kind: 'stream', dict, raw: bytes.subarray(start, end) }
  if (report !== null) checkStreamDict(stream, report, resolve)
  return stream
}

const filters = new Set(['ASCIIHexDecode', 'ASCII85Decode', 'FlateDecode', 'RunLengthDecode', 'CCITTFaxDecode', 'JBIG2Decode', 'DCTDecode', 'JPXDecode'])

function checkStreamDict(stream: PdfStream, report: Report, resolve: Resolve): void {
  for (const key of ['F', 'FFilter', 'FDecodeParms']) {
    if (stream.dict.entries.has(key)) report.add('6.1.7.1', 'external-stream', `流字典含有 ${key}，数据在文件之外`)
  }
  if (isArray(stream.dict.entries.get('Filter')) || stream.dict.entries.has('Filter')) {
    for (const { name, parms } of filtersOf({ kind: 'dict', entries: new Map([...stream.dict.entries].filter(([key]) => key !== 'F')) }, resolve)) {
      const isIdentity = name === 'Crypt' && (parms === null || latinName(resolve(parms.entries.get('Name'))) === 'Identity')
      if (!isIdentity && (name === undefined || !filters.has(name))) report.add('6.1.7.2', 'filter', `不允许使用过滤器 ${name ?? '（非名称）'}`)
    }
  }
}

const latinName = (value: PdfValue): string => (typeof value === 'object' && value !== null && value.kind === 'name' ? value.name : 'Identity')
