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
  it('takes a receipt, and nothing beside it', () => {
    expect(statementSchema.safeParse(receipt).success).toBe(true)
    for (const other of [{ ...receipt, more: 1 }, { ...receipt, schema: 'wenshu.command/1' }, draft('2026-11-24T08:00:00Z'), null, 'x', [receipt]]) {
      expect(statementSchema.safeParse(other).success).toBe(false)
    }
  })
})
