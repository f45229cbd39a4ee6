/** Seeded damage to a file (变异): single bytes, and changes of structure that an attacker or a bad disk would make. */
import { readZip, writeZip } from '#core/formats'
import type { Random } from '../fuzz/random.ts'

export type Damage = { readonly what: string; readonly bytes: Uint8Array }

const at = (bytes: Uint8Array, place: number, value: number): Uint8Array => {
  const out = bytes.slice()
  out[place] = value
  return out
}

/** One byte: another value, a flipped bit, left out, doubled, put in. */
export const oneByte = (bytes: Uint8Array, random: Random): Damage => {
  const place = random.below(bytes.length)
  switch (random.below(5)) {
    case 0: return { what: `byte ${place} replaced`, bytes: at(bytes, place, random.below(256)) }
    case 1: return { what: `bit of byte ${place} flipped`, bytes: at(bytes, place, bytes[place]! ^ (1 << random.below(8))) }
    case 2: return { what: `byte ${place} left out`, bytes: joined(bytes.subarray(0, place), bytes.subarray(place + 1)) }
    case 3: return { what: `byte ${place} doubled`, bytes: joined(bytes.subarray(0, place + 1), bytes.subarray(place)) }
    default: return { what: `byte put in at ${place}`, bytes: joined(bytes.subarray(0, place), random.bytes(1), bytes.subarray(place)) }
  }
}

/** Stretches cut, doubled, exchanged, zeroed, appended; numbers made huge; a length of DER changed. */
export const structural = (bytes: Uint8Array, random: Random): Damage => {
  const from = random.below(bytes.length)
  const length = 1 + random.below(Math.min(2000, bytes.length - from))
  const piece = bytes.subarray(from, from + length)
  const place = random.below(bytes.length)
  switch (random.below(8)) {
    case 0: return { what: `${length} bytes from ${from} left out`, bytes: joined(bytes.subarray(0, from), bytes.subarray(from + length)) }
    case 1: return { what: `${length} bytes from ${from} copied to ${place}`, bytes: joined(bytes.subarray(0, place), piece, bytes.subarray(place)) }
    case 2: return { what: `cut off after ${from}`, bytes: bytes.subarray(0, from) }
    case 3: return { what: `${length} bytes from ${from} zeroed`, bytes: joined(bytes.subarray(0, from), new Uint8Array(length), bytes.subarray(from + length)) }
    case 4: return { what: `${length} bytes from ${from} put at the end`, bytes: joined(bytes, piece) }
    case 5: return { what: `${length} bytes from ${from} written over ${place}`, bytes: written(bytes, place, piece) }
    case 6: return { what: `${length} bytes from ${from} turned round`, bytes: joined(bytes.subarray(0, from), piece.slice().reverse(), bytes.subarray(from + length)) }
    default: return number(bytes, random) ?? oneByte(bytes, random)
  }
}

const numbers = ['0', '1', '-1', '99999999999', '2147483648', '65536', '1e308']

/** A decimal number somewhere becomes another one: lengths, offsets, counts, ids of text formats. */
const number = (bytes: Uint8Array, random: Random): Damage | null => {
  const start = random.below(bytes.length)
  const isDigit = (place: number): boolean => bytes[place]! >= 0x30 && bytes[place]! <= 0x39
  for (let from = start; from < Math.min(bytes.length, start + 4000); from += 1) {
    if (!isDigit(from)) continue
    let end = from
    while (end < bytes.length && isDigit(end)) end += 1
    const value = random.pick(numbers)
    return { what: `number at ${from} made ${value}`, bytes: joined(bytes.subarray(0, from), new TextEncoder().encode(value), bytes.subarray(end)) }
  }
  return null
}

/** Parts of a ZIP: one damaged inside and packed anew, left out, doubled under another name, exchanged, a stranger put in. */
export const insideZip = (bytes: Uint8Array, random: Random): Damage => {
  const read = readZip(bytes)
  if (!read.ok || read.value.length < 2) return structural(bytes, random)
  const parts = read.value.map((entry) => ({ path: entry.path, bytes: entry.bytes }))
  const index = random.below(parts.length)
  const part = parts[index]!
  const packed = (what: string, changed: readonly { path: string; bytes: Uint8Array }[]): Damage => ({ what: `${part.path}: ${what}`, bytes: writeZip(changed) })
  switch (random.below(6)) {
    case 0:
    case 1: {
      if (part.bytes.length === 0) return packed('given a byte', parts.map((one, i) => (i === index ? { ...one, bytes: random.bytes(1) } : one)))
      const inner = random.chance(0.6) ? oneByte(part.bytes, random) : structural(part.bytes, random)
      return packed(inner.what, parts.map((one, i) => (i === index ? { ...one, bytes: inner.bytes } : one)))
    }
    case 2: return packed('left out', parts.filter((_, i) => i !== index))
    case 3: {
      const other = random.pick(parts)
      return packed(`holds what ${other.path} held`, parts.map((one, i) => (i === index ? { ...one, bytes: other.bytes } : one)))
    }
    case 4: return packed('copied beside itself', [...parts, { path: `${part.path}.copy`, bytes: part.bytes }])
    default: return packed('renamed', parts.map((one, i) => (i === index ? { ...one, path: `${one.path}x` } : one)))
  }
}

/** A later revision of a PDF that gives an object another content, as an editor or an attacker appends it. */
export const laterRevision = (bytes: Uint8Array, random: Random): Damage => {
  const text = new TextDecoder('latin1').decode(bytes)
  const found = [...text.matchAll(/(?:^|[\r\n])(\d+) 0 obj\b([^]*?)\bendobj/g)].filter(([, , body]) => body !== undefined && body.length < 4000)
  // As they stand now: giving an object the content that it has changes nothing.
  const objects = [...new Map(found.map(([, id, body]) => [id!, body!]))]
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1]
  const root = [...text.matchAll(/\/Root\s+(\d+ \d+ R)/g)].at(-1)?.[1]
  const size = [...text.matchAll(/\/Size\s+(\d+)/g)].at(-1)?.[1]
  if (objects.length === 0 || previous === undefined || root === undefined || size === undefined) return structural(bytes, random)
  const [id, old] = random.pick(objects)
  const [, other] = random.pick(objects)
  const body = random.chance(0.5) && other !== old ? other : old.replace(/\d+/, (digits) => String(Number(digits) + 1 + random.below(50)))
  if (body === old) return structural(bytes, random)
  const object = `${id} 0 obj${body}endobj\n`
  const tail = `\n${object}xref\n${id} 1\n${String(bytes.length + 1).padStart(10, '0')} 00000 n \ntrailer\n<</Size ${size}/Root ${root}/Prev ${previous}>>\nstartxref\n${bytes.length + 1 + object.length}\n%%EOF\n`
  return { what: `object ${id} given other content in a later revision`, bytes: joined(bytes, Uint8Array.from(tail, (sign) => sign.charCodeAt(0))) }
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let place = 0
  for (const part of parts) {
    out.set(part, place)
    place += part.length
  }
  return out
}

const written = (bytes: Uint8Array, place: number, piece: Uint8Array): Uint8Array => {
  const out = bytes.slice()
  out.set(piece.subarray(0, bytes.length - place), place)
  return out
}
