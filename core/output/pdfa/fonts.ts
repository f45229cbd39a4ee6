/** Fonts in use. ISO 19005-2 §6.1.8, §6.1.13, §6.2.11 */
import { isUtf8Name } from './colour.ts'
import { isPredefined, orderingOf, parseCMap } from './cmap.ts'
import type { PdfFile } from './file.ts'
import type { FontUse } from './font-use.ts'
import { checkDrawnWidths } from './font-drawn.ts'
import { checkCidGlyphs, checkSimpleGlyphs } from './font-glyphs.ts'
import { isArray, isStream, isText, latin, nameOf, numberOf, type PdfDict, type PdfStream, type PdfValue } from './values.ts'

const types = new Set(['Type1', 'MMType1', 'TrueType', 'Type3', 'Type0', 'CIDFontType0', 'CIDFontType2'])
const standard = new Set(('Courier Courier-Bold Courier-Oblique Courier-BoldOblique Helvetica Helvetica-Bold Helvetica-Oblique Helvetica-BoldOblique ' +
  'Times-Roman Times-Bold Times-Italic Times-BoldItalic Symbol ZapfDingbats').split(' '))

export function checkFont(file: PdfFile, use: FontUse): void {
  const { font, type } = use
  checkDictionary(file, font, type)
  if (type === 'Type0') return checkComposite(file, use)
  if (type === 'Type3') checkDrawnWidths(file, use)
  else {
    const program = checkProgram(file, font, use.isRendered)
    if (program !== null) checkSimpleGlyphs(file, use, program)
  }
}

function checkDictionary(file: PdfFile, font: PdfDict, type: string | undefined): void {
  const { report } = file
  const entry = (key: string): PdfValue => file.resolve(font.entries.get(key))
  if (nameOf(entry('Type')) !== 'Font') report.add('6.2.11.2', 'font-type', '字体字典的 Type 应为 Font')
  if (type === undefined || !types.has(type)) report.add('6.2.11.2', 'font-subtype', `字体字典的 Subtype 无效：${type ?? '（无）'}`)
  const base = nameOf(entry('BaseFont'))
  if (type !== 'Type3' && base === undefined) report.add('6.2.11.2', 'font-name', '字体字典缺少 BaseFont')
  if (base !== undefined && !isUtf8Name({ kind: 'name', name: base })) report.add('6.1.8', 'name-encoding', '字体名称不是 UTF-8 编码')
  const isSimple = type === 'Type1' || type === 'MMType1' || type === 'TrueType' || type === 'Type3'
  if (!isSimple || (base !== undefined && standard.has(base) && type === 'Type1')) return
  const first = numberOf(entry('FirstChar'))
  const last = numberOf(entry('LastChar'))
  const widths = entry('Widths')
  if (first === undefined) report.add('6.2.11.2', 'font-first-char', '字体字典缺少 FirstChar')
  if (last === undefined) report.add('6.2.11.2', 'font-last-char', '字体字典缺少 LastChar')
  if (!isArray(widths) || (first !== undefined && last !== undefined && widths.items.length !== last - first + 1)) report.add('6.2.11.2', 'font-widths', '字体字典的 Widths 缺失或长度不符')
}

/** The embedded program, or null. */
function checkProgram(file: PdfFile, font: PdfDict, isRendered: boolean): PdfStream | null {
  const { report } = file
  const descriptor = file.dict(font.entries.get('FontDescriptor'))
  const program = ['FontFile', 'FontFile2', 'FontFile3'].map((key) => file.resolve(descriptor?.entries.get(key))).find(isStream)
  if (program === undefined) {
    if (isRendered) report.add('6.2.11.4.1', 'font-not-embedded', `字体 ${nameOf(file.resolve(font.entries.get('BaseFont'))) ?? ''} 没有嵌入`)
    return null
  }
  const subtype = nameOf(file.resolve(program.dict.entries.get('Subtype')))
  if (subtype !== undefined && !['Type1C', 'CIDFontType0C', 'OpenType'].includes(subtype)) report.add('6.2.11.2', 'font-file-type', `不支持的字体文件格式 ${subtype}`)
  return program
}

function checkComposite(file: PdfFile, use: FontUse): void {
  const { report } = file
  const list = file.resolve(use.font.entries.get('DescendantFonts'))
  const descendant = isArray(list) ? file.dict(list.items[0]) : null
  if (descendant === null) return
  const type = nameOf(file.resolve(descendant.entries.get('Subtype')))
  checkDictionary(file, descendant, type)
  const encoding = file.resolve(use.font.entries.get('Encoding'))
  checkEncoding(file, encoding, descendant)
  const program = checkProgram(file, descendant, use.isRendered)
  const map = file.resolve(descendant.entries.get('CIDToGIDMap'))
  if (type === 'CIDFontType2' && program !== null && !isStream(map) && nameOf(map) !== 'Identity') report.add('6.2.11.3.2', 'cid-to-gid', 'CIDFontType2 字体缺少 CIDToGIDMap')
  if (program !== null) checkCidGlyphs(file, use, descendant, program)
}

function systemOf(file: PdfFile, value: PdfValue | undefined): { registry: string; ordering: string; supplement: number } | null {
  const dict = file.dict(value)
  const text = (key: string): string => {
    const found = file.resolve(dict?.entries.get(key))
    return isText(found) ? latin(found.bytes) : ''
  }
  return dict === null ? null : { registry: text('Registry'), ordering: text('Ordering'), supplement: numberOf(file.resolve(dict.entries.get('Supplement'))) ?? 0 }
}

function checkEncoding(file: PdfFile, encoding: PdfValue, descendant: PdfDict): void {
  const { report } = file
  const own = systemOf(file, descendant.entries.get('CIDSystemInfo'))
  const name = nameOf(encoding)
  if (name !== undefined) {
    if (!isPredefined(name)) report.add('6.2.11.3.3', 'cmap-not-embedded', `CMap ${name.slice(0, 60)} 没有嵌入`)
    const ordering = orderingOf(name)
    if (isPredefined(name) && ordering !== null && own !== null && (own.registry !== 'Adobe' || own.ordering !== ordering)) {
      report.add('6.2.11.3.1', 'cid-system', 'CIDFont 与 CMap 的 CIDSystemInfo 不一致')
    }
    return
  }
  if (!isStream(encoding)) return
  const data = file.decode(encoding)
  if (data === null) return
  const cmap = parseCMap(file, data)
  const { entries } = encoding.dict
  const mapName = nameOf(file.resolve(entries.get('CMapName'))) ?? ''
  const theirs = systemOf(file, entries.get('CIDSystemInfo'))
  if (!mapName.startsWith('Identity-') && own !== null && theirs !== null && (own.registry !== theirs.registry || own.ordering !== theirs.ordering || own.supplement > theirs.supplement)) {
    report.add('6.2.11.3.1', 'cid-system', 'CIDFont 与 CMap 的 CIDSystemInfo 不一致')
  }
  if ((numberOf(file.resolve(entries.get('WMode'))) ?? 0) !== cmap.writingMode) report.add('6.2.11.3.3', 'cmap-writing-mode', 'CMap 字典与 CMap 数据的 WMode 不一致')
  const other = file.resolve(entries.get('UseCMap'))
  const used = [...cmap.uses, ...(isStream(other) ? [nameOf(file.resolve(other.dict.entries.get('CMapName'))) ?? ''] : nameOf(other) === undefined ? [] : [nameOf(other)!])]
  for (const each of used) if (!isPredefined(each)) report.add('6.2.11.3.3', 'cmap-reference', `CMap 引用了非标准的 CMap ${each.slice(0, 60)}`)
  if (cmap.maximalCid > 65_535) report.add('6.1.13', 'cid-range', 'CID 大于 65535')
}
