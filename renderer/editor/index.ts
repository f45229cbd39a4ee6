/** editor: writing the body of a document, paragraph by paragraph (正文编辑). The only door of this folder. */
export { BodyEditor, type BodyEditorProps } from './BodyEditor.tsx'
export { writtenBlocks, writtenIndex } from './convert.ts'
