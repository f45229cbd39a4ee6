/** Recall on planted errors and false alarms on clean documents (规则查全率与误报率). Figures are printed with their seed. */
import { afterAll, describe, expect, it } from 'vitest'
import { createChecker, readSourceForCheck, rules, type Finding } from '#core/check'
import { documentKinds } from '#core/document'
import { typeset } from '#core/typeset'
import { loadFontSet } from '#main/host'
import { bases } from './bases.ts'
import { corpusOf } from './corpus.ts'

const seed = Number(process.env['WENSHU_CHECK_SEED'] ?? 20261125)
const { fonts } = await loadFontSet({ system: false })
const checker = createChecker()

const judge = (source: string): { readonly findings: readonly Finding[]; readonly pages: number } => {
  const read = readSourceForCheck(source)
  if (!read.ok) throw new Error(`${read.error.code} ${read.error.message}`)
  const { content, issue, written } = read.value
  const layout = typeset(content, issue, fonts)
  return { findings: checker.check(content, issue, { layout, written }).findings, pages: layout.pages.length }
}

const corpus = corpusOf(seed, 3)
const missed: string[] = []
const clean = bases.map((base) => ({ base, ...judge(base.source) }))

describe('clean documents', () => {
  it('are of all fifteen kinds and all four forms', () => {
    const kinds = new Set(bases.map(({ source }) => /^文种: (.+)$/mu.exec(source)?.[1]))
    expect([...kinds].sort()).toEqual([...documentKinds].sort())
    expect(new Set(bases.map(({ source }) => /^版式: (.+)$/mu.exec(source)?.[1])).size).toBe(4)
  })
  it.each(clean.map(({ base, findings, pages }) => [base.name, findings, pages] as const))('%s: at most one false alarm a page', (_, findings, pages) => {
    expect(findings.slice(pages)).toEqual([])
  })
})

describe(`planted errors, seed ${seed}`, () => {
  it.each(corpus.map((seeded) => [seeded.plant.rule, seeded.plant.what, seeded.base.name, seeded] as const))('%s: %s in %s', (rule, what, name, seeded) => {
    const { findings } = judge(seeded.source)
    if (!findings.some((finding) => finding.rule === rule)) missed.push(`${rule}（${what}，${name}）`)
    // A miss counts against the recall below; one that is not even noticed as anything wrong would be worse.
    expect(findings.length).toBeGreaterThan(0)
  })
})

it('recall is at least 95 per cent over at least 150 errors and 60 rules; at most one false alarm a page', () => {
  const planted = new Set(corpus.map(({ plant }) => plant.rule))
  const recall = 1 - missed.length / corpus.length
  const alarms = clean.reduce((sum, { findings }) => sum + findings.length, 0)
  const pages = clean.reduce((sum, one) => sum + one.pages, 0)
  console.log(`seed ${seed}: ${corpus.length} errors over ${planted.size} rules, recall ${(100 * recall).toFixed(1)} %, missed: ${missed.join('；') || 'none'}; false alarms on clean documents: ${alarms} on ${pages} pages`)
  expect(corpus.length).toBeGreaterThanOrEqual(150)
  expect(planted.size).toBeGreaterThanOrEqual(60)
  expect([...planted].filter((rule) => !rules.some(({ id }) => id === rule))).toEqual([])
  expect(recall).toBeGreaterThanOrEqual(0.95)
  expect(alarms / pages).toBeLessThanOrEqual(1)
})

afterAll(() => { missed.length = 0 })
