/** A signed command as a package carries it (已签名的操作): a narrow reading of the wire format wenshu.command/1. */
import { encodeCanonical, type CanonicalValue } from '#core/formats'
import { sm3Hex, verifyCanonicalSignature } from '#core/crypto'
import type { DocumentCommand, DocumentEvent, SealRequested } from '#core/route'

const COMMAND_CONTEXT = 'wenshu.command/1'
const MEMBERS = ['actor', 'basedOn', 'claimedAt', 'commandId', 'dependsOn', 'deviceId', 'deviceSeq', 'expected', 'payload', 'schema', 'signature']

export type PackagedCommand = {
  readonly hash: string
  readonly commandId: string
  readonly deviceId: string
  readonly actor: string
  readonly claimedAt: string
  readonly payload: DocumentCommand
  readonly signature: string
  readonly unsigned: CanonicalValue
}

type Members = { readonly [key: string]: CanonicalValue }
export const isMembers = (value: CanonicalValue | undefined): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The command, or null when it does not have exactly the members of its schema. */
export const readCommand = (value: CanonicalValue): PackagedCommand | null => {
  if (!isMembers(value) || Object.keys(value).sort().join() !== MEMBERS.join() || value['schema'] !== COMMAND_CONTEXT) return null
  const { commandId, deviceId, actor, claimedAt, payload, signature } = value
  if ([commandId, deviceId, actor, claimedAt, signature].some((member) => typeof member !== 'string')) return null
  if (!isMembers(payload) || typeof payload['type'] !== 'string' || typeof payload['documentId'] !== 'string') return null
  const { signature: _signature, ...unsigned } = value
  return {
    hash: sm3Hex(encodeCanonical(value)), commandId: commandId as string, deviceId: deviceId as string, actor: actor as string,
    claimedAt: claimedAt as string, signature: signature as string, payload: payload as unknown as DocumentCommand, unsigned,
  }
}

/** @param publicKey 65 bytes 04‖X‖Y of the device */
export const commandSignatureHolds = (command: PackagedCommand, publicKey: Uint8Array): boolean =>
  verifyCanonicalSignature(command.unsigned, COMMAND_CONTEXT, command.signature, publicKey)

/** What a command may cause; anything else in the record was not asked for by anyone. */
const consequences: Readonly<Record<DocumentCommand['type'], readonly DocumentEvent['type'][]>> = {
  'document.create': ['DocumentCreated'],
  'draft.save': ['DraftSaved', 'DraftForked'],
  'draft.settle': ['DraftSettled'],
  'document.submit': ['RevisionFrozen', 'RouteStarted', 'StepOpened'],
  'revision.amend': ['RevisionFrozen'],
  'step.agree': ['OpinionGiven', 'StepOpened', 'DocumentApproved'],
  'step.return': ['OpinionGiven'],
  'step.resubmit': ['BranchesReopened'],
  'document.recall': ['DocumentRecalled'],
  'comment.add': ['CommentAdded'],
  'document.number': ['NumberAssigned'],
  'document.compose': ['FinalComposed'],
  'document.seal': ['SealApplied', 'SealRequested'],
  'document.confirmSeal': ['SealApplied'],
  'document.returnSeal': ['SealReturned'],
  'document.declineSeal': ['SealDeclined'],
  'document.dispatch': ['DocumentDispatched'],
  'receipt.sign': ['ReceiptSigned'],
  'document.file': ['DocumentFiled'],
  'archive.package': ['PackageBuilt'],
}

const same = (a: unknown, b: unknown): boolean => sm3Hex(encodeCanonical(a as CanonicalValue)) === sm3Hex(encodeCanonical(b as CanonicalValue))

const isAsked = (given: SealRequested, asked: Extract<DocumentCommand, { type: 'document.seal' }>, actor: string): boolean =>
  given.by === actor && given.sealId === asked.sealId && given.purpose === asked.purpose && same(given.signature, asked.signature)

/** True when the event says what the command asked, in every point that the sender decided. Throws TypeError on malformed members. */
export const followsFrom = (event: DocumentEvent, { payload, actor, commandId }: PackagedCommand): boolean => {
  if (consequences[payload.type]?.includes(event.type) !== true) return false
  switch (payload.type) {
    case 'document.create':
      return event.type === 'DocumentCreated' && event.by === actor && event.kind === payload.kind && event.organId === payload.organId && event.title === payload.title
    case 'draft.save':
    case 'draft.settle':
      return 'head' in event && event.head.hash === payload.contentHash && event.head.by === actor
    case 'document.submit':
      if (event.type === 'RouteStarted') return event.route.id === payload.routeId && event.route.version === payload.routeVersion && same(event.assignments, payload.assignments)
      return event.type !== 'RevisionFrozen' || (event.revision.hash === payload.contentHash && event.revision.by === actor)
    case 'revision.amend':
      return event.type === 'RevisionFrozen' && event.revision.hash === payload.contentHash && event.revision.parent === payload.parentHash &&
        event.revision.by === actor && event.revision.note === payload.note
    case 'step.agree':
      if (event.type === 'DocumentApproved') return event.approval.by === actor
      if (event.type !== 'OpinionGiven') return true
      return event.opinion.decision === 'agree' && event.opinion.text === payload.opinion && event.opinion.stepId === payload.stepId &&
        event.opinion.branchId === payload.branchId && event.opinion.by === actor && event.opinion.commandId === commandId && same(event.opinion.signature, payload.signature)
    case 'step.return':
      return event.type === 'OpinionGiven' && event.opinion.decision === 'return' && event.opinion.text === payload.reason && event.opinion.by === actor &&
        event.opinion.stepId === payload.stepId && event.opinion.branchId === payload.branchId && event.opinion.commandId === commandId
    case 'comment.add':
      return event.type === 'CommentAdded' && event.comment.text === payload.text && event.comment.by === actor
    case 'document.recall':
      return event.type === 'DocumentRecalled' && event.by === actor && event.reason === payload.reason
    case 'document.seal':
      return event.type === 'SealRequested' ? isAsked(event.request, payload, actor) : event.type === 'SealApplied' && isAsked(event.seal, payload, actor) && event.seal.confirmation === undefined
    case 'document.confirmSeal':
      return event.type === 'SealApplied' && event.seal.confirmation?.by === actor && same(event.seal.confirmation.signature, payload.signature)
    case 'document.returnSeal':
      return event.type === 'SealReturned' && event.by === actor && event.reason === payload.reason
    case 'document.declineSeal':
      return event.type === 'SealDeclined' && event.by === actor && event.reason === payload.reason
    case 'document.dispatch':
      return event.type === 'DocumentDispatched' && event.by === actor && same(event.organIds, payload.organIds)
    case 'receipt.sign':
      return event.type === 'ReceiptSigned' && event.by === actor && event.organId === payload.organId && same(event.signature, payload.signature)
    case 'document.file':
      return event.type === 'DocumentFiled' && event.archive.by === actor && event.archive.retention === payload.retention &&
        event.archive.category === payload.category && event.archive.reason === payload.reason
    case 'document.number':
    case 'document.compose':
      return actor === 'system'
    default:
      return true
  }
}
