/** Editing of levels: Tab, Ctrl+0–4, typed numbers, and backspace at the start (层次). */
import {
  $getRoot, $getSelection, $hasUpdateTag, $isLineBreakNode, $isRangeSelection, $isTextNode, COMMAND_PRIORITY_HIGH, FORMAT_TEXT_COMMAND, INSERT_LINE_BREAK_COMMAND,
  INSERT_PARAGRAPH_COMMAND, KEY_BACKSPACE_COMMAND, KEY_DOWN_COMMAND, KEY_ESCAPE_COMMAND, KEY_TAB_COMMAND, LineBreakNode, mergeRegister, TextNode,
  type LexicalEditor, type LexicalNode,
} from 'lexical'
import { numberBlocks, parseNumber, type Level } from '#core/document'
import { $skeleton } from './insert.ts'
import { $createLevelParagraph, $isLevelParagraph, type LevelParagraphNode } from './paragraph-node.ts'
import { unprintable } from './places.ts'

/** Marks a change that no hand typed: what stands there afterwards is meant as it is. */
export const programTag = 'wenshu-program'

const $selectedParagraphs = (): readonly LevelParagraphNode[] => {
  const selection = $getSelection()
  if (!$isRangeSelection(selection)) return []
  const found = new Map<string, LevelParagraphNode>()
  for (const node of [selection.anchor.getNode(), ...selection.getNodes(), selection.focus.getNode()]) {
    const top = node.getTopLevelElement()
    if ($isLevelParagraph(top)) found.set(top.getKey(), top)
  }
  return [...found.values()]
}

const $shiftLevel = (step: 1 | -1): void => {
  for (const paragraph of $selectedParagraphs()) {
    const level = Math.min(4, Math.max(0, paragraph.getLevel() + step)) as Level
    if (level !== paragraph.getLevel()) paragraph.setLevel(level, null)
  }
}

/**
 * 一、 typed at the start of a paragraph becomes its level, also where Enter has just given another one. Only behind the caret
 * of the person typing, never in loaded text.
 */
const $convertTyped = (text: TextNode): void => {
  const paragraph = text.getParent()
  if ($hasUpdateTag(programTag) || text.isComposing() || !$isLevelParagraph(paragraph) || paragraph.getFirstChild() !== text) return
  const selection = $getSelection()
  if (!$isRangeSelection(selection) || !selection.isCollapsed() || selection.anchor.getNode() !== text) return
  const content = text.getTextContent()
  const parsed = parseNumber(content)
  if (parsed === null) return
  // 1. may still become 1.5: wait for the next character. The others are complete as soon as they stand there.
  const complete = /[.．]$/u.test(parsed.number) ? parsed.number.length + 1 : parsed.number.length
  if (selection.anchor.offset !== complete || content.length < complete) return
  const index = paragraph.getIndexWithinParent()
  const before = $skeleton().slice(0, index)
  const computed = numberBlocks([...before, { kind: 'paragraph', level: parsed.level, number: null, text: '' }]).at(-1)
  paragraph.setLevel(parsed.level, computed === parsed.number ? null : parsed.number)
  const dropped = content.length - parsed.rest.length
  const caret = Math.max(0, selection.anchor.offset - dropped)
  if (parsed.rest === '') {
    text.remove()
    paragraph.select(0, 0)
  } else {
    text.setTextContent(parsed.rest)
    text.select(caret, caret)
  }
}

/** A paragraph is one line, and holds only what a document can carry. So that every block is one child of the root. */
const $splitAtLineBreak = (lineBreak: LineBreakNode): void => {
  const paragraph = lineBreak.getParent()
  if (!$isLevelParagraph(paragraph)) return
  const rest = lineBreak.getNextSiblings()
  const next = $createLevelParagraph(0, null)
  paragraph.insertAfter(next)
  next.append(...rest.filter((node) => !$isLineBreakNode(node) || node !== lineBreak))
  lineBreak.remove()
}

const $clean = (text: TextNode): void => {
  if (text.isComposing()) return
  const content = text.getTextContent()
  const clean = content.replaceAll('\t', ' ').replaceAll(unprintable, '')
  if (clean !== content && text.getType() === 'text') text.setTextContent(clean)
}

/** Registers all of it; returns the undoing. */
export const registerLevels = (editor: LexicalEditor): (() => void) => {
  // After Esc the next Tab leaves the editor, so that the keyboard is never trapped.
  let leaving = false
  /** the paragraphs whose numbers stand on the page */
  let drawn: readonly LexicalNode[] = []
  return mergeRegister(
    editor.registerNodeTransform(TextNode, $clean),
    editor.registerNodeTransform(LineBreakNode, $splitAtLineBreak),
    editor.registerNodeTransform(TextNode, $convertTyped),
    editor.registerCommand(KEY_ESCAPE_COMMAND, () => { leaving = true; return false }, COMMAND_PRIORITY_HIGH),
    editor.registerCommand(KEY_TAB_COMMAND, (event) => {
      if (leaving) return true
      event.preventDefault()
      $shiftLevel(event.shiftKey ? -1 : 1)
      return true
    }, COMMAND_PRIORITY_HIGH),
    editor.registerCommand(KEY_DOWN_COMMAND, (event) => {
      if (event.key !== 'Escape' && event.key !== 'Tab' && event.key !== 'Shift') leaving = false
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !/^[0-4]$/u.test(event.key)) return false
      event.preventDefault()
      const level = Number(event.key) as Level
      for (const paragraph of $selectedParagraphs()) paragraph.setLevel(level, null)
      return true
    }, COMMAND_PRIORITY_HIGH),
    editor.registerCommand(KEY_BACKSPACE_COMMAND, (event) => {
      const selection = $getSelection()
      if (!$isRangeSelection(selection) || !selection.isCollapsed() || selection.anchor.offset !== 0) return false
      const node = selection.anchor.getNode()
      const paragraph = node.getTopLevelElement()
      const isAtStart = node === paragraph || $isTextNode(node) && $isLevelParagraph(paragraph) && paragraph.getFirstChild() === node
      if (!isAtStart || !$isLevelParagraph(paragraph) || paragraph.getLevel() === 0) return false
      event.preventDefault()
      paragraph.setLevel(0, null)
      return true
    }, COMMAND_PRIORITY_HIGH),
    // A paragraph is one line, and its face is set by its level: neither line ends nor bold exist inside.
    editor.registerCommand(INSERT_LINE_BREAK_COMMAND, () => editor.dispatchCommand(INSERT_PARAGRAPH_COMMAND, undefined), COMMAND_PRIORITY_HIGH),
    editor.registerCommand(FORMAT_TEXT_COMMAND, () => true, COMMAND_PRIORITY_HIGH),
    editor.registerUpdateListener(({ editorState }) => {
      // Nothing in the page is touched while an input method composes.
      if (editor.isComposing()) return
      editorState.read(() => {
        const children = $getRoot().getChildren()
        // Levels and numbers are in the paragraphs themselves: as long as these are the same, typing changed only words.
        const isSame = children.length === drawn.length && children.every((child, index) => child === drawn[index])
        if (isSame && editor.getElementByKey(children[0]?.getKey() ?? '')?.hasAttribute('data-number') === true) return
        drawn = children
        const numbers = numberBlocks($skeleton())
        children.forEach((child, index) => {
          const dom = editor.getElementByKey(child.getKey())
          const number = numbers[index] ?? ''
          if (dom === null) return
          if (dom.getAttribute('data-number') !== number) dom.setAttribute('data-number', number)
          const stated = String($isLevelParagraph(child) && child.getNumber() !== null)
          if (dom.getAttribute('data-stated') !== stated) dom.setAttribute('data-stated', stated)
        })
      })
    }),
  )
}

