/** Tables and pictures in the text: going in and out of them, moving, removing (表格和插图的操作). */
import {
  $addUpdateTag, $createRangeSelection, $getNodeByKey, $getRoot, $getSelection, $isRangeSelection, $isRootNode, $setSelection, HISTORY_MERGE_TAG, HISTORY_PUSH_TAG,
  type LexicalEditor, type LexicalNode, type NodeKey,
} from 'lexical'
import { flushSync } from 'react-dom'
import { bringIntoView, selectedIn, selectIn } from './carets.ts'
import { $isObjectNode, type ObjectBlock } from './object-node.tsx'
import { $createLevelParagraph, $isLevelParagraph } from './paragraph-node.ts'
import type { Place } from './places.ts'

type EnterHandler = (event: KeyboardEvent) => boolean
const enterHandlers = new WeakMap<LexicalEditor, Set<EnterHandler>>()

/** Ctrl+Enter in a table or in the find panel: theirs before it is the desk's. A handler says whether it was meant. @returns the undoing */
export const registerOwnEnter = (editor: LexicalEditor, handler: EnterHandler): (() => void) => {
  const handlers = enterHandlers.get(editor) ?? new Set()
  enterHandlers.set(editor, handlers.add(handler))
  return () => void handlers.delete(handler)
}

/** True when one of the editor's own parts used the key. */
export const takeOwnEnter = (editor: LexicalEditor, event: KeyboardEvent): boolean => [...enterHandlers.get(editor) ?? []].some((handler) => handler(event))

/** Typing in one field within this time of the last key is one undo step, ms. */
const oneStep = 1000
const typing = new WeakMap<LexicalEditor, { readonly key: NodeKey; readonly place: Place; readonly at: number }>()

/** After undo and after any other change the next key starts a step of its own. */
export const endTyping = (editor: LexicalEditor): void => void typing.delete(editor)

/** A new value of an object. Keys in one field (`place`) run together into one undo step; everything else is a step. */
export const changeObject = (editor: LexicalEditor, key: NodeKey, change: (block: ObjectBlock) => ObjectBlock, place: Place | null): void => {
  const last = typing.get(editor)
  const now = performance.now()
  const goesOn = place !== null && last !== undefined && last.key === key && last.place === place && now - last.at < oneStep
  if (place === null) typing.delete(editor)
  else typing.set(editor, { key, place, at: now })
  editor.update(() => {
    const node = $getNodeByKey(key)
    if (!$isObjectNode(node)) return
    const before = node.getBlock()
    const after = change(before)
    if (after !== before) node.setBlock(after)
  }, { discrete: true, tag: goesOn ? HISTORY_MERGE_TAG : HISTORY_PUSH_TAG })
}

export const fieldIn = (editor: LexicalEditor, key: NodeKey, place: Place): HTMLElement | null =>
  editor.getElementByKey(key)?.querySelector<HTMLElement>(`[data-place="${place}"]`) ?? null

/** Draws the objects as they now are, before anything else happens. */
export const drawNow = (): void => flushSync(() => undefined)

/** Puts the focus into an object: a field of it, or the object as a whole where it has no such field. */
export const focusObject = (editor: LexicalEditor, key: NodeKey, where: Place | 'first' | 'last'): void => {
  const enter = (): boolean => {
    const holder = editor.getElementByKey(key)
    if (holder === null || holder === undefined) return false
    const cells = [...holder.querySelectorAll<HTMLElement>('[data-place]:not([data-place="caption"])')]
    const field = where === 'first' ? cells[0] : where === 'last' ? cells.at(-1) : holder.querySelector<HTMLElement>(`[data-place="${where}"]`)
    const whole = holder.querySelector<HTMLElement>('[data-whole]')
    if (field !== undefined && field !== null) selectIn(field, where === 'first' ? 0 : field.textContent.length, where === 'first' ? 0 : field.textContent.length)
    else if (whole !== null) whole.focus({ preventScroll: true })
    else return false
    bringIntoView(field ?? whole!)
    return true
  }
  if (enter()) return
  // What was inserted just now is drawn at once, so that no key is typed into the wrong place.
  drawNow()
  if (!enter()) setTimeout(enter, 0)
}

/** The text takes the focus back. Call outside an update; what the caret is then is for the caller to say. */
export const focusText = (editor: LexicalEditor, $place: () => void): void => {
  editor.getRootElement()?.focus({ preventScroll: true })
  editor.update($place, { discrete: true })
}

/** Out of an object, to the text before or behind it; a paragraph is made where there is none. */
export const leaveObject = (editor: LexicalEditor, key: NodeKey, side: 'before' | 'after'): void => {
  let next: NodeKey | null = null
  editor.read(() => {
    const node = $getNodeByKey(key)
    const beside = side === 'before' ? node?.getPreviousSibling() : node?.getNextSibling()
    if ($isObjectNode(beside)) next = beside.getKey()
  })
  if (next !== null) return focusObject(editor, next, side === 'before' ? 'last' : 'first')
  focusText(editor, () => {
    const node = $getNodeByKey(key)
    if (node === null) return
    const beside = side === 'before' ? node.getPreviousSibling() : node.getNextSibling()
    const paragraph = $isLevelParagraph(beside) ? beside : $paragraphBeside(node, side)
    if (side === 'before') paragraph.selectEnd()
    else paragraph.selectStart()
  })
}

export const $paragraphBeside = (node: LexicalNode, side: 'before' | 'after'): ReturnType<typeof $createLevelParagraph> => {
  const paragraph = $createLevelParagraph(0, null)
  if (side === 'before') node.insertBefore(paragraph)
  else node.insertAfter(paragraph)
  $addUpdateTag(HISTORY_PUSH_TAG)
  return paragraph
}

/** An empty paragraph before or behind an object, with the caret in it. */
export const addParagraph = (editor: LexicalEditor, key: NodeKey, side: 'before' | 'after'): void => focusText(editor, () => {
  const node = $getNodeByKey(key)
  if (node !== null) $paragraphBeside(node, side).select()
})

/** One place up or down among the blocks; the focus stays where it is. */
export const moveObject = (editor: LexicalEditor, key: NodeKey, step: 1 | -1): void => {
  endTyping(editor)
  const active = document.activeElement instanceof HTMLElement ? document.activeElement : null
  const at = active === null ? null : selectedIn(active)
  editor.update(() => {
    const node = $getNodeByKey(key)
    const beside = step === 1 ? node?.getNextSibling() : node?.getPreviousSibling()
    if (node === null || beside === null || beside === undefined) return
    if (step === 1) node.insertBefore(beside)
    else node.insertAfter(beside)
    $addUpdateTag(HISTORY_PUSH_TAG)
  }, { discrete: true })
  const holder = editor.getElementByKey(key)
  if (holder === null || holder === undefined) return
  // The page may have moved the object's own element, which takes the focus from it.
  if (active !== null && holder.contains(active) && document.activeElement !== active) {
    if (at === null || active.dataset['place'] === undefined) active.focus({ preventScroll: true })
    else selectIn(active, at.start, at.end)
  }
  bringIntoView(holder)
}

export const removeObject = (editor: LexicalEditor, key: NodeKey): void => {
  endTyping(editor)
  focusText(editor, () => {
    const node = $getNodeByKey(key)
    if (node === null) return
    const [previous, next] = [node.getPreviousSibling(), node.getNextSibling()]
    const paragraph = $isLevelParagraph(previous) ? previous : $isLevelParagraph(next) ? next : $paragraphBeside(node, 'after')
    node.remove()
    if (paragraph === next) paragraph.selectStart()
    else paragraph.selectEnd()
    $addUpdateTag(HISTORY_PUSH_TAG)
  })
}

/** Inside an object nothing of the text is selected. */
export const dropTextSelection = (editor: LexicalEditor): void => editor.update(() => {
  if ($getSelection() !== null) $setSelection(null)
})

/** From the caret of the text into the object beside it, when the key would go there. @param step direction of the key */
export const $objectBeside = (step: 1 | -1): NodeKey | null => {
  const selection = $getSelection()
  // A text that begins with a table has no caret before it.
  const first = $getRoot().getFirstChild()
  if (selection === null) return step === 1 && $isObjectNode(first) ? first.getKey() : null
  if (!$isRangeSelection(selection) || !selection.isCollapsed()) return null
  const node = selection.anchor.getNode()
  if ($isRootNode(node)) {
    const next = node.getChildAtIndex(selection.anchor.offset + (step === 1 ? 0 : -1))
    return $isObjectNode(next) ? next.getKey() : null
  }
  const paragraph = node.getTopLevelElement()
  const beside = step === 1 ? paragraph?.getNextSibling() : paragraph?.getPreviousSibling()
  return $isObjectNode(beside) ? beside.getKey() : null
}

/** Offset of a point of the selection in its paragraph's text. */
export const $offsetOf = (node: LexicalNode, offset: number, isText: boolean): number => {
  const paragraph = node.getTopLevelElement()
  if (!$isLevelParagraph(paragraph)) return 0
  let total = 0
  const children = paragraph.getChildren()
  for (const [index, child] of children.entries()) {
    if (isText ? child.is(node) : index >= offset) break
    total += child.getTextContentSize()
  }
  return isText ? total + offset : total
}

/** Selects from `start` to `end` of a paragraph's text. */
export const $selectInParagraph = (paragraph: LexicalNode, start: number, end: number): void => {
  if (!$isLevelParagraph(paragraph)) return
  const selection = $createRangeSelection()
  const point = (offset: number): readonly [NodeKey, number, 'text' | 'element'] => {
    let left = offset
    const texts = paragraph.getAllTextNodes()
    for (const text of texts) {
      const size = text.getTextContentSize()
      if (left <= size) return [text.getKey(), left, 'text']
      left -= size
    }
    const last = texts.at(-1)
    return last === undefined ? [paragraph.getKey(), 0, 'element'] : [last.getKey(), last.getTextContentSize(), 'text']
  }
  selection.anchor.set(...point(start))
  selection.focus.set(...point(end))
  $setSelection(selection)
}
