import { describe, expect, test } from 'vitest'
import { emptyDirectory, type Directory } from '#core/access'
import { sm3Hex } from '#core/crypto'
import { emptyContent, frozenBytes, type DocumentContent } from '#core/document'
import { attachmentsHash, type DocumentState, type RouteDefinition } from '#core/route'
import { actionsOf } from './actions.ts'
import { recordsOf, stayOf } from './records.ts'
import { issueOf, standingHash } from './seen.ts'

const content: DocumentContent = { ...emptyContent({ kind: '通知', organName: '办公厅' }), title: '通知', body: [{ kind: 'paragraph', level: 0, number: null, text: '正文' }] }
const bytes = frozenBytes(content)
const route: RouteDefinition = {
  id: 'fawen', version: 3, name: '发文', kinds: ['通知'],
  steps: [
    { id: 'review', name: '核稿', kind: 'review', role: 'reviewer', from: 'own', branches: { min: 1, max: 1 }, editors: ['holder'], signature: 'device', offline: { allowed: true, maxAgeSeconds: 3600 } },
    { id: 'approve', name: '签发', kind: 'approve', role: 'leader', from: 'own', branches: { min: 1, max: 1 }, editors: [], signature: 'personal', offline: { allowed: true, maxAgeSeconds: 3600 } },
  ],
}
const directory: Directory = { ...emptyDirectory, people: { wang: { id: 'wang', name: '王', organId: 'bgt', title: '', roles: ['reviewer'] } } }
const state: DocumentState = {
  schema: 1, id: 'd1', version: 3, status: 'routing', kind: '通知', title: '通知', urgency: '加急', disclosure: '主动公开', organId: 'bgt',
  createdBy: 'qi', createdAt: '2026-11-24T01:00:00Z', updatedAt: '2026-11-24T02:00:00Z', drafts: [],
  revisions: [{ number: 1, hash: sm3Hex(bytes), parent: null, attachmentsHash: attachmentsHash(content), by: 'qi', note: '送核稿', receivedAt: '2026-11-24T02:00:00Z' }],
  route, assignments: { review: ['wang'] },
  step: { stepId: 'review', name: '核稿', openedAt: '2026-11-24T02:00:00Z', branches: [{ id: 'review/wang', holder: 'wang', organId: 'bgt', state: 'open', round: 1 }] },
  revising: false, opinions: [], comments: [], approval: null, number: null, final: null, seal: null, dispatch: null, archive: null, package: null,
}

describe('what stands', () => {
  test('the revision, or the saved draft before there is one', () => {
    expect(standingHash(state)).toBe(sm3Hex(bytes))
    expect(standingHash({ ...state, revisions: [], drafts: [{ hash: 'h', base: null, by: 'qi', deviceId: 'd', savedAt: '' }] })).toBe('h')
    expect(standingHash({ ...state, revisions: [], drafts: [] })).toBeNull()
  })
  test('number and dates are printed only once they are given', () => {
    expect(issueOf(state)).toBeNull()
    expect(issueOf({ ...state, number: { mark: '内政办发', year: 2026, serial: 12, text: '内政办发〔2026〕12号', date: '2026-11-24', printDate: '2026-11-24' } }))
      .toEqual({ number: '内政办发〔2026〕12号', date: '2026-11-24', printDate: '2026-11-24' })
  })
})

describe('actions', () => {
  test('the holder decides and may amend; the next step is named', () => {
    const actions = actionsOf(state, directory, 'wang', '2026-11-24T03:00:00Z')
    expect(actions).toMatchObject({ task: { kind: 'decide', stepKind: 'review', personalKey: false }, mayAmend: true, mayRecall: false, nextStep: '签发' })
  })
  test('the drafter may recall, and only before approval', () => {
    expect(actionsOf(state, directory, 'qi', '').mayRecall).toBe(true)
    expect(actionsOf({ ...state, status: 'numbered' }, directory, 'qi', '').mayRecall).toBe(false)
  })
})

describe('records', () => {
  const opinion = { stepId: 'review', stepName: '核稿', branchId: 'review/wang', round: 1, by: 'wang', onBehalfOf: null, organId: 'bgt', decision: 'return' as const, text: '改', revision: 1, commandId: 'c', claimedAt: '2026-11-20T00:00:00Z', receivedAt: '2026-11-24T04:00:00Z', signature: null }
  test('order is by the server’s clock, whatever devices claim', () => {
    expect(recordsOf({ ...state, opinions: [opinion] }).map((entry) => entry.key)).toEqual(['record.created', 'record.submitted', 'record.returned'])
  })
  test('waiting turns amber and red by urgency', () => {
    const at = (hours: number) => new Date(Date.parse('2026-11-24T02:00:00Z') + hours * 3_600_000).toISOString()
    expect([1, 20, 30].map((hours) => stayOf(state, at(hours))?.light)).toEqual(['green', 'amber', 'red'])
    expect(stayOf({ ...state, step: null }, at(1))).toBeNull()
  })
})
