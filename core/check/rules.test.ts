/** Every rule's own examples, and that every rule of the catalogue is accounted for. */
import { describe, expect, it } from 'vitest'
import { documentKinds } from '#core/document'
import { applyFix, checkDocument, rules, type Finding, type Rule } from './index.ts'
import { catalogue } from './catalogue.ts'
import { elsewhere } from './elsewhere.ts'
import { extraCatalogue } from './catalogue-extra.ts'
import type { Sample } from './rule.ts'
import { sampleDocument } from './sample.fixture.ts'

const run = (sample: Sample): { readonly findings: readonly Finding[] } & ReturnType<typeof sampleDocument> => {
  const document = sampleDocument(sample)
  const { findings } = checkDocument(document.content, document.issue, {
    ...(sample.written === undefined ? {} : { written: sample.written }), ...(sample.facts === undefined ? {} : { facts: sample.facts }), ...(sample.settings === undefined ? {} : { settings: sample.settings }),
  })
  return { findings, ...document }
}

const samplesOf = (rule: Rule, side: 'fails' | 'passes'): readonly Sample[] => {
  switch (rule.scope) {
    case 'text':
      return rule.examples[side].map((text): Sample => (rule.on?.includes('paragraph') === false ? { content: { title: text } } : { blocks: [{ kind: 'paragraph', level: 0, number: null, text }] }))
    case 'table':
      return rule.examples[side].map((table): Sample => ({ blocks: [table] }))
    case 'document':
    case 'facts':
      return rule.examples[side]
    case 'pages':
      return []
  }
}

const hits = (findings: readonly Finding[], id: string): readonly Finding[] => findings.filter(({ rule }) => rule === id)

describe.each(rules.filter(({ scope }) => scope !== 'pages').map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it.each(samplesOf(rule, 'fails').map((sample) => [JSON.stringify(sample).slice(0, 120), sample] as const))('names %s', (_, sample) => {
    const { findings, content, issue } = run(sample)
    const found = hits(findings, id)
    expect(found.length).toBeGreaterThan(0)
    for (const finding of found) {
      expect(finding.message).toMatch(/\p{Script=Han}{3}/u)
      expect(finding.clause).toBe(rule.clause)
      if (finding.fix === undefined) continue
      const fixed = applyFix(content, issue, finding)
      const again = checkDocument(fixed.content, fixed.issue, { ...(sample.facts === undefined ? {} : { facts: sample.facts }) })
      expect(hits(again.findings, id).length).toBeLessThan(found.length)
    }
  })
  it.each(samplesOf(rule, 'passes').map((sample) => [JSON.stringify(sample).slice(0, 120), sample] as const))('accepts %s', (_, sample) => {
    expect(hits(run(sample).findings, id)).toEqual([])
  })
})

describe('the table of rules', () => {
  it('has every id of the catalogue once: implemented, or enforced elsewhere', () => {
    const ids = rules.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...ids, ...elsewhere.map(({ id }) => id)].sort()).toEqual([...catalogue, ...extraCatalogue].map(({ id }) => id).sort())
  })
  it('has an example that fails and one that passes for every rule', () => {
    expect(rules.filter(({ examples }) => examples.fails.length === 0 || examples.passes.length === 0).map(({ id }) => id)).toEqual([])
  })
  it.each(documentKinds)('says nothing about a clean %s', (kind) => {
    expect(run({ kind }).findings).toEqual([])
  })
})
