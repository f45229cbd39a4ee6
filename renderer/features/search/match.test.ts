import { describe, expect, test } from 'vitest'
import { cpuTimeOf } from '../../../tests/harness/cpuTime.ts'
import { find, noFilter, normalise, type SearchEntry } from './match.ts'

const entry = (id: string, title: string, number = '', rest = ''): SearchEntry => ({
  id, title: normalise(title), number: normalise(number), all: [number, title, rest].map(normalise).join('\n'), kind: '通知', urgency: '', year: 2026,
})
const entries = [
  entry('fire', '关于印发《全区冬春季草原防火安全专项行动方案（2026—2027年）》的通知', '内政办发〔2026〕12号', '同意印发。请建国同志审签。'),
  entry('sand', '关于表彰2025年度防沙治沙先进集体和先进个人的决定', '内政办发〔2026〕2号'),
  entry('water', '关于做好黄河流域取用水专项整治“回头看”工作的通知', '阿署办发〔2026〕31号', '草原上的意见'),
]
const ids = (query: string) => find(entries, query, noFilter)

describe('finding documents', () => {
  test.each(['内政办发〔2026〕12号', '内政办发[2026]12号', '内政办发(2026)12号', '内政办发（２０２６）１２号', '内政办发 2026 12', '内政办发202612'])('a number is found however it is typed: %s', (query) => {
    expect(ids(query)[0]).toBe('fire')
  })
  test('the exact number comes before those that contain it', () => {
    expect(find([entry('long', 'x', '内政办发〔2026〕121号'), entry('exact', 'x', '内政办发〔2026〕12号')], '内政办发2026 12', noFilter)).toEqual(['exact', 'long'])
  })
  test('title before opinions; all words must occur', () => {
    expect(ids('草原')).toEqual(['fire', 'water'])
    expect(ids('草原 防火')).toEqual(['fire'])
    expect(ids('回头看 草原')).toEqual(['water'])
    expect(ids('草原 表彰')).toEqual([])
  })
  test('an empty query and one of brackets only give everything', () => {
    expect(ids('')).toHaveLength(3)
    expect(ids('〔〕 ')).toHaveLength(3)
  })
  test('filters narrow', () => {
    const mixed = [...entries, { ...entry('old', '草原旧文'), year: 2020, urgency: '特急' as const, kind: '函' as const }]
    expect(find(mixed, '草原', { kind: '函', urgency: null, year: null })).toEqual(['old'])
    expect(find(mixed, '', { kind: null, urgency: '特急', year: 2020 })).toEqual(['old'])
    expect(find(mixed, '', { kind: null, urgency: '', year: 2020 })).toEqual([])
  })
  test('100,000 titles are searched in time to type', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => entry(`d${index}`, `关于第${index}号草原防火工作有关事项的通知`, `内政办发〔2026〕${index}号`, '同意。'))
    const spent = cpuTimeOf(() => {
      for (let round = 0; round < 20; round++) find(many, round % 2 === 0 ? `内政办发〔2026〕${round * 97}号` : `草原 ${round * 31}`, noFilter)
    })
    // An order of magnitude wide: `wenshu bench` holds the figure to its budget of 50 ms.
    expect(spent / 20).toBeLessThan(500)
  })
})
