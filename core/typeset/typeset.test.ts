import { describe, expect, it } from 'vitest'
import { emptyContent, type DocumentContent, type Issue, type Paragraph } from '#core/document'
import { area, breakTitle, layoutBytes, linePitch, placeholderGrey, red, typeset, typesetText, type Layout, type Page } from './index.ts'
import { testFonts } from './fonts.fixture.ts'

const paragraph = (text: string, level: Paragraph['level'] = 0): Paragraph => ({ kind: 'paragraph', level, number: null, text })
const organ = '内蒙古自治区人民政府办公厅'
const content: DocumentContent = {
  ...emptyContent({ kind: '通知', organName: organ }),
  urgency: '特急',
  copyNumber: '12',
  title: `${organ}关于印发《全区冬春季草原防火安全专项行动方案（2026—2027年）》的通知`,
  recipients: ['各盟行政公署、市人民政府', '自治区各委、办、厅、局'],
  body: [paragraph('现将方案印发给你们，请认真贯彻执行。'), paragraph('总体要求', 1), paragraph('指导思想。坚持预防为主。', 2)],
  attachments: [{ kind: 'text', name: '全区冬春季草原防火安全专项行动方案', body: [paragraph('为做好草原防火工作，制定本方案。')] }],
  note: '此件公开发布',
  copies: ['自治区党委各部门'],
}
const issue: Issue = { number: '内政办发〔2026〕12号', date: '2026-01-05', printDate: '2026-01-06' }
const cell = 156 / 28
const size3 = (16 * 25.4) / 72

/** Glyphs of a page by line, top to bottom. */
function lines(page: Page): { readonly text: string; readonly y: number; readonly x: number; readonly end: number; readonly font: string; readonly size: number }[] {
  const byBaseline = new Map<number, Page['glyphs'][number][]>()
  for (const glyph of page.glyphs) byBaseline.set(glyph.y, [...(byBaseline.get(glyph.y) ?? []), glyph])
  return [...byBaseline].sort(([a], [b]) => a - b).map(([y, glyphs]) => ({
    text: glyphs.map((glyph) => glyph.char).join(''),
    y,
    x: glyphs[0]!.x,
    end: Math.max(...glyphs.map((glyph) => glyph.x)),
    font: glyphs[0]!.font,
    size: glyphs[0]!.size,
  }))
}
const lineWith = (page: Page, text: string) => {
  const found = lines(page).find((line) => line.text.includes(text))
  if (found === undefined) throw new Error(`no line with ${text}`)
  return found
}
const set = (changes: Partial<DocumentContent> = {}, given: Issue | null = issue): Layout => typeset({ ...content, ...changes }, given, testFonts)
const emTop = (line: { readonly y: number; readonly size: number }): number => line.y - 0.88 * line.size

describe('grid (GB/T 9704 §5.2)', () => {
  it('puts 22 lines of 28 characters on a full page, touching all four edges of the 版心', () => {
    const { pages } = typesetText({ title: '题', blocks: [paragraph('字'.repeat(26 + 28 * 100))] }, testFonts)
    const full = lines(pages[1]!).filter((line) => !line.text.includes('—'))
    expect(full).toHaveLength(22)
    for (const line of full) expect(line.text).toHaveLength(28)
    expect(emTop(full[0]!)).toBeCloseTo(37, 2)
    expect(emTop(full[21]!) + size3).toBeCloseTo(262, 2)
    expect((full[1]!.y - full[0]!.y) / (25.4 / 72)).toBeCloseTo(29.61, 2)
    // Type is a little wider than its pitch, so it overlaps the edges by a fraction of a tenth of a millimetre.
    expect(full[0]!.x).toBeCloseTo(28 + (cell - size3) / 2, 2)
    expect(full[0]!.end + size3).toBeCloseTo(184 - (cell - size3) / 2, 2)
  })
})

describe('head (§7.2)', () => {
  const page = set().pages[0]!
  it('sets the copy number on the first line and the urgency on the second, flush left', () => {
    expect(lines(page).slice(0, 2).map((line) => [line.text, line.font])).toEqual([['000012', '仿宋'], ['特急', '黑体']])
    expect(emTop(lineWith(page, '000012'))).toBeCloseTo(37, 2)
    expect(emTop(lineWith(page, '特急'))).toBeCloseTo(37 + linePitch, 2)
  })
  it('starts the ink of the red mark 35 mm below the top of the 版心', () => {
    const mark = lineWith(page, `${organ}文件`)
    const { face } = testFonts.faces.小标宋
    const ink = Math.max(...[...mark.text].map((char) => face.bounds(face.glyphId(char.codePointAt(0)!))!.yMax))
    expect(mark.y - (ink / face.unitsPerEm) * mark.size).toBeCloseTo(72, 2)
    expect(page.glyphs.filter((glyph) => glyph.color === red).map((glyph) => glyph.char).join('')).toBe(mark.text)
    const middle = (mark.x + mark.end + (mark.size * page.glyphs.find((glyph) => glyph.y === mark.y)!.widthPercent!) / 100) / 2
    expect(middle).toBeCloseTo(28 + 78, 1)
  })
  it('draws the red rule 156 mm wide, 4 mm below the number', () => {
    const rule = page.rules.find((candidate) => candidate.color === red)!
    const number = lineWith(page, '〔2026〕')
    expect([rule.x1, rule.x2]).toEqual([28, 184])
    expect(rule.y1 - rule.width / 2 - (emTop(number) + size3)).toBeCloseTo(4, 2)
    expect(number.text).toBe('内政办发〔2026〕12号')
  })
  it('prints grey blanks, never a number or a date, before there is an issue', () => {
    const { pages } = set({}, null)
    const grey = pages.flatMap((each) => each.glyphs.filter((glyph) => glyph.color === placeholderGrey).map((glyph) => glyph.char)).join('')
    expect(grey.replaceAll('\u3000', '')).toBe('〔〕号年月日年月日印发')
    expect(pages.flatMap((each) => each.glyphs).some((glyph) => glyph.color !== placeholderGrey && glyph.char === '〔')).toBe(false)
  })
  it('sets signers of upward documents right, with the number on their last line', () => {
    const [first] = set({}, { ...issue, signers: ['张三', '李四', '王五'] }).pages
    const found = lines(first!)
    const number = found.find((line) => line.text.includes('〔2026〕'))!
    expect(number.text.includes('王五') || found.some((line) => line.y === number.y)).toBe(true)
    const glyphs = first!.glyphs.filter((glyph) => '张李王'.includes(glyph.char) && glyph.font === '楷体')
    expect(glyphs[2]!.x).toBeCloseTo(glyphs[0]!.x, 3)
    expect(glyphs[2]!.y).toBe(number.y)
  })
})

describe('body (§7.3)', () => {
  const page = set().pages[0]!
  it('sets the title in 二号小标宋, centred, two blank lines below the rule', () => {
    const title = lineWith(page, '关于印发')
    const rule = page.rules[0]!
    expect(title).toMatchObject({ font: '小标宋', size: 7.761 })
    expect(emTop(title) - (rule.y1 + rule.width / 2)).toBeCloseTo(2 * linePitch, 2)
  })
  it('starts recipients flush left with a colon and paragraphs after two characters', () => {
    const recipients = lineWith(page, '各盟')
    expect(recipients.text.endsWith('：')).toBe(true)
    expect(recipients.x).toBeCloseTo(28 + (cell - size3) / 2, 2)
    expect(lineWith(page, '现将').x).toBeCloseTo(28 + 2 * cell + (cell - size3) / 2, 2)
  })
  it('sets level 1 in 黑体 and the lead of level 2 in 楷体', () => {
    const page = set().pages.find((each) => lines(each).some((line) => line.text.startsWith('一、')))!
    const fontOf = (char: string) => page.glyphs.findLast((glyph) => glyph.char === char)!.font
    expect(lineWith(page, '一、总体要求').font).toBe('黑体')
    expect(lineWith(page, '（一）指导思想。').font).toBe('楷体')
    expect(fontOf('坚')).toBe('仿宋')
  })
  it('moves recipients that fill page 1 to the colophon, so that page 1 shows body text', () => {
    const many = set({ recipients: Array.from({ length: 35 }, (_, i) => `某某自治旗人民政府第${i + 1}办公室`) })
    expect(many.warnings.map((warning) => warning.code)).toContain('typeset.recipients-moved')
    expect(lines(many.pages[0]!).some((line) => line.text.includes('现将'))).toBe(true)
    expect(lines(many.pages.at(-1)!).some((line) => line.text.startsWith('主送：'))).toBe(true)
  })
  it('says where blocks start', () => {
    const { anchors } = set()
    expect(anchors.map(({ part, block }) => [part, block])).toEqual([[null, 0], [null, 1], [null, 2], [0, 0]])
    expect(anchors[0]!.y).toBeCloseTo(emTop(lineWith(page, '现将')), 2)
  })
})

describe('closing (§7.3.4–7.3.6)', () => {
  it('keeps four characters right of the date and centres the 署名 over it', () => {
    const layout = set({ signature: '自治区财政厅', attachments: [] })
    const page = layout.pages.at(-1)!
    const signature = lineWith(page, '自治区财政厅')
    const date = lineWith(page, '2026年1月5日')
    expect(date.end + cell - (cell - size3) / 2).toBeCloseTo(184 - 4 * cell, 1)
    expect((signature.x + signature.end + size3) / 2).toBeCloseTo((date.x + date.end + size3) / 2, 1)
    expect(date.y - signature.y).toBeCloseTo(linePitch, 2)
  })
  it.each([42, 45, 50])('keeps the top of a %d mm seal within one line below the text, and 署名 and date a little below its centre', (sealDiameter) => {
    const layout = typeset({ ...content, attachments: [] }, issue, testFonts, { sealDiameter })
    const seal = layout.sealPlace!
    const page = layout.pages[seal.page - 1]!
    const above = lineWith(page, '（一）指导思想')
    const gap = seal.y - seal.diameter / 2 - (emTop(above) + size3)
    expect(gap).toBeGreaterThan(0)
    expect(gap).toBeLessThan(linePitch)
    const signature = lines(page).findLast((line) => line.text === organ)!
    const date = lineWith(page, '1月5日')
    expect(emTop(signature)).toBeGreaterThanOrEqual(seal.y - 0.01)
    expect(emTop(date) + size3).toBeLessThan(seal.y + seal.diameter / 2)
    expect(seal.x).toBeCloseTo((date.x + date.end + size3) / 2, 1)
  })
  it('sets an unsealed 署名 two characters from the right and the date two characters after its start', () => {
    const page = set({ authentication: '不盖章', attachments: [] }).pages.at(-1)!
    const signature = lines(page).findLast((line) => line.text === organ)!
    expect(signature.end + cell).toBeCloseTo(184 - 2 * cell + (cell - size3) / 2, 1)
    expect(lineWith(page, '1月5日').x - signature.x).toBeCloseTo(2 * cell, 0)
    expect(set({ authentication: '不盖章' }).sealPlace).toBeNull()
  })
  it('keeps two characters right of a date that is longer than the 署名', () => {
    const page = set({ authentication: '不盖章', signature: '财政厅', attachments: [] }).pages.at(-1)!
    const date = lineWith(page, '1月5日')
    expect(date.end + cell).toBeCloseTo(184 - 2 * cell + (cell - size3) / 2, 1)
    expect(date.x).toBeGreaterThan(lineWith(page, '财政厅').x)
  })
  it('never leaves the 署名 on a page without body text', () => {
    for (let count = 200; count < 900; count += 7) {
      const layout = set({ body: [paragraph('字'.repeat(count))], attachments: [] })
      const page = layout.pages.find((each) => lines(each).some((line) => line.text.includes('1月5日') && line.size > 5.5))!
      expect({ count, hasText: page.glyphs.some((glyph) => glyph.char === '字') }).toEqual({ count, hasText: true })
    }
  })
  it('numbers several attachments, aligned, without punctuation', () => {
    const attachments = ['甲'.repeat(30), '乙'].map((name) => ({ kind: 'text' as const, name, body: [] }))
    const page = set({ attachments }).pages.find((each) => lines(each).some((line) => line.text.startsWith('附件：')))!
    const first = lineWith(page, '附件：1.甲')
    const xOf = (char: string) => page.glyphs.filter((glyph) => glyph.char === char).map((glyph) => glyph.x)
    const wrapped = lines(page).find((line) => line.y > first.y)!
    expect(wrapped.x).toBeCloseTo(xOf('甲')[0]!, 2)
    expect(xOf('乙')[0]).toBeCloseTo(xOf('甲')[0]!, 2)
    expect(first.x).toBeCloseTo(28 + 2 * cell + (cell - size3) / 2, 2)
  })
})

describe('attachment, colophon, page numbers (§7.3.7, 7.4, 7.5)', () => {
  const { pages } = set()
  const last = pages.at(-1)!
  it('starts an attachment on a new page: label on line 1, title on line 3', () => {
    const label = lines(last)[0]!
    expect(label).toMatchObject({ text: '附件', font: '黑体' })
    expect(emTop(label)).toBeCloseTo(37, 2)
    expect(emTop(lines(last)[1]!)).toBeCloseTo(37 + 2 * linePitch, 2)
  })
  it('ends with a heavy rule on the bottom edge, a light one between and a heavy one on top', () => {
    expect(last.rules.map((rule) => rule.width)).toEqual([0.35, 0.25, 0.35])
    expect(last.rules[2]).toMatchObject({ x1: 28, x2: 184, y1: 262 })
    expect(lineWith(last, '抄送：').text).toBe('抄送：自治区党委各部门。')
    expect(lineWith(last, '印发').text).toBe(`${organ}2026年1月6日印发`)
    expect(lineWith(last, '印发').size).toBeCloseTo(4.939, 3)
  })
  it('takes a page of its own when the text leaves no room', () => {
    for (let count = 300; count < 700; count += 28) {
      const layout = set({ body: [paragraph('字'.repeat(count))], attachments: [] })
      const page = layout.pages.at(-1)!
      const ruleTop = Math.min(...page.rules.filter((rule) => rule.width === 0.35).map((rule) => rule.y1))
      const text = lines(page).filter((line) => line.size > 5.5 && line.size < 6)
      for (const line of text) expect(emTop(line) + size3).toBeLessThan(ruleTop)
    }
  })
  it('numbers odd pages right and even pages left, the dash 7 mm below the 版心', () => {
    const long = typesetText({ title: '题', blocks: [paragraph('字'.repeat(1500))] }, testFonts).pages
    const numbers = long.map((page) => lines(page).findLast((line) => line.text.includes('—'))!)
    expect(numbers.map((line) => line.text)).toEqual(long.map((_, i) => `— ${i + 1} —`))
    // The dash may be narrower than a cell: its glyph, not its cell, is one character from the edge.
    const { face } = testFonts.faces.宋体
    const dashWidth = (face.advance(face.glyphId(0x2014)) / face.unitsPerEm) * numbers[0]!.size
    expect(numbers[1]!.x).toBeCloseTo(28 + 4.875, 2)
    expect(numbers[0]!.end + dashWidth).toBeCloseTo(184 - 4.875, 2)
    const dash = face.bounds(face.glyphId(0x2014))!
    expect(numbers[0]!.y - (dash.yMax / face.unitsPerEm) * numbers[0]!.size - area.bottom).toBeCloseTo(7, 2)
  })
})

describe('titles', () => {
  it.each([
    [content.title, /^内蒙古自治区人民政府办公厅关于印发$/u],
    ['内蒙古自治区人民政府关于进一步加强草原生态环境保护工作的意见', /关于/u],
  ])('%s breaks at sense', (title, first) => {
    const broken = breakTitle(title)
    expect(broken.join('')).toBe(title)
    expect(broken[0]).toMatch(first)
    for (const line of broken) expect([...line].length).toBeLessThanOrEqual(24)
    expect(broken.at(-1)!.length).toBeGreaterThan(4)
  })
  it.each([
    ['临川市人民政府办公室关于转发市发展改革委市财政局市农业农村局加快推进高标准农田建设和农业水价综合改革实施方案的通知', 3],
    ['临川市人民政府办公室关于转发市发展改革委市财政局市农业农村局市水利局市自然资源局市生态环境局加快推进高标准农田建设农业水价综合改革和农田水利设施管护体制机制改革并同步开展盐碱地综合利用试点示范工作三年行动实施方案（2026—2028年）的通知', 6],
  ])('Y21 %s: organs stay whole, the shape has one turn at most', (title, count) => {
    const broken = breakTitle(title)
    expect(broken).toHaveLength(count)
    for (const name of ['市发展改革委', '市财政局', '市农业农村局']) expect(broken.some((line) => line.includes(name))).toBe(true)
    for (const line of broken) expect(line).not.toMatch(/[^川]市$/u)
    const widths = broken.map((line) => [...line].length)
    const turns = widths.slice(2).filter((width, i) => widths[i + 1]! < widths[i]! - 1 && width > widths[i + 1]! + 1)
    expect(turns).toEqual([])
  })
  it('breaks any title without losing a character', () => {
    for (let length = 0; length <= 200; length += 9) {
      const title = '草原防火'.repeat(60).slice(0, length)
      expect(breakTitle(title).join('')).toBe(title)
      for (const line of breakTitle(title)) expect(line.length).toBeLessThanOrEqual(20)
    }
    expect(typesetText({ title: '《'.repeat(60), blocks: [] }, testFonts).pages.length).toBeGreaterThan(0)
  })
})

describe('determinism', () => {
  it('gives the same bytes twice, and other bytes for another text', () => {
    const bytes = (layout: Layout) => new TextDecoder().decode(layoutBytes(layout))
    expect(bytes(set())).toBe(bytes(set()))
    expect(bytes(set())).not.toBe(bytes(set({ note: '' })))
  })
  it('keeps every glyph inside the page and on whole micrometres', () => {
    for (const page of set().pages) {
      for (const { x, y } of page.glyphs) {
        expect(x).toBeGreaterThan(27.9)
        expect(x).toBeLessThan(184)
        expect(y).toBeLessThan(275)
        expect(Math.abs(x * 1000 - Math.round(x * 1000))).toBeLessThan(1e-6)
      }
    }
  })
  it('sets an empty draft', () => {
    expect(typeset(emptyContent({ kind: '通知', organName: organ }), null, testFonts).pages).toHaveLength(1)
  })
})
