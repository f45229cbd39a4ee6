/** demo: a fictional region, entered through the same commands as any other (演示区域). The only door of this folder. */
import region from '../../resources/demo/region.json' with { type: 'json' }
import type { Directory, Organ, Person } from '#core/access'
import type { RouteDefinition } from '#core/route'
import type { CommandBody, CommandResult } from '#core/sync'
import type { SealDefinition } from '../seal/index.ts'

export type DemoPorts = {
  /** runs one command as the installation */
  readonly run: (body: CommandBody) => Promise<CommandResult>
  readonly directory: () => Promise<Directory>
  /** does nothing when the account is there already */
  readonly createAccount: (personId: string, password: string) => Promise<void>
  readonly defineSeal: (seal: SealDefinition) => Promise<void>
}

const organs: readonly Organ[] = region.organs
const people = region.people as readonly Person[]
const routes = region.routes as readonly RouteDefinition[]

export const demoRegion = { regionName: region.regionName, password: region.password, organs, people, routes, seals: region.seals as readonly SealDefinition[] }

const officers: readonly string[] = ['systemAdmin', 'securityAdmin', 'auditor']
const isOfficer = (person: Person): boolean => person.roles.some((role) => officers.includes(role))

/** May be run at every start: what is there already is left alone, and a seeding that was cut short goes on. */
export const seedDemo = async ({ run, directory, createAccount, defineSeal }: DemoPorts): Promise<void> => {
  const [first, ...others] = organs
  if (first === undefined) throw new Error('the demo region has no organ')
  const ask = async (body: CommandBody): Promise<void> => {
    const result = await run(body)
    if (result.status === 'rejected' && result.code !== 'already_exists') throw new Error(`演示区域未能建立：${body.type} ${result.code} ${result.detail}`)
  }
  const standing = await directory()
  if (standing.version === 0) {
    await ask({ type: 'directory.found', regionName: region.regionName, organ: first, people: people.filter((person) => person.organId === first.id && isOfficer(person)) })
  }
  for (const organ of others) if (standing.organs[organ.id] === undefined) await ask({ type: 'directory.registerOrgan', organ })
  for (const person of people.filter((candidate) => !isOfficer(candidate))) {
    // Entered without roles first, as in a real installation; the roles are given by a command of their own.
    if (standing.people[person.id] === undefined) await ask({ type: 'directory.registerPerson', person: { ...person, roles: [] } })
    if ((standing.people[person.id]?.roles.length ?? 0) === 0) await ask({ type: 'directory.changeRoles', personId: person.id, roles: person.roles })
  }
  // A version that is published already is refused as such, which is what is wanted.
  for (const route of routes) await ask({ type: 'route.publish', route })
  for (const seal of demoRegion.seals) await defineSeal(seal)
  await Promise.all(people.map((person) => createAccount(person.id, region.password)))
}
