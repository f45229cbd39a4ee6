/** Undoes the filters of streams within a budget. ISO 32000-1 §7.4 */
import { Unzlib } from 'fflate'
import { hexValue, isSpace } from './syntax.ts'
import { isArray, isDict, nameOf, numberOf, Unreadable, type PdfDict, type PdfStream, type PdfValue } from './values.ts'

/** Bytes that all streams of a file together may hold. */
export const decodedLimit = 128 * 1024 * 1024
/** Bytes that are inflated at a time: few, since what comes out may be a thousand times as much. */
const inputStep = 4096
export type Resolve = (value: PdfValue | undefined) => PdfValue

/** Filter names and parameters in the order of decoding. */
export function filtersOf(dict: PdfDict, resolve: Resolve): readonly { readonly name: string | undefined; readonly parms: PdfDict | null }[] {
  const list = (key: string, short: string): readonly PdfValue[] => {
    const value = resolve(dict.entries.get(key) ?? dict.entries.get(short))
    return value === null ? [] : isArray(value) ? value.items.map(resolve) : [value]
  }
  const parms = list('DecodeParms', 'DP')
  return list('Filter', 'F').map((filter, i) => ({ name: nameOf(filter), parms: isDict(parms[i]) ? parms[i] : null }))
}

/** The data with all filters undone but those of pictures, or null when a filter is unknown or its data is broken. Unreadable beyond the budget. */
export function decodeStream(stream: PdfStream, resolve: Resolve, budget: { bytes: number }): Uint8Array | null {
  let data: Uint8Array | null = stream.raw
  for (const { name, parms } of filtersOf(stream.dict, resolve).slice(0, 8)) {
    if (data === null) return null
    const number = (key: string, otherwise: number): number => numberOf(resolve(parms?.entries.get(key))) ?? otherwise
    switch (name) {
      case 'FlateDecode':
      case 'Fl':
        data = unpredicted(inflate(data, budget), number('Predictor', 1), number('Colors', 1), number('BitsPerComponent', 8), number('Columns', 1))
        break
      case 'ASCIIHexDecode':
      case 'AHx':
        data = fromHex(data)
        break
      case 'ASCII85Decode':
      case 'A85':
        data = fromBase85(data)
        break
      case 'RunLengthDecode':
      case 'RL':
        data = fromRuns(data, budget)
        break
      case 'Crypt':
        break
      default:
        return null
    }
    if (data !== null) spend(budget, data.length)
  }
  return data
}

function spend(budget: { bytes: number }, count: number): void {
  budget.bytes += count
  if (budget.bytes > decodedLimit) throw new Unreadable('too-large', '文件解压后过大')
}

/** What can be inflated; a broken end gives what came before it. */
function inflate(data: Uint8Array, budget: { bytes: number }): Uint8Array | null {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    const stream = new Unzlib((chunk) => {
      length += chunk.length
      if (budget.bytes + length > decodedLimit) throw new Unreadable('too-large', '文件解压后过大')
      chunks.push(chunk)
    })
    for (let at = 0; at < data.length; at += inputStep) stream.push(data.subarray(at, at + inputStep), at + inputStep >= data.length)
  } catch (problem) {
    if (problem instanceof Unreadable) throw problem
    if (length === 0) return null
  }
  const all = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

function unpredicted(data: Uint8Array | null, predictor: number, colours: number, depth: number, columns: number): Uint8Array | null {
  if (data === null || predictor < 10) return data
  const step = Math.max(1, (colours * depth) >> 3)
  const width = Math.ceil((colours * depth * columns) / 8)
  if (!(width > 0 && width < 1_000_000)) return null
  const rows = Math.ceil(data.length / (width + 1))
  const out = new Uint8Array(rows * width)
  for (let row = 0; row < rows; row++) {
    const from = row * (width + 1)
    const filter = data[from]!
    const line = row * width
    for (let i = 0; i < width; i++) {
      const left = i < step ? 0 : out[line + i - step]!
      const up = row === 0 ? 0 : out[line - width + i]!
      const corner = row === 0 || i < step ? 0 : out[line - width + i - step]!
      out[line + i] = (data[from + 1 + i] ?? 0) + predicted(filter, left, up, corner)
    }
  }
  return out
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  if (filter !== 4) return 0
  const a = Math.abs(up - corner)
  const b = Math.abs(left - corner)
  const c = Math.abs(left + up - 2 * corner)
  return a <= b && a <= c ? left : b <= c ? up : corner
}

function fromHex(data: Uint8Array): Uint8Array {
  const digits: number[] = []
  for (const byte of data) {
    if (byte === 0x3e) break
    const digit = hexValue(byte)
    if (digit >= 0) digits.push(digit)
  }
  return Uint8Array.from({ length: Math.ceil(digits.length / 2) }, (_, i) => digits[2 * i]! * 16 + (digits[2 * i + 1] ?? 0))
}

function fromBase85(data: Uint8Array): Uint8Array {
  const out: number[] = []
  let group: number[] = []
  const flush = (): void => {
    const count = group.length - 1
    while (group.length < 5) group.push(84)
    const value = group.reduce((sum, digit) => sum * 85 + digit, 0)
    for (let i = 0; i < count; i++) out.push(Math.floor(value / 256 ** (3 - i)) & 255)
    group = []
  }
  for (const byte of data) {
    if (byte === 0x7e) break
    if (isSpace(byte)) continue
    if (byte === 0x7a && group.length === 0) out.push(0, 0, 0, 0)
    else if (byte >= 0x21 && byte <= 0x75) {
      group.push(byte - 0x21)
      if (group.length === 5) flush()
    }
  }
  if (group.length > 1) flush()
  return Uint8Array.from(out)
}

function fromRuns(data: Uint8Array, budget: { bytes: number }): Uint8Array {
  const out: number[] = []
  for (let at = 0; at < data.length; ) {
    const length = data[at]!
    if (length === 128) break
    if (length < 128) {
      for (let i = 1; i <= length + 1 && at + i < data.length; i++) out.push(data[at + i]!)
      at += length + 2
    } else {
      for (let i = 0; i < 257 - length; i++) out.push(data[at + 1] ?? 0)
      at += 2
    }
    if (budget.bytes + out.length > decodedLimit) throw new Unreadable('too-large', '文件解压后过大')
  }
  return Uint8Array.from(out)
}
