/** 版记 and 页码. Rules Y40–Y47 of docs/spec/layout.md. GB/T 9704 §7.4–7.5 */
import { describe, expect, it } from 'vitest'
import { claim } from './claim.ts'
import { fixture, fixtures, type Fixture } from './fixtures.ts'
import { inkBox } from './ink.ts'
import { linesOf, part, textLines, type Line } from './lines.ts'
import { measured, type MeasuredPage, type Rule } from './measure.ts'
import { area, cell4, em, lead, tolerance } from './standard.ts'
import { has } from './tools.ts'

const isLetter = ({ source: { content } }: Fixture): boolean => content.form === '信函'
/** The page of the 版记 with its rules from top to bottom and its lines of 四号. */
function colophonOf(found: Fixture): { readonly page: MeasuredPage; readonly rules: readonly Rule[]; readonly lines: readonly Line[] } {
  const at = found.layout.pages.findIndex(({ regions }) => regions.some(({ name }) => name === '版记'))
  const page = measured(found)[at]!
  const region = found.layout.pages[at]!.regions.find(({ name }) => name === '版记')!
  const rules = page.rules.filter(({ color, y1, y2, x1, x2 }) => color === '#000000' && y1 === y2 && y1 > region.y - 0.3 && Math.abs(x2 - x1) > 150).sort((a, b) => a.y1 - b.y1)
  return { page, rules, lines: textLines(page).filter(({ y }) => y > region.y) }
}
const withColophon = () => fixtures.filter((found) => !isLetter(found) && found.layout.pages.some(({ regions }) => regions.some(({ name }) => name === '版记')))
const printed = (date: string): string => {
  const [year, month, day] = date.split('-')
  return `${year}年${Number(month)}月${Number(day)}日印发`
}
const cellLeft = (each: Line): number => each.left + em.four / 2 - cell4 / 2
const cellRight = (each: Line): number => each.right - em.four / 2 + cell4 / 2

describe.skipIf(!has('mutool'))('版记, measured by mutool', () => {
  it('Y40 rules as wide as the 版心, first and last 0.35 mm, middle 0.25 mm; the last on the bottom edge', () => {
    expect(withColophon().length).toBeGreaterThan(50)
    for (const found of withColophon()) {
      const { rules } = colophonOf(found)
      claim(rules.length, found.name).toBeGreaterThanOrEqual(2)
      rules.forEach((rule, i) => {
        const wanted = i === 0 || i === rules.length - 1 ? 0.35 : 0.25
        expect(Math.abs(rule.width - wanted), `${found.name} rule ${i + 1}: ${rule.width}`).toBeLessThan(0.01)
        claim(Math.abs(rule.x1 - area.left), found.name).toBeLessThan(tolerance)
        claim(Math.abs(rule.x2 - area.right), found.name).toBeLessThan(tolerance)
      })
      claim(Math.abs(rules.at(-1)!.y1 - area.bottom), found.name).toBeLessThan(tolerance)
    }
  })

  it('Y41 it stands on the last page of the bound document, below everything else', () => {
    for (const found of withColophon()) {
      const { page, lines } = colophonOf(found)
      const separate = found.source.content.attachments.filter((each) => each.kind === 'text' && each.binding === 'separate').length
      claim(page.number, found.name).toBe(measured(found).length - separate)
      const first = lines[0]!
      claim(textLines(page).filter(({ y }) => y > first.y).every(({ points }) => Math.abs(points - 14) < 0.05), found.name).toBe(true)
    }
  })

  it('Y42 印发机关 one character from the left, 印发日期 one from the right, 四号, above the last rule', () => {
    for (const found of withColophon()) {
      const { content, issue } = found.source
      if (content.printer === '' || (issue?.printDate ?? '') === '') continue
      const { rules, lines } = colophonOf(found)
      const line = lines.find(({ text }) => text.includes(printed(issue!.printDate)))!
      const date = part(line, printed(issue!.printDate))
      const printer = lines.filter(({ y }) => y > rules.at(-2)!.y1).map(({ text }) => text).join('').replace(printed(issue!.printDate), '')
      claim(printer, found.name).toBe(content.printer)
      const first = lines.filter(({ y }) => y > rules.at(-2)!.y1)[0]!
      claim(Math.abs(cellLeft(first) - area.left - cell4), found.name).toBeLessThan(tolerance)
      claim(Math.abs(cellRight(date) - (area.right - cell4)), found.name).toBeLessThan(tolerance)
      expect(date.points).toBeCloseTo(14, 1)
      // Name and date never overlap.
      const name = line.glyphs.filter(({ x }) => x < date.left - 0.01).at(-1)
      if (name !== undefined) claim(name.x + em.four, `${found.name}: ${line.text}`).toBeLessThanOrEqual(date.left + tolerance)
    }
  })

  it('Y43 抄送: one character from the left and right, names aligned after the colon, 。 at the end', () => {
    const copied = withColophon().filter((found) => found.source.content.copies.length > 0)
    expect(copied.length).toBeGreaterThanOrEqual(6)
    for (const found of copied) {
      const { lines, rules } = colophonOf(found)
      const at = lines.findIndex(({ text }) => text.startsWith('抄送：'))
      const own = lines.slice(at).filter(({ y }) => found.source.content.printer === '' || y < rules.at(-2)!.y1)
      claim(own.map(({ text }) => text).join(''), found.name).toBe(`抄送：${found.source.content.copies.join('，')}。`)
      claim(Math.abs(cellLeft(own[0]!) - area.left - cell4), found.name).toBeLessThan(tolerance)
      for (const each of own.slice(1)) expect(Math.abs(cellLeft(each) - area.left - 4 * cell4), `${found.name}: ${each.text}`).toBeLessThan(tolerance)
      for (const each of own) {
        const last = each.glyphs.at(-1)!
        const ink = /[，。、]/u.test(last.char) ? last.x + em.four / 2 : last.x + em.four
        claim(ink, each.text).toBeLessThanOrEqual(area.right - cell4 + tolerance)
        expect(each.points).toBeCloseTo(14, 1)
      }
    }
  })

  it('Y44 主送 moved to the 版记 stands above 抄送 without a rule between', () => {
    const both = colophonOf(fixture(41))
    const to = both.lines.findIndex(({ text }) => text.startsWith('主送：'))
    const copy = both.lines.findIndex(({ text }) => text.startsWith('抄送：'))
    expect(to).toBe(0)
    expect(copy).toBeGreaterThan(to)
    expect(both.rules).toHaveLength(3)
    expect(both.rules.some(({ y1 }) => y1 > both.lines[to]!.y && y1 < both.lines[copy]!.y)).toBe(false)
    expect(colophonOf(fixture(40)).lines[0]!.text.startsWith('主送：')).toBe(true)
  })

  it('Y45 a letter: no rules, no 印发机关; 抄送 at the very bottom of the 版心 of the last page', () => {
    const found = fixture(19)
    const { rules, lines, page } = colophonOf(found)
    expect(rules).toHaveLength(0)
    expect(page.number).toBe(measured(found).length)
    expect(lines[0]!.text.startsWith('抄送：')).toBe(true)
    expect(area.bottom - lines.at(-1)!.bottom).toBeGreaterThanOrEqual(0)
    expect(area.bottom - lines.at(-1)!.bottom).toBeLessThan(lead)
    for (const each of fixtures.filter(isLetter)) {
      for (const { text } of measured(each).flatMap((one) => textLines(one))) claim(text.endsWith('印发'), each.name).toBe(false)
    }
  })
})

describe.skipIf(!has('mutool') || !has('pdftoppm'))('页码, measured by mutool', () => {
  const numberLine = (page: MeasuredPage): Line | undefined => linesOf(page).find(({ y }) => y > 265)

  it('Y46 四号, odd pages one character from the right, even pages one from the left, — on both sides', () => {
    for (const found of fixtures) {
      const separate = found.source.content.attachments.filter((each) => each.kind === 'text' && each.binding === 'separate').length
      const pages = measured(found)
      pages.slice(0, pages.length - separate).forEach((page, i) => {
        const line = numberLine(page)
        if (isLetter(found) && i === 0) {
          claim(line, found.name).toBeUndefined()
          return
        }
        claim(line!.text.replaceAll(' ', ''), found.name).toBe(`—${page.number}—`)
        expect(line!.points).toBeCloseTo(14, 1)
        // What a tool measures: the dash's own advance, which may be less than its cell.
        const dash = page.number % 2 === 1 ? line!.glyphs.at(-1)! : line!.glyphs[0]!
        const edge = page.number % 2 === 1 ? dash.x + dash.advance * em.four : dash.x
        const wanted = page.number % 2 === 1 ? area.right - cell4 : area.left + cell4
        expect(Math.abs(edge - wanted), `${found.name} page ${page.number}`).toBeLessThan(tolerance)
      })
    }
  })

  it('Y47 the ink of the dash begins 7 mm below the 版心', () => {
    for (const [number, page] of [[1, 1], [1, 2], [63, 3]] as const) {
      const line = numberLine(measured(fixture(number))[page - 1]!)!
      const dash = line.glyphs[0]!
      const ink = inkBox(fixture(number), page, { left: dash.x, right: dash.x + em.four, top: 264, bottom: 280 })
      expect(Math.abs(ink!.top - area.bottom - 7), `${number}:${page} ${ink!.top}`).toBeLessThan(tolerance)
    }
  })
})
