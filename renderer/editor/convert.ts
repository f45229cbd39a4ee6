/** Editor state ⇄ blocks. Both directions keep every paragraph, number and character. */
import { $createTextNode, $getRoot, type LexicalNode } from 'lexical'
import { blockText, type Block, type Paragraph } from '#core/document'
import { $isObjectNode, ObjectNode } from './object-node.tsx'
import { $createLevelParagraph, $isLevelParagraph, type LevelParagraphNode } from './paragraph-node.ts'
import { unprintable } from './places.ts'

export const $paragraphOf = (block: Paragraph): LevelParagraphNode => {
  const paragraph = $createLevelParagraph(block.level, block.number)
  if (block.text !== '') paragraph.append($createTextNode(block.text))
  return paragraph
}

export const $nodeOf = (block: Block): LexicalNode => (block.kind === 'paragraph' ? $paragraphOf(block) : new ObjectNode(block))

/** Replaces the whole body. Call inside an update. */
export const $writeBlocks = (blocks: readonly Block[]): void => {
  const root = $getRoot().clear()
  root.append(...(blocks.length === 0 ? [$createLevelParagraph(0, null)] : blocks.map($nodeOf)))
}

/** Reads the body as it stands, empty paragraphs included. Call inside a read. */
export const $readBlocks = (): readonly Block[] =>
  $getRoot().getChildren().flatMap((child): Block[] => {
    if ($isObjectNode(child)) return [child.getBlock()]
    const level = $isLevelParagraph(child) ? child.getLevel() : 0
    const number = $isLevelParagraph(child) ? child.getNumber() : null
    const text = child.getTextContent()
    const [first = '', ...rest] = text.split('\n').map((line) => line.toWellFormed().replaceAll('\t', ' ').replaceAll(unprintable, ''))
    return [
      { kind: 'paragraph', level, number, text: first },
      ...rest.map((line): Block => ({ kind: 'paragraph', level: 0, number: null, text: line })),
    ]
  })

/** The blocks that are kept in a content: paragraphs without any text print nothing and carry no number. */
export const writtenBlocks = (blocks: readonly Block[]): readonly Block[] =>
  blocks.filter((block) => block.kind !== 'paragraph' || blockText(block).trim() !== '')
