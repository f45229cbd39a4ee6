/** L6: the projection is base rows plus outbox, recomputed by core. Reverting is dropping the overlay. */
import { emptyDirectory, type Directory } from '#core/access'
import { decide, emptyRoutes, evolveAll, type Context, type DocumentState, type PersonalKey, type Refusal, type Routes } from '#core/route'
import type { DocumentContent } from '#core/document'
import type { Command, Row } from './wire.ts'
import type { ProjectedDocument } from './client.ts'

export type Ground = {
  readonly directory: Directory
  readonly routes: Routes
  readonly documents: ReadonlyMap<string, DocumentState>
}

/** Newest row schema that this code understands; newer rows are deferred (L5). */
export const knownRowSchema = 1

export const groundOf = (rows: readonly Row[]): Ground => {
  let directory = emptyDirectory
  let routes = emptyRoutes
  const documents = new Map<string, DocumentState>()
  for (const row of rows) {
    // L5: an unknown *local* row was written by someone else's code over ours; guessing would hide a loss.
    if (row.schema > knownRowSchema) throw new Error(`local row ${row.kind}/${row.id} has unknown schema ${row.schema}`)
    switch (row.kind) {
      case 'directory': directory = row.data as Directory; break
      case 'routes': routes = row.data as Routes; break
      case 'document': documents.set(row.id, row.data as DocumentState); break
      default: throw new Error(`local row of unknown kind ${String(row.kind)}`)
    }
  }
  return { directory, routes, documents }
}

export type LocalRules = {
  readonly now: string
  readonly content: (hash: string) => DocumentContent | null
  readonly personalKeys: (personId: string) => readonly PersonalKey[]
}

/** What the rules on this device say about a command; the server decides with its own clock and numbers. */
export const contextFor = (ground: Ground, rules: LocalRules, command: Pick<Command, 'actor' | 'commandId' | 'claimedAt'> & { deviceId: string }): Context => ({
  actor: command.actor, deviceId: command.deviceId, commandId: command.commandId, claimedAt: command.claimedAt,
  now: rules.now, viewAgeSeconds: 0, today: rules.now.slice(0, 10), directory: ground.directory, routes: ground.routes,
  content: rules.content, personalKeys: rules.personalKeys, effect: null,
})

/** One document with its pending commands on top, oldest first. */
export const overlay = (base: DocumentState | null, pending: readonly Command[], ground: Ground, rules: LocalRules): ProjectedDocument | null => {
  let state = base
  let awaitsServer = false
  let expectedRefusal: Refusal | null = null
  for (const command of pending) {
    if (!('documentId' in command.payload)) continue
    const decision = decide(state, command.payload, contextFor(ground, rules, command))
    switch (decision.kind) {
      case 'events': state = evolveAll(state, decision.events, rules.now); break
      case 'needs': awaitsServer = true; break
      case 'refused': expectedRefusal ??= decision.refusal; break
      case 'noop': break
    }
  }
  return state === null ? null : { state, pending, awaitsServer, expectedRefusal }
}
