/** The retention schedule that comes with the program, and what it suggests for one document (保管期限). */
import { readRetentionPack, retentionFor, type RetentionPack, type RetentionRule, type RetentionSuggestion } from '#core/archive'
import type { DocumentContent } from '#core/document'
import type { DocumentState, Retention } from '#core/route'
import schedule from '../../../resources/retention/jiguan-wenshu.json' with { type: 'json' }

const read = readRetentionPack(schedule)

/** Built into the program; null would be a broken build, and then the archivist is offered no guess. */
export const retentionPack: RetentionPack | null = read.ok ? read.value : null

/** A suggestion only; the archivist decides. `content` null while the text is being opened: it tells of joint issue. */
export const suggestRetention = (state: Pick<DocumentState, 'kind' | 'title'>, content: Pick<DocumentContent, 'issuers'> | null): RetentionSuggestion | null =>
  retentionPack === null ? null : retentionFor(retentionPack, { kind: state.kind, title: state.title, jointIssue: (content?.issuers.length ?? 1) > 1 ? 'host' : 'alone' })

export const ruleOf = (code: string): RetentionRule | null => retentionPack?.rules.find((rule) => rule.code === code) ?? null

const order: readonly Retention[] = ['D10', 'D30', 'Y']
/** A term may be lengthened, not cut, against the rule. */
export const isShorter = (chosen: Retention, suggested: Retention): boolean => order.indexOf(chosen) < order.indexOf(suggested)
