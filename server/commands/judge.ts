/** What a command comes to: decided by core, with the effects that only the server can perform (P3). */
import { decideDirectory, evolveDirectory, type Directory, type DirectoryCommand } from '#core/access'
import {
  decide, decideRoutes, evolve, evolveRoutes, requiredBlobs, type Context, type Decision, type DocumentCommand, type DocumentState, type EffectResult,
  type RefusalCode, type RouteCommand, type Routes,
} from '#core/route'
import { hasRole } from '#core/access'
import type { CanonicalValue } from '#core/formats'
import type { CommandBody } from '#core/sync'
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
  for (let round = 0; round < 3; round++) {
    const decision: Decision = decide(state, command, { ...context, effect })
    switch (decision.kind) {
      case 'noop':
        return { kind: 'noop' }
      case 'refused':
        return { kind: 'refused', ...decision.refusal }
      case 'events': {
        let next = state
        for (const event of decision.events) next = evolve(next, event, context.now)
        if (next === null) throw new Error(`${command.type} was accepted without an event`)
        return {
          kind: 'events', events: decision.events.map((event) => ({ type: event.type, data: asData(event) })), state: next,
          adjusted: decision.events.some((event) => event.type === 'DraftForked'),
        }
      }
      case 'needs':
        if (state === null) throw new Error(`${command.type} needs an effect without a document`)
        try {
          effect = await services.effects.perform(decision.effect, { ...scope, state })
        } catch (error) {
          if (error instanceof EffectRefused) return { kind: 'refused', code: error.code, detail: error.message }
          throw error
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
