import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFont } from './index.ts'
import { formsOf } from './mongolian.ts'

const require = createRequire(import.meta.url)
const bytes = new Uint8Array(readFileSync(require.resolve('@expo-google-fonts/noto-sans-mongolian/400Regular/NotoSansMongolian_400Regular.ttf')))
const read = readFont(bytes)
if (!read.ok) throw new Error(read.error.message)
const face = read.value
const codesOf = (text: string): number[] => [...text].map((char) => char.codePointAt(0)!)

/** HarfBuzz, which comes with subset-font: the peer that every browser sets text with. */
type HarfBuzz = {
  readonly Blob: new (bytes: ArrayBuffer) => object
  readonly Face: new (blob: object) => object
  readonly Font: new (face: object) => object
  readonly Buffer: new () => { addText(text: string): void; guessSegmentProperties(): void; getGlyphInfos(): { readonly codepoint: number }[]; getGlyphPositions(): { readonly xAdvance: number; readonly xOffset: number; readonly yOffset: number }[] }
  shape(font: object, buffer: object): void
}
const hb = (await import(createRequire(require.resolve('subset-font')).resolve('harfbuzzjs'))) as HarfBuzz
const font = new hb.Font(new hb.Face(new hb.Blob(bytes.slice().buffer)))
const space = face.glyphId(0x20)

function peer(text: string): { readonly ids: number[]; readonly advances: number[]; readonly isMoved: boolean } {
  const buffer = new hb.Buffer()
  buffer.addText(text)
  buffer.guessSegmentProperties()
  hb.shape(font, buffer)
  const places = buffer.getGlyphPositions()
  // What shows nothing is a space without an advance there, and left out here.
  const shown = buffer.getGlyphInfos().map(({ codepoint }, i) => ({ id: codepoint, ...places[i]! })).filter(({ id, xAdvance }) => id !== space || xAdvance !== 0)
  return { ids: shown.map(({ id }) => id), advances: shown.map(({ xAdvance }) => xAdvance), isMoved: shown.some(({ xOffset, yOffset }) => xOffset !== 0 || yOffset !== 0) }
}

const letter = fc.integer({ min: 0x1820, max: 0x1877 }).map((code) => String.fromCodePoint(code))
const common = fc.integer({ min: 0x1820, max: 0x1842 }).map((code) => String.fromCodePoint(code))
const inner = fc.oneof({ weight: 12, arbitrary: common }, { weight: 4, arbitrary: letter }, ...['\u180b', '\u180c', '\u180d', '\u180e', '\u202f', '\u180a'].map((char) => ({ weight: 1, arbitrary: fc.constant(char) })))
const word = fc.tuple(common, fc.array(inner, { maxLength: 14 }), common).map(([first, middle, last]) => first + middle.join('') + last)

describe('Mongolian words', () => {
  it('Y88 letters take initial, medial, final and isolated forms; selectors are looked past', () => {
    expect(formsOf(codesOf('ᠮᠣᠩ'))).toEqual(['init', 'medi', 'fina'])
    expect(formsOf(codesOf('ᠠ'))).toEqual(['isol'])
    expect(formsOf(codesOf('ᠠ\u180bᠨ'))).toEqual(['init', 'init', 'fina'])
    expect(formsOf(codesOf('ᠷ\u180eᠠ'))).toEqual(['isol', null, 'isol'])
  })
  it('Y88 gives the glyphs, advances and offsets that HarfBuzz gives', () => {
    const known = ['ᠮᠣᠩᠭᠣᠯ', 'ᠥᠪᠥᠷ', 'ᠬᠥᠬᠡᠬᠣᠲᠠ', 'ᠵᠠᠰᠠᠭ', 'ᠣᠯᠠᠨ\u202fᠤ', 'ᠬᠠᠷ\u180eᠠ', 'ᠪᠢᠴᠢᠭ\u180c', 'ᠡᠳᠦᠷ᠃']
    expect(known.map((text) => [text, face.shape!(codesOf(text))?.map(({ glyphId }) => glyphId)])).toEqual(known.map((text) => [text, peer(text).ids]))
    fc.assert(fc.property(word, (text) => {
      const shaped = face.shape!(codesOf(text))!
      const given = peer(text)
      expect(shaped.map(({ glyphId }) => glyphId)).toEqual(given.ids)
      expect(shaped.map(({ glyphId }) => face.advance(glyphId))).toEqual(given.advances)
      expect(given.isMoved).toBe(false)
      // Nothing of the text is lost, nothing told twice.
      const ranges = [...new Map(shaped.map(({ from, to }) => [from, to])).entries()]
      expect(ranges[0]![0]).toBe(0)
      expect(ranges.at(-1)![1]).toBe([...text].length)
      ranges.slice(1).forEach(([from], i) => expect(ranges[i]![1]).toBe(from))
    }), { numRuns: 400 })
  })
  it('Y88 damaged rules shape nothing and throw nothing', () => {
    const tables = new DataView(bytes.buffer)
    const entry = Array.from({ length: tables.getUint16(4) }, (_, i) => 12 + 16 * i).find((at) => String.fromCharCode(...bytes.subarray(at, at + 4)) === 'GSUB')!
    const start = tables.getUint32(entry + 8)
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { minLength: 1, maxLength: 40 }), (changes) => {
      const damaged = bytes.slice()
      for (const [at, value] of changes) damaged[start + at] = value
      const result = readFont(damaged)
      if (result.ok) result.value.shape?.(codesOf('ᠮᠣᠩᠭᠣᠯ'))
    }), { numRuns: 60 })
  })
})
