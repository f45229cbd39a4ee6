/** The editor counts every paragraph, a content only the written ones (编辑器段落与公文段落). */
import type { Block } from '#core/document'
import { isWritten } from '../../editor/index.ts'

export type PlaceMap = {
  /** how many blocks the editor has, and which of them are not written: two maps that agree in both are the same */
  readonly count: number
  readonly blank: readonly number[]
  /** index in the editor of a written block; null when there is none */
  readonly toEditor: (written: number) => number | null
  /** index among the written blocks of an editor's block, or of the last written one before it */
  readonly toWritten: (block: number) => number
}

/** @param blocks all blocks of the editor, empty paragraphs included */
export const placeMap = (blocks: readonly Block[]): PlaceMap => {
  const editorOf: number[] = []
  const blank: number[] = []
  const writtenOf = blocks.map((block, index) => {
    ;(isWritten(block) ? editorOf : blank).push(index)
    return Math.max(0, editorOf.length - 1)
  })
  return { count: blocks.length, blank, toEditor: (written) => editorOf[written] ?? null, toWritten: (block) => writtenOf[block] ?? Math.max(0, editorOf.length - 1) }
}

/** The new map, or the old one where nothing moved: then nothing that hangs on places is drawn again for a key. */
export const steadyMap = (old: PlaceMap, blocks: readonly Block[]): PlaceMap => {
  const next = placeMap(blocks)
  return next.count === old.count && next.blank.length === old.blank.length && next.blank.every((index, at) => index === old.blank[at]) ? old : next
}
