/** Which drafts wait to be gone on with. Pure. */
import type { DocumentKind } from '#core/document'
import type { Projection } from '#core/sync'
import { readLocalDraft } from './draft.ts'

/** A copy in the host's draft journal. */
export type Kept = { readonly documentId: string; readonly json: string; readonly savedAt: string }

export type Unfinished = {
  readonly documentId: string
  readonly title: string
  readonly kind: DocumentKind
  readonly savedAt: string
  /** typed on this device and not handed to the server yet */
  readonly onlyHere: boolean
}

/** Newest first. A copy whose document is already on its way is a correction in progress and is found with the document. */
export const unfinishedOf = (kept: readonly Kept[], projection: Pick<Projection, 'documents'>, personId: string): readonly Unfinished[] => {
  const found = new Map<string, Unfinished>()
  for (const { state } of projection.documents.values()) {
    if (state.status === 'draft' && state.createdBy === personId) {
      found.set(state.id, { documentId: state.id, title: state.title, kind: state.kind, savedAt: state.updatedAt, onlyHere: false })
    }
  }
  for (const { documentId, json, savedAt } of kept) {
    const known = projection.documents.get(documentId)
    const local = readLocalDraft(json)
    if (local === null || (known !== undefined && known.state.status !== 'draft') || (known !== undefined && !local.dirty)) continue
    found.set(documentId, { documentId, title: local.content.title, kind: local.content.kind, savedAt, onlyHere: local.dirty })
  }
  return [...found.values()].sort((a, b) => (a.savedAt < b.savedAt ? 1 : -1))
}
