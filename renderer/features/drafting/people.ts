/** Who may hold a step (环节人选). */
import type { Directory, Person } from '#core/access'
import type { RouteDefinition, Routes, StepDefinition } from '#core/route'
import type { DocumentKind } from '#core/document'

export const candidatesFor = (step: StepDefinition, directory: Directory, organId: string): readonly Person[] =>
  Object.values(directory.people)
    .filter((person) => person.roles.includes(step.role) && (person.organId === organId) === (step.from === 'own'))
    .sort((a, b) => (a.organId === b.organId ? a.id.localeCompare(b.id) : a.organId.localeCompare(b.organId)))

export const routesFor = (routes: Routes, kind: DocumentKind): readonly RouteDefinition[] =>
  Object.values(routes.routes).filter((route) => route.kinds.includes(kind)).sort((a, b) => a.name.localeCompare(b.name))

export type Assignments = Readonly<Record<string, readonly string[]>>

/** A choice that leaves nothing to choose is made already. */
export const firstAssignments = (route: RouteDefinition, directory: Directory, organId: string): Assignments =>
  Object.fromEntries(route.steps.map((step) => {
    const people = candidatesFor(step, directory, organId)
    return [step.id, people.length === step.branches.min && people.length === step.branches.max ? people.map((person) => person.id) : []]
  }))

/** Steps whose number of people does not fit yet. */
export const unfilled = (route: RouteDefinition, assignments: Assignments): readonly StepDefinition[] =>
  route.steps.filter((step) => {
    const count = assignments[step.id]?.length ?? 0
    return count < step.branches.min || count > step.branches.max
  })
