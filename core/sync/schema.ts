/** Closed schemas of what a server accepts from outside (输入校验): unknown members are refused, sizes are bounded. */
import { z } from 'zod'
import { roles } from '#core/access'
import { documentKinds } from '#core/document'
import { isTime } from '#core/ledger'
import type { Command } from './wire.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/)
const uuidV7 = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
/** As the log spells times: a command that entered can always be recorded. */
const instant = z.string().max(24).refine(isTime)
const text = (max: number) => z.string().max(max)
const derHex = z.string().regex(/^[0-9a-f]{16,256}$/)
const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/).max(16_384)
const verdict = z.enum(['valid', 'invalid', 'undecided'])

/** Of a page: no sheet is two metres wide. */
const micrometres = z.int().min(0).max(2_000_000)
const sealNamed = { documentId: identifier, purpose: identifier, sealId: identifier, revisionHash: hash, finalHash: hash, person: identifier, claimedAt: instant }
const receiptNamed = { documentId: identifier, organId: identifier, sealedHash: hash, verdict, person: identifier, claimedAt: instant }

/** What a person signs with the personal key: an opinion, a sealing, its confirmation, a receipt (意见、用印、复核、签收声明). */
export const statementSchema = z.discriminatedUnion('schema', [
  z.strictObject({
    schema: z.literal('wenshu.approve/1'), documentId: identifier, stepId: identifier, branchId: text(200), decision: z.enum(['agree', 'return']),
    opinion: text(2000), revisionHash: hash, attachmentsHash: hash, routeId: identifier, routeVersion: z.int().min(1), sawHash: hash,
    shown: z.strictObject({ pages: z.int().min(0).max(10_000), layoutHash: hash, fontSet: text(200) }), person: identifier, claimedAt: instant,
  }),
  z.strictObject({ schema: z.literal('wenshu.seal/1'), ...sealNamed }),
  z.strictObject({ schema: z.literal('wenshu.seal/2'), ...sealNamed, ofdHash: hash }),
  z.strictObject({
    schema: z.literal('wenshu.seal/3'), ...sealNamed, ofdHash: hash, organId: identifier,
    place: z.strictObject({ page: z.int().min(1).max(10_000), x: micrometres, y: micrometres, diameter: micrometres, from: z.enum(['layout', 'hand']) }),
  }),
  z.strictObject({ schema: z.literal('wenshu.confirm-seal/1'), documentId: identifier, requestHash: hash, person: identifier, claimedAt: instant }),
  z.strictObject({ schema: z.literal('wenshu.receipt/1'), ...receiptNamed }),
  z.strictObject({ schema: z.literal('wenshu.receipt/2'), ...receiptNamed, sealedOfdHash: hash }),
])
const statementSignature = z.strictObject({ statement: statementSchema, signature: derHex, certificate: base64 })

const role = z.enum(roles)
const organ = z.strictObject({ id: identifier, name: text(100), shortName: text(50), mark: text(20), fonds: text(10), unitCode: text(10) })
const person = z.strictObject({ id: identifier, name: text(50), organId: identifier, title: text(50), roles: z.array(role).max(10).readonly() })
const offline = z.union([
  z.strictObject({ allowed: z.literal(true), maxAgeSeconds: z.int().min(60).max(31_536_000) }),
  z.strictObject({ allowed: z.literal(false) }),
])
const step = z.strictObject({
  id: identifier, name: text(20), kind: z.enum(['review', 'countersign', 'approve']), role, from: z.enum(['own', 'others']),
  branches: z.strictObject({ min: z.int().min(1).max(64), max: z.int().min(1).max(64) }), editors: z.array(z.enum(['holder', 'reviewer'])).max(2).readonly(),
  signature: z.enum(['personal', 'device']), offline,
})
const route = z.strictObject({
  id: identifier, version: z.int().min(1), name: text(50), kinds: z.array(z.enum(documentKinds)).max(15).readonly(), steps: z.array(step).min(1).max(20).readonly(),
  jointCountersign: z.enum(['required', 'free']).exactOptional(),
})

const documentId = identifier
/** Whole seconds: it is written into both files. */
const desk = z.strictObject({ signedAt: instant.regex(/^[^.]{19}Z$/), pdfSignature: base64, ofdSignature: base64 }).optional()
const payload = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('document.create'), documentId, kind: z.enum(documentKinds), organId: identifier, title: text(200) }),
  z.strictObject({ type: z.literal('draft.save'), documentId, contentHash: hash, base: hash.nullable() }),
  z.strictObject({ type: z.literal('draft.settle'), documentId, contentHash: hash, replaces: z.array(hash).min(1).max(20).readonly() }),
  z.strictObject({
    type: z.literal('document.submit'), documentId, contentHash: hash, routeId: identifier, routeVersion: z.int().min(1),
    assignments: z.record(identifier, z.array(identifier).max(64).readonly()),
  }),
  z.strictObject({ type: z.literal('revision.amend'), documentId, contentHash: hash, parentHash: hash, note: text(500) }),
  z.strictObject({
    type: z.literal('step.agree'), documentId, stepId: identifier, branchId: text(200), opinion: text(4000), sawHash: hash, signature: statementSignature.nullable(),
  }),
  z.strictObject({ type: z.literal('step.return'), documentId, stepId: identifier, branchId: text(200), reason: text(4000), sawHash: hash }),
  z.strictObject({ type: z.literal('step.resubmit'), documentId, note: text(500) }),
  z.strictObject({ type: z.literal('document.recall'), documentId, reason: text(500) }),
  z.strictObject({ type: z.literal('comment.add'), documentId, text: text(4000) }),
  z.strictObject({ type: z.literal('document.number'), documentId }),
  z.strictObject({ type: z.literal('document.compose'), documentId }),
  z.strictObject({ type: z.literal('document.seal'), documentId, purpose: identifier, sealId: identifier, signature: statementSignature, desk }),
  z.strictObject({ type: z.literal('document.confirmSeal'), documentId, signature: statementSignature, desk }),
  z.strictObject({ type: z.literal('document.returnSeal'), documentId, reason: text(500) }),
  z.strictObject({ type: z.literal('document.declineSeal'), documentId, reason: text(500) }),
  z.strictObject({ type: z.literal('document.dispatch'), documentId, organIds: z.array(identifier).max(1000).readonly() }),
  z.strictObject({ type: z.literal('receipt.sign'), documentId, organId: identifier, signature: statementSignature }),
  z.strictObject({ type: z.literal('document.file'), documentId, retention: z.enum(['Y', 'D30', 'D10']), category: text(20), reason: text(500) }),
  z.strictObject({ type: z.literal('archive.package'), documentId }),
  z.strictObject({ type: z.literal('directory.found'), regionName: text(100), organ, people: z.array(person).max(100).readonly() }),
  z.strictObject({ type: z.literal('directory.registerOrgan'), organ }),
  z.strictObject({ type: z.literal('directory.registerPerson'), person }),
  z.strictObject({ type: z.literal('directory.changeRoles'), personId: identifier, roles: z.array(role).max(10).readonly() }),
  z.strictObject({
    type: z.literal('directory.delegate'), delegation: z.strictObject({ from: identifier, to: identifier, since: instant, until: instant }),
  }),
  z.strictObject({ type: z.literal('route.publish'), route }),
])

/** What a screen hands to the host: everything of a command but its number and its signature. */
export const commandDraftSchema = z.strictObject({
  commandId: uuidV7,
  actor: identifier,
  payload,
  expected: z.strictObject({ id: identifier, version: z.int().min(0) }),
  dependsOn: z.array(uuidV7).max(1000).readonly(),
  basedOn: z.string().max(200).nullable(),
  claimedAt: instant,
})
export type CommandDraft = z.infer<typeof commandDraftSchema>

export const commandSchema = z.strictObject({
  schema: z.literal('wenshu.command/1'), deviceId: identifier, deviceSeq: z.int().min(1), ...commandDraftSchema.shape, signature: derHex,
})

/** One batch; larger outboxes go in several. */
export const maxBatch = 500

export const pushRequestSchema = z.strictObject({ commands: z.array(commandSchema).max(maxBatch).readonly() })
export const pullRequestSchema = z.strictObject({ cursor: z.string().max(200).nullable(), limit: z.int().min(1).max(2000) })
export const signInRequestSchema = z.strictObject({
  account: z.string().min(1).max(64), password: z.string().min(1).max(256), deviceId: identifier, deviceName: z.string().max(100),
  devicePublicKey: z.string().regex(/^04[0-9a-f]{128}$/), at: instant, proof: derHex,
})
export const refreshRequestSchema = z.strictObject({ refreshToken: z.string().max(200), deviceId: identifier, at: instant, proof: derHex })
export const sealStatusRequestSchema = z.strictObject({ status: z.enum(['active', 'suspended', 'revoked']), reason: z.string().trim().min(1).max(500) })
/** What a seal desk asks the server to prepare (准备用印): the order as it will be sent, without the desk's signatures. */
export const prepareSealRequestSchema = z.strictObject({ documentId: identifier, purpose: identifier, signature: statementSignature })
export const enrolKeyRequestSchema = z.strictObject({ publicKey: z.string().regex(/^04[0-9a-f]{128}$/), at: instant, proof: derHex })

/** The schema's shape and the wire type are one thing: this line stops compiling when they part. */
export const asCommand = (value: z.infer<typeof commandSchema>): Command => value
