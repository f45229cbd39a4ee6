/** Geometry of 署名, 成文日期, seals, attachments and the colophon, measured on the pages. GB/T 9704-2012 §7.3.4–7.3.7, §7.4 */
import { area, linePitch, type2, type Page } from '#core/typeset'
import { moved, same, withGlyphs, withoutRegion, withRules, withSeals } from '../layout-changes.ts'
import { cell, linesIn, markSlack, near, pageWith, type PageLine } from '../page-lines.ts'
import { pagesRule, type Draft, type PagesContext, type Rule, type Sample } from '../rule.ts'

const on = (element: Draft['where']['element'], page: number, message?: string): Draft[] => [{ where: { element, page }, ...(message === undefined ? {} : { message }) }]
const isDate = ({ text }: PageLine): boolean => /^\d{4}年\d{1,2}月\d{1,2}日$/u.test(text)
const closingLines = (context: PagesContext): readonly PageLine[] => context.layout.pages.flatMap((page) => linesIn(page, '署名'))
const isWritten = ({ content, issue }: PagesContext): boolean => content.signature !== '' && issue !== null && issue.date !== ''
/** Digits and the last 日 make the measured right edge differ from the cell's by less than this. mm */
const edgeSlack = 1

function sealedDate(context: PagesContext): Draft[] {
  if (context.content.authentication !== '盖章' || !isWritten(context)) return []
  const date = closingLines(context).findLast(isDate)
  if (date === undefined) return []
  const gap = (area.right - date.right) / cell
  // A joint issue's last seal may need more room; it never stands nearer to the edge.
  const isRight = context.content.issuers.length > 1 ? gap > 3.8 && gap < 28 : near(gap * cell, 4 * cell, edgeSlack)
  return isRight ? [] : on('成文日期', date.page, `加盖印章的，成文日期右空四字，现右空${gap.toFixed(1)}字`)
}

function unsealedDate(context: PagesContext): Draft[] {
  const { content } = context
  if (content.authentication !== '不盖章' || !isWritten(context) || content.issuers.length > 1) return []
  const lines = closingLines(context)
  const at = lines.findLastIndex(isDate)
  const [date, signature] = [lines[at], lines[at - 1]]
  if (date === undefined || signature === undefined) return []
  // A name over several lines starts at its own left; the date is two characters right of it, or two from the right edge when longer.
  const isShifted = near(date.left - signature.left, 2 * cell, edgeSlack) || near(area.right - date.right, 2 * cell, edgeSlack)
  return isShifted ? [] : on('成文日期', date.page)
}

/** Geometry part of date-not-alone-page: text stands on the page of the date and the seal. */
export function closingAlone(context: PagesContext): Draft[] {
  const page = pageWith(context.layout, '署名')
  if (page === undefined || page.regions.some(({ name }) => name === '正文' || name === '附件说明' || name === '表格' || name === '插图')) return []
  // A landscape table has its page for itself, so what follows it can only stand on the next.
  const before = context.layout.pages.find(({ number }) => number === page.number - 1)
  if (before?.glyphs.some(({ turn }) => turn === 90) === true) return []
  return on('成文日期', page.number, '署名、成文日期和印章所在的一面没有正文，请调整行距、字距，不得另起一面')
}

/** The text that a page's seals must keep near: the last line of the body above them. */
function textBottom(page: Page, below: number): number | null {
  const lines = linesIn(page, '正文', '附件说明').filter(({ top }) => top < below)
  const regions = page.regions.filter(({ name, y }) => (name === '表格' || name === '插图') && y < below)
  const bottoms = [...lines.map(({ bottom }) => bottom), ...regions.map(({ y, height }) => y + height)]
  return bottoms.length === 0 ? null : Math.max(...bottoms)
}

function sealNear({ layout }: PagesContext): Draft[] {
  const first = layout.sealPlaces.reduce<(typeof layout.sealPlaces)[number] | null>((best, place) => (best === null || place.y < best.y ? place : best), null)
  const page = layout.pages.find(({ number }) => number === first?.page)
  if (first === null || page === undefined) return []
  const bottom = textBottom(page, first.y)
  if (bottom === null) return []
  const gap = first.y - first.diameter / 2 - bottom
  return gap <= linePitch + 0.1 ? [] : on('印章', page.number, `印章顶端应距正文（或附件说明）一行之内，现距${gap.toFixed(1)}mm（一行为${linePitch.toFixed(1)}mm）`)
}

function sealTouch({ layout }: PagesContext): Draft[] {
  const places = layout.sealPlaces
  const out = places.find(({ x, diameter }) => x - diameter / 2 < area.left - 0.1 || x + diameter / 2 > area.right + 0.1)
  if (out !== undefined && places.length > 1) return on('印章', out.page, '联合行文的印章两端不得超出版心')
  for (const [i, place] of places.entries()) {
    const other = places.slice(i + 1).find((one) => one.page === place.page && Math.hypot(one.x - place.x, one.y - place.y) < (one.diameter + place.diameter) / 2 + 1e-6)
    if (other !== undefined) return on('印章', place.page, '联合行文的印章之间互不相交或相切，请加大间距')
  }
  return []
}

/** Geometry part of seal-no-blank: every seal presses a name or the date. */
export function sealsOnNothing({ layout }: PagesContext): Draft[] {
  const blank = layout.sealPlaces.find((place) => {
    const page = layout.pages.find(({ number }) => number === place.page)
    return page === undefined || !linesIn(page, '署名').some((line) => line.left < place.x + place.diameter / 2 && line.right > place.x - place.diameter / 2 && Math.abs((line.top + line.bottom) / 2 - place.y) < place.diameter / 2)
  })
  return blank === undefined ? [] : on('印章', blank.page, '印章没有压在署名和成文日期上，不得出现空白印章')
}

function hangingNames({ layout, content }: PagesContext): Draft[] {
  const lines = layout.pages.flatMap((page) => linesIn(page, '附件说明'))
  let name = ''
  let left = 0
  let next = 0
  for (const line of lines) {
    const { name: wanted = '' } = content.attachments[next] ?? {}
    const at = wanted === '' ? -1 : line.text.indexOf([...wanted].slice(0, 4).join(''))
    const isStart = at >= 0 && (next === 0 || /^\d+\./u.test(line.text))
    if (isStart) {
      const glyph = line.glyphs[[...line.text.slice(0, at)].length]
      left = glyph?.x ?? line.left
      name = wanted
      next++
    } else if (name !== '' && !near(line.left, left, markSlack)) return on('附件说明', line.page)
  }
  return []
}

type Start = { readonly page: Page; readonly index: number; readonly separate: 'separate' | 'bound' }

/** The pages on which text attachments start. */
function starts({ layout, content }: PagesContext): readonly Start[] {
  return content.attachments.flatMap((attachment, index): Start[] => {
    const anchor = layout.anchors.find(({ part }) => part === index)
    const page = layout.pages.find(({ number }) => number === anchor?.page)
    return attachment.kind === 'file' || page === undefined || attachment.body.length === 0 ? [] : [{ page, index, separate: attachment.binding === 'separate' ? 'separate' : 'bound' }]
  })
}

function newPages(context: PagesContext): Draft[] {
  const colophon = context.layout.pages.find((page) => page.regions.some(({ name }) => name === '版记'))
  return starts(context).flatMap(({ page, index, separate }) => {
    const hasBody = page.regions.some(({ name }) => name === '正文' || name === '署名')
    if (hasBody) return [{ where: { element: '附件', part: index, page: page.number } as const, message: `附件${index + 1}应另面编排，不与正文排在一面` }]
    const isAfterColophon = separate === 'bound' && colophon !== undefined && page.number > colophon.number
    return isAfterColophon ? [{ where: { element: '附件', part: index, page: page.number } as const, message: '附件应编排在版记之前' }] : []
  })
}

function labels(context: PagesContext): Draft[] {
  return starts(context).flatMap(({ page, index, separate }): Draft[] => {
    const lines = linesIn(page, '附件')
    const [label, title] = lines
    const where = { element: '附件', part: index, page: page.number } as const
    if (label === undefined || title === undefined) return []
    const at = label.text.search(/附件\d*$/u)
    if (at < 0) return [{ where, message: `“附件”二字及顺序号应在版心左上角第一行，后不加标点，现为“${label.text.slice(0, 20)}”` }]
    if (label.glyphs.slice(at).some(({ font }) => font !== '黑体') && separate === 'bound') return [{ where, message: '“附件”二字及顺序号应用3号黑体' }]
    if (!near(label.left, area.left, 0.7) || !near(label.top, area.top, 1)) return [{ where, message: '“附件”二字及顺序号应在版心左上角第一行顶格编排' }]
    const isThird = near(title.top, area.top + 2 * linePitch, 1.2)
    const isCentred = near((title.left + title.right) / 2, (area.left + area.right) / 2, 3)
    return isThird && isCentred && near(title.glyphs[0]!.size, type2.size, 0.05) ? [] : [{ where, message: '附件标题应居中编排在版心第三行' }]
  })
}

function separateNumbers(context: PagesContext): Draft[] {
  const number = context.issue?.number ?? ''
  if (number === '') return []
  return starts(context).filter(({ separate }) => separate === 'separate').flatMap(({ page, index }): Draft[] => {
    const [label] = linesIn(page, '附件')
    return label !== undefined && label.text.replace(/\s/gu, '').startsWith(number) ? [] : [{ where: { element: '附件', part: index, page: page.number } }]
  })
}

function colophonRules(context: PagesContext): Draft[] {
  if (context.content.form === '信函') return []
  const pages = context.layout.pages.filter(({ regions }) => regions.some(({ name }) => name === '版记'))
  // A colophon longer than a page has its first rule on one page and its last on another: as a whole it is judged where it stands whole.
  if (pages.length > 1) return splitColophon(pages)
  return pages.flatMap((page) => {
    const region = page.regions.find(({ name }) => name === '版记')
    if (region === undefined) return []
    const rules = page.rules.filter(({ y1, y2, x1, x2 }) => y1 === y2 && x2 - x1 > 100 && y1 >= region.y - 0.5 && y1 <= region.y + region.height + 0.5).sort((a, b) => a.y1 - b.y1)
    const [first, last] = [rules[0], rules.at(-1)]
    if (first === undefined || last === undefined || rules.length < 2) return on('印发机关和印发日期', page.number, '版记应有首条和末条分隔线')
    if (!near(last.y1, area.bottom, 0.5)) return on('印发机关和印发日期', page.number, '版记末条分隔线应与最后一面的版心下边缘重合')
    if (rules.some(({ x1, x2 }) => !near(x1, area.left, 0.5) || !near(x2, area.right, 0.5))) return on('印发机关和印发日期', page.number, '版记的分隔线应与版心等宽')
    const isHeavy = near(first.width, 0.35, 0.03) && near(last.width, 0.35, 0.03) && rules.slice(1, -1).every(({ width }) => near(width, 0.25, 0.03))
    return isHeavy ? [] : on('印发机关和印发日期', page.number, '版记首条和末条分隔线用粗线（0.35mm），中间的分隔线用细线（0.25mm）')
  })
}

const manyCopies: Sample = { content: { copies: Array.from({ length: 80 }, (_, i) => `甲市第${i + 1}综合协调办公室`) } }

/** A colophon over several pages: heavy rules above its first line and at the foot of its last page. */
function splitColophon(pages: readonly Page[]): Draft[] {
  const rulesOf = (page: Page): readonly Page['rules'][number][] => page.rules.filter(({ y1, y2, x1, x2 }) => y1 === y2 && x2 - x1 > 100)
  const first = rulesOf(pages[0]!)[0]
  const last = rulesOf(pages.at(-1)!).at(-1)
  const isRight = first !== undefined && last !== undefined && near(first.width, 0.35, 0.03) && near(last.width, 0.35, 0.03) && near(last.y1, area.bottom, 0.5)
  return isRight ? [] : on('印发机关和印发日期', pages.at(-1)!.number, '版记首条和末条分隔线用粗线（0.35mm），末条与最后一面的版心下边缘重合')
}

function colophonLast(context: PagesContext): Draft[] {
  const { layout, settings, content } = context
  const page = pageWith(layout, '版记')
  if (page === undefined) return []
  // Attachments bound on their own follow the document's last page.
  const separate = starts(context).find((start) => start.separate === 'separate')?.page.number
  const last = separate === undefined ? layout.pages.length : separate - 1
  if (page.number < last) return on('印发机关和印发日期', page.number, '版记应置于公文最后一面')
  return settings.evenLastPage === 'on' && content.form === '文件' && page.number % 2 === 1 ? on('印发机关和印发日期', page.number, '双面印制的公文，版记应在偶数页上') : []
}

/** Geometry part of print-suffix. */
export function printedSuffix(context: PagesContext): Draft[] {
  if (context.content.form === '信函' || context.issue === null || context.issue.printDate === '') return []
  const page = pageWith(context.layout, '版记')
  const dated = page === undefined ? undefined : linesIn(page, '版记').findLast(({ text }) => /\d日/u.test(text))
  return dated === undefined || dated.text.endsWith('印发') ? [] : on('印发机关和印发日期', dated.page)
}

/** Geometry part of note-brackets. */
export function notePlace(context: PagesContext): Draft[] {
  const page = pageWith(context.layout, '附注')
  const lines = page === undefined ? [] : linesIn(page, '附注')
  const [first] = lines
  if (first === undefined) return []
  const isRight = first.text.startsWith('（') && lines.at(-1)!.text.endsWith('）') && near(first.left, area.left + 2 * cell, markSlack)
  return isRight ? [] : on('附注', first.page)
}

const names = (...list: readonly string[]) => list.map((name) => ({ kind: 'text' as const, name, body: [{ kind: 'paragraph' as const, level: 0 as const, number: null, text: '各地要认真落实，按时完成。' }] }))
const two = { content: { attachments: names('2026年度全市防汛抗旱减灾救灾重点工作任务分工和完成时限一览表', '联系人名单') } }
const joint = { content: { issuers: ['甲市财政局', '甲市教育局'], issuerMark: '甲市财政局文件', signature: '甲市财政局 甲市教育局' } }

export const pagesClosingRules: readonly Rule[] = [
  pagesRule('date-indent-sealed', {
    message: '加盖印章的公文，成文日期右空四字编排', check: sealedDate,
    examples: { fails: [{ says: '日期右空二字', change: (layout) => withGlyphs(layout, '署名', (glyph) => (/[\d年月日]/u.test(glyph.char) ? moved(2 * cell)(glyph) : glyph)) }], passes: [{ says: '照排', change: same }] },
  }),
  pagesRule('date-shift-unsealed', {
    message: '不加盖印章的公文，成文日期首字比署名首字右移二字；日期长于署名的，日期右空二字', check: unsealedDate,
    examples: {
      fails: [{ says: '日期与署名左对齐', sample: { content: { authentication: '不盖章', issuers: ['甲市防汛抗旱指挥部办公室'], signature: '甲市防汛抗旱指挥部办公室' } }, change: (layout) => withGlyphs(layout, '署名', (glyph) => (/[\d年月日]/u.test(glyph.char) ? moved(-2 * cell)(glyph) : glyph)) }],
      passes: [{ says: '照排', sample: { content: { authentication: '不盖章' } }, change: same }],
    },
  }),
  pagesRule('attach-note-hanging', {
    message: '附件名称较长需回行时，应与上一行附件名称的首字对齐', check: hangingNames,
    examples: { fails: [{ says: '回行顶格', sample: two, change: (layout) => withGlyphs(layout, '附件说明', (glyph) => (glyph.y > 50 && glyph.y < 55 ? moved(-20)(glyph) : glyph)) }], passes: [{ says: '照排', sample: two, change: same }] },
  }),
  pagesRule('attach-new-page', {
    message: '附件应另面编排，并在版记之前，与公文正文一起装订', check: newPages,
    examples: { fails: [{ says: '附件与正文同面', sample: two, change: (layout) => ({ ...layout, anchors: layout.anchors.map((anchor) => (anchor.part === null ? anchor : { ...anchor, page: 1 })) }) }], passes: [{ says: '照排', sample: two, change: same }] },
  }),
  pagesRule('attach-label-font', {
    message: '“附件”二字及顺序号用3号黑体顶格编排在版心左上角第一行，附件标题居中编排在版心第三行', check: labels,
    examples: { fails: [{ says: '附件二字用仿宋', sample: two, change: (layout) => withGlyphs(layout, '附件', (glyph) => (glyph.font === '黑体' ? { ...glyph, font: '仿宋' } : glyph)) }], passes: [{ says: '照排', sample: two, change: same }] },
  }),
  pagesRule('attach-separate-docno', {
    message: '附件不能与正文一起装订的，应在附件左上角第一行顶格编排公文的发文字号，并在其后标注“附件”及顺序号', check: separateNumbers,
    examples: {
      fails: [{ says: '没有发文字号', sample: { content: { attachments: names('任务分工表').map((item) => ({ ...item, binding: 'separate' as const })) } }, change: (layout) => withGlyphs(layout, '附件', (glyph) => (glyph.y < 45 && !'附件'.includes(glyph.char) ? null : glyph)) }],
      passes: [{ says: '照排', sample: { content: { attachments: names('任务分工表').map((item) => ({ ...item, binding: 'separate' as const })) } }, change: same }],
    },
  }),
  pagesRule('seal-within-one-line', {
    message: '印章顶端应上距正文（或附件说明）一行之内', check: sealNear,
    examples: { fails: [{ says: '印章下移两行', change: (layout) => withSeals(layout, 0, 2 * linePitch) }], passes: [{ says: '照排', change: same }] },
  }),
  pagesRule('seal-no-touch', {
    message: '联合行文的印章排列整齐，互不相交或相切，每排印章两端不超出版心', check: sealTouch,
    examples: {
      fails: [{ says: '两印相交', sample: joint, change: (layout) => ({ ...layout, sealPlaces: layout.sealPlaces.map((place) => ({ ...place, x: 100 + place.x / 10 })) }) }, { says: '印章超出版心', sample: joint, change: (layout) => withSeals(layout, 40, 0) }],
      passes: [{ says: '照排', sample: joint, change: same }],
    },
  }),
  pagesRule('colophon-rules', {
    message: '版记首条、末条分隔线用粗线，中间用细线，末条与版心下边缘重合', check: colophonRules,
    examples: {
      fails: [{ says: '全用细线', change: (layout) => withRules(layout, (rule) => ({ ...rule, width: 0.25 })) }, { says: '末线不在版心下边缘', change: (layout) => withRules(layout, (rule) => (rule.y1 === area.bottom ? null : rule)) }, { says: '超过一面的版记全用细线', sample: manyCopies, change: (layout) => withRules(layout, (rule) => ({ ...rule, width: 0.25 })) }],
      passes: [{ says: '照排', change: same }, { says: '版记超过一面', sample: manyCopies, change: same }],
    },
  }),
  pagesRule('colophon-even-last-page', {
    message: '版记应置于公文最后一面', check: colophonLast,
    examples: { fails: [{ says: '版记后还有一面', change: (layout) => ({ ...layout, pages: [...layout.pages, { ...withoutRegion(layout, '版记').pages.at(-1)!, number: layout.pages.length + 1 }] }) }], passes: [{ says: '照排', change: same }] },
  }),
]

