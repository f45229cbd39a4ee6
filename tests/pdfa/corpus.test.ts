/** The checker's verdicts beside those of the veraPDF corpus, whose file names state them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkPdfA } from '#core/output'
import { skipLoudly } from '../harness/skips.ts'

const samples = process.env['WENSHU_SAMPLES'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'samples')
const folder = join(samples, 'verapdf-corpus', '2b')
const isAbsent = !existsSync(folder) && skipLoudly('PDF/A checker on the veraPDF corpus', `${folder} is absent, set WENSHU_SAMPLES`)

describe.skipIf(isAbsent)('veraPDF corpus, PDF/A-2b', () => {
  it('at least 85 % of the fails are caught and no pass is rejected', () => {
    const missed: string[] = []
    const wrong: string[] = []
    let fails = 0
    let passes = 0
    for (const file of readdirSync(folder).filter((each) => each.endsWith('.pdf')).sort()) {
      const check = checkPdfA(new Uint8Array(readFileSync(join(folder, file))))
      const name = file.replace(/^veraPDF test suite |\.pdf$/gu, '')
      if (/-fail-/u.test(name)) {
        fails += 1
        if (check.conforms) missed.push(name)
      } else {
        passes += 1
        if (!check.conforms) wrong.push(`${name}: ${check.findings.map(({ clause, code }) => `${clause} ${code}`).join(', ')}`)
      }
    }
    const caught = fails - missed.length
    const recall = caught / fails
    const precision = caught / (caught + wrong.length)
    process.stdout.write(
      `PDF/A-2b checker on ${fails + passes} files of the veraPDF corpus: precision ${(100 * precision).toFixed(1)} % (${wrong.length} of ${passes} passes rejected), ` +
      `recall ${(100 * recall).toFixed(1)} % (${caught} of ${fails} fails)${missed.length === 0 ? '' : `; missed: ${missed.join(', ')}`}\n`,
    )
    expect(fails).toBeGreaterThan(20)
    expect(passes).toBeGreaterThan(20)
    expect(wrong).toEqual([])
    expect(recall).toBeGreaterThanOrEqual(0.85)
  })
})
