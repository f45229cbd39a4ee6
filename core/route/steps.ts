/** Deciding steps: agree, return, amend, resubmit, recall, comment (审核、会签、签发). */
import { actsFor, type Directory } from '#core/access'
import { accept, refuse, type Context, type Decision } from './decision.ts'
import type { DocumentCommand } from './commands.ts'
import type { DocumentEvent } from './events.ts'
import type { StepDefinition } from './definition.ts'
import { standingRevision, type Branch, type DocumentState, type Opinion } from './state.ts'
import { countersignProblem, issuersIn } from './issuers.ts'
import { attachmentsHash, standingSawHash } from './seen.ts'
import { personalProblem } from './statement.ts'

type Ask<T extends DocumentCommand['type']> = Extract<DocumentCommand, { type: T }>

/** Seconds after which a view counts as offline work: a pull is never older than this while connected. */
export const onlineViewSeconds = 300

export const openStep = (step: StepDefinition, assignments: Readonly<Record<string, readonly string[]>>, directory: Directory): DocumentEvent => ({
  type: 'StepOpened',
  stepId: step.id,
  name: step.name,
  branches: (assignments[step.id] ?? []).map((personId): Branch => ({
    id: `${step.id}/${personId}`, holder: personId, organId: directory.people[personId]?.organId ?? '', state: 'open', round: 1,
  })),
})

type Standing = { readonly step: StepDefinition; readonly branch: Branch }

/** O2 in the order in which the reasons help the signer: recalled, step, holder, route, text, offline policy. */
const holdsStep = (
  state: DocumentState, command: Ask<'step.agree'> | Ask<'step.return'>, context: Context,
): Standing | Decision => {
  if (state.status === 'recalled') return refuse('recalled', '公文已被拟稿人撤回')
  const branch = state.step?.branches.find((candidate) => candidate.id === command.branchId)
  const step = state.route?.steps.find((candidate) => candidate.id === command.stepId)
  if (state.step === null || state.step.stepId !== command.stepId || branch === undefined || step === undefined) {
    return refuse('step_closed', '该环节已经办结或尚未开始')
  }
  if (!actsFor(context.directory, context.actor, branch.holder, context.now)) return refuse('not_authorized', '该事项不由您办理')
  const holder = context.directory.people[branch.holder]
  if (holder === undefined || !holder.roles.includes(step.role)) return refuse('not_authorized', '办理人已不在该岗位')
  if (branch.state !== 'open') return refuse('step_closed', branch.state === 'agreed' ? '该事项已经同意' : '该事项已经退回，等待修改')
  const standing = standingSawHash(state)
  if (standing !== command.sawHash) {
    const asked = 'signature' in command && command.signature?.statement.schema === 'wenshu.approve/1' ? command.signature.statement : null
    if (asked !== null && asked.routeId === state.route?.id && asked.routeVersion !== state.route.version) {
      return refuse('route_changed', '流程版本已变更')
    }
    return refuse('content_changed', '您看到的文本已被修改，请核对新版本后再办理', {
      standing: standingRevision(state)?.hash ?? '', ...(asked === null ? {} : { asked: asked.revisionHash }),
    })
  }
  if (context.viewAgeSeconds > onlineViewSeconds && !step.offline.allowed) return refuse('offline_not_allowed', `“${step.name}”须在线办理`)
  if (step.offline.allowed && context.viewAgeSeconds > step.offline.maxAgeSeconds) return refuse('too_old', '离线时间过长，请核对当前文本后重新办理')
  return { step, branch }
}

const opinionOf = (
  state: DocumentState, standing: Standing, context: Context, decision: Opinion['decision'], text: string, signature: Opinion['signature'],
): Opinion => ({
  stepId: standing.step.id, stepName: standing.step.name, branchId: standing.branch.id, round: standing.branch.round,
  by: context.actor, onBehalfOf: context.actor === standing.branch.holder ? null : standing.branch.holder,
  organId: standing.branch.organId, decision, text, revision: standingRevision(state)?.number ?? 0,
  commandId: context.commandId, claimedAt: context.claimedAt, receivedAt: context.now, signature,
})

/** The personal statement must say what the command says, be this person's, and verify. */
const statementProblem = (state: DocumentState, command: Ask<'step.agree'>, context: Context): Decision | null => {
  const revision = standingRevision(state)
  const signed = command.signature
  if (signed === null) return refuse('signature_required', '该环节须用个人密钥签名')
  const { statement } = signed
  if (statement.schema !== 'wenshu.approve/1' || revision === null || state.route === null) return refuse('signature_invalid', '签名声明的类型不正确')
  const same = statement.documentId === command.documentId && statement.stepId === command.stepId && statement.branchId === command.branchId &&
    statement.decision === 'agree' && statement.opinion === command.opinion && statement.sawHash === command.sawHash &&
    statement.revisionHash === revision.hash && statement.attachmentsHash === revision.attachmentsHash &&
    statement.routeId === state.route.id && statement.routeVersion === state.route.version && statement.person === context.actor
  if (!same) return refuse('signature_invalid', '签名声明与所办事项不一致')
  const problem = personalProblem(signed, context.personalKeys(context.actor))
  return problem === null ? null : refuse('signature_invalid', problem)
}

export const agree = (state: DocumentState, command: Ask<'step.agree'>, context: Context): Decision => {
  const standing = holdsStep(state, command, context)
  if ('kind' in standing) return standing
  if (command.opinion.length > 2000) return refuse('invalid_command', '意见超过2000字')
  if (standing.step.signature === 'personal' || command.signature !== null) {
    const problem = statementProblem(state, command, context)
    if (problem !== null) return problem
  }
  const opinion = opinionOf(state, standing, context, 'agree', command.opinion, command.signature)
  const given: DocumentEvent = { type: 'OpinionGiven', opinion }
  const waiting = (state.step?.branches ?? []).some((branch) => branch.id !== standing.branch.id && branch.state !== 'agreed')
  if (waiting) return accept(given)
  const steps = state.route?.steps ?? []
  const following = steps[steps.findIndex((step) => step.id === standing.step.id) + 1]
  if (following !== undefined) return accept(given, openStep(following, state.assignments, context.directory))
  return accept(given, {
    type: 'DocumentApproved',
    approval: { by: context.actor, revision: opinion.revision, claimedAt: context.claimedAt, receivedAt: context.now },
  })
}

export const giveBack = (state: DocumentState, command: Ask<'step.return'>, context: Context): Decision => {
  const standing = holdsStep(state, command, context)
  if ('kind' in standing) return standing
  if (command.reason.trim() === '') return refuse('invalid_command', '退回须写明理由')
  if (command.reason.length > 2000) return refuse('invalid_command', '理由超过2000字')
  return accept({ type: 'OpinionGiven', opinion: opinionOf(state, standing, context, 'return', command.reason, null) })
}

/** Who may change the text now: the drafter while a branch is returned, else the step's editors. */
export const mayAmend = (state: DocumentState, directory: Directory, actor: string, now: string): boolean => {
  if (state.status !== 'routing' || state.step === null) return false
  if (state.revising && state.createdBy === actor) return true
  const step = state.route?.steps.find((candidate) => candidate.id === state.step?.stepId)
  if (step === undefined) return false
  return step.editors.some((editor) => editor === 'holder'
    ? state.step?.branches.some((branch) => branch.state === 'open' && actsFor(directory, actor, branch.holder, now))
    : (state.route?.steps ?? []).filter((candidate) => candidate.role === 'reviewer')
        .some((candidate) => (state.assignments[candidate.id] ?? []).some((personId) => actsFor(directory, actor, personId, now))))
}

export const amend = (state: DocumentState, command: Ask<'revision.amend'>, context: Context): Decision => {
  const revision = standingRevision(state)
  if (state.status === 'recalled') return refuse('recalled', '公文已被拟稿人撤回')
  if (revision === null || state.status !== 'routing') return refuse('illegal_transition', '当前环节不能修改文本')
  if (!mayAmend(state, context.directory, context.actor, context.now)) return refuse('not_authorized', '当前环节不由您修改文本')
  if (command.contentHash === revision.hash) return { kind: 'noop' }
  if (command.parentHash !== revision.hash) {
    return refuse('content_changed', '文本已有更新的版本，您的修改已保留，请核对后再提交', { standing: revision.hash, asked: command.contentHash })
  }
  const content = context.content(command.contentHash)
  if (content === null) return refuse('invalid_content', '公文内容无法读取')
  if (content.kind !== state.kind) return refuse('invalid_content', '流程中不能更换文种')
  if (content.title === '') return refuse('invalid_content', '标题为空')
  const issuers = issuersIn(content, state.organId, context.directory)
  if (!issuers.ok) return refuse('invalid_content', issuers.error)
  const unasked = state.route === null ? null : countersignProblem(issuers.value, state.route, state.assignments, context.directory)
  if (unasked !== null) return refuse('invalid_content', unasked)
  return accept({
    type: 'RevisionFrozen', title: content.title, urgency: content.urgency, disclosure: content.disclosure, ...(issuers.value === null ? {} : { issuers: issuers.value }),
    revision: {
      number: revision.number + 1, hash: command.contentHash, parent: revision.hash, attachmentsHash: attachmentsHash(content),
      by: context.actor, note: command.note, receivedAt: context.now,
    },
  })
}

export const resubmit = (state: DocumentState, command: Ask<'step.resubmit'>, context: Context): Decision => {
  if (state.status === 'recalled') return refuse('recalled', '公文已被撤回')
  if (state.createdBy !== context.actor) return refuse('not_authorized', '只有拟稿人可以重新送出')
  if (!state.revising || state.step === null) return refuse('illegal_transition', '没有退回的事项')
  const branchIds = state.step.branches.filter((branch) => branch.state === 'returned').map((branch) => branch.id)
  return accept({ type: 'BranchesReopened', branchIds, note: command.note })
}

export const recall = (state: DocumentState, command: Ask<'document.recall'>, context: Context): Decision => {
  if (state.createdBy !== context.actor) return refuse('not_authorized', '只有拟稿人可以撤回')
  if (state.status === 'recalled') return { kind: 'noop' }
  if (state.status !== 'routing' && state.status !== 'draft') return refuse('illegal_transition', '公文已签发，不能撤回')
  if (command.reason.trim() === '') return refuse('invalid_command', '撤回须写明理由')
  return accept({ type: 'DocumentRecalled', by: context.actor, reason: command.reason })
}

export const comment = (state: DocumentState, command: Ask<'comment.add'>, context: Context): Decision => {
  if (command.text.trim() === '' || command.text.length > 2000) return refuse('invalid_command', '批注为空或超过2000字')
  if (state.status === 'recalled') return refuse('recalled', '公文已被撤回')
  return accept({ type: 'CommentAdded', comment: { by: context.actor, text: command.text, claimedAt: context.claimedAt, receivedAt: context.now } })
}
