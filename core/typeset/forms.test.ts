import { describe, expect, it } from 'vitest'
import { emptyContent, type Block, type DocumentContent, type DocumentKind } from '#core/document'
import { linePitch, red, typeset, type Page } from './index.ts'
import { testFonts } from './fonts.fixture.ts'

const paragraph = (text: string): Block => ({ kind: 'paragraph', level: 0, number: null, text })
const organ = '内蒙古自治区人民政府'
const issue = { number: '内政函〔2026〕3号', date: '2026-11-24', printDate: '2026-11-24' }
const set = (kind: DocumentKind, changes: Partial<DocumentContent> = {}, number = issue.number) =>
  typeset({ ...emptyContent({ kind, organName: organ, title: '关于草原防火的函' }), body: [paragraph('现函告如下。')], ...changes }, { ...issue, number }, testFonts)
const glyph = (page: Page, char: string) => page.glyphs.find((each) => each.char === char)!
const top = (each: { readonly y: number; readonly size: number }): number => each.y - 0.88 * each.size
const size3 = (16 * 25.4) / 72
const cell = 156 / 28
const textOf = (page: Page): string => page.glyphs.map((each) => each.char).join('')
const markInkTop = (page: Page): number => {
  const { face } = testFonts.faces.小标宋
  return Math.min(...page.glyphs.filter((each) => each.color === red).map((each) => each.y - (face.bounds(each.glyphId)!.yMax / face.unitsPerEm) * each.size))
}

describe('letters (信函, §10.1)', () => {
  const { pages } = set('函', { urgency: '特急', copies: ['自治区财政厅'], body: [paragraph('现函告如下。'.repeat(120))] })
  const page = pages[0]!
  it('starts the mark 30 mm below the page edge', () => {
    expect(markInkTop(page)).toBeCloseTo(30, 2)
    expect(textOf(page)).not.toContain('文件')
  })
  it('draws double rules of 170 mm, thick over thin above, thin over thick 20 mm above the page bottom', () => {
    const rules = page.rules.filter((rule) => rule.color === red)
    expect(rules.map((rule) => rule.x2 - rule.x1)).toEqual([170, 170, 170, 170])
    expect(rules.map((rule) => rule.width)).toEqual([0.9, 0.35, 0.35, 0.9])
    const mark = page.glyphs.find((each) => each.color === red)!
    expect(rules[0]!.y1 - 0.45 - (mark.y + 0.12 * mark.size)).toBeCloseTo(4, 2)
    expect(rules[3]!.y1 + 0.45).toBeCloseTo(277, 2)
  })
  it('sets the number flush right and the others flush left, 7/8 of a character below the rule', () => {
    const rule = page.rules[1]!
    const bracket = glyph(page, '〔')
    expect(top(bracket) - (rule.y1 + rule.width / 2)).toBeCloseTo((7 / 8) * size3, 2)
    expect(glyph(page, '特').y).toBe(bracket.y)
    const end = page.glyphs.find((each) => each.char === '号')!
    expect(end.x + cell).toBeCloseTo(184, 0)
  })
  it('shows no number on page 1 and a colophon of 抄送 alone, without rules', () => {
    expect(textOf(page)).not.toContain('— 1 —')
    expect(textOf(pages[1]!)).toContain('— 2 —')
    expect(pages.at(-1)!.rules.filter((rule) => rule.color !== red)).toEqual([])
    expect(textOf(pages.at(-1)!)).toContain('抄送：自治区财政厅。')
    expect(textOf(pages.at(-1)!)).not.toContain('印发')
  })
})

describe('orders (命令, §10.2)', () => {
  const page = set('命令', {}, '第7号').pages[0]!
  it('starts the mark 20 mm below the top of the 版心 and sets no title', () => {
    expect(markInkTop(page)).toBeCloseTo(57, 2)
    expect(textOf(page)).toContain(`${organ}命令第7号现函告如下。`)
  })
  it('leaves two blank lines above and below the number', () => {
    const mark = page.glyphs.find((each) => each.color === red)!
    const number = glyph(page, '第')
    const gap = linePitch - size3 + 2 * linePitch
    expect(top(number) - (mark.y + 0.12 * mark.size)).toBeCloseTo(gap, 2)
    expect(top(glyph(page, '现')) - (top(number) + size3)).toBeCloseTo(gap, 2)
  })
})

describe('minutes (纪要, §10.3)', () => {
  const attendance = paragraph(`出席：${'某某局张三、'.repeat(12)}`)
  const { pages, anchors } = set('纪要', { body: [paragraph('会议议定事项如下。'), attendance, paragraph('列席：李四')] }, '第3期')
  const page = pages[0]!
  it('starts the mark 35 mm below the top of the 版心', () => {
    expect(markInkTop(page)).toBeCloseTo(72, 2)
  })
  it('sets attendance one blank line below the body, label in 黑体, names aligned after the colon', () => {
    const whole = pages.flatMap((each) => each.glyphs)
    const label = whole.filter((each) => each.font === '黑体').map((each) => each.char).join('')
    expect(label).toBe('出席：列席：')
    const names = whole.filter((each) => each.char === '某')
    expect(names[0]!.x).toBeCloseTo(28 + 5 * cell + (cell - size3) / 2, 2)
    const attend = pages.find((each) => glyph(each, '出') !== undefined)!
    const starts = new Map<number, number>()
    for (const each of attend.glyphs) if (each.font === '仿宋' && each.y > glyph(attend, '出').y) starts.set(each.y, Math.min(starts.get(each.y) ?? 999, each.x))
    expect([...starts.values()][0]).toBeCloseTo(names[0]!.x, 1)
    expect(anchors.map((anchor) => anchor.block)).toEqual([0, 1, 2])
  })
  it('has no 署名 and no date', () => {
    expect(pages.map(textOf).join('')).not.toContain('11月24日— ')
    expect(pages.map(textOf).join('').split('2026年11月24日')).toHaveLength(2)
  })
})
