/** 版头: marginals, mark, number, signers, red rule. Rules Y10–Y16 of docs/spec/layout.md. GB/T 9704 §7.2 */
import { describe, expect, it } from 'vitest'
import { claim } from './claim.ts'
import { fixture, fixtures, type Fixture } from './fixtures.ts'
import { inkBox } from './ink.ts'
import { lineSaying, linesOf, part } from './lines.ts'
import { measured, type Rule } from './measure.ts'
import { area, baselineOfLine, cell3, em, lead, line, tolerance } from './standard.ts'
import { has } from './tools.ts'

const red = '#ff0000'
const generals = () => fixtures.filter(({ source: { content } }) => content.form === '文件' || content.form === '纪要')
const head = (found: Fixture) => measured(found)[0]!
const redRule = (found: Fixture): Rule => {
  const rules = head(found).rules.filter(({ color }) => color === red)
  claim(rules, found.name).toHaveLength(1)
  return rules[0]!
}
const markLines = (found: Fixture) => linesOf(head(found), ({ color }) => color === red)
const numberLine = (found: Fixture) => {
  const number = found.source.issue?.number ?? ''
  const whole = linesOf(head(found)).find(({ text }) => text.includes(number))
  if (number === '' || whole === undefined) throw new Error(`${found.name}: no line with ${number}`)
  return part(whole, number)
}
const numbered = () => generals().filter(({ source }) => (source.issue?.number ?? '') !== '')

describe.skipIf(!has('mutool') || !has('pdftoppm'))('版头, measured by mutool', () => {
  it('Y10 份号, 密级, 紧急程度 stand flush at the left, one a line from the first line of the 版心', () => {
    const page = head(fixture(24))
    const lines = linesOf(page).slice(0, 3)
    expect(lines.map(({ text }) => text)).toEqual(['000012', '机密★1年', '特急'])
    lines.forEach(({ y, left, points }, i) => {
      expect(points).toBeCloseTo(16, 1)
      expect(Math.abs(y - baselineOfLine(i + 1))).toBeLessThan(tolerance)
      expect(Math.abs(left - area.left)).toBeLessThan(1)
    })
    expect(lines[1]!.glyphs[0]!.font).toContain('Sans')
    expect(lines[2]!.glyphs[0]!.font).toContain('Sans')
    expect(lines[0]!.glyphs[0]!.font).not.toContain('Sans')
    for (const [number, text] of [[25, '000108'], [26, '000001'], [27, '加急']] as const) {
      claim(Math.abs(lineSaying(head(fixture(number)), text).y - baselineOfLine(1)), text).toBeLessThan(tolerance)
    }
    expect(Math.abs(lineSaying(head(fixture(25)), '秘密').y - baselineOfLine(2))).toBeLessThan(tolerance)
  })

  it('Y11 the ink of the mark begins 35 mm below the top of the 版心', () => {
    for (const number of [1, 9, 15, 22, 31, 35, 36]) {
      const found = fixture(number)
      const lines = markLines(found)
      const ink = inkBox(found, 1, { left: 20, right: 190, top: area.top + 30, bottom: lines[0]!.y + 2 })
      claim(ink, found.name).not.toBeNull()
      expect(Math.abs(ink!.top - area.top - 35), `${found.name}: ${ink!.top}`).toBeLessThan(tolerance)
    }
  })

  it('Y11 the mark is red, in 小标宋, centred and inside the 版心', () => {
    for (const found of generals()) {
      const lines = markLines(found)
      const left = Math.min(...lines.map((each) => each.left))
      const right = Math.max(...lines.map((each) => each.right))
      // Half the blank that a spread character has beside it stands on both sides alike.
      expect(Math.abs((left + right) / 2 - 106), `${found.name}: ${left}–${right}`).toBeLessThan(lines.length > 1 ? 2.5 : tolerance)
      expect(left).toBeGreaterThanOrEqual(area.left - tolerance)
      expect(right).toBeLessThanOrEqual(area.right + tolerance)
      for (const { glyphs } of lines) for (const glyph of glyphs) claim(glyph.font, found.name).toContain('Bold')
    }
  })

  it('Y12 a mark of several names: the host first, the names to one width, 文件 right of them in the middle of their height', () => {
    for (const [number, names] of [[9, 2], [14, 2], [15, 3], [16, 4], [29, 3], [31, 5], [32, 2], [76, 3]] as const) {
      const found = fixture(number)
      const lines = markLines(found)
      // 文件 may share its baseline with one of an odd number of names.
      const beside = lines.find(({ text }) => text.endsWith('文件'))!
      const word = part(beside, '文件')
      const names1 = lines.map((each) => (each === beside ? each.text.slice(0, -2) : each.text)).filter((text) => text !== '')
      claim(names1, found.name).toEqual(found.source.content.issuers)
      expect(names1).toHaveLength(names)
      const nameLines = lines.flatMap((each) => (each === beside ? (each.text === '文件' ? [] : [part(each, each.text.slice(0, -2))]) : [each]))
      const right = Math.max(...nameLines.map((each) => each.right))
      for (const each of nameLines) {
        claim(Math.abs(each.left - nameLines[0]!.left), found.name).toBeLessThan(tolerance)
        claim(Math.abs(each.right - right), found.name).toBeLessThan(tolerance)
      }
      expect(word.left).toBeGreaterThan(right)
      const size = word.points * (25.4 / 72)
      const middle = (Math.min(...nameLines.map(({ top }) => top)) + Math.max(...nameLines.map(({ bottom }) => bottom))) / 2
      claim(Math.abs(word.y - 0.38 * size - middle), found.name).toBeLessThan(1.5)
    }
  })

  it('Y13 发文字号: two blank lines below the mark, 三号, centred', () => {
    for (const found of numbered()) {
      if ((found.source.issue?.signers ?? []).length > 0) continue
      const number = numberLine(found)
      const marks = markLines(found)
      const markBottom = Math.max(...marks.map(({ bottom }) => bottom))
      expect(number.points).toBeCloseTo(16, 1)
      expect(Math.abs(number.top - markBottom - lead - 2 * line), `${found.name}: ${number.top - markBottom}`).toBeLessThan(tolerance)
      // 〔 and 号 have blanks of their own in the cell.
      claim(Math.abs((number.left + number.right) / 2 - 106), found.name).toBeLessThan(0.2)
    }
  })

  it('Y14 upward: the number one character from the left, on the line of the last signer; signers one character from the right', () => {
    const upward = fixtures.filter(({ source }) => (source.issue?.signers ?? []).length > 0)
    expect(upward.length).toBeGreaterThanOrEqual(6)
    for (const found of upward) {
      const signers = found.source.issue!.signers!
      const lines = linesOf(head(found)).filter(({ y }) => y > 100 && y < redRule(found).y1)
      const number = numberLine(found)
      claim(Math.abs(number.left + em.three / 2 - cell3 / 2 - area.left - cell3), found.name).toBeLessThan(tolerance)
      const places = signers.map((name) => {
        const whole = lines.find(({ text }) => text.replaceAll('\u3000', '').includes(name))
        if (whole === undefined) throw new Error(`${found.name}: no ${name}`)
        return part(whole, name)
      })
      // Two names a line, in the order of the organs.
      places.forEach((place, i) => {
        expect(Math.abs(place.y - places[i - (i % 2)]!.y), `${found.name} ${place.text}`).toBeLessThan(tolerance)
        if (i % 2 === 1) claim(place.left).toBeGreaterThan(places[i - 1]!.right)
        if (i >= 2) {
          claim(Math.abs(place.left - places[i - 2]!.left), `${found.name} ${place.text}`).toBeLessThan(tolerance)
          claim(Math.abs(place.y - places[i - 2]!.y - line)).toBeLessThan(tolerance)
        }
        expect(place.glyphs[0]!.points).toBeCloseTo(16, 1)
        claim(place.glyphs[0]!.font, place.text).toContain('Medium')
      })
      const right = Math.max(...places.map((place) => place.right))
      expect(Math.abs(right - em.three / 2 + cell3 / 2 - (area.right - cell3)), `${found.name}: ${right}`).toBeLessThan(tolerance)
      claim(Math.abs(places.at(-1)!.y - number.y), found.name).toBeLessThan(tolerance)
      const label = lines.find(({ text }) => text.includes('签发人：'))!
      claim(Math.abs(label.y - places[0]!.y), found.name).toBeLessThan(tolerance)
      const markBottom = Math.max(...markLines(found).map(({ bottom }) => bottom))
      claim(Math.abs(places[0]!.top - markBottom - lead - 2 * line), found.name).toBeLessThan(tolerance)
    }
  })

  it('Y15 the red rule: 156 mm, as wide as the 版心, 4 mm below the number, red', () => {
    for (const found of generals()) {
      const rule = redRule(found)
      claim(Math.abs(rule.x1 - area.left), found.name).toBeLessThan(tolerance)
      claim(Math.abs(rule.x2 - area.right), found.name).toBeLessThan(tolerance)
      expect(rule.y1).toBe(rule.y2)
    }
    for (const found of numbered()) {
      const rule = redRule(found)
      claim(Math.abs(rule.y1 - rule.width / 2 - numberLine(found).bottom - 4), found.name).toBeLessThan(tolerance)
    }
  })
})
