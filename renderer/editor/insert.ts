/** Blocks into the text at the caret, and out of it from the selection (插入与取出). Call inside an update or a read. */
import { $createTextNode, $getRoot, $getSelection, $isRangeSelection, type LexicalNode, type RangeSelection } from 'lexical'
import { numberBlocks, type Block, type Paragraph } from '#core/document'
import { $nodeOf, $paragraphOf, $readBlocks } from './convert.ts'
import { $isObjectNode } from './object-node.tsx'
import { $offsetOf, $selectInParagraph } from './objects.ts'
import { $isLevelParagraph, type LevelParagraphNode } from './paragraph-node.ts'
import { withoutIdleNumbers } from './paste.ts'

const numberOf = (block: Block | undefined): string | null => (block?.kind === 'paragraph' ? block.number : null)

/** Number and level of every block, without their texts: cheap enough for every key. */
export const $skeleton = (): readonly Block[] =>
  $getRoot().getChildren().map((child): Block => $isLevelParagraph(child)
    ? { kind: 'paragraph', level: child.getLevel(), number: child.getNumber(), text: '' }
    : $isObjectNode(child) ? child.getBlock() : { kind: 'paragraph', level: 0, number: null, text: '' })

/** Where the caret is in its paragraph, after anything selected was taken out. */
const $caret = (): { readonly here: LevelParagraphNode; readonly offset: number } | null => {
  const selection = $getSelection()
  if (!$isRangeSelection(selection)) return null
  if (!selection.isCollapsed()) selection.removeText()
  const { anchor } = selection
  const here = anchor.getNode().getTopLevelElement()
  return $isLevelParagraph(here) ? { here, offset: $offsetOf(anchor.getNode(), anchor.offset, anchor.type === 'text') } : null
}

export const $insertBlocks = (blocks: readonly Block[]): void => {
  const caret = $caret()
  const [first, ...others] = blocks
  if (caret === null || first === undefined) return
  const { here, offset } = caret
  const whole = here.getTextContent()
  const isEmpty = whole === ''
  // One line into a line: words among words. Its number, if it has one, is part of what was copied.
  if (others.length === 0 && first.kind === 'paragraph' && (first.level === 0 || !isEmpty)) {
    const text = `${numberBlocks([first])[0] ?? ''}${first.text}`
    const selection = $getSelection()
    if ($isRangeSelection(selection)) selection.insertText(text)
    return
  }
  const [head, tail] = [whole.slice(0, offset), whole.slice(offset)]
  // In front of a paragraph whole paragraphs stay whole, and it keeps its own level.
  if (offset === 0 && !isEmpty) {
    for (const block of blocks) here.insertBefore($nodeOf(block))
    $selectInParagraph(here, 0, 0)
    return $dropIdleNumbers()
  }
  let last: LexicalNode = here
  const isJoined = first.kind === 'paragraph' && first.level === 0
  if (isJoined) $setText(here, head + first.text)
  else $setText(here, head)
  for (const block of isJoined ? others : blocks) last = last.insertAfter($nodeOf(block))
  if (!isJoined && head === '') here.remove()
  if ($isLevelParagraph(last)) {
    const end = last.getTextContent().length
    $setText(last, last.getTextContent() + tail)
    $selectInParagraph(last, end, end)
  } else {
    const next = last.getNextSibling()
    const rest = tail === '' && $isLevelParagraph(next) ? next : last.insertAfter($paragraphOf({ kind: 'paragraph', level: 0, number: null, text: tail }))
    $selectInParagraph(rest, 0, 0)
  }
  $dropIdleNumbers()
}

const $setText = (paragraph: LevelParagraphNode, text: string): void => {
  if (paragraph.getTextContent() === text) return
  paragraph.clear()
  if (text !== '') paragraph.append($createTextNode(text))
}

/** Numbers that only repeat what is computed here follow the text from now on. */
const $dropIdleNumbers = (): void => {
  const kept = withoutIdleNumbers($skeleton())
  $getRoot().getChildren().forEach((child, index) => {
    if ($isLevelParagraph(child) && child.getNumber() !== numberOf(kept[index])) child.setLevel(child.getLevel(), null)
  })
}

const $edges = (selection: RangeSelection): readonly [{ readonly index: number; readonly offset: number }, { readonly index: number; readonly offset: number }] | null => {
  const place = (point: RangeSelection['anchor']): { readonly index: number; readonly offset: number } | null => {
    const node = point.getNode()
    if (node.is($getRoot())) return { index: point.offset, offset: 0 }
    const top = node.getTopLevelElement()
    return top === null ? null : { index: top.getIndexWithinParent(), offset: $offsetOf(node, point.offset, point.type === 'text') }
  }
  const [a, b] = [place(selection.anchor), place(selection.focus)]
  if (a === null || b === null) return null
  return a.index < b.index || a.index === b.index && a.offset <= b.offset ? [a, b] : [b, a]
}

/** What is selected, as blocks, with the numbers that they carry in the whole text. */
export const $selectedBlocks = (): { readonly blocks: readonly Block[]; readonly numbers: readonly string[] } => {
  const selection = $getSelection()
  const edges = $isRangeSelection(selection) && !selection.isCollapsed() ? $edges(selection) : null
  if (edges === null) return { blocks: [], numbers: [] }
  const [from, to] = edges
  const all = $readBlocks()
  const numbers = numberBlocks(all)
  const blocks: Block[] = []
  const kept: string[] = []
  for (let index = from.index; index <= to.index; index++) {
    const block = all[index]
    if (block === undefined) continue
    const [start, end] = [index === from.index ? from.offset : 0, index === to.index ? to.offset : Number.POSITIVE_INFINITY]
    if (block.kind !== 'paragraph') {
      if (index < to.index || end === Number.POSITIVE_INFINITY) { blocks.push(block); kept.push('') }
      continue
    }
    if (index === to.index && end === 0 && index > from.index) continue
    const isPart = start > 0 || from.index === to.index && end < block.text.length
    blocks.push(isPart ? plain(block.text.slice(start, end)) : { ...block, text: block.text.slice(start, end) })
    kept.push(isPart ? '' : numbers[index] ?? '')
  }
  return { blocks, numbers: kept }
}

const plain = (text: string): Paragraph => ({ kind: 'paragraph', level: 0, number: null, text })

/** The same for other programs: lines with their numbers, cells parted by tabs. */
export const textOf = (blocks: readonly Block[], numbers: readonly string[]): string => blocks.map((block, index) => {
  switch (block.kind) {
    case 'paragraph': return `${numbers[index] ?? ''}${block.text}`
    case 'table': return [...(block.caption === '' ? [] : [block.caption]), ...block.rows.map((row) => row.join('\t'))].join('\n')
    case 'picture': return block.caption
  }
}).join('\n')

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** And as HTML without any style: paragraphs and tables. */
export const htmlOf = (blocks: readonly Block[], numbers: readonly string[]): string => blocks.map((block, index) => {
  switch (block.kind) {
    case 'paragraph': return `<p>${escaped(`${numbers[index] ?? ''}${block.text}`)}</p>`
    case 'picture': return block.caption === '' ? '' : `<p>${escaped(block.caption)}</p>`
    case 'table': return `<table>${block.caption === '' ? '' : `<caption>${escaped(block.caption)}</caption>`}${block.rows.map((row, r) =>
      `<tr>${row.map((cell) => (r < block.headRows ? `<th>${escaped(cell)}</th>` : `<td>${escaped(cell)}</td>`)).join('')}</tr>`).join('')}</table>`
  }
}).join('')
