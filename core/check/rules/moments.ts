/** Rules on moments and numbers in the text: weekdays, periods, telephone numbers (时间与电话). */
import { blockText } from '#core/document'
import { weekdayNames, weekdayOf, dayExists } from '../calendar.ts'
import { documentRule, matchesOf, textRule, type CheckContext, type Draft, type Match, type Rule } from '../rule.ts'
import { bodiesOf, blockPlace } from '../units.ts'

const dated = /(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?:[（(]\s?)?(?:星期|周|礼拜)([一二三四五六日天])/gu

function weekdays({ content, issue }: CheckContext): Draft[] {
  const issueYear = /^\d{4}/u.exec(issue?.date ?? '')?.[0]
  return bodiesOf(content).flatMap(({ part, blocks }) => blocks.flatMap((block, i) => {
    const text = blockText(block)
    return matchesOf(text, dated).flatMap(({ start, end }): Draft[] => {
      const [, year, month = '', day = '', named = ''] = new RegExp(dated.source, 'u').exec(text.slice(start, end)) ?? []
      const before = text.slice(0, start).match(/\d{4}(?=年)/gu)?.at(-1)
      const base = year ?? before ?? issueYear
      if (base === undefined || !dayExists(Number(base), Number(month), Number(day))) return []
      const wanted = weekdayNames.indexOf(named === '天' ? '日' : named)
      // Without a year of its own, a day that is past at issue may lie in the next one.
      const isAhead = base === issueYear && `${base}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` >= (issue?.date ?? '')
      const years = year === undefined && !isAhead ? [Number(base), Number(base) + 1] : [Number(base)]
      const weekday = years.map((one) => weekdayOf(one, Number(month), Number(day)))
      if (weekday.includes(wanted)) return []
      const right = weekdayNames[weekday[0]!]!
      const at = end - 1
      return [{
        where: blockPlace(part, i, start, end), message: `${base}年${month}月${day}日是星期${right}，不是星期${named}，请核对`,
        fix: { label: `改为「星期${right}」`, edits: [{ target: 'text', part, block: i, start: at, end: at + 1, text: right }] },
      }]
    })
  }))
}

const period = /(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\d{1,2}[时:：](?:\d{1,2}分?)?)?(?:[（(][^（()）]{0,6}[）)])?起?\s?(?:至|到|—|－|～|-)\s?(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日/gu

const monthPeriod = /(?<!\d)(?:19|20)\d{2}年\d{1,2}月(?:[底初]|[上中下]旬)?起?(?:至|到|—|－|～|-)(?:(?:19|20)\d{2})年\d{1,2}月(?!\d{0,2}日)/gu
const clockPeriod = /(?<!\d)\d{1,2}[:：]\d{2}(?:至|到|—|－|～|-)(?:次日|第二天|[上下]午|晚上?)?\d{1,2}[:：]\d{2}/gu

function reversed(text: string): Match[] {
  const days = matchesOf(text, period).flatMap((match): Match[] => {
    const [, y1, m1, d1 = '', y2, m2, d2 = ''] = new RegExp(period.source, 'u').exec(text.slice(match.start, match.end)) ?? []
    if (m1 === undefined) return []
    const first = [Number(y1 ?? 0), Number(m1), Number(d1)] as const
    const second = [Number(y2 ?? y1 ?? 0), Number(m2 ?? m1), Number(d2)] as const
    // Without a second year, a period from autumn to spring runs over the new year.
    const isOverNewYear = y2 === undefined && first[1] >= 9 && second[1] <= 4
    const isAfter = second[0] < first[0] || (second[0] === first[0] && (second[1] < first[1] || (second[1] === first[1] && second[2] < first[2])))
    return isAfter && !isOverNewYear ? [match] : []
  })
  const years = matchesOf(text, /(?<!\d)(?:19|20)\d{2}年?(?:至|到|—|－|～|-)(?:19|20)\d{2}年/gu).filter(({ start, end }) => {
    const [first = 0, second = 0] = (text.slice(start, end).match(/\d{4}/gu) ?? []).map(Number)
    return second < first
  })
    const months = matchesOf(text, monthPeriod).filter(({ start, end }) => {
    const [y1 = 0, m1 = 0, y2 = 0, m2 = 0] = (text.slice(start, end).match(/\d+/gu) ?? []).map(Number)
    return y2 < y1 || (y2 === y1 && m2 < m1)
  })
  const hours = matchesOf(text, clockPeriod).filter(({ start, end }) => {
    const [h1 = 0, n1 = 0, h2 = 0, n2 = 0] = (text.slice(start, end).match(/\d+/gu) ?? []).map(Number)
    // A shift may run over midnight, and afternoon hours may be told as 1 to 12.
    return h1 * 60 + n1 > h2 * 60 + n2 && h1 < 17 && !/次日|第二天|[下晚]/u.test(text.slice(start, end))
  })
  const validity = matchesOf(text, /自(\d{4})年(\d{1,2})月(\d{1,2})日起(?:施行|实施|执行|生效)，有效期(?:限)?(?:至|到|截至)(\d{4})年(\d{1,2})月(\d{1,2})日/gu).filter(({ start, end }) => {
    const [y1 = 0, m1 = 0, d1 = 0, y2 = 0, m2 = 0, d2 = 0] = (text.slice(start, end).match(/\d+/gu) ?? []).map(Number)
    return (y2 - y1) * 400 + (m2 - m1) * 32 + d2 - d1 < 0
  })
  return [...days, ...years, ...months, ...hours, ...validity].map((match) => ({ ...match, message: `“${text.slice(match.start, match.end)}”的止日早于起日，请核对` }))
}

const isPhone = (digits: string): boolean => /^1[3-9]\d{9}$/u.test(digits) || /^0\d{2,3}[2-9]\d{6,7}$/u.test(digits) || /^[2-9]\d{6,7}$/u.test(digits) || /^[48]00\d{7}$/u.test(digits) || /^(?:86)?1[3-9]\d{9}$/u.test(digits) || /^860?[1-9]\d{1,2}[2-9]\d{6,7}$/u.test(digits)
  // 110, 12345, 96777 …: service numbers.
  || /^(?:1\d{2,4}|9\d{4,5})$/u.test(digits)

/** 0719-883210: with the area code apart, its four digits cannot lend one to the number. */
const isShortAfterArea = (number: string): boolean => /^\s*0\d{2,3}\s?[-—－–]\s?\d{1,6}\s*$/u.test(number)

function phones(text: string): Match[] {
  const labelled = matchesOf(text, /(?:电话|手机|传真|联系方式|热线)(?:号码)?[：:\s]{0,3}\+?\d[\d\-—－– ]{3,22}\d(?:[、，,/](?:\s?)\d[\d\-—－– ]{3,22}\d){0,4}/gu).flatMap(({ start, end }) => {
    const words = text.slice(start, end)
    const from = words.search(/[\d+]/u)
    let at = start + from
    return words.slice(from).split(/(?<=[、，,/])/u).flatMap((piece): Match[] => {
      const here = at
      at += piece.length
      const bare = piece.replace(/[、，,/]$/u, '')
      return isPhone(bare.replace(/\D/gu, '')) && !isShortAfterArea(bare) ? [] : [{ start: here, end: here + bare.length, message: `电话号码“${bare.trim()}”的位数不正确，请核对` }]
    })
  })
  const mobiles = matchesOf(text, /(?<![\d-])1[3-9](?:\d{8}|\d{10})(?![\d.万亿元人%-])/gu).map((match): Match => ({ ...match, message: `手机号码“${text.slice(match.start, match.end)}”不是11位，请核对` }))
  return [...labelled, ...mobiles.filter((match) => !labelled.some((other) => other.start <= match.start && match.end <= other.end))]
}

export const momentRules: readonly Rule[] = [
  documentRule('extra-weekday', {
    message: '星期与日期不符，请核对', check: weekdays,
    examples: { fails: [{ body: ['定于2026年11月25日（星期四）召开。'] }, { issue: { date: '2026-09-15' }, body: ['10月10日（星期日）上班。'] }], passes: [{ body: ['定于2026年11月25日（星期三）召开。'] }] },
  }),
  textRule('extra-date-order', {
    message: '止日早于起日，请核对', check: reversed,
    examples: { fails: ['2026年6月10日至6月5日举行。', '2025—2021年规划。', '自2026年3月1日至2025年12月31日。', '自2027年7月10日起至2026年6月30日止。', '2026年8月至2026年3月。', '上午11:00至9:00。', '2026年6月30日0时至3月1日24时。', '自2026年10月1日起施行，有效期至2025年9月30日。'], passes: ['2026年6月5日至10日举行。', '12月25日至1月5日为集中整治期。', '2021—2025年规划。', '夜间22:00至6:00。', '9:00至11:30。'] },
  }),
  textRule('extra-phone-digits', {
    message: '电话号码位数不正确，请核对', check: phones,
    examples: { fails: ['联系电话：0471-12345。', '手机：1380013800', '电话：0471-482551、13800138000', '联系电话：0471-482551。'], passes: ['联系电话：0471-4825510。', '手机：13800138000', '热线电话：12345', '电话：+86-0471-4825510'] },
  }),
]
