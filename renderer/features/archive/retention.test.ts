import { describe, expect, test } from 'vitest'
import { isShorter, retentionPack, ruleOf, suggestRetention } from './retention.ts'

const suggest = (kind: Parameters<typeof suggestRetention>[0]['kind'], title: string) => suggestRetention({ kind, title }, null)?.rule

describe('the schedule that comes with the program', () => {
  test('is read, and its every clause can be looked up again by its code', () => {
    expect(retentionPack?.rules.length).toBeGreaterThan(40)
    expect(retentionPack?.rules.map((rule) => ruleOf(rule.code))).toEqual(retentionPack?.rules)
    expect(ruleOf('no such clause')).toBeNull()
  })
  test('what is said in the title goes before the kind', () => {
    expect(suggest('通知', '关于某某同志任职的通知')).toMatchObject({ code: '10.2', retention: 'Y' })
    expect(suggest('通知', '关于印发实施方案的通知')).toMatchObject({ code: '8.1', retention: 'Y' })
    expect(suggest('函', '关于商请提供资料的函')?.retention).toBe('D30')
  })
})

test('lengthening is not shortening', () => {
  expect([isShorter('D10', 'Y'), isShorter('Y', 'D30'), isShorter('D30', 'D30')]).toEqual([true, false, false])
})
