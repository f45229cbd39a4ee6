/** Cross-reference sections of a PDF file (交叉引用), ISO 32000-1 §7.5.4, §7.5.8: tables, streams and hybrids. */
import { indexOf, lastIndexOf, PdfCursor } from './parse.ts'
import { unpackStream } from './stream.ts'
import { countOf, isArray, nameOf, PdfError, isStream, type PdfDict, type PdfStream } from './value.ts'

export type XrefEntry =
  | { readonly kind: 'free' }
  | { readonly kind: 'at'; readonly offset: number; readonly gen: number }
  | { readonly kind: 'packed'; readonly container: number; readonly index: number }

/** A section with the offset behind it: it may serve every revision that reaches that far. */
export type CachedSection = { readonly section: XrefSection; readonly end: number }

export type XrefSection = { readonly offset: number; readonly entries: ReadonlyMap<number, XrefEntry>; readonly trailer: PdfDict }

const MAX_SECTIONS = 2000
const MAX_ENTRIES = 2_000_000
const TAIL = 2048

/** Offset named by the last startxref (`header` added, from which it counts), and the offset just behind its %%EOF. */
export const readStartxref = (bytes: Uint8Array, header = 0): { readonly offset: number; readonly end: number } => {
  const at = lastIndexOf(bytes, 'startxref', Math.max(0, bytes.length - TAIL), bytes.length)
  if (at < 0) throw new PdfError('pdf.startxref', '文件末尾没有 startxref，文件可能不完整')
  const cursor = new PdfCursor(bytes, at + 9, 0)
  const offset = header + cursor.natural()
  while (cursor.at < bytes.length && bytes[cursor.at]! <= 32) cursor.at++
  if (String.fromCharCode(...bytes.subarray(cursor.at, cursor.at + 5)) !== '%%EOF') throw new PdfError('pdf.eof', '文件末尾没有 %%EOF', cursor.at)
  return { offset, end: cursor.at + 5 }
}

/** One section by itself. */
export const readSection = (bytes: Uint8Array, offset: number, readStream: (offset: number) => PdfStream): XrefSection => {
  const cursor = new PdfCursor(bytes, offset, 0)
  cursor.skipSpace()
  return cursor.peekWord() === 'xref' ? readTable(cursor, offset) : readXrefStream(readStream(offset), offset)
}

/**
 * All sections, newest first. `readStream` reads the indirect object at an offset (a cross-reference stream has a direct /Length);
 * `header` is what offsets in the file count from.
 */
export const readSections = (bytes: Uint8Array, start: number, readStream: (offset: number) => PdfStream, known: Map<number, CachedSection>, header = 0): readonly XrefSection[] => {
  const sections: XrefSection[] = []
  const seen = new Set<number>()
  let entries = 0
  const read = (offset: number): XrefSection => {
    const cached = known.get(offset)
    if (cached !== undefined && cached.end <= bytes.length) return cached.section
    const cursor = new PdfCursor(bytes, offset, 0)
    cursor.skipSpace()
    if (cursor.peekWord() !== 'xref') {
      const stream = readStream(offset)
      const section = shifted(readXrefStream(stream, offset), header)
      known.set(offset, { section, end: stream.raw.byteOffset - bytes.byteOffset + stream.raw.length })
      return section
    }
    const section = shifted(readTable(cursor, offset), header)
    known.set(offset, { section, end: cursor.at })
    return section
  }
  const visit = (offset: number): XrefSection => {
    if (offset >= bytes.length) throw new PdfError('pdf.xref', '交叉引用位置超出文件', offset)
    if (seen.has(offset)) throw new PdfError('pdf.xref', '交叉引用循环', offset)
    seen.add(offset)
    if (seen.size > MAX_SECTIONS) throw new PdfError('pdf.xref', '版本过多')
    const section = read(offset)
    entries += section.entries.size
    if (entries > MAX_ENTRIES) throw new PdfError('pdf.xref', '交叉引用条目过多')
    sections.push(section)
    return section
  }
  for (let next: number | undefined = start; next !== undefined; ) {
    const table = visit(next)
    const { trailer } = table
    const hybrid = countOf(trailer.entries.get('XRefStm'))
    // In a hybrid file the stream hides objects from old readers: the table calls them free, the stream tells where they are (§7.5.8.4).
    if (hybrid !== undefined) {
      const hidden = visit(header + hybrid)
      sections[sections.length - 2] = { ...table, entries: new Map([...table.entries].filter(([num, entry]) => entry.kind !== 'free' || !hidden.entries.has(num))) }
    }
    const previous = trailer.entries.get('Prev')
    const back = countOf(previous)
    // No table stands where the file begins: what some writers put for "none", readers pass over.
    const none = back === 0 && indexOf(bytes, '%PDF', header, header + 4) === header
    next = back === undefined || none ? undefined : header + back
    if (previous !== undefined && back === undefined) throw new PdfError('pdf.xref', '上一版本的位置不合法')
  }
  return sections
}

const shifted = (section: XrefSection, by: number): XrefSection =>
  by === 0 ? section : { ...section, entries: new Map([...section.entries].map(([num, entry]) => [num, entry.kind === 'at' ? { ...entry, offset: entry.offset + by } : entry])) }

const readTable = (cursor: PdfCursor, offset: number): XrefSection => {
  cursor.word('xref')
  const entries = new Map<number, XrefEntry>()
  for (;;) {
    cursor.skipSpace()
    if (cursor.peekWord() === 'trailer') break
    const first = cursor.natural()
    const count = cursor.natural()
    if (count > MAX_ENTRIES || first > MAX_ENTRIES * 4) cursor.fail('交叉引用条目过多')
    for (let i = 0; i < count; i++) {
      const position = cursor.natural()
      const gen = cursor.natural()
      cursor.skipSpace()
      const type = cursor.peekWord()
      if (type !== 'n' && type !== 'f') cursor.fail('交叉引用条目不正确')
      cursor.at++
      if (entries.has(first + i)) cursor.fail('交叉引用条目重复')
      entries.set(first + i, type === 'f' ? { kind: 'free' } : { kind: 'at', offset: position, gen })
    }
  }
  cursor.word('trailer')
  const trailer = cursor.value()
  if (typeof trailer !== 'object' || trailer === null || trailer.kind !== 'dict') return cursor.fail('文件尾不是字典')
  return { offset, entries, trailer }
}

const readXrefStream = (stream: PdfStream, offset: number): XrefSection => {
  const bad = () => new PdfError('pdf.xref', '交叉引用流不正确', offset)
  if (!isStream(stream) || nameOf(stream.dict.entries.get('Type')) !== 'XRef') throw bad()
  const widths = stream.dict.entries.get('W')
  const size = countOf(stream.dict.entries.get('Size'))
  if (!isArray(widths) || widths.items.length !== 3 || size === undefined) throw bad()
  const [w0, w1, w2] = widths.items.map((width) => countOf(width) ?? 99) as [number, number, number]
  if (w0 > 4 || w1 > 8 || w2 > 4 || w1 === 0) throw bad()
  const index = stream.dict.entries.get('Index')
  const ranges = isArray(index) ? index.items.map((item) => countOf(item) ?? -1) : [0, size]
  if (ranges.length % 2 !== 0 || ranges.includes(-1)) throw bad()
  const data = unpackStream(stream)
  const entries = new Map<number, XrefEntry>()
  let at = 0
  const field = (width: number, missing: number): number => {
    if (width === 0) return missing
    let value = 0
    for (let i = 0; i < width; i++) value = value * 256 + data[at++]!
    return value
  }
  for (let range = 0; range < ranges.length; range += 2) {
    for (let i = 0; i < ranges[range + 1]!; i++) {
      if (at + w0 + w1 + w2 > data.length || entries.size > MAX_ENTRIES) throw bad()
      const num = ranges[range]! + i
      const type = field(w0, 1)
      const second = field(w1, 0)
      const third = field(w2, 0)
      if (entries.has(num)) throw bad()
      if (type === 0) entries.set(num, { kind: 'free' })
      else if (type === 1) entries.set(num, { kind: 'at', offset: second, gen: third })
      else if (type === 2) entries.set(num, { kind: 'packed', container: second, index: third })
    }
  }
  return { offset, entries, trailer: stream.dict }
}
