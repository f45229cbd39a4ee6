/** What a rule is (规则): facts, a predicate, a message, and examples that prove it. */
import type { Block, DocumentContent, DocumentKind, Issue, LayoutForm, Table } from '#core/document'
import type { Layout } from '#core/typeset'
import { catalogue, type RuleFacts } from './catalogue.ts'
import { extraCatalogue } from './catalogue-extra.ts'
import type { Facts, Settings, Written } from './facts.ts'
import type { Fix, Place, Severity } from './finding.ts'

/** 行文方向 */
export type Direction = 'up' | 'down' | 'parallel' | 'public'

export type CheckContext = {
  readonly content: DocumentContent
  readonly issue: Issue | null
  readonly written: Written
  readonly facts: Facts
  readonly settings: Settings
  readonly direction: Direction
  /** 发文机关标志 or 字号 says 电报 */
  readonly telegram: 'telegram' | 'document'
}

/** With the document's pages. */
export type PagesContext = CheckContext & { readonly layout: Layout }

/** A finding of one rule before it gets the rule's facts. */
export type Draft = { readonly where: Place; readonly message?: string; readonly severity?: Severity; readonly fix?: Fix }

/** A finding inside one text; offsets UTF-16. `replacement` for start…end makes a fix. */
export type Match = { readonly start: number; readonly end: number; readonly message?: string; readonly severity?: Severity; readonly replacement?: string }

/** What kind of text a text rule looks at. */
export type TextKind = 'paragraph' | 'cell' | 'caption' | 'title' | 'name' | 'note'

/** A document for an example: what is not given comes from a complete one of the same kind. */
export type Sample = {
  readonly kind?: DocumentKind
  readonly form?: LayoutForm
  /** lines of the body as typed */
  readonly body?: readonly string[]
  readonly blocks?: readonly Block[]
  readonly content?: Partial<DocumentContent>
  readonly issue?: Partial<Issue>
  readonly written?: Written
  readonly facts?: Facts
  readonly settings?: Settings
}

/** A page example: how a clean layout is changed, and in words. */
export type PageSample = { readonly says: string; readonly sample?: Sample; readonly change: (layout: Layout) => Layout }

type Examples<T> = { readonly fails: readonly T[]; readonly passes: readonly T[] }

type Common = RuleFacts & {
  /** Chinese: what to do */
  readonly message: string
  /** reported once for the whole document, with the number of places: for style, where one hint is enough */
  readonly once?: true
}

export type TextRule = Common & {
  readonly scope: 'text'
  readonly on?: readonly TextKind[]
  readonly check: (text: string, kind: TextKind) => readonly Match[]
  readonly examples: Examples<string>
}
export type TableRule = Common & { readonly scope: 'table'; readonly check: (table: Table) => readonly Match[]; readonly examples: Examples<Table> }
export type DocumentRule = Common & {
  readonly scope: 'document'
  readonly check: (context: CheckContext) => readonly Draft[]
  readonly examples: Examples<Sample>
  /** what the pages show of the same rule */
  readonly onPages?: (context: PagesContext) => readonly Draft[]
  readonly pageExamples?: Examples<PageSample>
}
/** Runs when its facts are given. */
export type FactsRule = Common & {
  readonly scope: 'facts'
  readonly needs: readonly (keyof Facts)[]
  readonly check: (context: CheckContext) => readonly Draft[]
  readonly examples: Examples<Sample>
}
export type PagesRule = Common & {
  readonly scope: 'pages'
  readonly check: (context: PagesContext) => readonly Draft[]
  readonly examples: Examples<PageSample>
}
export type Rule = TextRule | TableRule | DocumentRule | FactsRule | PagesRule

function factsOf(id: string): RuleFacts {
  const facts = catalogue.find((entry) => entry.id === id) ?? extraCatalogue.find((entry) => entry.id === id)
  if (facts === undefined) throw new RangeError(`no rule called ${id}`)
  return facts
}

type Body<R extends Rule> = Omit<R, keyof RuleFacts | 'scope'>

export const textRule = (id: string, rule: Body<TextRule>): TextRule => ({ ...factsOf(id), scope: 'text', ...rule })
export const tableRule = (id: string, rule: Body<TableRule>): TableRule => ({ ...factsOf(id), scope: 'table', ...rule })
export const documentRule = (id: string, rule: Body<DocumentRule>): DocumentRule => ({ ...factsOf(id), scope: 'document', ...rule })
export const factsRule = (id: string, rule: Body<FactsRule>): FactsRule => ({ ...factsOf(id), scope: 'facts', ...rule })
export const pagesRule = (id: string, rule: Body<PagesRule>): PagesRule => ({ ...factsOf(id), scope: 'pages', ...rule })

/** Every place of a pattern (global, linear in the text) as a match. */
export function matchesOf(text: string, pattern: RegExp, replace?: (match: RegExpExecArray) => string | undefined): Match[] {
  const found: Match[] = []
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null && found.length < 100; match = pattern.exec(text)) {
    const replacement = replace?.(match)
    found.push({ start: match.index, end: match.index + match[0].length, ...(replacement === undefined ? {} : { replacement }) })
    if (match[0] === '') pattern.lastIndex++
  }
  return found
}
