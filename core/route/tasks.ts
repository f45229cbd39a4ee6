/** What waits for whom: the boxes of the desk (待办、待阅、在办、已办). Derived, never stored. */
import { actsFor, hasRole, type Directory } from '#core/access'
import { missingSeals, sealRequestOf, sealsOf } from './joint.ts'
import type { Branch, DocumentState } from './state.ts'

export type Task =
  | { readonly kind: 'draft' }
  | { readonly kind: 'settleFork' }
  | { readonly kind: 'revise' }
  | { readonly kind: 'decide'; readonly stepId: string; readonly stepName: string; readonly stepKind: 'review' | 'countersign' | 'approve'; readonly branch: Branch; readonly personalKey: boolean }
  | { readonly kind: 'seal' }
  | { readonly kind: 'confirmSeal'; readonly sealId: string; readonly requestedBy: string }
  | { readonly kind: 'dispatch' }
  | { readonly kind: 'receive'; readonly organId: string }
  | { readonly kind: 'file' }

/** What `personId` may do now with this document, most urgent first. */
export const tasksFor = (state: DocumentState, directory: Directory, personId: string, now: string): readonly Task[] => {
  const tasks: Task[] = []
  if (state.status === 'draft' && state.createdBy === personId) tasks.push({ kind: state.drafts.length > 1 ? 'settleFork' : 'draft' })
  if (state.revising && state.createdBy === personId) tasks.push({ kind: 'revise' })
  const step = state.route?.steps.find((candidate) => candidate.id === state.step?.stepId)
  if (step !== undefined) {
    for (const branch of state.step?.branches ?? []) {
      if (branch.state === 'open' && actsFor(directory, personId, branch.holder, now)) {
        tasks.push({ kind: 'decide', stepId: step.id, stepName: step.name, stepKind: step.kind, branch, personalKey: step.signature === 'personal' })
      }
    }
  }
  const organId = directory.people[personId]?.organId ?? ''
  if (state.status === 'composed' && missingSeals(state).includes(organId) && hasRole(directory, personId, 'sealClerk', organId)) {
    const request = sealRequestOf(state, organId)
    if (request === null) tasks.push({ kind: 'seal' })
    else if (request.by !== personId) tasks.push({ kind: 'confirmSeal', sealId: request.sealId, requestedBy: request.by })
  }
  if (state.status === 'sealed' && (hasRole(directory, personId, 'sealClerk', state.organId) || hasRole(directory, personId, 'registrar', state.organId))) {
    tasks.push({ kind: 'dispatch' })
  }
  for (const target of state.dispatch?.targets ?? []) {
    if (target.receipt === null && hasRole(directory, personId, 'registrar', target.organId)) tasks.push({ kind: 'receive', organId: target.organId })
  }
  if (state.status === 'dispatched' && hasRole(directory, personId, 'archivist', state.organId)) tasks.push({ kind: 'file' })
  return tasks
}

export type Box = 'todo' | 'toRead' | 'inProgress' | 'done'

/** 待办: something to do · 待阅: came into view, nothing to do, nothing done yet · 在办: mine and still moving · 已办: the rest. */
export const boxOf = (state: DocumentState, directory: Directory, personId: string, now: string): Box => {
  if (tasksFor(state, directory, personId, now).length > 0) return 'todo'
  const acted = state.createdBy === personId || state.opinions.some((opinion) => opinion.by === personId) ||
    state.revisions.some((revision) => revision.by === personId) ||
    sealsOf(state).some((seal) => seal.by === personId || seal.confirmation?.by === personId) ||
    sealRequestOf(state, directory.people[personId]?.organId ?? '')?.by === personId || state.dispatch?.by === personId ||
    state.archive?.by === personId || (state.dispatch?.targets ?? []).some((target) => target.receipt?.by === personId)
  const finished = state.status === 'packaged' || state.status === 'filed' || state.status === 'recalled'
  if (acted) return finished || state.revisions.length > 0 && state.createdBy !== personId ? 'done' : 'inProgress'
  return 'toRead'
}

/** 当前环节·持有人, for lists. Person ids are resolved by the screen. */
export const whereItStands = (state: DocumentState): { readonly key: string; readonly step: string | null; readonly holders: readonly string[] } => {
  if (state.revising) return { key: 'revising', step: state.step?.name ?? null, holders: [state.createdBy] }
  if (state.step !== null) {
    return { key: 'step', step: state.step.name, holders: state.step.branches.filter((branch) => branch.state === 'open').map((branch) => branch.holder) }
  }
  return { key: state.status, step: null, holders: state.status === 'draft' ? [state.createdBy] : [] }
}

