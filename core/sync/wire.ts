/** What travels between client and server (传输格式). Rules P1–P6, L1–L8 of docs/spec/sync.md. */
import type { DirectoryCommand } from '#core/access'
import { sm3Hex, verifyCanonicalSignature } from '#core/crypto'
import { encodeCanonical, fromHex, type CanonicalValue } from '#core/formats'
import type { SignedHead } from '#core/ledger'
import type { DocumentCommand, RefusalCode, RouteCommand } from '#core/route'

/** Version of everything in this file. A server refuses older clients before it accepts anything (C1). */
export const wireVersion = 1

export type CommandBody = DocumentCommand | DirectoryCommand | RouteCommand

/** P1. `payload` carries the command's `type` and, where it approves, its `sawHash`. */
export type UnsignedCommand = {
  readonly schema: 'wenshu.command/1'
  /** UUIDv7 */
  readonly commandId: string
  readonly deviceId: string
  /** 1, 2, 3 … per device, handed out by the host's journal */
  readonly deviceSeq: number
  /** person id */
  readonly actor: string
  readonly payload: CommandBody
  readonly expected: { readonly id: string; readonly version: number }
  readonly dependsOn: readonly string[]
  /** the pull cursor that the sender's view came from, or null before the first pull */
  readonly basedOn: string | null
  /** ISO 8601 UTC by the device's own clock; shown, never trusted (O4) */
  readonly claimedAt: string
}

/** `signature` is lower-case hex DER SM2 by the device key over `commandContext` and the canonical encoding of the rest. */
export type Command = UnsignedCommand & { readonly signature: string }

/** Signing contexts: a signature given for one purpose can never be shown as one given for another. */
export const commandContext = 'wenshu.command/1'
export const signInContext = 'wenshu.sign-in/1'
export const refreshContext = 'wenshu.refresh/1'
export const enrolKeyContext = 'wenshu.enrol-key/1'

export const unsigned = (command: Command): UnsignedCommand => {
  const { signature: _signature, ...rest } = command
  return rest
}

/** Hash by which results and ledger records name a command. */
export const commandHash = (command: Command): string => sm3Hex(encodeCanonical(command as unknown as CanonicalValue))

/** @param devicePublicKey lower-case hex of the uncompressed point */
export const commandHolds = (command: Command, devicePublicKey: string): boolean => {
  const key = fromHex(devicePublicKey)
  return key.ok && verifyCanonicalSignature(unsigned(command) as unknown as CanonicalValue, commandContext, command.signature, key.value)
}

/** The aggregate that a command is about. */
export const aggregateOf = (body: CommandBody): { readonly kind: 'document' | 'directory' | 'routes'; readonly id: string } =>
  'documentId' in body ? { kind: 'document', id: body.documentId }
    : body.type === 'route.publish' ? { kind: 'routes', id: 'routes' } : { kind: 'directory', id: 'directory' }

/** A record as one audience may hold it. `schema` newer than the client knows goes to `deferred` (L5). */
export type Row = {
  readonly kind: 'document' | 'directory' | 'routes'
  readonly id: string
  readonly version: number
  readonly schema: number
  readonly data: unknown
}

/** P4. `record` is the sender's own projection of what stands now, or null when there is none (any more). */
export type CommandResult = {
  readonly commandId: string
  readonly deviceSeq: number
  readonly receivedAt: string
} & (
  | { readonly status: 'accepted'; readonly record: Row | null }
  | { readonly status: 'noop'; readonly record: Row | null }
  | { readonly status: 'adjusted'; readonly record: Row | null }
  | {
      readonly status: 'rejected'
      readonly code: RefusalCode | 'idempotency_mismatch'
      readonly detail: string
      readonly standing?: string
      readonly asked?: string
      readonly record: Row | null
    }
)

/** Why the server stopped before the end of a batch. Nothing after the stop was looked at; the sender may resend. */
export type PushStop =
  | { readonly reason: 'gap'; readonly expectedSeq: number }
  | { readonly reason: 'blob_missing'; readonly hashes: readonly string[] }
  | { readonly reason: 'bad_signature' | 'malformed' | 'device_revoked'; readonly detail: string }

export type PushRequest = { readonly commands: readonly Command[] }
export type PushResponse = { readonly results: readonly CommandResult[]; readonly stopped: PushStop | null; readonly serverTime: string }

export type PullRequest = { readonly cursor: string | null; readonly limit: number }
export type PullResponse =
  | { readonly reset: true; readonly serverTime: string }
  | {
      readonly reset: false
      readonly changes: readonly Row[]
      readonly removals: readonly { readonly kind: Row['kind']; readonly id: string }[]
      readonly cursor: string
      readonly hasMore: boolean
      readonly head: SignedHead
      readonly serverTime: string
    }

/** L8: count and hash of what the server thinks this account holds. */
export type ViewDigest = { readonly count: number; readonly hash: string }

export const digestRows = (rows: readonly { readonly kind: string; readonly id: string; readonly version: number }[]): ViewDigest => {
  const lines = rows.map((row) => `${row.kind}/${row.id}/${row.version}`).sort()
  return { count: lines.length, hash: sm3Hex(encodeCanonical(lines)) }
}

/** Every HTTP error has this body. */
export type HttpProblem = { readonly code: string; readonly message: string }

export type Hello = {
  readonly service: 'wenshu'
  readonly wireVersion: number
  readonly minWireVersion: number
  readonly regionName: string
  readonly logId: string
  /** base64 DER of the installation's log certificate */
  readonly logCertificate: string
  readonly serverTime: string
}

export type SignInRequest = {
  readonly account: string
  readonly password: string
  readonly deviceId: string
  readonly deviceName: string
  /** lower-case hex uncompressed SM2 point */
  readonly devicePublicKey: string
  readonly at: string
  /** SM2 by the device key under `signInContext` over {account, deviceId, devicePublicKey, at}: proof of possession */
  readonly proof: string
}
export type Session = {
  readonly accessToken: string
  /** ISO 8601 UTC by the server's clock */
  readonly expiresAt: string
  readonly refreshToken: string
  readonly personId: string
  readonly deviceCertificate: string
  /** base64 DER of the person's certificates that were not revoked, newest first: each device may hold a key of its own */
  readonly personalCertificates: readonly string[]
  readonly serverTime: string
}
/** `proof`: device key under `refreshContext` over {refreshToken, deviceId, at}. The refresh token is used once. */
export type RefreshRequest = { readonly refreshToken: string; readonly deviceId: string; readonly at: string; readonly proof: string }
/** `proof`: the new personal key under `enrolKeyContext` over {personId, publicKey, at}. */
export type EnrolKeyRequest = { readonly publicKey: string; readonly at: string; readonly proof: string }
export type EnrolKeyResponse = { readonly certificate: string }

/** 在用 · 停用 · 注销. A seal past its time is `active` and not usable: `validTo` says so. */
export type SealStatus = 'active' | 'suspended' | 'revoked'

/**
 * What is known of a seal's key without showing its carrier a PIN (密钥状态). `own`: in the installation's own store; `present`: seen, not
 * opened yet; `unknown`: its carrier has not answered yet; `desk`: on a token at the seal desk. `reason` as docs/spec/keys.md names refusals, `detail` for people.
 */
export type SealKeyState =
  | { readonly state: 'own' | 'open' | 'present' | 'unknown' | 'desk' }
  | { readonly state: 'refused'; readonly reason: string; readonly detail: string }

/** One line of the seal register (印章登记), GET /v1/seals: a clerk sees the own organ's, security administrator and auditor see all. */
export type SealEntry = {
  readonly id: string
  readonly organId: string
  readonly name: string
  readonly diameterMm: number
  readonly status: SealStatus
  /** why it is not in use, by whom and when; null while it is */
  readonly halted: null | { readonly by: string; readonly reason: string; readonly at: string }
  /** 一人用印 or 双人用印 */
  readonly control: 'single' | 'dual'
  /** where its keys are, for the PDF and for the OFD: '' for the installation's own store, `desk` for the seal desk, else the address of a token or service */
  readonly keys: { readonly pdf: string; readonly ofd: string }
  /** what a clerk should know before trying; absent from servers of before */
  readonly keyStates?: { readonly pdf: SealKeyState; readonly ofd: SealKeyState }
  /** of keys at the seal desk: the certificates that its token must show, own one first, base64 DER; absent from servers of before */
  readonly desk?: null | { readonly pdf: readonly string[]; readonly ofd: readonly string[] }
  /** the seal of GB/T 38540 and its certificates, base64 DER; null until its keys are made, at the latest with its first use */
  readonly made: null | {
    readonly createdAt: string; readonly validFrom: string; readonly validTo: string
    readonly seal: string; readonly pdfCertificate: string; readonly ofdCertificate: string; readonly makerCertificate: string
  }
  readonly uses: number
}

/** One entry of a seal's use log (用印登记), GET /v1/seals/:id/uses, newest first. */
export type SealUse = {
  readonly at: string
  readonly result: 'sealed' | 'requested' | 'refused'
  /** why it was refused; '' otherwise */
  readonly detail: string
  readonly documentId: string
  readonly title: string
  readonly number: string
  readonly purpose: string
  readonly by: string
  readonly confirmedBy: string | null
  readonly commandId: string
  readonly finalHash: string | null
  readonly ofdHash: string | null
  readonly sealedHash: string | null
  readonly sealedOfdHash: string | null
}

/**
 * Answer to POST /v1/seals/:id/prepare (准备用印): what the seal desk's token is to sign. `pdf`: the bytes that are appended to the file of
 * hash `base.pdf`; `ofd`: TBS_Sign over the package of hash `base.ofd`; base64. `signedAt` ISO 8601 UTC, whole seconds.
 */
export type PreparedSeal = { readonly signedAt: string; readonly base: { readonly pdf: string; readonly ofd: string }; readonly pdf: string; readonly ofd: string; readonly seal: string }

/** POST /v1/seals/:id/status by the security administrator; revoked stays revoked. Answers 204. */
export type SealStatusRequest = { readonly status: SealStatus; readonly reason: string }
