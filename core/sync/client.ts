/** The client engine as screens see it (客户端同步引擎). Implemented in engine.ts. */
import type { Directory } from '#core/access'
import type { DocumentContent } from '#core/document'
import type { Result } from '#core/formats'
import type { DocumentState, PersonalKey, Refusal, Routes } from '#core/route'
import type { JournalPort, HeadVerifier, Rejection, StorePort, TransportFailure, TransportPort } from './ports.ts'
import type { Command, CommandBody } from './wire.ts'

/** A document with the local effect of unacknowledged commands on top (L6). */
export type ProjectedDocument = {
  readonly state: DocumentState
  /** commands about it that the server has not answered yet, oldest first */
  readonly pending: readonly Command[]
  /** set when one of them waits for work that only the server can do (number, seal, file) */
  readonly awaitsServer: boolean
  /** what the rules say here already; the server decides */
  readonly expectedRefusal: Refusal | null
}

export type Projection = {
  readonly directory: Directory
  readonly routes: Routes
  readonly documents: ReadonlyMap<string, ProjectedDocument>
  readonly rejections: readonly Rejection[]
  /** rows of a newer schema, kept for after the upgrade (L5) */
  readonly deferred: number
}

export type EngineStatus = {
  readonly unsent: number
  /** rejections that the person has not dealt with */
  readonly attention: number
  readonly connection: 'online' | 'offline' | 'unauthorized' | 'revoked' | 'tooOld' | 'garbage' | 'forked'
  readonly syncing: boolean
  /** server time of the last successful pull, or null */
  readonly lastPulledAt: string | null
  /** server's log no longer contains the history this client holds a signed head of: nothing is sent or taken any more */
  readonly forked: boolean
}

export type SyncOutcome =
  | { readonly kind: 'done'; readonly pushed: number; readonly pulled: number; readonly rejected: number }
  | { readonly kind: 'stopped'; readonly failure: TransportFailure }
  | { readonly kind: 'forked'; readonly detail: string }

export type Engine = {
  /** Decides locally, then journal, then store; resolves when the work is safe in both (idea 7). A local refusal is not queued. */
  readonly submit: (body: CommandBody) => Promise<Result<Command, Refusal>>
  /** Puts journal entries that the store lost (deleted IndexedDB) back into the outbox; returns how many. Run at start. */
  readonly recover: () => Promise<number>
  /** Push everything, then pull everything. Concurrent calls join. */
  readonly sync: () => Promise<SyncOutcome>
  /** L8: compare with the server's digest, re-pull on a difference, keep the outbox. */
  readonly audit: () => Promise<'equal' | 'repaired' | 'unknown'>
  readonly projection: () => Promise<Projection>
  readonly status: () => EngineStatus
  readonly dismissRejection: (commandId: string) => Promise<void>
  /** Called after every change of projection or status. */
  readonly subscribe: (listener: () => void) => () => void
}

export type EngineOptions = {
  readonly store: StorePort
  readonly journal: JournalPort
  readonly transport: TransportPort
  readonly heads: HeadVerifier
  readonly personId: string
  readonly deviceId: string
  /** device clock, ISO 8601 UTC */
  readonly now: () => string
  /** fills a UUIDv7 */
  readonly entropy: (length: number) => Uint8Array
  /** frozen content that this device holds, for local decisions */
  readonly content: (hash: string) => DocumentContent | null
  readonly personalKeys: (personId: string) => readonly PersonalKey[]
  readonly pageSize?: number
}
