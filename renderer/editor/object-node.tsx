/** A table or a picture between the paragraphs: one node that holds the whole block as a value (表格、插图). */
import { createContext, useContext, type ReactNode } from 'react'
import { DecoratorNode, type LexicalNode, type LexicalUpdateJSON, type NodeKey, type SerializedLexicalNode, type Spread } from 'lexical'
import { emptyContent, validateContent, type Block, type Picture, type Table } from '#core/document'

export type ObjectBlock = Table | Picture
export type ObjectViewProps = { readonly nodeKey: NodeKey; readonly block: ObjectBlock }

/** Who draws tables and pictures; given by the editor, so that the model can be used without a screen. */
export const ObjectView = createContext<((props: ObjectViewProps) => ReactNode) | null>(null)

const Slot = (props: ObjectViewProps) => {
  const draw = useContext(ObjectView)
  return draw?.(props) ?? null
}

type SerializedObject = Spread<{ block: unknown }, SerializedLexicalNode>

/** Blocks from outside (a clipboard, a stored state), or null when any of them is not one. */
export const validBlocks = (value: unknown): readonly Block[] | null => {
  const blank = emptyContent({ kind: '通知', organName: '机关' })
  const checked = validateContent({ ...blank, body: value })
  return checked.ok ? checked.value.body : null
}

/** The value is replaced as a whole, never changed in place: undo, redo and comparing come for nothing. */
export class ObjectNode extends DecoratorNode<ReactNode> {
  __block: ObjectBlock

  constructor(block: ObjectBlock, key?: NodeKey) {
    super(key)
    this.__block = block
  }

  static override getType(): string {
    return 'wenshu-object'
  }

  static override clone(node: ObjectNode): ObjectNode {
    return new ObjectNode(node.__block, node.__key)
  }

  static override importJSON(serialized: SerializedObject): ObjectNode {
    const [block] = validBlocks([serialized.block]) ?? []
    return new ObjectNode(block === undefined || block.kind === 'paragraph' ? emptyTable : block).updateFromJSON(serialized)
  }

  override updateFromJSON(serialized: LexicalUpdateJSON<SerializedObject>): this {
    return super.updateFromJSON(serialized)
  }

  override exportJSON(): SerializedObject {
    return { ...super.exportJSON(), block: this.getBlock() }
  }

  override createDOM(): HTMLElement {
    const dom = document.createElement('div')
    dom.className = `wk-object wk-object-${this.__block.kind}`
    return dom
  }

  override updateDOM(): false {
    return false
  }

  override isInline(): false {
    return false
  }

  override decorate(): ReactNode {
    return <Slot nodeKey={this.__key} block={this.__block} />
  }

  getBlock(): ObjectBlock {
    return this.getLatest().__block
  }

  setBlock(block: ObjectBlock): this {
    const writable = this.getWritable()
    writable.__block = block
    return writable
  }
}

const emptyTable: Table = { kind: 'table', caption: '', orientation: 'portrait', columns: [{ align: 'left', share: 0 }], headRows: 0, rows: [['']] }

export const $isObjectNode = (node: LexicalNode | null | undefined): node is ObjectNode => node instanceof ObjectNode
