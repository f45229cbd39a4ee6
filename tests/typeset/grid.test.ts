/** Page, grid and lines of every fixture, measured in its PDF. Rules Y1–Y7 of docs/spec/layout.md. */
import { describe, expect, it } from 'vitest'
import { claim } from './claim.ts'
import { bodyLines, outsideTables } from './body.ts'
import { fixture, fixtures, type Fixture } from './fixtures.ts'
import { textLines, type Line } from './lines.ts'
import { measured, type Glyph } from './measure.ts'
import { area, ascent, baselineOfLine, cell3, descent, em, line, paper, point, tolerance } from './standard.ts'
import { has } from './tools.ts'

const closing = '。，、；：？！）》」』】〕〉”’'
const opening = '（《“‘「『【〔〈'
/** Ink of a glyph from left to right: the blank half of a mark may hang over the edge. */
const inkLeft = (glyph: Glyph): number => glyph.x + (opening.includes(glyph.char) ? 0.5 * glyph.points * glyph.condensed * point : 0)
const inkRight = (glyph: Glyph): number => glyph.x + glyph.advance * glyph.points * glyph.condensed * point * (closing.includes(glyph.char) ? 0.5 : 1)

const isBlank = (glyph: Glyph): boolean => glyph.char.trim() === ''
/** Lines set in 三号 whose first character is Han. */
const inThree = (lines: readonly Line[]): Line[] => lines.filter(({ points }) => Math.abs(points - 16) < 0.05)

/** All pages but the first have the head of no form. */
const others = (found: Fixture) => measured(found).slice(1)

describe.skipIf(!has('mutool'))('page and grid, measured by mutool', () => {
  it('Y1 every page is A4', () => {
    for (const found of fixtures) {
      for (const page of measured(found)) {
        claim(page.width, found.name).toBeCloseTo(paper.width, 1)
        claim(page.height, found.name).toBeCloseTo(paper.height, 1)
      }
    }
  })

  it('Y1 nothing but the page number and the head of a letter stands outside 156 × 225 mm', () => {
    /** The ink's box across the lines, the em box along them. */
    const boxOf = (glyph: Glyph) => {
      const [above, below] = [ascent * glyph.points * point, descent * glyph.points * point]
      // A turned glyph reaches to the left of its baseline and advances upwards.
      return glyph.isTurned
        ? { left: glyph.x - above, right: glyph.x + below, top: glyph.y - glyph.advance * glyph.points * point, bottom: glyph.y }
        : { left: inkLeft(glyph), right: inkRight(glyph), top: glyph.y - above, bottom: glyph.y + below }
    }
    const stray = fixtures.flatMap((found) => measured(found).flatMap((page) => page.glyphs.filter((glyph) => {
      if (isBlank(glyph) || glyph.y > 265) return false
      const isLetterHead = found.source.content.form === '信函' && page.number === 1
      const { left, right, top, bottom } = boxOf(glyph)
      return left < area.left - tolerance || right > area.right + tolerance || bottom > area.bottom + tolerance || (!isLetterHead && top < area.top - tolerance)
    }).map(({ char, x, y }) => `${found.name} page ${page.number} 「${char}」 at ${x.toFixed(2)}, ${y.toFixed(2)}`)))
    expect(stray).toEqual([])
  })

  it('Y1 pictures and rules of tables stay inside as well', () => {
    for (const found of fixtures) {
      for (const page of measured(found)) {
        for (const { x, y, width, height } of page.pictures) {
          const where = `${found.name} page ${page.number}`
          claim(x, where).toBeGreaterThanOrEqual(area.left - tolerance)
          claim(x + width, where).toBeLessThanOrEqual(area.right + tolerance)
          claim(y, where).toBeGreaterThanOrEqual(area.top - tolerance)
          claim(y + height, where).toBeLessThanOrEqual(area.bottom + tolerance)
        }
        for (const rule of page.rules.filter(({ color }) => color === '#000000')) {
          const where = `${found.name} page ${page.number} rule ${JSON.stringify(rule)}`
          claim(rule.x1 - area.left, where).toBeGreaterThanOrEqual(-0.2)
          claim(rule.x2 - area.right, where).toBeLessThanOrEqual(0.2)
          claim(rule.y1 - area.top, where).toBeGreaterThanOrEqual(-0.2)
          claim(rule.y2 - area.bottom, where).toBeLessThanOrEqual(0.2)
        }
      }
    }
  })

  it('Y2 twenty-eight characters fill a line: cells of 156/28 mm from the left edge', () => {
    const full = measured(fixture(72)).flatMap((page) => inThree(textLines(page))).filter(({ glyphs }) => glyphs.length === 28 && glyphs.every((glyph) => !closing.includes(glyph.char)))
    const exact = measured(fixture(72)).flatMap((page) => inThree(textLines(page))).filter(({ glyphs }) => glyphs.length === 28)
    expect(exact.length).toBeGreaterThan(50)
    for (const { glyphs, text } of [...full, ...exact]) {
      glyphs.forEach((glyph, i) => {
        if (closing.includes(glyph.char)) return
        // A 16 pt glyph stands in the middle of its cell of 15.793 pt.
        expect(glyph.x + em.three / 2, `${text} ${i}`).toBeCloseTo(area.left + (i + 0.5) * cell3, 1)
      })
    }
  })

  it('Y2 no line has more than 28 whole characters', () => {
    for (const found of fixtures) {
      for (const page of measured(found)) {
        for (const { text, glyphs } of inThree(textLines(page))) {
          const whole = glyphs.filter((glyph) => glyph.advance > 0.9 && !closing.includes(glyph.char) && !opening.includes(glyph.char))
          expect(whole.length, `${found.name}: ${text}`).toBeLessThanOrEqual(28)
        }
      }
    }
  })

  it('Y3 a page of text has 22 lines, the first on the top edge and the last on the bottom edge', () => {
    const pages = measured(fixture(72)).slice(1, -1)
    expect(pages.length).toBeGreaterThan(5)
    for (const page of pages) {
      const lines = textLines(page)
      expect(lines).toHaveLength(22)
      lines.forEach(({ y }, i) => expect(Math.abs(y - baselineOfLine(i + 1)), `page ${page.number} line ${i + 1}: ${y}`).toBeLessThan(tolerance))
      expect(lines[0]!.top).toBeCloseTo(area.top, 1)
      expect(lines[21]!.bottom).toBeCloseTo(area.bottom, 1)
    }
  })

  it('Y3 lines of text are one pitch apart, and no page has more than 22', () => {
    for (const found of fixtures) {
      for (const page of measured(found)) {
        const lines = inThree(textLines(page))
        expect(lines.length, `${found.name} page ${page.number}`).toBeLessThanOrEqual(22)
        for (let i = 1; i < lines.length; i++) {
          const gap = lines[i]!.y - lines[i - 1]!.y
          if (gap < line * 1.5) claim(Math.abs(gap - line), `${found.name} page ${page.number}: ${lines[i]!.text}`).toBeLessThan(tolerance)
        }
      }
    }
  })

  it('Y3 pages after the first begin on the first line of the grid', () => {
    const checked = fixtures.flatMap((found) => others(found).flatMap((page) => {
      const first = textLines(page)[0]
      const begins = first !== undefined && page.glyphs.every(({ isTurned }) => !isTurned) && page.rules.length === 0 && page.pictures.length === 0
      return begins ? [{ found, first }] : []
    }))
    expect(checked.length).toBeGreaterThan(20)
    for (const { found, first } of checked) {
      if (first.y < baselineOfLine(2) - 1) claim(Math.abs(first.y - baselineOfLine(1)), `${found.name}: ${first.text}`).toBeLessThan(tolerance)
    }
  })

  it('Y4 paragraphs are indented by two characters, wrapped lines start flush', () => {
    let checked = 0
    for (const found of fixtures) {
      for (const { line: { glyphs, text }, isFirst } of bodyLines(found)) {
        const first = glyphs[0]!
        // The cell of a whole character begins half a cell before its middle; a mark or a digit is placed in its own way.
        if (first.advance < 0.9 || opening.includes(first.char)) continue
        checked++
        const left = first.x + em.three / 2 - cell3 / 2
        expect(Math.abs(left - area.left - (isFirst ? 2 * cell3 : 0)), `${found.name}: ${text} at ${left}`).toBeLessThan(tolerance)
      }
    }
    expect(checked).toBeGreaterThan(500)
  })
})

describe.skipIf(!has('mutool'))('line ends, measured by mutool', () => {
  const allLines = () => fixtures.flatMap((found) => found.layout.pages.flatMap(({ number }) => {
    const lines = outsideTables(found, number).filter(({ points }) => points > 13.9)
    return lines.map((each, i) => ({ found, text: each.text.trim(), next: lines[i + 1]?.text.trim() ?? '' }))
  }))
  /** Each line with the one that goes on with its paragraph, over the ends of pages too. */
  const wrapped = () => fixtures.flatMap((found) => {
    const lines = bodyLines(found)
    return lines.flatMap((each, i) => (each.isLast ? [] : [{ found, ...each, text: each.line.text.trim(), next: lines[i + 1]!.line.text.trim() }]))
  })

  it('Y5 no line begins with a closing mark or ends with an opening one', () => {
    for (const { found, text } of allLines()) {
      const chars = [...text]
      expect('。，、；：？！）》」』】〕〉”’…—～·％‰℃'.includes(chars[0]!) && chars[0] !== '—', `${found.name}: ${text}`).toBe(false)
      expect(opening.includes(chars.at(-1)!), `${found.name}: ${text}`).toBe(false)
    }
  })

  it('Y5 neither —— nor …… is cut', () => {
    for (const { found, text, next } of wrapped()) {
      expect(text.endsWith('—') && next.startsWith('—'), `${found.name}: ${text}`).toBe(false)
      expect(text.endsWith('…') && next.startsWith('…'), `${found.name}: ${text}`).toBe(false)
    }
  })

  it('Y6 no number, ratio, per cent sign or date is cut', () => {
    expect(wrapped().length).toBeGreaterThan(300)
    for (const { found, text, next } of wrapped()) {
      const where = `${found.name}: ${text} / ${next}`
      // A number longer than a line and an address have to be cut somewhere.
      if (/\d{20,}/u.test(text + next) || /:\/\//u.test(text) || /^[!-~]{12,}/u.test(next)) continue
      claim(/\d$/u.test(text) && /^[\d.,%‰℃年月日号∶]/u.test(next), where).toBe(false)
      claim(/\d[—～∶.]$/u.test(text) && /^\d/u.test(next), where).toBe(false)
    }
  })

  it('Y7 wrapped lines are straight on the right', () => {
    for (const { found, line: { glyphs, text } } of wrapped()) {
      const last = glyphs.filter((glyph) => !isBlank(glyph)).at(-1)!
      const where = `${found.name}: ${text}`
      // A line of Latin alone has no gap that may grow.
      if (!/\p{Script=Han}/u.test(text)) continue
      // A closing mark may hang its blank half over the edge, and its ink is what must stay inside.
      const edge = last.x + last.advance * last.points * point
      claim(inkRight(last), where).toBeLessThanOrEqual(area.right + tolerance)
      claim(edge, where).toBeGreaterThanOrEqual(area.right - (closing.includes(last.char) ? em.three / 2 : 0) - 2 * tolerance)
    }
  })
})
