/** Foreign text → blocks: levels from literal numbers, everything else of a style is dropped (粘贴). */
import { numberBlocks, parsePlainText, type Block, type Level } from '#core/document'
import { ok, type FormatError, type Result } from '#core/formats'

/** Plain text, one paragraph a line. Errors as those of `parsePlainText`. */
export const blocksOfText = (text: string): Result<readonly Block[], FormatError> => {
  // The reader takes the first line as the title; a stand-in keeps the whole clipboard in the body.
  const read = parsePlainText(`正文\n${text.replaceAll('\u000b', '\n').replaceAll('\u000c', '\n')}`)
  return read.ok ? ok(read.value.blocks) : read
}

const blockTags = new Set(['P', 'DIV', 'LI', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'TR', 'BLOCKQUOTE', 'PRE', 'TABLE', 'UL', 'OL', 'SECTION', 'ARTICLE', 'BODY', 'DT', 'DD'])
const silentTags = new Set(['SCRIPT', 'STYLE', 'HEAD', 'TITLE', 'META', 'TEMPLATE', 'OBJECT', 'IFRAME', 'NOSCRIPT', 'XML'])

type Line = { text: string; readonly listDepth: number }

const lowestLevel = 4

/**
 * HTML of a word processor's clipboard (Word, WPS) or a web page. Only text and list depth are read: no style, no link, no script,
 * nothing is inserted into the page. @param parse gives a detached document (DOMParser)
 */
export const blocksOfHtml = (html: string, parse: (html: string) => Document): Result<readonly Block[], FormatError> => {
  const lines: Line[] = [{ text: '', listDepth: 0 }]
  const open = (listDepth: number): void => {
    const last = lines.at(-1)
    if (last !== undefined && last.text.trim() === '') lines.pop()
    lines.push({ text: '', listDepth })
  }
  const walk = (node: Node, listDepth: number, itemDepth: number): void => {
    if (node.nodeType === 3) {
      const line = lines.at(-1)
      // Line ends inside HTML text are blanks; between Han characters they are nothing.
      if (line !== undefined) line.text += (node.nodeValue ?? '').replaceAll(/\s*[\r\n]+\s*/gu, ' ').replaceAll('\u00a0', ' ')
      return
    }
    if (node.nodeType !== 1 && node.nodeType !== 9) return
    const tag = node.nodeName.toUpperCase()
    if (silentTags.has(tag) || tag.includes(':') && tag !== 'O:P') return
    if (tag === 'BR') return open(itemDepth)
    const inner = tag === 'OL' ? listDepth + 1 : listDepth
    const item = tag === 'LI' && listDepth > 0 ? listDepth : blockTags.has(tag) ? 0 : itemDepth
    if (blockTags.has(tag)) open(item)
    for (const child of node.childNodes) walk(child, inner, item)
    if (blockTags.has(tag)) open(0)
  }
  walk(parse(html), 0, 0)
  const written = lines
    .map((line) => ({ ...line, text: line.text.replaceAll(/(?<=[\p{sc=Han}，。；：、）])\s(?=[\p{sc=Han}（])/gu, '').replaceAll(/ {2,}/gu, ' ').trim() }))
    .filter((line) => line.text !== '')
  const read = blocksOfText(written.map((line) => line.text).join('\n'))
  if (!read.ok || read.value.length !== written.length) return read
  return ok(read.value.map((block, index): Block => {
    if (block.kind !== 'paragraph') return block
    const depth = written[index]?.listDepth ?? 0
    return block.level === 0 && depth > 0 ? { ...block, level: Math.min(depth, lowestLevel) as Level } : block
  }))
}

/** Drops numbers that say what would be computed anyway, e.g. 二、 pasted behind 一、. */
export const withoutIdleNumbers = (blocks: readonly Block[]): readonly Block[] => {
  const kept: Block[] = []
  for (const block of blocks) {
    if (block.kind !== 'paragraph') {
      kept.push(block)
      continue
    }
    const bare: Block = { ...block, number: null }
    kept.push(block.number !== null && numberBlocks([...kept, bare]).at(-1) === block.number ? bare : block)
  }
  return kept
}
