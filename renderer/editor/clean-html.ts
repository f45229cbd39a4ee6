/** A foreign clipboard's HTML → lines, tables and pictures (粘贴清洗). Nothing of it is ever put into the page, loaded or run. */
import { limits, parseNumber, type ColumnAlign, type Table } from '#core/document'
import { joinLines, unprintable } from './places.ts'

export type Piece =
  /** `depth`: level that a list or a heading of a word processor means, 0 when only the text says it */
  | { readonly kind: 'line'; readonly text: string; readonly depth: number }
  | { readonly kind: 'table'; readonly table: Table }
  /** bytes that came inside the HTML */
  | { readonly kind: 'picture'; readonly bytes: Uint8Array<ArrayBuffer>; readonly mediaType: string; readonly caption: string }

/** What was there and is not taken along, to be said. */
export type Dropped = { pictures: number; mergedCells: number; wideTables: number; embedded: number }

export type Cleaned = { readonly pieces: readonly Piece[]; readonly dropped: Dropped }

/** Elements beyond which parsing would be felt; a document of 300 pages has a tenth of this. */
const mostElements = 300_000
const mostCharacters = 6_000_000
const mostPictures = 50

/** Tags whose content is no text of the document. */
const silent = new Set(['SCRIPT', 'STYLE', 'HEAD', 'TITLE', 'META', 'LINK', 'TEMPLATE', 'NOSCRIPT', 'XML', 'SELECT', 'TEXTAREA', 'BUTTON', 'INPUT', 'SVG', 'MATH', 'O:P', 'COLGROUP'])
const embedded = new Set(['OBJECT', 'IFRAME', 'EMBED', 'VIDEO', 'AUDIO', 'CANVAS', 'APPLET'])
const blocks = new Set([
  'P', 'DIV', 'LI', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'TR', 'TD', 'TH', 'BLOCKQUOTE', 'PRE', 'TABLE', 'UL', 'OL', 'DL', 'SECTION', 'ARTICLE', 'BODY', 'DT', 'DD',
  'HEADER', 'FOOTER', 'MAIN', 'ASIDE', 'NAV', 'FIGURE', 'FIGCAPTION', 'CENTER', 'FORM', 'ADDRESS', 'CAPTION', 'HR',
])

/**
 * Takes out what only costs time before anything is parsed: styles, comments, the word processor's own data. Null when what
 * remains is more than a document can be: the caller then takes the plain text.
 */
export const lighten = (html: string): string | null => {
  let rest = html
  for (const [open, close] of [['<!--[if', '<![endif]-->'], ['<style', '</style>'], ['<script', '</script>'], ['<xml', '</xml>']] as const) rest = without(rest, open, close)
  if (isTooMuch(rest)) return null
  const pictures = [...rest.matchAll(/data:image\/[a-z+.-]{1,20};base64,/giu)].length
  if (rest.length > mostCharacters + (pictures > 0 ? limits.pictureBytes * 2 : 0)) return null
  // Styles and handlers are refused by the page's policy even in a detached document, with a complaint each; as data they are only read.
  return rest.replaceAll(/<[a-z][^<>]*>/giu, (tag) => tag.replaceAll(/\sstyle\s*=/giu, ` ${styleData}=`).replaceAll(/\son[a-z]{2,30}\s*=/giu, ' data-wk-off='))
}

const styleData = 'data-wk-style'

/** Deeper than any document; a browser's parser takes time that grows with the square of it. */
const deepest = 256
const unclosed = new Set(['br', 'img', 'hr', 'meta', 'link', 'input', 'col', 'wbr', 'area', 'base', 'source', 'p', 'li', 'td', 'th', 'tr', 'dt', 'dd', 'tbody', 'thead', 'tfoot', 'option', 'html', 'head', 'body'])

const isTooMuch = (html: string): boolean => {
  let [tags, depth] = [0, 0]
  for (const match of html.matchAll(/<(\/?)([a-z][a-z0-9:]{0,30})/giu)) {
    if (++tags > mostElements * 2) return true
    if (unclosed.has((match[2] ?? '').toLowerCase())) continue
    depth = Math.max(0, depth + (match[1] === '/' ? -1 : 1))
    if (depth > deepest) return true
  }
  return false
}

const without = (html: string, open: string, close: string): string => {
  const lower = html.toLowerCase()
  // Characters whose small form is longer would shift every place found.
  if (lower.length !== html.length) return html
  const kept: string[] = []
  let from = 0
  for (;;) {
    const start = lower.indexOf(open, from)
    const end = start === -1 ? -1 : lower.indexOf(close, start)
    if (end === -1) break
    kept.push(html.slice(from, start))
    from = end + close.length
  }
  return kept.length === 0 ? html : kept.join('') + html.slice(from)
}

const styleOf = (element: Element): string => (element.getAttribute(styleData) ?? element.getAttribute('style') ?? '').toLowerCase().replaceAll(/\s+/gu, '')
const isHidden = (style: string): boolean => style.includes('display:none') || style.includes('mso-hide:all') || style.includes('visibility:hidden')

/** Headings of a word processor: their numbers are made by it and stand nowhere in the text. */
const headingDepth = (element: Element, style: string): number => {
  const outline = /mso-outline-level:([1-4])/u.exec(style)?.[1] ?? /^(?:mso)?heading([1-4])$/iu.exec(element.getAttribute('class') ?? '')?.[1] ?? /^H([1-4])$/u.exec(element.nodeName)?.[1]
  return outline === undefined || /title/iu.test(element.getAttribute('class') ?? '') ? 0 : Number(outline)
}

/** A bullet of a word processor: dots, squares and letters of a symbol face. */
const isBullet = (mark: string): boolean => /^[·•●○◦■□▪▫◆◇➢✓Øøolnv§ü\-–—*\uf000-\uf0ff]$/u.test(mark)

type Frame = { readonly node: Node; readonly listDepth: number; readonly itemDepth: number; leave: boolean }

/** @param root of a detached document @param isWordProcessor whether headings mean levels */
export const cleanHtml = (root: Document, isWordProcessor: boolean): Cleaned => {
  const pieces: Piece[] = []
  const dropped: Dropped = { pictures: 0, mergedCells: 0, wideTables: 0, embedded: 0 }
  let text: string[] = []
  let depth = 0
  let mark = ''
  let pictures = 0
  const endLine = (next: number): void => {
    const line = tidy(text.join(''))
    // A list's number that is none of ours (a. or i)) stays what it is: text.
    const number = mark === '' || isBullet(mark) ? '' : mark
    if (line !== '' || number !== '' && parseNumber(`${number}文`) !== null) pieces.push({ kind: 'line', text: `${number}${line}`, depth: /^第[〇零一二三四五六七八九十百千\d]{1,6}[章节条编款]/u.test(line) ? 0 : depth })
    text = []
    mark = ''
    depth = next
  }
  // A stack of its own: a clipboard may be nested more deeply than calls may be.
  const stack: Frame[] = [{ node: root.documentElement ?? root, listDepth: 0, itemDepth: 0, leave: false }]
  for (let frame = stack.pop(); frame !== undefined; frame = stack.pop()) {
    const { node, listDepth, itemDepth } = frame
    if (frame.leave) { endLine(itemDepth); continue }
    if (node.nodeType === 3) { text.push(node.nodeValue ?? ''); continue }
    if (node.nodeType !== 1) continue
    const element = node as Element
    const tag = element.nodeName.toUpperCase()
    if (silent.has(tag)) continue
    if (embedded.has(tag)) { dropped.embedded++; continue }
    const style = styleOf(element)
    if (isHidden(style)) continue
    if (style.includes('mso-list:ignore')) { mark = tidy(element.textContent ?? '').replaceAll(' ', ''); continue }
    if (tag === 'BR') { endLine(itemDepth); continue }
    if (tag === 'IMG') {
      const picture = pictures < mostPictures ? pictureOf(element) : null
      if (picture === null) dropped.pictures++
      else {
        pictures++
        endLine(itemDepth)
        pieces.push(picture)
      }
      continue
    }
    if (tag === 'TABLE') {
      const table = tableOf(element, dropped)
      if (table !== null) {
        endLine(itemDepth)
        pieces.push({ kind: 'table', table })
        continue
      }
    }
    const inner = tag === 'OL' ? listDepth + 1 : listDepth
    const item = tag === 'LI' && listDepth > 0 && element.parentElement?.nodeName.toUpperCase() === 'OL' ? listDepth
      : blocks.has(tag) ? (isWordProcessor ? headingDepth(element, style) : 0) || (tag === 'P' && itemDepth > 0 && isOnlyParagraph(element) ? itemDepth : 0) : itemDepth
    if (blocks.has(tag)) {
      endLine(item)
      stack.push({ node, listDepth, itemDepth: 0, leave: true })
    }
    for (let child = node.lastChild; child !== null; child = child.previousSibling) stack.push({ node: child, listDepth: inner, itemDepth: item, leave: false })
  }
  endLine(0)
  return { pieces, dropped }
}

/** LibreOffice and Google put a paragraph inside the list item; only the first one carries its number. */
const isOnlyParagraph = (element: Element): boolean => element.parentElement?.nodeName.toUpperCase() === 'LI' && element.previousElementSibling === null

/** Runs of blanks are one; a line end of the source between Han characters is none, since it only wrapped there. */
const tidy = (text: string): string => {
  const clean = text.toWellFormed().replaceAll(unprintable, ' ').replaceAll('\u00a0', ' ')
  let line = ''
  let gap = ''
  for (const part of clean.split(/([\s\u3000]+)/u)) {
    if (part === '') continue
    if (/^[\s\u3000]/u.test(part)) { gap = part; continue }
    const isWrapped = /[\r\n]/u.test(gap) && /[\p{sc=Han}，。；：、！？）】》”]$/u.test(line.slice(-2)) && /^[\p{sc=Han}（【《“，。；：、]/u.test(part.slice(0, 2))
    line += (line === '' || gap === '' || isWrapped ? '' : gap.includes('\u3000') ? '\u3000' : ' ') + part
    gap = ''
  }
  return line
}

const pictureOf = (element: Element): Extract<Piece, { kind: 'picture' }> | null => {
  const source = element.getAttribute('src') ?? ''
  const match = /^data:(image\/(?:png|jpeg));base64,/iu.exec(source.slice(0, 40))
  if (match === null || source.length > limits.pictureBytes * 1.4) return null
  try {
    const binary = atob(source.slice(match[0].length).replaceAll(/\s/gu, ''))
    const bytes = new Uint8Array(binary.length)
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
    return { kind: 'picture', bytes, mediaType: (match[1] ?? 'image/png').toLowerCase(), caption: tidy(element.getAttribute('alt') ?? '').slice(0, limits.nameChars) }
  } catch {
    return null
  }
}

const cellText = (cell: Element): string => {
  const lines: string[] = []
  let line: string[] = []
  const stack: (Node | 'end')[] = [...cell.childNodes].toReversed()
  const end = (): void => { lines.push(tidy(line.join(''))); line = [] }
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node === 'end') { end(); continue }
    if (node.nodeType === 3) line.push(node.nodeValue ?? '')
    if (node.nodeType !== 1) continue
    const element = node as Element
    const tag = element.nodeName.toUpperCase()
    if (silent.has(tag) || embedded.has(tag) || isHidden(styleOf(element))) continue
    if (tag === 'BR') { end(); continue }
    if (blocks.has(tag)) { end(); stack.push('end') }
    for (let child = element.lastChild; child !== null; child = child.previousSibling) stack.push(child)
  }
  end()
  return joinLines(lines).slice(0, limits.cellChars)
}

const spanOf = (cell: Element, name: string, most: number): number => Math.min(most, Math.max(1, Number.parseInt(cell.getAttribute(name) ?? '1', 10) || 1))

/** A table of data, or null when the table only arranges a page (one column, or tables inside): its text is then read as lines. */
const tableOf = (element: Element, dropped: Dropped): Table | null => {
  const all = [...element.querySelectorAll('tr')]
  if (element.querySelector('table') !== null || all.length === 0) return null
  const rows: string[][] = []
  const aligns: Map<ColumnAlign, number>[] = []
  let merged = 0
  let head = 0
  for (const [index, tr] of all.entries()) {
    if (isHidden(styleOf(tr))) continue
    const row = (rows[index] ??= [])
    const cells = [...tr.children].filter((cell) => /^T[DH]$/iu.test(cell.nodeName) && !isHidden(styleOf(cell)))
    if (head === index && cells.length > 0 && (tr.parentElement?.nodeName.toUpperCase() === 'THEAD' || cells.every((cell) => cell.nodeName.toUpperCase() === 'TH'))) head++
    let column = 0
    for (const cell of cells) {
      while (row[column] !== undefined) column++
      const [across, down] = [spanOf(cell, 'colspan', limits.tableColumns), spanOf(cell, 'rowspan', all.length - index)]
      if (across > 1 || down > 1) merged++
      // More columns than a document may have: the caller says so, and the text is kept as lines.
      if (column + across > limits.tableColumns || rows.length > limits.tableRows) { dropped.wideTables++; return null }
      const text = cellText(cell)
      for (let r = 0; r < down; r++) for (let c = 0; c < across; c++) (rows[index + r] ??= [])[column + c] = r === 0 && c === 0 ? text : ''
      const side = /text-align:(center|right)/u.exec(styleOf(cell))?.[1] ?? cell.getAttribute('align')?.toLowerCase()
      const votes = (aligns[column] ??= new Map<ColumnAlign, number>())
      const align: ColumnAlign = side === 'center' ? 'centre' : side === 'right' ? 'right' : 'left'
      if (text !== '') votes.set(align, (votes.get(align) ?? 0) + 1)
      column += across
    }
  }
  const width = Math.max(...rows.map((row) => row?.length ?? 0))
  const filled = rows.filter((row) => row !== undefined && row.length > 0).map((row) => Array.from({ length: width }, (_, c) => row[c] ?? ''))
  if (width < 2 || filled.every((row) => row.every((cell) => cell === ''))) return null
  dropped.mergedCells += merged
  const caption = element.querySelector('caption')
  return {
    kind: 'table', caption: caption === null ? '' : tidy(caption.textContent ?? '').slice(0, limits.nameChars), orientation: 'portrait',
    columns: Array.from({ length: width }, (_, c) => ({ align: [...(aligns[c] ?? new Map<ColumnAlign, number>()).entries()].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 'left', share: 0 })),
    // Nearly every table of an office has its names in the first row.
    headRows: Math.min(10, filled.length > 1 ? Math.max(1, head) : 0), rows: filled,
  }
}
