/** 信函, 命令, 纪要. Rules Y50–Y57 of docs/spec/layout.md. GB/T 9704 §10 */
import { describe, expect, it } from 'vitest'
import { claim } from './claim.ts'
import { bodyLines } from './body.ts'
import { fixture, fixtures, type Fixture } from './fixtures.ts'
import { inkBox } from './ink.ts'
import { anywhere, lineSaying, linesOf, part, textLines } from './lines.ts'
import { measured } from './measure.ts'
import { area, baselineOfLine, cell3, em, lead, line, paper, sevenEighths, tolerance } from './standard.ts'
import { has } from './tools.ts'

const red = '#ff0000'
const letters = () => fixtures.filter(({ source: { content } }) => content.form === '信函')
const orders = () => fixtures.filter(({ source: { content } }) => content.form === '命令')
const redRules = (found: Fixture) => measured(found)[0]!.rules.filter(({ color }) => color === red).sort((a, b) => a.y1 - b.y1)
const mark = (found: Fixture) => linesOf(measured(found)[0]!, ({ color }) => color === red)
const bottomOfMark = (found: Fixture): number => Math.max(...mark(found).map(({ bottom }) => bottom))

describe.skipIf(!has('mutool') || !has('pdftoppm'))('信函, measured by mutool', () => {
  it('Y50 the ink of the mark begins 30 mm below the edge of the page; the host alone, centred, red', () => {
    for (const found of letters()) {
      const lines = mark(found)
      claim(lines.map(({ text }) => text), found.name).toEqual([found.source.content.issuers[0]])
      claim(Math.abs((lines[0]!.left + lines[0]!.right) / 2 - 106), found.name).toBeLessThan(1.1)
    }
    for (const number of [18, 21]) {
      const ink = inkBox(fixture(number), 1, { left: 20, right: 190, top: 20, bottom: mark(fixture(number))[0]!.y + 2 })
      expect(Math.abs(ink!.top - 30), `${number}: ${ink!.top}`).toBeLessThan(tolerance)
    }
  })

  it('Y51 double rules of 170 mm, centred on the page: thick over thin 4 mm below the mark, thin over thick 20 mm above the edge', () => {
    for (const found of letters()) {
      const rules = redRules(found)
      claim(rules, found.name).toHaveLength(4)
      for (const { x1, x2 } of rules) {
        expect(Math.abs(x2 - x1 - 170)).toBeLessThan(tolerance)
        expect(Math.abs((x1 + x2) / 2 - paper.width / 2)).toBeLessThan(tolerance)
      }
      const [first, second, third, fourth] = rules as [typeof rules[0] & object, typeof rules[0] & object, typeof rules[0] & object, typeof rules[0] & object]
      expect(first.width).toBeGreaterThan(second.width)
      expect(third.width).toBeLessThan(fourth.width)
      claim(Math.abs(first.y1 - first.width / 2 - bottomOfMark(found) - 4), found.name).toBeLessThan(tolerance)
      claim(Math.abs(fourth.y1 + fourth.width / 2 - (paper.height - 20)), found.name).toBeLessThan(tolerance)
      for (const page of measured(found).slice(1)) claim(page.rules.filter(({ color }) => color === red), found.name).toHaveLength(0)
    }
  })

  it('Y52 number flush right, 份号, 密级 and 紧急程度 flush left, 7/8 of a 三号 character below the first double rule', () => {
    for (const found of letters()) {
      const second = redRules(found)[1]!
      const number = found.source.issue!.number
      const whole = textLines(measured(found)[0]!).find(({ text }) => text.includes(number))!
      const own = part(whole, number)
      claim(Math.abs(own.top - second.y1 - second.width / 2 - sevenEighths), found.name).toBeLessThan(tolerance)
      claim(Math.abs(own.right - em.three / 2 + cell3 / 2 - area.right), found.name).toBeLessThan(tolerance)
    }
    const found = fixture(21)
    const texts = ['000027', '秘密★3年', '特急']
    const page = measured(found)[0]!
    const lines = texts.map((text) => part(textLines(page).find((each) => each.text.includes(text))!, text))
    const second = redRules(found)[1]!
    lines.forEach((each, i) => {
      claim(Math.abs(each.top - second.y1 - second.width / 2 - sevenEighths - i * line), each.text).toBeLessThan(tolerance)
      claim(Math.abs(each.left - area.left), each.text).toBeLessThan(1)
    })
  })

  it('Y53 the title two blank lines below the last of them', () => {
    for (const found of letters()) {
      const lines = textLines(measured(found)[0]!)
      const title = lines.find(({ points }) => Math.abs(points - 22) < 0.05)!
      const above = lines.filter(({ y, glyphs }) => y < title.y - 1 && glyphs[0]!.color !== red).at(-1)!
      claim(Math.abs(title.top - above.bottom - lead - 2 * line), found.name).toBeLessThan(tolerance)
    }
  })

  it('Y54 text keeps 7/8 of a 三号 character above the second double rule', () => {
    for (const found of letters()) {
      const third = redRules(found)[2]!
      for (const each of textLines(measured(found)[0]!)) claim(third.y1 - third.width / 2 - each.bottom, each.text).toBeGreaterThanOrEqual(sevenEighths - tolerance)
    }
  })
})

describe.skipIf(!has('mutool') || !has('pdftoppm'))('命令, measured by mutool', () => {
  it('Y55 mark 20 mm below the top of the 版心, 令号 two blank lines below it, body two below that; no red rule, no title', () => {
    expect(orders().length).toBeGreaterThanOrEqual(2)
    for (const found of orders()) {
      const [markLine] = mark(found)
      // Beside several names 令 stands in the middle of their height.
      expect(mark(found).some(({ text }) => /(?:命令|令)$/u.test(text))).toBe(true)
      const ink = inkBox(found, 1, { left: 20, right: 190, top: 40, bottom: markLine!.y + 2 })
      expect(Math.abs(ink!.top - area.top - 20), `${found.name}: ${ink!.top}`).toBeLessThan(tolerance)
      const number = lineSaying(measured(found)[0]!, found.source.issue!.number)
      claim(Math.abs(number.top - bottomOfMark(found) - lead - 2 * line), found.name).toBeLessThan(tolerance)
      expect(Math.abs((number.left + number.right) / 2 - 106)).toBeLessThan(tolerance)
      claim(Math.abs(bodyLines(found)[0]!.line.top - number.bottom - lead - 2 * line), found.name).toBeLessThan(tolerance)
      expect(redRules(found)).toHaveLength(0)
      expect(textLines(measured(found)[0]!).some(({ points }) => Math.abs(points - 22) < 0.05)).toBe(false)
    }
  })
})

describe.skipIf(!has('mutool') || !has('pdftoppm'))('纪要, measured by mutool', () => {
  it('Y56 mark of 纪要 35 mm below the top of the 版心, the rest as usual', () => {
    for (const number of [22, 23, 80]) expect(mark(fixture(number)).map(({ text }) => text).join('')).toMatch(/纪要$/u)
    const found = fixture(22)
    const ink = inkBox(found, 1, { left: 20, right: 190, top: 50, bottom: mark(found)[0]!.y + 2 })
    expect(Math.abs(ink!.top - area.top - 35)).toBeLessThan(tolerance)
  })

  it('Y57 出席, 请假, 列席: label in 黑体, indented by two, names aligned after the colon, one blank line above', () => {
    for (const [number, labels] of [[22, ['出席：', '请假：', '列席：']], [23, ['出席：']], [80, ['出席：', '请假：', '列席：']]] as const) {
      const found = fixture(number)
      const text = found.source.content.body.flatMap((block) => (block.kind === 'paragraph' ? [block.text] : []))
      const pages = measured(found)
      labels.forEach((label, i) => {
        const wanted = text.find((each) => each.startsWith(label))!
        const page = pages.find((each) => textLines(each).some((one) => one.text.startsWith(label)))!
        const lines = textLines(page)
        const at = lines.findIndex((one) => one.text.startsWith(label))
        const first = lines[at]!
        claim(Math.abs(first.left + em.three / 2 - cell3 / 2 - area.left - 2 * cell3), label).toBeLessThan(tolerance)
        expect(first.glyphs[0]!.font).toContain('Sans')
        expect(first.glyphs[3]!.font).not.toContain('Sans')
        let read = ''
        for (const each of lines.slice(at)) {
          if (read.length >= wanted.length) break
          if (read !== '') claim(Math.abs(each.left + em.three / 2 - cell3 / 2 - area.left - 5 * cell3), each.text).toBeLessThan(tolerance)
          read += each.text
        }
        expect(read).toBe(wanted)
        const above = lines[at - 1]
        if (i === 0 && first.y > baselineOfLine(1) + 0.1) claim(Math.abs(first.y - above!.y - 2 * line), found.name).toBeLessThan(tolerance)
      })
    }
  })

  it('Y57 附件说明 stands before 出席', () => {
    const pages = measured(fixture(23))
    const notes = pages.flatMap((page) => textLines(page).map((each) => ({ ...each, page: page.number })))
    const note = notes.findIndex(({ text }) => text.startsWith('附件：'))
    const present = notes.findIndex(({ text }) => text.startsWith('出席：'))
    expect(note).toBeGreaterThan(0)
    expect(present).toBeGreaterThan(note)
    expect(() => anywhere(pages, '附件')).not.toThrow()
  })
})
