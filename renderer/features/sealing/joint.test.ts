import { describe, expect, test } from 'vitest'
import type { AppliedSeal, DocumentState, Opinion, RulePlace, SealGround, SealPosition } from '#core/route'
import { sealCount, sealRows } from '../approval/index.tsx'
import { keyRefusal, keyTone, keyWord } from './keyState.ts'
import { otherSeals, touchedBy } from './otherSeals.ts'
import { countersignProof, maySealUpon } from './proof.ts'

const rule = (x: number): RulePlace => ({ page: 1, x, y: 200_000, diameter: 42_000, name: null, date: null, textBottom: null })
const ground: SealGround = { paper: { width: 210_000, height: 297_000 }, line: 10_446, places: [rule(40_000), rule(90_000), rule(140_000)], clear: [] }
const at = (x: number, change: Partial<SealPosition> = {}): SealPosition => ({ page: 1, x, y: 200_000, diameter: 42_000, from: 'hand', ...change })
const applied = (organId: string, place: SealPosition): AppliedSeal => ({
  organId, purpose: 'issue', sealId: `${organId}-seal`, sealName: organId, sealedHash: organId, by: `${organId}-clerk`, receivedAt: '2026-11-24T08:00:00Z', certificate: '',
  signature: { signature: '', certificate: '', statement: { schema: 'wenshu.seal/3', documentId: 'd', purpose: 'issue', sealId: 's', revisionHash: '', finalHash: '', ofdHash: '', organId, place, person: 'p', claimedAt: '' } },
})
const state = (change: Partial<DocumentState> = {}): DocumentState => ({
  schema: 1, id: 'd', version: 1, status: 'composed', kind: '通知', title: '', urgency: '', disclosure: '主动公开', organId: 'host', issuers: ['host', 'a', 'b'], createdBy: '', createdAt: '', updatedAt: '', drafts: [], revisions: [],
  route: null, assignments: {}, step: null, revising: false, opinions: [], comments: [], number: null, seal: null, dispatch: null, archive: null, package: null,
  approval: { by: 'leader', revision: 1, claimedAt: '', receivedAt: '' }, final: { hash: 'f', pages: 1, layoutHash: '', revisionHash: 'r', sealGround: ground }, ...change,
})
const opinion = (organId: string, decision: Opinion['decision']): Opinion =>
  ({ stepId: 's', stepName: '会签', branchId: 'b', round: 1, by: `${organId}-chief`, onBehalfOf: null, organId, decision, text: '', revision: 1, commandId: 'c', claimedAt: '', receivedAt: '', signature: null })

describe('J3 whose seals are there', () => {
  test('in the order of the issuers, with who and why', () => {
    const partly = state({ seals: [applied('b', at(140_000))], sealDeclines: { a: { organId: 'a', by: 'a-clerk', reason: '页码有误', receivedAt: '2026-11-24T09:00:00Z' } } })
    expect(sealRows(partly).map(({ organId, look, by, reason }) => [organId, look, by, reason])).toEqual([['host', 'waiting', undefined, undefined], ['a', 'declined', 'a-clerk', '页码有误'], ['b', 'sealed', 'b-clerk', undefined]])
    expect(sealCount(partly)).toEqual({ done: 1, total: 3 })
  })
  test('one that was given back and then sealed is sealed; one that waits for a second clerk says so', () => {
    const both = state({ seals: [applied('a', at(90_000))], sealRequests: { host: { purpose: 'issue', sealId: 's', sealName: 's', by: 'sunli', receivedAt: '', signature: applied('host', at(1)).signature } } })
    expect(sealRows(both).map(({ look }) => look)).toEqual(['requested', 'sealed', 'waiting'])
  })
})

describe('J6 the seals of the others on the pages', () => {
  test('as they were signed, else where the pages have them', () => {
    expect(otherSeals(state({ seals: [applied('b', at(141_500, { y: 199_000 }))] }), 'host').map(({ organId, look, place }) => [organId, look, place.x, place.y]))
      .toEqual([['a', 'waiting', 90_000, 200_000], ['b', 'sealed', 141_500, 199_000]])
    expect(otherSeals(state({ final: null }), 'host')).toEqual([])
  })
  test('crossing and touching are found, one that is there before one that is to come', () => {
    const others = otherSeals(state({ seals: [applied('b', at(140_000))] }), 'host')
    expect([touchedBy(at(48_000), others)?.organId, touchedBy(at(47_999), others), touchedBy(at(115_000), others)?.organId, touchedBy(at(90_000, { page: 2 }), others)]).toEqual(['a', null, 'b', null])
  })
})

describe('J2 J4 what another organ seals upon', () => {
  test('its own agreement and the host’s approval; the way to the pages stays with the host', () => {
    const agreed = state({ opinions: [opinion('a', 'agree')] })
    expect([maySealUpon(agreed, 'a'), maySealUpon(agreed, 'b'), maySealUpon({ ...agreed, approval: null }, 'a'), countersignProof(agreed, 'a')?.by]).toEqual([true, false, false, 'a-chief'])
    expect(maySealUpon(state({ opinions: [opinion('a', 'return')] }), 'a')).toBe(false)
    // Its leader's signature is what the host needs: an agreement is none.
    expect(maySealUpon(state({ opinions: [opinion('host', 'agree')] }), 'host')).toBe(false)
  })
})

describe('K54 the state of a seal’s key', () => {
  test('in a word that is known, also for reasons of a newer server', () => {
    const refused = (reason: string) => ({ state: 'refused', reason, detail: '请系统管理员核对' }) as const
    expect([keyWord({ state: 'own' }), keyWord({ state: 'unknown' }), keyWord(refused('blocked')), keyWord(refused('quantum'))]).toEqual(['own', 'unknown', 'blocked', 'refused'])
    expect([keyTone({ state: 'open' }), keyTone({ state: 'present' }), keyTone({ state: 'unknown' }), keyTone(refused('absent'))]).toEqual(['good', 'info', 'warn', 'bad'])
    expect([keyRefusal({ keyStates: { pdf: { state: 'own' }, ofd: refused('absent') } }), keyRefusal({ keyStates: { pdf: { state: 'own' }, ofd: { state: 'unknown' } } }), keyRefusal({})]).toEqual(['请系统管理员核对', null, null])
  })
})
