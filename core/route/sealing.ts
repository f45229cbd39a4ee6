/** Deciding the use of a seal (用印), by one clerk or by two (双人用印). Rules S1–S12 of docs/spec/route.md. */
import { hasRole } from '#core/access'
import { encodeCanonical, type CanonicalValue } from '#core/formats'
import { sm3Hex } from '#core/crypto'
import { accept, needs, refuse, type Context, type Decision } from './decision.ts'
import type { DocumentCommand } from './commands.ts'
import { layoutPosition, placeProblem, type SealPosition } from './placing.ts'
import type { DocumentState, SealConfirmation, SealRequested } from './state.ts'
import { isSealStatement, personalProblem, type SealConfirmStatement, type SealStatement, type Statement } from './statement.ts'

type Ask<T extends DocumentCommand['type']> = Extract<DocumentCommand, { type: T }>
/** `diameter` of the seal, micrometres: it is placed by the rule. `place`: where the clerk saw it instead. */
type Asked = {
  readonly purpose: string; readonly sealId: string; readonly person: string; readonly claimedAt: string
  readonly diameter?: number; readonly place?: SealPosition
}

/**
 * The statement for sealing what was composed (S2, S10): it names every file that will carry the seal, and its place where the
 * record has one. Null before it is composed, and where the pages have no place for a seal.
 */
export const stateSeal = ({ id, organId, final }: DocumentState, { diameter, place, ...asked }: Asked): SealStatement | null => {
  if (final === null) return null
  const named = { documentId: id, ...asked, revisionHash: final.revisionHash, finalHash: final.hash }
  if (final.ofdHash === undefined) return { schema: 'wenshu.seal/1', ...named }
  if (final.sealGround === undefined) return { schema: 'wenshu.seal/2', ...named, ofdHash: final.ofdHash }
  const [host] = final.sealGround.places
  const at = place ?? layoutPosition(final.sealGround, diameter ?? host?.diameter ?? 0)
  return at === null ? null : { schema: 'wenshu.seal/3', ...named, ofdHash: final.ofdHash, organId, place: at }
}

/** The place that a statement names, or null: statements before version 3 leave it to the pages. */
export const statedPlace = (statement: Statement): SealPosition | null => statement.schema === 'wenshu.seal/3' ? statement.place : null

/** By this hash the second clerk names what the first one signed, lower-case hex. */
export const sealRequestHash = (statement: SealStatement): string => sm3Hex(encodeCanonical(statement as unknown as CanonicalValue))

/** The second clerk's statement (复核声明) about the request that stands, or null when none does. */
export const stateSealConfirmation = ({ id, sealRequest }: DocumentState, asked: Pick<Asked, 'person' | 'claimedAt'>): SealConfirmStatement | null => {
  const statement = sealRequest?.signature.statement
  return statement !== undefined && isSealStatement(statement)
    ? { schema: 'wenshu.confirm-seal/1', documentId: id, requestHash: sealRequestHash(statement), ...asked } : null
}

/** True when `given` says nothing but what `expected` says. */
const says = (given: object, expected: object | null): boolean =>
  expected !== null && sealRequestHash(given as SealStatement) === sealRequestHash(expected as SealStatement)

/** S11: the place is judged before anything is hashed, so that what is no number never reaches the statement's hash. */
const misplaced = ({ final }: DocumentState, statement: Statement): string | null => {
  const place = statedPlace(statement)
  return place === null || final?.sealGround === undefined ? null : placeProblem(final.sealGround, final.pages, place)
}

/** The statement is the one for this document, these files and this seal, with the place that it names itself. */
export const statesSeal = (state: DocumentState, statement: Statement, asked: Omit<Asked, 'place' | 'diameter' | 'claimedAt'>): boolean => {
  const place = statedPlace(statement)
  return says(statement, stateSeal(state, { ...asked, claimedAt: statement.claimedAt, ...(place === null ? {} : { place }) }))
}

const sealable = (state: DocumentState, context: Context): Decision | null => {
  if (!hasRole(context.directory, context.actor, 'sealClerk', state.organId)) return refuse('not_authorized', '您不是本机关的印章管理员')
  // S1: once per document, revision and purpose; the second clerk is told who was first.
  if (state.seal !== null) {
    return refuse('already_sealed', `已由${context.directory.people[state.seal.by]?.name ?? '另一位印章管理员'}用印，未重复用印`)
  }
  return state.status !== 'composed' || state.final === null ? refuse('illegal_transition', '公文尚未编号排版，不能用印') : null
}

const apply = (state: DocumentState, request: Omit<SealRequested, 'receivedAt' | 'sealName'>, confirmation: SealConfirmation | null, context: Context): Decision => {
  const { purpose, sealId, by, signature } = request
  if (context.effect?.kind !== 'applySeal') {
    return needs({
      kind: 'applySeal', purpose, sealId, organId: state.organId, revisionHash: state.final?.revisionHash ?? '', finalHash: state.final?.hash ?? '',
      ofdHash: state.final?.ofdHash ?? null, by, confirmedBy: confirmation?.by ?? null, place: statedPlace(signature.statement),
    })
  }
  const { sealedHash, sealedOfdHash, sealName, certificate } = context.effect
  return accept({
    type: 'SealApplied',
    seal: {
      purpose, sealId, sealName, sealedHash, ...(sealedOfdHash === undefined ? {} : { sealedOfdHash }), by, receivedAt: context.now, certificate, signature,
      ...(confirmation === null ? {} : { confirmation }),
    },
  })
}

/** S1–S3. A seal under dual control is only asked for here; the second clerk's confirmation applies it. */
export const seal = (state: DocumentState, command: Ask<'document.seal'>, context: Context): Decision => {
  const refused = sealable(state, context)
  if (refused !== null) return refused
  const standing = state.sealRequest ?? null
  if (standing !== null) {
    return refuse('already_sealed', `已由${context.directory.people[standing.by]?.name ?? '另一位印章管理员'}提出用印，等待第二人复核`)
  }
  const { purpose, sealId, signature } = command
  const { statement } = signature
  const astray = misplaced(state, statement)
  if (astray !== null) return refuse('invalid_command', astray)
  if (isSealStatement(statement) && statedPlace(statement) === null && state.final?.ofdHash !== undefined && state.final.sealGround !== undefined) {
    return refuse('signature_invalid', '用印声明没有写明印章位置，请更新客户端后再用印')
  }
  if (!statesSeal(state, statement, { purpose, sealId, person: context.actor })) return refuse('signature_invalid', '用印声明与当前公文不一致')
  const problem = personalProblem(signature, context.personalKeys(context.actor))
  if (problem !== null) return refuse('signature_invalid', problem)
  if (context.effect === null) return needs({ kind: 'checkSeal', purpose, sealId, organId: state.organId, by: context.actor, place: statedPlace(statement) })
  if (context.effect.kind === 'checkSeal' && context.effect.control === 'dual') {
    return accept({ type: 'SealRequested', request: { purpose, sealId, sealName: context.effect.sealName, by: context.actor, receivedAt: context.now, signature } })
  }
  return apply(state, { purpose, sealId, by: context.actor, signature }, null, context)
}

/** S4: another clerk of the same organ, over the same statement. */
export const confirmSeal = (state: DocumentState, command: Ask<'document.confirmSeal'>, context: Context): Decision => {
  const refused = sealable(state, context)
  if (refused !== null) return refused
  const request = state.sealRequest ?? null
  if (request === null) return refuse('illegal_transition', '没有等待复核的用印')
  if (request.by === context.actor) return refuse('same_person', '用印和复核须由两人分别办理')
  const { statement } = command.signature
  if (!says(statement, stateSealConfirmation(state, { person: context.actor, claimedAt: statement.claimedAt }))) {
    return refuse('signature_invalid', '复核声明与所提用印不一致，请重新打开后再复核')
  }
  const problem = personalProblem(command.signature, context.personalKeys(context.actor))
  if (problem !== null) return refuse('signature_invalid', problem)
  return apply(state, request, { by: context.actor, receivedAt: context.now, signature: command.signature }, context)
}

/** S5: withdrawn by the one who asked, or returned by another clerk; either says why, and the seal may be asked for anew. */
export const returnSeal = (state: DocumentState, command: Ask<'document.returnSeal'>, context: Context): Decision => {
  const refused = sealable(state, context)
  if (refused !== null) return refused
  const request = state.sealRequest ?? null
  if (request === null) return refuse('illegal_transition', '没有等待复核的用印')
  if (command.reason.trim() === '') return refuse('invalid_command', request.by === context.actor ? '撤回用印须写明理由' : '退回用印须写明理由')
  return accept({ type: 'SealReturned', by: context.actor, requestedBy: request.by, sealId: request.sealId, reason: command.reason, receivedAt: context.now })
}
