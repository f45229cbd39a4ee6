/** Geometry of the text, its pages and their numbers, measured on the pages. GB/T 9704-2012 §5.2, §7.3.3, §7.5, §8 */
import { area, charsPerLine, linesPerPage, paper, type3, type4, type Page } from '#core/typeset'
import { blockText } from '#core/document'
import { same, moved, withGlyphs, withoutRegion, withSize } from '../layout-changes.ts'
import { cell, firstPage, linesIn, linesOf, markSlack, near, type PageLine } from '../page-lines.ts'
import { pagesRule, type Draft, type PagesContext, type Rule } from '../rule.ts'
import { blockPlace } from '../units.ts'

const on = (element: Draft['where']['element'], page: number, message?: string): Draft[] => [{ where: { element, page }, ...(message === undefined ? {} : { message }) }]

/** The line of the page that starts at a line anchor. */
function lineAt(page: Page | undefined, top: number): PageLine | undefined {
  return page === undefined ? undefined : linesOf(page).find((line) => near(line.top, top, 1))
}

type TextLine = { readonly line: PageLine; readonly block: number; readonly offset: number; readonly level: number; readonly text: string; readonly number: string | null }

/** The lines of the body's paragraphs with what they belong to. */
function textLines({ layout, content }: PagesContext): readonly TextLine[] {
  return layout.lines.flatMap(({ part, block, page, y, offset }) => {
    const paragraph = part === null ? content.body[block] : undefined
    if (paragraph?.kind !== 'paragraph') return []
    const line = lineAt(layout.pages.find(({ number }) => number === page), y)
    return line === undefined ? [] : [{ line, block, offset, level: paragraph.level, text: paragraph.text, number: paragraph.number }]
  })
}

const attendance = /^(?:出\u3000?席|请\u3000?假|列\u3000?席)[：:]/u
const isBodyFace = (font: string): boolean => ['仿宋', '黑体', '楷体'].includes(font) || font.startsWith('后备')

function bodyFont(context: PagesContext): Draft[] {
  const wrong = textLines(context).find(({ line, level, offset, text }) => {
    if (attendance.test(text)) return false
    return line.glyphs.some(({ size }) => !near(size, type3.size, 0.05)) || (level === 0 && offset === 0 && line.glyphs[0]!.font !== '仿宋' && !line.glyphs[0]!.font.startsWith('后备')) || line.glyphs.some(({ font }) => !isBodyFace(font))
  })
  return wrong === undefined ? [] : [{ where: { ...blockPlace(null, wrong.block), page: wrong.line.page } }]
}

function bodyIndent(context: PagesContext): Draft[] {
  const wrong = textLines(context).find(({ line, offset, text }) => {
    if (attendance.test(text)) return false
    const slack = /^[（《“‘「〔【]/u.test(line.text) ? markSlack : 0.7
    return !near(line.left, area.left + (offset === 0 ? 2 * cell : 0), slack)
  })
  return wrong === undefined ? [] : [{ where: { ...blockPlace(null, wrong.block), page: wrong.line.page } }]
}

const faceOfLevel = ['', '黑体', '楷体', '仿宋', '仿宋'] as const

function levelFonts(context: PagesContext): Draft[] {
  const wrong = textLines(context).find(({ line, level, offset, text }) => {
    if (level === 0 || offset > 0) return false
    const { font } = line.glyphs[0]!
    if (font.startsWith('后备')) return false
    // A whole sentence behind a number is text, set in the body's face; a heading must have its own.
    const isHeading = text.length <= 26 && !/[，；：。！？]/u.test(text)
    return isHeading ? font !== faceOfLevel[level] : font !== faceOfLevel[level] && font !== '仿宋'
  })
  return wrong === undefined ? [] : [{ where: { ...blockPlace(null, wrong.block), page: wrong.line.page } }]
}

function pageGrid(context: PagesContext): Draft[] {
  return context.layout.pages.flatMap((page) => {
    const lines = linesIn(page, '正文', '附件').filter(({ glyphs }) => near(glyphs[0]!.size, type3.size, 0.05))
    if (lines.length > linesPerPage) return on('版面', page.number, `第${page.number}页有${lines.length}行，每面排22行`)
    const long = lines.find(({ text }) => (text.match(/\p{Script=Han}/gu) ?? []).length > charsPerLine)
    return long === undefined ? [] : on('版面', page.number, `第${page.number}页有一行超过28字，每行排28字`)
  })
}

/** Hanging marks may stand outside the text area. */
const hang = 3

function margins(context: PagesContext): Draft[] {
  return context.layout.pages.flatMap((page) => {
    if (!near(page.width, paper.width, 0.1) || !near(page.height, paper.height, 0.1)) return on('版面', page.number, `第${page.number}页不是A4幅面（210mm×297mm）`)
    const letterHead = context.content.form === '信函' && page.number === 1
    const lines = linesIn(page, '正文', '主送', '标题', '附件', '附件说明', '署名', '附注', '版记')
    const out = lines.find((line) => line.left < area.left - 1 || line.right > area.right + hang || line.top < (letterHead ? 0 : area.top - 1) || line.bottom > area.bottom + 1)
    return out === undefined ? [] : on('版面', page.number, `第${page.number}页有文字排到版心（156mm×225mm，天头37mm、订口28mm）之外`)
  })
}

/** 一字 of 四号 */
const smallCell = type4.cell

function pageNumbers(context: PagesContext): Draft[] {
  const { layout, content } = context
  const colophonOnly = (page: Page): boolean => page.regions.every(({ name }) => name === '版记' || name === '页码')
  return layout.pages.flatMap((page) => {
    const [line] = linesIn(page, '页码')
    if (line === undefined) return (content.form === '信函' && page.number <= 2) || colophonOnly(page) || page.glyphs.length === 0 ? [] : on('页码', page.number, `第${page.number}页没有页码`)
    const number = /^— (\d+) —$/u.exec(line.text)?.[1]
    if (number === undefined) return on('页码', page.number, '页码应为阿拉伯数字，左右各放一条一字线，如“— 1 —”')
    if (line.glyphs.some(({ font, size }) => font !== '宋体' || !near(size, type4.size, 0.05))) return on('页码', page.number, '页码应用4号半角宋体')
    const isOdd = Number(number) % 2 === 1
    const isPlaced = isOdd ? near(line.right, area.right - smallCell, 2.8) : near(line.left, area.left + smallCell, 1)
    if (!isPlaced) return on('页码', page.number, isOdd ? '单页码应居右空一字' : '双页码应居左空一字')
    return line.y > area.bottom + 7 && line.y < area.bottom + 12 ? [] : on('页码', page.number, '页码应在版心下边缘之下，一字线上距版心下边缘7mm')
  })
}

function landscapeHeads(context: PagesContext): Draft[] {
  const tables = [context.content.body, ...context.content.attachments.flatMap((attachment) => (attachment.kind === 'text' ? [attachment.body] : []))].flat().flatMap((block) => (block.kind === 'table' && block.orientation === 'landscape' ? [block] : []))
  if (tables.length === 0) return []
  return context.layout.pages.flatMap((page) => {
    const turned = page.glyphs.filter(({ turn }) => turn === 90)
    if (turned.length < 4) return []
    // Turned a quarter anticlockwise, the head lies at the left: at the binding edge on odd pages, at the trim edge on even ones.
    const xs = [...new Set(turned.map(({ x }) => x))].sort((a, b) => a - b)
    const columns = xs.map((x) => turned.filter((glyph) => glyph.x === x).sort((a, b) => b.y - a.y).map(({ char }) => char).join(''))
    const table = tables.find(({ rows }) => columns.some((column) => column.includes([...(rows[0]?.find((cell) => cell !== '') ?? '')][0] ?? '\u0000')))
    const first = [...(table?.rows[0]?.find((text) => text !== '') ?? '')][0]
    if (first === undefined) return []
    const at = columns.findIndex((column) => column.includes(first))
    return at >= 0 && at <= Math.max(4, columns.length / 2) ? [] : on('版面', page.number)
  })
}

function blankBeforeColophon(context: PagesContext): Draft[] {
  const { pages } = context.layout
  const last = pages.at(-1)
  const before = pages.at(-2)
  if (last === undefined || before === undefined || !last.regions.every(({ name }) => name === '版记' || name === '页码')) return []
  const isBlank = before.regions.every(({ name }) => name === '页码')
  return isBlank && [before, last].some((page) => linesIn(page, '页码').length > 0) ? on('页码', last.number) : []
}

const blankPage = (page: Page, number: number, names: readonly string[]): Page => {
  const regions = page.regions.filter(({ name }) => names.includes(name))
  return { ...page, number, regions, glyphs: page.glyphs.filter(({ y }) => regions.some((region) => y >= region.y && y <= region.y + region.height)) }
}

function mongolianAcross(context: PagesContext): Draft[] {
  for (const page of context.layout.pages) {
    const letters = page.glyphs.filter(({ char, turn }) => turn === undefined && /[\u1820-\u18aa]/u.test(char))
    const across = letters.find((glyph, i) => letters[i + 1]?.y === glyph.y)
    if (across !== undefined) {
      const block = context.content.body.findIndex((item) => blockText(item).includes(across.char))
      // A few words in a Han text are a lesser matter than a Mongolian text set across.
      return [{ where: { element: '正文', page: page.number, ...(block < 0 ? {} : { block }) }, ...(letters.length * 4 < page.glyphs.length ? { severity: 'warning' as const } : {}) }]
    }
  }
  return []
}

const heading = { body: ['一、总体要求', '认真落实各项工作要求，切实抓好防汛工作，确保人民群众生命财产安全，确保安全度汛。'] }

export const pagesBodyRules: readonly Rule[] = [
  pagesRule('body-first-page', {
    message: '公文首页必须显示正文，请精简标题、主送机关，或将主送机关移至版记',
    check: (context) => (context.written.carrier === 'missing' || context.content.body.every((block) => blockText(block) === '') || linesIn(firstPage(context.layout), '正文', '表格').length > 0 || firstPage(context.layout).images.length > 0 ? [] : on('正文', 1)),
    examples: { fails: [{ says: '首页没有正文', change: (layout) => withoutRegion(layout, '正文') }], passes: [{ says: '照排', change: same }] },
  }),
  pagesRule('level-fonts', {
    message: '第一层用黑体，第二层用楷体，第三层和第四层用仿宋体', check: levelFonts,
    examples: { fails: [{ says: '一级标题用仿宋', sample: heading, change: (layout) => withGlyphs(layout, '正文', (glyph) => ({ ...glyph, font: '仿宋' })) }], passes: [{ says: '照排', sample: heading, change: same }] },
  }),
  pagesRule('body-font', {
    message: '正文用3号仿宋体', check: bodyFont,
    examples: { fails: [{ says: '正文用宋体', sample: heading, change: (layout) => withGlyphs(layout, '正文', (glyph) => ({ ...glyph, font: '宋体' })) }, { says: '正文用4号', sample: heading, change: (layout) => withGlyphs(layout, '正文', (glyph) => ({ ...glyph, size: 4.939 })) }], passes: [{ says: '照排', sample: heading, change: same }] },
  }),
  pagesRule('body-indent', {
    message: '每个自然段左空二字，回行顶格', check: bodyIndent,
    examples: { fails: [{ says: '整体右移一字', sample: heading, change: (layout) => withGlyphs(layout, '正文', moved(cell)) }], passes: [{ says: '照排', sample: heading, change: same }] },
  }),
  pagesRule('page-lines', {
    message: '一般每面排22行，每行排28字，撑满版心', check: pageGrid,
    examples: { fails: [{ says: '一行三十多字', sample: heading, change: (layout) => ({ ...layout, pages: layout.pages.map((page) => ({ ...page, glyphs: page.glyphs.map((glyph) => (glyph.y > 190 && glyph.y < 265 ? { ...glyph, y: 200 } : glyph)) })) }) }], passes: [{ says: '照排', sample: heading, change: same }] },
  }),
  pagesRule('page-margins', {
    message: 'A4纸，天头37mm±1mm、订口28mm±1mm，版心156mm×225mm', check: margins,
    examples: { fails: [{ says: '幅面不是A4', change: (layout) => withSize(layout, 184, 260) }, { says: '正文左移3mm', sample: heading, change: (layout) => withGlyphs(layout, '正文', moved(-3)) }], passes: [{ says: '照排', change: same }] },
  }),
  pagesRule('page-number-form', {
    message: '页码用4号半角宋体阿拉伯数字，左右各放一条一字线，单页码居右空一字，双页码居左空一字', check: pageNumbers,
    examples: { fails: [{ says: '没有一字线', change: (layout) => withGlyphs(layout, '页码', (glyph) => (glyph.char === '—' ? null : glyph)) }, { says: '页码居左', change: (layout) => withGlyphs(layout, '页码', moved(-100)) }, { says: '没有页码', change: (layout) => withoutRegion(layout, '页码') }], passes: [{ says: '照排', change: same }] },
  }),
  pagesRule('page-number-colophon-blank', {
    message: '版记页前有空白页的，空白页和版记页均不编排页码', check: blankBeforeColophon,
    examples: {
      fails: [{ says: '空白页后的版记页有页码', change: (layout) => ({ ...layout, pages: [...layout.pages.map((page) => blankPage(page, page.number, ['版头', '标题', '主送', '正文', '署名', '页码'])), blankPage(layout.pages[0]!, 2, ['页码']), blankPage(layout.pages.at(-1)!, 3, ['版记', '页码'])] }) }],
      passes: [{ says: '照排', change: same }],
    },
  }),
  pagesRule('table-landscape-head', {
    message: 'A4纸型的表格横排时，单页码表头在订口一边，双页码表头在切口一边', check: landscapeHeads,
    examples: {
      fails: [{ says: '表头转到了另一边', sample: { blocks: landscapeTable() }, change: (layout) => ({ ...layout, pages: layout.pages.map((page) => ({ ...page, glyphs: page.glyphs.map((glyph) => (glyph.turn === 90 ? { ...glyph, x: 210 - glyph.x } : glyph)) })) }) }],
      passes: [{ says: '照排', sample: { blocks: landscapeTable() }, change: same }],
    },
  }),
  pagesRule('mn-direction', {
    message: '蒙古文应竖排，行自左向右排列', check: mongolianAcross,
    examples: { fails: [{ says: '蒙古文横排', sample: { body: ['名称为ᠮᠣᠩᠭᠣᠯ。'] }, change: same }], passes: [{ says: '没有蒙古文', change: same }] },
  }),
  pagesRule('extra-missing-glyph', {
    message: '字体中没有这个字，请换用有此字的字体或改用标准编码的字', once: true,
    // Private-use characters have a rule of their own.
    check: ({ layout }) => layout.warnings.filter(({ code, message }) => code === 'typeset.missing-glyph' && !message.includes('私用区')).map(({ message }): Draft => ({ where: { element: '版面' }, message: `${message}，请换用有此字的字体或核对用字` })),
    examples: { fails: [{ says: '缺字', change: (layout) => ({ ...layout, warnings: [{ code: 'typeset.missing-glyph', message: '字体中没有「𮧵」（U+2E9F5）' }] }) }], passes: [{ says: '照排', change: same }] },
  }),
]

function landscapeTable(): readonly { readonly kind: 'table'; readonly caption: string; readonly orientation: 'landscape'; readonly headRows: number; readonly columns: readonly { readonly align: 'centre'; readonly share: number }[]; readonly rows: readonly (readonly string[])[] }[] {
  const rows = [['项目', '单位', '进度'], ...Array.from({ length: 8 }, (_, i) => [`工程${'甲乙丙丁戊己庚辛'[i]}`, '水务局', '在建'])]
  return [{ kind: 'table', caption: '', orientation: 'landscape', headRows: 1, columns: rows[0]!.map(() => ({ align: 'centre', share: 0 })), rows }]
}
