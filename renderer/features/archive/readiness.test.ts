import { describe, expect, test } from 'vitest'
import type { DispatchTarget, DocumentState } from '#core/route'
import { readinessOf, stackOf } from './readiness.ts'

const waiting: DispatchTarget = { organId: 'azq', receipt: null }
const signed: DispatchTarget = { organId: 'sgl', receipt: { by: 'naren', claimedAt: '', receivedAt: '', verdict: 'valid', signature: {} as never } }
const revision = (number: number, hash: string) => ({ number, hash, parent: null, attachmentsHash: '', by: 'qi', note: '', receivedAt: '' })
const state: DocumentState = {
  schema: 1, id: 'd', version: 9, status: 'dispatched', kind: '通知', title: '通知', urgency: '', disclosure: '主动公开', organId: 'bgt', createdBy: 'qi', createdAt: '', updatedAt: '',
  drafts: [], revisions: [revision(1, 'a'), revision(2, 'b')], route: null, assignments: {}, step: null, revising: false, opinions: [], comments: [],
  approval: { by: 'bat', revision: 2, claimedAt: '', receivedAt: '' },
  number: { mark: 'm', year: 2026, serial: 1, text: 'm〔2026〕1号', date: '', printDate: '' },
  final: { hash: 'f', pages: 3, layoutHash: 'l', revisionHash: 'b' },
  seal: { purpose: 'issue', sealId: 's', sealName: '章', sealedHash: 'sealedhash', by: 'sun', receivedAt: '', certificate: '', signature: {} as never },
  dispatch: { by: 'sun', receivedAt: '', targets: [signed] }, archive: null, package: null,
}

describe('readiness', () => {
  test('complete and received by all: ready', () => {
    expect(readinessOf(state)).toEqual({ column: 'ready', findings: [] })
  })
  test('a missing receipt is amber and is counted', () => {
    const found = readinessOf({ ...state, dispatch: { by: 'sun', receivedAt: '', targets: [signed, waiting] } })
    expect(found).toEqual({ column: 'amber', findings: [{ key: 'file.receiptsOpen', values: { open: 1, total: 2 } }] })
  })
  test('pages made of another text than the approved one are red', () => {
    expect(readinessOf({ ...state, final: { ...state.final!, revisionHash: 'a' } }).column).toBe('red')
  })
  test('nothing that a 件 needs may be missing', () => {
    expect(readinessOf({ ...state, seal: null, number: null }).findings.map((finding) => finding.key)).toEqual(['file.noNumber', 'file.noSeal'])
  })
})

test('the stack has the original first, then the approved text, then the earlier ones', () => {
  expect(stackOf(state, { attachments: [{ kind: 'text', name: '分工表', body: [] }] }).map((paper) => paper.key))
    .toEqual(['stack.original', 'stack.final', 'stack.earlier', 'stack.attachment', 'stack.sheet', 'stack.evidence'])
})
