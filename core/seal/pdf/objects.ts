/** Objects of a file, read where the cross-reference says (对象读取), ISO 32000-1 §7.3.8, §7.3.10, §7.5.7. Each is read once. */
import type { PdfCipher } from './encryption.ts'
import { indexOf, isSpace, PdfCursor, type SyntaxLapse } from './parse.ts'
import { unpackStream } from './stream.ts'
import { countOf, isDict, isRef, isStream, nameOf, PdfError, type PdfDict, type PdfStream, type PdfValue } from './value.ts'
import type { CachedSection, XrefEntry } from './xref.ts'

/**
 * What was read at an offset, for the revisions of one file: each is a prefix of the next, so the same place holds the same
 * object, and twenty revisions are not read twenty times. Only what depends on nothing outside its own bytes is kept.
 */
export type ObjectCache = {
  readonly objects: Map<number, { readonly num: number; readonly gen: number; readonly value: PdfValue; readonly end: number }>
  readonly containers: Map<number, { readonly stream: PdfValue; readonly items: readonly PdfValue[] }>
}
export type PdfCache = ObjectCache & {
  readonly sections: Map<number, CachedSection>
  /** the same for other ways of reading: another key, offsets counted from elsewhere, tolerance */
  readonly others: Map<string, PdfCache>
}
export const pdfCache = (): PdfCache => ({ objects: new Map(), sections: new Map(), containers: new Map(), others: new Map() })
export const otherCache = (cache: PdfCache, way: string): PdfCache => {
  const found = cache.others.get(way) ?? pdfCache()
  cache.others.set(way, found)
  return found
}

/** What a tolerant reader passes over: of the syntax, a length that is wrong, a line end after `stream` that is none, a missing `endobj`. */
export type PdfLapse = SyntaxLapse | 'length' | 'line' | 'endobj'

/** `lapse`: damage is told and passed over. `cipher`: how texts and streams are opened. */
export type Manner = { readonly lapse?: (lapse: PdfLapse) => void; readonly cipher?: PdfCipher }

export type ObjectReader = {
  readonly object: (num: number) => PdfValue
  readonly resolve: (value: PdfValue | undefined) => PdfValue
  readonly streamAt: (offset: number) => PdfStream
}

/** Reads by `entries`, which may be filled later. What is damaged throws PdfError. */
export const objectReader = (bytes: Uint8Array, entries: ReadonlyMap<number, XrefEntry>, shared: ObjectCache, { lapse, cipher }: Manner): ObjectReader => {
  const cache = new Map<number, PdfValue>()
  const containers = new Map<number, readonly PdfValue[]>()
  const reading = new Set<number>()

  const object = (num: number): PdfValue => {
    const known = cache.get(num)
    if (known !== undefined) return known
    const entry = entries.get(num)
    if (entry === undefined || entry.kind === 'free') return null
    if (reading.has(num)) throw new PdfError('pdf.loop', '对象相互引用成环')
    reading.add(num)
    let value: PdfValue
    try {
      value = entry.kind === 'at' ? objectAt(entry.offset, num, entry.gen) : packed(entry.container, entry.index, num)
    } finally {
      reading.delete(num)
    }
    cache.set(num, value)
    return value
  }
  const resolve = (value: PdfValue | undefined): PdfValue => {
    let current = value ?? null
    for (let hops = 0; isRef(current); hops++) {
      if (hops > 32) throw new PdfError('pdf.loop', '引用成环')
      current = object(current.num)
    }
    return current
  }
  const objectAt = (offset: number, num: number | undefined, gen: number | undefined): PdfValue => {
    if (offset >= bytes.length) throw new PdfError('pdf.xref', '对象位置超出文件', offset)
    const known = shared.objects.get(offset)
    if (known !== undefined && known.end <= bytes.length) return named(known, num, gen, offset).value
    const read = readObjectAt(bytes, offset, { lengthOf: resolve, ...(lapse === undefined ? {} : { lapse }) })
    const found = named(read, num, gen, offset)
    const value = cipher === undefined ? read.value : cipher.open(read.value, found.num, found.gen)
    if (!isStream(value) || !isRef(value.dict.entries.get('Length'))) shared.objects.set(offset, { ...found, value, end: read.end })
    return value
  }
  const streamAt = (offset: number): PdfStream => {
    const value = objectAt(offset, undefined, undefined)
    if (!isStream(value)) throw new PdfError('pdf.xref', '交叉引用位置不是流', offset)
    return value
  }
  const packed = (container: number, index: number, num: number): PdfValue => {
    let items = containers.get(container)
    if (items === undefined) {
      const holder = entries.get(container)
      // Only a plain object may hold others, so containers cannot nest or loop.
      if (holder?.kind !== 'at') throw new PdfError('pdf.objstm', '对象流不存在')
      if (cipher?.locked === true) throw new PdfError('pdf.encrypted', '文件已加密，须输入密码才能读取')
      const stream = objectAt(holder.offset, container, holder.gen)
      const known = shared.containers.get(holder.offset)
      items = known?.stream === stream ? known.items : readContainer(stream, resolve)
      // The same stream value comes from the shared objects only, and with counts of its own it always reads the same.
      if (isStream(stream) && !isRef(stream.dict.entries.get('N')) && !isRef(stream.dict.entries.get('First'))) shared.containers.set(holder.offset, { stream, items })
      containers.set(container, items)
    }
    const found = items[index * 2]
    if (found !== num) throw new PdfError('pdf.objstm', '对象流内编号不符')
    return items[index * 2 + 1] ?? null
  }
  return { object, resolve, streamAt }
}

/** Whether an object is the one that the cross-reference means. */
const named = <T extends { readonly num: number; readonly gen: number }>(found: T, num: number | undefined, gen: number | undefined, offset: number): T => {
  if ((num !== undefined && found.num !== num) || (gen !== undefined && found.gen !== gen)) throw new PdfError('pdf.xref', '交叉引用指向了别的对象', offset)
  return found
}

export type ReadObject = { readonly num: number; readonly gen: number; readonly value: PdfValue; readonly end: number }

/** The indirect object at an offset as it is written; `lengthOf` resolves the length of a stream where that is a reference. */
export const readObjectAt = (bytes: Uint8Array, offset: number, { lengthOf, lapse }: { readonly lengthOf: (value: PdfValue | undefined) => PdfValue; readonly lapse?: (lapse: PdfLapse) => void }): ReadObject => {
  const cursor = new PdfCursor(bytes, offset, 0, lapse)
  const num = cursor.natural()
  const gen = cursor.natural()
  cursor.word('obj')
  const value = cursor.value()
  cursor.skipSpace()
  const stream = isDict(value) && cursor.peekWord() === 'stream' ? streamOf(cursor, value, lengthOf, lapse) : undefined
  cursor.skipSpace()
  if (lapse === undefined) cursor.word('endobj')
  else if (cursor.peekWord() === 'endobj') cursor.at += 6
  else lapse(/^(\d+|xref|trailer|startxref|)$/.test(cursor.peekWord()) ? 'endobj' : 'junk')
  return { num, gen, value: stream ?? value, end: cursor.at }
}

const streamOf = (cursor: PdfCursor, dict: PdfDict, lengthOf: (value: PdfValue | undefined) => PdfValue, lapse: ((lapse: PdfLapse) => void) | undefined): PdfStream => {
  const { bytes } = cursor
  cursor.at += 6
  if (bytes[cursor.at] === 13) cursor.at++
  if (bytes[cursor.at] === 10) cursor.at++
  else if (lapse === undefined) cursor.fail('流的起始换行不正确')
  else lapse('line')
  const start = cursor.at
  try {
    const length = countOf(lengthOf(dict.entries.get('Length')))
    if (length === undefined || start + length > bytes.length) cursor.fail('流的长度不正确')
    cursor.at = start + length
    cursor.word('endstream')
    return { kind: 'stream', dict, raw: bytes.subarray(start, start + length) }
  } catch (error) {
    if (lapse === undefined || !(error instanceof PdfError)) throw error
  }
  lapse('length')
  const at = indexOf(bytes, 'endstream', start, bytes.length)
  if (at < 0) {
    cursor.at = bytes.length
    return cursor.fail('流没有结束')
  }
  cursor.at = at + 9
  // The line end before endstream is not part of the stream (§7.3.8.1).
  const end = at - (bytes[at - 1] === 10 ? (bytes[at - 2] === 13 ? 2 : 1) : isSpace(bytes[at - 1]) ? 1 : 0)
  return { kind: 'stream', dict, raw: bytes.subarray(start, Math.max(start, end)) }
}

/** Alternating numbers and values of an object stream, §7.5.7. */
export const readContainer = (stream: PdfValue, resolve: ObjectReader['resolve']): readonly PdfValue[] => {
  if (!isStream(stream) || nameOf(stream.dict.entries.get('Type')) !== 'ObjStm') throw new PdfError('pdf.objstm', '对象流不正确')
  const count = countOf(resolve(stream.dict.entries.get('N')))
  const first = countOf(resolve(stream.dict.entries.get('First')))
  const data = unpackStream(stream)
  if (count === undefined || first === undefined || first > data.length || count > 100_000) throw new PdfError('pdf.objstm', '对象流不正确')
  const header = new PdfCursor(data.subarray(0, first), 0, -1)
  const items: PdfValue[] = []
  for (let i = 0; i < count; i++) {
    const num = header.natural()
    const offset = header.natural()
    if (first + offset >= data.length) throw new PdfError('pdf.objstm', '对象流内位置不正确')
    items.push(num, new PdfCursor(data, first + offset, -1).value())
  }
  return items
}
