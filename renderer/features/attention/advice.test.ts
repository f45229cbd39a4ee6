import { describe, expect, test } from 'vitest'
import { refusalCodes } from '#core/route'
import type { Rejection } from '#core/sync'
import chinese from '../../../resources/locales/zh-CN.shell.json' with { type: 'json' }
import english from '../../../resources/locales/en.shell.json' with { type: 'json' }
import { actionsFor, askedHash, type RejectionCode } from './advice.ts'

const codes: readonly RejectionCode[] = [...refusalCodes, 'idempotency_mismatch']
type Words = { readonly stands: string; readonly can: string }

const rejected = (code: RejectionCode, more: Partial<Rejection['result']> = {}, payload: Rejection['command']['payload'] = { type: 'step.return', documentId: 'doc-1', stepId: 's', branchId: 'b', reason: '不妥', sawHash: 'a' }): Rejection => ({
  command: {
    schema: 'wenshu.command/1', commandId: 'c', deviceId: 'd', deviceSeq: 1, actor: 'p', payload, expected: { id: 'doc-1', version: 1 }, dependsOn: [],
    basedOn: null, claimedAt: '2026-11-24T08:00:00Z', signature: '00',
  },
  result: { commandId: 'c', deviceSeq: 1, receivedAt: '2026-11-24T08:00:00Z', status: 'rejected', code, detail: '', record: null, ...more } as Rejection['result'],
  seen: false,
})

describe.each([['zh-CN', chinese], ['en', english]] as const)('P5: words for every refusal in %s', (_language, words) => {
  const texts = words.attention.code as Readonly<Record<string, Words>>
  test('every code has its own two sentences, and no other code shares them', () => {
    expect(Object.keys(texts).toSorted()).toEqual([...codes].toSorted())
    for (const part of ['stands', 'can'] as const) {
      const all = codes.map((code) => texts[code]?.[part] ?? '')
      expect(all.every((text) => text.length >= 8)).toBe(true)
      expect(new Set(all).size).toBe(codes.length)
    }
  })
  test('every action that can be offered has a word', () => {
    for (const code of codes) for (const action of actionsFor(rejected(code, { standing: 'b', asked: 'a' }), true)) expect(words.attention.action[action]).toBeTruthy()
  })
})

describe('ways on', () => {
  test.each(codes)('%s always leads somewhere, whether the document is still in view or not', (code) => {
    expect(actionsFor(rejected(code), true).length).toBeGreaterThan(0)
    expect(actionsFor(rejected(code), false).length).toBeGreaterThan(0)
    expect(actionsFor(rejected(code), false)).not.toContain('openDocument')
  })
  test('versions are compared only when there are two', () => {
    expect(actionsFor(rejected('content_changed', { standing: 'b', asked: 'a' }), true)).toContain('compare')
    expect(actionsFor(rejected('content_changed'), true)).not.toContain('compare')
    expect(askedHash(rejected('content_changed', {}, { type: 'draft.save', documentId: 'doc-1', contentHash: 'mine', base: null }))).toBe('mine')
  })
})
