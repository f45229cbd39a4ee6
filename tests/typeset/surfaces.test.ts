/** PDF, OFD and positions.json hold the same pages. Rules Y70–Y76 of docs/spec/layout.md. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { numberBlocks } from '#core/document'
import { readOfd, readOfdPage } from '#core/output'
import { claim } from './claim.ts'
import { filesOf, fixtureFolder, fixtureNames } from './files.ts'
import { fixtures, type Fixture } from './fixtures.ts'
import { measured } from './measure.ts'
import { inkOfOfd } from './ofd.ts'
import { has, run } from './tools.ts'

/** How far two surfaces may differ, mm. */
const agreement = 0.01
type Placed = { readonly char: string; readonly x: number; readonly y: number }

type Positions = { readonly unit: string; readonly pages: readonly { readonly width: number; readonly height: number; readonly glyphs: readonly (Placed & { readonly size: number; readonly font: string; readonly color: string })[]; readonly rules: readonly { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number; readonly width: number }[]; readonly images: readonly { readonly x: number; readonly y: number; readonly w: number; readonly h: number }[] }[] }
const positionsOf = (found: Fixture): Positions => JSON.parse(readFileSync(found.positions, 'utf8')) as Positions

const isInked = ({ char }: Placed): boolean => char.trim() !== '' && char !== '\u3000'

/** Each of `wanted` has one of `given` with its character within 0.01 mm, and none is left over. What a face lacks is shown as 〓. */
function expectSame(wanted: readonly Placed[], given: readonly Placed[], where: string): void {
  const rest = new Map<string, Placed[]>()
  for (const glyph of given.filter(isInked)) {
    const key = `${Math.round(glyph.x)} ${Math.round(glyph.y)}`
    const list = rest.get(key)
    if (list === undefined) rest.set(key, [glyph])
    else list.push(glyph)
  }
  const missing = wanted.filter(isInked).filter((glyph) => !takeFrom(rest, glyph))
  claim(missing, where).toEqual([])
  claim([...rest.values()].flat(), where).toEqual([])
}

/** Takes the glyph that stands where `glyph` stands out of `rest`; false when there is none. */
function takeFrom(rest: ReadonlyMap<string, Placed[]>, glyph: Placed): boolean {
  const isMongolian = (char: string): boolean => /^[\u1800-\u18aa]/u.test(char)
  // Of shaped letters the place counts here: several of them share a glyph, and ActualText says which was meant.
  const isSame = (other: Placed): boolean => Math.abs(other.x - glyph.x) <= agreement && Math.abs(other.y - glyph.y) <= agreement &&
    (other.char === glyph.char || (isMongolian(other.char) && isMongolian(glyph.char)) || other.char === '〓' || other.char === '\ufffd')
  for (const dx of [0, -1, 1]) for (const dy of [0, -1, 1]) {
    const list = rest.get(`${Math.round(glyph.x) + dx} ${Math.round(glyph.y) + dy}`)
    const at = list?.findIndex(isSame) ?? -1
    if (at < 0) continue
    list!.splice(at, 1)
    return true
  }
  return false
}

type Lines = { readonly rules: readonly { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number; readonly width: number }[]; readonly pictures: readonly { readonly x: number; readonly y: number; readonly width: number; readonly height: number }[] }

/** The rules and pictures of a page, all of them and no others. */
function expectSameLines(page: Positions['pages'][number], given: Lines, where: string): void {
  const near = (a: readonly number[], b: readonly number[]): boolean => a.every((value, i) => Math.abs(value - b[i]!) <= agreement)
  claim(given.rules.length, where).toBe(page.rules.length)
  claim(given.pictures.length, where).toBe(page.images.length)
  const box = ({ x1, y1, x2, y2, width }: Lines['rules'][number]): number[] => [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2), width]
  claim(page.rules.filter((rule) => !given.rules.some((other) => near(box(rule), box(other)))), where).toEqual([])
  claim(page.images.filter(({ x, y, w, h }) => !given.pictures.some((other) => near([x, y, w, h], [other.x, other.y, other.width, other.height]))), where).toEqual([])
}

describe('one layout, many surfaces', () => {
  it('Y70 positions.json is the layout, in mm', () => {
    for (const found of fixtures) {
      const positions = positionsOf(found)
      expect(positions.unit).toBe('mm')
      expect(positions.pages).toHaveLength(found.layout.pages.length)
      positions.pages.forEach((page, i) => {
        const own = found.layout.pages[i]!
        claim(page.glyphs.map(({ char, x, y }) => [char, x, y]), found.name).toEqual(own.glyphs.map(({ char, x, y }) => [char, x, y]))
        expect(page.rules).toHaveLength(own.rules.length)
        expect(page.images).toHaveLength(own.images.length)
      })
    }
  })

  it.skipIf(!has('mutool'))('Y71 every glyph of the PDF is where positions.json says, within 0.01 mm, read by mutool', () => {
    let count = 0
    for (const found of fixtures) {
      const pages = measured(found)
      positionsOf(found).pages.forEach((page, i) => {
        count += page.glyphs.length
        expectSame(page.glyphs, pages[i]!.glyphs, `${found.name} page ${i + 1}`)
      })
    }
    expect(count).toBeGreaterThan(20_000)
  })

  it.skipIf(!has('mutool'))('Y71 so are its rules and pictures', () => {
    for (const found of fixtures) {
      const pages = measured(found)
      positionsOf(found).pages.forEach((page, i) => expectSameLines(page, pages[i]!, `${found.name} page ${i + 1}`))
    }
  })

  it('Y72 every glyph, rule and picture of the OFD is where positions.json says, within 0.01 mm', () => {
    for (const found of fixtures) {
      const document = readOfd(readFileSync(found.ofd))
      if (!document.ok) throw new Error(`${found.name}: ${document.error.message}`)
      positionsOf(found).pages.forEach((page, i) => {
        const read = readOfdPage(document.value, i)
        if (!read.ok) throw new Error(`${found.name}: ${read.error.message}`)
        claim(read.value.warnings, found.name).toEqual([])
        const ink = inkOfOfd(read.value.shapes)
        expectSame(page.glyphs, ink.glyphs, `${found.name} page ${i + 1} (OFD)`)
        expectSameLines(page, ink, `${found.name} page ${i + 1} (OFD)`)
      })
    }
  })
})

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('the same input, the same bytes', () => {
  const names = fixtureNames.filter((_, i) => i % 8 === 0 || i > 64)
  const digests = async (): Promise<Record<string, string>> => {
    const all: Record<string, string> = {}
    for (const name of names) for (const file of (await filesOf(name)).files) all[`${name} ${file.name}`] = sha256(file.bytes)
    return all
  }

  it('Y73 twice in one process', async () => {
    expect(await digests()).toEqual(await digests())
  })

  it('Y73 in other locales and time zones, in processes of their own', async () => {
    const here = await digests()
    const script = fileURLToPath(new URL('elsewhere.ts', import.meta.url))
    const places = [
      { LANG: 'C', LC_ALL: 'C', TZ: 'America/Los_Angeles' },
      { LANG: 'ar_EG.UTF-8', LC_ALL: 'ar_EG.UTF-8', TZ: 'Pacific/Kiritimati' },
    ]
    await Promise.all(places.map(async (place) => {
      const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...names], {
        env: { ...process.env, ...place, NODE_OPTIONS: '' }, maxBuffer: 1 << 26,
      })
      claim(JSON.parse(stdout), JSON.stringify(place)).toEqual(here)
    }))
  })
})

describe('wenshu typeset', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wenshu-typeset-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const wenshu = (...args: string[]) => promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('../../cli/wenshu.ts', import.meta.url)), 'typeset', ...args], {
    env: { ...process.env, WENSHU_OPEN_FONTS: '1', NODE_OPTIONS: '' },
  }).then(({ stdout, stderr }) => ({ code: 0, stdout, stderr }), (problem: { code: number; stdout: string; stderr: string }) => problem)

  it('Y70 writes PDF, OFD, a page of SVG each and positions.json, the same bytes as in this process', async () => {
    const name = fixtureNames.find((each) => each.startsWith('65-'))!
    const { code, stderr } = await wenshu(join(fixtureFolder, `${name}.gw`), '--out', folder)
    expect(code).toBe(0)
    expect(stderr).toContain('替代字体')
    const { files } = await filesOf(name)
    for (const file of files) claim(sha256(readFileSync(join(folder, file.name))), file.name).toBe(sha256(file.bytes))
    const pages = readdirSync(folder).filter((each) => each.endsWith('.svg'))
    expect(pages.map((page) => readFileSync(join(folder, page), 'utf8')).every((svg) => svg.startsWith('<svg') || svg.startsWith('<?xml'))).toBe(true)
    expect(pages).toHaveLength((JSON.parse(readFileSync(join(folder, 'positions.json'), 'utf8')) as Positions).pages.length)
  })

  it('Y82 leaves nothing and says why when a picture is missing', async () => {
    const out = join(folder, 'none')
    const source = join(folder, 'x.gw')
    writeFileSync(source, '---\n文种: 通知\n发文机关: [甲]\n标题: 通知\n---\n![图](没有.png)\n')
    const { code, stderr } = await wenshu(source, '--out', out)
    expect(code).toBe(2)
    expect(stderr).toMatch(/找不到图片「没有\.png」（gw\.image）/u)
    expect(existsSync(out)).toBe(false)
  })
})

describe('verdicts of others', () => {
  it.skipIf(!has('qpdf'))('Y74 qpdf --check finds nothing', () => {
    for (const found of fixtures) claim(run('qpdf', '--check', found.pdf), found.name).toContain('No syntax or stream encoding errors found')
  })

  it.skipIf(!has('pdffonts'))('Y75 every font is embedded, a subset, with ToUnicode', () => {
    // Those with tables, pictures and rare characters, and one in three of the others.
    for (const found of fixtures.filter((_, i) => i % 3 === 0 || i >= 57)) {
      const rows = run('pdffonts', found.pdf).trim().split('\n').slice(2)
      claim(rows.length, found.name).toBeGreaterThan(0)
      for (const row of rows) claim(row, found.name).toMatch(/\syes\s+yes\s+yes\s+\d+\s+\d+$/u)
    }
  })

  it.skipIf(!has('pdftotext'))('Y76 the text comes out in reading order', () => {
    const bare = (text: string): string => text.replace(/[\s\u3000\u00a0\u000c]/gu, '')
    for (const found of fixtures.filter((_, i) => i % 2 === 0 || i >= 57)) {
      const { content, issue } = found.source
      const text = bare(run('pdftotext', '-raw', found.pdf, '-').replace(/—\s*\d+\s*—/gu, ''))
      const bodies = [content.body, ...content.attachments.map((each) => (each.kind === 'text' ? each.body : []))]
      const wanted = [
        ...(content.form === '命令' ? [] : [content.title]),
        ...bodies[0]!.flatMap((block, i) => (block.kind === 'paragraph' ? [numberBlocks(bodies[0]!)[i]! + block.text] : [])),
        ...(issue !== null && issue.date !== '' && content.signature !== '' ? [content.signature] : []),
        ...bodies.slice(1).flatMap((blocks) => blocks.flatMap((block, i) => (block.kind === 'paragraph' ? [numberBlocks(blocks)[i]! + block.text] : []))),
      ].map(bare).filter((each) => each !== '' && !/[\ue000-\uf8ff\u1800-\u18af]|[\u{20000}-\u{3ffff}]/u.test(each) && !/^(?:出席|请假|列席)：/u.test(each))
      let at = 0
      for (const each of wanted) {
        const next = text.indexOf(each, at)
        expect(next, `${found.name}: 「${each.slice(0, 40)}」 after 「${text.slice(Math.max(0, at - 20), at)}」`).toBeGreaterThanOrEqual(0)
        at = next + each.length
      }
    }
  })
})
