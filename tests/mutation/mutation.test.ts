/**
 * Mutations of our own sealed files: none crashes, hangs or grows past the bound, and none that changes covered content is
 * called valid. 2,000 by default, WENSHU_MUTATIONS=20000 for all; one again: WENSHU_MUTATION_SEED=<seed of the run>
 * WENSHU_MUTATION_CASE=<number> npx vitest run tests/mutation
 */
import { performance } from 'node:perf_hooks'
import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { VerifyReport } from '#core/seal'
import { randomFrom } from '../fuzz/random.ts'
import { targets, type Target } from './targets.ts'
import { watch } from './watchdog.ts'

const seed = Number(process.env['WENSHU_MUTATION_SEED'] ?? randomInt(1_000_000_000))
const only = process.env['WENSHU_MUTATION_CASE']
const total = Number(process.env['WENSHU_MUTATIONS'] ?? 2_000)
/** Of a hundred cases: a package takes fifty times as long as a seal. */
const shares = { pdf: 25, pdf2: 20, ofd: 25, seal: 20, package: 10 } as const

/** Processor time of one case; a case that runs into it has found work that grows with hostile input. */
const maxCaseMs = 2_000
/** What one case may add to the largest memory of the process, and all cases together. */
const maxCaseGrowth = 256 * 1024 * 1024
const maxGrowth = 1024 * 1024 * 1024

type Count = { readonly verdicts: Record<string, number>; slowestMs: number; grownMb: number }

const runCases = (target: Target, share: number): { readonly problems: readonly string[]; readonly count: Count } => {
  const problems: string[] = []
  const count: Count = { verdicts: {}, slowestMs: 0, grownMb: 0 }
  const dog = watch(`${target.name}, seed ${seed}`, 120_000)
  const start = process.resourceUsage().maxRSS * 1024
  let largest = start
  for (let number = only === undefined ? 0 : Number(only); number < (only === undefined ? share : Number(only) + 1); number += 1) {
    const { what, bytes } = target.damage(target.bytes, randomFrom(seed + number))
    const problem = (text: string): void => { problems.push(`seed ${seed} case ${number} (${what}): ${text}`) }
    dog.begin(number)
    const before = process.threadCpuUsage()
    let judged: VerifyReport | null = null
    try {
      judged = target.verify(bytes)
    } catch (error) {
      problem(`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
    const spent = process.threadCpuUsage(before)
    const ms = (spent.user + spent.system) / 1000
    count.slowestMs = Math.max(count.slowestMs, ms)
    if (ms > maxCaseMs) problem(`took ${ms.toFixed(0)} ms of processor time`)
    const memory = process.resourceUsage().maxRSS * 1024
    if (memory - largest > maxCaseGrowth || memory - start > maxGrowth) problem(`grew to ${(memory / 1e6).toFixed(0)} MB`)
    largest = Math.max(largest, memory)
    if (judged !== null) {
      count.verdicts[judged.verdict] = (count.verdicts[judged.verdict] ?? 0) + 1
      if (judged.verdict === 'valid' && !target.untouched(bytes, judged)) problem('called valid although covered content changed')
    }
    // One is enough to fix; a broken build would otherwise print thousands.
    if (problems.length >= 20) break
  }
  void dog.stop()
  count.grownMb = (largest - start) / 1e6
  return { problems, count }
}

describe('mutations of sealed files', () => {
  it.each(Object.keys(shares) as (keyof typeof shares)[])('%s', { timeout: 3_600_000 }, async (name) => {
    const target = await targets[name]()
    const share = Math.ceil((total * shares[name]) / 100)
    const sound = target.verify(target.bytes)
    expect(sound.verdict).toBe('valid')
    expect(target.untouched(target.bytes, sound)).toBe(true)
    const started = performance.now()
    const { problems, count } = runCases(target, share)
    console.log(`mutation ${name}: seed ${seed}, ${share} cases, ${JSON.stringify(count.verdicts)}, slowest ${count.slowestMs.toFixed(0)} ms, memory +${count.grownMb.toFixed(0)} MB, ${((performance.now() - started) / 1000).toFixed(0)} s`)
    expect(problems).toEqual([])
    // Damage that is never noticed would mean that the cases do nothing.
    const noticed = Object.entries(count.verdicts).reduce((sum, [verdict, times]) => sum + (verdict === 'valid' ? 0 : times), 0)
    expect(only !== undefined || noticed > share / 2).toBe(true)
  })
})
