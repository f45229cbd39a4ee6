/** Walks the body of a DOCX into raw paragraphs, tables and pictures. ECMA-376 Part 1 §17.2–17.4 */
import { childElements, type XmlNode } from '#core/formats'
import type { Place, RawCell, RawItem, RawParagraph, RawTable } from './raw.ts'
import { countItem, walkLimits, Refused, type WalkContext } from './read-context.ts'
import { at, attributeOf, valueAt } from './read-package.ts'
import { readInline, type Inline } from './read-runs.ts'
import { headingLevel, lookOf, mergeLooks, type Look } from './read-styles.ts'

/** All items below `parent` (w:body, w:txbxContent, w:hdr …) in reading order. */
export function readItems(parent: XmlNode, place: Place, context: WalkContext): RawItem[] {
  const items: RawItem[] = []
  collect(parent, place, context, items)
  return items
}

/** Tables of the section that has just ended are told which way it lay. */
type Section = { from: number }

function collect(parent: XmlNode, place: Place, context: WalkContext, items: RawItem[], section: Section = { from: 0 }): void {
  for (const child of childElements(parent)) {
    switch (child.name) {
      case 'p':
        items.push(...readParagraph(child, place, context))
        endSection(at(child, 'pPr', 'sectPr'), items, section, context)
        break
      case 'tbl':
        items.push(readTable(child, place, context))
        break
      case 'sectPr':
        endSection(child, items, section, context)
        break
      case 'sdt': {
        const content = at(child, 'sdtContent')
        // What the control says while nobody has filled it in is no text of the document.
        if (at(child, 'sdtPr', 'showingPlcHdr') !== undefined) context.repairs.count('docx.placeholders', '已去掉 {n} 处没有填写的内容控件的提示文字')
        else if (content !== undefined) collect(content, place, context, items, section)
        break
      }
      case 'del':
      case 'moveFrom':
        context.repairs.count('docx.deletions', '已去掉修订中删除的 {n} 处内容')
        break
      case 'ins':
      case 'moveTo':
      case 'customXml':
      case 'smartTag':
        collect(child, place, context, items, section)
        break
      case 'AlternateContent': {
        const chosen = at(child, 'Choice') ?? at(child, 'Fallback')
        if (chosen !== undefined) collect(chosen, place, context, items, section)
        break
      }
      case 'altChunk':
        context.repairs.add('docx.alt-chunk-dropped', '文档里嵌入的另一份文档（altChunk）没有读取')
        break
      default:
    }
  }
}

function endSection(properties: XmlNode | undefined, items: readonly RawItem[], section: Section, context: WalkContext): void {
  if (properties === undefined) return
  if (attributeOf(at(properties, 'pgSz'), 'orient') === 'landscape') {
    for (const item of items.slice(section.from)) if (item.kind === 'table') item.isLandscape = true
  }
  section.from = items.length
  if (valueAt(properties, 'type') !== 'continuous') context.isPageBroken = true
}

/** One paragraph, then the pictures in it, then its text boxes. */
function readParagraph(node: XmlNode, place: Place, context: WalkContext): RawItem[] {
  countItem(context)
  const properties = at(node, 'pPr')
  const style = context.styles.of(valueAt(properties, 'pStyle'))
  const look: Look = mergeLooks(style.look, lookOf(properties, undefined))
  const inline: Inline = { spans: [], pictures: [], boxes: [], startsPage: false }
  const isBroken = context.isPageBroken && place === 'body'
  if (place === 'body') context.isPageBroken = false
  readInline(node, look, inline, context)
  const text = inline.spans.map((span) => span.text).join('')
  const numId = look.numId
  const isCounted = numId !== undefined && text.trim() !== ''
  const paragraph: RawParagraph = {
    kind: 'paragraph',
    text,
    styleId: style.id,
    styleNames: style.names,
    heading: headingLevel(style) ?? (look.outline === undefined || look.outline > 8 ? null : look.outline + 1),
    label: isCounted ? context.numbering.next(numId, look.numLevel ?? 0) : null,
    align: alignOf(look.align),
    size: mostly(inline, look),
    isRed: redShare(inline) > 0.5,
    startsPage: isBroken || inline.startsPage || look.breaksPage === true,
    place,
  }
  // A break in an empty paragraph is a break before what follows it.
  if (paragraph.startsPage && text.trim() === '' && inline.pictures.length === 0 && place === 'body') context.isPageBroken = true
  const boxed = inline.boxes.flatMap((box) => readItems(box, place === 'header' ? 'header' : 'box', context))
  if (boxed.some((item) => item.kind === 'paragraph' && item.text.trim() !== '')) context.repairs.count('docx.text-boxes', '有 {n} 个文本框已按顺序并入正文')
  return [paragraph, ...inline.pictures, ...boxed]
}

function alignOf(value: string | undefined): 'left' | 'centre' | 'right' {
  return value === 'center' ? 'centre' : value === 'right' || value === 'end' ? 'right' : 'left'
}

/** The size that most of the text has. */
function mostly(inline: Inline, look: Look): number {
  const sizes = new Map<number, number>()
  for (const span of inline.spans) sizes.set(span.size, (sizes.get(span.size) ?? 0) + span.text.trim().length)
  const [best] = [...sizes].sort((a, b) => b[1] - a[1])
  return best?.[0] ?? look.size ?? 21
}

function redShare(inline: Inline): number {
  const all = inline.spans.reduce((sum, span) => sum + span.text.trim().length, 0)
  const red = inline.spans.reduce((sum, span) => sum + (span.isRed ? span.text.trim().length : 0), 0)
  return all === 0 ? 0 : red / all
}

type Slot = { cell: RawCell; from: number; span: number; down: 'start' | 'continue' | null }

function readTable(node: XmlNode, place: Place, context: WalkContext): RawTable {
  countItem(context)
  const grid = childElements(at(node, 'tblGrid') ?? node, 'gridCol').map((column) => Math.max(0, Number(attributeOf(column, 'w') ?? 0) || 0))
  const rows = rowsOf(node)
  if (rows.length > walkLimits.tableRows) throw new Refused('docx.too-large', `表格超过 ${walkLimits.tableRows} 行的上限，无法读取`)
  const slots = rows.map((row) => readRow(row, place, context))
  const columns = Math.max(1, ...slots.map((row) => row.reduce((sum, slot) => sum + slot.span, 0)))
  if (columns > 200 || columns * slots.length > walkLimits.tableCells) throw new Refused('docx.too-large', '表格过大，无法读取')
  const cells = filled(slots, columns, context)
  let headRows = 0
  while (headRows < rows.length && at(rows[headRows], 'trPr', 'tblHeader') !== undefined) headRows++
  return {
    kind: 'table', cells, grid, headRows, place,
    description: valueAt(node, 'tblPr', 'tblDescription') ?? '',
    isFixed: attributeOf(at(node, 'tblPr', 'tblLayout'), 'type') === 'fixed',
    isLandscape: false,
  }
}

function rowsOf(node: XmlNode): XmlNode[] {
  return childElements(node).flatMap((child) => {
    if (child.name === 'tr') return at(child, 'trPr', 'del') === undefined ? [child] : []
    if (child.name === 'sdt') return rowsOf(at(child, 'sdtContent') ?? child)
    return child.name === 'customXml' || child.name === 'ins' ? rowsOf(child) : []
  })
}

function readRow(row: XmlNode, place: Place, context: WalkContext): Slot[] {
  const slots: Slot[] = []
  const skipped = span(valueAt(row, 'trPr', 'gridBefore'), 0)
  if (skipped > 0) slots.push({ cell: emptyCell, from: 0, span: skipped, down: null })
  const cells = (node: XmlNode): XmlNode[] => childElements(node).flatMap((child) => (child.name === 'tc' ? [child] : child.name === 'sdt' ? cells(at(child, 'sdtContent') ?? child) : []))
  for (const cell of cells(row)) {
    const merge = at(cell, 'tcPr', 'vMerge')
    const down = merge === undefined ? null : attributeOf(merge, 'val') === 'restart' ? 'start' : 'continue'
    slots.push({ cell: readCell(cell, place, context), from: 0, span: span(valueAt(cell, 'tcPr', 'gridSpan'), 1), down })
  }
  return slots
}

const emptyCell: RawCell = { paragraphs: [], align: 'centre' }

function span(value: string | undefined, fallback: number): number {
  const count = Number(value ?? fallback)
  return Number.isInteger(count) && count >= fallback && count <= 63 ? count : fallback
}

/** Every place of the grid gets a cell: merged cells are filled with what the merged cell says. */
function filled(rows: readonly Slot[][], columns: number, context: WalkContext): RawCell[][] {
  let above: RawCell[] = []
  return rows.map((row) => {
    const cells: RawCell[] = []
    for (const slot of row) {
      const cell = slot.down === 'continue' ? (above[cells.length] ?? slot.cell) : slot.cell
      if (slot.down === 'continue' || slot.span > 1) context.repairs.count('docx.merged-cells', '表格里有 {n} 处合并的单元格，已拆开并填入相同内容，请核对')
      for (let i = 0; i < slot.span; i++) cells.push(cell)
    }
    while (cells.length < columns) cells.push(emptyCell)
    above = cells
    return cells
  })
}

function readCell(node: XmlNode, place: Place, context: WalkContext): RawCell {
  const paragraphs: RawParagraph[] = []
  let hasNested = false
  const add = (items: readonly RawItem[]): void => {
    for (const item of items) {
      if (item.kind === 'paragraph') paragraphs.push(item)
      else if (item.kind === 'table') {
        hasNested = true
        // A merged cell stands in several places; taking it once keeps nested merges from multiplying.
        for (const cell of new Set(item.cells.flat())) paragraphs.push(...cell.paragraphs)
      } else context.repairs.count('docx.cell-pictures', '表格单元格里的 {n} 张图片已去掉')
    }
  }
  add(readItems(node, place, context))
  if (hasNested) context.repairs.count('docx.nested-tables', '有 {n} 处表格套表格，里层表格已并入外层单元格的文字，请核对')
  return { paragraphs, align: paragraphs.find((one) => one.text.trim() !== '')?.align ?? 'centre' }
}
