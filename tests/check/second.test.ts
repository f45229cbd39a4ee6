/** The second corpus (查全率第二语料): errors worded by another hand than those of seeded.test.ts; each is planted once, where it says. */
import { afterAll, describe, expect, it } from 'vitest'
import { createChecker, readSourceForCheck, readTextForCheck, rules, type Finding } from '#core/check'
import { typeset } from '#core/typeset'
import { loadFontSet } from '#main/host'
import { fourthBases } from './fourth-bases.ts'
import { fourthLastBases } from './fourth-last-bases.ts'
import { fourthMoreBases } from './fourth-more-bases.ts'
import { fourthSeeds } from './fourth-seeds.ts'
import { fourthTextSeeds } from './fourth-text-seeds.ts'
import { secondBases } from './second-bases.ts'
import { bodySeeds } from './second-body-seeds.ts'
import { headSeeds, type Seed } from './second-seeds.ts'
import { laterSeeds } from './third-seeds.ts'

const { fonts } = await loadFontSet({ system: false })
const checker = createChecker()

const judge = (name: string, source: string): { readonly findings: readonly Finding[]; readonly pages: number } => {
  const read = name.startsWith('文本') ? readTextForCheck(source) : readSourceForCheck(source)
  if (!read.ok) throw new Error(`${name}: ${read.error.code} ${read.error.message}`)
  const { content, issue, written } = read.value
  const layout = typeset(content, issue, fonts)
  return { findings: checker.check(content, issue, { layout, written }).findings, pages: layout.pages.length }
}

const bases: Readonly<Record<string, string>> = { ...secondBases, ...fourthBases, ...fourthMoreBases, ...fourthLastBases }

/** Where the body begins: after the head of a .gw, after the title and recipients of a text. */
const bodyOf = (source: string): number => (source.startsWith('---') ? source.indexOf('\n---\n') + 5 : source.indexOf('\n', source.indexOf('\n') + 1) + 1)

function plantOne(source: string, from: string, to: string): string {
  if (/^[^\n ：]{2,7}:$/u.test(from)) {
    const line = new RegExp(`^${from}.*$`, 'mu')
    return line.test(source) ? source.replace(line, () => `${from} ${to}`) : source.replace(/^标题:/mu, () => `${from} ${to}\n标题:`)
  }
  if (from === '') {
    const end = source.indexOf('\n', bodyOf(source))
    return `${source.slice(0, end)}${to}${source.slice(end)}`
  }
  if (from === '¶') {
    const part = source.indexOf('\n===', bodyOf(source))
    const end = part < 0 ? source.trimEnd().length : part
    return `${source.slice(0, end)}\n${to}${source.slice(end)}`
  }
  if (!source.includes(from)) throw new Error(`nothing like “${from}” stands in the base`)
  return source.replace(from, () => to)
}

function planted([, base, ...pairs]: Seed): string {
  let source = bases[base]!
  for (let i = 0; i < pairs.length; i += 2) source = plantOne(source, pairs[i]!, pairs[i + 1]!)
  if (source === bases[base]) throw new Error('the seed changes nothing')
  return source
}

const seeds = [...headSeeds, ...bodySeeds, ...laterSeeds, ...fourthSeeds, ...fourthTextSeeds]
const missed: string[] = []
const clean = Object.entries(bases).map(([name, source]) => {
  const { findings, pages } = judge(name, source)
  // What is printed with its notice can be written in a source only as an attachment: the hint says so rightly.
  return { name, pages, findings: name.startsWith('印发') ? findings.filter(({ rule }) => rule !== 'attach-forwarded-not-listed') : findings }
})

describe('K15 clean documents of a second hand', () => {
  it.each(clean.map(({ name, findings }) => [name, findings] as const))('%s: no false alarm', (_, findings) => { expect(findings).toEqual([]) })
})

describe('K15 errors of a second hand', () => {
  it.each(seeds.map((seed) => [seed[0], seed[1], seed.slice(2).join(' → ').slice(0, 80), seed] as const))('%s in %s: %s', (rule, base, what, seed) => {
    const { findings } = judge(base, planted(seed))
    if (!findings.some((finding) => finding.rule === rule)) missed.push(`${rule}（${base}：${what}）`)
    expect(findings.length).toBeGreaterThan(0)
  })
})

it('K15 recall on the second corpus is at least 95 per cent over at least 550 errors and 140 rules', () => {
  const named = new Set(seeds.map(([rule]) => rule))
  const recall = 1 - missed.length / seeds.length
  console.log(`second corpus: ${seeds.length} errors over ${named.size} rules, recall ${(100 * recall).toFixed(1)} %, missed: ${missed.join('；') || 'none'}; clean: ${clean.reduce((sum, { pages }) => sum + pages, 0)} pages`)
  expect([...named].filter((rule) => !rules.some(({ id }) => id === rule))).toEqual([])
  expect(seeds.length).toBeGreaterThanOrEqual(550)
  expect(named.size).toBeGreaterThanOrEqual(140)
  expect(recall).toBeGreaterThanOrEqual(0.95)
})

afterAll(() => { missed.length = 0 })
