/** Files of other makers: each opens and shows what it should. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ofdPageToSvg, readOfd, readOfdPage } from '#core/output'
import { skipLoudly } from '../harness/skips.ts'
import { open } from './documents.ts'
import { seen } from './placed.ts'

const samples = process.env['WENSHU_SAMPLES'] ?? fileURLToPath(new URL('../../../shared/samples', import.meta.url))
const isThere = existsSync(join(samples, 'ofdrw')) || !skipLoudly('OFD of other makers', `no samples at ${samples} (set WENSHU_SAMPLES)`)
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(samples, name)))
const files = isThere ? ['ofdrw', 'derived'].flatMap((folder) => readdirSync(join(samples, folder)).filter((name) => name.endsWith('.ofd')).map((name) => `${folder}/${name}`)) : []
const textOf = (name: string, page = 0): string => {
  const result = readOfdPage(open(read(name)), page)
  if (!result.ok) throw new Error(result.error.message)
  return seen(result.value).glyphs.map((glyph) => glyph.text).join('')
}

describe.skipIf(!isThere)('OFD of other makers', () => {
  it.each(files.filter((name) => !name.includes('path-traversal')))('%s opens; every page is drawn in full', (name) => {
    const document = open(read(name))
    expect(document.warnings.filter(({ message }) => !message.includes('PublicRes.xml'))).toEqual([])
    for (let index = 0; index < document.pages.length; index++) {
      const page = readOfdPage(document, index)
      expect(page.ok && page.value.warnings).toEqual([])
      const svg = ofdPageToSvg(document, index)
      expect(svg).not.toMatch(/<script|NaN|undefined|Infinity|\bon\w+=/u)
      expect(svg.length).toBeGreaterThan(400)
    }
  })

  it('O40 refuses a path that leads out, and says so', () => {
    expect(readOfd(read('derived/v4signed_zip-path-traversal.ofd'))).toMatchObject({ ok: false, error: { code: 'ofd.zip.path', message: expect.stringMatching(/压缩包内名称/u) } })
  })

  it('reads the texts', () => {
    expect(textOf('ofdrw/helloworld.ofd')).toBe('你好呀，OFD Reader&Writer！')
    expect(textOf('ofdrw/chineseDir.ofd')).toBe('你好呀，OFD Reader&Writer！')
    expect(textOf('ofdrw/test-ofda.ofd')).toBe('Hello OFD-A')
    const invoice = textOf('ofdrw/v4signed.ofd')
    for (const words of ['重庆增值税电子普通发票', '科游迈利有限公司', '叁佰壹拾捌圆整', '050001700111']) expect(invoice).toContain(words)
    expect(textOf('derived/v4signed_page-content-changed.ofd')).not.toBe(invoice)
  })

  it('O25 keeps the glyph ids of a text that stands for others (CGTransform)', () => {
    const page = readOfdPage(open(read('ofdrw/z.ofd')), 1)
    const glyphs = page.ok ? seen(page.value).glyphs : []
    const first = glyphs.findLastIndex((glyph) => glyph.text === 'H')
    // "fi" is one glyph with one place: 21 characters on 19 places.
    expect(glyphs.slice(first).map((glyph) => glyph.text).join('|')).toBe('H|e|a|f|fi|x|e|d|h|i|s|fi|n|e|s|i|g|n|.')
  })

  it('O28 finds the seal of a signature and where it lies', () => {
    const [vector] = open(read('ofdrw/v4signed.ofd')).signatures
    expect(vector).toMatchObject({ type: 'Seal', signedValue: 'Doc_0/Signs/Sign_0/SignedValue.dat', seal: null, picture: { type: 'ofd', width: 30, height: 20 }, stamps: [{ page: '1', boundary: { x: 90, y: 8, width: 30, height: 20 }, clip: null }] })
    const seam = open(read('ofdrw/V4RideRight.ofd'))
    expect(seam.signatures[0]!.stamps.map(({ boundary, clip }) => [boundary.x, clip?.x, clip?.width])).toEqual([[202, 0, 8], [194, 8, 8], [186, 16, 8], [178, 24, 8], [170, 32, 8]])
    for (const [index, x] of [202, 194, 186, 178, 170].entries()) {
      const svg = ofdPageToSvg(seam, index)
      expect(svg).toContain(`<path d="M${8 * index} 0H${8 * index + 8}V40H${8 * index}Z"`)
      expect(svg).toMatch(new RegExp(`<g transform="translate\\(${x} 40\\)" clip-path="url\\(#ofd-${index}-\\d+\\)" style="mix-blend-mode:multiply">`, 'u'))
    }
    // A vector seal is drawn as paths and letters, in the place of the seal.
    expect(ofdPageToSvg(open(read('ofdrw/v4signed.ofd')), 0)).toMatch(/translate\(90 8\)[^>]*multiply">.*国家税务总局/u)
  })

  it('O20 gives the bytes of every part as stored', () => {
    const { files: parts } = open(read('ofdrw/SESV4SignDoc.ofd'))
    expect(parts.get('Doc_0/Signs/Sign_0/Seal.esl')).toEqual(read('ofdrw/UserV4.esl'))
    expect([...parts.keys()]).toContain('Doc_0/Signs/Sign_0/SignedValue.dat')
  })
})
