/** Route definitions (流程定义): versioned data, the only place where steps, their order and their rights are written. */
import type { DocumentKind } from '#core/document'
import type { Role } from '#core/access'

/** Whether a step may be decided without a network, and how old the signer's view may be (O2). */
export type OfflinePolicy =
  | { readonly allowed: true; readonly maxAgeSeconds: number }
  | { readonly allowed: false }

export type StepDefinition = {
  /** stable within a route, e.g. review */
  readonly id: string
  /** 环节名称, e.g. 核稿 */
  readonly name: string
  readonly kind: 'review' | 'countersign' | 'approve'
  /** The role that a holder must have. */
  readonly role: Role
  /** Whose people may hold it: the drafting organ's own, or other organs'. */
  readonly from: 'own' | 'others'
  /** How many branches run in parallel; all must agree. */
  readonly branches: { readonly min: number; readonly max: number }
  /** Roles whose holders in this document may amend the text while this step is open. */
  readonly editors: readonly ('holder' | 'reviewer')[]
  /** A personal key (PIN) or the device key alone. */
  readonly signature: 'personal' | 'device'
  readonly offline: OfflinePolicy
}

export type RouteDefinition = {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly kinds: readonly DocumentKind[]
  readonly steps: readonly StepDefinition[]
  /** Whether every other issuing organ of a joint issue must agree before it seals (条例 Art. 22, J2); absent: required. */
  readonly jointCountersign?: 'required' | 'free'
}

/** Published routes by id; a document keeps the version it started with. */
export type Routes = { readonly schema: 1; readonly version: number; readonly routes: Readonly<Record<string, RouteDefinition>> }
export const emptyRoutes: Routes = { schema: 1, version: 0, routes: {} }

const id = /^[a-z][a-z0-9-]{0,31}$/

/** First thing wrong with a definition, in words for the administrator, or null. */
export const routeProblem = (route: RouteDefinition): string | null => {
  if (!id.test(route.id)) return '流程标识只能用小写字母、数字和连字符'
  if (!Number.isSafeInteger(route.version) || route.version < 1) return '流程版本应为正整数'
  if (route.steps.length === 0) return '流程至少要有一个环节'
  const seen = new Set<string>()
  for (const step of route.steps) {
    if (!id.test(step.id)) return `环节标识不正确：${step.id}`
    if (seen.has(step.id)) return `环节重复：${step.name}`
    seen.add(step.id)
    if (step.branches.min < 1 || step.branches.max < step.branches.min || step.branches.max > 64) return `环节“${step.name}”的分支数不正确`
    if (step.offline.allowed && step.offline.maxAgeSeconds < 60) return `环节“${step.name}”的离线时限过短`
  }
  const last = route.steps.at(-1)
  if (last === undefined || last.kind !== 'approve') return '流程应以签发环节结束'
  if (route.steps.filter((step) => step.kind === 'approve').length !== 1) return '流程只能有一个签发环节'
  return null
}
