/** Compact Font Format: names, CIDs and widths of glyphs. Adobe Technical Notes 5176 and 5177 */
import { standardEncoding, standardString, standardStrings } from './glyph-names.ts'
import { latin } from './values.ts'

export type NamedFont = {
  readonly glyphCount: number
  /** CID-keyed fonts number their glyphs, others name them */
  readonly keys: 'cid' | 'name'
  readonly glyphOfName: ReadonlyMap<string, number>
  readonly glyphOfCid: ReadonlyMap<number, number>
  /** thousandths of an em, or null when it cannot be told */
  width(glyph: number): number | null
  /** the font's own encoding: glyph name of a code, or null */
  encoded(code: number): string | null
}

type Index = { readonly items: readonly Uint8Array[]; readonly end: number }
type Dict = ReadonlyMap<number, readonly number[]>
const maxGlyphs = 65_535

/** Null when it is no such font; never reads outside the data. */
export function readCff(data: Uint8Array): NamedFont | null {
  try {
    return read(data)
  } catch (problem) {
    if (problem instanceof RangeError) return null
    throw problem
  }
}

function read(data: Uint8Array): NamedFont | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  if (view.getUint8(0) !== 1) return null
  const names = readIndex(view, view.getUint8(2))
  const tops = readIndex(view, names.end)
  const strings = readIndex(view, tops.end)
  const globals = readIndex(view, strings.end)
  const top = readDict(tops.items[0] ?? new Uint8Array())
  const charStrings = readIndex(view, top.get(17)?.[0] ?? 0).items
  if (charStrings.length === 0) return null
  const isCid = top.has(0x0c1e)
  const charset = readCharset(view, top.get(15)?.[0] ?? 0, charStrings.length)
  const text = (sid: number): string => (sid < standardStrings ? standardString(sid) : latin(strings.items[sid - standardStrings] ?? new Uint8Array()))
  const privates = isCid ? readIndex(view, top.get(0x0c24)?.[0] ?? 0).items.map((item) => readPrivate(view, readDict(item))) : [readPrivate(view, top)]
  const select = isCid ? readSelect(view, top.get(0x0c25)?.[0] ?? 0, charStrings.length) : () => 0
  const scale = (top.get(0x0c07)?.[0] ?? 0.001) * 1000
  const own = isCid ? new Map<number, number>() : readEncoding(view, top.get(16)?.[0] ?? 0)
  return {
    glyphCount: charStrings.length,
    keys: isCid ? 'cid' : 'name',
    glyphOfName: new Map(isCid ? [] : charset.map((sid, glyph) => [text(sid), glyph])),
    glyphOfCid: new Map(isCid ? charset.map((cid, glyph) => [cid, glyph]) : []),
    width: (glyph) => {
      const hints = privates[select(glyph)]
      const code = charStrings[glyph]
      if (hints === undefined || code === undefined) return null
      const found = widthIn(code, hints, globals.items)
      return found === null ? null : found * scale
    },
    encoded: (code) => (own === null ? standardEncoding(code) : charset[own.get(code) ?? -1] === undefined ? null : text(charset[own.get(code)!]!)),
  }
}

function readIndex(view: DataView, at: number): Index {
  const count = view.getUint16(at)
  if (count === 0) return { items: [], end: at + 2 }
  const size = view.getUint8(at + 2)
  if (size < 1 || size > 4) throw new RangeError('index')
  const base = at + 2 + (count + 1) * size
  const offset = (i: number): number => {
    let value = 0
    for (let k = 0; k < size; k++) value = value * 256 + view.getUint8(at + 3 + i * size + k)
    return value
  }
  const items: Uint8Array[] = []
  for (let i = 0; i < count; i++) {
    const from = base + offset(i)
    const to = base + offset(i + 1)
    if (to < from || to > view.byteLength) throw new RangeError('index')
    items.push(new Uint8Array(view.buffer, view.byteOffset + from, to - from))
  }
  return { items, end: base + offset(count) }
}

function readDict(data: Uint8Array): Dict {
  const entries = new Map<number, readonly number[]>()
  let operands: number[] = []
  for (let at = 0; at < data.length; ) {
    const byte = data[at++]!
    if (byte <= 21) {
      entries.set(byte === 12 ? 0x0c00 | (data[at++] ?? 0) : byte, operands)
      operands = []
    } else if (byte === 30) {
      let text = ''
      for (let isOpen = true; isOpen && at < data.length; at++) {
        for (const nibble of [data[at]! >> 4, data[at]! & 15]) {
          if (nibble === 15) isOpen = false
          else if (isOpen) text += ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', 'E', 'E-', '', '-'][nibble]
        }
      }
      operands.push(Number(text) || 0)
    } else if (byte === 28) {
      operands.push(((data[at]! << 24) >> 16) | data[at + 1]!)
      at += 2
    } else if (byte === 29) {
      operands.push((data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!)
      at += 4
    } else if (byte >= 32 && byte <= 246) operands.push(byte - 139)
    else if (byte >= 247 && byte <= 250) operands.push((byte - 247) * 256 + data[at++]! + 108)
    else if (byte >= 251 && byte <= 254) operands.push(-(byte - 251) * 256 - data[at++]! - 108)
  }
  return entries
}

function readCharset(view: DataView, offset: number, count: number): number[] {
  const ids = [0]
  // 0 to 2 are predefined; all begin as the standard strings do.
  if (offset <= 2) return Array.from({ length: count }, (_, i) => i)
  const format = view.getUint8(offset)
  let at = offset + 1
  while (ids.length < Math.min(count, maxGlyphs)) {
    const first = view.getUint16(at)
    at += 2
    let left = 0
    if (format === 1) left = view.getUint8(at++)
    else if (format === 2) {
      left = view.getUint16(at)
      at += 2
    }
    for (let i = 0; i <= left && ids.length < count; i++) ids.push(first + i)
  }
  return ids
}

/** Glyphs by code; null for StandardEncoding. */
function readEncoding(view: DataView, offset: number): ReadonlyMap<number, number> | null {
  if (offset <= 1) return offset === 0 ? null : new Map()
  const codes = new Map<number, number>()
  const format = view.getUint8(offset) & 0x7f
  const count = view.getUint8(offset + 1)
  let glyph = 1
  for (let i = 0; i < count; i++) {
    if (format === 0) codes.set(view.getUint8(offset + 2 + i), glyph++)
    else {
      const first = view.getUint8(offset + 2 + 2 * i)
      for (let k = 0; k <= view.getUint8(offset + 3 + 2 * i); k++) codes.set(first + k, glyph++)
    }
  }
  return codes
}

function readSelect(view: DataView, offset: number, count: number): (glyph: number) => number {
  if (view.getUint8(offset) === 0) return (glyph) => (glyph < count ? view.getUint8(offset + 1 + glyph) : 0)
  const ranges = view.getUint16(offset + 1)
  return (glyph) => {
    for (let i = 0; i < ranges; i++) {
      const at = offset + 3 + 3 * i
      if (glyph >= view.getUint16(at) && glyph < view.getUint16(at + 3)) return view.getUint8(at + 2)
    }
    return 0
  }
}

type Hints = { readonly standard: number; readonly nominal: number; readonly subroutines: readonly Uint8Array[] }

function readPrivate(view: DataView, dict: Dict): Hints {
  const [size = 0, offset = 0] = dict.get(18) ?? []
  if (size === 0 || offset + size > view.byteLength) return { standard: 0, nominal: 0, subroutines: [] }
  const own = readDict(new Uint8Array(view.buffer, view.byteOffset + offset, size))
  const local = own.get(19)?.[0]
  return { standard: own.get(20)?.[0] ?? 0, nominal: own.get(21)?.[0] ?? 0, subroutines: local === undefined ? [] : readIndex(view, offset + local).items }
}

/** How many operands the first operator takes; one more is the width. −1: an even number. */
const taken: Readonly<Record<number, number | undefined>> = { 1: -1, 3: -1, 18: -1, 23: -1, 19: -1, 20: -1, 4: 1, 22: 1, 21: 2, 14: 0 }

/** Runs a charstring to its first operator. */
function widthIn(code: Uint8Array, hints: Hints, globals: readonly Uint8Array[]): number | null {
  const stack: number[] = []
  const bias = (list: readonly Uint8Array[]): number => (list.length < 1240 ? 107 : list.length < 33_900 ? 1131 : 32_768)
  let steps = 0
  // Undefined: go on after the call.
  const run = (data: Uint8Array, depth: number): number | null | undefined => {
    for (let at = 0; at < data.length; ) {
      if (++steps > 2000) return null
      const byte = data[at++]!
      if (byte === 28) {
        stack.push(((data[at]! << 24) >> 16) | data[at + 1]!)
        at += 2
      } else if (byte >= 32 && byte <= 246) stack.push(byte - 139)
      else if (byte >= 247 && byte <= 250) stack.push((byte - 247) * 256 + data[at++]! + 108)
      else if (byte >= 251 && byte <= 254) stack.push(-(byte - 251) * 256 - data[at++]! - 108)
      else if (byte === 255) {
        stack.push(((data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!) / 65_536)
        at += 4
      } else if (byte === 10 || byte === 29) {
        const list = byte === 10 ? hints.subroutines : globals
        const called = list[(stack.pop() ?? 0) + bias(list)]
        if (called === undefined || depth > 10) return null
        const found = run(called, depth + 1)
        if (found !== undefined) return found
      } else if (byte === 11) return undefined
      else {
        const count = taken[byte]
        if (count === undefined) return null
        const hasWidth = count === -1 ? stack.length % 2 === 1 : count === 0 ? stack.length === 1 || stack.length === 5 : stack.length > count
        return hasWidth ? hints.nominal + stack[0]! : hints.standard
      }
    }
    return undefined
  }
  return run(code, 0) ?? null
}
