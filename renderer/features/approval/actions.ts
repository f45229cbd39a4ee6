/** What this person may do with a document, and which of it is the one primary action (办理操作). */
import type { Directory } from '#core/access'
import { mayAmend, tasksFor, type DocumentState, type Task } from '#core/route'

export type Actions = {
  readonly task: Task | null
  readonly mayAmend: boolean
  readonly mayRecall: boolean
  readonly mayComment: boolean
  /** name of the step that follows the open one, or null when this is the last */
  readonly nextStep: string | null
}

export const actionsOf = (state: DocumentState, directory: Directory, personId: string, now: string): Actions => {
  const steps = state.route?.steps ?? []
  const at = steps.findIndex((step) => step.id === state.step?.stepId)
  return {
    task: tasksFor(state, directory, personId, now)[0] ?? null,
    mayAmend: mayAmend(state, directory, personId, now),
    mayRecall: state.createdBy === personId && state.status === 'routing',
    mayComment: state.status === 'routing' && state.revisions.length > 0,
    nextStep: at === -1 ? null : steps[at + 1]?.name ?? null,
  }
}

/** 常用语 of each kind of step, as word keys. Subordinates submit upward in the proper verbs (请…审签). */
export const phrasesOf = (stepKind: 'review' | 'countersign' | 'approve'): readonly string[] => {
  switch (stepKind) {
    case 'review': return ['phrase.reviewed', 'phrase.forCountersign', 'phrase.forLeader']
    case 'countersign': return ['phrase.agree', 'phrase.noObjection', 'phrase.agreeWith']
    case 'approve': return ['phrase.agree', 'phrase.agreeIssue', 'phrase.issueAsIs']
  }
}
