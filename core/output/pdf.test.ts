import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zlibSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { black, red, type FontRole, type Page, type PlacedGlyph, type StructureElement } from '#core/typeset'
import { skipLoudly } from '../../tests/harness/skips.ts'
import { pagesToPdf, pageToSvg, type FontSubsetter } from './index.ts'
import { jpeg, png } from './pictures.fixture.ts'
import { subsets, testFonts } from './subsets.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-pdf-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const has = (tool: string, ...args: string[]): boolean => {
  try {
    execFileSync(tool, args, { stdio: 'ignore' })
    return true
  } catch {
    return !skipLoudly(`tagged PDF read by ${tool}`, 'not installed (apt-get install -y poppler-utils qpdf mupdf-tools)')
  }
}
const run = (tool: string, ...args: string[]): string => execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const save = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

type Line = { readonly text: string; readonly x: number; readonly y: number; readonly font?: FontRole; readonly turn?: 90; readonly widthPercent?: number; readonly pitch?: number }
const size = 5.644
const glyphs = ({ text, x, y, font = '仿宋', turn, widthPercent, pitch = 5.571 }: Line): PlacedGlyph[] =>
  [...text].map((char, i) => ({
    char, size, font, color: black, glyphId: testFonts.faces[font].face.glyphId(char.codePointAt(0)!),
    x: Math.round((turn === 90 ? x : x + i * pitch) * 1000) / 1000,
    y: Math.round((turn === 90 ? y - i * pitch : y) * 1000) / 1000,
    ...(turn === undefined ? {} : { turn }), ...(widthPercent === undefined ? {} : { widthPercent }),
  }))
const blank: Page = { number: 1, width: 210, height: 297, glyphs: [], rules: [], images: [], regions: [], marks: [] }

const pictures = new Map([['aa', png({ width: 4, height: 2, colourType: 6 })], ['bb', jpeg({ width: 8, height: 8, components: 3 })]])
const lines: readonly Line[] = [
  { text: '题目', x: 60, y: 40, font: '小标宋' }, { text: '一、总体要求', x: 28, y: 60, font: '黑体' }, { text: '坚持预防为主，投入1.5亿元AB。', x: 28, y: 70 },
  { text: '图一', x: 90, y: 160, font: '楷体' }, { text: '项', x: 30, y: 180 }, { text: '数', x: 90, y: 180 }, { text: '甲', x: 30, y: 190 },
  { text: '—1—', x: 170, y: 280, font: '宋体' },
]
const structure: readonly StructureElement[] = [
  { role: 'Title', parent: null }, { role: 'H1', parent: null }, { role: 'P', parent: null }, { role: 'Figure', parent: null, alt: '流程图' },
  { role: 'Caption', parent: 3 }, { role: 'Table', parent: null }, { role: 'TR', parent: 5 }, { role: 'TH', parent: 6 }, { role: 'TH', parent: 6 },
  { role: 'TR', parent: 5 }, { role: 'TD', parent: 9 }, { role: 'TD', parent: 9 },
]
const elements = [0, 1, 2, 4, 7, 8, 10]
const tagged = ((): Page => {
  const set = lines.map(glyphs)
  const starts = set.map((_, i) => set.slice(0, i).flat().length)
  const marks = elements.map((element, i) => ({ element, from: starts[i]!, to: starts[i]! + set[i]!.length }))
  return {
    ...blank, glyphs: set.flat(), marks: [...marks.slice(0, 3), { element: 3, image: 0 }, ...marks.slice(3)],
    rules: [{ x1: 28, y1: 170, x2: 184, y2: 170, width: 0.35, color: red }, { x1: 80, y1: 170, x2: 80, y2: 195, width: 0.35, color: black }],
    images: [{ x: 60, y: 100, width: 80, height: 40, name: '图.png', hash: 'aa', mediaType: 'image/png' }],
  }
})()
const options = { title: '题目', author: '某局', date: '2026-11-24', docId: 'p1', subsets, structure, pictures: (hash: string) => pictures.get(hash) }
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

describe('tagged PDF', () => {
  it.skipIf(!has('pdfinfo', '-v'))('gives the structure back with its text', async () => {
    const path = save('tags.pdf', await pagesToPdf([tagged], options))
    const tree = run('pdfinfo', '-struct-text', '-enc', 'UTF-8', path).split('\n').map((line) => line.trim().replace(/:$| \(block\)$/gu, '')).filter((line) => line !== '')
    // The title as the standard type that it is mapped to; the figure's text is its alternative.
    expect(tree).toEqual(['Document', 'P', '"题目"', 'H1', '"一、总体要求"', 'P', '"坚持预防为主，投入1.5亿元AB。"',
      'Figure', '/Placement /Block', '/BBox [170.079 445.039 396.85 558.425]', '""', 'Caption', '"图一"',
      'Table', 'TR', 'TH', '/Scope /Column', '"项"', 'TH', '/Scope /Column', '"数"', 'TR', 'TD', '"甲"', 'TD'])
    expect(run('pdfinfo', path)).toMatch(/Tagged: +yes/u)
  })
  it('marks every glyph, picture and rule, or calls it an artifact; and without structure nothing', async () => {
    const bytes = await pagesToPdf([tagged], options)
    expect(text(bytes)).toContain('/MarkInfo << /Marked true >>')
    expect(text(bytes)).toContain('/Alt <FEFF6D417A0B56FE>')
    expect(text(bytes)).toContain('/StructParents 0')
    const plain = text(await pagesToPdf([tagged], { ...options, structure: [] }))
    for (const word of ['StructTreeRoot', 'MarkInfo', 'StructParents', 'Outlines']) expect(plain).not.toContain(word)
  })
  it.skipIf(!has('qpdf', '--version'))('balances its marks, artifacts for what no element owns', async () => {
    const path = save('marks.pdf', await pagesToPdf([tagged], options))
    const content = run('qpdf', '--qdf', '--object-streams=disable', path, '-')
    const opened = content.match(/B[DM]C$/gmu)!
    expect(content.match(/^EMC$/gmu)).toHaveLength(opened.length)
    expect(content.match(/\/Artifact BMC/gu)).toHaveLength(2)
    expect(run('qpdf', '--check', path)).toContain('No syntax or stream encoding errors found')
    const { outlines } = JSON.parse(run('qpdf', '--json', path)) as { outlines: { title: string }[] }
    expect(outlines.map(({ title }) => title)).toEqual(['一、总体要求'])
  })
  it('keeps the file whole when marks are wrong', async () => {
    const marks = [{ element: 99, from: 0, to: 2 }, { element: 0, from: 0, to: 5 }, { element: 1, from: 3, to: 6 }, { element: 2, from: 8, to: 99_999 }, { element: 3, image: 7 }]
    await expect(pagesToPdf([{ ...tagged, marks }], options)).resolves.toBeInstanceOf(Uint8Array)
  })
})

describe('kept page contents', () => {
  const second: Page = { ...blank, number: 2, glyphs: glyphs({ text: '第二页', x: 28, y: 40 }) }
  it('never change the bytes: whatever was written before, the same input gives the same file', async () => {
    const fresh = (): FontSubsetter => ({ subset: subsets.subset })
    const expected = await pagesToPdf([tagged, second], { ...options, subsets: fresh() })
    const used = fresh()
    await pagesToPdf([second, { ...tagged, marks: [] }], { ...options, subsets: used, structure: [] })
    await pagesToPdf([tagged], { ...options, subsets: used })
    expect(Buffer.compare(await pagesToPdf([tagged, second], { ...options, subsets: used }), expected)).toBe(0)
  })
  it('follow a changed page', async () => {
    const before = await pagesToPdf([second], options)
    const after = await pagesToPdf([{ ...second, rules: [{ x1: 1, y1: 1, x2: 2, y2: 2, width: 1, color: red }] }], options)
    expect(Buffer.compare(before, after)).not.toBe(0)
  })
})

describe('places', () => {
  const page: Page = {
    ...blank,
    glyphs: [
      ...glyphs({ text: '均匀排列的一行字，带1.5和AB。', x: 28, y: 40 }), ...glyphs({ text: '压缩字宽', x: 28, y: 60, widthPercent: 80, pitch: 4.3 }),
      ...glyphs({ text: '竖起来的表格字', x: 50, y: 200, turn: 90 }), ...glyphs({ text: '疏排', x: 28, y: 80, pitch: 31.17 }),
    ],
  }
  it.skipIf(!has('mutool', '-v'))('are those of the page within a hundredth of a millimetre, turned glyphs too', async () => {
    const path = save('places.pdf', await pagesToPdf([page], options))
    const found = [...run('mutool', 'trace', path).matchAll(/<g unicode="([^"]*)"[^>]* x="([-\d.]+)" y="([-\d.]+)"/gu)].map((match) => ({ x: Number(match[2]), y: Number(match[3]) }))
    expect(found).toHaveLength(page.glyphs.length)
    found.forEach(({ x, y }, i) => {
      expect(Math.abs((x * 25.4) / 72 - page.glyphs[i]!.x)).toBeLessThan(0.01)
      expect(Math.abs(page.height - (y * 25.4) / 72 - page.glyphs[i]!.y)).toBeLessThan(0.01)
    })
  })
  it('turn in SVG, and text stays text', () => {
    const svg = pageToSvg(page, { fontFamily: (key) => key })
    expect(svg).toMatch(/<text transform="translate\(50 200\) rotate\(-90\)" x="0 5.571 [^"]*" y="0"[^>]*>竖起来的表格字<\/text>/u)
    expect(svg).toContain('>压缩字宽</text>')
  })
})

describe('pictures', () => {
  const page: Page = {
    ...blank,
    images: [
      { x: 20, y: 30, width: 40, height: 20, name: 'a', hash: 'aa', mediaType: 'image/png' },
      { x: 100, y: 50, width: 20, height: 40, name: 'b', hash: 'bb', mediaType: 'image/jpeg', turn: 90 },
      { x: 20, y: 130, width: 40, height: 20, name: 'a', hash: 'aa', mediaType: 'image/png' },
    ],
  }
  it.skipIf(!has('mutool', '-v'))('stand where the page says, once in the file, with transparency as a soft mask', async () => {
    const bytes = await pagesToPdf([page], options)
    expect(text(bytes).match(/\/Subtype \/Image/gu)).toHaveLength(3)
    const trace = run('mutool', 'trace', save('pictures.pdf', bytes))
    const matrices = [...trace.matchAll(/<fill_image [^>]*transform="([^"]*)"/gu)].map((match) => match[1]!.split(' ').map((n) => Math.round(((Number(n) * 25.4) / 72) * 100) / 100))
    // The unit square's axes and corner; mutool's y goes down from the page's top.
    expect(matrices[0]).toEqual([40, 0, 0, 20, 20, 30].map((n, i) => expect.closeTo(i === 3 ? matrices[0]![3]! : n, 1)))
    expect(matrices).toHaveLength(3)
    expect(matrices[1]!.slice(0, 4).map(Math.abs)).toEqual([0, 40, 20, 0])
  })
  it.each([[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [2, 8], [2, 16], [3, 1], [3, 2], [3, 4], [3, 8], [4, 8], [4, 16], [6, 8], [6, 16]])('PNG type %i, %i bits, plain and interlaced, decodes alike', async (colourType, depth) => {
    const write = (interlaced: 'plain' | 'interlaced') => pagesToPdf([{ ...page, images: page.images.slice(0, 1) }], { ...options, structure: [], pictures: () => png({ width: 11, height: 9, colourType, depth, order: interlaced }) })
    expect(Buffer.compare(await write('plain'), await write('interlaced'))).toBe(0)
  })
  const refused = async (bytes: Uint8Array | undefined): Promise<unknown> => pagesToPdf([page], { ...options, pictures: () => bytes }).then(() => 'written', (error: { code: unknown }) => error.code)
  it('are refused with a reason when missing, broken, or of another kind', async () => {
    expect(await refused(undefined)).toBe('output.picture-missing')
    expect(await refused(png({ width: 4, height: 4, colourType: 2 }).slice(0, 60))).toBe('output.picture-broken')
    expect(await refused(jpeg({ width: 4, height: 4, components: 4 }))).toBe('output.picture-kind')
    expect(await refused(jpeg({ width: 4, height: 4, components: 3 }).slice(0, 30))).toBe('output.picture-broken')
    expect(await refused(new TextEncoder().encode('GIF89a'))).toBe('output.picture-broken')
    // Says 1 × 1 and holds twenty megabytes.
    expect(await refused(png({ width: 1, height: 1, colourType: 0, data: zlibSync(new Uint8Array(20_000_000), { level: 1 }) }))).toBe('output.picture-broken')
    expect(await refused(png({ width: 1, height: 1, colourType: 0, claims: { width: 60_000, height: 60_000 } }))).toBe('output.picture-kind')
  })
  it('are images in SVG, or a frame while their bytes are not at hand', () => {
    const svg = pageToSvg(page, { fontFamily: () => 'x', pictureHref: (hash) => (hash === 'aa' ? 'blob:"a&b' : null) })
    expect(svg.match(/<image x="20"/gu)).toHaveLength(2)
    expect(svg).toContain('href="blob:&quot;a&amp;b"')
    expect(svg).toContain('<rect transform="translate(100 90) rotate(-90)" width="40" height="20"')
  })
})
