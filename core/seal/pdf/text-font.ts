/** Fonts as far as finding words needs them (文字编码): which codes a string holds, what they mean, how far each moves the pen. ISO 32000-1 §9.6–9.10 */
import type { PdfFile } from './file.ts'
import { unpackStream } from './stream.ts'
import { isArray, isDict, isName, isStream, nameOf, PdfError, type PdfDict, type PdfStream, type PdfValue } from './value.ts'
import { latin } from './parse.ts'

/** `text`: null when the file does not say which characters these are. `width` in parts of the font size. `isSpace`: Tw applies. */
export type TextCode = { readonly text: string | null; readonly width: number; readonly isSpace: boolean }
export type TextFont = (bytes: Uint8Array) => readonly TextCode[]

/** Most entries of one map, and most bytes that are read for it. */
const [MOST_CODES, MOST_BYTES] = [200_000, 8 * 1024 * 1024]

/** A stream whose own entries may be references. Throws PdfError. */
export const unpacked = (file: PdfFile, stream: PdfStream): Uint8Array => {
  const entries = new Map([...stream.dict.entries].map(([key, value]) => {
    const resolved = file.resolve(value)
    return [key, isArray(resolved) ? { ...resolved, items: resolved.items.map((item) => file.resolve(item)) } : resolved] as const
  }))
  return unpackStream({ ...stream, dict: { kind: 'dict', entries } })
}

const utf16 = (hex: string): string => {
  const units = (hex.length % 4 === 0 ? hex : hex.padStart(Math.ceil(hex.length / 4) * 4, '0')).match(/.{4}/gu) ?? []
  return String.fromCharCode(...units.slice(0, 32).map((unit) => Number.parseInt(unit, 16)))
}

/** Codes to characters, from bfchar and bfrange of a ToUnicode map. */
const readToUnicode = (source: string): ReadonlyMap<number, string> => {
  const map = new Map<number, string>()
  // Counted whether new or not: ranges over one another must not be a day's work.
  let put = 0
  const bare = source.replaceAll(/[ \t\r\n\f\0]+/gu, ' ')
  for (const [, body = ''] of bare.matchAll(/beginbfchar(.*?)endbfchar/gu)) {
    for (const [, code = '', text = ''] of body.matchAll(/<([0-9A-Fa-f ]+)> ?<([0-9A-Fa-f ]*)>/gu)) {
      if (++put > MOST_CODES) return map
      map.set(Number.parseInt(code.replaceAll(' ', ''), 16), utf16(text.replaceAll(' ', '')))
    }
  }
  for (const [, body = ''] of bare.matchAll(/beginbfrange(.*?)endbfrange/gu)) {
    for (const [, from = '', to = '', start, list] of body.matchAll(/<([0-9A-Fa-f]+)> ?<([0-9A-Fa-f]+)> ?(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])/gu)) {
      const [first, last] = [Number.parseInt(from, 16), Math.min(Number.parseInt(to, 16), Number.parseInt(from, 16) + 65_535)]
      const texts = list === undefined ? null : [...list.matchAll(/<([0-9A-Fa-f]*)>/gu)].map(([, hex = '']) => utf16(hex))
      const base = utf16(start ?? '')
      for (let code = first; code <= last; code++) {
        const text = texts === null ? base.slice(0, -1) + String.fromCharCode(base.charCodeAt(base.length - 1) + code - first) : texts[code - first]
        if (++put > MOST_CODES) return map
        if (text !== undefined && text !== '') map.set(code, text)
      }
    }
  }
  return map
}

const toUnicodeOf = (file: PdfFile, font: PdfDict): ReadonlyMap<number, string> | null => {
  const stream = file.resolve(font.entries.get('ToUnicode'))
  if (!isStream(stream)) return null
  const bytes = unpacked(file, stream)
  if (bytes.length > MOST_BYTES) throw new PdfError('pdf.text', '字体的 Unicode 对应表过大')
  return readToUnicode(latin(bytes))
}

const numberOf = (value: PdfValue | undefined): number | undefined => typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** /W of a CID font: `c [w …]` and `first last w`. */
const cidWidths = (file: PdfFile, value: PdfValue): ReadonlyMap<number, number> => {
  const widths = new Map<number, number>()
  const items = isArray(value) ? value.items.map((item) => file.resolve(item)) : []
  for (let at = 0; at + 1 < items.length && widths.size < MOST_CODES;) {
    const [first, next] = [numberOf(items[at]), items[at + 1]]
    if (first === undefined) return widths
    if (isArray(next)) {
      next.items.forEach((width, nth) => widths.set(first + nth, numberOf(file.resolve(width)) ?? 1000))
      at += 2
    } else {
      const [last, width] = [numberOf(next), numberOf(items[at + 2])]
      if (last === undefined || width === undefined) return widths
      for (let cid = first; cid <= Math.min(last, first + 65_535); cid++) widths.set(cid, width)
      at += 3
    }
  }
  return widths
}

/** Two bytes each. */
const pairs = (bytes: Uint8Array): readonly number[] => Array.from({ length: bytes.length >> 1 }, (_, i) => bytes[2 * i]! * 256 + bytes[2 * i + 1]!)

/** Han and other wide characters fill their em. */
const emOf = (text: string): number => (text.codePointAt(0) ?? 0) >= 0x2e80 ? 1 : 0.5

/** Codes of the named maps of Chinese fonts are text in an encoding of their own (§9.7.5.2). */
const namedMap = (name: string): TextFont | null => {
  const decoder = /^Uni.*-(UCS2|UTF16)-H$/u.test(name) ? 'utf-16be' : /^GB[A-Z0-9]*(-EUC)?(2K)?-H$|^GBpc-EUC-H$/u.test(name) ? 'gb18030' : /^(B5|ETen|HK|CNS).*-H$/u.test(name) ? 'big5' : null
  if (decoder === null) return null
  return (bytes) => Array.from(new TextDecoder(decoder).decode(bytes), (text) => ({ text: text === '\ufffd' ? null : text, width: emOf(text), isSpace: false }))
}

const compositeFont = (file: PdfFile, font: PdfDict): TextFont => {
  const encoding = file.resolve(font.entries.get('Encoding'))
  const descendants = file.resolve(font.entries.get('DescendantFonts'))
  const own = isArray(descendants) ? file.resolve(descendants.items[0]) : null
  const map = toUnicodeOf(file, font)
  const isUpright = !(isName(encoding) && encoding.name.endsWith('V'))
  if (isUpright && map === null && isName(encoding)) {
    const named = namedMap(encoding.name)
    if (named !== null) return named
  }
  const widths = isDict(own) ? cidWidths(file, file.resolve(own.entries.get('W'))) : new Map<number, number>()
  const fallback = isDict(own) ? numberOf(file.resolve(own.entries.get('DW'))) ?? 1000 : 1000
  // Codes are glyphs' own numbers under Identity; another map may lead elsewhere, then the widths are a guess.
  return (bytes) => pairs(bytes).map((code) => ({ text: isUpright ? map?.get(code) ?? null : null, width: (widths.get(code) ?? fallback) / 1000, isSpace: false }))
}

const simpleFont = (file: PdfFile, font: PdfDict): TextFont => {
  const map = toUnicodeOf(file, font)
  const first = numberOf(file.resolve(font.entries.get('FirstChar'))) ?? 0
  const list = file.resolve(font.entries.get('Widths'))
  const widths = isArray(list) ? list.items.map((item) => numberOf(file.resolve(item)) ?? 500) : []
  // Without a map the letters of ASCII are told in all usual encodings, unless the font says that it has its own.
  const encoding = file.resolve(font.entries.get('Encoding'))
  const isPlain = !isDict(encoding) || !encoding.entries.has('Differences')
  const textOf = (code: number): string | null => map?.get(code) ?? (isPlain && code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : null)
  return (bytes) => Array.from(bytes, (code) => ({ text: textOf(code), width: (widths[code - first] ?? 500) / 1000, isSpace: code === 32 }))
}

/** Null for fonts drawn by procedures (Type 3), whose codes mean nothing outside of them. */
export const textFont = (file: PdfFile, value: PdfValue): TextFont | null => {
  if (!isDict(value)) return null
  const kind = nameOf(file.resolve(value.entries.get('Subtype')))
  if (kind === 'Type0') return compositeFont(file, value)
  return kind === 'Type3' ? null : simpleFont(file, value)
}
