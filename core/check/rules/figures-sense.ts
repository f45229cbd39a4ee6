/** Figures that cannot be meant as they are written (数字表述): ranges turned round, falls by multiples, shares that do not fit their amounts, serial numbers. */
import type { Table } from '#core/document'
import { matchesOf, tableRule, textRule, type Match, type Rule } from '../rule.ts'
import { cellOffset } from '../units.ts'

/** 8～6家: no hours, months or weekdays, which may run over their end. */
function turnedRanges(text: string): Match[] {
  return matchesOf(text, /(?<![\d.〔/:：月日年-])\d{1,6}(?:\.\d{1,4})?(?:[%％万亿])?[～~]\d{1,6}(?:\.\d{1,4})?(?:[%％万亿])?(?![\d.:：月日时点号周〕])/gu).flatMap((match): Match[] => {
    const [first = '', second = ''] = text.slice(match.start, match.end).split(/[～~]/u)
    const unit = (word: string): string => /[%％万亿]$/u.exec(word)?.[0] ?? ''
    // 3～5万: the unit stands once for both.
    if (unit(first) !== '' && unit(first) !== unit(second)) return []
    return Number.parseFloat(first) > Number.parseFloat(second) ? [{ ...match, message: `“${text.slice(match.start, match.end)}”前大后小，请核对` }] : []
  })
}

const falls = /(?:减少|降低|下降|缩短|缩减|缩小|压缩|压减)了?(?:近|约|超过)?(?:\d{1,4}(?:\.\d{1,3})?|[一二两三四五六七八九十几数]{1,3})倍/gu
const negative = /(?:(?:同比|环比)增长|(?:同比|环比)下降|较上年增长|比上年增长)\s?[-－−]\s?\d/gu

const amounts: Readonly<Record<string, number>> = { '': 1, 万: 10_000, 亿: 100_000_000 }
const pair = /(\d{1,9}(?:\.\d{1,4})?)(万|亿)?(元|人|户|吨|公顷|名|家|个)[，（]占(?:比为?|总\p{Script=Han}{1,3}的)?(\d{1,3}(?:\.\d{1,2})?)[%％]/gu

/** 注册资本3000万元，甲出资1800万元，占60%；乙出资1200万元，占45%. Judged only where the parts add up to a whole that is stated. */
function shareMismatch(text: string): Match[] {
  const pairs = matchesOf(text, pair).map((match) => {
    const [, digits = '', factor = '', unit = '', percent = ''] = new RegExp(pair.source, 'u').exec(text.slice(match.start, match.end)) ?? []
    return { ...match, value: Number(digits) * amounts[factor]!, unit, percent: Number(percent), slack: 10 ** -(percent.split('.')[1] ?? '').length }
  })
  if (pairs.length < 2) return []
  const [{ start, unit }] = pairs as [typeof pairs[0], ...typeof pairs]
  const whole = pairs.reduce((sum, each) => sum + each.value, 0)
  const isStated = [...text.slice(0, start).matchAll(/(\d{1,9}(?:\.\d{1,4})?)(万|亿)?(元|人|户|吨|公顷|名|家|个)/gu)].some(([, digits, factor, of]) => of === unit && Math.abs(Number(digits) * amounts[factor ?? '']! - whole) < 1e-6 * whole)
  if (!isStated || pairs.some((each) => each.unit !== unit)) return []
  return pairs.filter(({ value, percent, slack }) => Math.abs((value / whole) * 100 - percent) > slack)
    .map(({ start: from, end, value, percent }) => ({ start: from, end, message: `按总数计算，这一项占${Number(((value / whole) * 100).toFixed(2))}%，写的是${percent}%，请核对` }))
}

/** 三次产业结构比为15.4∶41.0∶45.6 */
const thirds = (text: string): Match[] => matchesOf(text, /(?:三次产业|产业结构|结构)[^，。；\d]{0,12}\d{1,2}(?:\.\d{1,2})?[∶：:]\d{1,2}(?:\.\d{1,2})?[∶：:]\d{1,2}(?:\.\d{1,2})?/gu).flatMap((match): Match[] => {
  const figures = (text.slice(match.start, match.end).match(/\d{1,2}(?:\.\d{1,2})?/gu) ?? []).map(Number)
  const sum = figures.reduce((total, figure) => total + figure, 0)
  return sum > 80 && sum < 120 && Math.abs(sum - 100) > 0.151 ? [{ ...match, message: `三项之和是${Number(sum.toFixed(2))}，应为100，请核对` }] : []
})

const overWhole = (text: string): Match[] => matchesOf(text, /(?:比重|占比)(?:已?[为达]到?|约为?|是)?\s?(?:1[0-9]\d|[2-9]\d{2})(?:\.\d{1,4})?[%％]/gu)
  .filter(({ start, end }) => Number.parseFloat(/\d[\d.]*/u.exec(text.slice(start, end))?.[0] ?? '0') > 100)
  .map((match) => ({ ...match, message: '部分占总体的比重不会超过100%，请核对' }))

const doubled = /(?:约[需为有合计达占]?|大约|近|将近|大概)\s?\d{1,9}(?:\.\d{1,3})?[万亿]?\p{Script=Han}{0,3}(?:左右|上下)|(?:超过|超出|不少于|不低于|至少)\s?\d{1,9}(?:\.\d{1,3})?[%％万亿]?\p{Script=Han}{0,4}以上|(?:不超过|不多于|不高于|至多|最多)\s?\d{1,9}(?:\.\d{1,3})?[%％万亿]?\p{Script=Han}{0,4}以[下内]/gu

/** 1, 2, 4 in a column of serial numbers. */
function serialGaps(table: Table): Match[] {
  const column = table.columns.findIndex((_, c) => table.rows.slice(0, table.headRows).some((row) => /^序\s*号$/u.test((row[c] ?? '').trim())))
  if (column < 0 || table.headRows === 0) return []
  let last = 0
  return table.rows.flatMap((row, r): Match[] => {
    const cell = (row[column] ?? '').trim()
    if (r < table.headRows || !/^\d{1,4}$/u.test(cell)) return []
    const value = Number(cell)
    const isRight = last === 0 || value === last + 1 || value === 1 || value === last
    const wanted = last + 1
    last = value
    if (isRight) return []
    const start = cellOffset(table, r, column)
    return [{ start, end: start + cell.length, message: `序号不连续：这里应为${wanted}，写的是${value}，请核对` }]
  })
}

const list = (cells: readonly string[]): Table => ({ kind: 'table', caption: '', orientation: 'portrait', headRows: 1, columns: [{ align: 'centre', share: 0 }, { align: 'centre', share: 0 }], rows: [['序号', '事项'], ...cells.map((cell) => [cell, '事项'])] })

export const figureSenseRules: readonly Rule[] = [
  textRule('extra-range-order', {
    message: '数值范围前大后小，请核对', check: turnedRanges,
    examples: { fails: ['培育8～6家企业。', '占比达到40%～35%。'], passes: ['培育6～8家企业。', '供暖期为11～3月。', '每组3～5万元。', '气温-5～3摄氏度。'] },
  }),
  textRule('extra-decrease-wording', {
    message: '减少、下降不用倍数，负增长写作“下降”，请改写',
    check: (text) => [...matchesOf(text, falls), ...matchesOf(text, negative)],
    examples: { fails: ['事故起数下降2倍。', '成本减少了一倍。', '产值同比增长-3.2%。'], passes: ['事故起数下降50%。', '产值同比下降3.2%。', '成本减少一半。'] },
  }),
  textRule('extra-double-approx', {
    message: '“约”与“左右”、“超过”与“以上”之类不重复使用，请删去一个', on: ['paragraph'],
    check: (text) => matchesOf(text, doubled),
    examples: { fails: ['参会约300人左右。', '约需42万元左右。', '面积不少于50平方米以上。', '最多5人以下。'], passes: ['参会约300人。', '面积50平方米以上。'] },
  }),
  textRule('extra-share-amount', {
    message: '比例与数额不符，请核对', on: ['paragraph'],
    check: (text) => [...shareMismatch(text), ...thirds(text), ...overWhole(text)],
    examples: {
      fails: ['注册资本3000万元，甲方出资1800万元，占60%；乙方出资1200万元，占45%。', '三次产业结构比为15.4∶41.0∶45.6。', '占全市的比重为158%。'],
      passes: ['注册资本3000万元，甲方出资1800万元，占60%；乙方出资1200万元，占40%。', '三次产业结构比为15.4∶41.0∶43.6。', '完成投资30亿元，占年度计划的103%。'],
    },
  }),
  tableRule('extra-table-serial', {
    message: '表中序号不连续，请核对', check: serialGaps,
    examples: { fails: [list(['1', '2', '4'])], passes: [list(['1', '2', '3']), list(['1', '2', '1', '2']), list(['', '', ''])] },
  }),
]
