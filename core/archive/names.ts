/** The names that occur in a document (名册), cut out of the directory. */
import type { Directory } from '#core/access'
import type { EventRecord } from '#core/ledger'
import { issuersOf, type DocumentState } from '#core/route'
import type { PackageNames } from './input.ts'

export const namesOf = (state: DocumentState, records: readonly EventRecord[], directory: Directory): PackageNames => {
  const people = new Set<string>([state.createdBy, ...records.map((record) => record.actor), ...Object.values(state.assignments).flat()])
  const organs = new Set<string>([...issuersOf(state), ...(state.dispatch?.targets ?? []).map((target) => target.organId)])
  for (const opinion of state.opinions) {
    organs.add(opinion.organId)
    if (opinion.onBehalfOf !== null) people.add(opinion.onBehalfOf)
  }
  const known = [...people].sort().flatMap((id) => {
    const person = directory.people[id]
    if (person === undefined) return []
    organs.add(person.organId)
    return [[id, { name: person.name, title: person.title, organId: person.organId }] as const]
  })
  const knownOrgans = [...organs].sort().flatMap((id) => {
    const organ = directory.organs[id]
    return organ === undefined ? [] : [[id, { name: organ.name, fonds: organ.fonds, unitCode: organ.unitCode }] as const]
  })
  return { schema: 'wenshu.names/1', organs: Object.fromEntries(knownOrgans), people: Object.fromEntries(known) }
}

/** Name of a person as printed, or the id where the register has none. */
export const personName = (names: PackageNames, id: string): string => names.people[id]?.name ?? (id === 'system' ? '文枢服务' : id)
export const organName = (names: PackageNames, id: string): string => names.organs[id]?.name ?? id
