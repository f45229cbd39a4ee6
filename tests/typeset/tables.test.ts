/** Tables and pictures. Rules Y60–Y67 of docs/spec/layout.md. GB/T 9704 §8 and practice */
import { describe, expect, it } from 'vitest'
import { claim } from './claim.ts'
import { fixture, type Fixture } from './fixtures.ts'
import { linesOf, textLines } from './lines.ts'
import { measured, type MeasuredPage, type Rule } from './measure.ts'
import { area, ascent, baselineOfLine, line, point, tolerance } from './standard.ts'
import { has } from './tools.ts'

const flat = (page: MeasuredPage): Rule[] => page.rules.filter(({ y1, y2, color }) => color === '#000000' && Math.abs(y1 - y2) < 0.01)
const upright = (page: MeasuredPage): Rule[] => page.rules.filter(({ x1, x2, color }) => color === '#000000' && Math.abs(x1 - x2) < 0.01)
const turnedText = (page: MeasuredPage): string => page.glyphs.filter(({ isTurned }) => isTurned).map(({ char }) => char).join('')
/** The boxes of the tables of a page as the layout gives them. */
const boxes = (found: Fixture, page: number) => found.layout.pages[page - 1]!.regions.filter(({ name }) => name === '表格')

describe.skipIf(!has('mutool'))('tables, measured by mutool', () => {
  it('Y60 a table is as wide as the 版心, its outer rules on the edges', () => {
    for (const [number, page] of [[58, 1], [59, 2], [60, 1], [64, 1], [64, 2]] as const) {
      const found = fixture(number)
      const rules = upright(measured(found)[page - 1]!)
      claim(Math.abs(Math.min(...rules.map(({ x1 }) => x1)) - area.left), found.name).toBeLessThan(0.2)
      claim(Math.abs(Math.max(...rules.map(({ x1 }) => x1)) - area.right), found.name).toBeLessThan(0.2)
    }
  })

  it('Y61 every cell holds its text: between the rules of its column, never over one', () => {
    for (const [number, page] of [[58, 1], [59, 2], [60, 1]] as const) {
      const found = fixture(number)
      const measuredPage = measured(found)[page - 1]!
      const box = boxes(found, page)[0]!
      const edges = [...new Set(upright(measuredPage).map(({ x1 }) => Math.round(x1 * 100) / 100))].sort((a, b) => a - b)
      expect(edges.length).toBeGreaterThan(3)
      for (const glyph of measuredPage.glyphs.filter(({ y, char }) => y > box.y && y < box.y + box.height && char.trim() !== '')) {
        const right = glyph.x + glyph.advance * glyph.points * point
        // The caption stands above the rules.
        if (glyph.y < Math.min(...flat(measuredPage).map(({ y1 }) => y1))) continue
        const crossed = edges.find((edge) => edge > glyph.x + 0.3 && edge < right - 0.3)
        expect(crossed, `${found.name} 「${glyph.char}」 at ${glyph.x}`).toBeUndefined()
      }
    }
  })

  it('Y62 a table that breaks repeats its head on every page, cuts no row, and keeps its order', () => {
    const found = fixture(59)
    const pages = measured(found)
    const holding = pages.filter((page) => linesOf(page).some(({ text }) => text.includes('项目名称')))
    expect(holding.length).toBeGreaterThanOrEqual(3)
    const numbers: number[] = []
    for (const page of holding) {
      const lines = textLines(page)
      const heads = lines.filter(({ text }) => text.includes('建设里程') && text.includes('计划投资'))
      expect(heads, `page ${page.number}`).toHaveLength(1)
      const head = heads[0]!
      // Y68 序号, 区县 and 项目名称 cover both rows of the head: once each, in the middle of them.
      const merged = lines.filter(({ text }) => text.includes('序号') && text.includes('区县') && text.includes('项目名称'))
      expect(merged, `page ${page.number}`).toHaveLength(1)
      const unit = lines.find(({ text, y }) => text.includes('（公里）') && y > head.y)!
      expect(Math.abs(merged[0]!.y - (head.y + unit.y) / 2), `page ${page.number}`).toBeLessThan(0.1)
      const second = lines.find(({ text, y }) => text.includes('（公里）') && y > head.y)
      expect(second, `page ${page.number}`).toBeDefined()
      if (page.number > 1) claim(head.top - area.top, `page ${page.number}`).toBeLessThan(line)
      // The number stands in the middle of its row, on a line of its own or beside the first of two.
      for (const each of lines) {
        const first = each.glyphs.filter(({ x }) => x < area.left + 14).map(({ char }) => char).join('').trim()
        if (/^\d+$/u.test(first) && each.points < 15) numbers.push(Number(first))
      }
      for (const rule of flat(page)) for (const glyph of page.glyphs.filter(({ y }) => y < area.bottom)) {
        const cut = rule.y1 < glyph.y - 0.3 && rule.y1 > glyph.y - 0.7 * glyph.points * point && glyph.x > rule.x1 && glyph.x < rule.x2 - 1
        expect(cut && rule.y1 > 130, `page ${page.number} 「${glyph.char}」 is cut by a rule`).toBe(false)
      }
    }
    expect(numbers).toEqual(Array.from({ length: 44 }, (_, i) => i + 1))
  })

  it('Y63 a landscape table stands on its side on a page of its own, its head to the left: the binding edge of odd pages, the trim edge of even ones', () => {
    const seen = new Set<number>()
    for (const [number, wanted] of [[61, null], [62, 2], [63, null], [79, null]] as const) {
      const found = fixture(number)
      for (const page of measured(found)) {
        const turned = page.glyphs.filter(({ isTurned }) => isTurned)
        if (turned.length === 0) continue
        if (wanted !== null) claim(page.number).toBe(wanted)
        seen.add(page.number % 2)
        expect(page.width).toBeCloseTo(210, 1)
        claim(page.glyphs.filter(({ isTurned, y }) => !isTurned && y < 264), found.name).toHaveLength(0)
        // The head: 序号 … 备注 in the column of text nearest to the left below the caption.
        const head = turned.filter(({ char }) => '序号备注'.includes(char)).sort((a, b) => a.x - b.x)
        const body = turned.filter(({ char }) => /\d/u.test(char))
        expect(head[0]!.x, `${found.name} page ${page.number}`).toBeLessThan(Math.min(...body.filter(({ x }) => x > head[0]!.x + 2).map(({ x }) => x)))
        expect(head[0]!.x - ascent * head[0]!.points * point - area.left, `${found.name} page ${page.number}`).toBeLessThan(25)
        // It reads from the bottom to the top.
        const order = '序号'.split('').map((char) => turned.filter((glyph) => glyph.char === char).sort((a, b) => a.x - b.x)[0]!)
        expect(order[1]!.y, `${found.name} page ${page.number}`).toBeLessThan(order[0]!.y)
        // The page number is where it always is.
        const number1 = linesOf(page).find(({ y }) => y > 265)!
        expect(number1.text.replaceAll(' ', '')).toBe(`—${page.number}—`)
      }
    }
    expect([...seen].sort()).toEqual([0, 1])
  })

  it('Y64 a landscape table over several pages repeats its head and loses no row', () => {
    const found = fixture(63)
    const pages = measured(found).filter((page) => page.glyphs.some(({ isTurned }) => isTurned))
    expect(pages.length).toBeGreaterThanOrEqual(3)
    for (const page of pages) expect(turnedText(page).includes('序号'), `page ${page.number}`).toBe(true)
    const text = pages.map(turnedText).join('')
    const rows = found.source.content.body.flatMap((block) => (block.kind === 'table' ? block.rows.slice(block.headRows) : []))
    for (const row of rows) claim(text.includes(row[1]!), row[1]).toBe(true)
  })

  it('Y65 several tables on one page keep apart from each other and from the text', () => {
    const found = fixture(64)
    for (const { number } of found.layout.pages) {
      const all = boxes(found, number)
      all.forEach((box, i) => {
        const next = all[i + 1]
        if (next !== undefined) claim(next.y - box.y - box.height).toBeGreaterThan(0)
        for (const each of textLines(measured(found)[number - 1]!).filter(({ points }) => points > 15.9)) {
          claim(each.bottom <= box.y + 0.2 || each.top >= box.y + box.height - 0.2, each.text).toBe(true)
        }
      })
    }
  })

  it('Y65 text after a table or a picture is back on the grid', () => {
    for (const [number, page, text] of [[64, 2, '特此报告。'], [65, 3, '特此报告。'], [65, 2, '三、界桩样式。新设界桩37个，样式见图3。']] as const) {
      const own = textLines(measured(fixture(number))[page - 1]!).find((each) => each.text === text)!
      const lines = (own.y - baselineOfLine(1)) / line
      claim(Math.abs(lines - Math.round(lines)) * line, text).toBeLessThan(tolerance)
    }
  })
})

describe.skipIf(!has('mutool'))('pictures, measured by mutool', () => {
  it('Y66 a picture has the width it asks for, keeps its proportions and is centred; its caption is below it', () => {
    const found = fixture(65)
    const pages = measured(found)
    const wanted = found.source.content.body.flatMap((block) => (block.kind === 'picture' ? [block] : []))
    const all = pages.flatMap((page) => page.pictures.map((picture) => ({ ...picture, page })))
    expect(all).toHaveLength(3)
    all.forEach((picture, i) => {
      const { width, pixels, caption } = wanted[i]!
      expect(Math.abs(picture.width - width)).toBeLessThan(tolerance)
      expect(Math.abs(picture.height - (width * pixels.height) / pixels.width)).toBeLessThan(tolerance)
      expect(Math.abs(picture.x + picture.width / 2 - 106)).toBeLessThan(tolerance)
      const below = textLines(picture.page).find(({ top }) => top > picture.y + picture.height - 0.5)!
      expect(below.text.replace(/[\s\u3000]/gu, '')).toBe(caption.replace(/[\s\u3000]/gu, ''))
      expect(Math.abs((below.left + below.right) / 2 - 106)).toBeLessThan(0.3)
    })
  })

  it('Y67 a picture without a width has its own at 96 dpi, shrunk to the 版心', () => {
    const [wide, small] = measured(fixture(66)).flatMap((page) => page.pictures)
    // 1600 pixels are 423 mm: too wide. 240 pixels are 63.5 mm.
    expect(Math.abs(wide!.width - 156)).toBeLessThan(tolerance)
    expect(Math.abs(wide!.height - (156 * 500) / 1600)).toBeLessThan(tolerance)
    expect(Math.abs(small!.width - (240 / 96) * 25.4)).toBeLessThan(tolerance)
  })
})
