/** The score (得分): 100 less what the findings weigh. */
import type { Finding, Severity } from './finding.ts'

const weights: Readonly<Record<Severity, number>> = { error: 8, warning: 3, info: 1 }
/** A slip made throughout counts like one made three times: the score says how many things to learn, not how long the text is. */
const countedPerRule = 3

/** 0 to 100, whole. The same findings give the same score in any order. */
export function scoreOf(findings: readonly Finding[]): number {
  const seen = new Map<string, number>()
  let lost = 0
  // The gravest first, so that the limit per rule does not depend on the order of the findings.
  for (const { rule, severity } of [...findings].sort((a, b) => weights[b.severity] - weights[a.severity])) {
    const times = seen.get(rule) ?? 0
    seen.set(rule, times + 1)
    if (times < countedPerRule) lost += weights[severity]
  }
  return Math.max(0, 100 - lost)
}
