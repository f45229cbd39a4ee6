/** Facts of our own rules (补充规则): slips that no standard lists and that are found out after issue. */
import type { Basis, RuleFacts } from './catalogue.ts'

type Row = readonly [id: string, severity: RuleFacts['severity'], basis: Basis, clause: string, title: string]

const rows: readonly Row[] = [
  ['extra-table-sum', 'error', 'practice', 'practice', '表格合计与分项之和一致'],
  ['extra-percent-total', 'warning', 'practice', 'practice', '构成比例之和为100%'],
  ['extra-percent-share', 'warning', 'practice', 'practice', '句中各部分比例之和为100%'],
  ['extra-sentence-sum', 'error', 'practice', 'practice', '句中总数与“其中”各分项之和一致'],
  ['extra-weekday', 'error', 'practice', 'practice', '星期与日期相符'],
  ['extra-impossible-date', 'error', 'practice', 'practice', '文中日期真实存在'],
  ['extra-impossible-time', 'error', 'practice', 'practice', '文中时刻真实存在'],
  ['extra-date-order', 'error', 'practice', 'practice', '起止日期先后相符'],
  ['extra-cited-docno', 'warning', 'national-standard', 'GB/T 9704-2012 7.2.5', '引用文号书写规范'],
  ['extra-lookalike-digit', 'error', 'practice', 'practice', '数字中不混入形近字母'],
  ['extra-fullwidth-digit', 'warning', 'standard', 'GB/T 15835-2011', '阿拉伯数字用半角'],
  ['extra-zero-mix', 'warning', 'standard', 'GB/T 15835-2011', '年份汉字数字用“〇”，不用“○”“零”或字母'],
  ['extra-private-use', 'error', 'standard', 'GB 18030-2022', '不用私用区字符'],
  ['extra-invisible', 'warning', 'standard', 'GB 18030-2022', '没有不可见字符和替代字符'],
  ['extra-missing-glyph', 'error', 'practice', 'practice', '字体中有每一个字'],
  ['extra-repeated-word', 'warning', 'practice', 'practice', '没有误重的字词'],
  ['extra-repeated-punct', 'warning', 'standard', 'GB/T 15834-2011', '没有重叠的标点'],
  ['extra-stray-space', 'info', 'practice', 'practice', '汉字之间没有空格'],
  ['extra-amount-mismatch', 'error', 'practice', 'practice', '大小写金额一致'],
  ['extra-phone-digits', 'warning', 'practice', 'practice', '电话号码位数正确'],
  ['extra-enumeration-gap', 'warning', 'practice', 'practice', '“一是、二是”“第一、第二”不缺项'],
  ['extra-attachment-unmentioned', 'info', 'practice', 'practice', '所列附件在正文中提到'],
  ['extra-duplicate-paragraph', 'warning', 'practice', 'practice', '没有重复的段落'],
  ['extra-duplicate-organ', 'warning', 'practice', 'practice', '主送、抄送没有重复的机关'],
  ['extra-empty-body', 'error', 'practice', 'practice', '正文和标题不为空'],
  ['extra-mark-issuer', 'warning', 'regulation', '条例 第九条（四）', '发文机关标志与发文机关一致'],
  ['extra-title-issuer', 'warning', 'regulation', '条例 第九条（七）', '标题中的发文机关与发文机关一致'],
  ['extra-typo', 'warning', 'practice', 'practice', '常见错别字'],
]

export const extraCatalogue: readonly RuleFacts[] = rows.map(([id, severity, basis, clause, title]) => ({ id, title, severity, basis, clause, appliesTo: 'all', certainty: 'known' }))
