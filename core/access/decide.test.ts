import { describe, expect, it } from 'vitest'
import { decideDirectory, emptyDirectory, evolveDirectory, type Directory, type DirectoryCommand, type Person } from './index.ts'

const organ = { id: 'office', name: '某办公厅', shortName: '某办', mark: '某办发', fonds: 'Z001', unitCode: 'BGS' }
const person = (id: string, change: Partial<Person> = {}): Person => ({ id, name: '其其格', organId: 'office', title: '', roles: [], ...change })
const now = '2026-11-24T08:00:00.000Z'
const apply = (directory: Directory, command: DirectoryCommand, actor: string): Directory => {
  const decision = decideDirectory(directory, command, actor, now)
  if (decision.kind === 'refused') throw new Error(decision.refusal.detail)
  return decision.events.reduce(evolveDirectory, directory)
}
const founded = apply(emptyDirectory, {
  type: 'directory.found', regionName: '某区', organ, people: [person('admin', { roles: ['systemAdmin'] }), person('security', { roles: ['securityAdmin'] })],
}, 'system')
const codeOf = (command: DirectoryCommand, actor: string, directory = founded): string => {
  const decision = decideDirectory(directory, command, actor, now)
  return decision.kind === 'refused' ? decision.refusal.code : 'events'
}

describe('the name of the installation', () => {
  it('is given to no person, neither by an administrator nor at the founding', () => {
    expect(codeOf({ type: 'directory.registerPerson', person: person('system') }, 'admin')).toBe('invalid_command')
    expect(codeOf({ type: 'directory.registerPerson', person: person('system') }, 'system')).toBe('invalid_command')
    expect(codeOf({ type: 'directory.found', regionName: '某区', organ, people: [person('system')] }, 'system', emptyDirectory)).toBe('invalid_command')
    expect(codeOf({ type: 'directory.registerPerson', person: person('systema') }, 'admin')).toBe('events')
  })
})

describe('三员分立', () => {
  it('the system administrator opens entries without roles, the security administrator gives roles, nobody to himself', () => {
    expect(codeOf({ type: 'directory.registerPerson', person: person('new', { roles: ['drafter'] }) }, 'admin')).toBe('not_authorized')
    expect(codeOf({ type: 'directory.registerPerson', person: person('new') }, 'security')).toBe('not_authorized')
    const grown = apply(founded, { type: 'directory.registerPerson', person: person('new') }, 'admin')
    expect(codeOf({ type: 'directory.changeRoles', personId: 'new', roles: ['drafter'] }, 'admin', grown)).toBe('not_authorized')
    expect(codeOf({ type: 'directory.changeRoles', personId: 'new', roles: ['drafter'] }, 'security', grown)).toBe('events')
    expect(codeOf({ type: 'directory.changeRoles', personId: 'security', roles: ['auditor'] }, 'security', grown)).toBe('not_authorized')
    expect(codeOf({ type: 'directory.changeRoles', personId: 'new', roles: ['drafter', 'auditor'] }, 'security', grown)).toBe('invalid_command')
  })
})
