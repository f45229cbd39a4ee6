/** What a document says twice and must say alike, and what cannot be meant (前后相符): closing formula and kind, dates and years, counts and lists. */
import { blockText, type Block } from '#core/document'
import { dayNumber, monthEnd } from '../calendar.ts'
import { documentRule, matchesOf, type CheckContext, type Draft, type Rule } from '../rule.ts'
import { bodiesOf, blockPlace, paragraphsOf } from '../units.ts'

/** 特此… → the kinds that may end so. */
const formulas: Readonly<Record<string, readonly string[]>> = {
  通知: ['通知'], 通告: ['通告'], 公告: ['公告'], 通报: ['通报'], 报告: ['报告'], 汇报: ['报告'], 请示: ['请示'], 批复: ['批复'], 函复: ['函'], 复函: ['函'], 函达: ['函'], 函告: ['函'], 函商: ['函'], 致函: ['函'], 函询: ['函'], 决定: ['决定'],
}
const formula = new RegExp(`^(?:特|专|谨)此(${Object.keys(formulas).join('|')})[。！]?$`, 'u')

function closingFormula({ content }: CheckContext): Draft[] {
  return paragraphsOf(content).filter(({ text }) => text.trim() !== '').slice(-3).flatMap(({ block, text }): Draft[] => {
    const words = text.trim()
    const said = formula.exec(words)?.[1]
    const isWrong = said !== undefined ? !formulas[said]!.includes(content.kind) : /^此复。?$/u.test(words) && content.kind !== '批复' && content.kind !== '函'
    return isWrong ? [{ where: blockPlace(null, block, 0, text.length), message: `文种是${content.kind}，结尾语不应写“${words.replace(/[。！]$/u, '')}”，请核对` }] : []
  })
}

function ownRecipient({ content }: CheckContext): Draft[] {
  const isOwn = (name: string): boolean => content.issuers.includes(name.trim())
  const said = (name: string): string => `“${name}”就是发文机关，不给自己行文，请删去`
  return [
    ...content.recipients.flatMap((name, block): Draft[] => (isOwn(name) ? [{ where: { element: '主送机关', block }, message: said(name) }] : [])),
    ...content.copies.flatMap((name, block): Draft[] => (isOwn(name) ? [{ where: { element: '抄送机关', block }, message: said(name) }] : [])),
  ]
}

const deadline = /(?<!\d)(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日|底|末)(?:以|之)?前(?=[^。；]{0,36}?(?:报送?|上报|书面报|完成|反馈|提交|送达|落实到位|整改到位|到位)(?![的了过]))/gu
/** How far back a day without a year may lie and still be meant as this year's. */
const sameYear = 150

/** 请于9月5日前报送, in a document of 15 September. */
function pastDeadlines({ content, issue }: CheckContext): Draft[] {
  const issued = dayNumber(issue?.date ?? '')
  if (issued === null || !['通知', '函', '通报', '决定', '意见', '纪要', '批复', '通告', '命令'].includes(content.kind)) return []
  const year = Number(issue!.date.slice(0, 4))
  return content.body.flatMap((block, i) => {
    const text = blockText(block)
    if (block.kind !== 'paragraph') return []
    return matchesOf(text, deadline).flatMap(({ start, end }): Draft[] => {
      const [, stated, month = '', day] = /(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日)?/u.exec(text.slice(start, end)) ?? []
      const sentence = text.slice(Math.max(text.lastIndexOf('。', start), text.lastIndexOf('；', start), start - 160) + 1, start)
      // What was asked for once, or has happened, is told and not asked.
      if (/已|曾|原定|要求|规定|约定|承诺|截至|(?:19|20)\d{2}年/u.test(sentence) || /^[^。；]{0,40}[未已]/u.test(text.slice(end))) return []
      if (stated !== undefined && !/(?:请|须|应|务必|必须|于|要)[^，。；]{0,16}$/u.test(sentence)) return []
      const due = day === undefined ? monthEnd(Number(stated ?? year), Number(month)) : dayNumber(`${stated ?? year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)
      if (due === null || due >= issued || (stated === undefined && issued - due > sameYear)) return []
      return [{ where: blockPlace(null, i, start, end), message: `期限“${text.slice(start, end)}”早于成文日期，请核对` }]
    })
  })
}

/** 碳中和 2060 is the farthest year that plans speak of. */
const farthestPlan = 35

function yearSlips({ content, issue }: CheckContext): Draft[] {
  const year = Number(/^\d{4}/u.exec(issue?.date ?? '')?.[0] ?? 0)
  if (year === 0) return []
  const odd = bodiesOf(content).flatMap(({ part, blocks }) => blocks.flatMap((block, i) => {
    const text = blockText(block)
    return [
      ...matchesOf(text, /(?<![\d.-])\d{4}(?=年(?![级代]))/gu).filter(({ start, end }) => Number(text.slice(start, end)) > year + farthestPlan).map((match) => ({ ...match, message: `“${text.slice(match.start, match.end)}年”疑为年份笔误，请核对` })),
      ...matchesOf(text, /(?<=〔)\d{4}(?=〕\d{1,5}号)/gu).filter(({ start, end }) => Number(text.slice(start, end)) > year).map((match) => ({ ...match, message: `引用的文号年份“${text.slice(match.start, match.end)}”晚于成文日期，请核对` })),
    ].map(({ start, end, message }): Draft => ({ where: blockPlace(part, i, start, end), message }))
  }))
  return [...odd, ...titleYear(content.title, content.body)]
}

/** The title says 2026年秋汛防御, the text only 2025年秋汛防御. */
function titleYear(title: string, body: readonly Block[]): Draft[] {
  const [, year, what] = /(?<![\d—～-])(\d{4})年(?!度?至|[—～])度?(\p{Script=Han}{4})/u.exec(title) ?? []
  if (year === undefined || what === undefined) return []
  const said = new RegExp(`(?<![\\d—～-])(\\d{4})(?=年度?${what})`, 'gu')
  const places = body.flatMap((block, i) => matchesOf(blockText(block), said).map((match) => ({ ...match, i, year: blockText(block).slice(match.start, match.end) })))
  const [first] = places
  if (first === undefined || places.some((place) => place.year === year)) return []
  return [{ where: blockPlace(null, first.i, first.start, first.end), message: `标题写的是${year}年，正文写的是${first.year}年，请核对` }]
}

const numerals = '零一二三四五六七八九十'
const countOf = (word: string): number => (word === '两' ? 2 : /^\d/u.test(word) ? Number(word) : numerals.indexOf(word))
const announced = /([两二三四五六七八九十]|\d{1,2})(?:个?方面|个|项|点|条|件|种|类)(?![\d一二三四五六七八九十])[^：。；，、]{0,10}：(?=(?:第?一是|一要|第一，))/gu
const promised = /(?:以下|下列|如下)([两二三四五六七八九十]|\d{1,2})(?:个方面|个|项|点|条|件|种|类)[^：。；，]{0,12}[：。]$/u

/** 做好以下三项工作：一是…；二是…。 */
function itemCounts({ content }: CheckContext): Draft[] {
  return bodiesOf(content).flatMap(({ part, blocks }) => blocks.flatMap((block, i): Draft[] => {
    if (block.kind !== 'paragraph') return []
    const { text } = block
    const inside = matchesOf(text, announced).flatMap(({ start, end }): Draft[] => {
      const wanted = countOf(/^(?:\d{1,2}|.)/u.exec(text.slice(start, end))?.[0] ?? '')
      const listed = (`；${text.slice(end)}`.match(/(?<=[；。，：])(?:第?[一二三四五六七八九十](?:是|要)|第[一二三四五六七八九十]，)/gu) ?? []).length
      return wanted > 0 && listed > 0 && listed !== wanted && !/等[^。]{0,4}$/u.test(text) ? [said(part, i, start, end - 1, text, listed)] : []
    })
    const promise = promised.exec(text)
    const listed = promise === null ? 0 : levelItems(blocks, i + 1, block.level)
    const wanted = promise === null ? 0 : countOf(promise[1]!)
    return listed > 0 && listed !== wanted ? [...inside, said(part, i, promise!.index, promise!.index + promise![0].length - 1, text, listed)] : inside
  }))
}

const said = (part: number | null, block: number, start: number, end: number, text: string, listed: number): Draft =>
  ({ where: blockPlace(part, block, start, end), message: `“${text.slice(start, end)}”与所列的${listed}项不一致，请核对` })

/** Members of the numbered list that begins right below a paragraph. */
function levelItems(blocks: readonly Block[], from: number, above: number): number {
  const first = blocks[from]
  if (first?.kind !== 'paragraph' || first.level === 0 || (above > 0 && first.level <= above)) return 0
  let count = 0
  for (const block of blocks.slice(from)) {
    if (block.kind !== 'paragraph' || block.level === 0) continue
    if (block.level < first.level) break
    if (block.level === first.level) count++
  }
  return count
}

function latePrint({ issue }: CheckContext): Draft[] {
  const [issued, printed] = [dayNumber(issue?.date ?? ''), dayNumber(issue?.printDate ?? '')]
  return issued !== null && printed !== null && printed - issued > 60 ? [{ where: { element: '印发机关和印发日期' }, message: `印发日期比成文日期晚${printed - issued}天，请核对` }] : []
}

/** Syllables of 机关代字 that belong to one trade only. */
const trades: readonly (readonly [mark: string, organ: RegExp])[] = [
  ['教', /教|学/u], ['财', /财/u], ['审', /审/u], ['水', /水/u], ['税', /税/u], ['卫', /卫|医/u], ['应急', /应急/u], ['人社', /人力|社会/u], ['医保', /医/u], ['统', /统/u], ['住建', /住|建/u], ['农', /农/u], ['林', /林/u], ['气', /气/u],
]

function foreignMark({ content, issue }: CheckContext): Draft[] {
  const [host] = content.issuers
  if (host === undefined || content.issuers.length > 1 || !/[厅局委]$|委员会$/u.test(host)) return []
  const mark = /^\p{Script=Han}{1,2}?(教|财|审|水|税|卫|应急|人社|医保|统|住建|农|林|气)(?:办?[发函字通报请复规])〔/u.exec(issue?.number ?? '')?.[1]
  const trade = trades.find(([name]) => name === mark)
  return trade === undefined || trade[1].test(host) ? [] : [{ where: { element: '发文字号' }, message: `发文字号中的机关代字“${mark}”与发文机关“${host}”不符，请核对` }]
}

/** 马晓燕 in the list, 马小燕同志 in the text. */
function namesAstray({ content }: CheckContext): Draft[] {
  const listed = new Set(content.body.flatMap((block) => [...blockText(block).matchAll(/(?<=^|[：、\s\u3000\t])(\p{Script=Han}{3})(?=[\u3000\s、\t]|$)/gu)].map(([, name]) => name!)))
  // A list of hundreds is a register, where two such names may well be two people.
  if (listed.size === 0 || listed.size > 300) return []
  return paragraphsOf(content).flatMap(({ block, text }) => matchesOf(text, /(?<=^|[，。；、由请])\p{Script=Han}{3}(?=同志)/gu).flatMap(({ start, end }): Draft[] => {
    const name = text.slice(start, end)
    const near = listed.has(name) ? undefined : [...listed].find((other) => other[0] === name[0] && [...other].filter((char, i) => char !== name[i]).length === 1)
    return near === undefined ? [] : [{ where: blockPlace(null, block, start, end), message: `姓名“${name}”与前后文的“${near}”不一致，请核对` }]
  }))
}

export const coherenceRules: readonly Rule[] = [
  documentRule('extra-closing-formula', {
    message: '结尾语与文种不符，请核对', check: closingFormula,
    examples: { fails: [{ kind: '通告', body: ['自即日起施行。', '特此公告。'] }, { kind: '通知', body: ['请认真执行。', '此复。'] }], passes: [{ kind: '通告', body: ['自即日起施行。', '特此通告。'] }, { kind: '函', body: ['专此函达。'] }] },
  }),
  documentRule('extra-own-recipient', {
    message: '主送、抄送中不应有发文机关自己，请删去', check: ownRecipient,
    examples: { fails: [{ content: { issuers: ['甲市人民政府'], copies: ['甲市人民政府'] } }, { content: { issuers: ['甲市人民政府'], recipients: ['甲市人民政府', '各县人民政府'] } }], passes: [{}] },
  }),
  documentRule('extra-deadline-past', {
    message: '要求的期限早于成文日期，请核对', check: pastDeadlines,
    examples: {
      fails: [{ issue: { date: '2026-09-15' }, body: ['请于9月5日前将名单报市民政局。'] }, { issue: { date: '2026-09-15' }, body: ['各地须于2025年12月底前完成整改。'] }],
      passes: [{ issue: { date: '2026-09-15' }, body: ['请于9月25日前将名单报市民政局。'] }, { issue: { date: '2026-12-20' }, body: ['请于1月10日前将名单报市民政局。'] }, { issue: { date: '2026-09-15' }, body: ['有3个县未按要求于8月底前完成整改。'] }],
    },
  }),
  documentRule('extra-year-slip', {
    message: '年份疑有笔误，请核对', check: yearSlips,
    examples: {
      fails: [{ body: ['到2062年完成。'] }, { body: ['根据《防汛办法》（甲政发〔2062〕3号）。'] }, { content: { title: '甲市人民政府关于做好2026年防汛抗旱工作的通知' }, body: ['为做好2025年防汛抗旱工作，现通知如下。'] }],
      passes: [{ body: ['到2035年基本建成，2060年前实现碳中和。'] }, { content: { title: '甲市人民政府关于做好2026年防汛抗旱工作的通知' }, body: ['2025年防汛抗旱工作取得成效。为做好2026年防汛抗旱工作，现通知如下。'] }],
    },
  }),
  documentRule('extra-item-count', {
    message: '所说的项数与所列的不一致，请核对', check: itemCounts,
    examples: {
      fails: [{ body: ['要抓好三项工作：一是防汛；二是抗旱。'] }, { body: ['重点做好四方面工作：一是选址；二是立项；三是招标。'] }, { body: ['现就做好以下三项工作通知如下：', '要做好以下三项工作：', '一、加强值守。', '二、压实责任。'] }],
      passes: [{ body: ['要抓好三项工作：一是防汛；二是抗旱；三是防火。'] }, { body: ['要做好以下两项工作：', '一、加强值守。', '二、压实责任。'] }],
    },
  }),
  documentRule('extra-print-late', {
    message: '印发日期比成文日期晚得过多，请核对', check: latePrint,
    examples: { fails: [{ issue: { date: '2026-09-15', printDate: '2027-09-16' } }], passes: [{ issue: { date: '2026-09-15', printDate: '2026-09-20' } }] },
  }),
  documentRule('extra-signer-person', {
    message: '签发人应为负责人姓名，不写机关名称',
    check: ({ issue }) => (issue?.signers ?? []).flatMap((name): Draft[] => (/(?:政府|厅|局|委|部|院|会|办公室|中心|公司)$/u.test(name) ? [{ where: { element: '签发人' }, message: `签发人应为负责人姓名，“${name}”似为机关名称，请核对` }] : [])),
    examples: { fails: [{ kind: '请示', issue: { signers: ['甲市财政局'] } }], passes: [{ kind: '请示', issue: { signers: ['张某'] } }] },
  }),
  documentRule('extra-docno-organ', {
    message: '机关代字与发文机关不符，请核对', check: foreignMark,
    examples: { fails: [{ content: { issuers: ['甲市民政局'] }, issue: { number: '甲教发〔2026〕3号' } }], passes: [{ content: { issuers: ['甲市教育局'] }, issue: { number: '甲教发〔2026〕3号' } }, { content: { issuers: ['甲市卫生健康委员会'] }, issue: { number: '甲卫办发〔2026〕3号' } }] },
  }),
  documentRule('extra-person-name', {
    message: '同一人的姓名前后不一致，请核对', check: namesAstray,
    examples: { fails: [{ body: ['成　员：马晓燕　市民政局局长', '办公室设在市民政局，马小燕同志兼任办公室主任。'] }], passes: [{ body: ['成　员：马晓燕　市民政局局长', '办公室设在市民政局，马晓燕同志兼任办公室主任。'] }] },
  }),
]
