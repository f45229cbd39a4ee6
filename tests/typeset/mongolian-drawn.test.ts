/** Mongolian words as a browser sets them: the screen shows what was measured. Rule Y88 of docs/spec/layout.md. */
import { existsSync } from 'node:fs'
import { chromium } from 'playwright'
import { describe, expect, it } from 'vitest'
import { faceOf, type PlacedGlyph } from '#core/typeset'
import { typesetSource } from '../../cli/typeset/index.ts'
import { skipLoudly } from '../harness/skips.ts'
import { fixtureText, fonts, read, set, subsets } from './files.ts'

const executablePath = [process.env['WENSHU_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path !== undefined && path !== '' && existsSync(path))
const isAbsent = executablePath === undefined && skipLoudly('Mongolian words in a browser', 'no Chromium (apt-get install -y chromium)')

/** What the layout says of the words of a page: text and length along the line, mm. */
function wordsOf(glyphs: readonly PlacedGlyph[]): { readonly text: string; readonly length: number }[] {
  const words: { text: string; length: number }[] = []
  glyphs.forEach((glyph, i) => {
    if (glyph.shaped === undefined) return
    const face = faceOf(fonts, glyph.font)
    const length = glyph.shaped.reduce((sum, { glyphId }) => sum + face.advance(glyphId), 0) / face.unitsPerEm * glyph.size
    const before = glyphs[i - 1]
    if (before?.shaped !== undefined && before.y === glyph.y) words[words.length - 1] = { text: words.at(-1)!.text + glyph.char, length: words.at(-1)!.length + length }
    else words.push({ text: glyph.char, length })
  })
  return words
}

describe.skipIf(isAbsent)('Mongolian words in a browser', () => {
  it('Y88 are as long as the layout says, within 0.01 mm', async () => {
    const source = read(fixtureText('68-蒙古文-文内'))
    const wanted = wordsOf(set(source).pages.flatMap((page) => page.glyphs))
    expect(wanted.length).toBeGreaterThan(5)
    const { files } = await typesetSource({ kind: 'document', ...source, pictures: new Map(), repairs: [] } as never, { fonts, subsets, wanted: ['svg'], positions: false, profile: 'OFD' })
    const browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu'] })
    try {
      const view = await browser.newPage()
      const given: { text: string; length: number }[] = []
      for (const { bytes } of files) {
        // Large on the screen: lengths of text are rounded to what can be seen.
        await view.setContent(`<style>svg{width:8400px;height:11880px}</style>${Buffer.from(bytes).toString('utf8')}`)
        given.push(...await view.evaluate(async () => {
          const page = globalThis as unknown as { document: { fonts: { ready: Promise<unknown> }; querySelectorAll(selector: string): Iterable<{ textContent: string; getComputedTextLength(): number }> } }
          await page.document.fonts.ready
          return [...page.document.querySelectorAll('text')].filter(({ textContent }) => /[\u1800-\u18aa]/u.test(textContent)).map((text) => ({ text: text.textContent, length: text.getComputedTextLength() }))
        }))
      }
      expect(given.map(({ text }) => text)).toEqual(wanted.map(({ text }) => text))
      expect(given.map(({ length }, i) => Math.abs(length - wanted[i]!.length)).filter((off) => off > 0.01)).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
