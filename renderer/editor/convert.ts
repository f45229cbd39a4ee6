/** Editor state ⇄ blocks. Both directions keep every paragraph, number and character. */
import { $createTextNode, $getRoot, type LexicalEditor, type LexicalNode } from 'lexical'
import type { Block, Paragraph } from '#core/document'
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

const $blocksAt = (child: LexicalNode): readonly Block[] => {
  if ($isObjectNode(child)) return [child.getBlock()]
  const level = $isLevelParagraph(child) ? child.getLevel() : 0
  const number = $isLevelParagraph(child) ? child.getNumber() : null
  const text = child.getTextContent()
  const [first = '', ...rest] = text.split('\n').map((line) => line.toWellFormed().replaceAll('\t', ' ').replaceAll(unprintable, ''))
  return [
    { kind: 'paragraph', level, number, text: first },
    ...rest.map((line): Block => ({ kind: 'paragraph', level: 0, number: null, text: line })),
  ]
}

/** Reads the body as it stands, empty paragraphs included. Call inside a read. */
export const $readBlocks = (): readonly Block[] => $getRoot().getChildren().flatMap($blocksAt)

/**
 * Reads the body again and again, and makes the blocks anew only of what changed: a long text is read for every key. A committed
 * node is never changed but replaced, so the same paragraph with the same single text in it says the same.
 */
export const createBlockReader = (editor: LexicalEditor): (() => readonly Block[]) => {
  const known = new WeakMap<LexicalNode, { readonly only: LexicalNode | null; readonly blocks: readonly Block[] }>()
  const $read = (child: LexicalNode): readonly Block[] => {
    if (!$isLevelParagraph(child)) return $blocksAt(child)
    const only = child.getFirstChild()
    if (only !== null && !only.is(child.getLastChild())) return $blocksAt(child)
    const found = known.get(child)
    if (found !== undefined && found.only === only) return found.blocks
    const blocks = $blocksAt(child)
    known.set(child, { only, blocks })
    return blocks
  }
  return () => editor.getEditorState().read(() => $getRoot().getChildren().flatMap($read))
}

/** Whether a block is kept in a content: paragraphs without any text print nothing and carry no number. */
export const isWritten = (block: Block): boolean => block.kind !== 'paragraph' || block.text.trim() !== ''

export const writtenBlocks = (blocks: readonly Block[]): readonly Block[] => blocks.filter(isWritten)
