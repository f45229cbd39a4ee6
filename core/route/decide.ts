/** decide(state, command, context) → events, no-op, refusal or a needed effect. Pure; the same code on both sides (idea 1). */
import { assertNever } from '#core/formats'
import { hasView } from './audience.ts'
import type { DocumentCommand, RouteCommand } from './commands.ts'
import { refuse, type Context, type Decision } from './decision.ts'
import { routeProblem, type Routes } from './definition.ts'
import { create, saveDraft, settleDraft, submit } from './drafting.ts'
import type { RouteEvent } from './events.ts'
import { buildPackage, compose, dispatch, file, number, receive } from './issuing.ts'
import { confirmSeal, declineSeal, returnSeal, seal } from './sealing.ts'
import type { DocumentState } from './state.ts'
import { agree, amend, comment, giveBack, recall, resubmit } from './steps.ts'

export const decide = (state: DocumentState | null, command: DocumentCommand, context: Context): Decision => {
  if (command.type === 'document.create') return create(state, command, context)
  // A person whose open step was recalled lost the view, but must be told why the decision made offline does not count (O3).
  if (state?.status === 'recalled' && Object.values(state.assignments).some((people) => people.includes(context.actor))) {
    return refuse('recalled', '公文已被拟稿人撤回')
  }
  // I0: whoever may not see the document learns nothing about it, not even that it exists.
  if (state === null || !hasView(state, context.directory, context.actor, context.now)) return refuse('not_found', '公文不存在或无权查看')
  switch (command.type) {
    case 'draft.save': return saveDraft(state, command, context)
    case 'draft.settle': return settleDraft(state, command, context)
    case 'document.submit': return submit(state, command, context)
    case 'revision.amend': return amend(state, command, context)
    case 'step.agree': return agree(state, command, context)
    case 'step.return': return giveBack(state, command, context)
    case 'step.resubmit': return resubmit(state, command, context)
    case 'document.recall': return recall(state, command, context)
    case 'comment.add': return comment(state, command, context)
    case 'document.number': return number(state, command, context)
    case 'document.compose': return compose(state, command, context)
    case 'document.seal': return seal(state, command, context)
    case 'document.confirmSeal': return confirmSeal(state, command, context)
    case 'document.returnSeal': return returnSeal(state, command, context)
    case 'document.declineSeal': return declineSeal(state, command, context)
    case 'document.dispatch': return dispatch(state, command, context)
    case 'receipt.sign': return receive(state, command, context)
    case 'document.file': return file(state, command, context)
    case 'archive.package': return buildPackage(state, command, context)
    default: return assertNever(command)
  }
}

export type RouteDecision =
  | { readonly kind: 'events'; readonly events: readonly RouteEvent[] }
  | { readonly kind: 'refused'; readonly refusal: { readonly code: 'not_authorized' | 'invalid_command' | 'already_exists'; readonly detail: string } }

export const decideRoutes = (routes: Routes, command: RouteCommand, actor: string, mayAdminister: boolean): RouteDecision => {
  if (actor !== 'system' && !mayAdminister) return { kind: 'refused', refusal: { code: 'not_authorized', detail: '只有系统管理员可以发布流程' } }
  const problem = routeProblem(command.route)
  if (problem !== null) return { kind: 'refused', refusal: { code: 'invalid_command', detail: problem } }
  const standing = routes.routes[command.route.id]
  if (command.route.version !== (standing?.version ?? 0) + 1) {
    return { kind: 'refused', refusal: { code: 'already_exists', detail: `流程版本应为${(standing?.version ?? 0) + 1}` } }
  }
  return { kind: 'events', events: [{ type: 'RoutePublished', route: command.route }] }
}

export const evolveRoutes = (routes: Routes, event: RouteEvent): Routes =>
  ({ ...routes, version: routes.version + 1, routes: { ...routes.routes, [event.route.id]: event.route } })
