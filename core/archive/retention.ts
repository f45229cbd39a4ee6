/**
 * Suggests a retention (保管期限) from a rule pack: data with a date and a version, one line per class of papers. It is a
 * suggestion with its reason; the archivist decides. 国家档案局令第8号 Art. 7, 8, 12.
 */
import { err, ok, type FormatError, type Result } from '#core/formats'
import type { DocumentKind } from '#core/document'
import type { Retention } from '#core/route'

/** seen: read in a secondary source · partly: seen in part · assumed: general knowledge, to be checked against the print */
export type Certainty = 'seen' | 'partly' | 'assumed'

export type RetentionRule = {
  /** number in the annex (1–5) or in this pack's own grouping (6–13) */
  readonly code: string
  readonly papers: string
  readonly retention: Retention
  readonly certainty: Certainty
  readonly note: string
  /** When this rule offers itself: any of the words in the title, and one of the kinds if any are named. None: by choice only. */
  readonly suggest: null | { readonly words: readonly string[]; readonly kinds: readonly DocumentKind[] }
}

export type RetentionPack = {
  readonly schema: 'wenshu.retention/1'
  readonly id: string
  /** YYYY-MM-DD, the day of this edition */
  readonly edition: string
  readonly basis: string
  readonly rules: readonly RetentionRule[]
  /** code of the rule that applies when no other offers itself */
  readonly otherwise: string
  /** 不归档的文件材料, for the archivist to read */
  readonly notFiled: readonly string[]
}

export type RetentionSubject = { readonly kind: DocumentKind; readonly title: string; readonly jointIssue: 'alone' | 'host' | 'assisting' }

export type RetentionSuggestion = { readonly rule: RetentionRule; readonly reason: string; readonly alternatives: readonly RetentionRule[] }

const certainties: readonly Certainty[] = ['seen', 'partly', 'assumed']
const retentions: readonly Retention[] = ['Y', 'D30', 'D10']

/** A pack out of read JSON. Error archive.retention names the first rule that is wrong. */
export const readRetentionPack = (value: unknown): Result<RetentionPack, FormatError> => {
  const bad = (why: string) => err({ code: 'archive.retention', message: `保管期限规则包：${why}` })
  const pack = value as RetentionPack | null
  if (typeof pack !== 'object' || pack === null || pack.schema !== 'wenshu.retention/1' || !Array.isArray(pack.rules)) return bad('格式不正确')
  if (!/^\d{4}-\d\d-\d\d$/.test(pack.edition)) return bad('缺少版本日期')
  const codes = new Set<string>()
  for (const rule of pack.rules) {
    if (typeof rule?.code !== 'string' || typeof rule.papers !== 'string' || rule.papers === '') return bad('规则缺少编号或内容')
    if (codes.has(rule.code)) return bad(`编号重复 ${rule.code}`)
    codes.add(rule.code)
    if (!retentions.includes(rule.retention) || !certainties.includes(rule.certainty)) return bad(`${rule.code} 的期限或确定程度不正确`)
    if (rule.suggest !== null && !(Array.isArray(rule.suggest?.words) && Array.isArray(rule.suggest.kinds))) return bad(`${rule.code} 的建议条件不正确`)
  }
  return codes.has(pack.otherwise) ? ok(pack) : bad('缺少兜底规则')
}

/** The rule that fits best, why, and what else would fit. The longest word found counts most; of equal ones the longer term, since a term may be lengthened but not shortened. */
export const retentionFor = (pack: RetentionPack, subject: RetentionSubject): RetentionSuggestion => {
  const years = (rule: RetentionRule): number => retentions.length - retentions.indexOf(rule.retention)
  const offers = pack.rules.flatMap((rule) => {
    if (rule.suggest === null || (rule.suggest.kinds.length > 0 && !rule.suggest.kinds.includes(subject.kind))) return []
    const found = rule.suggest.words.filter((word) => subject.title.includes(word)).sort((a, b) => b.length - a.length)[0]
    if (found !== undefined) return [{ rule, weight: found.length * 10 + years(rule), reason: `标题含“${found}”` }]
    return rule.suggest.words.length === 0 ? [{ rule, weight: years(rule), reason: `文种为${subject.kind}` }] : []
  }).sort((a, b) => b.weight - a.weight)
  const fallback = pack.rules.find((rule) => rule.code === pack.otherwise) ?? pack.rules[0]!
  const best = offers[0] ?? { rule: fallback, reason: '没有更贴切的条目，按本机关普发性文件对待' }
  const joint = subject.jointIssue === 'assisting' ? '；联合行文的原件由主办机关保存（令第8号第十一条）' : ''
  return { rule: best.rule, reason: `${best.reason}：${best.rule.papers}${joint}`, alternatives: offers.slice(1, 4).map((offer) => offer.rule) }
}
