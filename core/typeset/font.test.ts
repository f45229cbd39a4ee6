import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFont } from './index.ts'
import { fontBytes, testFonts } from './fonts.fixture.ts'

describe('font metrics', () => {
  const { face } = testFonts.faces.仿宋
  it('reads size, widths and boxes', () => {
    expect(face.unitsPerEm).toBe(1000)
    const han = face.glyphId('内'.codePointAt(0)!)
    expect(han).toBeGreaterThan(0)
    expect(face.advance(han)).toBe(1000)
    const box = face.bounds(han)!
    expect(box.yMax).toBeGreaterThan(700)
    expect(box.yMin).toBeLessThan(0)
    expect(face.bounds(face.glyphId(0x20))).toBeNull()
    expect(face.glyphId(0x10fffd)).toBe(0)
    expect(face.advance(9_999_999)).toBeGreaterThan(0)
  })
  it('refuses what is not a font', () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(100), new TextEncoder().encode('OTTO'), new Uint8Array(64).fill(255)]) {
      expect(readFont(bytes).ok).toBe(false)
    }
    expect(readFont(fontBytes('仿宋'), 1)).toMatchObject({ ok: false, error: { code: 'font.not-a-font' } })
  })
  it('refuses or reads a cut or damaged file, and never throws', () => {
    const good = fontBytes('黑体')
    fc.assert(fc.property(fc.nat(good.length), (length) => {
      expect(readFont(good.subarray(0, length)).ok).toBe(length === good.length)
    }), { numRuns: 50 })
    // The directory and the first tables are where lies hurt.
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
      const bad = good.slice(0)
      for (const [at, value] of changes) bad[at] = value
      const result = readFont(bad)
      if (!result.ok) return
      for (const codePoint of [0x20, 0x4e00, 0xffff, 0x20000]) {
        const glyph = result.value.glyphId(codePoint)
        result.value.advance(glyph)
        result.value.bounds(glyph)
      }
    }), { numRuns: 60 })
  })
})
