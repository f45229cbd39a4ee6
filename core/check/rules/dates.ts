/** Rules of the 成文日期 and of dates in the text. GB/T 9704-2012 §7.3.5.4 */
import { isDate } from '#core/document'
import { dayExists, printedDay, readDay } from '../calendar.ts'
import { closingAlone } from './pages-closing.ts'
import { same, withoutRegion } from '../layout-changes.ts'
import { documentRule, factsRule, matchesOf, textRule, type CheckContext, type Draft, type Rule } from '../rule.ts'
import { blockPlace, bodiesOf } from '../units.ts'
import type { Place } from '../finding.ts'

type WrittenDate = { readonly text: string; readonly where: Place; readonly name: string; readonly field: 'date' | 'printDate' }

function writtenDates({ written, issue }: CheckContext): WrittenDate[] {
  // A date that a source writes in another form is kept as it stands.
  const date = written.date ?? (issue === null || issue.date === '' || isDate(issue.date) ? undefined : issue.date)
  return [
    ...(date === undefined ? [] : [{ text: date, where: { element: '成文日期' } as const, name: '成文日期', field: 'date' as const }]),
    ...(written.printDate === undefined ? [] : [{ text: written.printDate.replace(/印发$/u, ''), where: { element: '印发机关和印发日期' } as const, name: '印发日期', field: 'printDate' as const }]),
  ]
}

/** Findings on every written date that is wrong in one way. */
const datesThat = (context: CheckContext, isWrong: (text: string) => boolean, message: (date: WrittenDate) => string): Draft[] =>
  writtenDates(context).filter(({ text }) => isWrong(text)).map((date) => ({ where: date.where, message: message(date) }))

const iso = /^\d{4}-\d{1,2}-\d{1,2}$/u

export const dateRules: readonly Rule[] = [
  documentRule('date-arabic', {
    message: '成文日期应用阿拉伯数字标注，如“2026年11月24日”',
    check: (context) => datesThat(context, (text) => /[〇○零一二三四五六七八九十元０-９]/u.test(text), ({ name, text }) => `${name}“${text}”应用阿拉伯数字标注，如“2026年11月24日”`),
    examples: { fails: [{ written: { date: '二〇二六年十一月二十四日' } }], passes: [{ written: { date: '2026年11月24日' } }, {}] },
  }),
  documentRule('date-no-leading-zero', {
    message: '日期的月、日不编虚位，1不写作01',
    check: (context) => datesThat(context, (text) => !iso.test(text) && /[年./-]\s*0\d|月\s*0\d/u.test(text), ({ name, text }) => `${name}“${text}”的月、日不编虚位（1不编为01）`),
    examples: { fails: [{ written: { date: '2026年01月05日' } }], passes: [{ written: { date: '2026年10月5日' } }, { issue: { date: '2026-01-05' } }] },
  }),
  documentRule('date-full', {
    message: '日期应将年、月、日标全',
    check: (context) => {
      const partial = datesThat(context, (text) => {
        const day = readDay(text)
        return day === null ? !/年.*月.*日/u.test(text) || /年月|月日/u.test(text) : day.year < 1000 || (!iso.test(text) && !/年.*月.*日/u.test(text))
      }, ({ name, text }) => `${name}“${text}”没有将年、月、日标全，请写作“2026年11月24日”的形式`)
      const isMissing = context.issue !== null && context.issue.number !== '' && context.issue.date === '' && context.written.date === undefined
        // Minutes name the day of the meeting in their text.
        && !(context.content.form === '纪要' && context.content.signature === '')
      return isMissing ? [...partial, { where: { element: '成文日期' }, message: '已编发文字号而没有成文日期，请标注年、月、日' }] : partial
    },
    examples: { fails: [{ written: { date: '2026年11月' } }, { written: { date: '11月24日' } }, { written: { date: '26年11月24日' } }, { written: { date: '2026.9.28' } }, { written: { date: '2026年月日' } }, { issue: { date: '', printDate: '' } }], passes: [{ written: { date: '2026年11月24日' } }, {}] },
  }),
  documentRule('date-real', {
    message: '日期不存在，请核对',
    check: (context) => datesThat(context, (text) => {
      const day = readDay(text)
      return day !== null && !dayExists(day.year, day.month, day.day)
    }, ({ name, text }) => `${name}“${text}”不是真实存在的日期，请核对`),
    examples: { fails: [{ written: { date: '2026-02-30' } }, { written: { date: '2026年13月1日' } }], passes: [{ written: { date: '2024年2月29日' } }] },
  }),
  factsRule('date-is-signing-date', {
    message: '成文日期应为签发日期或会议通过日期', needs: ['approvalDate'],
    check: ({ issue, facts }) => issue === null || issue.date === '' || issue.date === facts.approvalDate ? [] : [{
      where: { element: '成文日期' }, message: `成文日期应为签发（会议通过、最后签发）日期${printedDay(facts.approvalDate ?? '')}，请核对`,
      fix: { label: `改为「${printedDay(facts.approvalDate ?? '')}」`, edits: [{ target: 'issue', field: 'date', text: facts.approvalDate ?? '' }] },
    }],
    examples: { fails: [{ issue: { date: '2026-11-24' }, facts: { approvalDate: '2026-11-23' } }], passes: [{ issue: { date: '2026-11-24' }, facts: { approvalDate: '2026-11-24' } }] },
  }),
  documentRule('date-not-alone-page', {
    message: '不得以“此页无正文”处理版面，请调整行距、字距，使正文与署名、日期、印章同页',
    check: ({ content }) => bodiesOf(content).flatMap(({ part, blocks }) => blocks.flatMap((block, i): Draft[] => {
      if (block.kind !== 'paragraph' || !/(?:[此本]页|以下)无正文/u.test(block.text)) return []
      const isWhole = /^[（(]?(?:[此本]页|以下)无正文[）)]?。?$/u.test(block.text)
      return [{ where: blockPlace(part, i), ...(isWhole ? { fix: { label: '删去这一段', edits: [{ target: 'remove', part, block: i }] } } : {}) }]
    })),
    examples: { fails: [{ body: ['现将有关事项通知如下。', '（此页无正文）'] }, { body: ['现将有关事项通知如下。', '（本页无正文）'] }], passes: [{ body: ['现将有关事项通知如下。'] }] },
    onPages: closingAlone,
    pageExamples: { fails: [{ says: '署名一面没有正文', change: (layout) => withoutRegion(layout, '正文') }], passes: [{ says: '照排', change: same }] },
  }),
  textRule('extra-impossible-date', {
    message: '文中日期不存在，请核对',
    check: (text) => matchesOf(text, /(?:(\d{4})年)?(?<!\d)(\d{1,2})月(\d{1,2})日/gu).flatMap((match) => {
      const [, year, month, day] = /(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日/u.exec(text.slice(match.start, match.end)) ?? []
      if (dayExists(year === undefined ? null : Number(year), Number(month), Number(day))) return []
      return [{ ...match, message: `“${text.slice(match.start, match.end)}”不是真实存在的日期，请核对` }]
    }),
    examples: { fails: ['请于2026年2月30日前报送。', '定于6月31日召开。', '自2026年13月1日起施行。'], passes: ['请于2026年2月28日前报送。', '2024年2月29日施行。'] },
  }),
  textRule('extra-impossible-time', {
    message: '文中时刻不存在，请核对',
    check: (text) => matchesOf(text, /(?<![\d:：.])\d{1,2}[:：]\d{2}(?![\d:：%])|(?<![\d.第:：])\d{1,2}时(?:\d{1,2}分|整)?(?![内后段长间效\d])|(?<![\d.])\d{1,2}点(?:\d{1,2}分|整|前)/gu).flatMap((match) => {
      const [hour = 0, minute = 0] = (text.slice(match.start, match.end).match(/\d+/gu) ?? []).map(Number)
      const isMorning = /[上早]午?\s*$|凌晨\s*$/u.test(text.slice(Math.max(0, match.start - 3), match.start))
      if (minute < 60 && (hour < 24 || (hour === 24 && minute === 0)) && !(isMorning && hour > 12)) return []
      // 3：70 in a ratio of parts is no time.
      if (/比例|比为|配比|比分/u.test(text.slice(Math.max(0, match.start - 12), match.start))) return []
      return [{ ...match, message: `“${text.slice(match.start, match.end)}”不是真实存在的时刻，请核对` }]
    }),
    examples: { fails: ['会议于25:30开始。', '上午9:75报到。', '6月30日26时止。', '上午15:00报到。', '24:30截止。'], passes: ['会议于15:30开始。', '6月30日24时止。', '培训32学时。', '上午9：05报到。'] },
  }),
]
