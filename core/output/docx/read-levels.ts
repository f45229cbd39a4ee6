/** Raw items → blocks: levels from styles, automatic and typed numbers; tables and pictures with their captions. GB/T 9704 §7.3.3 */
import { chineseValue, limits, numberText, parseNumber, type Block, type Level, type Paragraph, type Table } from '#core/document'
import { cleanLine, cleanLines } from './clean.ts'
import type { RawItem, RawParagraph, RawTable } from './raw.ts'
import { Refused } from './read-context.ts'
import { isOwn, roleOf } from './read-roles.ts'
import type { Repairs } from './repairs.ts'

/** What the next number of each level will be. */
type Counter = { expected(level: Level): number; take(level: Level, value: number): void }

function createCounter(): Counter {
  const counts = [0, 0, 0, 0]
  return {
    expected: (level) => counts[level - 1]! + 1,
    take(level, value) {
      counts[level - 1] = value
      counts.fill(0, level)
    },
  }
}

/** The blocks of a stretch of items; blank paragraphs go. Throws Refused when there are too many. */
export function blocksOf(items: readonly RawItem[], repairs: Repairs): Block[] {
  const blocks: Block[] = []
  const counter = createCounter()
  const base = headingBase(items)
  let caption: string | null = null
  const taken = new Set<RawItem>()
  items.forEach((item, i) => {
    if (item.kind === 'table') {
      blocks.push(...tableBlocks(item, caption ?? '', repairs))
      caption = null
      return
    }
    if (item.kind === 'picture') {
      const next = nextFilled(items, i)
      const own = next !== null && isCaption(next) && belongsToPicture(next, item.picture.caption, items[items.indexOf(next) + 1]?.kind)
      blocks.push({ ...item.picture, caption: own ? captionText(next, repairs) : '' })
      if (own) taken.add(next)
      return
    }
    if (taken.has(item)) return
    const next = nextItem(items, i)
    if (next?.kind === 'table' && isCaption(item) && item.text.trim() !== '') {
      caption = captionText(item, repairs)
      return
    }
    blocks.push(...paragraphBlocks(item, counter, base, repairs))
  })
  if (blocks.length > limits.blocks) throw new Refused('docx.too-large', `正文超过 ${limits.blocks} 段的上限，无法读取`)
  return blocks
}

function nextItem(items: readonly RawItem[], i: number): RawItem | undefined {
  return items.slice(i + 1, i + 4).find((one) => one.kind !== 'paragraph' || one.text.trim() !== '')
}

function nextFilled(items: readonly RawItem[], i: number): RawParagraph | null {
  const next = nextItem(items, i)
  return next?.kind === 'paragraph' ? next : null
}

function isCaption(item: RawParagraph): boolean {
  if (roleOf(item) === 'caption') return true
  return item.align === 'centre' && item.text.trim().length <= 60 && /^[图表]\s*[\d一二三四五六七八九十]/u.test(item.text.trim())
}

function belongsToPicture(caption: RawParagraph, described: string, after: RawItem['kind'] | undefined): boolean {
  const text = caption.text.trim()
  return text === described || text.startsWith('图') || (after !== 'table' && !text.startsWith('表'))
}

function captionText(item: RawParagraph, repairs: Repairs): string {
  return [...cleanLines(item.text, repairs).join('')].slice(0, limits.nameChars).join('')
}

/** The highest heading level among headings without a number of their own; level 1 of the document. */
function headingBase(items: readonly RawItem[]): number {
  const levels = items.flatMap((item) => (item.kind === 'paragraph' && item.heading !== null && item.text.trim() !== '' ? [item.heading] : []))
  return levels.reduce((least, level) => Math.min(least, level), 9)
}

function paragraphBlocks(item: RawParagraph, counter: Counter, base: number, repairs: Repairs): Paragraph[] {
  const lines = cleanLines(item.text, repairs)
  return lines.flatMap((line, i) => splitLong(lineBlock(item, line, i === 0 ? 'first' : 'further', counter, base, repairs), repairs))
}

function lineBlock(item: RawParagraph, line: string, part: 'first' | 'further', counter: Counter, base: number, repairs: Repairs): Paragraph {
  const label = part === 'first' ? item.label : null
  if (label !== null && label.isBullet) repairs.count('docx.bullets', '已去掉 {n} 个项目符号')
  if (label !== null && label.text.trim() !== '') {
    repairs.count('docx.auto-numbers', '已把 {n} 个自动编号变为文中的序号')
    const parsed = parseNumber(label.text.trim())
    if (parsed !== null && parsed.rest === '') return numbered(parsed.level, parsed.value, parsed.number, line, counter, repairs)
    const mark = label.text.trim()
    // 第一章 and the like stay as they are shown.
    return plain(/[章节条编部分]$/u.test(mark) ? `${mark}\u3000${line}` : /[\w]$/u.test(mark) ? `${mark} ${line}` : mark + line)
  }
  const own = part === 'first' ? ownLevel(item) : null
  const parsed = own === 3 ? numberBeforeDigits(line) : parseNumber(line)
  if (own !== null) {
    if (own > 0) {
      if (parsed === null || parsed.level !== own) return numbered(own, counter.expected(own), null, line, counter, repairs)
      return exactly(parsed.level, parsed.value, parsed.number, parsed.rest, counter)
    }
    // Body text of ours that begins like a number is left alone, unless someone went on numbering in a word processor.
    if (parsed === null || parsed.value !== counter.expected(parsed.level)) return plain(line)
  }
  const typed = parsed ?? (own === null && repairs.numbers === 'mended' ? looseNumber(line, counter) : null)
  if (typed !== null) {
    repairs.count('docx.typed-numbers', '已识别 {n} 个手工输入的序号，转为层次')
    // （一）、 has a mark too many.
    const stray = repairs.numbers === 'mended' && typed.level % 2 === 0 && typed.value === counter.expected(typed.level) ? /^[、．.，,]\s*/u.exec(typed.rest)?.[0] ?? '' : ''
    return numbered(typed.level, typed.value, typed.number + stray, typed.rest.slice(stray.length), counter, repairs)
  }
  if (part === 'first' && item.heading !== null && own === null && line.length <= 100) {
    repairs.count('docx.headings-numbered', '有 {n} 个标题样式的段落没有序号，已按层次加上序号，请核对')
    const level = Math.min(4, item.heading - base + 1) as Level
    return numbered(level, counter.expected(level), null, line, counter, repairs)
  }
  return plain(line)
}

function plain(text: string): Paragraph {
  return { kind: 'paragraph', level: 0, number: null, text }
}

/** 二. or 2） as people type them, when it is the next of its series; anything else that looks like one stays text. */
function looseNumber(line: string, counter: Counter): ReturnType<typeof parseNumber> {
  const [whole = '', han, digits] = /^(?:([一二三四五六七八九十]{1,3})\s?[.．丶﹑]|([1-9]\d?)\s?[)）])\s*(?=\p{Script=Han})/u.exec(line) ?? []
  const level = han === undefined ? 4 : 1
  const value = han === undefined ? Number(digits ?? 0) : chineseValue(han)
  return whole === '' || value === null || value !== counter.expected(level) ? null : { level, number: whole.trim(), value, rest: line.slice(whole.length) }
}

/** A number in its usual variants (half-width brackets, 1、) becomes the standard one when it is the next in its series. */
function numbered(level: Level, value: number, written: string | null, text: string, counter: Counter, repairs: Repairs): Paragraph {
  if (level === 0) return plain(text)
  const isNext = value === counter.expected(level)
  const isVariant = isNext && written !== null && written !== numberText(level, value)
  if (isVariant && repairs.numbers === 'mended') repairs.count('docx.number-form', '已把 {n} 个序号改为规范写法，如「1.」「（一）」')
  counter.take(level, value)
  return { kind: 'paragraph', level, number: (isNext && !(isVariant && repairs.numbers === 'typed')) || written === null ? null : written, text }
}

function exactly(level: Level, value: number, written: string, text: string, counter: Counter): Paragraph {
  const isComputed = level > 0 && written === numberText(level as Exclude<Level, 0>, counter.expected(level))
  counter.take(level, value)
  return { kind: 'paragraph', level, number: isComputed ? null : written, text }
}

/** In a level-3 heading of ours the first dot ends the number, also before a digit: 3.24小时值班. */
function numberBeforeDigits(line: string): ReturnType<typeof parseNumber> {
  const match = /^([1-9]\d{0,3})\.(?=\d)/u.exec(line)
  return match === null ? parseNumber(line) : { level: 3, number: match[0], value: Number(match[1]), rest: line.slice(match[0].length) }
}

/** Level that a style of our own documents names, or null. */
function ownLevel(item: RawParagraph): Level | null {
  if (!isOwn(item)) return null
  const match = /^WsHeading([1-4])$/u.exec(item.styleId)
  return match === null ? 0 : (Number(match[1]) as Level)
}

/** A paragraph longer than a document may hold is parted at a full stop. */
function splitLong(block: Paragraph, repairs: Repairs): Paragraph[] {
  if (block.text.length <= limits.paragraphChars) return [block]
  repairs.count('docx.long-paragraphs', `有 {n} 个段落超过 ${limits.paragraphChars} 字，已在句号处分段`)
  const parts: Paragraph[] = []
  let at = 0
  while (at < block.text.length) {
    const most = at + limits.paragraphChars
    const stop = most >= block.text.length ? block.text.length : block.text.lastIndexOf('。', most - 1) + 1
    // Never between the halves of a character outside the basic plane.
    const cut = /[\ud800-\udbff]/u.test(block.text[most - 1] ?? '') ? most - 1 : most
    const end = stop > at ? stop : cut
    parts.push({ ...(parts.length === 0 ? block : plain('')), text: block.text.slice(at, end) })
    at = end
  }
  return parts
}

/** A table as one block, or as several when it has more columns or longer cells than a document holds. */
function tableBlocks(raw: RawTable, caption: string, repairs: Repairs): Block[] {
  const texts = new Map(raw.cells.flat().map((cell) => [cell, cellText(cell.paragraphs, repairs)]))
  let chars = 0
  const rows = raw.cells.map((row) => row.slice(0, limits.tableColumns).map((cell) => {
    const text = texts.get(cell) ?? ''
    chars += text.length
    return text
  }))
  if (chars > limits.bytes) throw new Refused('docx.too-large', '表格内容过多，无法读取')
  if (rows.every((row) => row.every((cell) => cell === ''))) return []
  const count = rows[0]?.length ?? 0
  if ((raw.cells[0]?.length ?? 0) > limits.tableColumns) repairs.count('docx.wide-tables', `有 {n} 个表格超过 ${limits.tableColumns} 列，超出的列已去掉`)
  const shares = sharesOf(raw, count)
  const headRows = Math.min(10, rows.length, raw.headRows)
  if (raw.headRows === 0 && roleOf(raw.cells[0]?.[0]?.paragraphs[0]) !== 'cell') repairs.count('docx.table-heads', '有 {n} 个表格没有标明表头行，已把第一行（连同与它合并的行）作为表头')
  const table: Table = {
    kind: 'table', caption, orientation: raw.isLandscape ? 'landscape' : 'portrait',
    columns: Array.from({ length: count }, (_, i) => ({ align: columnAlign(raw, i, headRows), share: shares[i] ?? 0 })),
    headRows: raw.headRows === 0 && roleOf(raw.cells[0]?.[0]?.paragraphs[0]) !== 'cell' ? Math.min(10, rows.length, joinedRows(raw)) : headRows, rows,
  }
  return [table]
}

/** How many rows hang together with the first one by cells merged downwards. */
function joinedRows(raw: RawTable): number {
  const first = new Set(raw.cells[0])
  const apart = raw.cells.findIndex((row, i) => i > 0 && !row.some((cell) => first.has(cell)))
  return apart < 0 ? 1 : apart
}

function cellText(paragraphs: readonly RawParagraph[], repairs: Repairs): string {
  const lines = paragraphs.flatMap((one) => {
    const text = one.text.split(/\n/u).map((line) => cleanLine(line, repairs)).filter((line) => line !== '').join(' ')
    return text === '' ? [] : [(one.label?.text ?? '') + text]
  })
  if (lines.length > 1) repairs.count('docx.cell-paragraphs', '有 {n} 个单元格分了几段，已并为一段')
  const chars = [...lines.join(' ')]
  if (chars.length > limits.cellChars) repairs.count('docx.long-cells', `有 {n} 个单元格超过 ${limits.cellChars} 字，超出的文字已去掉`)
  return chars.slice(0, limits.cellChars).join('')
}

/** How most cells below the head stand. */
function columnAlign(raw: RawTable, column: number, headRows: number): Table['columns'][number]['align'] {
  const counts = { left: 0, centre: 0, right: 0 }
  for (const row of raw.cells.length > headRows ? raw.cells.slice(headRows) : raw.cells) {
    const cell = row[column]
    if (cell !== undefined) counts[cell.align]++
  }
  return counts.left > counts.centre && counts.left >= counts.right ? 'left' : counts.right > counts.centre ? 'right' : 'centre'
}

/** Shares as our own description says them, else from the grid: the smallest whole numbers that tell the widths, or per mille; none when the grid does not fit. */
function sharesOf(raw: RawTable, columns: number): number[] {
  const said = /^列宽(\d{1,5}(?::\d{1,5})*)$/u.exec(raw.description)?.[1]?.split(':').map(Number)
  if (said !== undefined && said.length === columns) return said
  const total = raw.grid.reduce((sum, one) => sum + one, 0)
  if (raw.grid.length !== columns || total === 0 || raw.description === '列宽自动') return []
  for (let sum = columns; sum <= 60; sum++) {
    const shares = raw.grid.map((one) => (one * sum) / total)
    if (shares.every((share) => share > 0.5 && Math.abs(share - Math.round(share)) < 0.02)) return shares.map((share) => Math.round(share))
  }
  return raw.grid.map((one) => Math.max(1, Math.round((1000 * one) / total)))
}
