/** Organs of a joint issue while it is drafted (联合发文机关): whether they are in the directory, and who agrees for them. Rules J1, J2 of docs/spec/route.md. */
import type { Directory, Organ, Person } from '#core/access'
import type { DocumentContent } from '#core/document'
import type { RouteDefinition } from '#core/route'
import type { Assignments } from './people.ts'

/** By the full name, or by a short name that no other organ has. */
export const organNamed = (organs: readonly Organ[], name: string): Organ | null => {
  const short = organs.filter((organ) => organ.shortName === name)
  return organs.find((organ) => organ.name === name) ?? (short.length === 1 ? short[0]! : null)
}

/** What a person types finds names and short names, in any part of them. */
export const organMatches = ({ name, shortName }: Organ, typed: string): boolean => {
  const wanted = typed.replaceAll(/\s/gu, '')
  return name.includes(wanted) || shortName.includes(wanted)
}

type IssuerProblem = 'unknown' | 'twice' | 'notHost' | 'hostLater'

/** For each issuer what keeps the joint issue from being sent, or null; of a single issuer nothing is asked. */
export const issuerProblems = (issuers: readonly string[], organs: readonly Organ[], hostId: string): readonly (IssuerProblem | null)[] => {
  if (issuers.length < 2) return issuers.map(() => null)
  const ids = issuers.map((name) => organNamed(organs, name)?.id ?? null)
  return ids.map((id, nth) => {
    if (nth === 0) return id === hostId ? null : 'notHost'
    if (id === null) return 'unknown'
    if (ids.indexOf(id) !== nth) return 'twice'
    return id === hostId ? 'hostLater' : null
  })
}

/** Seals stand on the 署名, so a joint issue has one for each organ, in the same order. */
export const signatureFollows = ({ issuers, signature, authentication }: Pick<DocumentContent, 'issuers' | 'signature' | 'authentication'>, organs: readonly Organ[]): boolean => {
  if (issuers.length < 2 || authentication !== '盖章') return true
  const names = signature.split(signature.includes(' ') ? / +/u : /\u3000+/u).filter((name) => name !== '')
  return names.length === issuers.length && names.every((name, nth) => name === issuers[nth] || (organNamed(organs, name)?.id ?? name) === organNamed(organs, issuers[nth]!)?.id)
}

/** The name moved by one place; the host's place is not to be had. */
export const movedIssuer = (issuers: readonly string[], from: number, by: -1 | 1): readonly string[] => {
  const to = from + by
  if (from < 1 || to < 1 || to >= issuers.length) return issuers
  return issuers.map((name, at) => (at === to ? issuers[from]! : at === from ? issuers[to]! : name))
}

/** One of the other issuing organs, the people asked to agree for it, and those who could be. */
export type CoIssuer = { readonly organ: Organ; readonly asked: readonly Person[]; readonly possible: readonly Person[] }

const agreeing = (route: RouteDefinition) => route.steps.filter((step) => step.kind !== 'review' && step.from === 'others')

/** The other issuing organs of a joint issue that have to agree and that the directory knows, in their order; none on a route that leaves it free. */
export const coIssuersOf = (issuers: readonly string[], route: RouteDefinition, assignments: Assignments, directory: Directory): readonly CoIssuer[] => {
  if (issuers.length < 2 || route.jointCountersign === 'free') return []
  const organs = Object.values(directory.organs)
  const steps = agreeing(route)
  const asked = steps.flatMap((step) => assignments[step.id] ?? []).flatMap((id) => directory.people[id] ?? [])
  const possible = Object.values(directory.people).filter((person) => steps.some((step) => person.roles.includes(step.role)))
  return issuers.slice(1).flatMap((name) => {
    const organ = organNamed(organs, name)
    return organ === null ? [] : [{ organ, asked: asked.filter(({ organId }) => organId === organ.id), possible: possible.filter(({ organId }) => organId === organ.id) }]
  })
}

/** Where an organ that issues has one person who can agree, that person is asked; a real choice is left open. */
export const withCoIssuers = (assignments: Assignments, issuers: readonly string[], route: RouteDefinition, directory: Directory): Assignments => {
  const only = coIssuersOf(issuers, route, assignments, directory).flatMap(({ asked, possible }) => (asked.length === 0 && possible.length === 1 ? possible : []))
  const step = agreeing(route).find(({ role }) => only.every((person) => person.roles.includes(role)))
  if (step === undefined || only.length === 0) return assignments
  const chosen = [...assignments[step.id] ?? [], ...only.map(({ id }) => id)]
  return chosen.length > step.branches.max ? assignments : { ...assignments, [step.id]: chosen }
}
