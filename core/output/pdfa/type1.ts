/** Type 1 font programs: glyph names, widths and encoding. Adobe Type 1 Font Format, chapters 2, 6, 7 */
import type { NamedFont } from './cff.ts'
import { standardEncoding } from './glyph-names.ts'
import { hexValue, isSpace } from './syntax.ts'
import { latin } from './values.ts'
import { indexOf } from './xref.ts'

const maxGlyphs = 20_000

function decrypted(data: Uint8Array, key: number, skip: number): Uint8Array {
  const out = new Uint8Array(data.length)
  let state = key
  for (let i = 0; i < data.length; i++) {
    out[i] = data[i]! ^ (state >> 8)
    state = ((data[i]! + state) * 52_845 + 22_719) & 0xffff
  }
  return out.subarray(Math.min(skip, out.length))
}

/** Null when it is no such font. */
export function readType1(data: Uint8Array): NamedFont | null {
  const eexec = indexOf(data, 'eexec', 0)
  if (eexec === -1) return null
  let at = eexec + 5
  while (isSpace(data[at])) at++
  const isHex = [0, 1, 2, 3].every((i) => hexValue(data[at + i]) >= 0)
  const secret = decrypted(isHex ? fromHex(data.subarray(at)) : data.subarray(at), 55_665, 4)
  const clear = latin(data.subarray(0, eexec))
  const skip = Number(/\/lenIV\s+(\d+)/.exec(latin(secret.subarray(0, 20_000)))?.[1] ?? 4)
  const glyphs = charStrings(secret, skip)
  if (glyphs.size === 0) return null
  const names = [...glyphs.keys()]
  const scale = (Number(/\/FontMatrix\s*\[\s*([-\d.eE]+)/.exec(clear)?.[1]) || 0.001) * 1000
  const own = /\/Encoding\s+StandardEncoding/.test(clear) ? null : new Map([...clear.matchAll(/dup\s+(\d+)\s*\/(\S+)\s+put/g)].map((match) => [Number(match[1]), match[2]!] as const))
  return {
    glyphCount: names.length, keys: 'name', glyphOfCid: new Map(),
    glyphOfName: new Map(names.map((name, i) => [name, i])),
    width: (glyph) => {
      const width = widthIn(glyphs.get(names[glyph] ?? '') ?? new Uint8Array())
      return width === null ? null : width * scale
    },
    encoded: (code) => (own === null ? standardEncoding(code) : own.get(code) ?? null),
  }
}

function fromHex(data: Uint8Array): Uint8Array {
  const digits: number[] = []
  for (const byte of data) {
    const digit = hexValue(byte)
    if (digit >= 0) digits.push(digit)
  }
  return Uint8Array.from({ length: digits.length >> 1 }, (_, i) => digits[2 * i]! * 16 + digits[2 * i + 1]!)
}

/** `/name length RD bytes ND` after /CharStrings. */
function charStrings(secret: Uint8Array, skip: number): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  let at = indexOf(secret, '/CharStrings', 0)
  if (at === -1) return found
  at += 12
  while (found.size < maxGlyphs) {
    at = secret.indexOf(0x2f, at)
    if (at === -1) break
    const head = /^\/(\S+)\s+(\d{1,6})\s+(RD|-\||\S+) /.exec(latin(secret.subarray(at, at + 200)))
    if (head === null) break
    const start = at + head[0].length
    const length = Number(head[2])
    found.set(head[1]!, decrypted(secret.subarray(start, start + length), 4330, skip))
    at = start + length
  }
  return found
}

/** The width that hsbw or sbw sets. */
function widthIn(code: Uint8Array): number | null {
  const stack: number[] = []
  for (let at = 0; at < code.length && stack.length < 50; ) {
    const byte = code[at++]!
    if (byte >= 32 && byte <= 246) stack.push(byte - 139)
    else if (byte >= 247 && byte <= 250) stack.push((byte - 247) * 256 + (code[at++] ?? 0) + 108)
    else if (byte >= 251 && byte <= 254) stack.push(-(byte - 251) * 256 - (code[at++] ?? 0) - 108)
    else if (byte === 255) {
      stack.push((code[at]! << 24) | (code[at + 1]! << 16) | (code[at + 2]! << 8) | code[at + 3]!)
      at += 4
    } else if (byte === 13) return stack[1] ?? null
    else if (byte === 12 && code[at] === 7) return stack[2] ?? null
    else if (byte === 12 && code[at] === 12) {
      at++
      const divisor = stack.pop() ?? 1
      stack.push((stack.pop() ?? 0) / divisor)
    } else return null
  }
  return null
}
