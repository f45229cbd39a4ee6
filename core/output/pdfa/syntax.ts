/** Reads PDF syntax and notes what PDF/A forbids in it. Every step consumes bytes; depth and counts are bounded. ISO 32000-1 §7.2, §7.3 */
import type { Report } from './finding.ts'
import { latin, Unreadable, type PdfValue } from './values.ts'

const maxDepth = 100
/** One file may hold this many values, streams included. */
const maxValues = 30_000_000

export type Budget = { values: number }
export type Cursor = {
  readonly bytes: Uint8Array
  at: number
  readonly report: Report | null
  /** whether `1 0 R` is a reference: not in content streams */
  readonly references: 'read' | 'none'
  readonly budget: Budget
}

export const isSpace = (byte: number | undefined): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9 || byte === 12 || byte === 0
const isDelimiter = (byte: number | undefined): boolean =>
  byte === 0x28 || byte === 0x29 || byte === 0x3c || byte === 0x3e || byte === 0x5b || byte === 0x5d || byte === 0x7b || byte === 0x7d || byte === 0x2f || byte === 0x25
const isRegular = (byte: number | undefined): boolean => byte !== undefined && !isSpace(byte) && !isDelimiter(byte)

export function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

export function skipSpace(cursor: Cursor): void {
  const { bytes } = cursor
  for (;;) {
    const byte = bytes[cursor.at]
    if (isSpace(byte)) cursor.at++
    else if (byte === 0x25) while (cursor.at < bytes.length && bytes[cursor.at] !== 10 && bytes[cursor.at] !== 13) cursor.at++
    else return
  }
}

/** The next value or word. Unreadable at the end of data and where nothing can be read. */
export function readValue(cursor: Cursor, depth = 0): PdfValue {
  if (depth > maxDepth) throw new Unreadable('too-deep', '对象嵌套过深')
  if (++cursor.budget.values > maxValues) throw new Unreadable('too-large', '对象过多')
  skipSpace(cursor)
  const { bytes } = cursor
  const byte = bytes[cursor.at]
  if (byte === undefined) throw new Unreadable('syntax', '数据提前结束')
  if (byte === 0x2f) return readName(cursor)
  if (byte === 0x28) return readLiteral(cursor)
  if (byte === 0x5b) return readArray(cursor, depth)
  if (byte === 0x3c) return bytes[cursor.at + 1] === 0x3c ? readDict(cursor, depth) : readHex(cursor)
  if (byte === 0x7b || byte === 0x7d) {
    // Braces belong to PostScript functions, which are not parsed.
    cursor.at++
    return { kind: 'word', word: String.fromCharCode(byte) }
  }
  if (isDelimiter(byte)) throw new Unreadable('syntax', '语法错误')
  return readWord(cursor)
}

function readWord(cursor: Cursor): PdfValue {
  const { bytes } = cursor
  const start = cursor.at
  while (isRegular(bytes[cursor.at])) cursor.at++
  const word = latin(bytes.subarray(start, Math.min(cursor.at, start + 400)))
  if (word === 'true' || word === 'false') return word === 'true'
  if (word === 'null') return null
  if (!/^[+-]*(\d+\.?\d*|\.\d+)-?\d*$/.test(word)) return { kind: 'word', word }
  const isReal = word.includes('.')
  const value = Number(/^[+-]?(\d+\.?\d*|\.\d+)/.exec(word)?.[0] ?? 0)
  const { report } = cursor
  if (report !== null) {
    if (!isReal && (value > 2_147_483_647 || value < -2_147_483_648)) report.add('6.1.13', 'integer-range', `整数 ${word.slice(0, 40)} 超出允许范围`)
    if (isReal && Math.abs(value) > 3.403e38) report.add('6.1.13', 'real-range', '实数绝对值过大')
    if (isReal && ((value !== 0 && Math.abs(value) < 1.175e-38) || (value === 0 && /[1-9]/.test(word)))) report.add('6.1.13', 'real-too-small', '非零实数过于接近零')
  }
  if (cursor.references === 'read' && /^\d{1,10}$/.test(word)) return readReference(cursor, value) ?? value
  return value
}

/** `n g R` after n was read; leaves the position alone when it is not one. */
function readReference(cursor: Cursor, number: number): PdfValue | undefined {
  const { bytes } = cursor
  const start = cursor.at
  skipSpace(cursor)
  const first = cursor.at
  while (cursor.at - first < 6 && bytes[cursor.at]! >= 0x30 && bytes[cursor.at]! <= 0x39) cursor.at++
  if (cursor.at > first && isSpace(bytes[cursor.at])) {
    skipSpace(cursor)
    if (bytes[cursor.at] === 0x52 && !isRegular(bytes[cursor.at + 1])) {
      cursor.at++
      return { kind: 'ref', number }
    }
  }
  cursor.at = start
  return undefined
}

function readName(cursor: Cursor): PdfValue {
  const { bytes } = cursor
  const codes: number[] = []
  cursor.at++
  while (isRegular(bytes[cursor.at])) {
    const byte = bytes[cursor.at]!
    const low = byte === 0x23 && hexValue(bytes[cursor.at + 1]) >= 0 ? hexValue(bytes[cursor.at + 2]) : -1
    if (low >= 0) {
      codes.push(hexValue(bytes[cursor.at + 1]) * 16 + low)
      cursor.at += 3
    } else {
      codes.push(byte)
      cursor.at++
    }
  }
  if (codes.length > 127) cursor.report?.add('6.1.13', 'name-long', '名称超过 127 字节')
  return { kind: 'name', name: latin(Uint8Array.from(codes)) }
}

function readArray(cursor: Cursor, depth: number): PdfValue {
  const items: PdfValue[] = []
  cursor.at++
  for (;;) {
    skipSpace(cursor)
    if (cursor.bytes[cursor.at] === 0x5d) {
      cursor.at++
      return { kind: 'array', items }
    }
    items.push(readValue(cursor, depth + 1))
  }
}

function readDict(cursor: Cursor, depth: number): PdfValue {
  const entries = new Map<string, PdfValue>()
  cursor.at += 2
  for (;;) {
    skipSpace(cursor)
    if (cursor.bytes[cursor.at] === 0x3e && cursor.bytes[cursor.at + 1] === 0x3e) {
      cursor.at += 2
      return { kind: 'dict', entries }
    }
    const key = readValue(cursor, depth + 1)
    if (typeof key !== 'object' || key === null || key.kind !== 'name') throw new Unreadable('syntax', '字典的键不是名称')
    skipSpace(cursor)
    if (cursor.bytes[cursor.at] === 0x3e) continue
    entries.set(key.name, readValue(cursor, depth + 1))
  }
}

function readHex(cursor: Cursor): PdfValue {
  const { bytes, report } = cursor
  const digits: number[] = []
  let isClean = true
  let count = 0
  cursor.at++
  for (; bytes[cursor.at] !== 0x3e; cursor.at++) {
    const byte = bytes[cursor.at]
    if (byte === undefined) throw new Unreadable('syntax', '十六进制字符串没有结束')
    if (isSpace(byte)) continue
    count++
    const digit = hexValue(byte)
    if (digit < 0) isClean = false
    else digits.push(digit)
  }
  cursor.at++
  if (count % 2 === 1) report?.add('6.1.6', 'hex-odd', '十六进制字符串的位数为奇数')
  if (!isClean) report?.add('6.1.6', 'hex-digit', '十六进制字符串含有其他字符')
  const data = Uint8Array.from({ length: Math.ceil(digits.length / 2) }, (_, i) => digits[2 * i]! * 16 + (digits[2 * i + 1] ?? 0))
  checkLength(data.length, report)
  return { kind: 'string', bytes: data }
}

function checkLength(length: number, report: Report | null): void {
  if (length > 32_767) report?.add('6.1.13', 'string-long', '字符串超过 32767 字节')
}

const escapes: Readonly<Record<number, number>> = { 0x6e: 10, 0x72: 13, 0x74: 9, 0x62: 8, 0x66: 12 }

function readLiteral(cursor: Cursor): PdfValue {
  const { bytes } = cursor
  const data: number[] = []
  let open = 1
  cursor.at++
  for (;;) {
    const byte = bytes[cursor.at++]
    if (byte === undefined) throw new Unreadable('syntax', '字符串没有结束')
    if (byte === 0x5c) readEscape(cursor, data)
    else {
      if (byte === 0x28) open++
      if (byte === 0x29 && --open === 0) break
      // A line break inside is one line feed, however it is written.
      if (byte === 13) {
        if (bytes[cursor.at] === 10) cursor.at++
        data.push(10)
      } else data.push(byte)
    }
  }
  checkLength(data.length, cursor.report)
  return { kind: 'string', bytes: Uint8Array.from(data) }
}

function readEscape(cursor: Cursor, data: number[]): void {
  const { bytes } = cursor
  const byte = bytes[cursor.at++]
  if (byte === undefined) return
  if (byte >= 0x30 && byte <= 0x37) {
    let value = byte - 0x30
    for (let i = 0; i < 2 && bytes[cursor.at]! >= 0x30 && bytes[cursor.at]! <= 0x37; i++) value = value * 8 + bytes[cursor.at++]! - 0x30
    data.push(value & 255)
  } else if (byte === 13) {
    if (bytes[cursor.at] === 10) cursor.at++
  } else if (byte !== 10) data.push(escapes[byte] ?? byte)
}

/** The next value, or null after one byte that begins none: what follows it may be readable. Throws only for limits (too-large). */
export function readOrSkip(cursor: Cursor): PdfValue | null {
  try {
    return readValue(cursor)
  } catch (problem) {
    if (!(problem instanceof Unreadable) || problem.code === 'too-large') throw problem
    cursor.at++
    return null
  }
}
