/** What the host can do in the text from outside (编辑器的外部操作). */
import { $createTextNode, $getRoot, $getSelection, $isRangeSelection, HISTORY_PUSH_TAG, REDO_COMMAND, UNDO_COMMAND, type LexicalEditor, type NodeKey } from 'lexical'
import type { Block } from '#core/document'
import { bringIntoView, rangeIn, selectedIn, selectIn } from './carets.ts'
import { $nodeOf, $readBlocks } from './convert.ts'
import { programTag } from './levels.ts'
import { elementOf, elementsOf } from './marks.ts'
import { $isObjectNode } from './object-node.tsx'
import { $offsetOf, $selectInParagraph, changeObject, drawNow, endTyping, focusObject, focusText } from './objects.ts'
import { $isLevelParagraph } from './paragraph-node.ts'
import { fieldAt, fieldsOf, oneLine, withField, type Place } from './places.ts'
import { blankTable } from './table-edits.ts'
import type { EditorHandle, TextRange } from './types.ts'

export const blocksOf = (editor: LexicalEditor): readonly Block[] => editor.getEditorState().read($readBlocks)

const keyAt = (editor: LexicalEditor, block: number): NodeKey | null => editor.getEditorState().read(() => $getRoot().getChildAtIndex(block)?.getKey() ?? null)

/** What is selected now, in the text or in a field of a table or picture; null when the focus is elsewhere. Of several blocks: the part in the first. */
export const selectionOf = (editor: LexicalEditor): TextRange | null => {
  const root = editor.getRootElement()
  const active = document.activeElement
  const field = root?.contains(active) === true ? active?.closest<HTMLElement>('[data-place]') ?? null : null
  if (field !== null) {
    const block = elementsOf(editor).findIndex((element) => element?.contains(field) === true)
    const value = blocksOf(editor)[block]
    const at = selectedIn(field)
    const start = value === undefined ? undefined : fieldsOf(value).find((entry) => entry.place === field.dataset['place'])?.start
    return start === undefined || at === null ? null : { block, start: start + at.start, end: start + at.end }
  }
  return editor.getEditorState().read(() => {
    const selection = $getSelection()
    if (!$isRangeSelection(selection)) return null
    const [first, last] = selection.isBackward() ? [selection.focus, selection.anchor] : [selection.anchor, selection.focus]
    const [top, end] = [first.getNode().getTopLevelElement(), last.getNode().getTopLevelElement()]
    if (!$isLevelParagraph(top)) return null
    const start = $offsetOf(first.getNode(), first.offset, first.type === 'text')
    return { block: top.getIndexWithinParent(), start, end: top.is(end) ? $offsetOf(last.getNode(), last.offset, last.type === 'text') : top.getTextContentSize() }
  })
}

/** Selects in the text or in a field, and scrolls there. */
export const selectRange = (editor: LexicalEditor, { block, start, end }: TextRange): void => {
  const value = blocksOf(editor)[block]
  const key = keyAt(editor, block)
  if (value === undefined || key === null) return
  if (value.kind === 'paragraph') {
    focusText(editor, () => {
      const paragraph = $getRoot().getChildAtIndex(block)
      if (paragraph !== null) $selectInParagraph(paragraph, Math.min(start, value.text.length), Math.min(end, value.text.length))
    })
    const element = editor.getElementByKey(key)
    if (element !== null && element !== undefined) bringIntoView(rangeIn(element, start, end) ?? element)
    return
  }
  const { field, offset } = fieldAt(value, start)
  const element = elementOf(elementsOf(editor), block, field.place)
  if (element === null) return focusObject(editor, key, 'first')
  selectIn(element, offset, Math.min(Math.max(offset, end - field.start), field.text.length))
  bringIntoView(element)
}

/** Replaces a stretch of one field as one undo step, and puts the caret behind it. */
export const replaceIn = (editor: LexicalEditor, block: number, place: Place, start: number, end: number, by: string): void => {
  const key = keyAt(editor, block)
  const value = blocksOf(editor)[block]
  const text = value === undefined ? undefined : fieldsOf(value).find((field) => field.place === place)?.text
  if (key === null || text === undefined) return
  endTyping(editor)
  if (place === 'text') {
    focusText(editor, () => undefined)
    editor.update(() => {
      const paragraph = $getRoot().getChildAtIndex(block)
      if (paragraph === null) return
      $selectInParagraph(paragraph, start, end)
      const selection = $getSelection()
      if ($isRangeSelection(selection)) selection.insertText(by)
    }, { discrete: true, tag: [HISTORY_PUSH_TAG, programTag] })
    return
  }
  changeObject(editor, key, (object) => {
    const next = withField(object, place, text.slice(0, start) + by + text.slice(end))
    return next.kind === 'paragraph' ? object : next
  }, null)
  drawNow()
  const element = elementOf(elementsOf(editor), block, place)
  if (element !== null) selectIn(element, start + by.length, start + by.length)
}

const isSame = (a: Block | undefined, b: Block | undefined): boolean => {
  if (a === b) return true
  if (a === undefined || b === undefined || a.kind !== b.kind) return false
  if (a.kind === 'paragraph' && b.kind === 'paragraph') return a.level === b.level && a.number === b.number && a.text === b.text
  return JSON.stringify(a) === JSON.stringify(b)
}

/** The whole text as one undo step. What is the same on both sides stays untouched, and so does the caret in it. */
export const replaceBlocks = (editor: LexicalEditor, next: readonly Block[]): void => {
  endTyping(editor)
  const now = blocksOf(editor)
  let head = 0
  while (head < now.length && head < next.length && isSame(now[head], next[head])) head++
  let tail = 0
  while (tail < now.length - head && tail < next.length - head && isSame(now[now.length - 1 - tail], next[next.length - 1 - tail])) tail++
  if (head === now.length && head === next.length) return
  editor.update(() => {
    const root = $getRoot()
    const children = root.getChildren().slice(head, root.getChildrenSize() - tail)
    const fresh = next.slice(head, next.length - tail)
    const isInPlace = children.length === fresh.length
    const left = isInPlace ? fresh.map((block, index) => {
      const child = children[index]
      if (child === undefined || isSame(now[head + index], block)) return null
      if ($isLevelParagraph(child) && block.kind === 'paragraph') {
        child.setLevel(block.level, block.number)
        if (child.getTextContent() !== block.text) {
          child.clear()
          if (block.text !== '') child.append($createTextNode(block.text))
        }
        return null
      }
      if ($isObjectNode(child) && block.kind !== 'paragraph') { child.setBlock(block); return null }
      return child.replace($nodeOf(block))
    }) : null
    if (left !== null) return
    root.splice(head, children.length, fresh.map($nodeOf))
    if (root.getChildrenSize() === 0) root.append($nodeOf({ kind: 'paragraph', level: 0, number: null, text: '' }))
  }, { discrete: true, tag: [HISTORY_PUSH_TAG, programTag] })
}

/** Puts a block behind the one at `after` (or at the end), over it when that is an empty paragraph. @returns the key of the new node */
export const insertAfter = (editor: LexicalEditor, after: number | null, block: Block): NodeKey | null => {
  endTyping(editor)
  let key: NodeKey | null = null
  editor.update(() => {
    const root = $getRoot()
    const node = $nodeOf(block)
    key = node.getKey()
    const beside = after === null ? root.getLastChild() : root.getChildAtIndex(after) ?? root.getLastChild()
    if (beside === null) root.append(node)
    else if ($isLevelParagraph(beside) && beside.getTextContentSize() === 0) beside.replace(node)
    else beside.insertAfter(node)
    // There is always a line below to go on writing in.
    if (node.getNextSibling() === null) node.insertAfter($nodeOf({ kind: 'paragraph', level: 0, number: null, text: '' }))
  }, { discrete: true, tag: [HISTORY_PUSH_TAG, programTag] })
  return key
}

export type HandleHost = { readonly lastRange: () => TextRange | null; readonly insertPicture: (file: File) => void; readonly openFind: () => void }

export const createHandle = (editor: LexicalEditor, host: HandleHost): EditorHandle => ({
  focus: () => {
    const hadCaret = editor.getEditorState().read(() => $getSelection() !== null)
    focusText(editor, () => { if (!hadCaret) $getRoot().selectEnd() })
  },
  goTo: ({ block, offset }) => selectRange(editor, { block, start: offset, end: offset }),
  select: (range) => selectRange(editor, range),
  replaceText: ({ block, start, end }, text) => {
    const value = blocksOf(editor)[block]
    if (value === undefined) return
    const { field, offset } = fieldAt(value, start)
    replaceIn(editor, block, field.place, offset, Math.min(Math.max(offset, end - field.start), field.text.length), oneLine(text))
  },
  replaceBlocks: (blocks) => replaceBlocks(editor, blocks),
  insertTable: (rows, columns) => {
    const key = insertAfter(editor, host.lastRange()?.block ?? null, blankTable(Math.max(1, rows), Math.max(1, columns)))
    if (key !== null) focusObject(editor, key, 'first')
  },
  insertPicture: host.insertPicture,
  openFind: host.openFind,
  undo: () => { endTyping(editor); editor.dispatchCommand(UNDO_COMMAND, undefined) },
  redo: () => { endTyping(editor); editor.dispatchCommand(REDO_COMMAND, undefined) },
  selection: () => selectionOf(editor) ?? host.lastRange(),
})
