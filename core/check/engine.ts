/** Running the rules (检查): texts are checked once for every block and kept, the rest each time. */
import type { Block, DocumentContent, Issue } from '#core/document'
import type { Layout } from '#core/typeset'
import type { Facts, Settings, Written } from './facts.ts'
import { elements, type Edit, type Finding, type Fix, type Place } from './finding.ts'
import type { CheckContext, Direction, Draft, Match, Rule, TableRule, TextKind, TextRule } from './rule.ts'
import { relationOf } from './organ-names.ts'
import { rules } from './rules/index.ts'
import { scoreOf } from './score.ts'
import { blockPlace, bodiesOf, fieldsOf, textsOf } from './units.ts'

export type CheckOptions = {
  /** the document's pages; without them the rules of geometry do not run */
  readonly layout?: Layout
  readonly facts?: Facts
  /** what a leniently read source wrote */
  readonly written?: Written
}

export type CheckReport = { readonly findings: readonly Finding[]; readonly score: number }

export type Checker = { readonly check: (content: DocumentContent, issue: Issue | null, options?: CheckOptions) => CheckReport }

/** Nobody reads more of one kind, and a hostile text must not make a report larger than itself. */
const maxPerRule = 100

type Hit = Match & { readonly rule: Rule }

/**
 * A checker with fixed settings. It keeps what it found in a block by the block's identity, so that after an edit only
 * the edited block's text is read again. Never throws on a valid content.
 */
export function createChecker(settings: Settings = {}): Checker {
  const active = rules.filter((rule) => !(settings.off ?? []).includes(rule.id) && !(settings.practice === 'off' && rule.basis === 'practice'))
  const textRules = active.filter((rule): rule is TextRule => rule.scope === 'text')
  const tableRules = active.filter((rule): rule is TableRule => rule.scope === 'table')
  const kept = new WeakMap<Block, readonly Hit[]>()

  const hitsOf = (block: Block): readonly Hit[] => {
    let hits = kept.get(block)
    if (hits === undefined) {
      hits = [
        ...textsOf(block).flatMap(({ kind, text, offset }) => textHits(textRules, text, kind).map((hit) => ({ ...hit, start: hit.start + offset, end: hit.end + offset }))),
        ...(block.kind === 'table' ? tableRules.flatMap((rule) => rule.check(block).map((match): Hit => ({ ...match, rule }))) : []),
      ]
      kept.set(block, hits)
    }
    return hits
  }

  return {
    check(content, issue, options = {}) {
      const context = contextOf(content, issue, settings, options)
      const found = new Map<Rule, Finding[]>()
      const add = (rule: Rule, draft: Draft): void => {
        const list = found.get(rule) ?? []
        found.set(rule, list)
        if (list.length < maxPerRule || rule.once === true) list.push(findingOf(rule, draft))
      }
      for (const { part, blocks } of bodiesOf(content)) {
        blocks.forEach((block, i) => {
          for (const hit of hitsOf(block)) {
            add(hit.rule, draftOf(hit, blockPlace(part, i, hit.start, hit.end), { target: 'text', part, block: i, start: hit.start, end: hit.end, text: hit.replacement ?? '' }))
          }
        })
      }
      for (const field of fieldsOf(content)) {
        for (const hit of textHits(textRules, field.text, field.kind)) {
          add(hit.rule, draftOf(hit, { ...field.place, start: hit.start, end: hit.end }, field.edit(hit.start, hit.end, hit.replacement ?? '')))
        }
      }
      for (const rule of active) for (const draft of draftsOf(rule, context, options.layout)) add(rule, draft)
      const findings = [...found].flatMap(([rule, list]) => (rule.once === true ? [together(list)] : list)).sort(byPlace)
      return { findings, score: scoreOf(findings) }
    },
  }
}

/** Checks once; for repeated checks of one document keep a checker. */
export function checkDocument(content: DocumentContent, issue: Issue | null, options: CheckOptions & { readonly settings?: Settings } = {}): CheckReport {
  return createChecker(options.settings).check(content, issue, options)
}

function textHits(textRules: readonly TextRule[], text: string, kind: TextKind): Hit[] {
  if (text === '') return []
  return textRules.flatMap((rule) => (rule.on === undefined || rule.on.includes(kind) ? rule.check(text, kind).map((match): Hit => ({ ...match, rule })) : []))
}

function draftsOf(rule: Rule, context: CheckContext, layout: Layout | undefined): readonly Draft[] {
  switch (rule.scope) {
    case 'text':
    case 'table':
      return []
    case 'document':
      return layout === undefined || rule.onPages === undefined ? rule.check(context) : [...rule.check(context), ...rule.onPages({ ...context, layout })]
    case 'facts':
      return rule.needs.every((name) => context.facts[name] !== undefined) ? rule.check(context) : []
    case 'pages':
      return layout === undefined ? [] : rule.check({ ...context, layout })
  }
}

function draftOf(hit: Hit, where: Place, edit: Edit): Draft {
  return {
    where,
    ...(hit.message === undefined ? {} : { message: hit.message }),
    ...(hit.severity === undefined ? {} : { severity: hit.severity }),
    ...(hit.replacement === undefined ? {} : { fix: { label: hit.replacement === '' ? '删去' : `改为「${hit.replacement}」`, edits: [edit] } }),
  }
}

function findingOf(rule: Rule, draft: Draft): Finding {
  return {
    rule: rule.id, severity: draft.severity ?? rule.severity, clause: rule.clause, message: draft.message ?? rule.message, where: draft.where,
    ...(draft.fix === undefined ? {} : { fix: draft.fix }),
  }
}

/** Many places of one habit as a single finding; its fix mends all of them. */
function together(list: readonly Finding[]): Finding {
  const sorted = [...list].sort(byPlace)
  const first = sorted[0]!
  if (sorted.length === 1) return first
  const edits = sorted.flatMap((finding) => finding.fix?.edits ?? [])
  const { fix: _, ...rest } = first
  const fix: Fix | null = edits.length === 0 ? null : { label: `${first.fix?.label ?? '改正'}（全部）`, edits }
  return { ...rest, message: `${first.message}（全文共${sorted.length}处）`, ...(fix === null ? {} : { fix }) }
}

function byPlace(a: Finding, b: Finding): number {
  const order = elements.indexOf(a.where.element) - elements.indexOf(b.where.element)
  if (order !== 0) return order
  return (a.where.part ?? -1) - (b.where.part ?? -1) || (a.where.block ?? -1) - (b.where.block ?? -1) || (a.where.start ?? -1) - (b.where.start ?? -1)
}

function contextOf(content: DocumentContent, issue: Issue | null, settings: Settings, options: CheckOptions): CheckContext {
  const isTelegram = /电报|明传|发电$/u.test(content.issuerMark) || /电〔/u.test(issue?.number ?? '')
  return {
    content, issue, settings, facts: options.facts ?? {}, written: options.written ?? {}, direction: directionOf(content, issue), telegram: isTelegram ? 'telegram' : 'document',
  }
}

/** 上行文 are 请示 and 报告, and 意见 that carry a 签发人 or go to superiors alone. */
function directionOf(content: DocumentContent, issue: Issue | null): Direction {
  switch (content.kind) {
    case '请示':
    case '报告':
      return 'up'
    case '意见':
      return (issue?.signers ?? []).length > 0 || (content.recipients.length > 0 && content.recipients.every((name) => /superior|skip/u.test(relationOf(content.issuers[0] ?? '', name, undefined)))) ? 'up' : 'down'
    case '函':
    case '议案':
      return 'parallel'
    case '公告':
    case '通告':
    case '公报':
      return 'public'
    default:
      return 'down'
  }
}
