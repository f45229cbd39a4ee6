import { describe, expect, it } from 'vitest'
import { noNotes, readNotes, thinned, type Version } from './notes.ts'

const version = (minutes: number, why: Version['why'] = 'pause'): Version =>
  ({ hash: minutes.toString(16).padStart(64, '0'), at: new Date(Date.UTC(2026, 10, 25, 8) + minutes * 60_000).toISOString(), title: '标题', words: 10, bytes: 100, why })

describe('notes of a draft', () => {
  it('survive a round through JSON', () => {
    const notes = {
      remarks: [{ id: 'a', range: { block: 1, start: 0, end: 4 }, quote: '原文', text: '请核对数字', author: '王晓燕', at: '2026-11-25T08:00:00.000Z', resolved: null }],
      ignored: [{ key: 'rule', message: '…', reason: '沿用上级文件表述', by: '其其格', at: '2026-11-25T08:00:00.000Z' }],
      versions: [version(1)], signers: ['李建国'], direction: '上行' as const,
    }
    expect(readNotes(JSON.parse(JSON.stringify(notes)))).toEqual(notes)
  })
  it.each([null, 7, [], 'x', { remarks: 'x', versions: [{ hash: '../../etc' }], direction: '斜行', signers: [1, {}] }])('come to nothing rather than to harm: %j', (damaged) => {
    expect(readNotes(damaged)).toEqual(noNotes)
  })
  it('keep every recent version, one in ten minutes of the older, and never more than sixty', () => {
    const day = thinned(Array.from({ length: 600 }, (_, minute) => version(minute)))
    expect(day.length).toBeLessThanOrEqual(60)
    expect(day.slice(0, 20).map((entry) => entry.at)).toEqual(Array.from({ length: 20 }, (_, back) => version(599 - back).at))
    const older = day.slice(20).map((entry) => Date.parse(entry.at))
    expect(older.filter((at, index) => index > 0 && older[index - 1]! - at < 10 * 60_000)).toEqual([])
  })
  it('what a person kept outlives what a pause kept', () => {
    const many = thinned([version(0, 'kept'), ...Array.from({ length: 200 }, (_, index) => version(1 + index * 11))])
    expect(many.length).toBeLessThanOrEqual(60)
    expect(many.at(-1)?.why).toBe('kept')
  })
})
