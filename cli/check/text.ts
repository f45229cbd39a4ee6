/** The findings for people (检查结果文本): by element, with place, what to do, and the clause. */
import { elements, type CheckReport, type Finding, type Severity } from '#core/check'
import type { Language } from '../messages.ts'

const names: Readonly<Record<Language, Readonly<Record<Severity, string>>>> = {
  'zh-CN': { error: '错误', warning: '警告', info: '提示' },
  en: { error: 'error', warning: 'warning', info: 'hint' },
}

const placeOf = ({ where }: Finding): string => [
  ...(where.part === undefined ? [] : [`附件${where.part + 1}`]),
  ...(where.page === undefined ? [] : [`第${where.page}页`]),
  ...(where.block === undefined ? [] : [`第${where.block + 1}${where.element === '正文' || where.element === '附件' ? '段' : '项'}`]),
  ...(where.start === undefined ? [] : [`第${where.start + 1}字`]),
].join(' ')

/** One line a finding, grouped by element, then the score. */
export const reportText = (report: CheckReport, language: Language): string => {
  const lines: string[] = []
  for (const element of elements) {
    const found = report.findings.filter(({ where }) => where.element === element)
    if (found.length === 0) continue
    lines.push(`【${element}】`)
    for (const finding of found) {
      const place = placeOf(finding)
      const clause = finding.clause.startsWith('practice') ? (language === 'en' ? 'practice' : '惯例') : finding.clause
      lines.push(`  ${names[language][finding.severity]} ${place === '' ? '' : `${place}：`}${finding.message}（${clause}；${finding.rule}）${finding.fix === undefined ? '' : ` → ${finding.fix.label}`}`)
    }
  }
  const count = (severity: Severity): number => report.findings.filter((finding) => finding.severity === severity).length
  lines.push(language === 'en'
    ? `Score ${report.score}: ${count('error')} errors, ${count('warning')} warnings, ${count('info')} hints`
    : `得分 ${report.score}：错误 ${count('error')} 项，警告 ${count('warning')} 项，提示 ${count('info')} 项`)
  return lines.join('\n')
}
