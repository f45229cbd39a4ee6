/** Writes an incremental update (增量更新), ISO 32000-1 §7.5.6: the bytes before it stay as they are. */
import { concatBytes, toHex, utf8 } from '#core/formats'
import { sm3 } from '#core/crypto'
import type { PdfFile } from './file.ts'
import { holdersIn } from './references.ts'
import { isArray, isString, nameOf, type PdfDict, type PdfValue } from './value.ts'

export const dict = (entries: Readonly<Record<string, PdfValue>>): PdfDict => ({ kind: 'dict', entries: new Map(Object.entries(entries)) })
export const name = (text: string): PdfValue => ({ kind: 'name', name: text })
export const array = (...items: readonly PdfValue[]): PdfValue => ({ kind: 'array', items })
export const ref = (num: number): PdfValue => ({ kind: 'ref', num, gen: 0 })
export const byteString = (bytes: Uint8Array): PdfValue => ({ kind: 'string', bytes, hex: true, start: -1, end: -1 })

/** A text string: plain ASCII as it is, everything else UTF-16BE with its mark, §7.9.2.2. */
export const textString = (text: string): PdfValue => {
  if (/^[\x20-\x7e]*$/.test(text)) return byteString(utf8(text))
  const bytes = new Uint8Array(2 + 2 * text.length)
  bytes.set([0xfe, 0xff])
  for (let i = 0; i < text.length; i++) bytes.set([text.charCodeAt(i) >> 8, text.charCodeAt(i) & 0xff], 2 + 2 * i)
  return byteString(bytes)
}

/** A dictionary with some entries set anew. */
export const withEntries = (base: PdfDict, entries: Readonly<Record<string, PdfValue>>): PdfDict =>
  ({ kind: 'dict', entries: new Map([...base.entries, ...Object.entries(entries)]) })

const writeName = (text: string): string =>
  `/${Array.from(text, (char) => (/[!"$&'*+,.0-9:;=?@A-Z\\^_`a-z|~-]/.test(char) ? char : `#${char.charCodeAt(0).toString(16).padStart(2, '0')}`)).join('')}`

/** A number without exponent, at most five decimals. */
export const writeNumber = (value: number): string => (Number.isInteger(value) ? String(value) : String(Number(value.toFixed(5))))

/** Text of a value; streams are not values of other values. RangeError for a stream. */
export const writeValue = (value: PdfValue): string => {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return writeNumber(value)
  switch (value.kind) {
    case 'name':
      return writeName(value.name)
    case 'string':
      return `<${toHex(value.bytes)}>`
    case 'ref':
      return `${value.num} ${value.gen} R`
    case 'array':
      return `[${value.items.map(writeValue).join(' ')}]`
    case 'dict':
      return `<<${[...value.entries].map(([key, item]) => `${writeName(key)} ${writeValue(item)}`).join(' ')}>>`
    case 'stream':
      throw new RangeError('a stream is an object of its own')
  }
}

/** One object of the update: a value, a stream, or ready text of which the caller must know the position. */
export type NewObject =
  | { readonly num: number; readonly gen: number; readonly value: Exclude<PdfValue, { kind: 'stream' }> }
  | { readonly num: number; readonly gen: number; readonly stream: { readonly dict: PdfDict; readonly bytes: Uint8Array } }
  | { readonly num: number; readonly gen: number; readonly text: string }

export type Update = {
  readonly bytes: Uint8Array
  /** offset of each object's own text (behind `n g obj` and its line end) */
  readonly bodyAt: ReadonlyMap<number, number>
}

/** A number that is neither used nor referred to: what fills an empty reference would show where that reference stands. */
export const nextNumber = (file: PdfFile): number => {
  let next = 1
  for (const num of file.entries.keys()) if (num >= next) next = num + 1
  for (const num of holdersIn(file).keys()) if (num >= next && num < 8_000_000) next = num + 1
  const size = file.trailer.entries.get('Size')
  return typeof size === 'number' && size > next && size < 8_000_000 ? size : next
}

/**
 * The file with an update appended. Table or stream, as the newest section of the file is, since readers of one kind
 * need not know the other.
 */
export const appendUpdate = (file: PdfFile, objects: readonly NewObject[]): Update => {
  const parts: Uint8Array[] = [file.bytes]
  let at = file.bytes.length
  const put = (part: Uint8Array): void => {
    parts.push(part)
    at += part.length
  }
  const last = file.bytes[at - 1]
  if (last !== 10 && last !== 13) put(utf8('\n'))
  const offsets = new Map<number, { readonly offset: number; readonly gen: number }>()
  const bodyAt = new Map<number, number>()
  for (const object of [...objects].sort((a, b) => a.num - b.num)) {
    offsets.set(object.num, { offset: at, gen: object.gen })
    put(utf8(`${object.num} ${object.gen} obj\n`))
    bodyAt.set(object.num, at)
    if ('text' in object) put(utf8(object.text))
    else if ('value' in object) put(utf8(writeValue(object.value)))
    else {
      const { dict: head, bytes } = object.stream
      put(concatBytes(utf8(`${writeValue(withEntries(head, { Length: bytes.length }))}\nstream\n`), bytes, utf8('\nendstream')))
    }
    put(utf8('\nendobj\n'))
  }
  const size = Math.max(nextNumber(file), ...objects.map((object) => object.num + 1))
  const trailer = trailerOf(file, size)
  const start = at
  if (nameOf(file.trailer.entries.get('Type')) === 'XRef') put(xrefStream(offsets, trailer, size, start))
  else put(xrefTable(offsets, trailer))
  put(utf8(`startxref\n${start}\n%%EOF\n`))
  return { bytes: concatBytes(...parts), bodyAt }
}

/** §14.4: the second identifier changes with each update; here it is taken from the bytes, so that the same input gives the same file. */
const trailerOf = (file: PdfFile, size: number): PdfDict => {
  const { entries } = file.trailer
  const now = byteString(sm3(file.bytes).subarray(0, 16))
  const id = file.resolve(entries.get('ID'))
  const first = isArray(id) && isString(id.items[0]) ? id.items[0] : now
  const kept: Record<string, PdfValue> = { Size: size, Root: entries.get('Root') ?? null }
  const info = entries.get('Info')
  if (info !== undefined) kept['Info'] = info
  return dict({ ...kept, ID: array(first, now), Prev: file.startxref })
}

type Offsets = ReadonlyMap<number, { readonly offset: number; readonly gen: number }>

/** Runs of neighbouring object numbers. */
const runsOf = (numbers: readonly number[]): readonly (readonly number[])[] => {
  const runs: number[][] = []
  for (const num of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run !== undefined && run.at(-1) === num - 1) run.push(num)
    else runs.push([num])
  }
  return runs
}

const xrefTable = (offsets: Offsets, trailer: PdfDict): Uint8Array => {
  let text = 'xref\n'
  for (const run of runsOf([...offsets.keys()])) {
    text += `${run[0]} ${run.length}\n`
    for (const num of run) {
      const { offset, gen } = offsets.get(num)!
      text += `${String(offset).padStart(10, '0')} ${String(gen).padStart(5, '0')} n \n`
    }
  }
  return utf8(`${text}trailer\n${writeValue(trailer)}\n`)
}

const xrefStream = (offsets: Offsets, trailer: PdfDict, own: number, start: number): Uint8Array => {
  const all = new Map([...offsets, [own, { offset: start, gen: 0 }] as const])
  const runs = runsOf([...all.keys()])
  const rows = runs.flat().flatMap((num) => {
    const { offset, gen } = all.get(num)!
    return [1, (offset >>> 24) & 255, (offset >>> 16) & 255, (offset >>> 8) & 255, offset & 255, gen >> 8, gen & 255]
  })
  const head = withEntries(trailer, {
    Type: name('XRef'), Size: own + 1, W: array(1, 4, 2), Index: array(...runs.flatMap((run) => [run[0]!, run.length])), Length: rows.length,
  })
  return concatBytes(utf8(`${own} 0 obj\n${writeValue(head)}\nstream\n`), Uint8Array.from(rows), utf8('\nendstream\nendobj\n'))
}
