import { describe, expect, test } from 'vitest'
import { emptyDirectory, type Directory, type Person, type Role } from '#core/access'
import type { RouteDefinition } from '#core/route'
import { candidatesFor, firstAssignments, routesFor, unfilled } from './people.ts'

const person = (id: string, organId: string, roles: readonly Role[]): Person => ({ id, name: id, organId, title: '', roles })
const directory: Directory = {
  ...emptyDirectory,
  people: Object.fromEntries([
    person('wang', 'bgt', ['reviewer']), person('bat', 'bgt', ['leader']), person('li', 'yjglt', ['countersigner']), person('zhao', 'czt', ['countersigner']),
    person('own', 'bgt', ['countersigner']),
  ].map((entry) => [entry.id, entry])),
}
const route: RouteDefinition = {
  id: 'fawen', version: 1, name: '办公厅发文', kinds: ['通知'],
  steps: [
    { id: 'review', name: '核稿', kind: 'review', role: 'reviewer', from: 'own', branches: { min: 1, max: 1 }, editors: ['holder'], signature: 'device', offline: { allowed: false } },
    { id: 'countersign', name: '会签', kind: 'countersign', role: 'countersigner', from: 'others', branches: { min: 1, max: 8 }, editors: [], signature: 'device', offline: { allowed: false } },
  ],
}

describe('people of a step', () => {
  test('countersigning goes to other organs only', () => {
    expect(candidatesFor(route.steps[1]!, directory, 'bgt').map((entry) => entry.id)).toEqual(['zhao', 'li'])
  })
  test('the only possible person is chosen, a real choice is left open', () => {
    expect(firstAssignments(route, directory, 'bgt')).toEqual({ review: ['wang'], countersign: [] })
  })
  test('what is still missing is named', () => {
    expect(unfilled(route, { review: ['wang'], countersign: [] }).map((step) => step.name)).toEqual(['会签'])
    expect(unfilled(route, { review: ['wang'], countersign: ['li', 'zhao'] })).toEqual([])
  })
  test('a route for other kinds is not offered', () => {
    expect(routesFor({ schema: 1, version: 1, routes: { fawen: route } }, '函')).toEqual([])
  })
})
