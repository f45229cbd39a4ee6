/** Rules of numbers and units. GB/T 15835-2011, GB 3100–3102 */
import { blockText } from '#core/document'
import { documentRule, matchesOf, textRule, type CheckContext, type Draft, type Rule } from '../rule.ts'
import { blockPlace } from '../units.ts'

/** Two ways of writing one thing, and what is said when a document has both. */
const styles: readonly { readonly name: string; readonly one: RegExp; readonly other: RegExp }[] = [
  { name: '百分数既写“20%”又写“百分之二十”', one: /\d[%％]/u, other: /百分之[一二三四五六七八九十零]+/u },
  { name: '年份既用阿拉伯数字又用汉字', one: /(?<!\d)(?:19|20)\d{2}年/u, other: /[一二][〇○零九][〇○零一二三四五六七八九]{2}年/u },
  { name: '四位以上整数有的加千分空或逗号、有的不加', one: /\d{1,3}[,，]\d{3}(?!\d)(?=[\p{Script=Han}%])/u, other: /(?<![\d.〔])(?!(?:19|20)\d{2}年)\d{5,9}(?=[人元户个吨亩公件万])/u },
  { name: '法律条文序号既用汉字又用阿拉伯数字', one: /第[一二三四五六七八九十百]+条/u, other: /第\d{1,3}条(?!规定动作)/u },
  { name: '日期既用阿拉伯数字又用汉字', one: /\d{1,2}月\d{1,2}日/u, other: /(?<![\p{Script=Han}“])[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日|(?<=[于在至到年])[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日/u },
]

function mixedStyles({ content }: CheckContext): Draft[] {
  const texts = content.body.map((block) => blockText(block))
  const measured = mixedMeasures(texts)
  return [...measured, ...styles.flatMap(({ name, one, other }): Draft[] => {
    if (!texts.some((text) => one.test(text))) return []
    const block = texts.findIndex((text) => other.test(text))
    if (block < 0) return []
    const match = other.exec(texts[block]!)!
    return [{ where: blockPlace(null, block, match.index, match.index + match[0].length), message: `${name}，请统一为一种写法` }]
  })]
}

/** 十二个 beside 15个: counts of one measure word in two forms. Round words (几十个) are no counts. */
function mixedMeasures(texts: readonly string[]): Draft[] {
  const inDigits = new Set(texts.flatMap((text) => text.match(/(?<=\d)[处个名人家户台](?!\p{Script=Han}?[代别性])/gu) ?? []))
  for (const [block, text] of texts.entries()) {
    const found = matchesOf(text, /(?<![几数上近成第一二三四五六七八九十百千])(?:[一二三四五六七八九]百[一二三四五六七八九十]{0,3}|[二三四五六七八九]?十[一二三四五六七八九]?)[处个名人家户台](?![大五])/gu).find(({ end }) => inDigits.has(text[end - 1]!))
    const hurt = inDigits.has('人') || inDigits.has('名') ? matchesOf(text, /(?:(?<=造成|导致|致使)[一二三四五六七八九十]{1,3}[人名](?=死亡|受伤|遇难|失踪))/gu)[0] : undefined
    const counted = found ?? hurt
    if (counted !== undefined) return [{ where: blockPlace(null, block, counted.start, counted.end), message: `数量既写“${text.slice(counted.start, counted.end)}”又用阿拉伯数字，请统一为阿拉伯数字` }]
  }
  return []
}

export const figureRules: readonly Rule[] = [
  textRule('num-year-full', {
    message: '年份应写全四位数字，不简写',
    check: (text) => matchesOf(text, /(?<![\d第近约达满每逾.〔—～-])\d{2}年(?=\d{1,2}月|底|初(?![步期级中])|度|末)|(?<=[自从到于在截至])\d{2}年(?=[，。、起至—]|以来|之前)|(?<=^|[。；，])(?:2\d|9\d)年(?=[将已]|以来)|(?<=^|[。；，：（])2[1-9]年(?=，)|(?<![\d第近约达满每逾.〔—～-])\d{2}年(?=全年|[上下]半年|第[一二三四]季度|[春夏秋冬]季)|(?<=[与和跟同比较])2[1-9]年(?=同期|相比|[上下]半年|全年)|(?<=(?<!\d)(?:19|20)\d{2}年?[-—–－～~至])\d{2}年|[’']\d{2}年/gu),
    examples: { fails: ['截至25年底，完成投资。', '26年1月印发。', '自24年以来，成效明显。', '25年，全县完成投资3亿元。', '24年下半年启动。', '2026—30年规划。', '与25年同期相比好转。'], passes: ['截至2025年底，完成投资。', '为期10年。', '近20年来，成效明显。', '实施10年初步见效。'] },
  }),
  textRule('num-percent-range', {
    message: '百分数范围的前后两个数都要带“%”',
    check: (text) => matchesOf(text, /(?<![\d.])\d{1,6}(?:\.\d{1,4})?[-—－~～–至到]\d{1,6}(?:\.\d{1,4})?[%％]/gu, (match) => match[0].replace(/[-—－~～–至到]/u, '%～')),
    examples: { fails: ['增长10～15%。', '占比为3—5%。'], passes: ['增长10%～15%。'] },
  }),
  textRule('num-wan-range', {
    message: '“万”“亿”表示的数值范围，前后两个数都要写出单位，如“3万～5万”',
    check: (text) => matchesOf(text, /(?<![\d.])\d{1,6}(?:\.\d{1,4})?[-—－~～–至到]\d{1,6}(?:\.\d{1,4})?[万亿](?!分)/gu, (match) => match[0].replace(/[-—－~～–至到]/u, `${match[0].at(-1)!}～`)),
    examples: { fails: ['补助3～5万元。'], passes: ['补助3万～5万元。'] },
  }),
  textRule('num-decimal-zero', {
    message: '纯小数应写出小数点前的“0”',
    check: (text) => matchesOf(text, /(?<![\d.．A-Za-z)）])\.(?=\d)/gu, () => '0.'),
    examples: { fails: ['提高.5个百分点。'], passes: ['提高0.5个百分点。', '版本V.2。'] },
  }),
  documentRule('num-consistent', {
    message: '同一文中数字形式应当一致', check: mixedStyles,
    examples: { fails: [{ body: ['完成80%。', '其中百分之二十为新增。'] }], passes: [{ body: ['完成80%。', '其中20%为新增。'] }] },
  }),
  textRule('unit-legal', {
    message: '应使用法定计量单位，请换算后改写', once: true,
    check: (text) => matchesOf(text, /公分|市斤|(?<=[\d万千百十几两])斤(?!斤)|英寸|英尺|英里|(?<=[\d万千百十])(?:平米|尺|丈|华里|磅|公升|马力|加仑)|(?<=\d[万亿]?)立方(?![米厘分千])|(?<=\d[万亿]?)平方(?![米厘分千百毫公根和差])|(?<=\d)[mM][23](?![A-Za-z\d])|(?<=\d)(?:市尺|公尺|里路|里地|KW|Kw|KWH|ppm|PPM|匹马力|华氏度|大卡)|(?<=[\d万亿])亩(?!均)|(?<=\d)(?:KM|Km|KG|Kg)/gu).map((match) => (text[match.start] === '亩' ? { ...match, severity: 'info' as const, message: '“亩”不是法定计量单位，宜换算为公顷、平方米，或加注换算' } : match)),
    examples: { fails: ['宽30公分。', '产粮500斤。', '造林3万亩。', '面积80平米。', '建筑面积500m2。', '核心区40平方。'], passes: ['宽30厘米。', '产粮250千克。', '造林2000公顷。', '净重5公斤。'] },
  }),
  textRule('extra-fullwidth-digit', {
    message: '阿拉伯数字用半角',
    check: (text) => matchesOf(text, /[０-９]+/gu, (match) => match[0].replace(/[０-９]/gu, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))),
    examples: { fails: ['共１２０人。'], passes: ['共120人。'] },
  }),
  textRule('extra-lookalike-digit', {
    message: '数字中混入了形近字母，请改为数字',
    check: (text) => matchesOf(text, /(?<![A-Za-z\d])(?:\d{1,12}[OolIОΟо]{1,4}\d{0,12}|[OolIОΟо]{1,4}\d{1,12})(?![A-Za-z\d])/gu, (match) => match[0].replace(/[OoОΟо]/gu, '0').replace(/[lI]/gu, '1')),
    examples: { fails: ['到2O26年底完成。', '共l20人。', '投资1OO万元。'], passes: ['到2026年底完成。', '推进O2O和5G应用。'] },
  }),
  textRule('extra-zero-mix', {
    message: '汉字年份中的零用“〇”',
    check: (text) => matchesOf(text, /[一二三四五六七八九〇○零OoΟО0]{4}(?=年)/gu, (match) => match[0].replace(/[○零OoΟО0]/gu, '〇')).filter(({ start, end, replacement }) => replacement !== text.slice(start, end) && /[一二三四五六七八九]/u.test(text.slice(start, end))),
    examples: { fails: ['二○二六年一月。', '二零二六年一月。', '二O二六年一月。'], passes: ['二〇二六年一月。'] },
  }),
]
