/** Places in a text that is being changed (位置随文字移动): a remark stays on its words while others are typed around them. */
import { blockText, type Block } from '#core/document'

/** `end` is exclusive; UTF-16 offsets in the block's text. */
export type TextRange = { readonly block: number; readonly start: number; readonly end: number }

const same = (a: Block, b: Block): boolean => a === b || a.kind === b.kind && blockText(a) === blockText(b)

const commonPrefix = (a: string, b: string): number => {
  const most = Math.min(a.length, b.length)
  let at = 0
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++
  return at
}

const commonSuffix = (a: string, b: string, most: number): number => {
  let count = 0
  while (count < most && a.charCodeAt(a.length - 1 - count) === b.charCodeAt(b.length - 1 - count)) count++
  return count
}

/** Where a range of `before` is in `after`; null when its words are gone. Looks only at what differs, so it is cheap for every key. */
export const createRebase = (before: readonly Block[], after: readonly Block[]): ((range: TextRange) => TextRange | null) => {
  const most = Math.min(before.length, after.length)
  let head = 0
  while (head < most && same(before[head]!, after[head]!)) head++
  let tail = 0
  while (tail < most - head && same(before[before.length - 1 - tail]!, after[after.length - 1 - tail]!)) tail++
  const moved = after.length - before.length
  // What changed is read as one string, so that splitting or joining paragraphs moves the words with it.
  const old = before.slice(head, before.length - tail).map(blockText)
  const fresh = after.slice(head, after.length - tail).map(blockText)
  const oldText = old.join('\n')
  const freshText = fresh.join('\n')
  const prefix = commonPrefix(oldText, freshText)
  const suffix = commonSuffix(oldText, freshText, Math.min(oldText.length, freshText.length) - prefix)
  const grown = freshText.length - oldText.length

  return ({ block, start, end }) => {
    if (block < head) return { block, start, end }
    if (block >= before.length - tail) return { block: block + moved, start, end }
    let base = 0
    for (let at = 0; at < block - head; at++) base += old[at]!.length + 1
    const from = base + start
    const to = base + end
    const changedTo = oldText.length - suffix
    const newFrom = from < prefix ? from : from >= changedTo ? from + grown : prefix
    const newTo = to <= prefix ? to : to >= changedTo ? to + grown : prefix + Math.max(0, freshText.length - prefix - suffix)
    if (newTo <= newFrom) return null
    let rest = newFrom
    for (const [at, text] of fresh.entries()) {
      if (rest <= text.length) {
        const last = Math.min(text.length, rest + newTo - newFrom)
        return last > rest ? { block: head + at, start: rest, end: last } : null
      }
      rest -= text.length + 1
    }
    return null
  }
}
