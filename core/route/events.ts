/** What happened to a document. Names never change; retired ones never return (C2). */
import type { Disclosure, DocumentKind, Urgency } from '#core/document'
import type { RouteDefinition } from './definition.ts'
import type { Branch, Comment, DocumentState, DraftHead, Opinion, Revision, SealApplication, SealDeclined, SealRequested, SealReturn } from './state.ts'
import type { StatementSignature } from './statement.ts'

type Present<T> = Exclude<T, null>

export type DocumentEvent =
  | { readonly type: 'DocumentCreated'; readonly documentId: string; readonly kind: DocumentKind; readonly organId: string; readonly title: string; readonly by: string }
  | { readonly type: 'DraftSaved'; readonly head: DraftHead; readonly title: string; readonly urgency: Urgency; readonly disclosure: Disclosure }
  | { readonly type: 'DraftForked'; readonly head: DraftHead }
  | { readonly type: 'DraftSettled'; readonly head: DraftHead; readonly replaces: readonly string[]; readonly title: string }
  | { readonly type: 'RevisionFrozen'; readonly revision: Revision; readonly issuers?: readonly string[]; readonly title: string; readonly urgency: Urgency; readonly disclosure: Disclosure }
  | { readonly type: 'RouteStarted'; readonly route: RouteDefinition; readonly assignments: Readonly<Record<string, readonly string[]>> }
  | { readonly type: 'StepOpened'; readonly stepId: string; readonly name: string; readonly branches: readonly Branch[] }
  | { readonly type: 'OpinionGiven'; readonly opinion: Opinion }
  | { readonly type: 'BranchesReopened'; readonly branchIds: readonly string[]; readonly note: string }
  | { readonly type: 'DocumentApproved'; readonly approval: Present<DocumentState['approval']> }
  | { readonly type: 'DocumentRecalled'; readonly by: string; readonly reason: string }
  | { readonly type: 'CommentAdded'; readonly comment: Comment }
  | { readonly type: 'NumberAssigned'; readonly number: Present<DocumentState['number']> }
  | { readonly type: 'FinalComposed'; readonly final: Present<DocumentState['final']> }
  | { readonly type: 'SealRequested'; readonly request: SealRequested }
  | ({ readonly type: 'SealReturned' } & SealReturn)
  | ({ readonly type: 'SealDeclined' } & SealDeclined)
  | { readonly type: 'SealApplied'; readonly seal: SealApplication }
  | { readonly type: 'DocumentDispatched'; readonly by: string; readonly organIds: readonly string[] }
  | { readonly type: 'ReceiptSigned'; readonly organId: string; readonly by: string; readonly claimedAt: string; readonly verdict: 'valid' | 'invalid' | 'undecided'; readonly signature: StatementSignature }
  | { readonly type: 'DocumentFiled'; readonly archive: Present<DocumentState['archive']> }
  | { readonly type: 'PackageBuilt'; readonly package: Present<DocumentState['package']> }

export type RouteEvent = { readonly type: 'RoutePublished'; readonly route: RouteDefinition }
