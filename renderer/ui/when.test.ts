import { describe, expect, it } from 'vitest'
import { when } from './when.ts'

describe('moments on screens', () => {
  it('month, day, hour and minute always have two digits, so that a column of them stands in line', () => {
    const instant = new Date(2026, 0, 5, 9, 7, 3).toISOString()
    expect(when(instant)).toBe('2026-01-05 09:07')
    expect(when(instant, 'seconds')).toBe('2026-01-05 09:07:03')
  })
  it('what is no moment is empty, never “Invalid Date”', () => {
    expect(when('')).toBe('')
    expect(when('昨天')).toBe('')
  })
})
