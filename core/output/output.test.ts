import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { emptyContent, parsePlainText, type DocumentContent } from '#core/document'
import { typeset, typesetText, type FontKey } from '#core/typeset'
import { skipLoudly } from '../../tests/harness/skips.ts'
import { pagesToPdf, pageToSvg, processSheetPages, type ProcessSheet, type SheetOpinion } from './index.ts'
import { subsets, testFonts } from './subsets.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-output-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const has = (tool: string, ...args: string[]): boolean => {
  try {
    execFileSync(tool, args, { stdio: 'ignore' })
    return true
  } catch {
    return !skipLoudly(`PDF and SVG read by ${tool}`, 'not installed (apt-get install -y poppler-utils qpdf mupdf-tools libxml2-utils)')
  }
}
const run = (tool: string, ...args: string[]): string => execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const samples = process.env.WENSHU_SAMPLES ?? fileURLToPath(new URL('../../../shared/samples', import.meta.url))
const plan = `${samples}/内蒙古自治区数字政府建设实施方案.txt`
const hasPlan = existsSync(plan) || !skipLoudly('PDF of a published plan', `no sample at ${plan} (set WENSHU_SAMPLES)`)

const organ = '内蒙古自治区人民政府办公厅'
const content: DocumentContent = {
  ...emptyContent({ kind: '通知', organName: organ }),
  title: `${organ}关于印发《全区冬春季草原防火安全专项行动方案（2026—2027年）》的通知`,
  recipients: ['各盟行政公署、市人民政府'],
  body: [
    { kind: 'paragraph', level: 0, number: null, text: '坚持“预防为主、积极消灭”的方针，投入1.5亿元，生僻字𠅤也要能查到。' },
    { kind: 'paragraph', level: 2, number: null, text: '落实责任。压实属地责任。' },
    { kind: 'paragraph', level: 1, number: null, text: '总体要求' },
  ],
}
const issue = { number: '内政办发〔2026〕12号', date: '2026-11-24', printDate: '2026-11-25' }
const layout = typeset(content, issue, testFonts)
const options = { title: content.title, author: organ, date: '2026-11-24', docId: 'a1', subsets }
const write = async (name: string, bytes: Promise<Uint8Array>): Promise<string> => {
  const path = join(folder, name)
  writeFileSync(path, await bytes)
  return path
}

describe('SVG', () => {
  const family = (role: FontKey) => `"ws-${role}", serif`
  it('holds every character as text, escaped and labelled', () => {
    const page = { ...layout.pages[0]!, glyphs: layout.pages[0]!.glyphs.map((glyph, i) => (i === 0 ? { ...glyph, char: '<' } : glyph)) }
    const svg = pageToSvg(page, { fontFamily: family, label: '第1页 & "样张"' })
    expect(svg).toContain('aria-label="第1页 &amp; &quot;样张&quot;"')
    expect(svg).toContain('&lt;')
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/gu)].map((match) => match[1]).join('')
    expect(texts.replace('&lt;', '<')).toBe(page.glyphs.map((glyph) => glyph.char).join(''))
  })
  it('gives each UTF-16 unit its position', () => {
    for (const match of pageToSvg(layout.pages[0]!, { fontFamily: family }).matchAll(/<text[^>]* x="([^"]*)"[^>]*>([^<]*)<\/text>/gu)) {
      expect(match[1]!.split(' ')).toHaveLength(match[2]!.length)
    }
  })
  it.skipIf(!has('xmllint', '--version'))('is well-formed XML', () => {
    const path = join(folder, 'page.svg')
    writeFileSync(path, pageToSvg(layout.pages[0]!, { fontFamily: family, label: '\u0001<&"' }))
    run('xmllint', '--noout', path)
  })
})

describe('PDF', () => {
  it('is the same bytes for the same input, and names its content', async () => {
    const [a, b, c] = await Promise.all([pagesToPdf(layout.pages, options), pagesToPdf(layout.pages, options), pagesToPdf(layout.pages, { ...options, docId: 'a2' })])
    expect(Buffer.compare(a, b)).toBe(0)
    const id = (bytes: Uint8Array) => /\/ID \[ ?(<[0-9A-F]{32}>)/u.exec(Buffer.from(bytes).toString('latin1'))?.[1]
    expect(id(a)).toBeDefined()
    expect(id(c)).not.toBe(id(a))
  })
  it('shows a character that no font has as 〓, never as nothing', async () => {
    const { pages, warnings } = typesetText({ title: '题', blocks: [{ kind: 'paragraph', level: 0, number: null, text: '名字里有\u{2ebe0}的人' }] }, testFonts)
    expect(warnings.map((warning) => warning.code)).toEqual(['typeset.missing-glyph'])
    let asked: readonly number[] = []
    await pagesToPdf(pages, { ...options, subsets: { subset: (role, codePoints) => {
      if (role === '仿宋') asked = codePoints
      return subsets.subset(role, codePoints)
    } } })
    expect(asked).toContain(0x3013)
  })
  it.skipIf(!has('xmllint', '--version'))('carries well-formed XMP', async () => {
    const text = Buffer.from(await pagesToPdf(layout.pages, { ...options, title: '<&"题\u0001' })).toString('utf8')
    const path = join(folder, 'meta.xmp')
    writeFileSync(path, text.slice(text.indexOf('<?xpacket begin'), text.indexOf('<?xpacket end="w"?>') + 19))
    expect(run('xmllint', '--xpath', 'string(//*[local-name()="title"])', path).trim()).toBe('<&"题\ufffd')
  })
  it('refuses a date that is none', async () => {
    await expect(pagesToPdf(layout.pages, { ...options, date: '今天' })).rejects.toThrow(TypeError)
  })
  it('says the same in Info and XMP, unfiltered, with an output intent', async () => {
    const text = Buffer.from(await pagesToPdf(layout.pages, { ...options, date: '2026-11-24T09:30:00Z' })).toString('utf8')
    expect(text).toMatch(/^%PDF-1\.7/u)
    expect(text).toContain('<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>')
    expect(text).toContain(`<rdf:li xml:lang="x-default">${content.title}</rdf:li>`)
    expect(text).toContain('<xmp:ModifyDate>2026-11-24T09:30:00Z</xmp:ModifyDate>')
    expect(text).toContain('D:20261124093000Z')
    expect(text).toContain('/S /GTS_PDFA1')
  })
  it.skipIf(!has('qpdf', '--version'))('passes qpdf --check', async () => {
    const path = await write('check.pdf', pagesToPdf(layout.pages, options))
    expect(run('qpdf', '--check', path)).toContain('No syntax or stream encoding errors found')
  })
  it.skipIf(!has('pdffonts', '-v'))('embeds and subsets every font, with ToUnicode', async () => {
    const path = await write('fonts.pdf', pagesToPdf(layout.pages, options))
    const rows = run('pdffonts', path).trim().split('\n').slice(2)
    expect(rows).toHaveLength(5)
    for (const row of rows) expect(row).toMatch(/CID TrueType +Identity-H +yes yes yes/u)
  })
  it.skipIf(!has('pdftotext', '-v'))('gives its text back in reading order', async () => {
    const path = await write('text.pdf', pagesToPdf(layout.pages, options))
    const text = run('pdftotext', '-enc', 'UTF-8', path, '-').replace(/\s/gu, '')
    const order = [`${organ}文件`, issue.number, '关于印发', '各盟行政公署、市人民政府：', '坚持“预防为主、积极消灭”的方针，投入1.5亿元', '𠅤', '（一）落实责任。', '一、总体要求', '2026年11月24日', '2026年11月25日印发']
    const places = order.map((part) => text.indexOf(part))
    expect(order.filter((_, i) => places[i]! < 0)).toEqual([])
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })
  it.skipIf(!has('pdftotext', '-v'))('puts glyphs where the layout says, to a hundredth of a millimetre', async () => {
    const path = await write('places.pdf', pagesToPdf(layout.pages.slice(0, 1), options))
    const words = [...run('pdftotext', '-bbox', path, '-').matchAll(/xMin="([\d.]+)"[^>]*>([^<]+)<\/word>/gu)]
    const found = words.find((match) => match[2]!.startsWith('各盟'))!
    const glyph = layout.pages[0]!.glyphs.find((each) => each.char === '各')!
    expect((Number(found[1]) * 25.4) / 72).toBeCloseTo(glyph.x, 2)
  })
  it.skipIf(!has('mutool', '-v'))('is drawn by a second renderer without complaint', async () => {
    const path = await write('draw.pdf', pagesToPdf(layout.pages, options))
    run('mutool', 'draw', '-q', '-r', '30', '-o', join(folder, 'draw-%d.png'), path)
    expect(existsSync(join(folder, 'draw-1.png'))).toBe(true)
  })
  it.skipIf(!hasPlan)('sets a published plan on 19 pages and writes every page', async () => {
    const text = parsePlainText(readFileSync(plan, 'utf8'))
    if (!text.ok) throw new Error(text.error.message)
    const set = typesetText(text.value, testFonts)
    expect(set.warnings).toEqual([])
    expect(set.pages).toHaveLength(19)
    const bytes = await pagesToPdf(set.pages, options)
    expect(Buffer.from(bytes).toString('latin1').match(/\/Type \/Page\b/gu)).toHaveLength(19)
  })
})

describe('process sheet (发文处理单)', () => {
  const opinion = (box: SheetOpinion['box'], person: string, text: string, changes: Partial<SheetOpinion> = {}): SheetOpinion => ({
    box, organ: '自治区财政厅', person, text, decision: '同意', claimedAt: '2026-11-24T01:30:00Z', receivedAt: '2026-11-24T01:30:05Z', signed: true, ...changes,
  })
  const sheet: ProcessSheet = {
    organName: organ, title: content.title, number: issue.number, secrecy: '', urgency: '特急', disclosure: '主动公开', recipients: content.recipients,
    copies: [], attachments: ['方案'], countersigners: ['自治区财政厅', '自治区应急管理厅'], draftingUnit: '火灾防治处', drafter: '其木格', phone: '0471-0000000',
    proofreader: '', printRun: '300', printDate: '2026年11月25日', retention: '永久', classNumber: '', archivalCode: '',
    opinions: [opinion('签发', '王某', '同意印发。', { receivedAt: '2026-11-24T03:00:00Z' }), opinion('会签', '苏某', ''), opinion('核稿', '李某', '格式有误。', { decision: '退回', receivedAt: null, signed: false })],
  }
  const textOf = (pages: ReturnType<typeof processSheetPages>) => pages.flatMap((page) => page.glyphs.map((glyph) => glyph.char)).join('')
  it('shows opinions with name and time, and what was received later or not at all', () => {
    const text = textOf(processSheetPages(sheet, testFonts))
    for (const part of ['发文处理单', '同意印发。', '王某', '2026-11-24 09:30（已签名）', '送达 2026-11-24 11:00', '同意。', '【退回】格式有误。', '（未签名）', '尚未送达服务器', '自治区应急管理厅', '档号']) {
      expect(text).toContain(part)
    }
  })
  it('continues on further pages and loses nothing', () => {
    const long = Array.from({ length: 30 }, (_, i) => opinion(i % 2 === 0 ? '签发' : '会签', `人${i}`, '意见较长，逐条说明。'.repeat(20), { organ: `第${i}局` }))
    const pages = processSheetPages({ ...sheet, opinions: long }, testFonts)
    expect(pages.length).toBeGreaterThan(2)
    const marks = (text: string) => text.split('逐').length - 1
    expect(marks(textOf(pages))).toBe(30 * 20)
    for (const page of pages) {
      for (const glyph of page.glyphs) expect(glyph.y).toBeLessThan(287)
      for (const { y2 } of page.rules) expect(y2).toBeLessThanOrEqual(277.001)
    }
  })
  it('takes one opinion that is longer than a page', () => {
    const pages = processSheetPages({ ...sheet, opinions: [opinion('核稿', '李某', '齐'.repeat(5000))] }, testFonts)
    expect(textOf(pages).split('齐').length - 1).toBe(5000)
  })
})
