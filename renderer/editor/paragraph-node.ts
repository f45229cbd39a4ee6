/** One paragraph of the body in the editor: a level and, rarely, a number that overrides the computed one (自然段). */
import { $applyNodeReplacement, ParagraphNode, type EditorConfig, type LexicalNode, type LexicalUpdateJSON, type RangeSelection, type SerializedParagraphNode, type Spread } from 'lexical'
import type { Level } from '#core/document'
import { ObjectNode } from './object-node.tsx'

type SerializedLevelParagraph = Spread<{ level: Level; number: string | null }, SerializedParagraphNode>

/** What a clipboard or a stored state may claim a level to be. */
const levelOf = (value: unknown): Level => (value === 1 || value === 2 || value === 3 || value === 4 ? value : 0)

/**
 * The number is never part of the text: it is drawn in front by the style sheet from `data-number`, which the numbering
 * listener keeps up to date. So the caret, the input method and the undo history never meet it.
 */
export class LevelParagraphNode extends ParagraphNode {
  __level: Level = 0
  __number: string | null = null

  static override getType(): string {
    return 'level-paragraph'
  }

  static override clone(node: LevelParagraphNode): LevelParagraphNode {
    return new LevelParagraphNode(node.__key)
  }

  override afterCloneFrom(previous: this): void {
    super.afterCloneFrom(previous)
    this.__level = previous.__level
    this.__number = previous.__number
  }

  static override importJSON(serialized: SerializedLevelParagraph): LevelParagraphNode {
    return $createLevelParagraph(0, null).updateFromJSON(serialized)
  }

  override updateFromJSON(serialized: LexicalUpdateJSON<SerializedLevelParagraph>): this {
    const node = super.updateFromJSON(serialized)
    const level = levelOf(serialized.level)
    node.setLevel(level, level === 0 || typeof serialized.number !== 'string' ? null : serialized.number)
    return node
  }

  override exportJSON(): SerializedLevelParagraph {
    return { ...super.exportJSON(), level: this.getLevel(), number: this.getNumber() }
  }

  override createDOM(config: EditorConfig): HTMLElement {
    const dom = super.createDOM(config)
    dom.setAttribute('data-level', String(this.__level))
    return dom
  }

  override updateDOM(previous: LevelParagraphNode, dom: HTMLElement, config: EditorConfig): boolean {
    if (super.updateDOM(previous, dom, config)) return true
    if (previous.__level !== this.__level) dom.setAttribute('data-level', String(this.__level))
    return false
  }

  override insertNewAfter(selection: RangeSelection, restoreSelection: boolean): LevelParagraphNode {
    const next = $createLevelParagraph(this.getLevel(), null)
    next.setDirection(this.getDirection())
    this.insertAfter(next, restoreSelection)
    return next
  }

  getLevel(): Level {
    return this.getLatest().__level
  }

  getNumber(): string | null {
    return this.getLatest().__number
  }

  setLevel(level: Level, number: string | null): this {
    const writable = this.getWritable()
    writable.__level = level
    writable.__number = number
    return writable
  }
}

export const $createLevelParagraph = (level: Level, number: string | null): LevelParagraphNode => {
  const node = $applyNodeReplacement(new LevelParagraphNode())
  node.__level = level
  node.__number = number
  return node
}

export const $isLevelParagraph = (node: LexicalNode | null | undefined): node is LevelParagraphNode => node instanceof LevelParagraphNode

/** Node list of every editor of this kind: plain paragraphs, wherever they come from, become paragraphs with a level. */
export const editorNodes = [
  LevelParagraphNode,
  ObjectNode,
  { replace: ParagraphNode, with: () => new LevelParagraphNode(), withKlass: LevelParagraphNode },
]
