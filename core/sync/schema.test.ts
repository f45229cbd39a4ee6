import { describe, expect, it } from 'vitest'
import { commandDraftSchema, statementSchema } from './index.ts'

const draft = (claimedAt: string) => ({
  commandId: '01935f2e-7a00-7000-8000-000000000001', actor: 'drafter', payload: { type: 'document.number', documentId: 'd1' },
  expected: { id: 'd1', version: 0 }, dependsOn: [], basedOn: null, claimedAt,
})

describe('times from outside are spelled as the log spells them', () => {
  it.each(['2026-11-24T08:00:00Z', '2026-11-24T08:00:00.120Z', '2024-02-29T23:59:59.999Z'])('takes %s', (time) => {
    expect(commandDraftSchema.safeParse(draft(time)).success).toBe(true)
  })
  it.each([
    '2026-11-24T08:00:00.1Z', '2026-11-24T08:00:00.12Z', '2026-11-24T08:00:00.1234Z', '2026-11-24T08:00:00', '2026-11-24T08:00:00+08:00', '2026-11-24', '',
    '2026-02-30T08:00:00Z', '2026-13-01T08:00:00Z', '2026-11-24T25:00:00Z', '２026-11-24T08:00:00Z',
  ])('refuses %j', (time) => {
    expect(commandDraftSchema.safeParse(draft(time)).success).toBe(false)
  })
})

describe('statements', () => {
  const receipt = { schema: 'wenshu.receipt/1', documentId: 'd1', organId: 'azq', sealedHash: '0'.repeat(64), verdict: 'valid', person: 'zhaomin', claimedAt: '2026-11-24T08:00:00Z' }
  it('takes a seal at a place in whole micrometres, and no other number', () => {
    const place = { page: 1, x: 140_000, y: 120_000, diameter: 42_000, from: 'hand' }
    const seal = { schema: 'wenshu.seal/3', documentId: 'd1', organId: 'azq', purpose: 'issue', sealId: 's1', revisionHash: '0'.repeat(64), finalHash: '0'.repeat(64), ofdHash: '0'.repeat(64), place, person: 'sunli', claimedAt: '2026-11-24T08:00:00Z' }
    expect(statementSchema.safeParse(seal).success).toBe(true)
    for (const wrong of [{ x: 1.5 }, { y: -1 }, { x: Number.NaN }, { x: null }, { x: '1' }, { page: 0 }, { diameter: 1e12 }, { from: 'rule' }, { z: 1 }]) {
      expect(statementSchema.safeParse({ ...seal, place: { ...place, ...wrong } }).success).toBe(false)
    }
    const { place: _place, ...placeless } = seal
    for (const wrong of [placeless, { ...seal, schema: 'wenshu.seal/2' }, { ...seal, place: null }]) expect(statementSchema.safeParse(wrong).success).toBe(false)
  })
  it('takes a receipt, and nothing beside it', () => {
    expect(statementSchema.safeParse(receipt).success).toBe(true)
    expect(statementSchema.safeParse({ ...receipt, schema: 'wenshu.receipt/2', sealedOfdHash: '0'.repeat(64) }).success).toBe(true)
    for (const other of [{ ...receipt, more: 1 }, { ...receipt, schema: 'wenshu.command/1' }, draft('2026-11-24T08:00:00Z'), null, 'x', [receipt]]) {
      expect(statementSchema.safeParse(other).success).toBe(false)
    }
  })
})
