/** Underlines drawn over the text without touching it (标记): CSS Custom Highlights over live ranges. */
import { $getRoot, type LexicalEditor } from 'lexical'
import type { Block } from '#core/document'
import { rangeIn } from './carets.ts'
import { fieldsOf, type Place } from './places.ts'

export type MarkKind = 'error' | 'warning' | 'info' | 'comment' | 'found' | 'current'

/** Which mark covers which: the one that is being looked for stands above all. */
const priority: Readonly<Record<MarkKind, number>> = { comment: 0, info: 1, warning: 2, error: 3, found: 4, current: 5 }

/** One highlight a kind serves all editors of the window, each with ranges of its own. */
const highlightOf = (kind: MarkKind): Highlight | null => {
  if (typeof CSS === 'undefined' || !('highlights' in CSS)) return null
  const name = `wk-${kind}`
  const known = CSS.highlights.get(name)
  if (known !== undefined) return known
  const made = new Highlight()
  made.priority = priority[kind]
  CSS.highlights.set(name, made)
  return made
}

export type Marker = { readonly draw: (kind: MarkKind, ranges: readonly Range[]) => void; readonly clear: () => void }

export const createMarker = (): Marker => {
  const drawn = new Map<MarkKind, readonly Range[]>()
  const draw: Marker['draw'] = (kind, ranges) => {
    const highlight = highlightOf(kind)
    if (highlight === null) return
    for (const range of drawn.get(kind) ?? []) highlight.delete(range)
    for (const range of ranges) highlight.add(range)
    drawn.set(kind, ranges)
  }
  return { draw, clear: () => { for (const kind of [...drawn.keys()]) draw(kind, []) } }
}

/** The page's elements of all blocks, in order. */
export const elementsOf = (editor: LexicalEditor): readonly (HTMLElement | null)[] =>
  editor.getEditorState().read(() => $getRoot().getChildrenKeys()).map((key) => editor.getElementByKey(key) ?? null)

/** The element of a field: the paragraph itself, or the caption or cell of an object. */
export const elementOf = (elements: readonly (HTMLElement | null)[], block: number, place: Place): HTMLElement | null => {
  const element = elements[block] ?? null
  return element === null || place === 'text' ? element : element.querySelector<HTMLElement>(`[data-place="${place}"]`)
}

/** Ranges for a stretch of `blockText`: one a field that it touches. Places that are no longer there give none. */
export const rangesFor = (elements: readonly (HTMLElement | null)[], block: number, value: Block, start: number, end: number): readonly Range[] => {
  const ranges: Range[] = []
  for (const field of fieldsOf(value)) {
    const from = Math.max(start, field.start) - field.start
    const to = Math.min(end, field.start + field.text.length) - field.start
    if (from >= to || field.text === '') continue
    const element = elementOf(elements, block, field.place)
    const range = element === null ? null : rangeIn(element, from, to)
    if (range !== null) ranges.push(range)
  }
  return ranges
}
