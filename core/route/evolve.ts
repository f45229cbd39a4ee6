/** evolve(state, event) → state. Total: an event of the wrong moment is a defect of `decide`, so it throws. */
import { assertNever } from '#core/formats'
import type { DocumentEvent } from './events.ts'
import { evolveSeal, without } from './evolve-seal.ts'
import type { DocumentState } from './state.ts'

const born = (event: Extract<DocumentEvent, { type: 'DocumentCreated' }>, at: string): DocumentState => ({
  schema: 1, id: event.documentId, version: 1, status: 'draft', kind: event.kind, title: event.title, urgency: '', disclosure: '主动公开',
  organId: event.organId, createdBy: event.by, createdAt: at, updatedAt: at, drafts: [], revisions: [], route: null, assignments: {},
  step: null, revising: false, opinions: [], comments: [], approval: null, number: null, final: null, seal: null, dispatch: null,
  archive: null, package: null,
})

/** @param at server time at which the event was recorded, ISO 8601 UTC */
export const evolve = (state: DocumentState | null, event: DocumentEvent, at: string): DocumentState => {
  if (event.type === 'DocumentCreated') return born(event, at)
  if (state === null) throw new Error(`event ${event.type} without a document`)
  const next: DocumentState = { ...state, version: state.version + 1, updatedAt: at }
  switch (event.type) {
    case 'DraftSaved':
      return {
        ...next, title: event.title, urgency: event.urgency, disclosure: event.disclosure,
        drafts: [...next.drafts.filter((head) => head.hash !== event.head.base), event.head],
      }
    case 'DraftForked':
      return { ...next, drafts: [...next.drafts, event.head] }
    case 'DraftSettled':
      return { ...next, title: event.title, drafts: [...next.drafts.filter((head) => !event.replaces.includes(head.hash)), event.head] }
    case 'RevisionFrozen':
      return {
        ...without(next, 'issuers'), title: event.title, urgency: event.urgency, disclosure: event.disclosure, revisions: [...next.revisions, event.revision],
        ...(event.issuers === undefined ? {} : { issuers: event.issuers }),
      }
    case 'RouteStarted':
      return { ...next, status: 'routing', route: event.route, assignments: event.assignments, drafts: [] }
    case 'StepOpened':
      return { ...next, step: { stepId: event.stepId, name: event.name, openedAt: at, branches: event.branches } }
    case 'OpinionGiven': {
      const { opinion } = event
      const branches = (next.step?.branches ?? []).map((branch) =>
        branch.id === opinion.branchId ? { ...branch, state: opinion.decision === 'agree' ? ('agreed' as const) : ('returned' as const) } : branch)
      return {
        ...next,
        opinions: [...next.opinions, opinion],
        step: next.step === null ? null : { ...next.step, branches },
        revising: branches.some((branch) => branch.state === 'returned'),
      }
    }
    case 'BranchesReopened':
      return {
        ...next,
        revising: false,
        step: next.step === null ? null : {
          ...next.step,
          branches: next.step.branches.map((branch) =>
            event.branchIds.includes(branch.id) ? { ...branch, state: 'open' as const, round: branch.round + 1 } : branch),
        },
      }
    case 'DocumentApproved':
      return { ...next, status: 'approved', approval: event.approval, step: null, revising: false }
    case 'DocumentRecalled':
      return { ...next, status: 'recalled', step: null, revising: false }
    case 'CommentAdded':
      return { ...next, comments: [...next.comments, event.comment] }
    case 'NumberAssigned':
      return { ...next, status: 'numbered', number: event.number }
    case 'FinalComposed':
      return { ...next, status: 'composed', final: event.final }
    case 'SealApplied':
    case 'SealRequested':
    case 'SealReturned':
    case 'SealDeclined':
      return evolveSeal(next, event)
    case 'DocumentDispatched':
      return {
        ...next, status: 'dispatched',
        dispatch: { by: event.by, receivedAt: at, targets: event.organIds.map((organId) => ({ organId, receipt: null })) },
      }
    case 'ReceiptSigned':
      return {
        ...next,
        dispatch: next.dispatch === null ? null : {
          ...next.dispatch,
          targets: next.dispatch.targets.map((target) => target.organId !== event.organId ? target : {
            ...target,
            receipt: { by: event.by, claimedAt: event.claimedAt, receivedAt: at, verdict: event.verdict, signature: event.signature },
          }),
        },
      }
    case 'DocumentFiled':
      return { ...next, status: 'filed', archive: event.archive }
    case 'PackageBuilt':
      return { ...next, status: 'packaged', package: event.package }
    default:
      return assertNever(event)
  }
}

export const evolveAll = (state: DocumentState | null, events: readonly DocumentEvent[], at: string): DocumentState | null =>
  events.reduce<DocumentState | null>((current, event) => evolve(current, event, at), state)
