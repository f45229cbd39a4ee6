/** Rules of 附件说明 and 附件. GB/T 9704-2012 §7.3.4, §7.3.7 */
import type { DocumentContent } from '#core/document'
import { documentRule, matchesOf, type CheckContext, type Draft, type Rule } from '../rule.ts'
import { blockPlace, paragraphsOf } from '../units.ts'

const endMarks = /[。；，、：;,:.]+$/u

const onNames = (context: CheckContext, mend: (name: string) => string): Draft[] => context.content.attachments.flatMap(({ name }, index): Draft[] => {
  const right = mend(name)
  return right === name ? [] : [{ where: { element: '附件说明', part: index }, ...(right === '' ? {} : { fix: { label: `改为「${right}」`, edits: [{ target: 'attachment', index, name: right }] } }) }]
})

/** Lines that somebody typed as 附件说明: in a plain text, or as paragraphs at the end of a body. */
function typedLines({ content, written }: CheckContext): readonly { readonly text: string; readonly block?: number }[] {
  const typed = (written.attachmentLines ?? []).map((text) => ({ text }))
  return [...typed, ...paragraphsOf(content).slice(-12).filter(({ text }) => /^附件(?:[：:]|\s*[1-9一二三]?[.、：:]|$)/u.test(text) && text.length < 120)]
}

const onLines = (context: CheckContext, isWrong: (text: string) => boolean): Draft[] =>
  typedLines(context).filter(({ text }) => isWrong(text)).map(({ block }): Draft => ({ where: { element: '附件说明', ...(block === undefined ? {} : { block }) } }))

/** Numbers of attachments that the text names: 附件1, 附件2、3, 附件1—3; 0 for one without a number. */
function mentioned(context: CheckContext): readonly { readonly number: number; readonly block: number; readonly start: number; readonly end: number }[] {
  return paragraphsOf(context.content).flatMap(({ block, text }) => matchesOf(text, /附件[一二三四五六七八九十](?![\p{Script=Han}])|附件(?:\s*[1-9]\d?(?!\d)(?:[、，和及至—~～-]+(?:附件)?[1-9]\d?(?!\d|[年月日.]))*)?/gu).flatMap(({ start, end }) => {
    const words = text.slice(start, end)
    const numbers = /^附件[一二三四五六七八九十]/u.test(words) ? ['一二三四五六七八九十'.indexOf(words[2]!) + 1] : (words.match(/\d+/gu) ?? []).map(Number)
    const isRange = /[至—~～-]/u.test(words) && numbers.length === 2
    const all = isRange ? Array.from({ length: Math.max(0, Math.min(numbers[1]! - numbers[0]!, 99) + 1) }, (_, i) => numbers[0]! + i) : numbers
    if (all.length > 0) return all.map((number) => ({ number, block, start, end }))
    // 附件 alone is one only when the text points to it.
    return /(?:见|详见|参见|随文|如|按照?|填[写报])$/u.test(text.slice(0, start)) || /^[）)]/u.test(text.slice(end)) ? [{ number: 0, block, start, end }] : []
  }))
}

export const attachmentRules: readonly Rule[] = [
  documentRule('attach-note-no-punct', {
    message: '附件名称后不加标点符号，名称不用书名号括起，请删去',
    check: (context) => [
      ...onNames(context, (name) => name.replace(endMarks, '').replace(/^《([^《》]+)》$/u, '$1')),
      ...onLines(context, (text) => /[。；，]$/u.test(text) && /^附件[：:]/u.test(text)),
    ],
    examples: { fails: [{ content: { attachments: [{ kind: 'text', name: '任务分工表。', body: [] }] } }, { content: { attachments: [{ kind: 'text', name: '《任务分工表》', body: [] }] } }, { written: { attachmentLines: ['附件：任务分工表；'] } }], passes: [{ content: { attachments: [{ kind: 'text', name: '任务分工表', body: [] }] } }] },
  }),
  documentRule('attach-note-colon', {
    message: '“附件”后应标全角冒号，再写附件名称',
    check: (context) => onLines(context, (text) => /^附件(?!：|\s*[1-9]?$)|^附\s*[：:]/u.test(text)),
    examples: { fails: [{ written: { attachmentLines: ['附件:任务分工表'] } }, { written: { attachmentLines: ['附：任务分工表'] } }, { body: ['现将任务分工表印发给你们。', '附件:任务分工表'] }], passes: [{ written: { attachmentLines: ['附件：任务分工表'] } }] },
  }),
  documentRule('attach-note-number', {
    message: '两个以上附件用“1.”“2.”依次编号（由排版统一加上），只有一个附件的不编号',
    check: (context) => [
      ...onNames(context, (name) => name.replace(/^(?:附件)?(?:[（(]?[1-9]\d?[）)]?[.．、：:]\s*|[（(][1-9一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+[、.．])/u, '')),
      ...onLines(context, (text) => /^附件[：:]\s*(?:[1-9]\d?[、．]|[一二三四五六七八九十]+[、.．]|[（(][1-9一二三]+[）)])/u.test(text)),
      ...((context.written.attachmentLines ?? []).length === 1 ? onLines(context, (text) => /^附件：\s*1\./u.test(text)) : []),
    ],
    examples: { fails: [{ content: { attachments: [{ kind: 'text', name: '1、任务分工表', body: [] }] } }, { written: { attachmentLines: ['附件：1、任务分工表', '2、时间表'] } }], passes: [{ content: { attachments: [{ kind: 'text', name: '任务分工表', body: [] }] } }, { content: { attachments: [{ kind: 'text', name: '2026年度任务分工表', body: [] }] } }] },
  }),
  documentRule('attach-match', {
    message: '附件的顺序号和标题应与附件说明一致',
    check: ({ written, content }) => [...(written.attachments ?? []), ...differing(content)].map(({ index, listed, found }): Draft => ({
      where: { element: '附件', part: index },
      message: found === '' ? `附件说明列有“${listed}”，而没有这个附件，请补上或从附件说明中删去` : listed === '' ? `附件“${found}”没有列入附件说明，请补列` : `附件${index + 1}的标题是“${found}”，附件说明写的是“${listed}”，请改为一致`,
    })),
    examples: { fails: [{ written: { attachments: [{ index: 0, listed: '任务分工表', found: '责任分工表' }] } }, { content: { attachments: [{ kind: 'text', name: '任务分工表', heading: '责任分工表', body: [] }] } }], passes: [{ content: { attachments: [{ kind: 'text', name: '任务分工表', body: [] }] } }] },
  }),
  documentRule('attach-mentioned', {
    message: '正文提到的附件没有列出',
    check: (context) => {
      const count = Math.max(context.content.attachments.length, (context.written.attachmentLines ?? []).length)
      const seen = new Set<number>()
      if (count === 0) {
        const after = paragraphsOf(context.content).find(({ text }) => /(?:名单|明细|表|方案|清单|材料)?附后(?=[）)。，；])/u.test(text))
        if (after !== undefined) {
          const start = after.text.indexOf('附后')
          return [{ where: blockPlace(null, after.block, start, start + 2), message: '正文写有“附后”，而没有列出附件，请补列附件说明' }]
        }
      }
      return mentioned(context).flatMap(({ number, block, start, end }): Draft[] => {
        if ((number === 0 ? count > 0 : number <= count) || seen.has(number)) return []
        // A number without a list of attachments: the text of another document may be quoted.
        if (typedLines(context).some((line) => line.block === block)) return []
        seen.add(number)
        return [{ where: blockPlace(null, block, start, end), message: number === 0 ? '正文提到附件，而没有列出附件，请补列附件说明' : `正文提到“附件${number}”，附件说明只列了${count}个附件，请补列或改正` }]
      })
    },
    examples: { fails: [{ body: ['具体分工见附件2。'], content: { attachments: [{ kind: 'text', name: '任务分工表', body: [] }] } }, { body: ['请填写登记表（见附件）。'] }], passes: [{ body: ['具体分工见附件。'], content: { attachments: [{ kind: 'text', name: '任务分工表', body: [] }] } }, { body: ['请妥善保存电子邮件的附件内容。'] }] },
  }),
  documentRule('extra-attachment-unmentioned', {
    once: true,
    message: '所列附件在正文中没有提到，请在正文相应处注明“（见附件）”，或核对是否应列',
    check: (context) => {
      const { content } = context
      if (content.attachments.length === 0) return []
      const numbers = new Set(mentioned(context).map(({ number }) => number))
      const words = paragraphsOf(content).map(({ text }) => text).join('\n')
      // One attachment of an issuing notice is its main text; the words of a name count as a mention.
      if (/附件|附后|随文|后附|印发|转发|批转|下达|公布|现将/u.test(words) && content.attachments.length === 1) return []
      if (numbers.size === 0 && /附件|附后/u.test(words)) return []
      return content.attachments.flatMap(({ name }, index): Draft[] => (numbers.has(index + 1) || words.includes(name) || namedInText(name, words, numbers.size > 0 ? 0.6 : 0) ? [] : [{ where: { element: '附件说明', part: index }, message: `附件${content.attachments.length > 1 ? index + 1 : ''}“${name}”在正文中没有提到，请在相应处注明“（见附件${content.attachments.length > 1 ? index + 1 : ''}）”，或核对是否应列` }]))
    },
    examples: { fails: [{ body: ['请按附件1分工落实。'], content: { attachments: [{ kind: 'text', name: '任务分工表', body: [] }, { kind: 'text', name: '值班电话', body: [] }] } }], passes: [{ body: ['请按附件1、2落实。'], content: { attachments: [{ kind: 'text', name: '任务分工表', body: [] }, { kind: 'text', name: '值班电话', body: [] }] } }] },
  }),
  documentRule('attach-forwarded-not-listed', {
    message: '批转、转发、印发的文件是主件，不作附件说明，请从附件说明中移出',
    check: ({ content }) => {
      const forwarded = /(?:批转|转发|印发)(.+)的通知$/u.exec(content.title)?.[1]?.replace(/[《》]/gu, '')
      if (content.kind !== '通知' || forwarded === undefined || content.attachments.length === 0) return []
      const index = content.attachments.findIndex(({ name }) => name.replace(/[《》]/gu, '') === forwarded || forwarded.endsWith(name.replace(/[《》]/gu, '')))
      return index < 0 ? [] : [{ where: { element: '附件说明', part: index } }]
    },
    examples: { fails: [{ content: { title: '甲市人民政府关于印发防汛工作方案的通知', attachments: [{ kind: 'text', name: '防汛工作方案', body: [] }] } }], passes: [{ content: { title: '甲市人民政府关于做好防汛工作的通知', attachments: [{ kind: 'text', name: '防汛工作方案', body: [] }] } }] },
  }),
]

/** Attachments that carry another title or number than the note gives them. */
function differing({ attachments }: DocumentContent): readonly { readonly index: number; readonly listed: string; readonly found: string }[] {
  return attachments.flatMap((item, index) => {
    if (item.kind === 'file' || (item.heading === undefined && item.label === undefined)) return []
    const heading = item.heading ?? item.name
    return heading === item.name && (item.label ?? index + 1) === index + 1 ? [] : [{ index, listed: item.name, found: item.label === undefined ? heading : `附件${item.label} ${heading}` }]
  })
}

/** Whether the text speaks of a name: four of its characters in a row, or more where a share of the name is asked for. */
function namedInText(name: string, words: string, share: number): boolean {
  const bare = name.replace(/[《》“”（）()\d]/gu, '')
  const run = Math.max(4, Math.ceil(bare.length * share))
  for (let at = 0; at + run <= bare.length; at++) if (words.includes(bare.slice(at, at + run))) return true
  return false
}
