/** Glyphs of Type 1 and CFF fonts: those shown against those embedded. ISO 19005-2 §6.2.11.4, §6.2.11.5, §6.2.11.8 */
import { concatBytes } from '#core/formats'
import { readCff, type NamedFont } from './cff.ts'
import { macRoman, winAnsi } from './encodings.ts'
import type { PdfFile } from './file.ts'
import { differencesOf, type FontUse } from './font-use.ts'
import { nameOfCharacter, standardEncoding } from './glyph-names.ts'
import { readType1 } from './type1.ts'
import { isArray, isStream, isText, latin, nameOf, numberOf, type PdfDict, type PdfStream } from './values.ts'
import { isAt } from './xref.ts'

const tolerance = 1.01

/** The font inside a program of any wrapping, or null. */
export function readNamedFont(data: Uint8Array): NamedFont | null {
  if (data[0] === 0x25 || data[0] === 0x80) return readType1(data[0] === 0x80 ? withoutSegments(data) : data)
  if (!isAt(data, 0, 'OTTO')) return readCff(data)
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  for (let i = 0; i < Math.min(view.byteLength < 12 ? 0 : view.getUint16(4), 64) && 28 + 16 * i <= view.byteLength; i++) {
    if (isAt(data, 12 + 16 * i, 'CFF ')) return readCff(data.subarray(view.getUint32(20 + 16 * i)))
  }
  return null
}

/** PFB files hold their parts behind six-byte heads. */
function withoutSegments(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  for (let at = 0; data[at] === 0x80 && data[at + 1]! < 3; ) {
    const length = data[at + 2]! | (data[at + 3]! << 8) | (data[at + 4]! << 16)
    parts.push(data.subarray(at + 6, at + 6 + length))
    at += 6 + length
  }
  return concatBytes(...parts)
}

export function checkNamedGlyphs(file: PdfFile, use: FontUse, program: PdfStream): void {
  const data = file.decode(program)
  const font = data === null ? null : readNamedFont(data)
  if (font === null || font.keys !== 'name') return
  const { report } = file
  const encoding = file.resolve(use.font.entries.get('Encoding'))
  const base = nameOf(encoding) ?? nameOf(file.resolve(file.dict(encoding)?.entries.get('BaseEncoding')))
  const differences = differencesOf(file, use.font)
  const named = (code: number): string | null => {
    if (differences.has(code)) return differences.get(code)!
    const unicodes = base === 'WinAnsiEncoding' ? winAnsi : base === 'MacRomanEncoding' ? macRoman : null
    if (unicodes === null) return base === 'StandardEncoding' ? standardEncoding(code) : font.encoded(code)
    const unicode = unicodes(code)
    return unicode === null ? null : nameOfCharacter(unicode)
  }
  const widths = file.resolve(use.font.entries.get('Widths'))
  const first = numberOf(file.resolve(use.font.entries.get('FirstChar'))) ?? 0
  for (const code of use.shown ?? []) {
    const name = named(code)
    if (name === null) continue
    if (name === '.notdef') report.add('6.2.11.8', 'notdef', '文字引用了 .notdef 字形')
    if (!use.rendered.has(code)) continue
    const glyph = font.glyphOfName.get(name)
    if (glyph === undefined) {
      report.add('6.2.11.4.1', 'glyph-missing', `嵌入的字体缺少所用的字形 ${name.slice(0, 40)}`)
      continue
    }
    const stated = isArray(widths) ? numberOf(file.resolve(widths.items[code - first])) : undefined
    const own = font.width(glyph)
    if (stated !== undefined && own !== null && Math.abs(stated - own) > tolerance) report.add('6.2.11.5', 'glyph-width', '字体字典的字宽与嵌入字体不一致')
  }
  checkCharSet(file, use.font, font)
}

/** A CharSet lists every glyph of the program. §6.2.11.4.2 */
function checkCharSet(file: PdfFile, dict: PdfDict, font: NamedFont): void {
  const base = nameOf(file.resolve(dict.entries.get('BaseFont'))) ?? ''
  const set = file.resolve(file.dict(dict.entries.get('FontDescriptor'))?.entries.get('CharSet'))
  if (!isText(set) || !/^[A-Z]{6}\+/.test(base)) return
  const listed = new Set(latin(set.bytes).split('/').map((name) => name.trim()))
  for (const name of font.glyphOfName.keys()) {
    if (name === '.notdef' || listed.has(name)) continue
    file.report.add('6.2.11.4.2', 'char-set', 'CharSet 没有列出字体中的全部字形')
    return
  }
}

/** Composite fonts over CFF outlines. */
export function checkCidNamed(file: PdfFile, use: FontUse, descendant: PdfDict, program: PdfStream, widthOf: (cid: number) => number): void {
  const data = file.decode(program)
  const font = data === null ? null : readNamedFont(data)
  if (font === null) return
  const { report } = file
  for (const cid of use.shown ?? []) {
    const glyph = font.keys === 'cid' ? font.glyphOfCid.get(cid) : cid < font.glyphCount ? cid : undefined
    if (cid === 0) report.add('6.2.11.8', 'notdef', '文字引用了 .notdef 字形')
    if (!use.rendered.has(cid)) continue
    if (glyph === undefined) {
      report.add('6.2.11.4.1', 'glyph-missing', '嵌入的字体缺少所用的字形')
      continue
    }
    const own = font.width(glyph)
    if (own !== null && Math.abs(widthOf(cid) - own) > tolerance) report.add('6.2.11.5', 'glyph-width', '字体字典的字宽与嵌入字体不一致')
  }
  const base = nameOf(file.resolve(descendant.entries.get('BaseFont'))) ?? ''
  const set = file.resolve(file.dict(descendant.entries.get('FontDescriptor'))?.entries.get('CIDSet'))
  const bits = isStream(set) && /^[A-Z]{6}\+/.test(base) ? file.decode(set) : null
  if (bits === null) return
  const cids = font.keys === 'cid' ? font.glyphOfCid.keys() : Array.from({ length: font.glyphCount }, (_, i) => i)
  for (const cid of cids) {
    if (cid === 0 || ((bits[cid >> 3] ?? 0) & (0x80 >> (cid & 7))) !== 0) continue
    report.add('6.2.11.4.2', 'cid-set', 'CIDSet 没有列出字体中的全部字形')
    return
  }
}
