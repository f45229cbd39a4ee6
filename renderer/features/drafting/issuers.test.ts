import { describe, expect, test } from 'vitest'
import { emptyDirectory, type Directory, type Organ, type Person, type Role } from '#core/access'
import type { RouteDefinition } from '#core/route'
import { coIssuersOf, issuerProblems, movedIssuer, organMatches, organNamed, signatureFollows, withCoIssuers } from './issuers.ts'

const organ = (id: string, name: string, shortName: string): Organ => ({ id, name, shortName, mark: 'x', fonds: 'Z001', unitCode: 'X' })
const organs = [organ('bgt', '苍原市人民政府办公室', '市政府办'), organ('czj', '苍原市财政局', '市财政局'), organ('jyj', '苍原市教育局', '市教育局'), organ('twin', '苍原市财政局（筹）', '市财政局')]
const person = (id: string, organId: string, roles: readonly Role[]): Person => ({ id, name: id, organId, title: '', roles })
const directory: Directory = {
  ...emptyDirectory,
  organs: Object.fromEntries(organs.map((entry) => [entry.id, entry])),
  people: Object.fromEntries([person('zhao', 'czj', ['countersigner']), person('qian', 'jyj', ['countersigner']), person('sun', 'jyj', ['countersigner']), person('li', 'czj', ['drafter'])].map((entry) => [entry.id, entry])),
}
const step = (id: string, kind: 'review' | 'countersign' | 'approve', role: Role, from: 'own' | 'others', max = 1) =>
  ({ id, name: id, kind, role, from, branches: { min: 1, max }, editors: [], signature: 'device', offline: { allowed: false } }) as const
const route: RouteDefinition = { id: 'r', version: 1, name: '发文', kinds: ['通知'], steps: [step('review', 'review', 'reviewer', 'own'), step('sign', 'countersign', 'countersigner', 'others', 8), step('approve', 'approve', 'leader', 'own')] }
const names = ['苍原市人民政府办公室', '苍原市财政局', '苍原市教育局']

describe('J1 the organs of a joint issue', () => {
  test('are those of the directory, by full name or a short one that is not shared', () => {
    expect([organNamed(organs, '苍原市教育局')?.id, organNamed(organs, '市教育局')?.id, organNamed(organs, '市财政局'), organNamed(organs, '教育局'), organNamed(organs, '')]).toEqual(['jyj', 'jyj', null, null, null])
    expect(organs.filter((entry) => organMatches(entry, '财 政')).map(({ id }) => id)).toEqual(['czj', 'twin'])
  })
  test.each<[string, readonly string[], readonly (string | null)[]]>([
    ['as they should be', names, [null, null, null]], ['outside of the directory', [names[0]!, '苍原市水务局'], [null, 'unknown']], ['twice', [names[0]!, names[1]!, names[1]!], [null, null, 'twice']],
    ['twice, once by the short name', [names[0]!, names[2]!, '市教育局'], [null, null, 'twice']], ['another organ first', [names[1]!, names[0]!], ['notHost', 'hostLater']],
    ['of one issuer nothing is asked: an office issues for its government', ['苍原市人民政府'], [null]],
  ])('%s', (_name, issuers, expected) => {
    expect(issuerProblems(issuers, organs, 'bgt')).toEqual(expected)
  })
  test('one 署名 each, in their order', () => {
    const says = (signature: string, authentication: '盖章' | '不盖章' = '盖章') => signatureFollows({ issuers: names, signature, authentication }, organs)
    expect([says(names.join(' ')), says(names.join('　')), says(`${names[0]} 苍原市财政局 市教育局`), says(names[0]!), says(`${names[0]} ${names[2]} ${names[1]}`), says(''), says('', '不盖章')])
      .toEqual([true, true, true, false, false, false, true])
  })
  test('the host stays first', () => {
    expect([movedIssuer(names, 2, -1), movedIssuer(names, 1, -1), movedIssuer(names, 0, 1), movedIssuer(names, 2, 1)]).toEqual([[names[0], names[2], names[1]], names, names, names])
  })
})

describe('J2 somebody agrees for every other issuing organ', () => {
  test('who is asked, who could be', () => {
    expect(coIssuersOf(names, route, { sign: ['zhao'] }, directory).map(({ organ: { id }, asked, possible }) => [id, asked.length, possible.length])).toEqual([['czj', 1, 1], ['jyj', 0, 2]])
    expect(coIssuersOf([names[0]!], route, {}, directory)).toEqual([])
    expect(coIssuersOf(names, { ...route, jointCountersign: 'free' }, {}, directory)).toEqual([])
  })
  test('the only possible person is asked, a real choice is left open, nobody twice', () => {
    expect(withCoIssuers({ review: [], sign: [], approve: [] }, names, route, directory)).toEqual({ review: [], sign: ['zhao'], approve: [] })
    expect(withCoIssuers({ sign: ['zhao'] }, names, route, directory)).toEqual({ sign: ['zhao'] })
    expect(withCoIssuers({ sign: [] }, [names[0]!], route, directory)).toEqual({ sign: [] })
  })
  test('a route without 会签 asks nobody', () => {
    const short: RouteDefinition = { ...route, steps: route.steps.filter(({ id }) => id !== 'sign') }
    expect(coIssuersOf(names, short, {}, directory).map(({ asked, possible }) => [asked.length, possible.length])).toEqual([[0, 0], [0, 0]])
  })
})
