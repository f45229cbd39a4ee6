/** Carets and ranges inside one element of the page (光标), counted in UTF-16 offsets of its text. */

/** The text nodes of an element in order. */
const textsOf = (element: Element): readonly Text[] => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const texts: Text[] = []
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) texts.push(node as Text)
  return texts
}

const pointAt = (texts: readonly Text[], offset: number, side: 'start' | 'end'): readonly [Text, number] | null => {
  let left = offset
  for (const [index, text] of texts.entries()) {
    const isLast = index === texts.length - 1
    // A start belongs to the text that follows, an end to the text that it closes.
    if (left < text.length || left === text.length && (side === 'end' || isLast)) return [text, left]
    left -= text.length
  }
  const last = texts.at(-1)
  return last === undefined ? null : [last, last.length]
}

/** The range of an element's text from `start` to `end`, or null when it has no text. */
export const rangeIn = (element: Element, start: number, end: number): Range | null => {
  const texts = textsOf(element)
  const from = pointAt(texts, start, start === end ? 'end' : 'start')
  const to = pointAt(texts, end, 'end')
  if (from === null || to === null) return null
  const range = document.createRange()
  range.setStart(...from)
  range.setEnd(...to)
  return range
}

/** Focuses a field and selects from `start` to `end` in it. */
export const selectIn = (field: HTMLElement, start: number, end: number): void => {
  field.focus({ preventScroll: true })
  const range = rangeIn(field, start, end)
  const selection = getSelection()
  if (selection === null) return
  if (range === null) selection.collapse(field, 0)
  else selection.setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset)
}

/** What is selected in a field, or null when the selection is elsewhere. */
export const selectedIn = (field: Element): { readonly start: number; readonly end: number } | null => {
  const selection = getSelection()
  if (selection === null || selection.rangeCount === 0) return null
  const range = selection.getRangeAt(0)
  if (!field.contains(range.startContainer) || !field.contains(range.endContainer)) return null
  const before = document.createRange()
  before.selectNodeContents(field)
  before.setEnd(range.startContainer, range.startOffset)
  const start = before.toString().length
  return { start, end: start + range.toString().length }
}

/** Whether the caret stands on the first or last drawn line of a field. */
export const isOnEdgeLine = (field: Element, edge: 'first' | 'last'): boolean => {
  const selection = getSelection()
  if (selection === null || selection.rangeCount === 0 || field.textContent === '') return true
  const range = selection.getRangeAt(0).cloneRange()
  range.collapse(true)
  const caret = range.getClientRects()[0] ?? range.getBoundingClientRect()
  if (caret.height === 0) return true
  const whole = document.createRange()
  whole.selectNodeContents(field)
  const lines = [...whole.getClientRects()]
  const limit = edge === 'first' ? Math.min(...lines.map((line) => line.top)) : Math.max(...lines.map((line) => line.bottom))
  return edge === 'first' ? caret.top - limit < caret.height / 2 : limit - caret.bottom < caret.height / 2
}

/** Scrolls the nearest scrolling ancestor so that a range or an element is seen, in the middle when it was not. */
export const bringIntoView = (target: Range | Element): void => {
  const box = target.getBoundingClientRect()
  const start = target instanceof Range ? target.startContainer.parentElement : target.parentElement
  for (let holder = start; holder !== null; holder = holder.parentElement) {
    if (holder.scrollHeight <= holder.clientHeight || !/auto|scroll/u.test(getComputedStyle(holder).overflowY)) continue
    const frame = holder.getBoundingClientRect()
    if (box.top < frame.top + 72 || box.bottom > frame.bottom - 48) holder.scrollBy({ top: box.top - frame.top - (frame.height - box.height) / 2 })
    return
  }
}
