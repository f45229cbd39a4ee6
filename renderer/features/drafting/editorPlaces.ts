/** The editor counts every paragraph, a content only the written ones (编辑器段落与公文段落). */
import type { Block } from '#core/document'
import { writtenBlocks } from '../../editor/index.ts'

export type PlaceMap = {
  /** index in the editor of a written block; null when there is none */
  readonly toEditor: (written: number) => number | null
  /** index among the written blocks of an editor's block, or of the last written one before it */
  readonly toWritten: (block: number) => number
}

/** @param blocks all blocks of the editor, empty paragraphs included */
export const placeMap = (blocks: readonly Block[]): PlaceMap => {
  const kept = new Set(writtenBlocks(blocks))
  const editorOf: number[] = []
  const writtenOf = blocks.map((block, index) => {
    if (kept.has(block)) editorOf.push(index)
    return Math.max(0, editorOf.length - 1)
  })
  return { toEditor: (written) => editorOf[written] ?? null, toWritten: (block) => writtenOf[block] ?? Math.max(0, editorOf.length - 1) }
}
