/** Whether a document may be filed now, and why not (归档检查). */
import type { DocumentContent, DocumentKind } from '#core/document'
import type { DocumentState, Retention } from '#core/route'

export type Finding = { readonly key: string; readonly values?: Readonly<Record<string, string | number>> }
export type Readiness = { readonly column: 'ready' | 'amber' | 'red'; readonly findings: readonly Finding[] }

/** Red: filing would make an incomplete 件. Amber: it may be filed, but something is still expected and will be missing. */
export const readinessOf = (state: DocumentState): Readiness => {
  const red: Finding[] = []
  const amber: Finding[] = []
  if (state.approval === null) red.push({ key: 'file.noApproval' })
  if (state.number === null) red.push({ key: 'file.noNumber' })
  if (state.final === null) red.push({ key: 'file.noFinal' })
  if (state.seal === null) red.push({ key: 'file.noSeal' })
  const approved = state.revisions.find((revision) => revision.number === state.approval?.revision)
  if (state.final !== null && state.approval !== null && approved?.hash !== state.final.revisionHash) red.push({ key: 'file.otherText' })
  const targets = state.dispatch?.targets ?? []
  const open = targets.filter((target) => target.receipt === null).length
  if (targets.length === 0) red.push({ key: 'file.notSent' })
  if (open > 0) amber.push({ key: 'file.receiptsOpen', values: { open, total: targets.length } })
  const doubtful = targets.filter((target) => target.receipt !== null && target.receipt.verdict !== 'valid').length
  if (doubtful > 0) amber.push({ key: 'file.receiptsDoubtful', values: { count: doubtful } })
  return { column: red.length > 0 ? 'red' : amber.length > 0 ? 'amber' : 'ready', findings: [...red, ...amber] }
}

/** One entry of 机关文件材料归档范围和文书档案保管期限规定 (国家档案局令第8号) as far as an organ's own issued papers go. */
export type RetentionRule = { readonly category: string; readonly retention: Retention; readonly text: string }

export const retentionRules: readonly RetentionRule[] = [
  { category: '8.1', retention: 'Y', text: '本机关方针政策性、法规性、普发性业务文件，中长期规划纲要' },
  { category: '8.2.1', retention: 'Y', text: '本机关请示与上级批复、批示：重要业务问题' },
  { category: '8.2.2', retention: 'D30', text: '本机关请示与上级批复、批示：一般业务问题' },
  { category: '8.3.1', retention: 'Y', text: '同级、下级来函、请示与本机关复函、批复：重要业务问题' },
  { category: '8.3.2', retention: 'D30', text: '同级、下级来函、请示与本机关复函、批复：一般业务问题' },
  { category: '8.7.1', retention: 'Y', text: '本机关年度和年度以上计划、总结、统计，重要专题调研' },
  { category: '8.7.2', retention: 'D10', text: '本机关年度以下计划、总结、统计，一般调研' },
  { category: '4.1', retention: 'Y', text: '本机关工作会议、专题会议：请示、批复、通知、名单、报告、讲话、决定、纪要' },
  { category: '3', retention: 'Y', text: '本机关党组（党委）会议和行政办公会纪要、记录' },
  { category: '8.6.2', retention: 'Y', text: '执法检查情况汇总、通报、整改通知' },
  { category: '10.2', retention: 'Y', text: '人事任免' },
  { category: '10.3', retention: 'Y', text: '表彰奖励：省部级以上或重要的' },
  { category: '8.5.2', retention: 'D10', text: '简报、情况反映、工作信息' },
  { category: '11.2', retention: 'D10', text: '一般性合同、事务管理文件' },
]

const rule = (category: string): RetentionRule => retentionRules.find((candidate) => candidate.category === category) ?? retentionRules[0]!

/** A suggestion only; the archivist decides. Title words go before the kind, because a kind alone says little. */
export const suggestRetention = (kind: DocumentKind, title: string): RetentionRule => {
  if (/任免|任职|免职/u.test(title)) return rule('10.2')
  if (/表彰|奖励/u.test(title)) return rule('10.3')
  if (/纪要/u.test(title) || kind === '纪要') return rule('4.1')
  if (/(年度?)(工作)?(计划|总结|报告|要点)/u.test(title)) return rule('8.7.1')
  switch (kind) {
    case '请示': case '报告': return rule('8.2.2')
    case '批复': case '函': return rule('8.3.2')
    case '通报': return rule('8.6.2')
    default: return rule('8.1')
  }
}

const order: readonly Retention[] = ['D10', 'D30', 'Y']
/** A term may be lengthened, not cut, against the rule. */
export const isShorter = (chosen: Retention, suggested: Retention): boolean => order.indexOf(chosen) < order.indexOf(suggested)

export type Paper = { readonly key: string; readonly values: Readonly<Record<string, string | number>> }

/** The 件 in its order: 正本, 定稿, 修改稿, 附件, 处理单, 证据记录 (DA/T 22). */
export const stackOf = (state: DocumentState, content: Pick<DocumentContent, 'attachments'> | null): readonly Paper[] => {
  const approved = state.approval?.revision ?? 0
  const earlier = state.revisions.filter((revision) => revision.number !== approved)
  return [
    { key: 'stack.original', values: { pages: state.final?.pages ?? 0, digest: (state.seal?.sealedHash ?? '').slice(0, 8) } },
    { key: 'stack.final', values: { number: approved } },
    ...earlier.map((revision) => ({ key: 'stack.earlier', values: { number: revision.number, note: revision.note } })),
    ...(content?.attachments ?? []).map((attachment, index) => ({ key: 'stack.attachment', values: { index: index + 1, name: attachment.name } })),
    { key: 'stack.sheet', values: { opinions: state.opinions.length } },
    { key: 'stack.evidence', values: { signatures: state.opinions.filter((opinion) => opinion.signature !== null).length + (state.seal === null ? 0 : 1) } },
  ]
}

