/** Geometry of the head, the title and the recipients, measured on the pages. GB/T 9704-2012 §7.2, §7.3.1–7.3.2, §10 */
import { area, lead, linePitch, type2, type3 } from '#core/typeset'
import { same, moved, withGlyphs, withoutRegion, withRules } from '../layout-changes.ts'
import { cell, firstPage, linesIn, near, shiftSlack, type PageLine } from '../page-lines.ts'
import { pagesRule, type Draft, type PagesContext, type Rule } from '../rule.ts'

const on = (element: Draft['where']['element'], page = 1, message?: string): Draft[] => [{ where: { element, page }, ...(message === undefined ? {} : { message }) }]
const hasRedRule = ({ content, written }: PagesContext): boolean => written.carrier !== 'missing' && (content.form === '文件' || content.form === '纪要')
const isRed = (color: string): boolean => /^#(?:f|e|d|c)[0-9a-f][0-4][0-9a-f][0-4][0-9a-f]$/u.test(color)
const centreOf = (line: PageLine): number => (line.left + line.right) / 2
const middle = (area.left + area.right) / 2
/** Marks with a blank half and digits make the ink's middle differ from the line's by less than this. */
const centreSlack = 3
const titleLines = (context: PagesContext): readonly PageLine[] => context.layout.pages.flatMap((page) => linesIn(page, '标题'))

function headOrder(context: PagesContext): Draft[] {
  const { copyNumber, secrecy, urgency } = context.content
  const wanted = [copyNumber ?? '', secrecy?.level ?? '', urgency].filter((text) => text !== '')
  if (wanted.length < 2) return []
  const lines = linesIn(firstPage(context.layout), '版头').filter((line) => near(line.left, area.left, cell) || context.content.form === '信函')
  const places = wanted.map((text) => lines.findIndex((line) => line.text.includes(text)))
  return places.some((at) => at < 0) || places.some((at, i) => i > 0 && at <= places[i - 1]!) ? on('份号') : []
}

function redRule(context: PagesContext): Draft[] {
  if (!hasRedRule(context)) return []
  const page = firstPage(context.layout)
  const rule = page.rules.find(({ color, y1, y2, x1, x2 }) => isRed(color) && y1 === y2 && Math.abs(x2 - x1) > 100)
  if (rule === undefined) return on('版面', 1, '发文字号下应有与版心等宽的红色分隔线')
  const number = linesIn(page, '版头').findLast((line) => line.bottom < rule.y1)
  // Without a number there is nothing to measure from.
  const gap = number === undefined || (context.issue?.number ?? '') === '' ? 4 : rule.y1 - rule.width / 2 - number.bottom
  const isWide = near(rule.x1, area.left, 0.5) && near(rule.x2, area.right, 0.5)
  if (isWide && near(gap, 4, 0.5)) return []
  return on('版面', 1, isWide ? `红色分隔线应在发文字号之下4mm处，现为${gap.toFixed(1)}mm` : '红色分隔线应与版心等宽（156mm）并居中')
}

function titleBreaks(context: PagesContext): Draft[] {
  const lines = titleLines(context)
  const widths = lines.map((line) => line.right - line.left)
  const drafts: Draft[] = []
  lines.forEach((line, i) => {
    const next = lines[i + 1]
    if (lines.length > 1 && [...line.text].length < 2) drafts.push(...on('标题', line.page, '标题有一字成行，请调整回行'))
    if (/^[，。、；：！？）》」』”’]/u.test(line.text)) drafts.push(...on('标题', line.page, '标题回行后以标点开头，请调整回行'))
    if (next !== undefined && /\d$/u.test(line.text) && /^\d/u.test(next.text)) drafts.push(...on('标题', line.page, '标题回行拆开了数字，请调整回行'))
    // A line clearly shorter than both neighbours makes an hourglass.
    if (i > 0 && next !== undefined && widths[i]! + 1.5 * type2.cell < Math.min(widths[i - 1]!, widths[i + 1]!)) drafts.push(...on('标题', line.page, '标题排成了沙漏形，多行标题应排成梯形或菱形'))
  })
  return drafts
}

function titleFont(context: PagesContext): Draft[] {
  const lines = titleLines(context)
  const isWrong = lines.some((line) => line.glyphs.some(({ font, size }) => (font !== '小标宋' && !font.startsWith('后备')) || !near(size, type2.size, 0.05)))
  if (isWrong) return on('标题', lines[0]!.page, '标题应用2号小标宋体')
  const aside = lines.find((line) => !near(centreOf(line), middle, centreSlack))
  return aside === undefined ? [] : on('标题', aside.page, '标题应居中排布')
}

function titleGap(context: PagesContext): Draft[] {
  const page = firstPage(context.layout)
  const rule = page.rules.find(({ color, y1, y2 }) => isRed(color) && y1 === y2)
  const first = linesIn(page, '标题')[0]
  if (!hasRedRule(context) || rule === undefined || first === undefined) return []
  const gap = first.top - rule.y1 - rule.width / 2
  return near(gap, 2 * linePitch, 1.2) ? [] : on('标题', 1, `标题应在红色分隔线下空二行处，现空${Math.max(0, gap / linePitch).toFixed(1)}行`)
}

function signatoryFonts(context: PagesContext): Draft[] {
  const names = context.issue?.signers ?? []
  if (names.length === 0 || !hasRedRule(context)) return []
  const lines = linesIn(firstPage(context.layout), '版头')
  const label = lines.find((line) => line.text.includes('签发人：'))
  if (label === undefined) return on('签发人', 1, '应标注“签发人”三字和全角冒号')
  const at = label.text.indexOf('签发人：')
  const isLabelWrong = label.glyphs.slice(at, at + 3).some(({ font }) => font !== '仿宋')
  const isNameWrong = names.some((name) => {
    const line = lines.find(({ text, y }) => y >= label.y && text.includes(name))
    const from = line?.text.indexOf(name) ?? 0
    return line === undefined || line.glyphs.slice(from, from + [...name].length).some(({ font, size }) => (font !== '楷体' && !font.startsWith('后备')) || !near(size, type3.size, 0.05))
  })
  return isLabelWrong || isNameWrong ? on('签发人') : []
}

function flushRecipients(context: PagesContext): Draft[] {
  const line = context.layout.pages.flatMap((page) => linesIn(page, '主送')).find(({ left, text }) => !near(left, area.left, /^[（《“〔]/u.test(text) ? 3 : shiftSlack))
  return line === undefined ? [] : on('主送机关', line.page)
}

function letterColophon(context: PagesContext): Draft[] {
  if (context.content.form !== '信函') return []
  return context.layout.pages.flatMap((page) => {
    const region = page.regions.find(({ name }) => name === '版记')
    if (region === undefined) return []
    const hasRules = page.rules.some(({ y1, color }) => !isRed(color) && y1 >= region.y - 1 && y1 <= region.y + region.height + 1)
    return hasRules || linesIn(page, '版记').some(({ text }) => text.endsWith('印发')) ? on('印发机关和印发日期', page.number) : []
  })
}

export const pagesHeadRules: readonly Rule[] = [
  pagesRule('header-left-order', {
    message: '份号、密级和保密期限、紧急程度应在版心左上角自上而下分行排列', check: headOrder,
    examples: {
      fails: [{ says: '份号排在紧急程度之下', sample: { content: { copyNumber: '000012', urgency: '特急' } }, change: (layout) => withGlyphs(layout, '版头', (glyph) => (/[0-9]/u.test(glyph.char) && glyph.y < 50 ? moved(0, 20)(glyph) : glyph)) }],
      passes: [{ says: '照排', sample: { content: { copyNumber: '000012', urgency: '特急' } }, change: same }],
    },
  }),
  pagesRule('red-rule', {
    message: '发文字号下4mm处应印与版心等宽的红色分隔线', check: redRule,
    examples: { fails: [{ says: '没有红线', change: (layout) => withRules(layout, ({ color, ...rule }) => (isRed(color) ? null : { ...rule, color })) }, { says: '红线低了3mm', change: (layout) => withRules(layout, (rule) => (isRed(rule.color) ? { ...rule, y1: rule.y1 + 3, y2: rule.y2 + 3 } : rule)) }], passes: [{ says: '照排', change: same }] },
  }),
  pagesRule('title-line-break', {
    message: '标题回行应词意完整、排列对称，使用梯形或菱形', check: titleBreaks,
    examples: {
      fails: [{ says: '一字成行', sample: { content: { title: '甲市人民政府关于进一步做好2026年防汛抗旱减灾救灾工作的通知' } }, change: (layout) => withGlyphs(layout, '标题', (glyph) => (glyph.y > 160 && glyph.char !== '知' ? { ...glyph, y: 151.293 } : glyph)) }],
      passes: [{ says: '照排', sample: { content: { title: '甲市人民政府关于进一步做好2026年防汛抗旱减灾救灾工作的通知' } }, change: same }],
    },
  }),
  pagesRule('title-font', {
    message: '标题用2号小标宋体，居中排布', check: titleFont,
    examples: { fails: [{ says: '标题用黑体', change: (layout) => withGlyphs(layout, '标题', (glyph) => ({ ...glyph, font: '黑体' })) }, { says: '标题偏右', change: (layout) => withGlyphs(layout, '标题', moved(8)) }], passes: [{ says: '照排', change: same }] },
  }),
  pagesRule('title-gap', {
    message: '标题应在红色分隔线下空二行处', check: titleGap,
    examples: { fails: [{ says: '标题上移一行', change: (layout) => withGlyphs(layout, '标题', moved(0, -6)) }], passes: [{ says: '照排', change: same }] },
  }),
  pagesRule('signatory-fonts', {
    message: '“签发人”三字用3号仿宋体，签发人姓名用3号楷体', check: signatoryFonts,
    examples: { fails: [{ says: '姓名用仿宋', sample: { kind: '请示' }, change: (layout) => withGlyphs(layout, '版头', (glyph) => (glyph.font === '楷体' ? { ...glyph, font: '仿宋' } : glyph)) }], passes: [{ says: '照排', sample: { kind: '请示' }, change: same }] },
  }),
  pagesRule('recipient-flush-left', {
    message: '主送机关应居左顶格，回行时仍顶格', check: flushRecipients,
    examples: { fails: [{ says: '主送空二字', change: (layout) => withGlyphs(layout, '主送', moved(2 * cell)) }], passes: [{ says: '照排', change: same }] },
  }),
  pagesRule('recipient-moved-colophon', {
    message: '主送机关过多而使首页不能显示正文时，应将主送机关移至版记',
    check: (context) => (context.content.recipients.length > 3 && context.content.body.length > 0 && linesIn(firstPage(context.layout), '主送').length > 0 && linesIn(firstPage(context.layout), '正文', '表格', '插图').length === 0 ? on('主送机关') : []),
    examples: { fails: [{ says: '首页只有主送机关', sample: { content: { recipients: ['甲区', '乙区', '丙县', '丁县'] } }, change: (layout) => withoutRegion(layout, '正文') }], passes: [{ says: '照排', change: same }] },
  }),
  pagesRule('letter-first-page-no-number', {
    message: '信函格式首页不显示页码',
    check: (context) => (context.content.form === '信函' && linesIn(firstPage(context.layout), '页码').length > 0 ? on('页码') : []),
    examples: {
      fails: [{
        says: '首页有页码', sample: { kind: '函' },
        change: (layout) => ({ ...layout, pages: layout.pages.map((page) => ({ ...page, regions: [...page.regions, { name: '页码', x: area.left, y: 266, width: 156, height: 5 }], glyphs: [...page.glyphs, { ...page.glyphs[0]!, char: '1', y: 270.447 }] })) }),
      }],
      passes: [{ says: '照排', sample: { kind: '函' }, change: same }],
    },
  }),
  pagesRule('letter-colophon', {
    message: '信函格式的版记不加印发机关和印发日期、分隔线', check: letterColophon,
    examples: {
      fails: [{
        says: '版记有分隔线', sample: { kind: '函', content: { copies: ['甲市教育局'] } },
        change: (layout) => ({ ...layout, pages: layout.pages.map((page) => ({ ...page, rules: [...page.rules, ...page.regions.filter(({ name }) => name === '版记').map((region) => ({ x1: area.left, x2: area.right, y1: region.y, y2: region.y, width: 0.35, color: '#000000' as const }))] })) }),
      }],
      passes: [{ says: '照排', sample: { kind: '函', content: { copies: ['甲市教育局'] } }, change: same }],
    },
  }),
]

/** 令号: centred, two blank lines below the mark. §10.2 */
export function orderNumberPlace(context: PagesContext): Draft[] {
  if (context.content.form !== '命令') return []
  const lines = linesIn(firstPage(context.layout), '版头')
  const at = lines.findIndex(({ text }) => /^第.*号$/u.test(text))
  const line = lines[at]
  const mark = lines[at - 1]
  if (line === undefined || mark === undefined) return []
  const isPlaced = near(centreOf(line), middle, centreSlack) && near(line.top - mark.bottom, lead + 2 * linePitch, 1.2)
  return isPlaced ? [] : on('发文字号')
}
