/** What of a document's record the screens ask for again and again. */
import type { Issue } from '#core/document'
import { standingRevision, type DocumentState } from '#core/route'

/** Number and dates as printed, once they are given. */
export const issueOf = (state: DocumentState): Issue | null =>
  state.number === null ? null : { number: state.number.text, date: state.number.date, printDate: state.number.printDate }

/** Hash of the text that stands: the revision, or the saved draft before there is one. */
export const standingHash = (state: DocumentState): string | null => standingRevision(state)?.hash ?? state.drafts.at(-1)?.hash ?? null
