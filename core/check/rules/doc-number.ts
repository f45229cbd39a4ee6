/** Rules of the 发文字号. GB/T 9704-2012 §7.2.5 */
import { formatDocNumber, parseDocNumber } from '#core/document'
import { organOf } from '../organ-names.ts'
import { documentRule, factsRule, type CheckContext, type Draft, type Rule, type Sample } from '../rule.ts'

const numberOf = (context: CheckContext): string => context.issue?.number ?? ''

const isOrder = (context: CheckContext): boolean => context.content.form === '命令' || context.content.kind === '命令'
const isMinutesIssue = (context: CheckContext, number: string): boolean => context.content.kind === '纪要' && /^(?:总?第|.{0,20}〔\d{4}〕)?第?[1-9]\d*[期号]$/u.test(number)

/** A finding on the whole number, with the number set right where it can be read. */
function onNumber(number: string, message?: string): Draft[] {
  const parsed = parseDocNumber(number)
  const right = parsed === null ? null : formatDocNumber(parsed)
  return [{
    where: { element: '发文字号', start: 0, end: number.length },
    ...(message === undefined ? {} : { message }),
    ...(right === null || right === number ? {} : { fix: { label: `改为「${right}」`, edits: [{ target: 'issue', field: 'number', text: right }] } }),
  }]
}

/** A rule on numbers that are not order numbers. */
function numberRule(id: string, message: string, isWrong: (number: string) => boolean, fails: readonly string[], passes: readonly string[]): Rule {
  const samples = (numbers: readonly string[]): Sample[] => numbers.map((number) => ({ issue: { number } }))
  return documentRule(id, {
    message,
    check: (context) => {
      const number = numberOf(context)
      if (number === '' || isOrder(context) || isMinutesIssue(context, number)) return []
      return isWrong(number) ? onNumber(number) : []
    },
    examples: { fails: samples(fails), passes: samples(passes) },
  })
}

/** Whether the number is right but for what other rules say of brackets, 第 and zeros. */
const readsRight = (number: string): boolean => {
  const parsed = parseDocNumber(number)
  return parsed !== null && /^\p{Script=Han}{1,12}$/u.test(parsed.mark)
}

const suffixKinds: Readonly<Record<string, readonly string[]>> = {
  请: ['请示'], 报: ['报告', '请示', '意见'], 函: ['函', '批复', '通知', '意见', '议案'], 令: ['命令'],
}

export const docNumberRules: readonly Rule[] = [
  numberRule('docno-brackets', '发文字号的年份应用六角括号“〔〕”括入，请改用六角括号', (number) => /[[\]()（）【】［］{}「」]/u.test(number) || /(?:19|20)\d{2}(?!\d*〕)/u.test(number) && !/〔/u.test(number),
    ['内政办发[2026]12号', '内政办发（2026）12号', '内政办发【2026】12号'], ['内政办发〔2026〕12号']),
  numberRule('docno-full-year', '发文字号的年份应写全四位数，如〔2026〕', (number) => /[〔[(（【［]\s*[’']?\d{1,3}\s*年?\s*[〕\])）】］]/u.test(number), ['内政办发〔26〕12号', '内政办发〔26年〕12号'], ['内政办发〔2026〕12号']),
  numberRule('docno-no-leading-zero', '发文字号的顺序号不编虚位，请去掉前面的“0”', (number) => /[〕\])）】］]\s*第?\s*[0０]\d*/u.test(number), ['内政办发〔2026〕012号', '内政办发〔2026〕01号'], ['内政办发〔2026〕10号']),
  numberRule('docno-no-di', '发文字号的顺序号前不加“第”字，请删去', (number) => /第/u.test(number), ['内政办发〔2026〕第12号'], ['内政办发〔2026〕12号']),
  numberRule('docno-hao', '发文字号的顺序号后应加“号”字', (number) => !/号\s*$/u.test(number), ['内政办发〔2026〕12'], ['内政办发〔2026〕12号']),
  numberRule('docno-arabic', '发文字号的年份、顺序号应用半角阿拉伯数字', (number) => /[０-９]|[〇○零一二三四五六七八九十百]+(?=[〕号])/u.test(number), ['内政办发〔二〇二六〕12号', '内政办发〔2026〕十二号', '内政办发〔２０２６〕12号'], ['内政办发〔2026〕12号']),
  numberRule('docno-shape', '发文字号应由机关代字、年份、顺序号组成，如“内政办发〔2026〕12号”，中间不留空格', (number) => !/^\p{Script=Han}{1,12}〔(?:19|20)\d{2}〕[1-9]\d*号$/u.test(number) && (!readsRight(number) || /\s/u.test(number)),
    ['〔2026〕12号', '内政办发2026年12号', '内政办发〔2026〕 12号', 'NZB〔2026〕12号'], ['内政办发〔2026〕12号']),
  documentRule('docno-joint-host', {
    message: '联合行文只标注主办机关的发文字号，请只保留主办机关的一个文号',
    check: (context) => {
      const number = numberOf(context)
      if (number === '') return []
      if ((number.match(/号/gu) ?? []).length > 1 || (number.match(/〔/gu) ?? []).length > 1) return onNumber(number)
      const { issuers } = context.content
      if (issuers.length < 2) return []
      const mark = parseDocNumber(number)?.mark ?? ''
      const owner = context.facts.organs?.find((organ) => organ.mark === mark)
      if (owner === undefined || owner === organOf(context.facts.organs, issuers[0]!)) return []
      return onNumber(number, `联合行文应使用主办机关“${issuers[0]}”的发文字号，“${mark}”是“${owner.name}”的代字`)
    },
    examples: {
      fails: [{ issue: { number: '甲发〔2026〕1号、乙发〔2026〕2号' } }, { content: { issuers: ['甲市财政局', '甲市教育局'] }, issue: { number: '甲教发〔2026〕1号' }, facts: { organs: [{ name: '甲市财政局', mark: '甲财发' }, { name: '甲市教育局', mark: '甲教发' }] } }],
      passes: [{ issue: { number: '内政办发〔2026〕12号' } }],
    },
  }),
  documentRule('docno-year-matches-date', {
    message: '发文字号的年份与成文日期的年份不一致，请核对',
    check: (context) => {
      const year = /[〔[(（【［](\d{4})[〕\])）】］]/u.exec(numberOf(context))?.[1]
      const date = context.issue?.date ?? ''
      if (year === undefined || date === '' || date.startsWith(year)) return []
      return [{ where: { element: '发文字号' }, message: `发文字号的年份是${year}年，成文日期是${date.slice(0, 4)}年，两者应当一致，请核对` }]
    },
    examples: { fails: [{ issue: { number: '内政办发〔2025〕12号', date: '2026-11-24' } }], passes: [{ issue: { number: '内政办发〔2026〕12号', date: '2026-11-24' } }] },
  }),
  factsRule('docno-unique', {
    message: '这个发文字号已经用过，请重新编号', needs: ['usedNumbers'],
    check: (context) => {
      const own = parseDocNumber(numberOf(context))
      const taken = (context.facts.usedNumbers ?? []).some((used) => {
        const other = parseDocNumber(used)
        return own !== null && other !== null && formatDocNumber(own) === formatDocNumber(other)
      })
      return taken ? [{ where: { element: '发文字号' }, message: `发文字号“${numberOf(context)}”已经用过，请重新编号` }] : []
    },
    examples: { fails: [{ issue: { number: '内政办发〔2026〕12号' }, facts: { usedNumbers: ['内政办发〔2026〕12号'] } }], passes: [{ issue: { number: '内政办发〔2026〕12号' }, facts: { usedNumbers: ['内政办发〔2026〕13号'] } }] },
  }),
  documentRule('docno-prefix-type', {
    message: '机关代字与文种不匹配，请核对字号',
    check: (context) => {
      const mark = parseDocNumber(numberOf(context))?.mark ?? ''
      const { kind, form } = context.content
      const table = context.settings.numberSuffixes ?? suffixKinds
      const suffix = Object.keys(table).find((end) => mark.length > 1 && mark.endsWith(end))
      if (suffix !== undefined && !table[suffix]!.includes(kind) && !(suffix === '函' && form === '信函')) {
        return [{ where: { element: '发文字号' }, message: `“${suffix}”字号一般用于${table[suffix]!.join('、')}，本文种为${kind}，请核对机关代字` }]
      }
      if (kind === '函' && form === '信函' && mark.endsWith('发')) return [{ where: { element: '发文字号' }, message: '函一般编“函”字号，请核对机关代字' }]
      return []
    },
    examples: { fails: [{ kind: '通知', issue: { number: '甲政请〔2026〕3号' } }, { kind: '函', issue: { number: '甲政发〔2026〕3号' } }], passes: [{ kind: '通知', issue: { number: '甲政办发〔2026〕3号' } }, { kind: '函', issue: { number: '甲财函〔2026〕3号' } }] },
  }),
]
