/** One PDF file as a set of objects (文件结构). Strict: damage is an error, never repaired, since repair is where readers part ways. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { PdfCursor } from './parse.ts'
import { unpackStream } from './stream.ts'
import { countOf, isDict, isRef, isStream, nameOf, PdfError, type PdfDict, type PdfStream, type PdfValue } from './value.ts'
import { readSections, readStartxref, type CachedSection, type XrefEntry, type XrefSection } from './xref.ts'

export type PdfFile = {
  readonly bytes: Uint8Array
  /** newest first */
  readonly sections: readonly XrefSection[]
  readonly startxref: number
  /** offset just behind the last %%EOF */
  readonly end: number
  readonly trailer: PdfDict
  /** the newest entry of every object number */
  readonly entries: ReadonlyMap<number, XrefEntry>
  /** The object, null when it is free or not there. Throws PdfError when it is damaged. */
  readonly object: (num: number) => PdfValue
  /** The value behind any chain of references. */
  readonly resolve: (value: PdfValue | undefined) => PdfValue
}

export const PDF_MAX_BYTES = 512 * 1024 * 1024

/**
 * What was read at an offset, for the revisions of one file: each is a prefix of the next, so the same place holds the same
 * object, and twenty revisions are not read twenty times. Only what depends on nothing outside its own bytes is kept.
 */
export type PdfCache = {
  readonly objects: Map<number, { readonly num: number; readonly gen: number; readonly value: PdfValue; readonly end: number }>
  readonly sections: Map<number, CachedSection>
  readonly containers: Map<number, { readonly stream: PdfValue; readonly items: readonly PdfValue[] }>
}
export const pdfCache = (): PdfCache => ({ objects: new Map(), sections: new Map(), containers: new Map() })

/** Opens a file. Error codes pdf.*: not a PDF, damaged, encrypted, too large. */
export const openPdf = (bytes: Uint8Array, shared: PdfCache = pdfCache()): Result<PdfFile, FormatError> => attempt(() => open(bytes, shared))

const problemOf = (error: unknown): Result<never, FormatError> => {
  if (error instanceof PdfError) return formatErr(error.code, error.message, error.offset)
  if (error instanceof RangeError) return formatErr('pdf.too-deep', '文件结构过深')
  throw error
}

/** Runs a reading step; what it throws becomes an error value. */
export const attempt = <T>(step: () => T): Result<T, FormatError> => {
  try {
    return ok(step())
  } catch (error) {
    return problemOf(error)
  }
}

/** The same for a step that waits for a key or a time stamp. */
export const attemptLater = async <T>(step: () => Promise<T>): Promise<Result<T, FormatError>> => {
  try {
    return ok(await step())
  } catch (error) {
    return problemOf(error)
  }
}

const open = (bytes: Uint8Array, shared: PdfCache): PdfFile => {
  if (bytes.length > PDF_MAX_BYTES) throw new PdfError('pdf.too-large', '文件过大')
  if (String.fromCharCode(...bytes.subarray(0, 5)) !== '%PDF-') throw new PdfError('pdf.header', '不是 PDF 文件', 0)
  const cache = new Map<number, PdfValue>()
  const containers = new Map<number, readonly PdfValue[]>()
  const entries = new Map<number, XrefEntry>()
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
    const cursor = new PdfCursor(bytes, offset, 0)
    const found = named({ num: cursor.natural(), gen: cursor.natural() }, num, gen, offset)
    const keep = (value: PdfValue, isOwn: boolean): PdfValue => {
      if (isOwn) shared.objects.set(offset, { ...found, value, end: cursor.at })
      return value
    }
    cursor.word('obj')
    const value = cursor.value()
    cursor.skipSpace()
    if (!isDict(value) || cursor.peekWord() !== 'stream') {
      cursor.word('endobj')
      return keep(value, true)
    }
    cursor.at += 6
    if (bytes[cursor.at] === 13) cursor.at++
    if (bytes[cursor.at] !== 10) cursor.fail('流的起始换行不正确')
    cursor.at++
    const length = countOf(resolve(value.entries.get('Length')))
    if (length === undefined || cursor.at + length > bytes.length) return cursor.fail('流的长度不正确')
    const raw = bytes.subarray(cursor.at, cursor.at + length)
    cursor.at += length
    cursor.word('endstream')
    cursor.word('endobj')
    return keep({ kind: 'stream', dict: value, raw }, !isRef(value.entries.get('Length')))
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

  const { offset: startxref, end } = readStartxref(bytes)
  const sections = readSections(bytes, startxref, streamAt, shared.sections)
  for (const section of sections) for (const [num, entry] of section.entries) if (!entries.has(num)) entries.set(num, entry)
  const trailer = sections[0]!.trailer
  if (sections.some((section) => section.trailer.entries.has('Encrypt'))) throw new PdfError('pdf.encrypted', '文件已加密，无法读取')
  cache.clear()
  const file: PdfFile = { bytes, sections, startxref, end, trailer, entries, object, resolve }
  const root = resolve(trailer.entries.get('Root'))
  if (!isDict(root) || nameOf(root.entries.get('Type')) !== 'Catalog') throw new PdfError('pdf.root', '文件没有目录对象')
  return file
}

/** Whether an object is the one that the cross-reference means. */
const named = <T extends { readonly num: number; readonly gen: number }>(found: T, num: number | undefined, gen: number | undefined, offset: number): T => {
  if ((num !== undefined && found.num !== num) || (gen !== undefined && found.gen !== gen)) throw new PdfError('pdf.xref', '交叉引用指向了别的对象', offset)
  return found
}

/** Alternating numbers and values of an object stream, §7.5.7. */
const readContainer = (stream: PdfValue, resolve: PdfFile['resolve']): readonly PdfValue[] => {
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

/** The object, or undefined when it is damaged: a file may carry rubbish that nobody looks at. */
export const readable = (file: PdfFile, num: number): PdfValue | undefined => {
  try {
    return file.object(num)
  } catch (error) {
    if (error instanceof PdfError) return undefined
    throw error
  }
}

/** The catalog of a file. */
export const catalogOf = (file: PdfFile): PdfDict => {
  const root = file.resolve(file.trailer.entries.get('Root'))
  if (!isDict(root)) throw new PdfError('pdf.root', '文件没有目录对象')
  return root
}

/** Pages in order as object numbers, at most `limit` of them. */
export const pagesOf = (file: PdfFile, limit = 100_000): readonly { readonly num: number; readonly dict: PdfDict }[] => {
  const pages: { num: number; dict: PdfDict }[] = []
  const seen = new Set<number>()
  const visit = (value: PdfValue | undefined, inherited: ReadonlyMap<string, PdfValue>, depth: number): void => {
    if (!isRef(value) || depth > 64) throw new PdfError('pdf.pages', '页面树不正确')
    if (seen.has(value.num)) throw new PdfError('pdf.pages', '页面树成环')
    seen.add(value.num)
    const node = file.resolve(value)
    if (!isDict(node)) throw new PdfError('pdf.pages', '页面树不正确')
    const passed = new Map(inherited)
    for (const key of ['Resources', 'MediaBox', 'CropBox', 'Rotate']) if (node.entries.has(key)) passed.set(key, node.entries.get(key)!)
    const kids = file.resolve(node.entries.get('Kids'))
    if (typeof kids === 'object' && kids?.kind === 'array') {
      for (const kid of kids.items) visit(kid, passed, depth + 1)
      return
    }
    if (pages.length >= limit) throw new PdfError('pdf.pages', '页数过多')
    pages.push({ num: value.num, dict: { kind: 'dict', entries: new Map([...passed, ...node.entries]) } })
  }
  visit(catalogOf(file).entries.get('Pages'), new Map(), 0)
  return pages
}
