/** The texts of a document, one by one, with their places (文本单元). */
import { blockText, type Block, type DocumentContent, type Table } from '#core/document'
import type { Edit, Element, Place, TextField } from './finding.ts'
import type { TextKind } from './rule.ts'

/** A text inside a block: `offset` is where it starts in the block's words. */
export type BlockText = { readonly kind: TextKind; readonly text: string; readonly offset: number }

/** The texts of a block: a paragraph's own, or caption and cells. */
export function textsOf(block: Block): readonly BlockText[] {
  switch (block.kind) {
    case 'paragraph':
      return [{ kind: 'paragraph', text: block.text, offset: 0 }]
    case 'picture':
      return [{ kind: 'caption', text: block.caption, offset: 0 }]
    case 'table': {
      const caption: BlockText[] = block.caption === '' ? [] : [{ kind: 'caption', text: block.caption, offset: 0 }]
      return [...caption, ...block.rows.flatMap((row, r) => row.map((text, c): BlockText => ({ kind: 'cell', text, offset: cellOffset(block, r, c) })))]
    }
  }
}

/** Where a cell starts in the words of its table (`blockText`). */
export function cellOffset(table: Table, row: number, column: number): number {
  let offset = table.caption === '' ? 0 : table.caption.length + 1
  for (let r = 0; r < row; r++) offset += table.rows[r]!.reduce((sum, cell) => sum + cell.length + 1, 0)
  for (let c = 0; c < column; c++) offset += table.rows[row]![c]!.length + 1
  return offset
}

/** A text outside the blocks. */
export type FieldText = {
  readonly kind: TextKind
  readonly text: string
  readonly place: Pick<Place, 'element' | 'block' | 'part'>
  readonly edit: (start: number, end: number, text: string) => Edit
}

export function fieldsOf(content: DocumentContent): readonly FieldText[] {
  const field = (name: TextField, element: Element, kind: TextKind): FieldText => ({
    kind, text: content[name], place: { element }, edit: (start, end, text) => ({ target: 'field', field: name, start, end, text }),
  })
  const organs = (list: 'recipients' | 'copies', element: Element): FieldText[] => content[list].map((name, i) => ({
    kind: 'name', text: name, place: { element, block: i },
    edit: (start, end, text) => ({ target: 'organs', list, names: content[list].map((item, k) => (k === i ? item.slice(0, start) + text + item.slice(end) : item)) }),
  }))
  return [
    field('issuerMark', '发文机关标志', 'name'),
    field('title', '标题', 'title'),
    ...organs('recipients', '主送机关'),
    ...content.attachments.map((attachment, index): FieldText => ({
      kind: 'title', text: attachment.name, place: { element: '附件说明', part: index },
      edit: (start, end, text) => ({ target: 'attachment', index, name: attachment.name.slice(0, start) + text + attachment.name.slice(end) }),
    })),
    field('signature', '发文机关署名', 'name'),
    field('note', '附注', 'note'),
    ...organs('copies', '抄送机关'),
    field('printer', '印发机关和印发日期', 'name'),
  ]
}

/** A body of the document: the main one or an attachment's. */
export type BodyPart = { readonly part: number | null; readonly blocks: readonly Block[] }

export function bodiesOf(content: DocumentContent): readonly BodyPart[] {
  return [
    { part: null, blocks: content.body },
    ...content.attachments.flatMap((attachment, part): BodyPart[] => (attachment.kind === 'text' ? [{ part, blocks: attachment.body }] : [])),
  ]
}

/** The place of a block or of a stretch of its words. */
export function blockPlace(part: number | null, block: number, start?: number, end?: number): Place {
  return {
    element: part === null ? '正文' : '附件', ...(part === null ? {} : { part }), block,
    ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }),
  }
}

/** All words of the main body, paragraph by paragraph. */
export function paragraphsOf(content: DocumentContent): readonly { readonly block: number; readonly text: string }[] {
  return content.body.flatMap((block, i) => (block.kind === 'paragraph' ? [{ block: i, text: block.text }] : []))
}

/** Whether any text of the bodies has a pattern. */
export function bodyHas(content: DocumentContent, pattern: RegExp): boolean {
  return content.body.some((block) => pattern.test(blockText(block)))
}
