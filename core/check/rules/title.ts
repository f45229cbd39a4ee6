/** Rules of the title. 条例 Art. 8, 9(7); GB/T 9704-2012 §7.3.1 */
import { documentKinds, kindOfTitle, type DocumentContent } from '#core/document'
import type { Edit } from '../finding.ts'
import { documentRule, matchesOf, textRule, type Draft, type Rule } from '../rule.ts'

const otherKinds = /(方案|办法|细则|总结|计划|规划|规定|纲要|要点|制度|章程|守则|汇报|申请|说明|安排|通告函|预案|指南|清单|倡议书|通知书|工作指引|讲话)$/u
const withMatter = ['决定', '意见', '通知', '通报', '请示', '批复', '议案', '函', '报告']
/** Words outside 《》 only: a quoted title brings its own. */
const outsideQuotes = (title: string): string => title.replace(/《[^《》]*》/gu, '《》')
const bracketTail = /(?:[（(][^（()）]*[）)])+$/u

const onTitle = (message?: string, edits?: readonly Edit[], label = '改正'): Draft[] => [{
  where: { element: '标题' }, ...(message === undefined ? {} : { message }), ...(edits === undefined ? {} : { fix: { label, edits } }),
}]

/** Minutes whose mark says 纪要 carry the matter alone as their title. */
const isNamedByMark = ({ form, issuerMark }: DocumentContent): boolean => form === '纪要' && issuerMark.includes('纪要')

const kindWords = documentKinds.join('|')
const doubled = new RegExp(`(?:请示的?报告|报告的?请示|(?:${kindWords})(?:${kindWords}))$`, 'u')

export const titleRules: readonly Rule[] = [
  documentRule('title-has-type', {
    message: '标题应以文种结尾（决议、决定、命令、公报、公告、通告、意见、通知、通报、报告、请示、批复、议案、函、纪要之一）',
    check: ({ content, written }) => (content.title === '' || written.carrier === 'missing' || isNamedByMark(content) || kindOfTitle(content.title.replace(/[。；，！？、：;,!?.]+$/u, '')) !== null ? [] : onTitle()),
    examples: { fails: [{ content: { title: '甲市人民政府关于做好防汛工作' } }], passes: [{ content: { title: '甲市人民政府关于做好防汛工作的通知' } }, { content: { title: '甲市人民政府关于做好防汛工作的通知（试行）' } }] },
  }),
  documentRule('title-three-parts', {
    message: '标题应由发文机关名称、事由和文种组成，如“××市人民政府关于……的通知”',
    check: ({ content, written }) => {
      const kind = kindOfTitle(content.title)
      if (written.carrier === 'missing' || kind === null || !withMatter.includes(kind) || content.title.endsWith('工作报告')) return []
      const bare = content.title.replace(bracketTail, '')
      if (!/关于/u.test(bare)) return onTitle('标题中没有“关于……的”，应写明事由，如“××市人民政府关于……的通知”')
      if (!/关于.+的/u.test(bare)) return onTitle('标题的事由与文种之间应有“的”字，如“关于……的通知”')
      return []
    },
    examples: { fails: [{ content: { title: '通知' } }, { content: { title: '甲市人民政府防汛工作通知' } }, { content: { title: '甲市人民政府关于防汛工作通知' } }], passes: [{ content: { title: '甲市人民政府关于防汛工作的通知' } }, { kind: '公告', content: { title: '甲市人民政府公告' } }] },
  }),
  documentRule('title-type-match', {
    message: '标题的文种与所选文种不一致',
    check: ({ content }) => {
      const kind = kindOfTitle(content.title.replace(/[。；，！？、：]+$/u, ''))
      return kind === null || kind === content.kind ? [] : onTitle(`标题的文种是“${kind}”，所选文种是“${content.kind}”，请改为一致`)
    },
    examples: { fails: [{ kind: '通知', content: { title: '甲市人民政府关于防汛工作的通报' } }], passes: [{ kind: '通报', content: { title: '甲市人民政府关于防汛工作的通报' } }] },
  }),
  documentRule('title-no-end-punct', {
    message: '标题末尾不加标点符号，请删去',
    check: ({ content: { title } }) => {
      const end = /[。；，！？、：,;:!?.]+$/u.exec(title)
      return end === null ? [] : onTitle(undefined, [{ target: 'field', field: 'title', start: end.index, end: title.length, text: '' }], '删去末尾标点')
    },
    examples: { fails: [{ content: { title: '甲市人民政府关于防汛工作的通知。' } }], passes: [{}] },
  }),
  textRule('title-punct-limited', {
    message: '标题中除书名号、引号、括号、顿号等外，一般不用标点符号，请改写', on: ['title'],
    check: (text) => matchesOf(outsideQuotes(text).length === text.length ? text : text.replace(/《[^《》]*》/gu, (quoted) => '书'.repeat(quoted.length)), /[，。；：！？,;!?](?=.)/gu),
    examples: { fails: ['甲市人民政府关于加强管理，做好防汛工作的通知'], passes: ['甲市人民政府关于防汛、抗旱工作的通知', '甲市人民政府关于印发《规划：总体》的通知'] },
  }),
  documentRule('title-no-double-type', {
    message: '文种不得重叠使用（如“请示报告”），请只保留一个文种',
    check: ({ content: { title } }) => {
      const bare = title.replace(bracketTail, '')
      return doubled.test(bare) && !/(?:征求意见函|复函)$/u.test(bare) ? onTitle() : []
    },
    examples: { fails: [{ kind: '请示', content: { title: '甲市财政局关于追加经费的请示报告' } }, { kind: '报告', content: { title: '甲市财政局关于追加经费的请示的报告' } }], passes: [{ kind: '批复', content: { title: '甲市人民政府关于追加经费请示的批复' } }, { kind: '函', content: { title: '甲市财政局关于征求意见的函' } }] },
  }),
  documentRule('title-no-double-guanyu', {
    message: '标题叠用“关于……的通知的通知”，请省去多余的“关于”和文种',
    check: ({ content: { title } }) => {
      const bare = outsideQuotes(title)
      return (bare.match(/关于/gu) ?? []).length > 1 || /的(通知|意见|通报|批复|函|请示|报告|决定)的\1/u.test(bare) || /关于关于/u.test(title) ? onTitle() : []
    },
    examples: { fails: [{ content: { title: '甲市人民政府关于转发省政府关于防汛工作的通知的通知' } }], passes: [{ content: { title: '甲市人民政府关于印发《关于加强防汛工作的意见》的通知' } }, { kind: '批复', content: { title: '甲市人民政府关于追加经费请示的批复' } }] },
  }),
  textRule('title-no-urgent-word', {
    message: '紧急程度标注在版头左上角，标题中一般不写“紧急”', on: ['title'],
    check: (text) => matchesOf(text, /(?:紧急|特急|加急)(?=通知|通报|请示|报告|函)/gu, () => ''),
    examples: { fails: ['甲市人民政府关于做好防汛工作的紧急通知'], passes: ['甲市人民政府关于做好紧急救援工作的通知'] },
  }),
  documentRule('title-statutory-type', {
    message: '公文只用条例规定的15种文种；方案、办法、规划等应以通知等文种印发，作为所附文件',
    check: ({ content, written }) => {
      if (written.kind !== undefined) return [{ where: { element: '文种' }, message: `“${written.kind}”不是条例规定的15种文种，请改用法定文种（如以“通知”印发）` }]
      const bare = content.title.replace(bracketTail, '').replace(/[。；，！？、]+$/u, '')
      const word = kindOfTitle(bare) === null ? otherKinds.exec(bare)?.[1] : undefined
      if (written.carrier === 'missing') return onTitle(word === undefined ? '标题没有法定文种，不能单独行文，须以通知、函等法定文种的公文印发' : `“${word}”不是法定文种，不能单独行文，须以通知等法定文种的公文印发（作为所附文件）`)
      return word === undefined ? [] : onTitle(`“${word}”不是法定文种，须以通知等法定文种的公文印发`)
    },
    examples: { fails: [{ content: { title: '甲市人民政府防汛工作方案' } }, { written: { kind: '总结' } }, { content: { title: '甲市数字政府建设规划' }, written: { carrier: 'missing', head: 'none' } }], passes: [{}] },
  }),
]
