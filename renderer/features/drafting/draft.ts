/** The draft that is being typed, as it lies on disk (起草中的文本). */
import { validateContent, type Block, type DocumentContent } from '#core/document'
import { canonicalText, type CanonicalValue } from '#core/formats'
import type { DocumentState } from '#core/route'
import { readNotes, type Notes } from './notes.ts'

export type LocalDraft = {
  readonly schema: 'wenshu.localDraft/1'
  readonly content: DocumentContent
  /** hash of the stored text it was written from: a draft head, or the revision that is being amended */
  readonly base: string | null
  /** whether it holds anything that was not yet handed to `draft.save` or `revision.amend` */
  readonly dirty: boolean
  /** remarks, versions and the like; absent in entries of earlier releases */
  readonly notes?: Notes
}

export const writeLocalDraft = (draft: LocalDraft): string => JSON.stringify(draft)

/** Null when the entry is not a draft: the caller then says so and keeps the entry. */
export const readLocalDraft = (json: string): LocalDraft | null => {
  try {
    const value = JSON.parse(json) as Partial<LocalDraft> | null
    if (value === null || typeof value !== 'object' || value.schema !== 'wenshu.localDraft/1') return null
    if (typeof value.dirty !== 'boolean' || !(value.base === null || typeof value.base === 'string')) return null
    const content = validateContent(value.content)
    return content.ok ? { schema: 'wenshu.localDraft/1', content: content.value, base: value.base, dirty: value.dirty, ...(value.notes === undefined ? {} : { notes: readNotes(value.notes) }) } : null
  } catch {
    return null
  }
}

export const sameContent = (a: DocumentContent, b: DocumentContent): boolean =>
  a === b || canonicalText(a as unknown as CanonicalValue) === canonicalText(b as unknown as CanonicalValue)

/** By value; where both hold the same objects, as after one key in a long text, it costs next to nothing. */
export const sameBlocks = (a: readonly Block[], b: readonly Block[]): boolean => a === b || a.length === b.length && a.every((block, index) => {
  const other = b[index]!
  if (block === other) return true
  return block.kind === 'paragraph' && other.kind === 'paragraph'
    ? block.text === other.text && block.level === other.level && block.number === other.number
    : JSON.stringify(block) === JSON.stringify(other)
})

/** Whether the named members of two contents are the same: cheap enough for every key of a long text. */
export const samePart = (a: DocumentContent, b: DocumentContent, keys: readonly (keyof DocumentContent)[]): boolean => keys.every((key) =>
  key === 'body' ? sameBlocks(a.body, b.body) : a[key] === b[key] || JSON.stringify(a[key]) === JSON.stringify(b[key]))

export type Opening =
  | { readonly kind: 'local'; readonly draft: LocalDraft }
  /** the stored text with this hash */
  | { readonly kind: 'stored'; readonly hash: string }
  | { readonly kind: 'empty' }

/**
 * Which text to open. Unsaved typing always wins: it may rest on an older base, in which case saving it forks and keeps both.
 * Otherwise the stored text is newer or the same.
 */
export const openingOf = (state: Pick<DocumentState, 'drafts' | 'revisions' | 'status'> | null, local: LocalDraft | null): Opening => {
  const stored = state === null ? null : state.revisions.at(-1)?.hash ?? state.drafts.at(-1)?.hash ?? null
  if (local !== null && (local.dirty || stored === null)) return { kind: 'local', draft: local }
  if (stored !== null) return { kind: 'stored', hash: stored }
  return { kind: 'empty' }
}
