/** Runs (文字段) of a paragraph: text with its look, pictures and text boxes found on the way. ECMA-376 Part 1 §17.3.2–3 */
import { childElements, innerText, type XmlNode } from '#core/formats'
import type { RawPicture } from './raw.ts'
import { countChars, type WalkContext } from './read-context.ts'
import { at, attributeOf, valueAt } from './read-package.ts'
import { readDrawing, readVmlPicture } from './read-pictures.ts'
import { lookOf, mergeLooks, type Look } from './read-styles.ts'

type Span = { readonly text: string; readonly size: number; readonly isRed: boolean }

export type Inline = {
  readonly spans: Span[]
  readonly pictures: RawPicture[]
  /** contents of text boxes (w:txbxContent) */
  readonly boxes: XmlNode[]
  /** a page break before the paragraph's own text */
  startsPage: boolean
}

/** Reads everything inline below `node`, a paragraph or what wraps runs inside one. */
export function readInline(node: XmlNode, look: Look, inline: Inline, context: WalkContext): void {
  const { repairs } = context
  for (const child of childElements(node)) {
    switch (child.name) {
      case 'r':
        readRun(child, look, inline, context)
        break
      case 'ins':
      case 'moveTo':
        repairs.count('docx.insertions', '已接受修订中新增的 {n} 处内容')
        readInline(child, look, inline, context)
        break
      case 'del':
      case 'moveFrom':
        repairs.count('docx.deletions', '已去掉修订中删除的 {n} 处内容')
        break
      case 'hyperlink':
        repairs.count('docx.hyperlinks', '已去掉 {n} 处超链接，保留其文字')
        readInline(child, look, inline, context)
        break
      case 'fldSimple':
        repairs.count('docx.fields', '已把 {n} 处域（如日期、引用）变为普通文字')
        readInline(child, look, inline, context)
        break
      case 'sdt': {
        const content = at(child, 'sdtContent')
        if (at(child, 'sdtPr', 'showingPlcHdr') !== undefined) repairs.count('docx.placeholders', '已去掉 {n} 处没有填写的内容控件的提示文字')
        else if (content !== undefined) readInline(content, look, inline, context)
        break
      }
      case 'smartTag':
      case 'customXml':
      case 'dir':
      case 'bdo':
        readInline(child, look, inline, context)
        break
      case 'oMath':
      case 'oMathPara':
        repairs.count('docx.formulas', '有 {n} 处公式只保留了文字')
        addText(inline, countChars(context, innerText(child)), look)
        break
      case 'AlternateContent':
        readAlternative(child, look, inline, context)
        break
      default:
    }
  }
}

/** The first choice, else the fallback. */
function readAlternative(node: XmlNode, look: Look, inline: Inline, context: WalkContext): void {
  const chosen = at(node, 'Choice') ?? at(node, 'Fallback')
  if (chosen === undefined) return
  readInline(chosen, look, inline, context)
  readRunContent(chosen, look, inline, context)
}

function readRun(run: XmlNode, under: Look, inline: Inline, context: WalkContext): void {
  const properties = at(run, 'rPr')
  const styleId = valueAt(properties, 'rStyle')
  const styled = styleId === undefined ? under : mergeLooks(under, textLook(context.styles.of(styleId).look))
  const look = mergeLooks(styled, textLook(lookOf(undefined, properties)))
  if (look.isHidden === true) {
    context.repairs.count('docx.hidden', '已去掉 {n} 处隐藏文字')
    return
  }
  readRunContent(run, look, inline, context)
}

/** Only what concerns text: a character style must not bring a paragraph's alignment along. */
function textLook(look: Look): Look {
  return { size: look.size, color: look.color, isHidden: look.isHidden }
}

function readRunContent(run: XmlNode, look: Look, inline: Inline, context: WalkContext): void {
  const { repairs, fields } = context
  for (const child of childElements(run)) {
    if (child.name === 'fldChar') {
      stepField(child, context)
      continue
    }
    if (fields.at(-1) === 'code') continue
    switch (child.name) {
      case 't':
        addText(inline, countChars(context, innerText(child)), look)
        break
      case 'tab':
      case 'ptab':
        addText(inline, '\t', look)
        break
      case 'br':
      case 'cr':
        readBreak(child, look, inline, context)
        break
      case 'noBreakHyphen':
        addText(inline, '-', look)
        break
      case 'softHyphen':
        repairs.count('docx.soft-hyphens', '已去掉 {n} 处可选连字符')
        break
      case 'sym':
        addText(inline, symbolText(child, context), look)
        break
      case 'footnoteReference':
        addNote(context.footnotes.get(attributeOf(child, 'id') ?? ''), '脚注', look, inline, context)
        break
      case 'endnoteReference':
        addNote(context.endnotes.get(attributeOf(child, 'id') ?? ''), '尾注', look, inline, context)
        break
      case 'commentReference':
        repairs.count('docx.comments', '已去掉 {n} 条批注')
        break
      case 'ruby':
        repairs.count('docx.ruby', '已去掉 {n} 处拼音标注，保留文字')
        for (const base of childElements(child, 'rubyBase')) readInline(base, look, inline, context)
        break
      case 'drawing':
        readDrawing(child, inline, context)
        break
      case 'pict':
      case 'object':
        if (child.name === 'object') repairs.add('docx.embedded-dropped', '文档内嵌的其他文件（如 Excel 表格）已去除')
        readVmlPicture(child, inline, context)
        break
      case 'AlternateContent':
        readAlternative(child, look, inline, context)
        break
      default:
    }
  }
}

function stepField(mark: XmlNode, context: WalkContext): void {
  const { fields } = context
  switch (attributeOf(mark, 'fldCharType')) {
    case 'begin':
      if (fields.length < 100) fields.push('code')
      context.repairs.count('docx.fields', '已把 {n} 处域（如日期、引用）变为普通文字')
      break
    case 'separate':
      if (fields.length > 0) fields[fields.length - 1] = 'result'
      break
    case 'end':
      fields.pop()
      break
    default:
  }
}

function readBreak(node: XmlNode, look: Look, inline: Inline, context: WalkContext): void {
  const type = attributeOf(node, 'type')
  if (type !== 'page' && type !== 'column') return addText(inline, '\n', look)
  if (inline.spans.every((span) => span.text.trim() === '')) inline.startsPage = true
  else context.isPageBroken = true
}

function addText(inline: Inline, text: string, look: Look): void {
  if (text !== '') inline.spans.push({ text, size: look.size ?? 21, isRed: isRed(look.color) })
}

/** Red as 红头 uses it: FF0000, C00000, DD0000 … */
function isRed(color: string | undefined): boolean {
  const match = /^([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/iu.exec(color ?? '')
  if (match === null) return false
  const [red, green, blue] = match.slice(1).map((hex) => Number.parseInt(hex, 16)) as [number, number, number]
  return red >= 0xa0 && green <= 0x50 && blue <= 0x50
}

/** Ticks and boxes of symbol fonts that people use in forms. */
const symbols: Readonly<Record<string, string>> = { F0FE: '☑', F0A8: '□', F06F: '□', F052: '☑', F0FC: '√', F0D8: '➢', F06C: '●', F0B7: '·', F0E0: '→' }

function symbolText(node: XmlNode, context: WalkContext): string {
  const code = (attributeOf(node, 'char') ?? '').toUpperCase()
  const known = symbols[code]
  if (known === undefined) context.repairs.add('docx.symbol', `符号字体「${(attributeOf(node, 'font') ?? '').slice(0, 30)}」里的字符（${code.slice(0, 8)}）无法对应，已用「□」代替，请核对`)
  return known ?? '□'
}

/** A note's text in brackets at its place: an official document has no notes, and dropping one would lose words. */
function addNote(note: XmlNode | undefined, name: string, look: Look, inline: Inline, context: WalkContext): void {
  const text = note === undefined ? '' : plainText(note).trim()
  if (text === '') return
  context.repairs.count('docx.notes', '有 {n} 处脚注或尾注已移入正文括号内，请核对')
  addText(inline, countChars(context, `（${name}：${text}）`), look)
}

function plainText(node: XmlNode): string {
  if (node.name === 't') return innerText(node)
  if (node.name === 'del' || node.name === 'instrText') return ''
  return childElements(node).map(plainText).join('')
}
