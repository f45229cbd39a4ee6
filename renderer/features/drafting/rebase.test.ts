import type { Block } from '#core/document'
import { describe, expect, it } from 'vitest'
import { createRebase } from './rebase.ts'

const text = (...lines: string[]): Block[] => lines.map((line) => ({ kind: 'paragraph', level: 0, number: null, text: line }))
const at = (lines: Block[], range: { block: number; start: number; end: number } | null): string | null => {
  const block = range === null ? undefined : lines[range.block]
  return range === null || block?.kind !== 'paragraph' ? null : block.text.slice(range.start, range.end)
}
const range = (lines: Block[], words: string) => {
  const block = lines.findIndex((line) => line.kind === 'paragraph' && line.text.includes(words))
  const line = lines[block]!
  const start = line.kind === 'paragraph' ? line.text.indexOf(words) : 0
  return { block, start, end: start + words.length }
}

describe('a place in a changing text', () => {
  const before = text('第一段落。', '请于十二月一日前报送。', '第三段落。')
  it.each([
    ['typing before it in the paragraph', text('第一段落。', '各单位请于十二月一日前报送。', '第三段落。')],
    ['typing behind it', text('第一段落。', '请于十二月一日前报送材料。', '第三段落。')],
    ['a new paragraph above', text('新的一段。', '第一段落。', '请于十二月一日前报送。', '第三段落。')],
    ['an empty paragraph below', text('第一段落。', '请于十二月一日前报送。', '', '第三段落。')],
    ['its paragraph split before it', text('第一段落。', '请于', '十二月一日前报送。', '第三段落。')],
    ['its paragraph joined to the one above', text('第一段落。请于十二月一日前报送。', '第三段落。')],
    ['a paragraph removed above', text('请于十二月一日前报送。', '第三段落。')],
  ])('keeps its words after %s', (_, after) => {
    expect(at(after, createRebase(before, after)(range(before, '十二月一日')))).toBe('十二月一日')
  })
  it('covers what replaced part of its words, and is gone with its words', () => {
    const changed = text('第一段落。', '请于十二月十五日前报送。', '第三段落。')
    expect(at(changed, createRebase(before, changed)(range(before, '十二月一日')))).toContain('十二月')
    const removed = text('第一段落。', '第三段落。')
    expect(createRebase(before, removed)(range(before, '十二月一日'))).toBeNull()
  })
  it('leaves places elsewhere alone', () => {
    const after = text('第一段落，改动。', '请于十二月一日前报送。', '第三段落。')
    expect(createRebase(before, after)(range(before, '第三'))).toEqual({ block: 2, start: 0, end: 2 })
  })
})
