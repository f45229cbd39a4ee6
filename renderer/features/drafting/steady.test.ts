import { describe, expect, test } from 'vitest'
import type { Finding } from '#core/check'
import { emptyContent, type Block, type DocumentContent } from '#core/document'
import { placeMap, steadyMap } from './editorPlaces.ts'
import { createFollower } from './findings.ts'

const plain = (text: string): Block => ({ kind: 'paragraph', level: 0, number: null, text })
const body = [plain('甲乙,丙'), plain(''), plain('丁,戊'), plain('己')]

describe('what stays the same while one types', () => {
  test('places stay the same map until a paragraph comes, goes, empties or fills', () => {
    const first = placeMap(body)
    expect(steadyMap(first, body.map((block, at) => (at === 0 ? plain('甲乙,丙丁') : block)))).toBe(first)
    const filled = steadyMap(first, body.map((block, at) => (at === 1 ? plain('字') : block)))
    expect([first.toEditor(1), filled.toEditor(1), filled.toWritten(2)]).toEqual([2, 1, 2])
    const split = steadyMap(first, [plain('甲乙'), plain(',丙'), ...body.slice(2)])
    expect([split.count, split.toEditor(1)]).toEqual([4, 1])
    expect(steadyMap(first, [...body, plain('')])).not.toBe(first)
  })

  test('a finding keeps its object while others are typed around, and moves with its words', () => {
    const content: DocumentContent = { ...emptyContent({ kind: '通知', organName: '机关' }), body: [plain('甲乙,丙'), plain('丁,戊')] }
    const finding: Finding = { rule: 'half-width', severity: 'error', clause: '', message: '半角逗号', where: { element: '正文', block: 1, start: 1, end: 2 } }
    const report = { content, findings: [finding] }
    const follow = createFollower()
    const none = [] as const
    const told = follow(report, content, none)
    expect(told.map(({ quote }) => quote)).toEqual([','])
    expect(follow(report, { ...content, body: [plain('甲乙,丙丁'), content.body[1]!] }, none)).toBe(told)
    const moved = follow(report, { ...content, body: [content.body[0]!, plain('新丁,戊')] }, none)
    expect(moved.map(({ finding: { where } }) => [where.start, where.end])).toEqual([[2, 3]])
    expect(follow(report, { ...content, body: [content.body[0]!, plain('丁戊')] }, none)).toEqual([])
    expect(follow(report, content, [{ key: told[0]!.key, message: '', reason: '', by: '', at: '' }])).toEqual([])
  })
})
