/** Hashes of what a person has before the eyes. */
import { attachmentManifest, type DocumentContent } from '#core/document'
import { encodeCanonical } from '#core/formats'
import { sm3Hex } from '#core/crypto'
import { sawHash } from './statement.ts'
import { standingRevision, type DocumentState } from './state.ts'

/** Hash of the attachment list (附件清单): names and file hashes in order. */
export const attachmentsHash = (content: DocumentContent): string => sm3Hex(encodeCanonical(attachmentManifest(content)))

/** What someone who looks at the document now would sign, or null before it is routed. */
export const standingSawHash = (state: DocumentState): string | null => {
  const revision = standingRevision(state)
  return revision === null || state.route === null ? null : sawHash({
    revisionHash: revision.hash, attachmentsHash: revision.attachmentsHash, routeId: state.route.id, routeVersion: state.route.version,
  })
}
