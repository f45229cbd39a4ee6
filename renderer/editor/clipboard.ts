/** Copy, cut, paste and drop in the text (剪贴板). */
import {
  $addUpdateTag, $getSelection, $isRangeSelection, COMMAND_PRIORITY_HIGH, COPY_COMMAND, CUT_COMMAND, CUT_TAG, DRAGSTART_COMMAND, DROP_COMMAND, HISTORY_PUSH_TAG, mergeRegister,
  PASTE_COMMAND, PASTE_TAG, type LexicalEditor,
} from 'lexical'
import type { Block } from '#core/document'
import { $insertBlocks, $selectedBlocks, htmlOf, textOf } from './insert.ts'
import { endTyping } from './objects.ts'
import { clippingOf, isPicturePiece, ownType, readClipping, type Clipping, type PastedPicture } from './paste.ts'
import type { BodyEditorProps } from './types.ts'
import type { Words } from './words.ts'

export type ClipboardHost = {
  readonly words: () => Words
  readonly onPicture: () => BodyEditorProps['onPicture']
  readonly refused: (message: string) => void
  /** said beside the text: what was left behind */
  readonly noted: (message: string) => void
}

const $copy = (event: unknown): boolean => {
  if (!(event instanceof ClipboardEvent) || event.clipboardData === null) return false
  const { blocks, numbers } = $selectedBlocks()
  event.preventDefault()
  if (blocks.length === 0) return true
  event.clipboardData.setData(ownType, JSON.stringify(blocks))
  event.clipboardData.setData('text/plain', textOf(blocks, numbers))
  event.clipboardData.setData('text/html', htmlOf(blocks, numbers))
  return true
}

/** Pictures are stored before anything is inserted, so that the whole paste is one step. */
const storePicture = async (piece: PastedPicture, host: ClipboardHost): Promise<Block | null> => {
  const store = host.onPicture()
  if (store === undefined) return null
  const extension = piece.mediaType === 'image/jpeg' ? 'jpg' : 'png'
  const stored = await store(new File([piece.bytes], `${host.words()('picture.pastedName')}.${extension}`, { type: piece.mediaType }))
  if (!stored.ok) { host.refused(stored.error); return null }
  return { kind: 'picture', caption: piece.caption, ...stored.value, width: 0 }
}

const paste = async (editor: LexicalEditor, clipping: Clipping, host: ClipboardHost): Promise<void> => {
  const t = host.words()
  const read = await readClipping(clipping)
  if (!read.ok) return host.refused(read.error.message)
  const { pieces, dropped, isPlainOnly } = read.value
  let left = dropped.pictures
  const blocks: Block[] = []
  for (const piece of pieces) {
    const block = isPicturePiece(piece) ? await storePicture(piece, host) : piece
    if (block === null) left++
    else blocks.push(block)
  }
  const notes = [
    ...(isPlainOnly ? [t('paste.plainOnly')] : []),
    ...(left > 0 ? [t('paste.pictures', { count: left })] : []),
    ...(dropped.mergedCells > 0 ? [t('paste.merged', { count: dropped.mergedCells })] : []),
    ...(dropped.wideTables > 0 ? [t('paste.wide', { count: dropped.wideTables })] : []),
    ...(dropped.embedded > 0 ? [t('paste.embedded', { count: dropped.embedded })] : []),
  ]
  if (notes.length > 0) host.noted(t('paste.left', { what: notes.join(t('paste.and')) }))
  if (blocks.length === 0) return notes.length > 0 ? undefined : host.refused(t('paste.nothing'))
  endTyping(editor)
  editor.update(() => $insertBlocks(blocks), { tag: [PASTE_TAG, HISTORY_PUSH_TAG] })
}

/** Puts the caret where something is dropped. */
const caretAt = (event: DragEvent): boolean => {
  const selection = getSelection()
  const at = document.caretPositionFromPoint?.(event.clientX, event.clientY)
  if (at === null || at === undefined || selection === null) return false
  selection.collapse(at.offsetNode, at.offset)
  return true
}

export const registerClipboard = (editor: LexicalEditor, host: ClipboardHost): (() => void) => {
  let isOwnDrag = false
  const take = (data: DataTransfer): void => {
    void paste(editor, clippingOf(data), host).catch((problem: unknown) => host.refused(problem instanceof Error ? problem.message : String(problem)))
  }
  return mergeRegister(
    editor.registerCommand(COPY_COMMAND, $copy, COMMAND_PRIORITY_HIGH),
    editor.registerCommand(CUT_COMMAND, (event) => {
      if (!$copy(event)) return false
      const selection = $getSelection()
      if ($isRangeSelection(selection) && !selection.isCollapsed()) selection.removeText()
      $addUpdateTag(CUT_TAG)
      return true
    }, COMMAND_PRIORITY_HIGH),
    editor.registerCommand(PASTE_COMMAND, (event) => {
      if (!(event instanceof ClipboardEvent) || event.clipboardData === null) return false
      event.preventDefault()
      take(event.clipboardData)
      return true
    }, COMMAND_PRIORITY_HIGH),
    editor.registerCommand(DRAGSTART_COMMAND, () => { isOwnDrag = true; setTimeout(() => { isOwnDrag = false }, 30_000); return false }, COMMAND_PRIORITY_HIGH),
    editor.registerCommand(DROP_COMMAND, (event) => {
      event.preventDefault()
      // Moving words by the mouse inside the text is left out: a slip of the hand would reorder a decree.
      if (!isOwnDrag && event.dataTransfer !== null && caretAt(event)) {
        const data = event.dataTransfer
        const clipping = clippingOf(data)
        setTimeout(() => void paste(editor, clipping, host).catch((problem: unknown) => host.refused(String(problem))), 0)
      }
      isOwnDrag = false
      return true
    }, COMMAND_PRIORITY_HIGH),
  )
}
