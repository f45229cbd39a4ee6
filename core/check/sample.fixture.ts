/** A complete and clean document of every kind, which the examples of the rules change in one point. All names are invented. */
import { numberBlocks, parsePlainText, usualForm, type Block, type DocumentContent, type DocumentKind, type Issue } from '#core/document'
import type { Sample } from './rule.ts'

const titles: Readonly<Record<DocumentKind, string>> = {
  决议: '甲市人民政府关于加强自身建设的决议', 决定: '甲市人民政府关于表扬防汛先进单位的决定', 命令: '甲市人民政府令', 公报: '甲市统计局2025年统计公报', 公告: '甲市人民政府关于开放政务大厅的公告',
  通告: '甲市人民政府关于禁止燃放烟花爆竹的通告', 意见: '甲市人民政府关于促进就业的意见', 通知: '甲市人民政府关于做好防汛工作的通知', 通报: '甲市人民政府关于督查情况的通报', 报告: '甲市财政局关于预算执行情况的报告',
  请示: '甲市财政局关于追加防汛经费的请示', 批复: '甲市人民政府关于追加防汛经费的批复', 议案: '甲市人民政府关于提请审议环保条例的议案', 函: '甲市财政局关于商请提供数据的函', 纪要: '甲市人民政府常务会议纪要',
}
const bodies: Partial<Record<DocumentKind, readonly string[]>> = {
  报告: ['现将2025年预算执行情况报告如下。', '特此报告。'], 请示: ['因汛情需要，拟追加防汛经费50万元。', '妥否，请批示。'], 批复: ['你局《关于追加防汛经费的请示》（甲财发〔2026〕3号）收悉。现批复如下。'],
  纪要: ['会议研究了防汛工作。', '出席：张某、李某'],
}
const departments = ['报告', '请示', '函']
const noRecipients = ['公告', '通告', '公报', '命令', '纪要', '决议']

/** Blocks of lines as typed. */
export function blocksOf(lines: readonly string[]): readonly Block[] {
  const read = parsePlainText(['题', ...lines].join('\n'))
  if (!read.ok) throw new Error(read.error.message)
  // A sample must not lose what was typed.
  numberBlocks(read.value.blocks)
  return read.value.blocks
}

export function sampleDocument(sample: Sample): { readonly content: DocumentContent; readonly issue: Issue } {
  const kind = sample.kind ?? '通知'
  const form = sample.form ?? usualForm(kind)
  const issuer = sample.content?.issuers?.[0] ?? (departments.includes(kind) ? '甲市财政局' : '甲市人民政府')
  const title = departments.includes(kind) || sample.content?.issuers === undefined ? titles[kind] : titles[kind].replace(/^甲市人民政府(?=关于)/u, issuer)
  const content: DocumentContent = {
    schema: 'wenshu.document/1', kind, form, issuers: [issuer], issuerMark: `${issuer}${form === '文件' ? '文件' : form === '纪要' ? '会议纪要' : form === '命令' ? '令' : ''}`, urgency: '', disclosure: '主动公开', copyNumber: null,
    title: departments.includes(kind) ? title.replace('甲市财政局', issuer) : title,
    recipients: noRecipients.includes(kind) ? [] : departments.includes(kind) ? [kind === '函' ? '甲市统计局' : '甲市人民政府'] : kind === '批复' ? ['甲市财政局'] : kind === '议案' ? ['甲市人民代表大会常务委员会'] : ['各旗县区人民政府，市直各部门'.split('，')[0]!],
    body: blocksOf(sample.body ?? bodies[kind] ?? ['为做好有关工作，现就有关事项明确如下，请认真贯彻落实。']), attachments: [],
    signature: form === '纪要' ? '' : form === '命令' ? '市长 张某' : issuer, authentication: form === '纪要' ? '不盖章' : form === '命令' ? '签名章' : '盖章',
    note: kind === '请示' ? '联系人：张某，电话：0471-4825510' : '', copies: [], printer: issuer,
    ...(sample.blocks === undefined ? {} : { body: sample.blocks }), ...sample.content,
  }
  const issue: Issue = {
    number: form === '命令' ? '第12号' : kind === '函' ? '甲财函〔2026〕12号' : '甲政发〔2026〕12号', date: '2026-11-24', printDate: '2026-11-25',
    ...(['请示', '报告'].includes(kind) ? { signers: sample.content?.issuers?.map((_, i) => `张某${i}`) ?? ['张某'] } : {}), ...sample.issue,
  }
  return { content, issue }
}
