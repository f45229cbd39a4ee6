/** What no office would send, and what still must end well. Rules Y80–Y87 of docs/spec/layout.md. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { limits, type Block, type DocumentContent } from '#core/document'
import { pagesToPdf } from '#core/output'
import { typeset, type Layout } from '#core/typeset'
import { readDocumentFile } from '../../cli/source/read.ts'
import { typesetSource } from '../../cli/typeset/index.ts'
import { cpuTimeOf } from '../harness/cpuTime.ts'
import { claim } from './claim.ts'
import { fixtureNames, fixtureText, fonts, read, set, subsets } from './files.ts'
import { area } from './standard.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-hostile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const head = (more = ''): string => `---
文种: 通知
发文机关: [青禾县人民政府]
标题: 青禾县人民政府关于做好有关工作的通知
成文日期: 2026-09-10
印章: 盖章
${more}---
`
const start = read(head())
const contentWith = (body: readonly Block[], more: Partial<DocumentContent> = {}): DocumentContent => ({ ...start.content, body, ...more })
const paragraph = (text: string): Block => ({ kind: 'paragraph', level: 0, number: null, text })
const layoutOf = (body: readonly Block[], more: Partial<DocumentContent> = {}): Layout => typeset(contentWith(body, more), start.issue, fonts)

async function refusal(name: string, text: string | Uint8Array): Promise<{ readonly code: string; readonly message: string }> {
  const path = join(folder, name)
  writeFileSync(path, text)
  const result = await readDocumentFile(path)
  if (result.ok) throw new Error(`${name} was taken`)
  return result.error
}

/** Every glyph is on the paper, every picture in the 版心, and every page holds something. */
function expectSound(layout: Layout): void {
  for (const { number, glyphs, images } of layout.pages) {
    expect(glyphs.length + images.length).toBeGreaterThan(0)
    // One expectation a page: there may be hundreds of thousands of glyphs.
    const stray = glyphs.find(({ x, y }) => !(x >= 0 && x <= 210 && y >= 0 && y <= 297))
    expect(stray && { page: number, ...stray }).toBeUndefined()
    const wide = images.find(({ x, y, width, height }) => !(x >= area.left - 0.1 && x + width <= area.right + 0.1 && y + height <= area.bottom + 0.1))
    expect(wide).toBeUndefined()
  }
}

describe('refused with a reason', () => {
  it('Y80 a paragraph of 10 MB', async () => {
    const started = process.cpuUsage()
    const error = await refusal('big.gw', head() + '草'.repeat(3_500_000))
    const { user, system } = process.cpuUsage(started)
    expect(error.code).toMatch(/too-large/u)
    expect(error.message).toMatch(/MB 的上限/u)
    expect((user + system) / 1000).toBeLessThan(10_000)
  })

  it('Y80 a paragraph over the limit in a file below it', async () => {
    const error = await refusal('long.gw', head() + '草'.repeat(limits.paragraphChars + 1))
    expect(error.code).toMatch(/^content\./u)
    expect(error.message).toMatch(/段落|正文|上限|最多/u)
  })

  it('Y81 an unknown key names the nearest known one; wrong types and dates say what is wanted', async () => {
    expect(await refusal('key.gw', head('主送机关: [各部门]\n'))).toMatchObject({ code: 'gw.unknown-key', message: expect.stringContaining('主送') as unknown })
    expect((await refusal('type.gw', head('主送: {甲: 乙}\n'))).code).toBe('gw.bad-value')
    expect((await refusal('date.gw', head('印发日期: 二〇二六年九月十日上午十时三十分零秒整（北京时间）前后若干分钟之内均可以\n'))).code).toBe('gw.bad-date')
    expect((await refusal('seal.gw', head().replace('印章: 盖章', '印章: 骑缝章'))).code).toMatch(/^content\./u)
    expect((await refusal('yaml.gw', '---\n标题: [\n---\n')).code).toBe('gw.yaml')
    expect((await refusal('none.gw', '没有文件头\n')).code).toBe('gw.no-head')
    expect((await refusal('binary.gw', new Uint8Array([0xff, 0xfe, 0, 1]))).message).toMatch(/UTF-8/u)
    expect((await refusal('what.exe', 'MZ')).code).toBe('file.unknown-type')
  })

  it('Y82 a missing picture, one outside the folder, one that is none', async () => {
    const missing = await refusal('missing.gw', `${head()}![图](没有.png)\n`)
    expect(missing.code).toBe('gw.image')
    expect(missing.message).toContain('没有.png')
    expect((await refusal('outside.gw', `${head()}![图](../../etc/passwd)\n`)).message).toContain('文件夹')
    writeFileSync(join(folder, 'text.png'), 'not a picture')
    expect((await refusal('fake.gw', `${head()}![图](text.png)\n`)).code).toBe('picture.unsupported')
    writeFileSync(join(folder, 'cut.png'), new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
    expect((await refusal('cut.gw', `${head()}![图](cut.png)\n`)).code).toBe('picture.damaged')
  })
})

describe('set all the same', () => {
  it('Y81 a date that is none is printed as it stands and harms no file', async () => {
    for (const date of ['明天', '2026-13-45', '2026-02-30']) {
      const path = join(folder, 'undated.gw')
      writeFileSync(path, head().replace('2026-09-10', date))
      const source = await readDocumentFile(path)
      if (!source.ok) continue
      const { files } = await typesetSource(source.value, { fonts, subsets, wanted: ['pdf', 'ofd'], positions: true, profile: 'OFD' })
      const pdf = Buffer.from(files.find(({ name }) => name.endsWith('.pdf'))!.bytes).toString('latin1')
      const [, month, day] = /<xmp:CreateDate>\d{4}-(\d\d)-(\d\d)/u.exec(pdf)!
      claim(Number(month), date).toBeLessThanOrEqual(12)
      claim(Number(day), date).toBeLessThanOrEqual(date === '2026-02-30' ? 29 : 31)
    }
  })

  it('Y83 characters that no face has are shown as a mark and named in a warning', () => {
    for (const name of ['67-生僻字-人名地名', '68-蒙古文-文内', '69-私用区字符']) {
      const { warnings } = set(read(fixtureText(name)))
      claim(warnings.some(({ code }) => code === 'typeset.missing-glyph' || code === 'typeset.fallback-glyph'), name).toBe(true)
      claim(warnings.every(({ message }) => message.length > 5), name).toBe(true)
    }
    expect(set(read(fixtureText('69-私用区字符'))).warnings.map(({ message }) => message).join()).toMatch(/U\+E000.*U\+E863/u)
  })

  it('Y83 fixtures without rare characters have no warnings about characters', () => {
    for (const name of fixtureNames) {
      const number = Number(name.slice(0, 2))
      if (number >= 65 && number <= 69) continue
      claim(set(read(fixtureText(name).replace(/!\[.*/gu, ''))).warnings.filter(({ code }) => /glyph|private/u.test(code)), name).toEqual([])
    }
  })

  it('Y84 three hundred pages in a second or so, and as a PDF', async () => {
    const sentence = '坚持以人民为中心的发展思想，统筹推进各项工作，确保取得实效；'
    const body = Array.from({ length: 1400 }, (_, i) => paragraph(`第${i + 1}条 ${sentence.repeat(4)}完。`))
    let layout: Layout | undefined
    const before = process.memoryUsage().heapUsed
    const milliseconds = cpuTimeOf(() => { layout = layoutOf(body) })
    expect(layout!.pages.length).toBeGreaterThan(300)
    expect(milliseconds).toBeLessThan(15_000)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(1_000_000_000)
    expectSound(layout!)
    const pdf = await pagesToPdf(layout!.pages, { title: '长文', author: '', date: '2026-01-01', docId: 'long', subsets, structure: layout!.structure })
    expect(pdf.length).toBeGreaterThan(100_000)
  }, 60_000)

  it('Y85 twice the text takes about twice the time', () => {
    const text = '统筹推进各项工作，确保取得实效；'
    const time = (count: number): number => cpuTimeOf(() => { layoutOf([paragraph(text.repeat(count))]) })
    time(200)
    const once = time(600)
    const tenfold = time(6000)
    expect(tenfold).toBeLessThan(Math.max(once, 5) * 60)
  })

  it('Y86 words and numbers longer than a line, blanks, marks alone', () => {
    for (const text of ['a'.repeat(5000), '1'.repeat(5000), '（'.repeat(3000), '。'.repeat(3000), '——'.repeat(1000), '……'.repeat(1000), ' '.repeat(500), '\u3000'.repeat(500), '“”'.repeat(1500), 'a。'.repeat(2000), '\u180e\u200d\u202f'.repeat(200)]) {
      expectSound(layoutOf([paragraph(text), paragraph('完。')]))
    }
  })

  it('Y86 elements of every length', () => {
    const name = '青'.repeat(limits.nameChars)
    expectSound(layoutOf([paragraph('正文。')], { title: '关'.repeat(limits.titleChars) }))
    expectSound(layoutOf([paragraph('正文。')], { issuerMark: name, signature: name, issuers: [name], printer: name }))
    expectSound(layoutOf([paragraph('正文。')], { note: name, copies: Array.from({ length: 60 }, () => name) }))
    expectSound(layoutOf([paragraph('正文。')], { issuers: Array.from({ length: 20 }, (_, i) => `第${i}局`), signature: Array.from({ length: 20 }, (_, i) => `第${i}局`).join(' '), issuerMark: Array.from({ length: 20 }, (_, i) => `第${i}局`).join(' ') }))
    expectSound(layoutOf([], { title: '', issuerMark: '', signature: '', printer: '' }))
    expectSound(typeset({ ...start.content, title: '' }, { number: '', date: '', printDate: '', signers: Array.from({ length: 8 }, () => '欧阳明远') }, fonts))
  })

  it('Y87 tables with forty columns, two thousand rows, a cell longer than a page, no rows', () => {
    const column = { align: 'left', share: 0 } as const
    const table = (rows: readonly (readonly string[])[], headRows: number, orientation: 'portrait' | 'landscape' = 'portrait'): Block =>
      ({ kind: 'table', caption: '表', orientation, columns: rows[0]?.map(() => column) ?? [column], headRows, rows })
    for (const orientation of ['portrait', 'landscape'] as const) {
      expectSound(layoutOf([table([Array.from({ length: 40 }, (_, i) => `第${i}列`), Array.from({ length: 40 }, (_, i) => String(i * 1000))], 1, orientation)]))
      expectSound(layoutOf([table(Array.from({ length: 2000 }, (_, i) => [String(i), '内容']), 1, orientation)]))
      expectSound(layoutOf([table([['甲', '乙'], ['草'.repeat(limits.cellChars), '草'.repeat(limits.cellChars)]], 1, orientation)]))
      expectSound(layoutOf([table([['', ''], ['', '']], 2, orientation)]))
      expectSound(layoutOf([table(Array.from({ length: 12 }, () => ['头'.repeat(500), '头']), 10, orientation)]))
      expectSound(layoutOf([table([], 0, orientation), paragraph('完。')]))
    }
  })

  it('Y87 pictures of one pixel in width or height', () => {
    const picture = (width: number, height: number, mm: number): Block => ({
      kind: 'picture', caption: '图', width: mm, pixels: { width, height },
      file: { fileName: 'a.png', mediaType: 'image/png', size: 1, hash: 'ab'.repeat(32) },
    })
    for (const block of [picture(1, 20_000, 0), picture(20_000, 1, 0), picture(1, 1, 210), picture(20_000, 20_000, 0), picture(100, 20_000, 156)]) {
      expectSound(layoutOf([paragraph('图如下。'), block, paragraph('完。')]))
    }
  })
})
