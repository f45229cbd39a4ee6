/** What the editor and its host say to each other (编辑器接口). Offsets are UTF-16 offsets in `blockText` of a block. */
import type { Block, Picture } from '#core/document'
import type { Result } from '#core/formats'

/** `block`: index among all blocks of the last `onChange`, empty paragraphs included */
export type TextPlace = { readonly block: number; readonly offset: number }
export type TextRange = { readonly block: number; readonly start: number; readonly end: number }

export type EditorFinding = TextRange & { readonly id: string; readonly severity: 'error' | 'warning' | 'info'; readonly message: string }
export type EditorComment = TextRange & { readonly id: string; readonly text: string; readonly resolved: boolean }

export type StoredPicture = Pick<Picture, 'file' | 'pixels'>

export type EditorHandle = {
  readonly focus: () => void
  readonly goTo: (place: TextPlace) => void
  readonly select: (range: TextRange) => void
  /** one undo step; the caret goes behind the new text */
  readonly replaceText: (range: TextRange, text: string) => void
  /** one undo step */
  readonly replaceBlocks: (blocks: readonly Block[]) => void
  /** after the paragraph with the caret; the caret goes into its first cell */
  readonly insertTable: (rows: number, columns: number) => void
  readonly insertPicture: (file: File) => void
  readonly openFind: () => void
  readonly undo: () => void
  readonly redo: () => void
  /** what is selected, or where the caret is or was last; null before anything was */
  readonly selection: () => TextRange | null
}

export type BodyEditorProps = {
  readonly initial: readonly Block[]
  readonly label: string
  readonly placeholder: string
  /** after every change, with all blocks, empty paragraphs included; not while an input method composes */
  readonly onChange: (blocks: readonly Block[]) => void
  readonly onCaret?: (place: TextPlace) => void
  readonly findings?: readonly EditorFinding[]
  readonly comments?: readonly EditorComment[]
  readonly onReady?: (handle: EditorHandle) => void
  /** stores the bytes; the error is a sentence for people */
  readonly onPicture?: (file: File) => Promise<Result<StoredPicture, string>>
  /** an address that an <img> may show, or null while it is not at hand */
  readonly pictureUrl?: (hash: string) => string | null
  /** a sentence that says what could not be taken */
  readonly onRefused: (message: string) => void
}
