/**
 * What features may know of the client (功能页可用的客户端接口). Implemented by the provider in renderer/store;
 * features import these hooks and nothing of Dexie, the worker or the transport.
 */
import { createContext, useContext } from 'react'
import type { Desktop, DesktopError, MethodOutput } from '#core/desktop'
import type { DocumentContent } from '#core/document'
import type { Result } from '#core/formats'
import type { Refusal } from '#core/route'
import type { Command, CommandBody, EngineStatus, Projection, SyncOutcome } from '#core/sync'
import type { FontSet } from '#core/typeset'

export type SessionInfo = MethodOutput<'session.signIn'>

export type ContentState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly content: DocumentContent; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly error: DesktopError }

export type Client = {
  readonly desktop: Desktop
  readonly session: SessionInfo
  readonly app: MethodOutput<'app.info'>
  /** live; a new object after every change */
  readonly projection: Projection
  readonly status: EngineStatus
  /** device clock for display and local rules, ISO 8601 UTC; ticks about once a minute */
  readonly now: string
  readonly submit: (body: CommandBody) => Promise<Result<Command, Refusal>>
  readonly sync: () => Promise<SyncOutcome>
  readonly dismissRejection: (commandId: string) => Promise<void>
  /** Freezes, stores in the profile, makes it known to local rules; returns the hash. */
  readonly putContent: (content: DocumentContent) => Promise<Result<string, DesktopError>>
  /** Frozen content by hash from the profile or the server. */
  readonly loadContent: (hash: string) => Promise<Result<{ content: DocumentContent; bytes: Uint8Array }, DesktopError>>
  readonly putFile: (bytes: Uint8Array) => Promise<Result<string, DesktopError>>
  readonly readFile: (hash: string) => Promise<Result<Uint8Array, DesktopError>>
  readonly signOut: (confirm: boolean) => Promise<Result<null, DesktopError>>
  /** Metrics of the five font roles, once loaded; the same faces are registered with the browser for the paper. */
  readonly fonts: FontSet | null
}

export const ClientContext = createContext<Client | null>(null)

export const useClient = (): Client => {
  const client = useContext(ClientContext)
  if (client === null) throw new Error('useClient outside of a signed-in screen')
  return client
}
