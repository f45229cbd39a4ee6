/** 主体 from the title to 附件. Rules Y20–Y28 of docs/spec/layout.md. GB/T 9704 §7.3.1–7.3.4, 7.3.7 */
import { describe, expect, it } from 'vitest'
import { claim } from './claim.ts'
import { bodyLines } from './body.ts'
import { fixture, fixtures, type Fixture } from './fixtures.ts'
import { anywhere, lineSaying, part, textLines, type Line } from './lines.ts'
import { measured } from './measure.ts'
import { area, baselineOfLine, cell3, em, lead, line, tolerance } from './standard.ts'
import { has } from './tools.ts'

const bare = (text: string): string => text.replace(/[\s\u3000]/gu, '')
/** The lines of the title on page 1. */
function titleLines(found: Fixture): Line[] {
  const lines = textLines(measured(found)[0]!).filter(({ points, glyphs }) => Math.abs(points - 22) < 0.05 && glyphs[0]!.color === '#000000')
  claim(bare(lines.map(({ text }) => text).join('')), found.name).toBe(bare(found.source.content.title))
  return lines
}
const titled = () => fixtures.filter(({ source: { content } }) => content.title !== '' && content.form !== '命令')
const isGeneral = ({ source: { content } }: Fixture): boolean => content.form === '文件' || content.form === '纪要'

describe.skipIf(!has('mutool'))('主体, measured by mutool', () => {
  it('Y20 the title: 二号小标宋, every line centred on the 版心, lines one lead apart', () => {
    for (const found of titled()) {
      const lines = titleLines(found)
      lines.forEach((each, i) => {
        expect(Math.abs((each.left + each.right) / 2 - 106), `${found.name}: ${each.text}`).toBeLessThan(0.2)
        for (const glyph of each.glyphs) {
          claim(Math.abs(glyph.points - 22), found.name).toBeLessThan(0.01)
          expect(glyph.font).toContain('Bold')
        }
        if (i > 0) claim(Math.abs(each.top - lines[i - 1]!.bottom - lead), found.name).toBeLessThan(tolerance)
      })
    }
  })

  it('Y20 two blank lines between the red rule and the title', () => {
    for (const found of titled().filter(isGeneral)) {
      const rule = measured(found)[0]!.rules.find(({ color }) => color === '#ff0000')!
      claim(Math.abs(titleLines(found)[0]!.top - (rule.y1 + rule.width / 2) - 2 * line), found.name).toBeLessThan(tolerance)
    }
  })

  it('Y21 titles of one to four lines are broken at sense, no line longer than the 版心 and none a crumb', () => {
    expect(titleLines(fixture(1))).toHaveLength(1)
    expect(titleLines(fixture(38))).toHaveLength(2)
    expect(titleLines(fixture(2))).toHaveLength(3)
    expect(titleLines(fixture(37)).length).toBeGreaterThanOrEqual(4)
    for (const found of titled()) {
      const lines = titleLines(found)
      const widths = lines.map(({ left, right }) => right - left)
      for (const [i, { text }] of lines.entries()) {
        const where = `${found.name}: ${lines.map((each) => each.text).join(' / ')}`
        claim(widths[i]!, where).toBeGreaterThan(0.4 * Math.max(...widths))
        claim(/^[》）、，的]/u.test(text), where).toBe(false)
        claim(/[《（]$/u.test(text), where).toBe(false)
      }
      // Trapezoid or diamond: once lines have become shorter they do not grow again by more than a character and a half.
      let falls = false
      for (let i = 1; i < widths.length; i++) {
        const step = (widths[i]! - widths[i - 1]!) / ((cell3 * 22) / 16)
        if (step < -1.5) falls = true
        expect(falls && step > 1.5, `${found.name}: ${lines.map((each) => each.text).join(' / ')}`).toBe(false)
      }
    }
  })

  it('Y21 no word of these titles is cut', () => {
    const words = ['自治区', '人民政府', '办公厅', '办公室', '委员会', '交流', '轮岗', '教师', '中小学', '草原', '保护', '修复', '资金', '监督', '管理', '办法', '数据', '安全', '烟花', '爆竹', '经济', '普查', '资料', '城镇化', '供热', '应征', '报名', '管理局', '市场监督', '第三季度', '义务教育', '招生', '通知', '请示', '报告', '决定', '意见', '工程', '水量', '分配']
    for (const found of titled()) {
      const lines = titleLines(found).map(({ text }) => text)
      for (let i = 1; i < lines.length; i++) {
        const [before, after] = [lines[i - 1]!, lines[i]!]
        for (const word of words) {
          for (let cut = 1; cut < word.length; cut++) {
            expect(before.endsWith(word.slice(0, cut)) && after.startsWith(word.slice(cut)), `${found.name}: ${before} / ${after} cuts ${word}`).toBe(false)
          }
        }
      }
    }
  })

  it('Y22 主送: one blank line below the title, all lines flush, a colon at the end', () => {
    let checked = 0
    for (const found of titled().filter(({ source, layout }) => source.content.recipients.length > 0 && !layout.warnings.some(({ code }) => code === 'typeset.recipients-moved'))) {
      const titleBottom = titleLines(found).at(-1)!.bottom
      const below = textLines(measured(found)[0]!).filter(({ top }) => top > titleBottom)
      const text = `${found.source.content.recipients.join('，')}：`
      let read = ''
      const lines: Line[] = []
      for (const each of below) {
        if (read.length >= text.length) break
        read += each.text
        lines.push(each)
      }
      claim(bare(read), found.name).toBe(bare(text))
      claim(Math.abs(lines[0]!.top - titleBottom - lead - line), found.name).toBeLessThan(tolerance)
      for (const each of lines) {
        checked++
        expect(Math.abs(each.left + em.three / 2 - cell3 / 2 - area.left), `${found.name}: ${each.text}`).toBeLessThan(tolerance)
      }
      // 正文 on the next line. §7.3.3
      claim(Math.abs(bodyLines(found)[0]!.line.y - lines.at(-1)!.y - line), found.name).toBeLessThan(tolerance)
    }
    expect(checked).toBeGreaterThan(60)
  })

  it('Y23 the first page shows text of the body', () => {
    for (const found of fixtures.filter(({ source }) => source.content.body.length > 0)) {
      claim(bodyLines(found)[0]?.page ?? found.layout.anchors[0]!.page, found.name).toBe(1)
    }
    for (const number of [40, 41]) {
      expect(fixture(number).layout.warnings.map(({ code }) => code)).toContain('typeset.recipients-moved')
      expect(textLines(measured(fixture(number))[0]!).some(({ text }) => text.includes('住房和城乡建设局'))).toBe(false)
    }
  })

  it('Y24 levels: 一、 in 黑体, （一） in 楷体, 1. and （1） in 仿宋, all 三号', () => {
    const faces = { 1: 'Sans', 2: 'SerifSCMedium', 3: 'NotoSerifSC', 4: 'NotoSerifSC' } as const
    const seen = new Set<number>()
    for (const number of [1, 10, 57, 75]) {
      for (const { line: { glyphs, points, text }, block, isFirst, number: label } of bodyLines(fixture(number))) {
        claim(points, text).toBeCloseTo(16, 1)
        if (!isFirst || block.kind !== 'paragraph' || block.level === 0) continue
        seen.add(block.level)
        claim(text.startsWith(label), text).toBe(true)
        const font = glyphs.find((glyph) => glyph.advance > 0.9)!.font
        claim(font, text).toContain(faces[block.level as 1 | 2 | 3 | 4])
        if (block.level > 2) claim(font, text).not.toContain('Medium')
      }
    }
    expect([...seen].sort()).toEqual([1, 2, 3, 4])
  })

  it('Y24 headings of one list are set in one face', () => {
    let lists = 0
    for (const found of fixtures) {
      const faces = new Map<number, string>()
      for (const { line: { glyphs, text }, block, isFirst } of bodyLines(found)) {
        if (!isFirst || block.kind !== 'paragraph' || block.level === 0) continue
        for (const level of [2, 3, 4]) if (level > block.level) faces.delete(level)
        const face = glyphs.find((glyph) => glyph.advance > 0.9)!.font
        const before = faces.get(block.level)
        if (before !== undefined) lists++
        claim(face, `${found.name}: ${text}`).toBe(before ?? face)
        faces.set(block.level, face)
      }
    }
    expect(lists).toBeGreaterThan(60)
  })

  it('Y25 附件说明: one blank line below the body, indented by two, names aligned, no mark at the end', () => {
    for (const number of [2, 3, 14, 29, 42, 43, 44, 54, 75, 78, 79]) {
      const found = fixture(number)
      const names = found.source.content.attachments.map(({ name }) => name)
      const pages = measured(found)
      const { page, line: first } = (() => {
        for (const each of pages) {
          const hit = textLines(each).find(({ text }) => text.startsWith('附件：'))
          if (hit !== undefined) return { page: each, line: hit }
        }
        throw new Error(`${found.name}: no 附件说明`)
      })()
      claim(Math.abs(first.left + em.three / 2 - cell3 / 2 - area.left - 2 * cell3), found.name).toBeLessThan(tolerance)
      const lines = textLines(page).filter(({ y }) => y >= first.y - 0.01)
      const above = textLines(page).filter(({ y }) => y < first.y - 0.01).at(-1)
      // At the top of a page the blank line falls away.
      if (first.y > baselineOfLine(1) + 0.1) claim(Math.abs(first.y - above!.y - 2 * line), found.name).toBeLessThan(tolerance)
      let read = ''
      const used: Line[] = []
      const wanted = bare(`附件：${names.map((name, i) => (names.length > 1 ? `${i + 1}.` : '') + name).join('')}`)
      for (const each of lines) {
        if (read.length >= wanted.length) break
        read += bare(each.text)
        used.push(each)
      }
      claim(read, found.name).toBe(wanted)
      const lefts = names.map((name, at) => {
        const label = names.length > 1 ? `${at + 1}.` : '附件：'
        const whole = used.find(({ text }) => bare(text).startsWith(label + name.slice(0, 4)) || bare(text).startsWith(`附件：${label}${name.slice(0, 4)}`))
        if (whole === undefined) throw new Error(`${found.name}: ${label}${name} not at the start of a line`)
        return part(whole, name.slice(0, 4)).left
      })
      for (const left of lefts) claim(Math.abs(left - lefts[0]!), found.name).toBeLessThan(0.9)
      for (const each of used.filter(({ text }) => !/附件：|^\d+\./u.test(text))) {
        expect(Math.abs(each.left - lefts[0]!), `${found.name}: ${each.text}`).toBeLessThan(tolerance)
      }
    }
  })

  it('Y26 附件: on a new page, 附件N in 三号黑体 flush on the first line, the title centred on the third', () => {
    for (const number of [2, 3, 43, 54, 75, 78, 79]) {
      const found = fixture(number)
      const { attachments } = found.source.content
      attachments.forEach((attachment, i) => {
        if (attachment.kind === 'file') return
        const label = attachments.length > 1 ? `附件${i + 1}` : '附件'
        const { page, line: first } = anywhere(measured(found), label)
        const lines = textLines(page)
        expect(lines[0]!.text).toBe(label)
        expect(first.points).toBeCloseTo(16, 1)
        expect(first.glyphs[0]!.font).toContain('Sans')
        claim(Math.abs(first.y - baselineOfLine(1)), found.name).toBeLessThan(tolerance)
        claim(Math.abs(first.left + em.three / 2 - cell3 / 2 - area.left), found.name).toBeLessThan(tolerance)
        const title = lines[1]!
        expect(Math.abs(title.points - 22)).toBeLessThan(0.01)
        expect(Math.abs(title.top - area.top - 2 * line), `${found.name}: ${title.text}`).toBeLessThan(tolerance)
        expect(Math.abs((title.left + title.right) / 2 - 106)).toBeLessThan(0.2)
        claim(attachment.name.startsWith(title.text), title.text).toBe(true)
      })
    }
  })

  it('Y27 an attachment that is bound separately begins with the 发文字号, then 附件N', () => {
    for (const [i, page] of measured(fixture(44)).slice(-2).entries()) {
      const first = textLines(page)[0]!
      expect(bare(first.text)).toBe(`青水发〔2026〕41号附件${i + 1}`)
      expect(Math.abs(first.y - baselineOfLine(1))).toBeLessThan(tolerance)
    }
  })

  it('Y28 a document without attachments has no 附件说明', () => {
    expect(() => lineSaying(measured(fixture(1))[1]!, '附件：')).toThrow()
  })
})
