/** Values of a PDF file, ISO 32000-1 §7.3, as read and as written. */

export type PdfName = { readonly kind: 'name'; readonly name: string }
/** `start` and `end` are offsets of the token in the file (delimiters included), or -1 inside an object stream. */
export type PdfString = { readonly kind: 'string'; readonly bytes: Uint8Array; readonly hex: boolean; readonly start: number; readonly end: number }
export type PdfArray = { readonly kind: 'array'; readonly items: readonly PdfValue[] }
export type PdfDict = { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, PdfValue> }
export type PdfRef = { readonly kind: 'ref'; readonly num: number; readonly gen: number }
/** `raw` is the content as stored, filters not undone. */
export type PdfStream = { readonly kind: 'stream'; readonly dict: PdfDict; readonly raw: Uint8Array }
export type PdfValue = null | boolean | number | PdfName | PdfString | PdfArray | PdfDict | PdfRef | PdfStream

/** Thrown inside the reader only; the door of the folder turns it into an error value. */
export class PdfError extends Error {
  readonly code: string
  readonly offset: number | undefined
  constructor(code: string, message: string, offset?: number) {
    super(message)
    this.name = 'PdfError'
    this.code = code
    this.offset = offset
  }
}

export const isDict = (value: PdfValue | undefined): value is PdfDict => typeof value === 'object' && value !== null && value.kind === 'dict'
export const isArray = (value: PdfValue | undefined): value is PdfArray => typeof value === 'object' && value !== null && value.kind === 'array'
export const isName = (value: PdfValue | undefined): value is PdfName => typeof value === 'object' && value !== null && value.kind === 'name'
export const isString = (value: PdfValue | undefined): value is PdfString => typeof value === 'object' && value !== null && value.kind === 'string'
export const isRef = (value: PdfValue | undefined): value is PdfRef => typeof value === 'object' && value !== null && value.kind === 'ref'
export const isStream = (value: PdfValue | undefined): value is PdfStream => typeof value === 'object' && value !== null && value.kind === 'stream'
export const nameOf = (value: PdfValue | undefined): string | undefined => (isName(value) ? value.name : undefined)

/** A natural number, or undefined. */
export const countOf = (value: PdfValue | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

/** Text of a text string, §7.9.2: UTF-16BE with its mark, UTF-8 with its mark, otherwise one byte a character. */
export const textOf = (value: PdfValue | undefined): string | undefined => {
  if (!isString(value)) return undefined
  const { bytes } = value
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes.subarray(2))
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder('utf-8').decode(bytes.subarray(3))
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

/** Numbers that a writer rounded: one part in a million, which nobody can see; whole numbers count exactly. */
const sameNumber = (a: number, b: number): boolean =>
  !(Number.isInteger(a) && Number.isInteger(b)) && Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b))

/** Same value, whatever the spelling: key order, hexadecimal or literal strings and offsets do not matter; streams compare as stored. */
export const sameValue = (a: PdfValue | undefined, b: PdfValue | undefined): boolean => {
  if (a === b) return true
  if (typeof a === 'number' && typeof b === 'number') return sameNumber(a, b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || a.kind !== b.kind) return false
  switch (a.kind) {
    case 'name':
      return a.name === (b as PdfName).name
    case 'string':
      return sameBytes(a.bytes, (b as PdfString).bytes)
    case 'ref':
      return a.num === (b as PdfRef).num && a.gen === (b as PdfRef).gen
    case 'array': {
      const other = (b as PdfArray).items
      return a.items.length === other.length && a.items.every((item, i) => sameValue(item, other[i]))
    }
    case 'dict': {
      const other = (b as PdfDict).entries
      return a.entries.size === other.size && [...a.entries].every(([key, item]) => other.has(key) && sameValue(item, other.get(key)))
    }
    case 'stream':
      return sameValue(a.dict, (b as PdfStream).dict) && sameBytes(a.raw, (b as PdfStream).raw)
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
