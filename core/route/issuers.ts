/** Who issues a text (发文机关), found in the directory when it is frozen. Rules J1, J2 of docs/spec/route.md. */
import type { Directory } from '#core/access'
import { signaturesOf, type DocumentContent } from '#core/document'
import { err, ok, type Result } from '#core/formats'
import type { RouteDefinition } from './definition.ts'

/** The organ of this name; a short name (规范化简称) counts when no other organ has it. */
const organNamed = ({ organs }: Directory, name: string): string | null => {
  const all = Object.values(organs)
  const full = all.find((organ) => organ.name === name)
  const short = all.filter((organ) => organ.shortName === name)
  return full?.id ?? (short.length === 1 ? (short[0]?.id ?? null) : null)
}

/** J1: the seals stand on the 署名, so these are the issuers, in their order. */
const signatureProblem = (content: DocumentContent, issuers: readonly string[], directory: Directory): string | null => {
  if (content.authentication !== '盖章') return null
  const names = signaturesOf(content)
  if (names.length !== issuers.length) return `联合行文有${issuers.length}个发文机关，署名有${names.length}个，每个机关须有一个署名，印章盖在署名上`
  const astray = names.findIndex((name, nth) => name !== content.issuers[nth] && organNamed(directory, name) !== issuers[nth])
  return astray < 0 ? null : `第${astray + 1}个署名应为“${content.issuers[astray]}”，署名与发文机关的顺序须一致`
}

/** Organ ids of a joint issue, the host first; null for a single organ, whose name is not asked after. The error is in words for the drafter. */
export const issuersIn = (content: DocumentContent, host: string, directory: Directory): Result<readonly string[] | null, string> => {
  if (content.issuers.length < 2) return ok(null)
  const found = content.issuers.map((name) => organNamed(directory, name))
  const unknown = found.indexOf(null)
  if (unknown >= 0) return err(`联合发文机关“${content.issuers[unknown]}”不在机关名录中，请写机关全称或规范化简称`)
  const ids = found.filter((id) => id !== null)
  const twice = ids.findIndex((id, nth) => ids.indexOf(id) !== nth)
  if (twice >= 0) return err(`联合发文机关“${content.issuers[twice]}”重复`)
  if (ids[0] !== host) return err(ids.includes(host) ? '联合行文的主办机关应列在发文机关之首' : '联合行文的发文机关中没有本机关，应由主办机关拟稿')
  const problem = signatureProblem(content, ids, directory)
  return problem === null ? ok(ids) : err(problem)
}

/** J2: every other issuing organ has somebody to agree for it (会签), or the first that has none, in words. */
export const countersignProblem = (
  issuers: readonly string[] | null, route: RouteDefinition, assignments: Readonly<Record<string, readonly string[]>>, directory: Directory,
): string | null => {
  if (issuers === null || route.jointCountersign === 'free') return null
  const asked = route.steps.filter((step) => step.kind !== 'review').flatMap((step) => assignments[step.id] ?? []).map((person) => directory.people[person]?.organId)
  const unasked = issuers.slice(1).find((organId) => !asked.includes(organId))
  return unasked === undefined ? null : `联合发文应由各联署机关负责人会签：流程“${route.name}”中没有“${directory.organs[unasked]?.name ?? unasked}”的会签人`
}
