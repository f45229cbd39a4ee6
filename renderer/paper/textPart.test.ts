import { describe, expect, test } from 'vitest'
import { pageParts } from '#core/output'
import type { Page, PlacedGlyph } from '#core/typeset'
import { textPart } from './textPart.ts'

const glyphs = (text: string, more: Partial<PlacedGlyph> = {}): readonly PlacedGlyph[] =>
  [...text].map((char, at) => ({ char, x: 28 + at * 5.571, y: 40.5, size: 5.644, font: '仿宋', color: '#000000', glyphId: 7, ...more }))
const page = (placed: readonly PlacedGlyph[]): Page => ({ number: 1, width: 210, height: 297, glyphs: placed, rules: [], images: [], regions: [], marks: [] })
const partsOf = (placed: readonly PlacedGlyph[]): readonly string[] => pageParts(page(placed), { fontFamily: () => '"wenshu-1", serif' })

describe('a run of text taken apart', () => {
  test('gives the words and attributes that the writer wrote, marks of markup among them', () => {
    const [part = ''] = partsOf(glyphs('甲<&>"乙&amp;'))
    const taken = textPart(part)
    expect(taken?.text).toBe('甲<&>"乙&amp;')
    expect(new Map(taken?.attributes).get('font-family')).toBe('"wenshu-1", serif')
    expect(new Map(taken?.attributes).get('x')?.split(' ')).toHaveLength(11)
    expect(new Map(taken?.attributes).get('xml:space')).toBe('preserve')
  })
  test('turned and condensed runs keep their transform', () => {
    expect(new Map(textPart(partsOf(glyphs('甲', { turn: 90 }))[0] ?? '')?.attributes).get('transform')).toContain('rotate(-90)')
    expect(new Map(textPart(partsOf(glyphs('甲', { widthPercent: 80 }))[0] ?? '')?.attributes).get('transform')).toBe('scale(0.8 1)')
  })
  test('anything else is left to the parser', () => {
    for (const part of ['', '<line x1="1"/>', '<text>甲<tspan/></text>', '<text onload=x>甲</text>', '<text x="1">甲</text><text x="2">乙</text>', '<image href="blob:1"/>']) expect(textPart(part)).toBeNull()
  })
})
