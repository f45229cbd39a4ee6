/** What a person can do about each refusal (需处理的出路). Rule P5: nothing is refused without a way on. */
import type { RefusalCode } from '#core/route'
import type { Rejection } from '#core/sync'

export type RejectionCode = RefusalCode | 'idempotency_mismatch'

/** Each leads to a place; the words of the buttons are in the locale files under attention.action. */
export type Action = 'openDocument' | 'openDraft' | 'compare' | 'newRoute' | 'keySettings' | 'signIn' | 'exportUnsent' | 'desk'

const byCode: Readonly<Record<RejectionCode, readonly Action[]>> = {
  step_closed: ['openDocument'],
  route_changed: ['newRoute'],
  content_changed: ['compare', 'openDocument'],
  not_authorized: ['openDocument', 'desk'],
  recalled: ['openDocument'],
  offline_not_allowed: ['openDocument'],
  too_old: ['openDocument'],
  device_revoked: ['exportUnsent'],
  invalid_command: ['openDocument'],
  invalid_content: ['openDraft'],
  not_found: ['desk'],
  already_exists: ['desk'],
  illegal_transition: ['openDocument'],
  already_sealed: ['openDocument'],
  already_received: ['openDocument'],
  signature_invalid: ['keySettings', 'openDocument'],
  signature_required: ['keySettings', 'openDocument'],
  draft_forked: ['openDraft'],
  depends_on_rejected: ['openDocument'],
  seal_unusable: ['openDocument'],
  prepare_again: ['openDocument'],
  same_person: ['openDocument'],
  internal_error: ['openDocument', 'exportUnsent'],
  idempotency_mismatch: ['openDocument', 'exportUnsent'],
}

export const documentOf = (rejection: Rejection): string | null => ('documentId' in rejection.command.payload ? rejection.command.payload.documentId : null)

/**
 * The buttons for one rejection: without a document there is none to open, and two versions are needed to compare.
 * @param visible whether this account still sees the document
 */
export const actionsFor = (rejection: Rejection, visible: boolean): readonly Action[] => {
  const { result } = rejection
  const documentId = documentOf(rejection)
  const possible = byCode[result.code].filter((action) => {
    switch (action) {
      case 'openDocument': case 'newRoute': return documentId !== null && visible
      // The text of a draft is in this profile whether or not the server knows the document.
      case 'openDraft': return documentId !== null
      case 'compare': return result.standing !== undefined && askedHash(rejection) !== null
      default: return true
    }
  })
  return possible.length === 0 ? ['desk'] : possible
}

/** Hash of the text that the person had in mind: what was signed, or what was to be saved. */
export const askedHash = ({ command, result }: Rejection): string | null =>
  result.asked ?? ('contentHash' in command.payload ? command.payload.contentHash : null)
