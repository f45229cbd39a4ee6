/** The report for people: the verdict first, then what each signature was held against. Grounds of a step are told in Chinese in both languages. */
import type { SignatureReport, StepCode, VerifyReport } from '#core/seal'
import englishSteps from '../../resources/locales/en.steps.json' with { type: 'json' }
import type { Language } from '../messages.ts'

type Words = {
  readonly verdicts: Readonly<Record<VerifyReport['verdict'], string>>
  readonly results: Readonly<Record<SignatureReport['steps'][number]['result'], string>>
  readonly signer: string
  readonly time: string
  readonly unknown: string
  readonly sources: Readonly<Record<SignatureReport['timeSource'], string>>
  readonly uncovered: string
  readonly note: string
  /** colon, opening and closing bracket, between names */
  readonly marks: readonly [string, string, string, string]
}

const words: Readonly<Record<Language, Words>> = {
  'zh-CN': {
    verdicts: { valid: '有效', invalid: '无效', unusable: '无法读取', unsigned: '没有可验证的签名', undecided: '内容完整，但信任、时间或吊销状态无法判断' },
    results: { pass: '通过', fail: '失败', warn: '注意', unknown: '未知' },
    signer: '签名者', time: '时间', unknown: '未知', sources: { timestamp: '时间戳', claimed: '自述' }, uncovered: '未覆盖', note: '注意', marks: ['：', '（', '）', '；'],
  },
  en: {
    verdicts: { valid: 'Valid', invalid: 'Invalid', unusable: 'Cannot be read', unsigned: 'Nothing to verify', undecided: 'Intact, but trust, time or revocation cannot be decided' },
    results: { pass: 'pass', fail: 'FAIL', warn: 'note', unknown: 'unknown' },
    signer: 'Signer', time: 'Time', unknown: 'unknown', sources: { timestamp: 'time stamp', claimed: "signer's own word" }, uncovered: 'Not covered', note: 'Note', marks: [': ', ' (', ')', '; '],
  },
}

const english: Readonly<Record<StepCode, string>> = englishSteps

export const reportText = (path: string, report: VerifyReport, language: Language = 'zh-CN'): string => {
  const { verdicts, results, signer, time, unknown, sources, uncovered, note, marks: [colon, open, close, between] } = words[language]
  const nameOf = (step: SignatureReport['steps'][number]): string => (language === 'en' ? `${english[step.code ?? 'other']}  ${step.name}` : step.name)
  const signatureLines = (signature: SignatureReport): readonly string[] => [
    `  ${verdicts[signature.verdict]}  ${signature.id}`,
    `    ${signer}${colon}${signature.signer ?? unknown}`,
    `    ${time}${colon}${signature.signedAt ?? unknown}${open}${sources[signature.timeSource]}${close}`,
    ...(signature.coverage === 'partial' ? [`    ${uncovered}${colon}${signature.uncovered.join(between)}`] : []),
    ...signature.steps.map((step) => `    ${results[step.result]}  ${nameOf(step)}  ${step.detail}`),
  ]
  return [
    `${verdicts[report.verdict]}${colon}${path}`,
    ...report.warnings.map((warning) => `  ${note}  ${warning.detail}${open}${warning.code}${close}`),
    ...report.signatures.flatMap(signatureLines),
  ].join('\n')
}
