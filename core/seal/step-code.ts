/**
 * Codes of verification steps (验证步骤代码): what a program goes by. Names are for people and may be worded better one day;
 * a code never changes its meaning. Listed in docs/spec/seal.md.
 */
import type { CheckStep } from '#core/crypto'

const codes = {
  结论: 'conclusion',
  // what the signature value says by itself
  签名格式: 'value.format', 签章格式: 'value.format', 归档签名格式: 'value.format', 签名数据结尾: 'value.format', 签名类型: 'value.type', 签章扩展: 'value.extension',
  签名值: 'value.signature', 签名: 'value.signature', 日志头签名: 'value.signature', 见证签名: 'value.signature', 归档签名值: 'value.signature', 声明签名: 'value.signature',
  签名值编码: 'value.encoding', 签名值算法: 'value.algorithm', 算法强度: 'value.algorithm', 签名属性: 'value.attributes', 签名时间属性: 'value.attributes',
  证书绑定: 'value.binding', 签名者证书: 'value.certificate', 归档签名证书: 'value.certificate', 个人证书: 'value.certificate',
  // the content that was signed
  内容: 'content.digest', 内容摘要: 'content.digest', 原文摘要: 'content.digest', 文件摘要: 'content.digest', 签名内的内容: 'content.inside',
  保护文件: 'content.files', 保护文件杂凑算法: 'content.algorithm', 签名后的修改: 'content.changed', 签名后的增补: 'content.added',
  // how much of the file it covers
  签名范围: 'coverage.range', 归档签名范围: 'coverage.range', 保护范围: 'coverage.range', 附属文件: 'coverage.side', 夹带文件: 'coverage.smuggled', 签章锁定: 'coverage.lock',
  完整性清单: 'coverage.list', 保护内容: 'coverage.list', 签名描述文件: 'coverage.description', 签章位置: 'coverage.place',
  // when
  签名时间: 'time.claimed', 签章时间: 'time.claimed', 签署时间: 'time.claimed', 归档签名时间: 'time.claimed',
  时间戳: 'time.stamp', 时间戳内容: 'time.stamp', 时间戳证书用途: 'time.stamp', 时间戳机构: 'time.authority', 时间戳续期: 'time.renewal',
  // the seal
  印章格式: 'seal.format', 印章版本: 'seal.version', 印章扩展: 'seal.extension', 印章签名: 'seal.signature', 印章签名算法: 'seal.algorithm', 印章签名编码: 'seal.encoding',
  印章时间戳: 'seal.stamp', 印章有效期: 'seal.period', 印章制作时间: 'seal.made', 印章文件: 'seal.file', 签章人名单: 'seal.signers',
  // PDF
  'PDF/A': 'pdf.profile', 验证数据: 'pdf.evidence', 文件结构: 'pdf.structure',
  // a ledger file
  格式: 'ledger.format', 记录位置: 'ledger.places', 记录链接: 'ledger.links', 存在证明: 'ledger.inclusion', 时间顺序: 'ledger.times', 完整性: 'ledger.completeness', 见证的历史: 'ledger.history',
  // an archive package
  文件名称: 'package.names', 清单: 'package.manifest', 声明: 'package.declaration', 文件格式: 'package.format', 文件齐全: 'package.files', 说明文件: 'package.info',
  元数据: 'package.metadata', 档号: 'package.code', 档号格式: 'package.code', 事件链: 'package.events', 操作: 'package.commands', 过程复演: 'package.replay', 设备签名: 'package.devices',
  账本证书: 'package.ledger', 账本签名: 'package.ledger', 账本时间: 'package.ledger', 账本包含证明: 'package.ledger',
  定稿: 'package.text', 修改稿: 'package.text', 附件: 'package.attachments', 版式文件: 'package.pages', 'OFD 版式文件': 'package.pages',
  正本: 'package.sealed', 正本与版式文件: 'package.sealed', 正本验章: 'package.sealed', 正本印章范围: 'package.sealed', 印章证书: 'package.sealed', 用印位置: 'package.sealed', 各机关用印: 'package.sealed', 先前用印: 'package.sealed', 发文机关名称: 'package.sealed', 归档时验章: 'package.sealed',
  'OFD 正本': 'package.sealed', 'OFD 正本与版式文件': 'package.sealed', 'OFD 正本验章': 'package.sealed', 'OFD 印章范围': 'package.sealed', 'OFD 归档时验章': 'package.sealed',
} as const

/** Steps of a certificate and its issuers: their names begin with whose they are, so the end tells. */
const trust = {
  信任锚: 'trust.anchor', 吊销: 'trust.revocation', 有效期: 'trust.validity', 证书签名: 'trust.signature', 密钥用途: 'trust.usage', 扩展用途: 'trust.usage', 颁发权限: 'trust.authority',
  关键扩展: 'trust.extension', 结论: 'trust.conclusion', 算法强度: 'trust.algorithm', 证书现状: 'trust.standing', 时间: 'trust.time', 证书: 'trust.certificate',
} as const

export type StepCode = (typeof codes)[keyof typeof codes] | (typeof trust)[keyof typeof trust] | 'trust.chain' | 'other'

/** One check of a report: name and detail for people, code for programs. */
export type ReportStep = CheckStep & { readonly code?: StepCode }

/** `trust.chain`: a whole chain in one step, as packages tell it. `other`: a name that this table does not know, which a test forbids. */
export const stepCode = (name: string): StepCode => {
  if (name.startsWith('证书链：')) return Object.entries(trust).find(([end]) => name.endsWith(end))?.[1] ?? 'trust.chain'
  if (name.startsWith('历史延续')) return 'ledger.history'
  return Object.hasOwn(codes, name) ? codes[name as keyof typeof codes] : 'other'
}

/** A report as it leaves this folder: every step with its code. */
export const coded = <T extends { readonly signatures: readonly { readonly steps: readonly ReportStep[] }[] }>(report: T): T =>
  ({ ...report, signatures: report.signatures.map((signature) => ({ ...signature, steps: signature.steps.map((step) => ({ ...step, code: step.code ?? stepCode(step.name) })) })) })
