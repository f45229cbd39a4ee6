/** Rules of the 主送机关. GB/T 9704-2012 §7.3.2; 条例 Art. 9(8), 15 */
import { isPerson, looseNames, organOf, organsIn } from '../organ-names.ts'
import { documentRule, factsRule, type CheckContext, type Draft, type Rule } from '../rule.ts'

/** 同类: governments, or departments. */
function classOf(name: string): 'government' | 'department' | null {
  if (/(?:政府|公署)$/u.test(name)) return 'government'
  return /(?:委|办|厅|局|部门|委员会|署)$/u.test(name) ? 'department' : null
}

const isOneClass = (one: string, other: string): boolean => classOf(one) !== null && classOf(one) === classOf(other)

const required = ['请示', '报告', '批复', '函', '议案', '通知']

const all = (context: CheckContext): readonly string[] => context.content.recipients.flatMap((entry) => organsIn(entry))

/** A name that one entry lists twice: 甲局、乙局、甲局. */
const insideTwice = (entry: string): string | undefined => entry.split(/[、，,；;]/u).find((name, i, all) => name.length > 2 && all.indexOf(name) !== i)

const onList = (message?: string): Draft[] => [{ where: { element: '主送机关' }, ...(message === undefined ? {} : { message }) }]

/** Findings on single entries, each mended by rewriting that entry. */
function onEntries(context: CheckContext, mend: (name: string) => string | null): Draft[] {
  const { recipients } = context.content
  return recipients.flatMap((name, block): Draft[] => {
    const right = mend(name)
    if (right === null) return []
    return [{ where: { element: '主送机关', block }, fix: { label: `改为「${right}」`, edits: [{ target: 'organs', list: 'recipients', names: recipients.map((item, i) => (i === block ? right : item)) }] } }]
  })
}

export const recipientRules: readonly Rule[] = [
  documentRule('recipient-colon', {
    message: '主送机关名称末尾标全角冒号，由排版统一加上，名称中不要另写标点',
    check: (context) => {
      const { recipientLine } = context.written
      if (recipientLine !== undefined) return recipientLine.endsWith('：') ? [] : onList('主送机关名称后应标全角冒号“：”')
      return onEntries(context, (name) => (/[：:，,。；;、.]+$/u.test(name) ? name.replace(/[：:，,。；;、.]+$/u, '') : null))
    },
    examples: { fails: [{ content: { recipients: ['各旗县人民政府:'] } }, { content: { recipients: ['各旗县人民政府。'] } }, { written: { recipientLine: '各旗县人民政府:' } }], passes: [{ content: { recipients: ['各旗县人民政府'] } }, { written: { recipientLine: '各旗县人民政府：' } }] },
  }),
  documentRule('recipient-separators', {
    message: '主送机关并列时，同类机关之间用顿号，不同类机关之间用逗号',
    check: (context) => onEntries(context, (name) => {
      const bare = name.replace(/[：:，,。；;、.]+$/u, '')
      if (/[,;；]/u.test(bare)) return bare.split(/[,;；]/u).reduce((list, group) => `${list}${isOneClass(list.split(/[、，]/u).at(-1)!, group) ? '、' : '，'}${group.trim()}`)
      const groups = bare.split('，')
      if (groups.some((group, i) => i > 0 && isOneClass(groups[i - 1]!, group))) return groups.join('、')
      // Governments and departments beside each other are of two classes.
      if (/(?:政府|公署)、(?=[^、，]{0,6}(?:各委|各部|各厅|各局|各直|直属|各有关部门))/u.test(bare)) return bare.replace(/(?<=政府|公署)、(?=[^、，]{0,6}(?:各委|各部|各厅|各局|各直|直属|各有关部门))/u, '，')
      return /[\p{Script=Han}][ \u3000]+[\p{Script=Han}]/u.test(name) ? name.replace(/[ \u3000]+/gu, '、') : null
    }),
    examples: { fails: [{ content: { recipients: ['各盟行政公署，市人民政府'] } }, { content: { recipients: ['自治区各委 办 厅 局'] } }, { content: { recipients: ['各盟行政公署、市人民政府、自治区各委、办、厅、局'] } }], passes: [{ content: { recipients: ['各盟行政公署、市人民政府，自治区各委、办、厅、局'] } }, { content: { recipients: ['各盟行政公署、市人民政府', '自治区各委、办、厅、局'] } }] },
  }),
  documentRule('recipient-single-request', {
    message: '请示只能主送一个上级机关，需要同时送其他机关的，用抄送形式',
    check: (context) => (context.content.kind === '请示' && all(context).length > 1 ? onList() : []),
    examples: { fails: [{ kind: '请示', content: { recipients: ['甲市人民政府', '甲市财政局'] } }, { kind: '请示', content: { recipients: ['甲市人民政府、甲市财政局'] } }], passes: [{ kind: '请示', content: { recipients: ['甲市人民政府'] } }] },
  }),
  documentRule('recipient-single-up', {
    message: '上行文原则上主送一个上级机关，其他相关机关用抄送形式',
    check: (context) => (context.direction === 'up' && context.content.kind !== '请示' && all(context).length > 1 ? onList() : []),
    examples: { fails: [{ kind: '报告', content: { recipients: ['甲市人民政府', '甲市财政局'] } }], passes: [{ kind: '报告', content: { recipients: ['甲市人民政府'] } }] },
  }),
  documentRule('recipient-not-person', {
    message: '除上级机关负责人直接交办事项外，不得以机关名义向上级机关负责人报送公文，请改为主送机关',
    check: (context) => (context.direction !== 'up' && context.content.kind !== '函' ? [] : context.content.recipients.flatMap((name, block): Draft[] => (isPerson(name) ? [{ where: { element: '主送机关', block } }] : []))),
    examples: { fails: [{ kind: '请示', content: { recipients: ['张某某市长'] } }, { kind: '报告', content: { recipients: ['李某同志'] } }, { kind: '请示', content: { recipients: ['王建国'] } }], passes: [{ kind: '请示', content: { recipients: ['甲市人民政府'] } }] },
  }),
  documentRule('recipient-none-public', {
    message: '公告、通告、公报、命令面向社会公布，一般不写主送机关',
    check: ({ content }) => (['公告', '通告', '公报', '命令'].includes(content.kind) && content.recipients.length > 0
      ? [{ where: { element: '主送机关' }, fix: { label: '删去主送机关', edits: [{ target: 'organs', list: 'recipients', names: [] }] } }] : []),
    examples: { fails: [{ kind: '公告', content: { recipients: ['各旗县人民政府'] } }], passes: [{ kind: '公告' }] },
  }),
  documentRule('recipient-required', {
    message: '本文种应写明主送机关',
    check: ({ content, written }) => (written.head !== 'none' && required.includes(content.kind) && content.recipients.length === 0 ? onList(`${content.kind}应写明主送机关，请补上`) : []),
    examples: { fails: [{ kind: '请示', content: { recipients: [] } }, { kind: '批复', content: { recipients: [] } }], passes: [{ kind: '通知' }, { kind: '通告', content: { recipients: [] } }] },
  }),
  documentRule('recipient-standard-name', {
    message: '主送机关应用全称、规范化简称或同类型机关统称',
    check: (context) => context.content.recipients.flatMap((entry, block) => organsIn(entry).flatMap((name): Draft[] => {
      const organs = context.facts.organs
      const isLoose = /[省市县区旗盟州]府(?:办)?$|政府办$|(?<!人民)政府$|^[省市县旗盟州区][厅局委里]$/u.test(name) || name.search(looseNames) >= 0
      // Common names (各…) are not looked up: the directory lists organs, not what they are called together.
      const isUnknown = organs !== undefined && !/^各|[区市盟]各|所属|有关|、/u.test(name) && organOf(organs, name) === undefined
      return isLoose || isUnknown ? [{ where: { element: '主送机关', block }, message: `“${name}”不是${isUnknown ? '机构名录中的' : ''}机关全称或规范化简称，请改用规范名称` }] : []
    })),
    examples: { fails: [{ content: { recipients: ['甲市府'] } }, { content: { recipients: ['省发改委'] } }, { content: { recipients: ['甲市财局'] }, facts: { organs: [{ name: '甲市财政局' }] } }], passes: [{ content: { recipients: ['甲市财政局'] }, facts: { organs: [{ name: '甲市财政局' }] } }] },
  }),
  documentRule('extra-duplicate-organ', {
    message: '同一机关重复列出，请删去重复的',
    check: ({ content }) => (['recipients', 'copies'] as const).flatMap((list): Draft[] => {
      const names = content[list]
      const twice = names.findIndex((name) => insideTwice(name) !== undefined)
      if (twice >= 0) return [{ where: { element: list === 'recipients' ? '主送机关' : '抄送机关', block: twice }, message: `“${insideTwice(names[twice]!)!}”重复列出，请删去一个` }]
      const repeated = names.findIndex((name, i) => names.indexOf(name) !== i)
      if (repeated < 0) return []
      return [{
        where: { element: list === 'recipients' ? '主送机关' : '抄送机关', block: repeated }, message: `“${names[repeated]}”重复列出，请删去一个`,
        fix: { label: '删去重复的机关', edits: [{ target: 'organs', list, names: [...new Set(names)] }] },
      }]
    }),
    examples: { fails: [{ content: { recipients: ['甲市财政局', '甲市财政局'] } }, { content: { recipients: ['甲市财政局、甲市审计局、甲市财政局'] } }], passes: [{ content: { recipients: ['甲市财政局', '甲市教育局'] } }] },
  }),
  factsRule('cc-dual-leadership', {
    message: '受双重领导的机关向一个上级机关行文，必要时抄送另一个上级机关', needs: ['organs'],
    check: ({ content, direction, facts }) => {
      const other = organOf(facts.organs, content.issuers[0] ?? '')?.otherSuperior
      return direction !== 'up' || other === undefined || [...content.recipients, ...content.copies].includes(other) ? [] : [{
        where: { element: '抄送机关' }, message: `本机关受双重领导，必要时应抄送“${other}”，请考虑`,
        fix: { label: `抄送${other}`, edits: [{ target: 'organs', list: 'copies', names: [...content.copies, other] }] },
      }]
    },
    examples: {
      fails: [{ kind: '请示', content: { issuers: ['甲市公安局'], recipients: ['甲市人民政府'], copies: [] }, facts: { organs: [{ name: '甲市公安局', superior: '甲市人民政府', otherSuperior: '甲省公安厅' }] } }],
      passes: [{ kind: '请示', content: { issuers: ['甲市公安局'], recipients: ['甲市人民政府'], copies: ['甲省公安厅'] }, facts: { organs: [{ name: '甲市公安局', superior: '甲市人民政府', otherSuperior: '甲省公安厅' }] } }],
    },
  }),
]
