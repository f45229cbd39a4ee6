/** What the client engine stands on (端口). Each port has a contract suite in tests/contract that every implementation runs. */
import type { Command, CommandResult, Hello, PullRequest, PullResponse, PushRequest, PushResponse, Row, ViewDigest } from './wire.ts'
import type { CommandDraft } from './schema.ts'
import type { SignedHead } from '#core/ledger'

export type OutboxEntry = { readonly command: Command; readonly attempts: number }

/** A rejected command with its reason; stays until the person has dealt with it (P5). */
export type Rejection = { readonly command: Command; readonly result: Extract<CommandResult, { status: 'rejected' }>; readonly seen: boolean }

export type StoreMutation =
  | { readonly put: 'row'; readonly row: Row }
  | { readonly remove: 'row'; readonly kind: Row['kind']; readonly id: string }
  | { readonly put: 'outbox'; readonly entry: OutboxEntry }
  | { readonly remove: 'outbox'; readonly commandId: string }
  | { readonly put: 'rejection'; readonly rejection: Rejection }
  | { readonly remove: 'rejection'; readonly commandId: string }
  | { readonly put: 'deferred'; readonly row: Row }
  | { readonly remove: 'deferred'; readonly kind: Row['kind']; readonly id: string }
  | { readonly put: 'meta'; readonly key: MetaKey; readonly value: string }
  | { readonly clear: 'rows' }

export type MetaKey = 'cursor' | 'head' | 'serverTime' | 'forked'

/** The disposable local store: base rows, outbox, rejections, cursors. `commit` is atomic: all or nothing, durable when it resolves. */
export type StorePort = {
  readonly rows: (kind: Row['kind']) => Promise<readonly Row[]>
  readonly row: (kind: Row['kind'], id: string) => Promise<Row | null>
  /** by deviceSeq, ascending */
  readonly outbox: () => Promise<readonly OutboxEntry[]>
  readonly rejections: () => Promise<readonly Rejection[]>
  readonly deferred: () => Promise<readonly Row[]>
  readonly meta: (key: MetaKey) => Promise<string | null>
  readonly commit: (mutations: readonly StoreMutation[]) => Promise<void>
}

/** The host's append-only copy of unsent work (日志). It numbers and signs: two windows on one profile stay one device. */
export type JournalPort = {
  /** Numbers, signs and writes the command durably; resolves only when it is on disk. The same commandId again returns the same command. */
  readonly commit: (draft: CommandDraft) => Promise<Command>
  /** Everything not yet acknowledged, by deviceSeq. */
  readonly pending: () => Promise<readonly Command[]>
  /** The server has a stored result for these; they may leave the journal. */
  readonly acknowledge: (commandIds: readonly string[]) => Promise<void>
}

/** Why the server could not be asked; nothing was lost. */
export type TransportFailure =
  | { readonly kind: 'offline' }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'deviceRevoked' }
  | { readonly kind: 'tooOld'; readonly minWireVersion: number }
  /** the server answered something that is not our protocol */
  | { readonly kind: 'garbage'; readonly detail: string }
  | { readonly kind: 'server'; readonly status: number; readonly code: string; readonly message: string }

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: TransportFailure }

export type TransportPort = {
  readonly hello: () => Promise<Answer<Hello>>
  readonly push: (request: PushRequest) => Promise<Answer<PushResponse>>
  readonly pull: (request: PullRequest) => Promise<Answer<PullResponse>>
  /** RFC 6962 consistency path between two sizes of the log, lower-case hex nodes */
  readonly consistency: (from: number, to: number) => Promise<Answer<{ readonly nodes: readonly string[] }>>
  readonly viewDigest: () => Promise<Answer<ViewDigest>>
  /** Makes sure that the server has these bytes. The host holds them until then. */
  readonly uploadBlob: (hash: string) => Promise<Answer<null>>
}

export type HeadVerifier = {
  /** true when `head` is signed by the log key that this installation pinned at sign-in */
  readonly holds: (head: SignedHead) => boolean
}
