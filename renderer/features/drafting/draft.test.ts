import { describe, expect, test } from 'vitest'
import { emptyContent, limits, type DocumentContent } from '#core/document'
import { openingOf, readLocalDraft, sameContent, writeLocalDraft, type LocalDraft } from './draft.ts'
import { missingOf, warningsOf, wordCount } from './warnings.ts'

const content: DocumentContent = { ...emptyContent({ kind: '通知', organName: '内蒙古自治区人民政府办公厅' }), title: '关于开展年度更新工作的通知' }
const local = (dirty: boolean, base: string | null = null): LocalDraft => ({ schema: 'wenshu.localDraft/1', content, base, dirty })
const head = (hash: string) => ({ hash, base: null, by: 'qiqige', deviceId: 'd', savedAt: '2026-11-24T00:00:00Z' })

describe('which text opens', () => {
  const state = { drafts: [head('a')], revisions: [], status: 'draft' as const }
  test('unsaved typing wins over the stored draft, whatever it was based on', () => {
    expect(openingOf(state, local(true, 'older'))).toEqual({ kind: 'local', draft: local(true, 'older') })
  })
  test('without unsaved typing the stored draft opens', () => {
    expect(openingOf(state, local(false, 'older'))).toEqual({ kind: 'stored', hash: 'a' })
    expect(openingOf(state, null)).toEqual({ kind: 'stored', hash: 'a' })
  })
  test('a document that never left this machine opens from disk', () => {
    expect(openingOf(null, local(false))).toEqual({ kind: 'local', draft: local(false) })
    expect(openingOf(null, null)).toEqual({ kind: 'empty' })
  })
})

describe('the local draft', () => {
  test('comes back as it was written', () => {
    const draft = local(true, 'base')
    expect(readLocalDraft(writeLocalDraft(draft))).toEqual(draft)
  })
  test('anything else is not mistaken for a draft', () => {
    for (const json of ['', 'null', '[]', '{}', '{"schema":"wenshu.localDraft/1"}', JSON.stringify({ ...local(true), content: { ...content, body: [{ text: 1 }] } }), JSON.stringify({ ...local(true), base: 7 })]) {
      expect(readLocalDraft(json)).toBeNull()
    }
  })
  test('sameness is by value, not by object', () => {
    expect(sameContent(content, structuredClone(content))).toBe(true)
    expect(sameContent(content, { ...content, note: '此件公开发布' })).toBe(false)
  })
})

describe('status line', () => {
  test('words count as they are counted here', () => {
    expect(wordCount({ ...content, title: '通知', body: [{ kind: 'paragraph', level: 0, number: null, text: '到2027年，5G 覆盖率98%。' }] })).toBe(2 + 8)
  })
  test('limits are announced before they are reached', () => {
    expect(warningsOf(content, 100)).toEqual([])
    expect(warningsOf(content, limits.bytes * 0.6).map((entry) => entry.key)).toEqual(['warning.bytes'])
    expect(warningsOf({ ...content, body: [{ kind: 'paragraph', level: 0, number: null, text: '字'.repeat(6000) }] }, 100).map((entry) => entry.key)).toEqual(['warning.paragraph'])
  })
  test('what is missing is named', () => {
    expect(missingOf({ ...content, title: ' ' })).toEqual(['missing.title', 'missing.body'])
  })
})
