/**
 * Replays the record of a document and holds every event against what came before it, against the command that caused it
 * and against the bytes in the package (过程复演). A record that the rules of the route could not have produced is refused.
 */
import {
  attachmentsHash, evolve, hasAgreed, isJoint, isReceiptStatement, missingSeals, routeProblem, sawHash, sealPlaceProblem, sealRequestHash, sealRequestOf, standingRevision,
  standingSawHash, statedPlace, statesReceipt, statesSeal,
  type DocumentEvent, type DocumentState, type SealRequested, type SealStatement, type Statement, type StatementSignature,
} from '#core/route'
import type { DocumentContent } from '#core/document'
import { verifyRecordChain, type EventRecord } from '#core/ledger'
import { followsFrom, isMembers, type PackagedCommand } from './command.ts'
import type { Notebook } from './judge.ts'

export type SignedStatement = { readonly label: string; readonly signed: StatementSignature; readonly person: string; readonly receivedAt: string }

export type History = {
  readonly state: DocumentState
  readonly statements: readonly SignedStatement[]
}

export type HistorySource = {
  readonly records: readonly EventRecord[]
  /** by hash */
  readonly commands: ReadonlyMap<string, PackagedCommand>
  /** frozen contents by hash of their bytes */
  readonly contents: ReadonlyMap<string, DocumentContent>
}

/** The state that the records lead to, or null when they do not hold together; steps are noted either way. */
export const replay = (source: HistorySource, { check, add }: Notebook): History | null => {
  const chain = verifyRecordChain(source.records)
  if (!check('事件链', chain.ok, `${source.records.length} 条事件记录首尾相接、序号连续`, chain.ok ? '' : chain.error.message)) return null
  let state: DocumentState | null = null
  const statements: SignedStatement[] = []
  let previousAt = ''
  try {
    for (const record of source.records) {
      const position = `第 ${record.index + 1} 条（${record.type}）`
      const { data } = record
      if (!isMembers(data) || data['type'] !== record.type) return fail(add, `${position}：内容与类型不符`)
      const event = data as unknown as DocumentEvent
      const command = source.commands.get(record.commandHash)
      if (command === undefined) return fail(add, `${position}：没有所依据的操作`)
      const own = command.commandId === record.commandId && command.deviceId === record.deviceId && command.actor === record.actor &&
        command.claimedAt === record.claimedAt && command.payload.documentId === record.documentId
      if (!own || !followsFrom(event, command)) return fail(add, `${position}：与所依据的操作不符`)
      if (record.receivedAt < previousAt) return fail(add, `${position}：时间早于上一条`)
      previousAt = record.receivedAt
      if (!timesAgree(event, record)) return fail(add, `${position}：事件所记时间与记录不符`)
      const problem = problemOf(state, event, record, command, source.contents)
      if (problem !== null) return fail(add, `${position}：${problem}`)
      statements.push(...statementsOf(state, event, record))
      state = evolve(state, event, record.receivedAt)
    }
  } catch (error) {
    // Members of a wrong kind surface as a TypeError or as evolve's own refusal; either way the record is not one of ours.
    return fail(add, `事件内容不完整：${error instanceof Error ? error.message : ''}`)
  }
  if (state === null || state.status !== 'filed' || source.records.at(-1)?.type !== 'DocumentFiled') return fail(add, '记录没有到达归档')
  add('过程复演', 'pass', '从起草到归档逐条复演，与规则和操作一致')
  const used = new Set(source.records.map((record) => record.commandHash))
  if (!check('操作', used.size === source.commands.size, `${used.size} 条操作与事件一一对应`, '有与事件无关的操作')) return null
  return { state, statements }
}

const fail = (add: Notebook['add'], detail: string): null => {
  add('过程复演', 'fail', detail)
  return null
}

/** What is wrong with an event at its moment, or null. */
const problemOf = (
  state: DocumentState | null, event: DocumentEvent, record: EventRecord, command: PackagedCommand, contents: ReadonlyMap<string, DocumentContent>,
): string | null => {
  if (event.type === 'DocumentCreated') return state === null && record.index === 0 && event.documentId === record.documentId ? null : '起草不在开头'
  if (state === null) return '记录不是从起草开始'
  const standing = standingRevision(state)
  switch (event.type) {
    case 'DraftSaved':
    case 'DraftForked':
    case 'DraftSettled':
      return state.status === 'draft' ? null : '送出后又改动草稿'
    case 'RevisionFrozen': {
      const content = contents.get(event.revision.hash)
      if (content === undefined) return `第${event.revision.number}稿不在包内`
      if (state.status !== 'draft' && state.status !== 'routing') return '签发后又修改文本'
      const expected = { number: (standing?.number ?? 0) + 1, parent: standing?.hash ?? null }
      if (event.revision.number !== expected.number || event.revision.parent !== expected.parent) return '稿次不连续'
      if (event.revision.attachmentsHash !== attachmentsHash(content)) return '附件清单与文本不符'
      if (event.issuers !== undefined && !areIssuers(event.issuers, state, content)) return '发文机关与文本不符'
      return event.title === content.title && event.urgency === content.urgency && event.disclosure === content.disclosure ? null : '题名等要素与文本不符'
    }
    case 'RouteStarted':
      if (routeProblem(event.route) !== null) return '流程定义不合规则'
      return state.status === 'draft' && standing !== null ? null : '流程重复启动'
    case 'StepOpened':
      return stepProblem(state, event)
    case 'OpinionGiven':
      return opinionProblem(state, event, command)
    case 'BranchesReopened':
      return state.revising ? null : '没有退回的事项'
    case 'DocumentApproved': {
      const last = state.route?.steps.at(-1)
      const agreed = state.step?.branches.length !== 0 && state.step?.branches.every((branch) => branch.state === 'agreed') === true
      return state.step?.stepId === last?.id && agreed && event.approval.revision === standing?.number ? null : '签发环节没有全部同意'
    }
    case 'DocumentRecalled':
      return '已撤回的公文不归档'
    case 'CommentAdded':
      return null
    case 'NumberAssigned':
      return state.status === 'approved' ? null : '编号不在签发之后'
    case 'FinalComposed':
      return state.status === 'numbered' && event.final.revisionHash === standing?.hash ? null : '成文版式不是所签发的文本'
    case 'SealRequested':
      if (sealRequestOf(state, organOf(state, event.request)) !== null) return '用印重复提出'
      return isSealable(state, event.request) && namesFinal(state, event.request) ? null : '用印声明与公文不符'
    case 'SealReturned': {
      const request = sealRequestOf(state, organOf(state, event))
      return request?.by === event.requestedBy && request.sealId === event.sealId ? null : '退回的不是所提的用印'
    }
    case 'SealDeclined':
      return isJoint(state) && isSealable(state, event) && sealRequestOf(state, event.organId) === null ? null : '拒绝用印的不是待用印的联合发文机关'
    case 'SealApplied':
      return sealProblem(state, event)
    case 'DocumentDispatched':
      return state.status === 'sealed' ? null : '封发不在用印之后'
    case 'ReceiptSigned': {
      const { statement } = event.signature
      const target = state.dispatch?.targets.find((candidate) => candidate.organId === event.organId)
      if (target === undefined || target.receipt !== null) return '签收的不是收文机关，或重复签收'
      return isReceiptStatement(statement) && statement.verdict === event.verdict && statesReceipt(state, statement, { organId: event.organId, person: event.by })
        ? null : '签收声明与公文不符'
    }
    case 'DocumentFiled':
      return state.status === 'dispatched' ? null : '归档不在封发之后'
    case 'PackageBuilt':
      return '归档包不能记录自己'
  }
}

const sameSubject = (statement: Statement, state: DocumentState, person: string): boolean => statement.documentId === state.id && statement.person === person

/** J1: as many as the text names, the host first, none twice; records of before joint sealing name none. */
const areIssuers = (issuers: readonly string[], { organId }: DocumentState, content: DocumentContent): boolean =>
  issuers.length > 1 && issuers.length === content.issuers.length && issuers[0] === organId && new Set(issuers).size === issuers.length

/** Steps follow one another as the route has them, each only when all branches of the one before have agreed. */
const stepProblem = (state: DocumentState, event: Extract<DocumentEvent, { type: 'StepOpened' }>): string | null => {
  const steps = state.route?.steps ?? []
  const index = steps.findIndex((step) => step.id === event.stepId)
  const before = state.step === null ? -1 : steps.findIndex((step) => step.id === state.step?.stepId)
  if (state.status !== 'routing' || index < 0 || index !== before + 1) return '环节的次序与流程不符'
  if (state.step?.branches.some((branch) => branch.state !== 'agreed') === true) return '上一环节没有全部同意'
  const holders = event.branches.map((branch) => branch.holder)
  const fresh = event.branches.every((branch) => branch.state === 'open' && branch.round === 1)
  return fresh && holders.length > 0 && holders.join() === (state.assignments[event.stepId] ?? []).join() ? null : '办理人与送核时指定的不符'
}

/** Times that an event repeats are those of its record. */
const timesAgree = (event: DocumentEvent, { claimedAt, receivedAt }: EventRecord): boolean => {
  switch (event.type) {
    case 'DraftSaved':
    case 'DraftForked':
    case 'DraftSettled':
      return event.head.savedAt === receivedAt
    case 'RevisionFrozen':
      return event.revision.receivedAt === receivedAt
    case 'OpinionGiven':
      return event.opinion.receivedAt === receivedAt && event.opinion.claimedAt === claimedAt
    case 'DocumentApproved':
      return event.approval.receivedAt === receivedAt && event.approval.claimedAt === claimedAt
    case 'CommentAdded':
      return event.comment.receivedAt === receivedAt && event.comment.claimedAt === claimedAt
    case 'SealRequested':
      return event.request.receivedAt === receivedAt
    case 'SealReturned':
    case 'SealDeclined':
      return event.receivedAt === receivedAt
    case 'SealApplied':
      return event.seal.receivedAt === receivedAt && (event.seal.confirmation === undefined || event.seal.confirmation.receivedAt === receivedAt)
    case 'ReceiptSigned':
      return event.claimedAt === claimedAt
    case 'DocumentFiled':
      return event.archive.receivedAt === receivedAt
    default:
      return true
  }
}

const opinionProblem = (state: DocumentState, { opinion }: Extract<DocumentEvent, { type: 'OpinionGiven' }>, { payload }: PackagedCommand): string | null => {
  const standing = standingRevision(state)
  const step = state.route?.steps.find((candidate) => candidate.id === opinion.stepId)
  const branch = state.step?.branches.find((candidate) => candidate.id === opinion.branchId)
  if (standing === null || state.route === null || step === undefined || branch === undefined || state.step?.stepId !== opinion.stepId || branch.state !== 'open') {
    return '意见不属于正在办理的环节'
  }
  if (branch.holder !== (opinion.onBehalfOf ?? opinion.by) || opinion.revision !== standing.number || opinion.round !== branch.round) return '意见与办理人或稿次不符'
  // The hash of what was on screen is computed anew from the bytes in the package.
  if (!('sawHash' in payload) || payload.sawHash !== standingSawHash(state)) return '办理人所见文本不是当时的文本'
  const { signature } = opinion
  if (signature === null) return opinion.decision === 'agree' && step.signature === 'personal' ? '该环节缺少个人签名' : null
  const { statement } = signature
  const matches = statement.schema === 'wenshu.approve/1' && sameSubject(statement, state, opinion.by) && statement.stepId === opinion.stepId &&
    statement.branchId === opinion.branchId && statement.decision === opinion.decision && statement.opinion === opinion.text &&
    statement.revisionHash === standing.hash && statement.attachmentsHash === standing.attachmentsHash && statement.routeId === state.route.id &&
    statement.routeVersion === state.route.version && statement.sawHash === sawHash(statement)
  return matches ? null : '签名声明与所办事项不符'
}

/** Whose seal an event is about: of a joint issue it says so, of one organ it does not. */
const organOf = (state: DocumentState, { organId }: { readonly organId?: string }): string => organId ?? state.organId

/** The organ has still to seal, and of a joint issue agreed before (J2); only there does the event name it. */
const isSealable = (state: DocumentState, event: { readonly organId?: string }): boolean => {
  const organId = organOf(state, event)
  const agreed = organId === state.organId || state.route?.jointCountersign === 'free' || hasAgreed(state, organId)
  return state.status === 'composed' && state.approval !== null && state.final !== null && isJoint(state) === (event.organId !== undefined) &&
    missingSeals(state).includes(organId) && agreed
}

/** The statement names the very files that were composed, and a place that the pages allow. */
const namesFinal = (state: DocumentState, { by, sealId, purpose, signature: { statement }, ...of }: Pick<SealRequested, 'by' | 'sealId' | 'purpose' | 'signature' | 'organId'>): boolean => {
  const organId = organOf(state, of)
  if (statedPlace(statement) !== null && (state.final?.sealGround === undefined || sealPlaceProblem(state, statement, organId) !== null)) return false
  return statesSeal(state, statement, { purpose, sealId, organId, person: by })
}

const sealProblem = (state: DocumentState, { seal }: Extract<DocumentEvent, { type: 'SealApplied' }>): string | null => {
  if (!isSealable(state, seal)) return '用印不在签发、编号、排版之后'
  if (!namesFinal(state, seal) || (seal.sealedOfdHash === undefined) !== (state.final?.ofdHash === undefined)) return '用印声明与公文不符'
  const { confirmation } = seal
  const request = sealRequestOf(state, organOf(state, seal))
  if (confirmation === undefined) return request === null ? null : '提出的用印没有经第二人复核'
  if (request === null || request.by !== seal.by || confirmation.by === seal.by) return '用印和复核不是两人分别办理'
  const { statement } = confirmation.signature
  const asked = sealRequestHash(request.signature.statement as SealStatement)
  return statement.schema === 'wenshu.confirm-seal/1' && sameSubject(statement, state, confirmation.by) && statement.requestHash === asked &&
    asked === sealRequestHash(seal.signature.statement as SealStatement) ? null : '复核声明与所提用印不符'
}

const named = ({ organId }: { readonly organId?: string }): string => (organId === undefined ? '' : `${organId} `)

const statementsOf = (state: DocumentState | null, event: DocumentEvent, record: EventRecord): readonly SignedStatement[] => {
  const found = (label: string, signed: StatementSignature, person: string): SignedStatement[] => [{ label, signed, person, receivedAt: record.receivedAt }]
  switch (event.type) {
    case 'OpinionGiven': {
      const name = state?.route?.steps.find((step) => step.id === event.opinion.stepId)?.name ?? event.opinion.stepId
      return event.opinion.signature === null ? [] : found(`${name}：${event.opinion.by}`, event.opinion.signature, event.opinion.by)
    }
    case 'SealApplied':
      return event.seal.confirmation === undefined ? found(`用印：${named(event.seal)}${event.seal.by}`, event.seal.signature, event.seal.by)
        : found(`用印复核：${named(event.seal)}${event.seal.confirmation.by}`, event.seal.confirmation.signature, event.seal.confirmation.by)
    case 'SealRequested':
      return found(`用印：${named(event.request)}${event.request.by}`, event.request.signature, event.request.by)
    case 'ReceiptSigned':
      return found(`签收：${event.organId} ${event.by}`, event.signature, event.by)
    default:
      return []
  }
}
