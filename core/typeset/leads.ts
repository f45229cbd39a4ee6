/**
 * Which part of a numbered paragraph is its heading (小标题) and set in the level's face. GB/T 9704 §7.3.3 names faces for levels and
 * leaves open where a heading ends; this is what printing offices do.
 */
import type { Block } from '#core/document'

/** A first sentence longer than this is text, not a heading with text after it; characters. */
const longestLead = 30
/** A paragraph of a single sentence is a heading only when it is this short and of one piece. */
const longestSentence = 20

/** A line without 。 is a heading whatever stands beside it; a sentence is one only if all its siblings are. */
type Kind = { readonly kind: 'line' | 'lead' | 'text'; readonly length: number }

function kindOf(text: string): Kind {
  const end = text.indexOf('。')
  if (end < 0) return { kind: 'line', length: text.length }
  const isLead = end === text.length - 1 ? end <= longestSentence && !/[，；：]/u.test(text) : end <= longestLead
  return isLead ? { kind: 'lead', length: end + 1 } : { kind: 'text', length: 0 }
}

/**
 * The length of the heading that each block begins with, UTF-16; 0 for none. Levels 1 and 2 only. Siblings — blocks of one level
 * below the same heading — are judged together, so that a list never shows two faces.
 */
export function leadLengths(blocks: readonly Block[]): number[] {
  const lengths = new Array<number>(blocks.length).fill(0)
  const open: (readonly { readonly at: number; readonly kind: Kind }[])[] = [[], [], []]
  const close = (level: number): void => {
    const siblings = open[level] ?? []
    const isText = siblings.some(({ kind }) => kind.kind === 'text')
    for (const { at, kind } of siblings) if (kind.kind === 'line' || !isText) lengths[at] = kind.length
    open[level] = []
  }
  blocks.forEach((block, at) => {
    if (block.kind !== 'paragraph' || (block.level !== 1 && block.level !== 2)) return
    // A heading of level 1 ends the list of level 2 before it.
    if (block.level === 1) close(2)
    open[block.level] = [...(open[block.level] ?? []), { at, kind: kindOf(block.text) }]
  })
  close(1)
  close(2)
  return lengths
}
