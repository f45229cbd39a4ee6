import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ofdPageToSvg } from '#core/output'
import { skipLoudly } from '../harness/skips.ts'
import { fixtures, type Fixture } from '../typeset/fixtures.ts'
import { has, runBytes } from '../typeset/tools.ts'
import { ofdOf, open } from './documents.ts'
import { difference, readPng, readPpm, shrunk, type Raster } from './raster.ts'

const executablePath = [process.env['WENSHU_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path !== undefined && path !== '' && existsSync(path))
const canDraw = (executablePath !== undefined || !skipLoudly('OFD beside PDF, drawn', 'no Chromium (apt-get install -y chromium)')) && has('mutool')

/** Dots per inch of the comparison. */
const resolution = 150
const perMm = resolution / 25.4
/** mutool sets large glyphs on whole pixels, up to half of one off; drawn finer and averaged that is a sixth. */
const finer = 3

/** The first page, or all, of documents that between them show everything the typesetter places. */
const chosen: readonly (readonly [start: string, pages: 'first' | 'all'])[] = process.env['WENSHU_RASTER'] === 'all'
  ? fixtures.map(({ name }) => [name, 'all'] as const)
  : [['01', 'all'], ['18', 'first'], ['24', 'first'], ['29', 'first'], ['35', 'first'], ['62', 'all'], ['65', 'all'], ['68', 'first']]

describe.skipIf(!canDraw)(`OFD by our reader and PDF by mutool at ${resolution} dpi`, () => {
  let browser: Browser
  let view: Page
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'] })
    view = await browser.newPage({ viewport: { width: Math.ceil(210 * perMm), height: Math.ceil(297 * perMm) } })
  })
  afterAll(() => browser?.close())

  /** The page with the picture's own left top at the screen's, one dot a pixel. */
  const drawOfd = async (svg: string, width: number, height: number): Promise<Raster> => {
    await view.setContent(`<style>body{margin:0;overflow:hidden}svg{display:block;width:${width * perMm}px;height:${height * perMm}px}</style>${svg}`)
    // On a busy machine a screenshot can still show what was there before.
    await view.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    return readPng(await view.screenshot())
  }
  const drawPdf = (fixture: Fixture, page: number): Raster =>
    shrunk(readPpm(runBytes('mutool', 'draw', '-q', '-r', String(finer * resolution), '-F', 'ppm', '-o', '-', fixture.pdf, String(page))), finer)

  it.each(chosen)('O50 %s (%s): no pixel that a person could see differs', async (start, pages) => {
    const fixture = fixtures.find(({ name }) => name.startsWith(start))!
    const document = open(await ofdOf(fixture))
    for (const [index, page] of fixture.layout.pages.slice(0, pages === 'first' ? 1 : undefined).entries()) {
      const { visible, inked, largest } = difference(drawPdf(fixture, page.number), await drawOfd(ofdPageToSvg(document, index), page.width, page.height))
      if (process.env['WENSHU_RASTER'] !== undefined) process.stdout.write(`${fixture.name} ${page.number}: visible ${visible}, largest ${largest.toFixed(3)}, inked ${(100 * inked).toFixed(2)} %\n`)
      expect(inked).toBeGreaterThan(0.000_1)
      expect({ page: page.number, visible }).toEqual({ page: page.number, visible: 0 })
    }
  // Out of time, it would go on drawing on the page that the next one looks at.
  }, 900_000)

  it('O50 sees a glyph that is a different one, and one that is 0.5 mm off', async () => {
    const fixture = fixtures[0]!
    const svg = ofdPageToSvg(open(await ofdOf(fixture)), 0)
    const { width, height } = fixture.layout.pages[0]!
    const pdf = drawPdf(fixture, 1)
    const uses = [...svg.matchAll(/<use href="#([^"]+)" x="[^"]+"/gu)]
    const [one, two] = [uses[20]!, uses.slice(21).find((use) => use[1] !== uses[20]![1])!]
    const swapped = svg.replace(one[0], one[0].replace(one[1]!, two[1]!))
    const moved = svg.replace(one[0], one[0].replace(/x="([^"]+)"/u, (_, x: string) => `x="${Number(x) + 90}"`))
    for (const spoilt of [swapped, moved]) {
      expect(spoilt).not.toBe(svg)
      expect(difference(pdf, await drawOfd(spoilt, width, height)).visible).toBeGreaterThan(0)
    }
  })
})
