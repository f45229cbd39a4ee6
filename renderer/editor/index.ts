/** editor: writing the body of a document, paragraphs, tables and pictures (正文编辑). The only door of this folder. */
export { BodyEditor } from './BodyEditor.tsx'
export { isWritten, writtenBlocks } from './convert.ts'
export type { BodyEditorProps, EditorComment, EditorFinding, EditorHandle, StoredPicture, TextPlace, TextRange } from './types.ts'
