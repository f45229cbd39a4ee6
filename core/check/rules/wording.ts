/** Rules of wording: placeholders, colloquial words, citations, slips of the hand. */
import { blockText, parseDocNumber, formatDocNumber } from '#core/document'
import { documentRule, matchesOf, textRule, type CheckContext, type Draft, type Match, type Rule } from '../rule.ts'
import { bodiesOf, blockPlace } from '../units.ts'
import { looseNames } from '../organ-names.ts'
import { blanks, rightWord, spoken, typoPattern } from './words.ts'

const shortTitles = /《(办法|方案|意见|条例|规定|通知|规划|计划|细则|纲要|决定|标准|指南)》/gu
const defined = /以下(?:统?简称|称)[：:]?[“"《]?([^”"》）)]{1,20})[”"》]?[）)]/gu

/** Short names that were not explained, are used before their explanation, or are explained and never used. */
function abbreviations({ content }: CheckContext): Draft[] {
  return bodiesOf(content).flatMap(({ part, blocks }) => {
    const known = new Map<string, { readonly block: number; readonly at: number; readonly end: number }>()
    const texts = blocks.map((block) => blockText(block))
    texts.forEach((text, block) => {
      for (const { start, end } of matchesOf(text, defined)) {
        const name = text.slice(start, end).replace(/^以下(?:统?简称|称)[：:]?[“"《]?/u, '').replace(/[”"》]?[）)]$/u, '')
        if (!known.has(name)) known.set(name, { block, at: start, end })
      }
    })
    const drafts: Draft[] = []
    const seen = new Set<string>()
    texts.forEach((text, block) => {
      for (const { start, end } of matchesOf(text, shortTitles)) {
        const name = text.slice(start + 1, end - 1)
        if (seen.has(name) || known.has(name)) continue
        seen.add(name)
        drafts.push({ where: blockPlace(part, block, start, end), message: `简称“《${name}》”首次出现时应注明全称，如“《……${name}》（以下简称《${name}》）”` })
      }
    })
    texts.forEach((text, block) => {
      // Tables have no room for whole names.
      if (blocks[block]!.kind !== 'paragraph') return
      for (const { start, end } of matchesOf(text, looseNames)) {
        const name = text.slice(start, end)
        if (seen.has(name) || known.has(name)) continue
        seen.add(name)
        drafts.push({ where: blockPlace(part, block, start, end), message: `“${name}”不是规范化简称，首次出现时应写全称` })
      }
    })
    for (const [name, { block, at, end }] of known) {
      if (name.length < 2) continue
      const isUsed = texts.some((text, i) => (i === block ? text.slice(end).includes(name) : i > block && text.includes(name)))
      if (!isUsed) drafts.push({ where: blockPlace(part, block, at, end), message: `简称“${name}”以后没有再用，不必注明` })
    }
    return drafts
  })
}

/** A number alone where the title ought to be named first; one whose title stands in the same text may be short. */
const untitled = (text: string): Match[] => matchesOf(text, /(?:根据|按照|依据|依照|遵照|参照|落实|执行|按)[^《》，。；（）〔]{0,12}〔\d{4}〕\d{1,5}号(?:文件?|通知)?(?![^，。；]{0,2}《)|(?<=[和及与、])\p{Script=Han}{1,10}〔\d{4}〕\d{1,5}号文件(?![^，。；]{0,2}《)/gu)
  .filter(({ start, end }) => {
    const number = /\p{Script=Han}{0,2}〔\d{4}〕\d{1,5}号/u.exec(text.slice(start, end))?.[0] ?? ''
    return !text.slice(0, start).includes(number)
  })
  .map((match) => ({ ...match, message: '引用公文只写了发文字号，应先引标题，后引发文字号，如“《……的通知》（×发〔2026〕1号）”' }))

export const wordingRules: readonly Rule[] = [
  textRule('placeholder-left', {
    message: '占位符没有替换，请补写实际内容',
    check: (text) => matchesOf(text, blanks),
    examples: { fails: ['请××局负责落实。', '联系人：XX。', '投资【待补】万元。', '由{{单位}}负责。', '共____人。', '于2026年  月  日前报送。', '由○○局牵头。', '共ＸＸ人。'], passes: ['请财政局负责落实。', '规格3×5米。', '补充材料（填写说明）见附件。'] },
  }),
  textRule('colloquial', {
    message: '口语词，公文中请改用书面语',
    check: (text) => matchesOf(text, spoken),
    examples: { fails: ['咱们要抓紧落实。', '这项工作差不多完成了。', '请赶紧报送。', '行不行，请给个话吧。', '有的单位马马虎虎。'], passes: ['要抓紧落实。', '这项工作基本完成。', '严禁弄虚作假。', '网吧、酒吧等场所。'] },
  }),
  textRule('relative-time', {
    message: '时间应写具体日期，不用“今年”“近日”等', once: true, on: ['paragraph', 'title', 'cell'],
    check: (text) => matchesOf(text, /(?<![当如现至])今年(?!代)|去年|明年|(?<!\d)前年|本月(?!度)|上月|下月|近日|日前(?!后)|昨[日天]|今[日天]|明[日天]|前不久|上周|下周|本周|[上下]个(?:月|星期|季度)|上季度|(?<![以之目午生])前天(?!气)|(?<![今明以])后天(?![的性形])|这几天|前几天|前段时间|前一段时间|前一阵|不久前|近来|[昨今明]晚|(?<!距离?|离|相距|就近|与[^，。]{0,6})最近(?!的?[距点处站])/gu).filter(({ start }) => !/\d$/u.test(text.slice(0, start))),
    examples: { fails: ['今年以来，工作取得进展。', '近日，召开会议。', '上个月已电话沟通。', '前段时间开展了检查。'], passes: ['2026年以来，工作取得进展。', '请于15日前报送。'] },
  }),
  documentRule('abbrev-first-use', {
    message: '简称首次出现时应注明全称', check: abbreviations,
    examples: { fails: [{ body: ['各地要认真落实《办法》各项规定。'] }, { body: ['设立领导小组（以下简称领导小组办）。', '认真落实。'] }], passes: [{ body: ['根据《甲市防汛办法》（以下简称《办法》），制定本方案。', '各地要落实《办法》各项规定。'] }] },
  }),
  textRule('cite-title-then-number', {
    message: '引用公文应先引标题，后引发文字号，如“《……的通知》（×发〔2026〕1号）”',
    check: (text) => [...untitled(text), ...matchesOf(text, /(?:[（(]\p{Script=Han}{1,12}〔\d{4}〕\d{1,5}号[）)]|〔\d{4}〕\d{1,5}号(?:文件?)?)[，,]?(?=《)/gu)
      .filter(({ start }) => text[start - 1] !== '》')
      .map((match) => {
        const title = /^《[^《》]{1,100}》/u.exec(text.slice(match.end, match.end + 110))?.[0]
        const number = text.slice(match.start, match.end)
        return title === undefined || !/^[（(]/u.test(number) ? match : { ...match, end: match.end + title.length, replacement: `${title}（${number.replace(/[（()），,]/gu, '')}）` }
      })],
    examples: { fails: ['根据国发〔2022〕14号《关于加强建设的意见》要求。', '根据（国发〔2022〕14号）《关于加强建设的意见》要求。', '请按照国发〔2022〕14号文件要求执行。'], passes: ['《关于加强建设的意见》（国发〔2022〕14号）已经印发，按国发〔2022〕14号执行。', '根据《关于加强建设的意见》（国发〔2022〕14号）要求。'] },
  }),
  textRule('extra-cited-docno', {
    message: '引用的发文字号书写不规范，应写作“×发〔2026〕1号”', on: ['paragraph', 'cell', 'title'],
    check: (text) => matchesOf(text, /(?:(?<!公)告|[^\P{Script=Han}告年月日第条款项人])\s{0,2}(?:[[(（【［]\s{0,2}(?:19|20)?\d{2}\s{0,2}[\])）】］]\s{0,2}第?\s{0,2}\d{1,5}|〔\d{2}〕第?\d{1,5}|〔\d{4}〕(?:\s{1,2}\d{1,5}|\s{0,2}第\s{0,2}\d{1,5}|0\d{0,4})|(?:19|20)\d{2}年第?\d{1,5})\s{0,2}号(?![楼院线井桥台机房])/gu, (match) => {
      const parsed = parseDocNumber(match[0])
      return parsed === null ? undefined : formatDocNumber(parsed)
    }),
    examples: { fails: ['依据国发[2022]14号文件。', '依据国办发〔22〕14号文件。', '依据甲政发2026年第12号文件。', '依据国发〔2022〕第14号文件。'], passes: ['依据国发〔2022〕14号文件。', '依据财政部公告2026年第12号。'] },
  }),
  textRule('extra-repeated-word', {
    message: '字词误重，请核对并删去一个',
    check: (text) => [
      ...matchesOf(text, /的的(?!确)|了了(?![解却然如事])|及及(?![时早格其])|和和(?![谐睦平解])|将将(?![来军士要])|是是(?![非否])|(?<![主重需必首摘纪简概扼紧])要要(?![求素点件害闻务领道塞约])|(?<![存所现正潜内实外])在在(?![线校职建岗编册场逃押途库读])|(?<!参)与与(?!会)|(?<!棉)被被(?![告褥动])/gu, (match) => match[0][0]!),
      ...matchesOf(text, /(?<!\p{Script=Han}[一逐])(?![一逐层]|[一二三四五六七八九十百千万]{2})(\p{Script=Han}{2,4})\1/gu, (match) => match[1]!),
    ],
    examples: { fails: ['各地的的工作。', '认真做好防汛防汛工作。', '完成了了任务。'], passes: ['各地的工作。', '一步一步推进。', '的的确确。', '取得了了解情况的机会。'] },
  }),
  textRule('extra-typo', {
    message: '疑为错别字，请核对',
    check: (text) => matchesOf(text, typoPattern, (match) => rightWord(match[0], text, match.index)).map((match) => ({ ...match, message: `“${text.slice(match.start, match.end)}”疑为“${match.replacement}”之误，请核对` })),
    examples: { fails: ['认真布署工作。', '截止2026年6月完成。', '工作己经完成。', '付市长出席会议。', '大部份单位。'], passes: ['认真部署工作。', '报名截止日期为6月30日。', '公布署名单位，重复盖章的予以更正。', '按照职责分工做好工作，按排名公布，按排放标准执行，询问提供人员。', '给予备案，自己经营。', '既使用标准又使用规范。'] },
  }),
  textRule('extra-stray-space', {
    message: '汉字之间不空格，请删去', once: true, on: ['paragraph', 'title'],
    check: (text, kind) => (/^(?:出\s*席|列\s*席|请\s*假|参\s*[加会]|主\s*持)[^，。]{0,6}[：:]/u.test(text) ? [] : matchesOf(text, /(?<=[\p{Script=Han}，。；：、])[ \u00a0]{1,20}(?=\p{Script=Han})/gu, () => '')
      // A name of two characters is spread to the width of three in lists: 李 伟的…职务.
      .filter(({ start, end }) => !(/(?:^|[：、，；\u3000\s])\p{Script=Han}$/u.test(text.slice(0, start)) && /^\p{Script=Han}(?:为|的.{2,40}职务|[、，；。\u3000\s（]|同志|$)/u.test(text.slice(end))))
      // Joint issuers stand side by side in a title.
      .filter(({ start }) => kind !== 'title' || !/[厅局委府院会办部室社]$/u.test(text.slice(0, start)))),
    examples: { fails: ['认真 落实各项工作。'], passes: ['认真落实各项工作。', '执行GB/T 9704标准。'] },
  }),
  documentRule('extra-duplicate-paragraph', {
    message: '这一段与前文重复，请核对并删去一段',
    check: ({ content }) => bodiesOf(content).flatMap(({ part, blocks }) => {
      const seen = new Set<string>()
      return blocks.flatMap((block, i): Draft[] => {
        const text = block.kind === 'paragraph' ? block.text : ''
        if (text.length < 20) return []
        if (seen.has(text)) return [{ where: blockPlace(part, i), fix: { label: '删去这一段', edits: [{ target: 'remove', part, block: i }] } }]
        seen.add(text)
        return []
      })
    }),
    examples: { fails: [{ body: ['各地区、各部门要高度重视防汛工作，压实工作责任，确保安全度汛。', '各地区、各部门要高度重视防汛工作，压实工作责任，确保安全度汛。'] }], passes: [{}] },
  }),
]
