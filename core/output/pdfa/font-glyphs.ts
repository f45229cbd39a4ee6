/** Glyphs that are shown against those that the embedded program has. ISO 19005-2 §6.2.11.4, §6.2.11.5, §6.2.11.6, §6.2.11.8 */
import type { PdfFile } from './file.ts'
import { macRoman, winAnsi } from './encodings.ts'
import { checkCidNamed, checkNamedGlyphs } from './font-named.ts'
import { differencesOf, type FontUse } from './font-use.ts'
import { readTrueType, type FontProgram } from './truetype.ts'
import { isArray, isStream, nameOf, numberOf, type PdfDict, type PdfStream, type PdfValue } from './values.ts'

const tolerance = 1.01

/** Fonts with one byte a character. */
export function checkSimpleGlyphs(file: PdfFile, use: FontUse, program: PdfStream): void {
  if (use.type !== 'TrueType') return checkNamedGlyphs(file, use, program)
  const data = file.decode(program)
  if (data === null) return
  const font = readTrueType(data)
  if (font === null) return
  const descriptor = file.dict(use.font.entries.get('FontDescriptor'))
  const isSymbolic = ((numberOf(file.resolve(descriptor?.entries.get('Flags'))) ?? 0) & 4) !== 0
  const encoding = file.resolve(use.font.entries.get('Encoding'))
  if (use.isRendered) checkEncoding(file, use.font, encoding, isSymbolic, font)
  const look = lookUp(file, use.font, encoding, isSymbolic, font)
  const widths = file.resolve(use.font.entries.get('Widths'))
  const first = numberOf(file.resolve(use.font.entries.get('FirstChar'))) ?? 0
  for (const code of use.shown ?? []) {
    const glyph = look(code)
    if (glyph === null) continue
    const width = isArray(widths) ? numberOf(file.resolve(widths.items[code - first])) : undefined
    report(file, use, code, glyph, font, width)
  }
}

function report(file: PdfFile, use: FontUse, code: number, glyph: number, font: FontProgram, width: number | undefined): void {
  if (glyph === 0) file.report.add('6.2.11.8', 'notdef', '文字引用了 .notdef 字形')
  if (!use.rendered.has(code)) return
  if (glyph === 0 || glyph >= font.glyphCount) file.report.add('6.2.11.4.1', 'glyph-missing', '嵌入的字体缺少所用的字形')
  else if (width !== undefined && Math.abs(width - font.width(glyph)) > tolerance) file.report.add('6.2.11.5', 'glyph-width', '字体字典的字宽与嵌入字体不一致')
}

function checkEncoding(file: PdfFile, dict: PdfDict, encoding: PdfValue, isSymbolic: boolean, font: FontProgram): void {
  const clause = '6.2.11.6'
  const has = (platform: number, id: number): boolean => font.cmaps.some((cmap) => cmap.platform === platform && cmap.encoding === id)
  if (isSymbolic) {
    if (encoding !== null) file.report.add(clause, 'symbolic-encoding', '符号 TrueType 字体不得含有 Encoding')
    if (font.cmaps.length !== 1 && !has(3, 0)) file.report.add(clause, 'symbolic-cmap', '符号 TrueType 字体的 cmap 应恰有一个编码或含有 (3,0) 编码')
    return
  }
  if (font.cmaps.length === 0 || (font.cmaps.length === 1 && has(3, 0))) file.report.add(clause, 'cmap-missing', '非符号 TrueType 字体缺少非符号的 cmap')
  const base = nameOf(encoding) ?? nameOf(file.resolve(file.dict(encoding)?.entries.get('BaseEncoding')))
  if (base !== 'MacRomanEncoding' && base !== 'WinAnsiEncoding') file.report.add(clause, 'encoding', '非符号 TrueType 字体的编码应为 MacRomanEncoding 或 WinAnsiEncoding')
  if (file.dict(encoding)?.entries.has('Differences') === true) {
    const isListed = [...differencesOf(file, dict).values()].every((name) => !/^(g|glyph|cid|index|G)\d+$/.test(name))
    if (!isListed || !has(3, 1)) file.report.add(clause, 'differences', '非符号 TrueType 字体的 Differences 应只用标准字形名，且字体应含 (3,1) cmap')
  }
}

/** The glyph of a code; null when it cannot be told here. ISO 32000-1 §9.6.6.4 */
function lookUp(file: PdfFile, dict: PdfDict, encoding: PdfValue, isSymbolic: boolean, font: FontProgram): (code: number) => number | null {
  const table = (platform: number, id: number) => font.cmaps.find((cmap) => cmap.platform === platform && cmap.encoding === id)
  const microsoft = table(3, 1)
  const mac = table(1, 0)
  const symbol = table(3, 0)
  if (isSymbolic || encoding === null) {
    return (code) => {
      if (symbol !== undefined) {
        for (const base of [0, 0xf000, 0xf100, 0xf200]) if (symbol.glyph(base + code) !== 0) return symbol.glyph(base + code)
        if (mac === undefined) return 0
      }
      return mac === undefined ? null : mac.glyph(code)
    }
  }
  const base = nameOf(encoding) ?? nameOf(file.resolve(file.dict(encoding)?.entries.get('BaseEncoding')))
  const differences = differencesOf(file, dict)
  const unicodes = base === 'WinAnsiEncoding' ? winAnsi : base === 'MacRomanEncoding' ? macRoman : null
  return (code) => {
    if (differences.has(code) || unicodes === null) return null
    const unicode = unicodes(code)
    if (unicode === null) return null
    if (microsoft !== undefined) return microsoft.glyph(unicode) || (mac !== undefined && base === 'MacRomanEncoding' ? mac.glyph(code) : 0) || null
    return mac !== undefined && base === 'MacRomanEncoding' ? mac.glyph(code) : null
  }
}

/** Composite fonts over TrueType outlines. */
export function checkCidGlyphs(file: PdfFile, use: FontUse, descendant: PdfDict, program: PdfStream): void {
  const data = file.decode(program)
  const font = data === null ? null : readTrueType(data)
  const isTrueType = nameOf(file.resolve(descendant.entries.get('Subtype'))) === 'CIDFontType2'
  const widths = cidWidths(file, descendant)
  if (!isTrueType) checkCidNamed(file, use, descendant, program, widths)
  else if (font !== null) {
    const map = file.resolve(descendant.entries.get('CIDToGIDMap'))
    const table = isStream(map) ? file.decode(map) : null
    if (isStream(map) && table === null) return
    const glyphOf = (cid: number): number => (table === null ? cid : ((table[2 * cid] ?? 0) << 8) | (table[2 * cid + 1] ?? 0))
    for (const cid of use.shown ?? []) report(file, use, cid, glyphOf(cid), font, widths(cid))
    if (table === null) checkCidSet(file, descendant, font)
  }
}

/** Widths by CID from W and DW. ISO 32000-1 §9.7.4.3 */
function cidWidths(file: PdfFile, descendant: PdfDict): (cid: number) => number {
  const otherwise = numberOf(file.resolve(descendant.entries.get('DW'))) ?? 1000
  const list = file.resolve(descendant.entries.get('W'))
  const single = new Map<number, number>()
  const ranges: { readonly from: number; readonly to: number; readonly width: number }[] = []
  const items = isArray(list) ? list.items.map(file.resolve) : []
  for (let i = 0; i < items.length; ) {
    const first = numberOf(items[i]) ?? 0
    const next = items[i + 1]
    if (isArray(next)) {
      next.items.forEach((item, k) => single.set(first + k, numberOf(file.resolve(item)) ?? otherwise))
      i += 2
    } else {
      ranges.push({ from: first, to: numberOf(next) ?? first, width: numberOf(items[i + 2]) ?? otherwise })
      i += 3
    }
  }
  return (cid) => single.get(cid) ?? ranges.find(({ from, to }) => cid >= from && cid <= to)?.width ?? otherwise
}

/** A CIDSet lists every glyph of the program. §6.2.11.4.2 */
function checkCidSet(file: PdfFile, descendant: PdfDict, font: FontProgram): void {
  const name = nameOf(file.resolve(descendant.entries.get('BaseFont'))) ?? ''
  const set = file.resolve(file.dict(descendant.entries.get('FontDescriptor'))?.entries.get('CIDSet'))
  const bits = isStream(set) && /^[A-Z]{6}\+/.test(name) ? file.decode(set) : null
  if (bits === null) return
  for (let glyph = 1; glyph < font.glyphCount; glyph++) {
    const isListed = ((bits[glyph >> 3] ?? 0) & (0x80 >> (glyph & 7))) !== 0
    if (!isListed && font.hasOutline(glyph) === true) {
      file.report.add('6.2.11.4.2', 'cid-set', 'CIDSet 没有列出字体中的全部字形')
      return
    }
  }
}
