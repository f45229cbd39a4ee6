/**
 * Every object of a file by looking at all of its bytes (扫描重建), for a file whose cross-reference cannot be used. Time and memory
 * grow with the file alone: a budget ends what hostile bytes would draw out.
 */
import { readObjectAt, type PdfLapse, type ReadObject } from './objects.ts'
import { indexOf, isSpace, PdfCursor } from './parse.ts'
import { isDict, isRef, isStream, nameOf, PdfError, type PdfDict, type PdfValue } from './value.ts'

/** An object with its place, as it is written. `lapses`: what had to be passed over in it. */
export type Definition = ReadObject & { readonly offset: number; readonly lapses: ReadonlySet<PdfLapse> }
export type Trailer = { readonly dict: PdfDict; readonly offset: number; readonly end: number }

export type Scan = {
  /** in the order of the file */
  readonly definitions: readonly Definition[]
  readonly trailers: readonly Trailer[]
  /** what looks like an object inside another one: a reader that is led there by a table would take it */
  readonly hidden: readonly { readonly num: number; readonly offset: number }[]
}

type Header = { readonly num: number; readonly offset: number; readonly body: number }

const MAX_HEADERS = 1_000_000

/** PdfError pdf.repair-limit when the bytes are made to be read again and again. */
export const scanObjects = (bytes: Uint8Array): Scan => {
  const headers = headersIn(bytes)
  const lengths = lengthsIn(bytes, headers)
  const lengthOf = (value: PdfValue | undefined): PdfValue => (isRef(value) ? lengths.get(value.num) ?? null : value ?? null)
  const definitions: Definition[] = []
  const hidden: Header[] = []
  let end = 0
  let budget = 4 * bytes.length + 1_000_000
  for (const header of headers) {
    if (header.offset < end) {
      hidden.push(header)
      continue
    }
    const lapses = new Set<PdfLapse>()
    try {
      const read = readObjectAt(bytes, header.offset, { lengthOf, lapse: (lapse) => { lapses.add(lapse) } })
      definitions.push({ ...read, offset: header.offset, lapses })
      end = read.end
    } catch (error) {
      if (!(error instanceof PdfError)) throw error
      end = header.body
      budget -= (error.offset ?? header.body) - header.offset
    }
    budget -= end - header.offset
    if (budget < 0) throw new PdfError('pdf.repair-limit', '文件损坏过重，无法重建')
  }
  return { definitions, hidden, trailers: trailersIn(bytes, definitions) }
}

const digitsBefore = (bytes: Uint8Array, end: number): number => {
  let at = end
  while (at > 0 && end - at < 10 && bytes[at - 1]! >= 0x30 && bytes[at - 1]! <= 0x39) at--
  return at
}
const spaceBefore = (bytes: Uint8Array, end: number): number => {
  let at = end
  while (at > 0 && end - at < 32 && isSpace(bytes[at - 1])) at--
  return at
}
const numberAt = (bytes: Uint8Array, from: number, to: number): number => bytes.subarray(from, to).reduce((sum, byte) => sum * 10 + byte - 0x30, 0)

/** Every `n g obj` there is, also inside of streams and strings. */
const headersIn = (bytes: Uint8Array): readonly Header[] => {
  const headers: Header[] = []
  for (let at = indexOf(bytes, 'obj', 0, bytes.length); at >= 0; at = indexOf(bytes, 'obj', at + 3, bytes.length)) {
    const genEnd = spaceBefore(bytes, at)
    const gen = digitsBefore(bytes, genEnd)
    const numEnd = spaceBefore(bytes, gen)
    const offset = digitsBefore(bytes, numEnd)
    if (gen === genEnd || numEnd === gen || offset === numEnd) continue
    headers.push({ num: numberAt(bytes, offset, numEnd), offset, body: at + 3 })
    if (headers.length > MAX_HEADERS) throw new PdfError('pdf.repair-limit', '对象过多，无法重建')
  }
  return headers
}

/** Objects that are one number: streams name them as their length, often before they come. Null for one with two values. */
const lengthsIn = (bytes: Uint8Array, headers: readonly Header[]): ReadonlyMap<number, number | null> => {
  const lengths = new Map<number, number | null>()
  for (const { num, body } of headers) {
    const text = String.fromCharCode(...bytes.subarray(body, body + 40))
    const found = /^\s+(\d{1,10})\s+endobj/.exec(text)
    if (found === null) continue
    const length = Number(found[1])
    lengths.set(num, lengths.has(num) && lengths.get(num) !== length ? null : length)
  }
  return lengths
}

/** Dictionaries behind the word `trailer`, and those of cross-reference streams. */
const trailersIn = (bytes: Uint8Array, definitions: readonly Definition[]): readonly Trailer[] => {
  const found: Trailer[] = definitions.flatMap(({ value, offset, end }) => (isStream(value) && nameOf(value.dict.entries.get('Type')) === 'XRef' ? [{ dict: value.dict, offset, end }] : []))
  let within = 0
  let last = 0
  for (let at = indexOf(bytes, 'trailer', 0, bytes.length); at >= 0; at = indexOf(bytes, 'trailer', at + 7, bytes.length)) {
    while (within < definitions.length && definitions[within]!.end <= at) within++
    if (at < last || (definitions[within] !== undefined && definitions[within]!.offset < at)) continue
    const cursor = new PdfCursor(bytes, at + 7, 0, () => undefined)
    try {
      const dict = cursor.value()
      if (isDict(dict)) found.push({ dict, offset: at, end: cursor.at })
    } catch (error) {
      if (!(error instanceof PdfError)) throw error
    }
    // What was read once is not read again, whatever it says.
    last = cursor.at
  }
  return found.sort((a, b) => a.offset - b.offset)
}
