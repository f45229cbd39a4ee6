/** Setting once, without remembering more than the metrics of the faces. */
import type { DocumentContent, Issue } from '#core/document'
import type { FontSet, Layout } from './pages.ts'
import { createTypesetter, type HeadlessText, type TypesetOptions } from './typesetter.ts'

/**
 * Sets a document. Without an issue its number and dates are grey blanks, never invented. Never fails: what cannot be
 * shown is reported in `warnings` (typeset.missing-glyph, typeset.fallback-glyph, typeset.recipients-moved).
 */
export function typeset(content: DocumentContent, issue: Issue | null, fonts: FontSet, options: TypesetOptions = {}): Layout {
  return createTypesetter(fonts).typeset(content, issue, options)
}

/** Sets a text that has no head of its own, as an attachment is set. */
export function typesetText(text: HeadlessText, fonts: FontSet): Layout {
  return createTypesetter(fonts).typesetText(text)
}
