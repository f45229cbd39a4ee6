/** The whole main job as one command, and what strangers' tools say of what it leaves (T3, T4, T6). */
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleText } from '../../cli/bench/typeset.ts'
import { verifyPaths } from '../../cli/verify/index.ts'
import { skipLoudly } from '../harness/skips.ts'

const cli = fileURLToPath(new URL('../../cli/wenshu.ts', import.meta.url))
const wenshu = (...argv: string[]) => spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...argv], { encoding: 'utf8', env: { ...process.env, WENSHU_OPEN_FONTS: '1' } })
const has = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined
const out = mkdtempSync(join(tmpdir(), 'wenshu-demo-test-'))
const inside = (...parts: string[]): string => join(out, ...parts)
const filesUnder = (folder: string): string[] => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name)
  return statSync(path).isDirectory() ? filesUnder(path) : [path]
})

describe('T3 wenshu demo', () => {
  let ran: ReturnType<typeof wenshu>
  beforeAll(() => { ran = wenshu('demo', '--input', sampleText(), '--out', out) }, 180_000)
  afterAll(() => rmSync(out, { recursive: true, force: true }))

  it('exits 0 and reports every step as verified', () => {
    expect(ran.status, `complaints: ${ran.stderr}`).toBe(0)
    const report = JSON.parse(readFileSync(inside('report.json'), 'utf8')) as { ok: boolean; steps: { step: string; verified: boolean }[] }
    expect(report.ok).toBe(true)
    expect(report.steps.length).toBeGreaterThanOrEqual(11)
    expect(report.steps.filter((step) => !step.verified)).toEqual([])
  })

  it.skipIf(!has('pdfsig') && skipLoudly('pdfsig on the sealed PDF', 'pdfsig is not installed'))('pdfsig: signature valid, total document signed', () => {
    const { stdout } = spawnSync('pdfsig', [inside('正本.pdf')], { encoding: 'utf8' })
    expect(stdout).toContain('Signature is Valid')
    expect(stdout).toContain('Total document signed')
  })

  it.skipIf(!has('qpdf') && skipLoudly('qpdf on the sealed PDF', 'qpdf is not installed'))('qpdf --check is clean', () => {
    expect(spawnSync('qpdf', ['--check', inside('正本.pdf')]).status).toBe(0)
  })

  it.skipIf(!has('pdffonts') && skipLoudly('pdffonts on the sealed PDF', 'pdffonts is not installed'))('pdffonts: every font is embedded', () => {
    const { stdout } = spawnSync('pdffonts', [inside('正本.pdf')], { encoding: 'utf8' })
    const fonts = stdout.trim().split('\n').slice(2)
    expect(fonts.length).toBeGreaterThan(2)
    expect(fonts.filter((line) => !/ yes +(yes|no) +(yes|no) +\d+ +\d+$/.test(line))).toEqual([])
  })

  it.skipIf(!has('sha256sum') && skipLoudly('sha256sum on the package', 'sha256sum is not installed'))('sha256sum -c accepts the manifest', () => {
    expect(spawnSync('sha256sum', ['--strict', '--quiet', '-c', 'manifest-sha256.txt'], { cwd: inside('package') }).status).toBe(0)
  })

  it('T6 verify: 0 with trust, 4 without, 0 with --no-trust, from a folder without anything of ours', () => {
    const empty = mkdtempSync(join(tmpdir(), 'wenshu-empty-'))
    const verify = (...argv: string[]) => spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', cli, 'verify', inside('package'), ...argv], { cwd: empty }).status
    expect([verify('--trust', inside('trust')), verify(), verify('--no-trust')]).toEqual([0, 4, 0])
    rmSync(empty, { recursive: true })
  }, 30_000)

  it('T6 any changed byte of any file is noticed', () => {
    const seed = randomInt(1_000_000)
    console.log(`byte flips: seed ${seed}`)
    for (const [index, path] of filesUnder(inside('package')).entries()) {
      const original = readFileSync(path)
      const position = (seed * 31 + index * 7919) % original.length
      const changed = Buffer.from(original)
      changed[position] = (changed[position] ?? 0) ^ (1 << (seed + index) % 8)
      writeFileSync(path, changed)
      const { exitCode } = verifyPaths({ paths: [inside('package')], trust: [inside('trust')] })
      writeFileSync(path, original)
      expect([1, 2], `${path} byte ${position}, seed ${seed}`).toContain(exitCode)
    }
    expect(verifyPaths({ paths: [inside('package')], trust: [inside('trust')] }).exitCode).toBe(0)
  }, 120_000)
})

describe('T4 wenshu verify refuses what it cannot judge', () => {
  it.each([
    ['no path', [], 2], ['a mistyped option', ['--frust', 'x'], 2], ['a path that is not there', ['/nowhere/at/all'], 2],
  ])('%s', (_name, argv, code) => {
    const ran = wenshu('verify', ...argv)
    expect(ran.status).toBe(code)
    expect(`${ran.stdout}${ran.stderr}`).toMatch(/[一-龥]/)
  })
})
