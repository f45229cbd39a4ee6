/** What a command comes to: decided by core, with the effects that only the server can perform (P3). */
import { decideDirectory, evolveDirectory, type Directory, type DirectoryCommand } from '#core/access'
import {
  decide, decideRoutes, evolve, evolveRoutes, requiredBlobs, type Context, type Decision, type DocumentCommand, type DocumentState, type EffectResult,
  type RefusalCode, type RouteCommand, type Routes,
} from '#core/route'
import { hasRole } from '#core/access'
import type { CanonicalValue } from '#core/formats'
import type { CommandBody } from '#core/sync'
import { mayBeRetried } from '../db/index.ts'
import { NotYetDone } from './ahead.ts'
import { EffectRefused, type CommandServices, type EffectScope } from './ports.ts'

export type Verdict =
  | { readonly kind: 'events'; readonly events: readonly { readonly type: string; readonly data: CanonicalValue }[]; readonly state: DocumentState | Directory | Routes; readonly adjusted: boolean }
  | { readonly kind: 'noop' }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly detail: string; readonly standing?: string; readonly asked?: string }

/** An undefined member has no canonical form; events are data that went through JSON. */
const asData = (event: object): CanonicalValue => JSON.parse(JSON.stringify(event)) as CanonicalValue

export const judgeDocument = async (
  services: CommandServices, state: DocumentState | null, command: DocumentCommand, context: Omit<Context, 'effect'>, scope: Omit<EffectScope, 'state'>,
): Promise<Verdict> => {
  let effect: EffectResult | null = null
  /** A refusal after an effect takes the effect back: a number that was drawn for nothing would be a hole. */
  const undo = (): void => {
    if (effect !== null) void scope.tx.query('rollback to savepoint effect')
  }
  for (let round = 0; round < 4; round++) {
    const decision: Decision = decide(state, command, { ...context, effect })
    switch (decision.kind) {
      case 'noop':
        undo()
        return { kind: 'noop' }
      case 'refused':
        undo()
        return { kind: 'refused', ...decision.refusal }
      case 'events': {
        let next = state
        for (const event of decision.events) next = evolve(next, event, context.now)
        if (next === null) throw new Error(`${command.type} was accepted without an event`)
        for (const event of decision.events) {
          const content = event.type === 'RevisionFrozen' ? context.content(event.revision.hash) : null
          const unprintable = content === null ? null : services.effects.unprintable(content)
          if (unprintable === null) continue
          undo()
          return { kind: 'refused', code: 'invalid_content', detail: unprintable }
        }
        return {
          kind: 'events', events: decision.events.map((event) => ({ type: event.type, data: asData(event) })), state: next,
          adjusted: decision.events.some((event) => event.type === 'DraftForked'),
        }
      }
      case 'needs':
        if (state === null) throw new Error(`${command.type} needs an effect without a document`)
        void scope.tx.query('savepoint effect')
        try {
          effect = await services.effects.perform(decision.effect, { ...scope, state })
        } catch (error) {
          if (mayBeRetried(error) || error instanceof NotYetDone) throw error
          await scope.tx.query('rollback to savepoint effect')
          if (error instanceof EffectRefused) {
            if (error.trace !== null) void scope.tx.query(error.trace.sql, error.trace.params)
            return { kind: 'refused', code: error.code, detail: error.message }
          }
          // Without a stored answer the sender would ask for ever, and everything behind it would wait (P4).
          services.log('error', `${decision.effect.kind} 未能完成`, { documentId: state.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
          return { kind: 'refused', code: 'internal_error', detail: '服务器未能完成该操作，已记录原因，请联系管理员后重试' }
        }
    }
  }
  throw new Error(`${command.type} asks for effects without end`)
}

export const judgeDirectory = (directory: Directory, command: DirectoryCommand, actor: string, now: string): Verdict => {
  const decision = decideDirectory(directory, command, actor, now)
  if (decision.kind === 'refused') return { kind: 'refused', ...decision.refusal }
  return {
    kind: 'events', events: decision.events.map((event) => ({ type: event.type, data: asData(event) })),
    state: decision.events.reduce(evolveDirectory, directory), adjusted: false,
  }
}

export const judgeRoutes = (routes: Routes, command: RouteCommand, actor: string, directory: Directory): Verdict => {
  const decision = decideRoutes(routes, command, actor, hasRole(directory, actor, 'systemAdmin'))
  if (decision.kind === 'refused') return { kind: 'refused', ...decision.refusal }
  return {
    kind: 'events', events: decision.events.map((event) => ({ type: event.type, data: asData(event) })),
    state: decision.events.reduce(evolveRoutes, routes), adjusted: false,
  }
}

export const isDocumentCommand = (body: CommandBody): body is DocumentCommand => 'documentId' in body

export const blobsNeeded = (body: CommandBody): readonly string[] => (isDocumentCommand(body) ? requiredBlobs(body) : [])
