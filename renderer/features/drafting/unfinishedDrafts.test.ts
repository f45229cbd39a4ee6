import { describe, expect, test } from 'vitest'
import { emptyContent } from '#core/document'
import { evolve, type DocumentState } from '#core/route'
import type { ProjectedDocument } from '#core/sync'
import { writeLocalDraft } from './draft.ts'
import { unfinishedOf } from './unfinishedDrafts.ts'

const at = '2026-11-24T08:00:00Z'
const state = (id: string, change: Partial<DocumentState> = {}): DocumentState =>
  ({ ...evolve(null, { type: 'DocumentCreated', documentId: id, kind: '通知', organId: 'office', title: `标题${id}`, by: 'drafter' }, at), ...change })
const documents = (...states: DocumentState[]) =>
  ({ documents: new Map(states.map((one): [string, ProjectedDocument] => [one.id, { state: one, pending: [], awaitsServer: false, expectedRefusal: null }])) })
const copy = (documentId: string, title: string, dirty: boolean, savedAt = at) =>
  ({ documentId, savedAt, json: writeLocalDraft({ schema: 'wenshu.localDraft/1', content: { ...emptyContent({ kind: '通知', organName: '某厅' }), title }, base: null, dirty }) })

describe('what waits to be gone on with', () => {
  test('words that only this device has are listed though no document exists yet', () => {
    expect(unfinishedOf([copy('a', '新写的', true)], documents(), 'drafter')).toEqual([{ documentId: 'a', title: '新写的', kind: '通知', savedAt: at, onlyHere: true }])
  })
  test('the newer local words stand for the stored draft, the newest first', () => {
    const list = unfinishedOf([copy('a', '改过的', true, '2026-11-24T09:00:00Z'), copy('b', '旧的', false)], documents(state('a'), state('b')), 'drafter')
    expect(list.map((entry) => [entry.documentId, entry.title, entry.onlyHere])).toEqual([['a', '改过的', true], ['b', '标题b', false]])
  })
  test('neither other people’s drafts nor documents on their way are listed', () => {
    expect(unfinishedOf([copy('b', '修改中', true)], documents(state('a', { createdBy: 'other' }), state('b', { status: 'routing' })), 'drafter')).toEqual([])
  })
  test('an unreadable copy is left alone', () => {
    expect(unfinishedOf([{ documentId: 'a', json: '{"schema":', savedAt: at }], documents(), 'drafter')).toEqual([])
  })
})
