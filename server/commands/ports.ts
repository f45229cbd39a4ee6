/** What the command path stands on. */
import type { DocumentContent, Issue } from '#core/document'
import type { EffectRequest, EffectResult, DocumentState, RefusalCode, SealGround } from '#core/route'
import type { SignedHead } from '#core/ledger'
import type { PreparedSeal } from '#core/sync'
import type { Authority } from '../identity/index.ts'
import type { BlobStore } from '../blobs/index.ts'
import type { Database, Part, Queryable } from '../db/index.ts'
import type { CursorCodec } from '../feed/index.ts'
import type { Records } from '../records/index.ts'
import type { Log } from '../problem.ts'
import type { Ahead, WithAhead } from './ahead.ts'

/** The same pages as PDF and OFD. `sealPlace`: where the seal goes on them; core/seal knows its members. `sealGround`: where seals may stand. `missing`: of each character that no face has, a sentence about it. */
export type Composed = { readonly missing?: readonly string[]; readonly pdf: Uint8Array; readonly ofd?: Uint8Array; readonly pages: number; readonly layoutHash: string; readonly sealPlace: unknown; readonly sealGround?: SealGround }

/** Typesets the numbered document (排版成文); `pictures`: bytes by hash of every picture in it. The same content and issue give the same bytes. */
export type ComposePort = {
  readonly compose: (content: DocumentContent, issue: Issue, pictures: ReadonlyMap<string, Uint8Array>) => Promise<Composed>
  /** Before there is an issue: of each character of the text that would print as 〓, a sentence about it. Absent where texts are not set. */
  readonly missing?: (content: DocumentContent) => readonly string[]
}

/** An effect that cannot be had becomes a stored rejection with this code. */
export class EffectRefused extends Error {
  readonly code: RefusalCode
  /** written although the effect itself is taken back */
  readonly trace: Part | null
  constructor(code: RefusalCode, detail: string, trace: Part | null = null) {
    super(detail)
    this.name = 'EffectRefused'
    this.code = code
    this.trace = trace
  }
}

export type EffectScope = {
  readonly tx: Queryable
  readonly ahead: Ahead
  readonly state: DocumentState
  readonly commandId: string
  readonly actorName: string
  readonly now: Date
}

export type Effects = {
  readonly perform: (request: EffectRequest, scope: EffectScope) => Promise<EffectResult>
  /** Why a text cannot be printed as it stands, or null: it is told before anyone approves it. */
  readonly unprintable: (content: DocumentContent) => string | null
  /** what a seal desk's token is to sign for this order; a string is the reason why the seal cannot be used */
  readonly prepareSeal: (request: Extract<EffectRequest, { kind: 'applySeal' }>, state: DocumentState, now: Date) => Promise<PreparedSeal | string>
}

export type CommandServices = {
  readonly db: Database
  readonly blobs: BlobStore
  readonly records: Records
  readonly codec: CursorCodec
  readonly authority: Authority
  readonly effects: Effects
  readonly withAhead: WithAhead
  readonly clock: () => Date
  readonly timeZone: string
  readonly log: Log
  readonly head: (q: Queryable) => Promise<SignedHead>
  /** after a commit: these people (or everyone, '*') have something to pull, and jobs may be waiting */
  readonly committed: (audience: readonly string[]) => void
}
