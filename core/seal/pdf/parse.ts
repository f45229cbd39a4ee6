/** Reads PDF syntax, ISO 32000-1 §7.2–7.3. Every loop ends: each step consumes bytes, and nesting and counts are bounded. */
import { PdfError, sameValue, type PdfDict, type PdfValue } from './value.ts'

const MAX_DEPTH = 64
const MAX_ITEMS = 2_000_000
const MAX_JUNK = 100

export const isSpace = (byte: number | undefined): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9 || byte === 12 || byte === 0
const isDelimiter = (byte: number | undefined): boolean =>
  byte === 0x28 || byte === 0x29 || byte === 0x3c || byte === 0x3e || byte === 0x5b || byte === 0x5d || byte === 0x7b || byte === 0x7d ||
  byte === 0x2f || byte === 0x25
const hexValue = (byte: number | undefined): number => {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** What a tolerant reader passes over: `twice` a key with two values, `junk` what is no syntax. */
export type SyntaxLapse = 'twice' | 'junk'

/** Words that end an object even where it was not closed. */
const CLOSING = new Set(['endobj', 'endstream', 'stream', 'obj', 'xref', 'trailer', 'startxref'])

/**
 * A reading position in bytes. `base` is the offset of `bytes` in the file, or -1 when they are not file bytes. With `lapse`
 * damage is told and passed over, for a file that is only judged; without it damage is an error.
 */
export class PdfCursor {
  readonly bytes: Uint8Array
  at: number
  private readonly base: number
  private readonly lapse: ((lapse: SyntaxLapse) => void) | undefined
  private items = 0
  private junk = 0

  constructor(bytes: Uint8Array, at: number, base: number, lapse?: (lapse: SyntaxLapse) => void) {
    this.bytes = bytes
    this.at = at
    this.base = base
    this.lapse = lapse
  }

  fail(message: string): never {
    throw new PdfError('pdf.syntax', message, this.base < 0 ? undefined : this.at)
  }

  /** A token that runs to the end of the data: all of it was looked at, so all of it is consumed. */
  private endless(message: string): never {
    this.at = this.bytes.length
    return this.fail(message)
  }

  skipSpace(): void {
    for (;;) {
      const byte = this.bytes[this.at]
      if (isSpace(byte)) this.at++
      else if (byte === 0x25) {
        while (this.at < this.bytes.length && this.bytes[this.at] !== 10 && this.bytes[this.at] !== 13) this.at++
      } else return
    }
  }

  /** The word of regular characters at the position; '' when there is none. Not consumed. */
  peekWord(): string {
    let end = this.at
    while (end < this.bytes.length && end - this.at < 64 && !isSpace(this.bytes[end]) && !isDelimiter(this.bytes[end])) end++
    return latin(this.bytes.subarray(this.at, end))
  }

  /** Consumes the given word, or fails. */
  word(expected: string): void {
    this.skipSpace()
    if (this.peekWord() !== expected) this.fail(`此处应为 ${expected}`)
    this.at += expected.length
  }

  /** Consumes a natural number. */
  natural(): number {
    this.skipSpace()
    const word = this.peekWord()
    if (!/^\d{1,15}$/.test(word)) this.fail('此处应为自然数')
    this.at += word.length
    return Number(word)
  }

  value(depth = 0): PdfValue {
    if (depth > MAX_DEPTH) this.fail('嵌套过深')
    if (++this.items > MAX_ITEMS) this.fail('结构成员过多')
    this.skipSpace()
    const byte = this.bytes[this.at]
    if (byte === undefined) this.fail('数据提前结束')
    if (byte === 0x2f) return { kind: 'name', name: this.name() }
    if (byte === 0x28) return this.literal()
    if (byte === 0x5b) return this.array(depth)
    if (byte === 0x3c) return this.bytes[this.at + 1] === 0x3c ? this.dict(depth) : this.hexString()
    const word = this.peekWord()
    if (word === 'true' || word === 'false' || word === 'null') {
      this.at += word.length
      return word === 'null' ? null : word === 'true'
    }
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) this.fail('无法识别的内容')
    this.at += word.length
    if (/^\d{1,10}$/.test(word)) {
      const ref = this.reference(Number(word))
      if (ref !== undefined) return ref
    }
    return Number(word)
  }

  /** `n g R` after n was read; leaves the position alone when it is not one. */
  private reference(num: number): PdfValue | undefined {
    const start = this.at
    this.skipSpace()
    const gen = this.peekWord()
    if (/^\d{1,5}$/.test(gen)) {
      this.at += gen.length
      this.skipSpace()
      if (this.peekWord() === 'R') {
        this.at++
        return { kind: 'ref', num, gen: Number(gen) }
      }
    }
    this.at = start
    return undefined
  }

  private name(): string {
    let text = ''
    this.at++
    for (; this.at < this.bytes.length; this.at++) {
      const byte = this.bytes[this.at]!
      if (isSpace(byte) || isDelimiter(byte)) break
      if (text.length > 1024) this.fail('名称过长')
      const high = byte === 0x23 ? hexValue(this.bytes[this.at + 1]) : -1
      const low = high < 0 ? -1 : hexValue(this.bytes[this.at + 2])
      if (low >= 0) {
        text += String.fromCharCode(high * 16 + low)
        this.at += 2
      } else text += String.fromCharCode(byte)
    }
    return text
  }

  private array(depth: number): PdfValue {
    const items: PdfValue[] = []
    this.at++
    for (;;) {
      this.skipSpace()
      if (this.bytes[this.at] === 0x5d) break
      if (this.lapse === undefined) items.push(this.value(depth + 1))
      else if (this.unclosed()) return { kind: 'array', items }
      else this.orJunk(() => items.push(this.value(depth + 1)))
    }
    this.at++
    return { kind: 'array', items }
  }

  /** Runs a step of a tolerant reading; what it cannot read is passed over, at least one byte of it. */
  private orJunk(step: () => void): void {
    const start = this.at
    try {
      step()
    } catch (error) {
      // Where so much is wrong there is no object to be had.
      if (!(error instanceof PdfError) || this.at >= this.bytes.length || ++this.junk > MAX_JUNK) throw error
      this.lapse?.('junk')
      if (this.at === start) this.at += Math.max(1, this.peekWord().length)
    }
  }

  /** Whether a tolerant reading meets the end of the object inside of it. */
  private unclosed(): boolean {
    if (this.at < this.bytes.length && !CLOSING.has(this.peekWord())) return false
    this.lapse?.('junk')
    return true
  }

  private dict(depth: number): PdfDict {
    const entries = new Map<string, PdfValue>()
    this.at += 2
    for (;;) {
      this.skipSpace()
      if (this.bytes[this.at] === 0x3e && this.bytes[this.at + 1] === 0x3e) break
      if (this.lapse !== undefined && this.unclosed()) return { kind: 'dict', entries }
      if (this.lapse === undefined) this.entry(entries, depth)
      else this.orJunk(() => { this.entry(entries, depth) })
    }
    this.at += 2
    return { kind: 'dict', entries }
  }

  private entry(entries: Map<string, PdfValue>, depth: number): void {
    if (this.bytes[this.at] !== 0x2f) this.fail('字典缺少键名')
    const key = this.name()
    // Readers disagree on which of two equal keys counts; a file that relies on it shows different things to different people.
    const value = this.value(depth + 1)
    if (entries.has(key) && !sameValue(entries.get(key), value)) {
      if (this.lapse === undefined) this.fail(`字典中键名重复：${key}`)
      this.lapse('twice')
    }
    entries.set(key, value)
  }

  private span(start: number): { start: number; end: number } {
    return this.base < 0 ? { start: -1, end: -1 } : { start: this.base + start, end: this.base + this.at }
  }

  private hexString(): PdfValue {
    const start = this.at++
    const mark = this.bytes.indexOf(0x3e, this.at)
    if (mark < 0 && this.lapse === undefined) this.endless('十六进制字符串没有结束')
    // Cut off inside a signature value: what is left still tells that there was one.
    const end = mark < 0 ? this.bytes.length : mark
    if (mark < 0) this.lapse?.('junk')
    const bytes = new Uint8Array(Math.ceil((end - this.at) / 2))
    let count = 0
    for (; this.at < end; this.at++) {
      const byte = this.bytes[this.at]
      const digit = hexValue(byte)
      if (digit >= 0) bytes[count >> 1]! |= count++ % 2 === 0 ? digit << 4 : digit
      else if (isSpace(byte)) continue
      else if (this.lapse === undefined) this.fail('十六进制字符串含有其他字符')
      else this.lapse('junk')
    }
    this.at = Math.min(end + 1, this.bytes.length)
    return { kind: 'string', bytes: bytes.subarray(0, Math.ceil(count / 2)), hex: true, ...this.span(start) }
  }

  private literal(): PdfValue {
    const start = this.at++
    const out: number[] = []
    for (let depth = 1; ; ) {
      const byte = this.bytes[this.at++]
      if (byte === undefined) this.fail('字符串没有结束')
      if (byte === 0x28) depth++
      if (byte === 0x29 && --depth === 0) break
      if (byte === 0x5c) this.escape(out)
      else if (byte === 13) {
        if (this.bytes[this.at] === 10) this.at++
        out.push(10)
      } else out.push(byte)
    }
    return { kind: 'string', bytes: Uint8Array.from(out), hex: false, ...this.span(start) }
  }

  private escape(out: number[]): void {
    const byte = this.bytes[this.at++]
    if (byte === undefined) this.fail('字符串没有结束')
    const simple = { 0x6e: 10, 0x72: 13, 0x74: 9, 0x62: 8, 0x66: 12 }[byte]
    if (simple !== undefined) out.push(simple)
    else if (byte === 10) return
    else if (byte === 13) {
      if (this.bytes[this.at] === 10) this.at++
    } else if (byte >= 0x30 && byte <= 0x37) {
      let code = byte - 0x30
      for (let i = 0; i < 2; i++) {
        const next = this.bytes[this.at]
        if (next === undefined || next < 0x30 || next > 0x37) break
        code = code * 8 + next - 0x30
        this.at++
      }
      out.push(code & 0xff)
    } else out.push(byte)
  }
}

/** Bytes as one character each. */
export const latin = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

/** First place of an ASCII text in bytes[from, to), or -1. */
export const indexOf = (bytes: Uint8Array, text: string, from: number, to: number): number => {
  const first = text.charCodeAt(0)
  for (let at = bytes.indexOf(first, from); at >= 0 && at + text.length <= to; at = bytes.indexOf(first, at + 1)) {
    let i = 1
    while (i < text.length && bytes[at + i] === text.charCodeAt(i)) i++
    if (i === text.length) return at
  }
  return -1
}

/** Last place of an ASCII text in bytes[from, to), or -1. */
export const lastIndexOf = (bytes: Uint8Array, text: string, from: number, to: number): number => {
  for (let at = to - text.length; at >= from; at--) {
    let i = 0
    while (i < text.length && bytes[at + i] === text.charCodeAt(i)) i++
    if (i === text.length) return at
  }
  return -1
}
