/** Rules of the head: 签发人, 密级, 份号, 紧急程度, 发文机关标志. GB/T 9704-2012 §7.2; 条例 Art. 9 */
import { documentRule, factsRule, type CheckContext, type Draft, type Rule } from '../rule.ts'

const signersOf = (context: CheckContext): readonly string[] => context.issue?.signers ?? []
const years: Readonly<Record<string, number>> = { 绝密: 30, 机密: 20, 秘密: 10 }
const periodOf = (context: CheckContext): string => context.content.secrecy?.period ?? ''

/** Years of a period such as 1年, 6个月; null for 长期 and what cannot be read. */
function yearsOf(period: string): number | null {
  const match = /^(\d+)(年|个月)$/u.exec(period)
  return match === null ? null : match[2] === '年' ? Number(match[1]) : Number(match[1]) / 12
}

export const headRules: readonly Rule[] = [
  documentRule('signatory-required-up', {
    message: '上行文应当标注签发人姓名',
    check: (context) => (['请示', '报告'].includes(context.content.kind) && context.issue !== null && signersOf(context).length === 0 && context.written.head !== 'none' ? [{ where: { element: '签发人' } }] : []),
    examples: { fails: [{ kind: '请示', issue: { signers: [] } }], passes: [{ kind: '请示', issue: { signers: ['张某'] } }] },
  }),
  documentRule('signatory-not-down', {
    message: '下行文、平行文不标注签发人，请删去',
    check: (context) => (signersOf(context).length > 0 && !['请示', '报告', '意见', '议案'].includes(context.content.kind) ? [{ where: { element: '签发人' }, fix: { label: '删去签发人', edits: [{ target: 'signers', signers: [] }] } }] : []),
    examples: { fails: [{ kind: '通知', issue: { signers: ['张某'] } }], passes: [{ kind: '通知' }] },
  }),
  documentRule('signatory-joint-all', {
    message: '联合上行文应当标注所有联署机关的签发人',
    check: (context) => {
      const signers = signersOf(context)
      const { issuers } = context.content
      return context.direction === 'up' && issuers.length > 1 && signers.length > 0 && signers.length < issuers.length
        ? [{ where: { element: '签发人' }, message: `联合上行文有${issuers.length}个发文机关，只标注了${signers.length}名签发人，请补全` }] : []
    },
    examples: { fails: [{ kind: '请示', content: { issuers: ['甲市财政局', '甲市教育局'] }, issue: { signers: ['张某'] } }], passes: [{ kind: '请示', content: { issuers: ['甲市财政局', '甲市教育局'] }, issue: { signers: ['张某', '李某'] } }] },
  }),
  factsRule('signatory-main-leader', {
    message: '重要公文和上行文应当由机关主要负责人签发', needs: ['signer'],
    check: ({ direction, facts }) => ((direction === 'up' || facts.important === true) && facts.signer === 'other' ? [{ where: { element: '签发人' } }] : []),
    examples: { fails: [{ kind: '请示', facts: { signer: 'other' } }], passes: [{ kind: '请示', facts: { signer: 'main' } }, { kind: '通知', facts: { signer: 'other' } }] },
  }),
  documentRule('secrecy-value', {
    message: '密级只能是绝密、机密、秘密之一',
    check: ({ written }) => (written.secrecy === undefined ? [] : [{ where: { element: '密级和保密期限' }, message: written.secrecy === '' ? '标注了保密期限而没有标注密级，请补上密级或删去保密期限' : `密级“${written.secrecy}”不正确，只能是绝密、机密、秘密之一` }]),
    examples: { fails: [{ written: { secrecy: '内部' } }], passes: [{ content: { secrecy: { level: '秘密', period: '5年' } } }] },
  }),
  documentRule('secrecy-needs-period', {
    message: '标注密级的公文应当同时标注保密期限，如“机密★5年”',
    check: (context) => (context.content.secrecy !== undefined && periodOf(context) === '' ? [{ where: { element: '密级和保密期限' } }] : []),
    examples: { fails: [{ content: { secrecy: { level: '机密', period: '' } } }], passes: [{ content: { secrecy: { level: '机密', period: '5年' } } }] },
  }),
  documentRule('secrecy-format', {
    message: '密级与保密期限用“★”连接，期限用阿拉伯数字，如“机密★5年”',
    check: (context) => {
      const period = periodOf(context)
      const joined = context.written.secrecyJoined
      if (joined !== undefined) return [{ where: { element: '密级和保密期限' }, message: `“${joined}”中密级与保密期限之间应加“★”，如“机密★5年”` }]
      return period === '' || /^(?:[1-9]\d*年|[1-9]\d*个月|长期)$/u.test(period) ? [] : [{ where: { element: '密级和保密期限' }, message: `保密期限“${period}”应写作“5年”“6个月”或“长期”，用阿拉伯数字` }]
    },
    examples: { fails: [{ content: { secrecy: { level: '机密', period: '五年' } } }, { content: { secrecy: { level: '机密', period: '★5年' } } }, { content: { secrecy: { level: '机密', period: '5年' } }, written: { secrecyJoined: '机密5年' } }], passes: [{ content: { secrecy: { level: '机密', period: '6个月' } } }] },
  }),
  documentRule('secrecy-max', {
    message: '保密期限超过上限（绝密30年、机密20年、秘密10年）',
    check: (context) => {
      const level = context.content.secrecy?.level
      const period = yearsOf(periodOf(context))
      if (level === undefined || period === null || period <= years[level]!) return []
      return [{ where: { element: '密级和保密期限' }, message: `${level}级的保密期限不超过${years[level]}年，“${periodOf(context)}”超过上限，请核对`, fix: { label: `改为${years[level]}年`, edits: [{ target: 'period', period: `${years[level]}年` }] } }]
    },
    examples: { fails: [{ content: { secrecy: { level: '秘密', period: '20年' } } }], passes: [{ content: { secrecy: { level: '秘密', period: '10年' } } }] },
  }),
  documentRule('secrecy-copyno', {
    message: '涉密公文应当标注份号',
    check: ({ content, written }) => (content.secrecy !== undefined && content.copyNumber === null && written.copyNumber === undefined ? [{ where: { element: '份号' } }] : []),
    examples: { fails: [{ content: { secrecy: { level: '秘密', period: '5年' }, copyNumber: null } }], passes: [{ content: { secrecy: { level: '秘密', period: '5年' }, copyNumber: '000001' } }] },
  }),
  documentRule('secrecy-not-on-this-network', {
    message: '涉密公文不得在非涉密系统中处理，请停止处理并转到经批准的涉密系统',
    check: ({ content, facts, written }) => {
      const level = content.secrecy?.level
      const isClassified = level !== undefined || /^(?:绝密|机密|秘密)/u.test(written.secrecy ?? '')
      return isClassified && (level === undefined || !(facts.approvedSecrecy ?? []).includes(level)) ? [{ where: { element: '密级和保密期限' } }] : []
    },
    examples: { fails: [{ content: { secrecy: { level: '秘密', period: '5年' } } }], passes: [{}, { content: { secrecy: { level: '秘密', period: '5年' } }, facts: { approvedSecrecy: ['秘密'] } }] },
  }),
  documentRule('copyno-6-digits', {
    message: '份号用6位阿拉伯数字，不足的前面补“0”',
    check: ({ content, written }) => {
      if (written.copyNumber !== undefined) return [{ where: { element: '份号' }, message: `份号“${written.copyNumber}”应为6位阿拉伯数字，如“000012”` }]
      const { copyNumber } = content
      if (copyNumber === null || /^\d{6}$/u.test(copyNumber)) return []
      const right = copyNumber.padStart(6, '0')
      return [{ where: { element: '份号' }, fix: { label: `改为「${right}」`, edits: [{ target: 'copyNumber', copyNumber: right }] } }]
    },
    examples: { fails: [{ content: { copyNumber: '12' } }, { written: { copyNumber: 'A00012' } }], passes: [{ content: { copyNumber: '000012' } }] },
  }),
  documentRule('urgency-value', {
    message: '公文的紧急程度只能是“特急”或“加急”',
    check: ({ written, telegram }) => (telegram === 'telegram' || written.urgency === undefined ? [] : [{ where: { element: '紧急程度' }, message: `紧急程度“${written.urgency}”不正确，公文只能标“特急”或“加急”` }]),
    examples: { fails: [{ written: { urgency: '紧急' } }], passes: [{ content: { urgency: '加急' } }] },
  }),
  documentRule('urgency-telegram', {
    message: '电报的紧急程度只能是特提、特急、加急、平急之一',
    check: ({ written, telegram, content }) => {
      if (telegram !== 'telegram') return []
      const value = written.urgency ?? content.urgency
      return ['特提', '特急', '加急', '平急'].includes(value) ? [] : [{ where: { element: '紧急程度' }, message: `电报应标明紧急程度，且只能是特提、特急、加急、平急之一${value === '' ? '' : `，不能是“${value}”`}` }]
    },
    examples: { fails: [{ content: { issuerMark: '甲市人民政府电报' }, written: { urgency: '紧急' } }], passes: [{ content: { issuerMark: '甲市人民政府电报' }, written: { urgency: '平急' } }] },
  }),
  documentRule('extra-mark-issuer', {
    message: '发文机关标志应为发文机关全称或规范化简称，后可加“文件”二字',
    check: ({ content, facts }): Draft[] => {
      const { issuerMark, issuers, form } = content
      if (issuerMark === '' || issuers.length === 0) return []
      const names = issuers.flatMap((name) => [name, ...(facts.organs?.find((organ) => organ.name === name)?.otherNames ?? [])])
      if (names.some((name) => issuerMark.includes(name)) || form === '纪要' || form === '命令') return []
      return /(?:文件)?$/u.test(issuerMark) && isShortOf(issuerMark.replace(/文件$/u, ''), issuers[0]!) ? [] : [{ where: { element: '发文机关标志' }, message: `发文机关标志“${issuerMark}”与发文机关“${issuers.join('、')}”不一致，请核对` }]
    },
    examples: { fails: [{ content: { issuers: ['甲市财政局'], issuerMark: '甲市教育局文件' } }], passes: [{ content: { issuers: ['甲市财政局'], issuerMark: '甲市财政局文件' } }, { content: { issuers: ['中国共产党甲市委员会'], issuerMark: '中共甲市委员会文件' } }] },
  }),
  documentRule('extra-title-issuer', {
    message: '标题中的发文机关应与发文机关一致',
    check: ({ content, facts }): Draft[] => {
      const named = /^(.{2,40}?)(?:、.{2,40})?关于/u.exec(content.title)?.[1]
      if (named === undefined || content.issuers.length === 0 || named.startsWith('《')) return []
      const names = content.issuers.flatMap((name) => [name, ...(facts.organs?.find((organ) => organ.name === name)?.otherNames ?? [])])
      // Several issuers are named one after another, with blanks or 、 between.
      // A congress is named with its session in a title.
      const first = named.split(/[ \u3000、]/u)[0]!.replace(/第[一二三四五六七八九十百\d]{1,4}[届次](?:会议|全体会议)?/gu, '')
      return names.some((name) => named.includes(name) || name.includes(first) || isShortOf(first, name)) ? [] : [{ where: { element: '标题', start: 0, end: named.length }, message: `标题写的发文机关是“${named}”，发文机关是“${content.issuers.join('、')}”，请核对` }]
    },
    examples: { fails: [{ content: { issuers: ['甲市财政局'], title: '甲市教育局关于做好预算工作的通知' } }], passes: [{ content: { issuers: ['甲市财政局'], title: '关于做好预算工作的通知' } }, { content: { issuers: ['甲市财政局'], title: '甲市财政局关于做好预算工作的通知' } }] },
  }),
]

/** Whether a short name keeps characters of the full one in their order. */
export function isShortOf(short: string, full: string): boolean {
  let at = 0
  for (const char of short) {
    at = full.indexOf(char, at)
    if (at < 0) return false
    at++
  }
  return short.length >= 2
}
