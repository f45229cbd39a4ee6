/** Keys of the text beside a table or a picture: into it, never over it, never silently away with it (进出表格和插图). */
import {
  $addUpdateTag, $getNodeByKey, $getRoot, $getSelection, $isRangeSelection, CLICK_COMMAND, COMMAND_PRIORITY_HIGH, HISTORY_PUSH_TAG, KEY_ARROW_DOWN_COMMAND, KEY_ARROW_LEFT_COMMAND, KEY_ARROW_RIGHT_COMMAND,
  KEY_ARROW_UP_COMMAND, KEY_BACKSPACE_COMMAND, KEY_DELETE_COMMAND, mergeRegister, type LexicalEditor,
} from 'lexical'
import { isOnEdgeLine } from './carets.ts'
import { $objectBeside, $offsetOf, $paragraphBeside, focusObject } from './objects.ts'
import { $isObjectNode } from './object-node.tsx'
import { $isLevelParagraph } from './paragraph-node.ts'

/** The caret at the very start or end of its paragraph. */
const $isAtEdge = (edge: 'start' | 'end'): boolean => {
  const selection = $getSelection()
  if (!$isRangeSelection(selection) || !selection.isCollapsed()) return false
  const { anchor } = selection
  const paragraph = anchor.getNode().getTopLevelElement()
  if (!$isLevelParagraph(paragraph)) return false
  const offset = $offsetOf(anchor.getNode(), anchor.offset, anchor.type === 'text')
  return edge === 'start' ? offset === 0 : offset === paragraph.getTextContentSize()
}

export const registerObjectKeys = (editor: LexicalEditor): (() => void) => {
  const go = (event: KeyboardEvent, step: 1 | -1): boolean => {
    if (event.isComposing) return false
    const key = $objectBeside(step)
    if (key === null) return false
    event.preventDefault()
    focusObject(editor, key, step === 1 ? 'first' : 'last')
    return true
  }
  const lines = (event: KeyboardEvent, step: 1 | -1): boolean => {
    if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || $objectBeside(step) === null) return false
    const selection = $getSelection()
    const paragraph = $isRangeSelection(selection) ? selection.anchor.getNode().getTopLevelElement() : null
    if (paragraph === null) return go(event, step)
    const dom = editor.getElementByKey(paragraph.getKey())
    return dom !== null && dom !== undefined && isOnEdgeLine(dom, step === 1 ? 'last' : 'first') && go(event, step)
  }
  const characters = (event: KeyboardEvent, step: 1 | -1): boolean =>
    !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey && $isAtEdge(step === 1 ? 'end' : 'start') && go(event, step)
  /** The first stroke goes into the object, an empty paragraph goes away; a table is only removed by its own button. */
  const erase = (event: KeyboardEvent, step: 1 | -1): boolean => {
    if (!$isAtEdge(step === 1 ? 'end' : 'start')) return false
    const selection = $getSelection()
    const paragraph = $isRangeSelection(selection) ? selection.anchor.getNode().getTopLevelElement() : null
    const key = $objectBeside(step)
    if (key === null || !$isLevelParagraph(paragraph)) return false
    if (step === -1 && paragraph.getLevel() !== 0) return false
    event.preventDefault()
    if (paragraph.getTextContentSize() === 0 && $getRoot().getChildrenSize() > 1) {
      paragraph.remove()
      $addUpdateTag(HISTORY_PUSH_TAG)
    }
    focusObject(editor, key, step === 1 ? 'first' : 'last')
    return true
  }
  return mergeRegister(
    editor.registerCommand(KEY_ARROW_DOWN_COMMAND, (event) => lines(event, 1), COMMAND_PRIORITY_HIGH),
    editor.registerCommand(KEY_ARROW_UP_COMMAND, (event) => lines(event, -1), COMMAND_PRIORITY_HIGH),
    editor.registerCommand(KEY_ARROW_RIGHT_COMMAND, (event) => characters(event, 1), COMMAND_PRIORITY_HIGH),
    editor.registerCommand(KEY_ARROW_LEFT_COMMAND, (event) => characters(event, -1), COMMAND_PRIORITY_HIGH),
    editor.registerCommand(KEY_BACKSPACE_COMMAND, (event) => erase(event, -1), COMMAND_PRIORITY_HIGH),
    editor.registerCommand(KEY_DELETE_COMMAND, (event) => erase(event, 1), COMMAND_PRIORITY_HIGH),
    // Below a table that ends the text there is room to go on writing.
    editor.registerCommand(CLICK_COMMAND, (event) => {
      const last = $getRoot().getLastChild()
      const root = editor.getRootElement()
      if (event.target !== root || !$isObjectNode(last)) return false
      const dom = editor.getElementByKey(last.getKey())
      if (dom === null || dom === undefined || event.clientY < dom.getBoundingClientRect().bottom) return false
      const node = $getNodeByKey(last.getKey())
      if (node !== null) $paragraphBeside(node, 'after').select()
      return true
    }, COMMAND_PRIORITY_HIGH),
  )
}
