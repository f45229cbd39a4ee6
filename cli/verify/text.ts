/** The report for people: the verdict first, then what each signature was held against. */
import type { SignatureReport, VerifyReport } from '#core/seal'

const verdicts: Readonly<Record<VerifyReport['verdict'], string>> = {
  valid: '有效', invalid: '无效', unusable: '无法读取', unsigned: '没有可验证的签名', undecided: '内容完整，但信任、时间或吊销状态无法判断',
}
const results = { pass: '通过', fail: '失败', warn: '注意', unknown: '未知' } as const

const signatureLines = (signature: SignatureReport): readonly string[] => [
  `  ${verdicts[signature.verdict]}  ${signature.id}`,
  `    签名者：${signature.signer ?? '未知'}`,
  `    时间：${signature.signedAt ?? '未知'}（${signature.timeSource === 'timestamp' ? '时间戳' : '自述'}）`,
  ...(signature.coverage === 'partial' ? [`    未覆盖：${signature.uncovered.join('；')}`] : []),
  ...signature.steps.map((step) => `    ${results[step.result]}  ${step.name}  ${step.detail}`),
]

export const reportText = (path: string, report: VerifyReport): string => [
  `${verdicts[report.verdict]}：${path}`,
  ...report.warnings.map((warning) => `  注意  ${warning.detail}（${warning.code}）`),
  ...report.signatures.flatMap(signatureLines),
].join('\n')
