import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDocNumber } from '#core/document'
import { lightOf, sortRows, type DeskRow } from './rows.ts'
import { shortMoment, spanOf } from './time.ts'

const row = (id: string, part: Partial<DeskRow> = {}): DeskRow => ({
  id, title: id, number: '', parsed: null, organ: '', urgency: '', light: 'normal', stage: { key: 'step', step: '核稿', holders: '' },
  since: '2026-11-24T00:00:00.000Z', updatedAt: '2026-11-24T00:00:00.000Z', unsent: 0, ...part,
})
const numbered = (number: string): DeskRow => row(number, { number, parsed: parseDocNumber(number) })

describe('order of the desk', () => {
  test('文号 by number, not by spelling: 2号 before 12号, 2025 before 2026, those without last both ways', () => {
    const rows = [row('none'), numbered('内政办发〔2026〕12号'), numbered('内政办发〔2026〕2号'), numbered('内政办发〔2025〕30号')]
    const ids = (descending: boolean) => sortRows(rows, 'number', descending).map(({ id }) => id)
    expect(ids(false)).toEqual(['内政办发〔2025〕30号', '内政办发〔2026〕2号', '内政办发〔2026〕12号', 'none'])
    expect(ids(true)).toEqual(['内政办发〔2026〕12号', '内政办发〔2026〕2号', '内政办发〔2025〕30号', 'none'])
  })
  test('late first; among the equally late the urgent; among those the longest waiting', () => {
    const rows = [
      row('calm', { since: '2026-11-01T00:00:00.000Z' }), row('urgent', { urgency: '特急' }), row('late', { light: 'late' }), row('calm-new'),
    ]
    expect(sortRows(rows, 'light', false).map(({ id }) => id)).toEqual(['late', 'urgent', 'calm', 'calm-new'])
  })
  test('results of a search keep their order until a column is chosen', () => {
    expect(sortRows([row('b'), row('c'), row('a')], 'given', false).map(({ id }) => id)).toEqual(['b', 'c', 'a'])
  })
  test('sorting neither loses nor invents rows, in any column and direction', () => {
    const column = fc.constantFrom('light', 'number', 'title', 'organ', 'urgency', 'stage', 'stay', 'updated', 'given', 'toString')
    fc.assert(fc.property(fc.uniqueArray(fc.string({ minLength: 1 })), column, fc.boolean(), (ids, key, descending) => {
      const sorted = sortRows(ids.map((id) => row(id)), key, descending).map(({ id }) => id)
      expect(sorted.toSorted()).toEqual(ids.toSorted())
    }))
  })
})

describe('lights and spans', () => {
  const now = '2026-11-24T12:00:00.000Z'
  test.each([
    ['2026-11-24T11:00:00.000Z', '特急', 'normal'], ['2026-11-23T16:00:00.000Z', '特急', 'near'], ['2026-11-23T11:00:00.000Z', '特急', 'late'],
    ['2026-11-23T11:00:00.000Z', '', 'normal'], ['2026-11-18T20:00:00.000Z', '', 'near'], ['2026-11-17T11:00:00.000Z', '', 'late'],
  ] as const)('waiting since %s with urgency “%s” is %s', (since, urgency, light) => { expect(lightOf(since, urgency, now)).toBe(light) })
  test('nobody waits: no light', () => { expect(lightOf(null, '特急', now)).toBe('none') })
  test('spans grow from minutes to hours to days and never go below zero', () => {
    expect(spanOf('2026-11-24T11:01:00.000Z', now)).toEqual({ unit: 'minutes', count: 59 })
    expect(spanOf('2026-11-24T11:00:00.000Z', now)).toEqual({ unit: 'hours', count: 1 })
    expect(spanOf('2026-11-22T12:00:00.000Z', now)).toEqual({ unit: 'days', count: 2 })
    expect(spanOf('2036-11-22T12:00:00.000Z', now)).toEqual({ unit: 'minutes', count: 0 })
  })
  test('a moment is as short as it can be without doubt', () => {
    expect(shortMoment('2024-05-01T12:00:00.000Z', now)).toMatch(/^2024-0[45]-\d\d$/)
    expect(shortMoment('2026-03-01T12:34:00.000Z', now)).toMatch(/^0[23]-\d\d \d\d:34$/)
    expect(shortMoment(now, now)).toMatch(/^\d\d:00$/)
    expect(shortMoment('never', now)).toBe('')
  })
})
