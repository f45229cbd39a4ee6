import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuTimeOf } from '../../tests/harness/cpuTime.ts'
import { breakLines, createMeasurer, widthOf, type Line } from './index.ts'
import { testFonts } from './fonts.fixture.ts'

const measurer = createMeasurer(testFonts)
const measure = { first: 26, rest: 28 }
const set = (text: string): Line[] => breakLines(measurer.atoms(text, '仿宋'), measure)
const textOf = (line: Line): string => line.atoms.map((atom) => atom.char).join('')

const noStart = /^[。，、；：？！）》」』】〕”’—…,.;:?!)\]}%]/u
const noEnd = /[（《“‘「『【〔([{$]$/u

const han = fc.constantFrom(...'草原防火安全专项行动方案一二三')
const mark = fc.constantFrom(...'。，、；：？！）》”（《“')
const latin = fc.constantFrom('12345', '3.14', '2026', 'CIM', '5%', ' ', 'A4')
// Marks never more than twice in a row, as in real text; the unreal rest has its own test.
const prose = fc
  .array(fc.tuple(fc.array(han, { minLength: 2, maxLength: 9 }), fc.oneof({ weight: 3, arbitrary: fc.array(mark, { maxLength: 2 }) }, { weight: 1, arbitrary: latin.map((word) => [word]) })), { minLength: 1, maxLength: 30 })
  .map((parts) => parts.map(([chars, tail]) => chars.join('') + tail.join('')).join(''))
const anything = fc.array(fc.oneof(han, mark, latin, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 120 }).map((list) => list.join(''))

describe('line breaking', () => {
  it('places every character exactly once, in order', () => {
    fc.assert(fc.property(fc.oneof(prose, anything), (text) => {
      expect(set(text).map(textOf).join('')).toBe(text)
    }))
  })
  it('starts no line with a closing mark and ends none with an opening one', () => {
    fc.assert(fc.property(prose, (text) => {
      const lines = set(text).map(textOf)
      for (const line of lines.slice(1)) expect(line).not.toMatch(noStart)
      for (const line of lines.slice(0, -1)) expect(line).not.toMatch(noEnd)
    }), { numRuns: 300 })
  })
  it('stays inside the measure, whatever the text', () => {
    fc.assert(fc.property(fc.oneof(prose, anything), (text) => {
      set(text).forEach((line, i) => {
        const room = i === 0 ? measure.first : measure.rest
        // A single character wider than the line has nowhere else to go.
        const most = line.atoms.length === 1 ? Math.max(room, line.atoms[0]!.width) : room
        expect(line.width).toBeLessThanOrEqual(most + 1e-6)
        for (const offset of line.offsets) expect(offset).toBeGreaterThanOrEqual(-0.5 - 1e-6)
      })
    }))
  })
  it('keeps the order of positions', () => {
    fc.assert(fc.property(prose, (text) => {
      for (const line of set(text)) for (let i = 1; i < line.offsets.length; i++) expect(line.offsets[i]!).toBeGreaterThanOrEqual(line.offsets[i - 1]! - 1e-9)
    }))
  })
  it('spreads wrapped lines to both edges', () => {
    fc.assert(fc.property(prose, (text) => {
      set(text).slice(0, -1).forEach((line, i) => expect(line.width).toBeCloseTo(i === 0 ? 26 : 28, 6))
    }))
  })
  it('sets 28 characters a line', () => {
    expect(set('字'.repeat(26 + 28 + 28 + 3)).map((line) => line.atoms.length)).toEqual([26, 28, 28, 3])
    expect(set('字'.repeat(60))[1]!.offsets).toEqual(Array.from({ length: 28 }, (_, i) => i))
  })
  it('squeezes a mark in when the line has blank halves to give', () => {
    const lines = set(`${'字'.repeat(10)}，${'字'.repeat(15)}。${'后'.repeat(5)}`)
    expect(textOf(lines[0]!)).toBe(`${'字'.repeat(10)}，${'字'.repeat(15)}。`)
    expect(lines[0]!.width).toBeCloseTo(26, 6)
  })
  it('sends the last character down with the mark when it has none', () => {
    const lines = set(`${'字'.repeat(26)}。${'后'.repeat(5)}`)
    expect(lines.map(textOf)).toEqual(['字'.repeat(25), `字。${'后'.repeat(5)}`])
  })
  it.each(['12345', '2026—2027年', '24日', '1,234,567.89', 'GB/T9704'])('does not split %s', (word) => {
    for (let before = 18; before <= 27; before++) {
      const whole = set('字'.repeat(before) + word + '字'.repeat(30)).map(textOf).some((line) => line.includes(word))
      expect(whole).toBe(true)
    }
  })
  it('splits what is longer than a line, and does not hang on it', () => {
    const spent = cpuTimeOf(() => {
      for (const text of ['1'.repeat(20_000), 'a'.repeat(20_000), '。'.repeat(20_000), '（'.repeat(20_000), '—'.repeat(20_000), ' '.repeat(20_000)]) {
        expect(set(text).map(textOf).join('')).toHaveLength(20_000)
      }
    })
    expect(spent).toBeLessThan(4000)
  })
})

describe('measuring', () => {
  it('gives quotation marks, dashes and dots a whole cell and digits their own width', () => {
    expect(widthOf(measurer.atoms('“预防”——……', '仿宋'))).toBe(8)
    const digit = widthOf(measurer.atoms('1', '仿宋'))
    expect(digit).toBeGreaterThan(0.4)
    expect(digit).toBeLessThan(0.7)
  })
  it('reports characters that no face has', () => {
    const own = createMeasurer(testFonts)
    own.atoms('字\u{10fffd}', '仿宋')
    expect(own.warnings()).toMatchObject([{ code: 'typeset.missing-glyph' }])
  })
})
