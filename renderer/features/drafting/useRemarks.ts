/** 批注 on a text that is being written: they stay on their words, and go to disk with the draft. */
import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react'
import { blockText, type Block } from '#core/document'
import type { EditorComment, EditorHandle } from '../../editor/index.ts'
import type { PlaceMap } from './editorPlaces.ts'
import type { Notes, Remark } from './notes.ts'
import { createRebase, type TextRange } from './rebase.ts'

export type RemarksInput = {
  readonly notes: Notes
  readonly note: (next: (notes: Notes) => Notes) => void
  readonly author: string
  readonly body: RefObject<readonly Block[]>
  readonly places: PlaceMap
  readonly editor: RefObject<EditorHandle | null>
}

export type Remarks = {
  /** as the editor shows them */
  readonly marks: readonly EditorComment[]
  readonly target: string | null
  readonly isWriting: boolean
  readonly begin: () => void
  readonly onWrite: (isWriting: boolean) => void
  readonly add: (text: string) => void
  readonly go: (remark: Remark) => void
  readonly resolve: (id: string) => void
  readonly remove: (id: string) => void
  /** moves all remarks from one text to the next */
  readonly follow: (before: readonly Block[], after: readonly Block[]) => void
}

type Target = { readonly range: TextRange; readonly quote: string }

const sameRange = (a: TextRange | null, b: TextRange | null): boolean => a === b || a !== null && b !== null && a.block === b.block && a.start === b.start && a.end === b.end

export const useRemarks = ({ notes, note, author, body, places, editor }: RemarksInput): Remarks => {
  const [target, setTarget] = useState<Target | null>(null)
  const [isWriting, setWriting] = useState(false)
  const latest = useRef(places)
  useEffect(() => { latest.current = places }, [places])

  /** What is chosen in the text, or the whole paragraph with the caret. */
  const chosen = useCallback((): Target | null => {
    const range = editor.current?.selection() ?? null
    if (range === null) return null
    const block = latest.current.toWritten(range.block)
    const words = body.current[block] === undefined ? '' : blockText(body.current[block])
    const [start, end] = range.end > range.start ? [range.start, range.end] : [0, words.length]
    return words === '' ? null : { range: { block, start, end }, quote: words.slice(start, end).slice(0, 60) }
  }, [editor, body])
  const begin = useCallback((): void => {
    const found = chosen()
    setTarget(found)
    setWriting(found !== null)
  }, [chosen])
  const onWrite = useCallback((wanted: boolean): void => {
    if (wanted) begin()
    else setWriting(false)
  }, [begin])
  const add = useCallback((text: string): void => {
    if (target === null) return
    const remark: Remark = { id: crypto.randomUUID(), range: target.range, quote: target.quote, text, author, at: new Date().toISOString(), resolved: null }
    note((old) => ({ ...old, remarks: [...old.remarks, remark] }))
    setWriting(false)
    editor.current?.focus()
  }, [target, author, note, editor])
  const go = useCallback((remark: Remark): void => {
    const block = remark.range === null ? null : latest.current.toEditor(remark.range.block)
    if (block !== null && remark.range !== null) editor.current?.select({ block, start: remark.range.start, end: remark.range.end })
  }, [editor])
  const resolve = useCallback((id: string): void => note((old) => ({
    ...old, remarks: old.remarks.map((remark) => (remark.id !== id ? remark : { ...remark, resolved: remark.resolved === null ? { by: author, at: new Date().toISOString() } : null })),
  })), [note, author])
  const remove = useCallback((id: string): void => note((old) => ({ ...old, remarks: old.remarks.filter((remark) => remark.id !== id) })), [note])
  const follow = useCallback((before: readonly Block[], after: readonly Block[]): void => {
    note((old) => {
      if (old.remarks.length === 0) return old
      const move = createRebase(before, after)
      const moved = old.remarks.map((remark) => {
        const range = remark.range === null ? null : move(remark.range)
        return sameRange(range, remark.range) ? remark : { ...remark, range }
      })
      return moved.every((remark, index) => remark === old.remarks[index]) ? old : { ...old, remarks: moved }
    })
  }, [note])
  const marks = useMemo(() => notes.remarks.flatMap(({ id, range, text, resolved }): EditorComment[] => {
    const block = range === null ? null : places.toEditor(range.block)
    return range === null || block === null ? [] : [{ id, block, start: range.start, end: range.end, text, resolved: resolved !== null }]
  }), [notes.remarks, places])
  return { marks, target: target?.quote ?? null, isWriting, begin, onWrite, add, go, resolve, remove, follow }
}
