/** Rules on figures that must add up (数字核算): tables, sentences, shares, amounts in words. */
import type { Table } from '#core/document'
import { matchesOf, tableRule, textRule, type Match, type Rule } from '../rule.ts'
import { cellOffset } from '../units.ts'

/** A number as written with its decimals; null for what is none. */
function figureOf(cell: string): { readonly value: number; readonly decimals: number } | null {
  const match = /^[-－]?(\d{1,3}(?:[,，]\d{3})+|\d{1,15})(\.\d{1,8})?[%％]?$/u.exec(cell.trim())
  if (match === null) return null
  const text = `${match[1]!.replace(/[,，]/gu, '')}${match[2] ?? ''}`
  return { value: /^[-－]/u.test(cell.trim()) ? -Number(text) : Number(text), decimals: (match[2] ?? '.').length - 1 }
}

const isTotal = (cell: string): boolean => /^(?:合\s*计|总\s*计|共\s*计|总\s*和|全区合计|全市合计|全省合计)$/u.test(cell.trim())
const isSubtotal = (cell: string): boolean => /^小\s*计$/u.test(cell.trim())
/** Columns that are not added up. */
const notAdded = /率|比|均|排名|名次|序号|编号|年份|年度|日期|单价|(?<!高)标准|增[长速幅]|电话|密度|指数/u
const share = /占比|比重|比例|构成/u

type Figure = { readonly value: number; readonly decimals: number }

/** Rounded parts may miss their total by half a last place each; whole numbers may not. */
function differs(total: Figure, parts: readonly Figure[]): boolean {
  const decimals = Math.max(total.decimals, ...parts.map((part) => part.decimals))
  const slack = decimals === 0 ? 1e-6 : ((parts.length + 1) / 2) * 10 ** -decimals + 1e-9
  return Math.abs(total.value - parts.reduce((sum, part) => sum + part.value, 0)) > slack
}

const shown = (value: number, decimals: number): string => String(Number(value.toFixed(Math.min(decimals, 8))))

function cellMatch(table: Table, row: number, column: number, parts: readonly Figure[]): Match {
  const start = cellOffset(table, row, column)
  const cell = table.rows[row]![column]!
  const decimals = Math.max(0, ...parts.map((part) => part.decimals))
  const sum = shown(parts.reduce((total, part) => total + part.value, 0), decimals)
  return { start, end: start + cell.length, message: `合计写的是${cell}，各分项之和是${sum}，请核对` }
}

/** 合计 rows: every column of figures. */
function columnTotals(table: Table): Match[] {
  const first = table.headRows
  const at = table.rows.findIndex((row, i) => i >= first && (isTotal(row[0] ?? '') || isTotal(row[1] ?? '')))
  if (at < 0) return []
  // The total stands below its parts, or above them.
  const body = at === first ? table.rows.slice(at + 1) : table.rows.slice(first, at)
  const subtotals = body.filter((row) => isSubtotal(row[0] ?? '') || isSubtotal(row[1] ?? ''))
  const plain = body.filter((row) => !subtotals.includes(row))
  const sets = [plain, ...(subtotals.length > 0 ? [subtotals] : [])]
  if (plain.length < 2) return []
  return table.columns.flatMap((_, column): Match[] => {
    const head = table.rows.slice(0, first).map((row) => row[column] ?? '').join('')
    const total = figureOf(table.rows[at]![column] ?? '')
    if (total === null || notAdded.test(head) || /[%％]$/u.test(table.rows[at]![column]!)) return []
    const figures = sets.map((rows) => rows.map((row) => figureOf(row[column] ?? '')))
    // A column with words or blanks in it is not simply added up.
    const whole = figures.filter((set): set is Figure[] => set.every((figure) => figure !== null) && set.length > 1)
    return whole.length > 0 && whole.every((set) => differs(total, set)) ? [cellMatch(table, at, column, whole[0]!)] : []
  })
}

/** A 合计 column: every row, when most rows show that it is the sum of the columns beside it. */
function rowTotals(table: Table): Match[] {
  const heads = table.columns.map((_, column) => table.rows.slice(0, table.headRows).map((row) => row[column] ?? '').filter((cell, i, all) => cell !== all[i - 1]).join(''))
  const column = heads.findIndex((head) => /^(?:合\s*计|总\s*计|小\s*计|总数)(?:（.{1,8}）)?$/u.test(head))
  if (column < 0) return []
  const added = heads.map((head, i) => i !== column && !notAdded.test(head))
  const rows = table.rows.flatMap((row, r) => {
    if (r < table.headRows) return []
    const total = figureOf(row[column] ?? '')
    const parts = row.flatMap((cell, c) => (added[c] === true ? [figureOf(cell)] : [])).filter((figure): figure is Figure => figure !== null)
    return total === null || parts.length < 2 ? [] : [{ r, total, parts }]
  })
  const wrong = rows.filter(({ total, parts }) => differs(total, parts))
  return wrong.length > 0 && wrong.length * 2 < rows.length ? wrong.map(({ r, parts }) => cellMatch(table, r, column, parts)) : []
}

/** Columns of shares whose total is not 100. */
function shareTotals(table: Table): Match[] {
  return table.columns.flatMap((_, column): Match[] => {
    const head = table.rows.slice(0, table.headRows).map((row) => row[column] ?? '').join('')
    if (!share.test(head)) return []
    const rows = table.rows.map((row, r) => ({ row, r })).slice(table.headRows)
    const parts = rows.filter(({ row }) => !isTotal(row[0] ?? '') && !isTotal(row[1] ?? '') && !isSubtotal(row[0] ?? '')).map(({ row }) => figureOf(row[column] ?? ''))
    if (parts.length < 2 || parts.some((figure) => figure === null)) return []
    const sum = parts.reduce((total, figure) => total + figure!.value, 0)
    // A column of separate rates adds up to anything; one that is nearly a whole was meant to be one.
    if (sum < 90 || sum > 110 || !differs({ value: 100, decimals: 0 }, parts as Figure[])) return []
    const last = rows.at(-1)!
    const start = cellOffset(table, last.r, column)
    return [{ start, end: start + (last.row[column] ?? '').length, message: `“${head}”一列之和是${shown(sum, 4)}%，应为100%，请核对`, severity: 'warning' }]
  })
}

const scale: Readonly<Record<string, number>> = { '': 1, 百: 100, 千: 1000, 万: 10_000, 亿: 100_000_000 }
const amount = /(\d{1,12}(?:[,，]\d{3}){0,4}(?:\.\d{1,6})?)(百|千|万|亿)?(\p{Script=Han})/gu
type Part = Figure & { readonly unit: string; readonly start: number; readonly end: number; readonly before: string }

function amountsOf(text: string, from: number): Part[] {
  const parts: Part[] = []
  let last = 0
  for (const { start, end } of matchesOf(text, amount)) {
    const [, digits = '', factor = '', unit = ''] = new RegExp(amount.source, 'u').exec(text.slice(start, end)) ?? []
    const decimals = Math.max(0, (digits.split('.')[1] ?? '').length - Math.log10(scale[factor] ?? 1))
    parts.push({ value: Number(digits.replace(/[,，]/gu, '')) * (scale[factor] ?? 1), decimals, unit, start: start + from, end: end + from, before: text.slice(Math.max(last, start - 14), start) })
    last = end
  }
  return parts
}

/** Parts that together are everything. */
const wholes: readonly (readonly RegExp[])[] = [
  [/男/u, /女/u], [/城[镇市]|市区/u, /农村|乡村|牧区/u], [/公办|公立/u, /民办|私立/u], [/国有/u, /非国有|民营/u], [/中央/u, /地方|自治区|省级|市级|配套/u], [/一等奖|特等奖/u, /[二三]等奖/u],
  [/线上/u, /线下/u], [/新建/u, /改建|续建|扩建|改造/u], [/党员/u, /非党员|群众/u], [/在职/u, /离退休|退休/u], [/已完成|已办结/u, /未完成|未办结|正在办理/u], [/到会|实到/u, /缺席|请假/u], [/自筹/u, /拨款|补助|财政/u],
]

/** 共120人，其中男70人、女40人. */
function sentenceSums(text: string): Match[] {
  const found: Match[] = []
  for (let from = 0; from < text.length;) {
    const stop = text.slice(from).search(/[。；！？]/u)
    const to = stop < 0 ? text.length : from + stop
    const sentence = text.slice(from, to)
    const among = sentence.indexOf('其中')
    if (among > 0 && sentence.length < 400) found.push(...sumOf(sentence, among, from))
    from = to + 1
  }
  return found
}

function sumOf(sentence: string, among: number, from: number): Match[] {
  const total = amountsOf(sentence.slice(0, among), from).at(-1)
  const rest = sentence.slice(among)
  if (total === undefined || /其余|另有|等|以上|包括|主要|最[高大多]|超过|约|近\d|比上年|同比|增长/u.test(rest)) return []
  const parts = amountsOf(rest, from + among).filter((part) => part.unit === total.unit)
  if (parts.length < 2) return []
  const sum = parts.reduce((all, part) => all + part.value, 0)
  // A further figure after the parts (…，尚缺300万元) is none of them.
  if (parts.some((_, i) => i > 0 && !differs(total, parts.slice(0, i + 1)))) return []
  const isWhole = wholes.some((set) => set.every((name) => parts.some((part) => name.test(part.before))))
  const ratio = total.value === 0 ? 0 : sum / total.value
  // 1860亿元 with parts of 1200万元 and 660万元: the figures agree, their units do not.
  const isUnitSlip = sum > 0 && [10_000, 100_000_000].some((factor) => Math.abs(total.value - sum * factor) < 1e-9 * total.value || Math.abs(total.value * factor - sum) < 1e-9 * sum)
  if (!isWhole && !isUnitSlip && (ratio < 0.8 || ratio > 1.2)) return []
  return [{
    start: total.start, end: parts.at(-1)!.end, severity: isWhole || isUnitSlip || ratio > 1 ? 'error' : 'warning',
    message: `总数是${shown(total.value, total.decimals)}${total.unit}，“其中”各项之和是${shown(sum, Math.max(...parts.map((part) => part.decimals)))}${total.unit}，请核对`,
  }]
}

/** 甲占40%、乙占35%、丙占20%. */
function percentLists(text: string): Match[] {
  return text.split(/(?<=[。；！？])/u).reduce<{ at: number; found: Match[] }>(({ at, found }, sentence) => {
    const parts = matchesOf(sentence, /\d{1,3}(?:\.\d{1,4})?(?=[%％])/gu)
    const isShare = /分别占|占比分别|比例分别|构成|各占|之比/u.test(sentence) || (sentence.match(/占/gu) ?? []).length >= Math.max(3, parts.length)
    if (isShare && parts.length > 2 && sentence.length < 400) {
      const figures = parts.map(({ start, end }) => figureOf(sentence.slice(start, end))!)
      const sum = figures.reduce((total, figure) => total + figure.value, 0)
      if (sum >= 80 && sum <= 120 && differs({ value: 100, decimals: 0 }, figures)) {
        found.push({ start: at + parts[0]!.start, end: at + parts.at(-1)!.end + 1, message: `各部分比例之和是${shown(sum, 4)}%，应为100%，请核对` })
      }
    }
    return { at: at + sentence.length, found }
  }, { at: 0, found: [] }).found
}

const capitals = '零壹贰叁肆伍陆柒捌玖'
const capitalUnits: Readonly<Record<string, number>> = { 拾: 10, 佰: 100, 仟: 1000, 万: 10_000, 亿: 100_000_000 }

/** The value of an amount in capital numerals up to 元; null when it is none. */
function capitalValue(text: string): number | null {
  let total = 0
  let section = 0
  let digit = 0
  for (const char of text) {
    const value = capitals.indexOf(char)
    const unit = capitalUnits[char]
    if (value >= 0) digit = value
    else if (unit === undefined) return null
    else if (unit < 10_000) {
      section += (digit === 0 && char === '拾' ? 1 : digit) * unit
      digit = 0
    } else if (unit === 10_000) {
      total += (section + digit) * unit
      section = 0
      digit = 0
    } else {
      total = (total + section + digit) * unit
      section = 0
      digit = 0
    }
  }
  return total + section + digit
}

function amountMismatch(text: string): Match[] {
  return matchesOf(text, /[壹贰叁肆伍陆柒捌玖拾佰仟零万亿]{2,30}[元圆]/gu).flatMap(({ start, end }): Match[] => {
    const value = capitalValue(text.slice(start, end - 1))
    const after = /^[整正]?\s?(?:人民币)?[（(]\s?(?:小写)?[：:]?\s?(?:人民币)?[￥¥]?\s?(\d{1,12}(?:[,，]\d{3}){0,4}(?:\.\d{1,4})?)\s?(万|亿)?元?/u.exec(text.slice(end, end + 40))
    const before = /(\d{1,12}(?:[,，]\d{3}){0,4}(?:\.\d{1,4})?)(万|亿)?元\s?[（(]?\s?(?:大写)?[：:]?\s?(?:人民币)?$/u.exec(text.slice(Math.max(0, start - 40), start))
    const pair = after ?? before
    // 角 and 分 follow the 元; amounts with them are compared in whole 元.
    if (value === null || pair === null) return []
    const figure = Number(pair[1]!.replace(/[,，]/gu, '')) * (scale[pair[2] ?? ''] ?? 1)
    return Math.floor(figure + 1e-6) === value ? [] : [{ start, end, message: `大写金额是${value}元，小写金额是${shown(figure, 2)}元，两者不一致，请核对` }]
  })
}

const table = (rows: readonly (readonly string[])[], caption = ''): Table => ({ kind: 'table', caption, orientation: 'portrait', headRows: 1, columns: rows[0]!.map(() => ({ align: 'centre', share: 0 })), rows })

export const sumRules: readonly Rule[] = [
  tableRule('extra-table-sum', {
    message: '表格合计与各分项之和不一致，请核对',
    check: (given) => [...columnTotals(given), ...rowTotals(given)],
    examples: {
      fails: [table([['地区', '人数'], ['甲旗', '12'], ['乙旗', '15'], ['合计', '28']]), table([['地区', '高标准农田（万元）'], ['甲旗', '520'], ['乙旗', '400'], ['合计', '900']]), table([['地区', '男', '女', '合计'], ['甲旗', '5', '6', '11'], ['乙旗', '7', '8', '15'], ['丙旗', '1', '2', '4']])],
      passes: [table([['地区', '人数'], ['甲旗', '12'], ['乙旗', '15'], ['合计', '27']]), table([['地区', '完成率'], ['甲旗', '97%'], ['乙旗', '95%'], ['合计', '96%']])],
    },
  }),
  tableRule('extra-percent-total', {
    message: '构成比例之和应为100%，请核对', check: shareTotals,
    examples: { fails: [table([['项目', '占比（%）'], ['甲', '40'], ['乙', '35'], ['丙', '20']])], passes: [table([['项目', '占比（%）'], ['甲', '40'], ['乙', '35'], ['丙', '25']])] },
  }),
  textRule('extra-percent-share', {
    message: '各部分比例之和应为100%，请核对', on: ['paragraph'], check: percentLists,
    examples: { fails: ['三类企业分别占40%、35%、20%。'], passes: ['三类企业分别占40%、35%、25%。', '完成率分别为40%、95%、20%。'] },
  }),
  textRule('extra-sentence-sum', {
    message: '总数与“其中”各项之和不一致，请核对', on: ['paragraph'], check: sentenceSums,
    examples: { fails: ['共120人，其中男70人、女40人。', '总投资5000万元，其中中央资金3000万元、地方配套1500万元。'], passes: ['共120人，其中男70人、女50人。', '共120人，其中党员30人。', '总投资1.2亿元，其中中央资金8000万元、地方配套4000万元。', '总投资1.2亿元，其中补助8000万元、自筹4000万元，尚缺300万元。'] },
  }),
  textRule('extra-amount-mismatch', {
    message: '大小写金额不一致，请核对', check: amountMismatch,
    examples: { fails: ['核定经费人民币壹佰万元（110万元）。', '金额500元（大写：伍仟元整）。'], passes: ['核定经费人民币壹佰万元（100万元）。', '核定经费壹拾贰万叁仟元整（￥123,000.00）。'] },
  }),
]
