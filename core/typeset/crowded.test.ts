/** Many organs, long names: nothing lies upon anything else, no name is cut in a word (机关多、名称长). Rules of docs/spec/layout.md. */
import { describe, expect, it } from 'vitest'
import { readSource, type DocumentSource } from '#core/document'
import { testFonts as fonts } from './fonts.fixture.ts'
import { breakTitle, partName, typeset, type Layout, type Page } from './index.ts'

const names = ['云岭省发展和改革委员会', '云岭省教育厅', '云岭省科学技术厅', '云岭省工业和信息化厅', '云岭省公安厅', '云岭省民政厅', '云岭省财政厅', '云岭省自然资源厅', '云岭省生态环境厅', '云岭省交通运输厅', '云岭省水利厅', '云岭省商务厅']
const text = '为做好有关工作，进一步加强统筹，压实各方责任，结合本地区实际，现就有关事项通知如下，请认真贯彻执行。'

function source(head: string, body: string): DocumentSource {
  const read = readSource(`---\n${head.trim()}\n---\n${body}\n`)
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}
const set = ({ content, issue }: DocumentSource): Layout => typeset(content, issue, fonts)

/** Glyphs of one line, left to right, as text parted where a gap is wider than half a character. */
const lineAt = (page: Page, y: number): readonly string[] => {
  const glyphs = page.glyphs.filter((glyph) => Math.abs(glyph.y - y) < 0.1).sort((a, b) => a.x - b.x)
  return glyphs.map((glyph, i) => ((glyphs[i - 1] === undefined || glyph.x - glyphs[i - 1]!.x < 8.5 ? '' : ' ') + glyph.char)).join('').split(' ')
}
const yOf = (page: Page, words: string): number => {
  const ys = [...new Set(page.glyphs.map(({ y }) => y))]
  const found = ys.find((y) => lineAt(page, y).join('').includes(words))
  if (found === undefined) throw new Error(`no line with ${words}`)
  return found
}
/** Pairs of glyphs of one line nearer than four fifths of the first one’s width. */
const overlaps = (page: Page): readonly string[] => [...new Set(page.glyphs.map(({ y }) => y))].flatMap((y) => {
  const glyphs = page.glyphs.filter((glyph) => glyph.y === y && glyph.turn === undefined).sort((a, b) => a.x - b.x)
  return glyphs.flatMap((glyph, i) => {
    const before = glyphs[i - 1]
    const isHan = before !== undefined && /\p{Script=Han}/u.test(before.char)
    return isHan && glyph.x - before.x < 0.8 * before.size * (before.widthPercent ?? 100) / 100 ? [`${before.char}${glyph.char}`] : []
  })
})

const request = (signers: readonly string[], number = '云发改〔2026〕1号'): Layout => set(source(`
文种: 请示
发文机关: [${names.slice(0, signers.length).join(', ')}]
发文字号: ${number}
签发人: [${signers.join(', ')}]
标题: 关于安排专项资金的请示
主送: [云岭省人民政府]
成文日期: 2026-03-05`, `${text}\n妥否，请批示。`))

describe('签发人 beside the number', () => {
  it.each([
    [['欧阳震华', '王某', '李晓明', '阿依古丽·买买提江', '张三'], '云发改〔2026〕1号'],
    [['阿依古丽·买买提江', '王某', '李晓明'], '云发改〔2026〕1号'],
    [['努尔买买提·阿卜杜热合曼', '古丽娜尔·买买提吐尔逊江'], '云发展改革办〔2026〕1234号'],
    [['努尔买买提·阿卜杜热合曼·吐尔逊'], '云岭省发展改革综合〔2026〕1234号'],
  ])('Y14 %j never meet it', (signers, number) => {
    const { pages: [page] } = request(signers, number)
    expect(overlaps(page!)).toEqual([])
    const at = lineAt(page!, yOf(page!, number))
    expect(at[0]).toBe(number)
    for (const name of signers) expect(lineAt(page!, yOf(page!, name)).some((piece) => piece.endsWith(name))).toBe(true)
  })
  it('Y14 three short names keep two a line', () => {
    const { pages: [page] } = request(['张某', '李某某', '王某'])
    expect(lineAt(page!, yOf(page!, '张某')).join('')).toBe('签发人：张某李某某')
    expect(lineAt(page!, yOf(page!, '〔2026〕'))).toEqual(['云发改〔2026〕1号', '王某'])
  })
})

describe('names of organs', () => {
  const long = '云岭省人民政府推进粤港澳大湾区与西部陆海新通道建设协同发展工作领导小组办公室综合协调与督促检查组'
  it('Y42 a long 印发机关 leaves no crumb on a line of its own', () => {
    const { pages } = set(source(`文种: 通知\n发文机关: [${long}]\n标题: 关于前期工作的通知\n主送: [各市人民政府]\n成文日期: 2026-12-30`, text))
    const last = pages.at(-1)!
    const region = last.regions.find(({ name }) => name === '版记')!
    const ys = [...new Set(last.glyphs.filter(({ y }) => y > region.y && y < region.y + region.height).map(({ y }) => y))]
    expect(ys.length).toBeGreaterThan(1)
    for (const y of ys) expect(lineAt(last, y)[0]!.length).toBeGreaterThan(4)
  })
  it('Y31 a long 署名 is parted between words', () => {
    expect(partName(long, 2).join('')).toBe(long)
    expect(partName(long, 2)[0]).not.toMatch(/建$/u)
  })
  it('Y21 the name of an organ in a title stays whole', () => {
    const lines = breakTitle('云岭省人民政府办公厅关于转发《国家发展和改革委员会 财政部 住房和城乡建设部关于加快推进城镇老旧小区改造、完善社区基础设施和公共服务设施、推动城市更新行动高质量发展若干政策措施的意见》并进一步做好我省城镇老旧小区改造工作的通知')
    for (const name of ['国家发展和改革委员会', '住房和城乡建设部', '基础设施', '公共服务设施', '老旧小区']) expect(lines.some((line) => line.includes(name))).toBe(true)
  })
})

describe('many seals and stamps', () => {
  const joint = (count: number, more = ''): DocumentSource => source(`文种: 通知\n发文机关: [${names.slice(0, count).join(', ')}]\n标题: 关于做好春运工作的通知\n主送: [各市人民政府]\n成文日期: 2026-03-05\n${more}`, text)
  it.each([9, 10, 11, 12])('Y37 more seals than a page holds begin below the text: %i', (count) => {
    const layout = set(joint(count))
    const first = layout.pages.find((page) => page.regions.some(({ name }) => name === '署名'))!
    expect(first.regions.some(({ name }) => name === '正文')).toBe(true)
    expect(layout.sealPlaces).toHaveLength(count)
    expect(layout.warnings).toEqual([])
  })
  it('Y35 a post and its name stay one 署名 where several leaders sign', () => {
    const { pages } = set(source('文种: 命令\n版式: 命令\n发文机关: [云岭省公安厅, 云岭省交通运输厅]\n发文字号: 第5号\n标题: 云岭省公安厅令\n署名: [厅长　秦某某, 厅长　欧阳某]\n成文日期: 2026-10-12\n印章: 签名章', '《办法》已经通过，现予公布。'))
    const page = pages.at(-1)!
    expect(yOf(page, '厅长　秦某某')).not.toBe(yOf(page, '厅长　欧阳某'))
  })
})
