/** Deciding what follows approval: number, compose, dispatch, receive, file, package (编号、排版、封发、签收、归档). */
import { hasRole } from '#core/access'
import { formatDocNumber } from '#core/document'
import { accept, needs, refuse, type Context, type Decision } from './decision.ts'
import type { DocumentCommand } from './commands.ts'
import { isJoint, missingSeals } from './joint.ts'
import { standingRevision, type DocumentState } from './state.ts'
import { isReceiptStatement, personalProblem, type ReceiptStatement } from './statement.ts'

type Ask<T extends DocumentCommand['type']> = Extract<DocumentCommand, { type: T }>

const onlySystem = (context: Context): Decision | null =>
  context.actor === 'system' ? null : refuse('not_authorized', '该操作由服务器办理')

export const number = (state: DocumentState, _command: Ask<'document.number'>, context: Context): Decision => {
  const refused = onlySystem(context)
  if (refused !== null) return refused
  if (state.number !== null) return { kind: 'noop' }
  const organ = context.directory.organs[state.organId]
  if (state.status !== 'approved' || organ === undefined) return refuse('illegal_transition', '公文尚未签发')
  const year = Number(context.today.slice(0, 4))
  if (context.effect?.kind !== 'allocateNumber') return needs({ kind: 'allocateNumber', mark: organ.mark, year })
  const { serial } = context.effect
  // 成文日期 is the day of the leader's approval (条例 Art. 9); the server's clock decides, not the device's.
  return accept({
    type: 'NumberAssigned',
    number: { mark: organ.mark, year, serial, text: formatDocNumber({ mark: organ.mark, year, serial }), date: context.today, printDate: context.today },
  })
}

export const compose = (state: DocumentState, _command: Ask<'document.compose'>, context: Context): Decision => {
  const refused = onlySystem(context)
  if (refused !== null) return refused
  if (state.final !== null) return { kind: 'noop' }
  const revision = standingRevision(state)
  if (state.status !== 'numbered' || state.number === null || revision === null) return refuse('illegal_transition', '公文尚未编号')
  if (context.effect?.kind !== 'composeFinal') {
    return needs({
      kind: 'composeFinal', revisionHash: revision.hash,
      issue: { number: state.number.text, date: state.number.date, printDate: state.number.printDate },
    })
  }
  const { hash, ofdHash, pages, layoutHash, sealGround } = context.effect
  return accept({ type: 'FinalComposed', final: { hash, pages, layoutHash, revisionHash: revision.hash, ...(ofdHash === undefined ? {} : { ofdHash }), ...(sealGround === undefined ? {} : { sealGround }) } })
}

export const dispatch = (state: DocumentState, command: Ask<'document.dispatch'>, context: Context): Decision => {
  if (!hasRole(context.directory, context.actor, 'sealClerk', state.organId) && !hasRole(context.directory, context.actor, 'registrar', state.organId)) {
    return refuse('not_authorized', '您没有封发岗位')
  }
  if (state.dispatch !== null) return refuse('illegal_transition', '公文已经封发')
  const missing = missingSeals(state)
  if (state.status === 'composed' && isJoint(state) && missing.length > 0) {
    return refuse('illegal_transition', `尚有发文机关未用印，不能封发：${missing.map((organId) => context.directory.organs[organId]?.name ?? organId).join('、')}`)
  }
  if (state.status !== 'sealed') return refuse('illegal_transition', '公文尚未用印，不能封发')
  if (command.organIds.length === 0) return refuse('invalid_command', '至少选择一个收文机关')
  if (new Set(command.organIds).size !== command.organIds.length) return refuse('invalid_command', '收文机关重复')
  const unknown = command.organIds.find((organId) => context.directory.organs[organId] === undefined || organId === state.organId)
  if (unknown !== undefined) return refuse('invalid_command', '收文机关不存在或为本机关')
  return accept({ type: 'DocumentDispatched', by: context.actor, organIds: command.organIds })
}

type Received = Pick<ReceiptStatement, 'organId' | 'verdict' | 'person' | 'claimedAt'>

/** The statement of a receipt (签收声明, R10): it names every sealed file that was received. Null before the seal. */
export const stateReceipt = ({ id, seal }: DocumentState, received: Received): ReceiptStatement | null => {
  if (seal === null) return null
  const named = { documentId: id, ...received, sealedHash: seal.sealedHash }
  return seal.sealedOfdHash === undefined ? { schema: 'wenshu.receipt/1', ...named } : { schema: 'wenshu.receipt/2', ...named, sealedOfdHash: seal.sealedOfdHash }
}

/** The statement is about this document, these files and this organ. Version 1 was signed for both files before there was version 2. */
export const statesReceipt = ({ id, seal }: DocumentState, statement: ReceiptStatement, { organId, person }: Pick<Received, 'organId' | 'person'>): boolean =>
  seal !== null && statement.documentId === id && statement.organId === organId && statement.person === person && statement.sealedHash === seal.sealedHash &&
  (statement.schema === 'wenshu.receipt/1' || statement.sealedOfdHash === seal.sealedOfdHash)

export const receive = (state: DocumentState, command: Ask<'receipt.sign'>, context: Context): Decision => {
  if (!hasRole(context.directory, context.actor, 'registrar', command.organId)) return refuse('not_authorized', '您不是该机关的收发员')
  const target = state.dispatch?.targets.find((candidate) => candidate.organId === command.organId)
  if (target === undefined || state.seal === null) return refuse('illegal_transition', '公文没有发给该机关')
  if (target.receipt !== null) return refuse('already_received', '该机关已经签收')
  const { statement } = command.signature
  if (!isReceiptStatement(statement) || !statesReceipt(state, statement, { organId: command.organId, person: context.actor })) {
    return refuse('signature_invalid', '签收声明与公文不一致')
  }
  // R10: a receipt for one of two files would leave the other unaccounted for.
  if (statement.schema === 'wenshu.receipt/1' && state.seal.sealedOfdHash !== undefined) return refuse('signature_invalid', '签收声明只写了一份文件，请更新客户端后再签收')
  const problem = personalProblem(command.signature, context.personalKeys(context.actor))
  if (problem !== null) return refuse('signature_invalid', problem)
  return accept({
    type: 'ReceiptSigned', organId: command.organId, by: context.actor, claimedAt: context.claimedAt, verdict: statement.verdict, signature: command.signature,
  })
}

export const file = (state: DocumentState, command: Ask<'document.file'>, context: Context): Decision => {
  if (!hasRole(context.directory, context.actor, 'archivist', state.organId)) return refuse('not_authorized', '您不是本机关的档案员')
  if (state.archive !== null) return refuse('illegal_transition', '公文已经归档')
  if (state.status !== 'dispatched' || state.number === null) return refuse('illegal_transition', '公文尚未办理完毕，不能归档')
  if (command.category.trim() === '') return refuse('invalid_command', '请选择归档范围条目')
  if (context.effect?.kind !== 'allocateArchivalCode') {
    return needs({ kind: 'allocateArchivalCode', organId: state.organId, year: state.number.year, retention: command.retention })
  }
  return accept({
    type: 'DocumentFiled',
    archive: {
      code: context.effect.code, serial: context.effect.serial, year: state.number.year, retention: command.retention,
      category: command.category, by: context.actor, receivedAt: context.now, reason: command.reason,
    },
  })
}

export const buildPackage = (state: DocumentState, _command: Ask<'archive.package'>, context: Context): Decision => {
  const refused = onlySystem(context)
  if (refused !== null) return refused
  if (state.package !== null) return { kind: 'noop' }
  if (state.status !== 'filed') return refuse('illegal_transition', '公文尚未归档')
  if (context.effect?.kind !== 'buildPackage') return needs({ kind: 'buildPackage' })
  const { hash, manifestHash, size } = context.effect
  return accept({ type: 'PackageBuilt', package: { hash, manifestHash, size } })
}

/** What the installation still owes this document, or null. Run after each accepted command and again at start-up. */
export const followUp = (state: DocumentState): Extract<DocumentCommand, { type: 'document.number' | 'document.compose' | 'archive.package' }> | null => {
  switch (state.status) {
    case 'approved':
      return { type: 'document.number', documentId: state.id }
    case 'numbered':
      return { type: 'document.compose', documentId: state.id }
    case 'filed':
      return { type: 'archive.package', documentId: state.id }
    default:
      return null
  }
}
