/** Deciding the use of a seal (用印), by one clerk or by two (双人用印), of one organ or of each that issues. Rules S1–S12, J2–J5 of docs/spec/route.md. */
import { hasRole } from '#core/access'
import { encodeCanonical, type CanonicalValue } from '#core/formats'
import { sm3Hex } from '#core/crypto'
import { accept, needs, refuse, type Context, type Decision } from './decision.ts'
import type { DeskSignatures, DocumentCommand } from './commands.ts'
import { hasAgreed, issuersOf, sealBase, sealersOf, sealOf, sealRequestOf, sealsOf, sealTurn } from './joint.ts'
import { layoutPosition, placeProblem, touches, type SealPosition } from './placing.ts'
import type { DocumentState, SealApplication, SealConfirmation, SealRequested } from './state.ts'
import { isSealStatement, personalProblem, type SealConfirmStatement, type SealStatement, type Statement } from './statement.ts'

type Ask<T extends DocumentCommand['type']> = Extract<DocumentCommand, { type: T }>
/** `diameter` of the seal, micrometres: it is placed by the rule. `place`: where the clerk saw it instead. `organId`: whose seal, absent the host's. */
type Asked = {
  readonly purpose: string; readonly sealId: string; readonly person: string; readonly claimedAt: string
  readonly diameter?: number; readonly place?: SealPosition; readonly organId?: string
}

/**
 * The statement for sealing what was composed (S2, S10): it names every file that will carry the seal, and its place where the
 * record has one. Null before it is composed, and where the pages have no place for the organ's seal.
 */
export const stateSeal = (state: DocumentState, { diameter, place, organId = state.organId, ...asked }: Asked): SealStatement | null => {
  const { id, final } = state
  if (final === null) return null
  const named = { documentId: id, ...asked, revisionHash: final.revisionHash, finalHash: final.hash }
  if (final.ofdHash === undefined) return { schema: 'wenshu.seal/1', ...named }
  if (final.sealGround === undefined) return { schema: 'wenshu.seal/2', ...named, ofdHash: final.ofdHash }
  const turn = sealTurn(state, organId)
  if (turn === null) return null
  const at = place ?? layoutPosition(final.sealGround, diameter ?? final.sealGround.places[turn]?.diameter ?? 0, turn)
  return at === null ? null : { schema: 'wenshu.seal/3', ...named, ofdHash: final.ofdHash, organId, place: at }
}

/** The place that a statement names, or null: statements before version 3 leave it to the pages. */
export const statedPlace = (statement: Statement): SealPosition | null => statement.schema === 'wenshu.seal/3' ? statement.place : null

/** By this hash the second clerk names what the first one signed, lower-case hex. */
export const sealRequestHash = (statement: SealStatement): string => sm3Hex(encodeCanonical(statement as unknown as CanonicalValue))

/** The second clerk's statement (复核声明) about the request of the organ (absent: the host) that stands, or null when none does. */
export const stateSealConfirmation = (
  state: DocumentState, { organId = state.organId, ...asked }: Pick<Asked, 'person' | 'claimedAt' | 'organId'>,
): SealConfirmStatement | null => {
  const statement = sealRequestOf(state, organId)?.signature.statement
  return statement !== undefined && isSealStatement(statement)
    ? { schema: 'wenshu.confirm-seal/1', documentId: state.id, requestHash: sealRequestHash(statement), ...asked } : null
}

/** True when `given` says nothing but what `expected` says. */
const says = (given: object, expected: object | null): boolean =>
  expected !== null && sealRequestHash(given as SealStatement) === sealRequestHash(expected as SealStatement)

/** S11, J6: the place is judged before anything is hashed, so that what is no number never reaches the statement's hash. */
export const sealPlaceProblem = (state: DocumentState, statement: Statement, organId: string): string | null => {
  const place = statedPlace(statement)
  const { final } = state
  if (place === null || final?.sealGround === undefined) return null
  const problem = placeProblem(final.sealGround, final.pages, place, sealTurn(state, organId) ?? -1)
  if (problem !== null) return problem
  const touched = sealsOf(state).find((seal) => {
    const other = statedPlace(seal.signature.statement)
    return other !== null && touches(place, other)
  })
  return touched === undefined ? null : `印章与“${touched.sealName}”的印章相交或相切（GB/T 9704—2012 7.3.5.1），请移动后再用印`
}

/** The statement is the one for this document, these files and this seal, with the place that it names itself. */
export const statesSeal = (state: DocumentState, statement: Statement, asked: Omit<Asked, 'place' | 'diameter' | 'claimedAt'>): boolean => {
  const place = statedPlace(statement)
  return says(statement, stateSeal(state, { ...asked, claimedAt: statement.claimedAt, ...(place === null ? {} : { place }) }))
}

type Sealer = { readonly organId: string }

/** Whose clerk it is that may seal now; the organ is the clerk's own, never one that a command names. */
const sealerOf = (state: DocumentState, { actor, directory }: Context): Sealer | Decision => {
  const organId = directory.people[actor]?.organId ?? ''
  const sealers = sealersOf(state)
  if (!sealers.includes(organId) || !hasRole(directory, actor, 'sealClerk', organId)) {
    return refuse('not_authorized', sealers.length > 1 ? '您不是发文机关的印章管理员' : '您不是本机关的印章管理员')
  }
  // S1, J3: once per document, revision, purpose and organ; the second clerk is told who was first.
  const done = sealOf(state, organId)
  if (done !== null) return refuse('already_sealed', `已由${directory.people[done.by]?.name ?? '另一位印章管理员'}用印，未重复用印`)
  if (state.status !== 'composed' || state.final === null) return refuse('illegal_transition', '公文尚未编号排版，不能用印')
  return { organId }
}

/** What a joint issue needs before anyone's seal, beside what a single organ's needs (J2). */
const jointProblem = (state: DocumentState, { organId }: Sealer): Decision | null => {
  const sealers = sealersOf(state)
  if (sealers.length === 1) return null
  const places = state.final?.sealGround?.places.length ?? 0
  if (places < sealers.length) return refuse('illegal_transition', `版面上有${places}个用印位置，发文机关有${sealers.length}个，不能用印，请核对署名后重新办理`)
  const mustAgree = state.route?.jointCountersign !== 'free' && organId !== state.organId
  return mustAgree && !hasAgreed(state, organId) ? refuse('not_authorized', '本机关尚未会签同意，不能用印') : null
}

/** Only in a joint issue does the record say whose it is: of one organ it stays as it was. */
const ofJoint = (state: DocumentState, { organId }: Sealer): { readonly organId?: string } => issuersOf(state).length > 1 ? { organId } : {}

const apply = (state: DocumentState, sealer: Sealer, request: Omit<SealRequested, 'receivedAt' | 'sealName'>, confirmation: SealConfirmation | null, context: Context, desk: DeskSignatures | null): Decision => {
  const { purpose, sealId, by, signature } = request
  if (context.effect?.kind !== 'applySeal') {
    return needs({
      kind: 'applySeal', purpose, sealId, organId: sealer.organId, base: sealBase(state), revisionHash: state.final?.revisionHash ?? '', finalHash: state.final?.hash ?? '',
      ofdHash: state.final?.ofdHash ?? null, by, confirmedBy: confirmation?.by ?? null, place: statedPlace(signature.statement), desk,
    })
  }
  const { sealedHash, sealedOfdHash, sealName, certificate } = context.effect
  return accept({
    type: 'SealApplied',
    seal: {
      purpose, sealId, sealName, sealedHash, ...(sealedOfdHash === undefined ? {} : { sealedOfdHash }), by, receivedAt: context.now, certificate, signature,
      ...(confirmation === null ? {} : { confirmation }), ...ofJoint(state, sealer),
    } satisfies SealApplication,
  })
}

/** S1–S3. A seal under dual control is only asked for here; the second clerk's confirmation applies it. */
export const seal = (state: DocumentState, command: Ask<'document.seal'>, context: Context): Decision => {
  const sealer = sealerOf(state, context)
  if ('kind' in sealer) return sealer
  const { organId } = sealer
  const early = jointProblem(state, sealer)
  if (early !== null) return early
  const standing = sealRequestOf(state, organId)
  if (standing !== null) {
    return refuse('already_sealed', `已由${context.directory.people[standing.by]?.name ?? '另一位印章管理员'}提出用印，等待第二人复核`)
  }
  const { purpose, sealId, signature } = command
  const { statement } = signature
  const astray = sealPlaceProblem(state, statement, organId)
  if (astray !== null) return refuse('invalid_command', astray)
  if (isSealStatement(statement) && statedPlace(statement) === null && state.final?.ofdHash !== undefined && state.final.sealGround !== undefined) {
    return refuse('signature_invalid', '用印声明没有写明印章位置，请更新客户端后再用印')
  }
  if (!statesSeal(state, statement, { purpose, sealId, organId, person: context.actor })) return refuse('signature_invalid', '用印声明与当前公文不一致')
  const problem = personalProblem(signature, context.personalKeys(context.actor))
  if (problem !== null) return refuse('signature_invalid', problem)
  if (context.effect === null) return needs({ kind: 'checkSeal', purpose, sealId, organId, by: context.actor, place: statedPlace(statement) })
  if (context.effect.kind === 'checkSeal' && context.effect.control === 'dual') {
    return accept({ type: 'SealRequested', request: { purpose, sealId, sealName: context.effect.sealName, by: context.actor, receivedAt: context.now, signature, ...ofJoint(state, sealer) } })
  }
  return apply(state, sealer, { purpose, sealId, by: context.actor, signature }, null, context, command.desk ?? null)
}

/** S4: another clerk of the same organ, over the same statement. */
export const confirmSeal = (state: DocumentState, command: Ask<'document.confirmSeal'>, context: Context): Decision => {
  const sealer = sealerOf(state, context)
  if ('kind' in sealer) return sealer
  const request = sealRequestOf(state, sealer.organId)
  if (request === null) return refuse('illegal_transition', '没有等待复核的用印')
  if (request.by === context.actor) return refuse('same_person', '用印和复核须由两人分别办理')
  const { statement } = command.signature
  if (!says(statement, stateSealConfirmation(state, { person: context.actor, claimedAt: statement.claimedAt, organId: sealer.organId }))) {
    return refuse('signature_invalid', '复核声明与所提用印不一致，请重新打开后再复核')
  }
  const problem = personalProblem(command.signature, context.personalKeys(context.actor))
  if (problem !== null) return refuse('signature_invalid', problem)
  return apply(state, sealer, request, { by: context.actor, receivedAt: context.now, signature: command.signature }, context, command.desk ?? null)
}

/** S5: withdrawn by the one who asked, or returned by another clerk; either says why, and the seal may be asked for anew. */
export const returnSeal = (state: DocumentState, command: Ask<'document.returnSeal'>, context: Context): Decision => {
  const sealer = sealerOf(state, context)
  if ('kind' in sealer) return sealer
  const request = sealRequestOf(state, sealer.organId)
  if (request === null) return refuse('illegal_transition', '没有等待复核的用印')
  if (command.reason.trim() === '') return refuse('invalid_command', request.by === context.actor ? '撤回用印须写明理由' : '退回用印须写明理由')
  return accept({ type: 'SealReturned', by: context.actor, requestedBy: request.by, sealId: request.sealId, reason: command.reason, receivedAt: context.now, ...ofJoint(state, sealer) })
}

/** J5: a clerk of an issuing organ says why its seal is not put to what was composed. */
export const declineSeal = (state: DocumentState, command: Ask<'document.declineSeal'>, context: Context): Decision => {
  const sealer = sealerOf(state, context)
  if ('kind' in sealer) return sealer
  if (sealersOf(state).length === 1) return refuse('illegal_transition', '只有联合行文的发文机关可以拒绝用印')
  if (sealRequestOf(state, sealer.organId) !== null) return refuse('illegal_transition', '本机关已提出用印，请先撤回或退回')
  if (command.reason.trim() === '') return refuse('invalid_command', '拒绝用印须写明理由')
  return accept({ type: 'SealDeclined', organId: sealer.organId, by: context.actor, reason: command.reason, receivedAt: context.now })
}
