/** Rules of punctuation marks. GB/T 15834-2011. All patterns look a bounded way ahead: a hostile paragraph costs no more than its length. */
import { matchesOf, textRule, type Match, type Rule } from '../rule.ts'

const full: Readonly<Record<string, string>> = { ',': '，', ';': '；', ':': '：', '?': '？', '!': '！', '(': '（', ')': '）', '.': '。', '．': '。', '﹐': '，', '﹑': '、', '､': '、', '丶': '、', '﹒': '。', '｡': '。', '﹔': '；', '﹕': '：', '﹖': '？', '﹗': '！', '｢': '「', '｣': '」' }

const pairs: Readonly<Record<string, string>> = { '“': '”', '‘': '’', '（': '）', '《': '》', '〈': '〉', '【': '】', '〔': '〕', '「': '」', '『': '』' }
const closers = new Set(Object.values(pairs))
const wrong = '没有配对，请补上或删去另一半'

/** Marks that open and never close, or close what was not opened. */
function unpaired(text: string): Match[] {
  const open: { readonly mark: string; readonly at: number }[] = []
  const found: Match[] = []
  for (let at = 0; at < text.length && found.length < 20; at++) {
    const mark = text[at]!
    if (pairs[mark] !== undefined) {
      // The same mark inside itself means that the first was never closed; only round brackets and 《》 nest.
      const same = open.findIndex((entry) => entry.mark === mark)
      if (same >= 0 && (mark === '“' || mark === '‘')) found.push(unpairedAt(open.splice(same, 1)[0]!.at, mark))
      open.push({ mark, at })
    } else if (closers.has(mark)) {
      // ’ is an apostrophe after a letter or digit.
      if (mark === '’' && /[A-Za-z\d]/u.test(text[at - 1] ?? '') && !open.some((entry) => entry.mark === '‘')) continue
      const index = open.findLastIndex((entry) => pairs[entry.mark] === mark)
      if (index < 0) {
        found.push(unpairedAt(at, mark))
        continue
      }
      for (const entry of open.splice(index).slice(1)) found.push(unpairedAt(entry.at, entry.mark))
    }
  }
  return [...found, ...open.slice(0, 20).map((entry) => unpairedAt(entry.at, entry.mark))]
}

const unpairedAt = (at: number, mark: string): Match => ({ start: at, end: at + 1, message: `“${mark}”${wrong}` })

export const punctuationRules: readonly Rule[] = [
  textRule('punct-fullwidth', {
    message: '中文语句中应用全角标点',
    check: (text) => [
      ...matchesOf(text, /(?<=[\p{Script=Han}”》）％%])[,;:?!()](?!\/\/)|[,;?!()](?=\p{Script=Han})|(?<=\d):(?=\p{Script=Han})/gu, ([mark]) => full[mark]),
      ...matchesOf(text, /[﹐﹑､﹒｡﹔﹕﹖﹗｢｣]|(?<=\p{Script=Han})丶(?=\p{Script=Han})/gu, ([mark]) => full[mark]).filter(({ start }) => !/^[一二三四五六七八九十]{1,3}$/u.test(text.slice(0, start))),
      ...matchesOf(text, /(?<=[\d%％）”》])\.$/gu, () => '。').filter(({ start }) => start > 12 && /\p{Script=Han}/u.test(text)),
      ...matchesOf(text, /(?<=\p{Script=Han})[.．](?=\p{Script=Han}|$)|(?<=[%％]|年|月|日)\.(?=\p{Script=Han})/gu, () => '。').filter(({ end, start }) => (end < text.length || start > 12) && !/^[一二三四五六七八九十]{1,3}$/u.test(text.slice(0, start))),
      ...matchesOf(text, /["'`](?=\p{Script=Han})|(?<=\p{Script=Han})["'`]/gu),
    ].sort((a, b) => a.start - b.start),
    examples: { fails: ['各地要高度重视,认真落实。', '请于15日前报送(含电子版)。', '要求如下:一是落实。', '推进"一网通办"。', '整改率为96.8%，同比提高1.2%.', '错别字､空链接等问题。'], passes: ['各地要高度重视，认真落实。', '会议于15:30开始。', '执行GB/T 9704-2012标准。', '增长1.5倍。'] },
  }),
  textRule('punct-paired', {
    message: '引号、括号、书名号应成对使用',
    check: unpaired,
    examples: { fails: ['根据《甲市防汛条例的规定。', '推进“一网通办”和“一网统管。', '（含电子版。', '推进一网通办”。'], passes: ['根据《甲市防汛条例》（甲政发〔2026〕3号）的规定，推进“一网通办”。', '《关于贯彻〈防汛条例〉的通知》'] },
  }),
  textRule('punct-booktitle-adjacent', {
    message: '并列的书名号之间、引号之间一般不加顿号', once: true,
    check: (text) => matchesOf(text, /(?<=》)、(?=《)|(?<=”)、(?=“)/gu, () => ''),
    examples: { fails: ['依据《预算法》、《审计法》办理。', '实现“一网通办”、“一网统管”。'], passes: ['依据《预算法》《审计法》办理。'] },
  }),
  textRule('punct-ellipsis', {
    message: '省略号用六个小圆点“……”',
    check: (text) => matchesOf(text, /\.{3,}|。{2,}|(?<!…)…(?!…)|…{3,}|[·•]{3,}|…{1,2}(?=等)|(?<=等)…{1,2}/gu, () => '……')
      // 等 says the same as the mark: one of the two goes. GB/T 15834-2011 §4.11
      .map((match) => (text[match.end] === '等' || (text[match.start - 1] === '等' && text[match.start] === '…') ? { ...match, message: '省略号与“等”不同时使用，请删去省略号', replacement: '' } : match)),
    examples: { fails: ['包括粮食、油料...', '包括粮食、油料。。。', '包括粮食、油料…', '包括粮食、油料……等。'], passes: ['包括粮食、油料……'] },
  }),
  textRule('punct-range', {
    message: '数值起止用浪纹线“～”，年份、地点等起止用一字线“—”，不用短横“-”',
    check: (text) => matchesOf(text, /(?<![\dA-Za-z./／-]|[A-Za-z]\s)[1-9]\d{0,3}(?:\.\d{1,4})?[-－–][1-9]\d{0,3}(?:\.\d{1,4})?(?=\p{Script=Han})(?![号室楼栋座转班])|(?<!\d)\d{1,2}月\d{1,2}日[-－–](?:\d{1,2}月)?\d{1,2}日|(?<![\dA-Za-z./／-])\d{1,8}(?:\.\d{1,4})?(?:万|亿|%|％|年|月|日|时)?[-－–]\d{1,8}(?:\.\d{1,4})?(?=[%％年月日时天周人元万亿个倍岁米级页条款章类层届期批次户只头吨亩分秒名项家公平千克摄℃台套辆架座处村间所支艘册份篇株棵位轮组])(?!\d|-)|(?<![\d:])\d{1,2}:\d{2}[-－–]\d{1,2}:\d{2}|\d{4}年?[~～]\d{4}(?=年)/gu,
      (match) => match[0].replace(/[-－–~～]/u, /^\d{4}年?[-－–~～]\d{4}$|:/u.test(match[0]) ? '—' : '～')),
    examples: { fails: ['每组5-8人。', '2021-2025年规划。', '1-9月完成投资。', '整改时限为2-3周。', '7月10日-8月5日公示。'], passes: ['每组5～8人。', '2021—2025年规划。', '电话0471-1234567。', '执行GB/T 9704-2012标准。', '日期2026-11-24。', '档案号3-12号，位于2-301室。'] },
  }),
  textRule('punct-deng-comma', {
    message: '“等”字前不加顿号，请删去',
    check: (text) => matchesOf(text, /、(?=等(?![级次待额式价同候比效温压边差离]))/gu, () => ''),
    examples: { fails: ['粮食、油料、等物资。'], passes: ['粮食、油料等物资。', '规模、等级和类别。'] },
  }),
  textRule('extra-repeated-punct', {
    message: '标点重叠，请保留一个',
    check: (text) => matchesOf(text, /([，；：、！？])\1+|[，、；：][。，；、](?!。)|(?<!。)。[，、；：]/gu, (match) => (/[。]/u.test(match[0]) ? '。' : match[0][0]!)),
    examples: { fails: ['高度重视，，认真落实。', '认真落实，。'], passes: ['高度重视，认真落实。'] },
  }),
]
