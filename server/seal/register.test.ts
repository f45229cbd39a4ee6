/** Whether a seal may be used at a moment. Rule S6 of docs/spec/route.md. */
import { describe, expect, it } from 'vitest'
import { sealProblem, type SealRow } from './register.ts'

const seal = (change: Partial<SealRow> = {}): SealRow => ({
  organ: 'nmg-bgt', name: '办公厅', status: 'active', halted_reason: null, valid_from: '2026-12-01T08:00:00Z', valid_to: '2031-12-01T08:00:00Z', ...change,
} as SealRow)

describe('S6 a seal may be used', () => {
  it('in the second in which it was made, and until its last one', () => {
    expect(sealProblem(seal(), 'nmg-bgt', '2026-12-01T08:00:00.500Z')).toBeNull()
    expect(sealProblem(seal(), 'nmg-bgt', '2031-12-01T08:00:00.000Z')).toBeNull()
  })
  it('not before and not after; the day that is told is that of Beijing', () => {
    expect(sealProblem(seal(), 'nmg-bgt', '2026-12-01T07:59:59.999Z')).toContain('自2026-12-01起有效')
    expect(sealProblem(seal(), 'nmg-bgt', '2031-12-01T08:00:00.001Z')).toContain('有效期到2031-12-01为止')
  })
  it('by its own organ alone, while nobody stopped it', () => {
    expect(sealProblem(undefined, 'nmg-bgt', '2027-01-01T00:00:00.000Z')).toContain('不存在')
    expect(sealProblem(seal({ organ: 'nmg-czt' }), 'nmg-bgt', '2027-01-01T00:00:00.000Z')).toContain('不是本机关')
    expect(sealProblem(seal({ status: 'suspended', halted_reason: '换发' }), 'nmg-bgt', '2027-01-01T00:00:00.000Z')).toContain('已停用（换发）')
    expect(sealProblem(seal({ status: 'revoked' }), 'nmg-bgt', '2027-01-01T00:00:00.000Z')).toContain('已注销')
  })
})
