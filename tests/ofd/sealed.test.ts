import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ofdPageToSvg } from '#core/output'
import { changed, judge, office, order, plainOfd, sealed } from '../../core/seal/ofd/ofd.fixture.ts'
import { skipLoudly } from '../harness/skips.ts'
import { open } from './documents.ts'
import { readPng } from './raster.ts'

const executablePath = [process.env['WENSHU_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path !== undefined && path !== '' && existsSync(path))
const canDraw = executablePath !== undefined || !skipLoudly('sealed OFD, drawn', 'no Chromium (apt-get install -y chromium)')
/** Pixels to a millimetre. */
const scale = 4

describe.skipIf(!canDraw)('a sealed OFD as our reader draws it', () => {
  let browser: Browser
  let view: Page
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'] })
    view = await browser.newPage({ viewport: { width: 210 * scale, height: 297 * scale } })
  })
  afterAll(() => browser?.close())

  /** The box of what is red on a page, whole mm: the seal of the tests is a red square. */
  const redBox = async (svg: string): Promise<readonly number[]> => {
    await view.setContent(`<style>body{margin:0;overflow:hidden}svg{display:block;width:${210 * scale}px;height:${297 * scale}px}</style>${svg}`)
    await view.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    const { width, height, data } = readPng(await view.screenshot())
    const box = [width, height, 0, 0] as [number, number, number, number]
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = 3 * (y * width + x)
        if (data[at]! < 200 || data[at + 1]! > 60 || data[at + 2]! > 60) continue
        box[0] = Math.min(box[0], x)
        box[1] = Math.min(box[1], y)
        box[2] = Math.max(box[2], x + 1)
        box[3] = Math.max(box[3], y + 1)
      }
    }
    return box.map((value) => Math.round(value / scale))
  }
  /** Pages without the fixture's own picture, which is of the same red. */
  const drawn = async (ofd: Uint8Array): Promise<readonly (readonly number[])[]> => {
    const document = open(ofd)
    const boxes: (readonly number[])[] = []
    for (let page = 0; page < document.pages.length; page++) boxes.push(await redBox(ofdPageToSvg({ ...document, resources: { ...document.resources, media: new Map() } }, page)))
    return boxes
  }

  it('shows the whole seal in its place', async () => {
    const organ = await office()
    expect(await drawn(await sealed(order(plainOfd(1), organ, { places: [{ kind: 'at', page: 1, x: 120, y: 150 }] })))).toEqual([[100, 130, 140, 170]])
  })
  it('shows on each page the slice of a seam that belongs to it, at the edge', async () => {
    const organ = await office()
    const slices = async (edge: 'right' | 'left' | 'top' | 'bottom') => drawn(await sealed(order(plainOfd(2), organ, { places: [{ kind: 'seam', edge, along: 100 }] })))
    expect(await slices('right')).toEqual([[190, 80, 210, 120], [190, 80, 210, 120]])
    expect(await slices('left')).toEqual([[0, 80, 20, 120], [0, 80, 20, 120]])
    expect(await slices('top')).toEqual([[80, 0, 120, 20], [80, 0, 120, 20]])
    expect(await slices('bottom')).toEqual([[80, 277, 120, 297], [80, 277, 120, 297]])
  })
  /** Paper that does not begin at the page's origin, as cut sheets and some converters have it. */
  const elsewhere = (pages: number): Uint8Array => changed(plainOfd(pages), Object.fromEntries(Array.from({ length: pages }, (_, i) =>
    [`Doc_0/Pages/Page_${i}/Content.xml`, (text: string) => text.replace('<ofd:Template', '<ofd:Area><ofd:PhysicalBox>-15 20 210 297</ofd:PhysicalBox></ofd:Area><ofd:Template')])))
  it('SO7 counts from the paper\'s own corner, wherever that lies', async () => {
    const organ = await office()
    expect(await drawn(await sealed(order(elsewhere(1), organ, { places: [{ kind: 'at', page: 1, x: 120, y: 150 }] })))).toEqual([[100, 130, 140, 170]])
    const words = await sealed(order(elsewhere(1), organ, { places: [{ kind: 'keyword', text: '某某办公厅', which: 'last' }] }))
    const [usual] = await drawn(await sealed(order(plainOfd(1), organ, { places: [{ kind: 'keyword', text: '某某办公厅', which: 'last' }] })))
    // The words moved with the page's origin: 15 mm to the right and 20 mm up on the paper.
    expect(await drawn(words)).toEqual([[usual![0]! + 15, usual![1]! - 20, usual![2]! + 15, usual![3]! - 20]])
  })
  it('SO8 seams of such paper, of facing pages, and of a later signer reach the edge', async () => {
    const organ = await office()
    const slices = async (edge: 'right' | 'left' | 'top' | 'bottom') => drawn(await sealed(order(elsewhere(2), organ, { places: [{ kind: 'seam', edge, along: 100 }] })))
    expect(await slices('right')).toEqual([[190, 80, 210, 120], [190, 80, 210, 120]])
    expect(await slices('left')).toEqual([[0, 80, 20, 120], [0, 80, 20, 120]])
    expect(await slices('top')).toEqual([[80, 0, 120, 20], [80, 0, 120, 20]])
    expect(await slices('bottom')).toEqual([[80, 277, 120, 297], [80, 277, 120, 297]])
    const facing = await sealed(order(elsewhere(4), organ, { places: [{ kind: 'seam', edge: 'right', sides: 'facing', along: 100 }] }))
    expect(await drawn(facing)).toEqual([[190, 80, 210, 120], [0, 80, 20, 120], [190, 80, 210, 120], [0, 80, 20, 120]])
    const other = await office('另一机关', { id: '15000000000002' })
    const later = await sealed(order(await sealed(order(plainOfd(2), organ, { places: [{ kind: 'seam', edge: 'right', along: 60 }] })), other, { places: [{ kind: 'seam', edge: 'right', along: 200 }] }))
    expect(await drawn(later)).toEqual([[190, 40, 210, 220], [190, 40, 210, 220]])
    expect(judge(later).signatures.map(({ verdict, coverage }) => [verdict, coverage])).toEqual([['valid', 'whole'], ['valid', 'whole']])
  })
})
