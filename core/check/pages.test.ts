/** Page rules on layouts that the typesetter made, and on the same with one thing moved. */
import { describe, expect, it } from 'vitest'
import { documentKinds } from '#core/document'
import { typeset } from '#core/typeset'
import { checkDocument, rules, type Finding } from './index.ts'
import { openFonts } from './pages.fixture.ts'
import type { PageSample } from './rule.ts'
import { sampleDocument } from './sample.fixture.ts'

const run = ({ sample = {}, change }: PageSample): readonly Finding[] => {
  const { content, issue } = sampleDocument(sample)
  const layout = change(typeset(content, issue, openFonts))
  return checkDocument(content, issue, { layout, ...(sample.settings === undefined ? {} : { settings: sample.settings }) }).findings
}

const cases = rules.flatMap((rule) => {
  const examples = rule.scope === 'pages' ? rule.examples : rule.scope === 'document' ? rule.pageExamples : undefined
  return examples === undefined ? [] : [[rule.id, examples] as const]
})

describe.each(cases)('%s', (id, { fails, passes }) => {
  it.each(fails.map((sample) => [sample.says, sample] as const))('names: %s', (_, sample) => {
    const found = run(sample).filter(({ rule }) => rule === id)
    expect(found.length).toBeGreaterThan(0)
    expect(found[0]!.message).toMatch(/\p{Script=Han}{3}/u)
  })
  it.each(passes.map((sample) => [sample.says, sample] as const))('accepts: %s', (_, sample) => {
    expect(run(sample).filter(({ rule }) => rule === id)).toEqual([])
  })
})

describe('clean documents on their pages', () => {
  it.each(documentKinds)('%s', (kind) => {
    expect(run({ says: '', sample: { kind }, change: (layout) => layout })).toEqual([])
  })
})
