/** wenshu check, run as a person runs it: output, exit codes, refusals. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as command from '../commands/check.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-check-'))
beforeAll(() => { vi.stubEnv('WENSHU_OPEN_FONTS', '1') })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Ran = { readonly code: number; readonly out: string; readonly problem: string }

/** The command in this process, with its words caught: starting one for every case would take most of the time. */
const run = async (...args: readonly string[]): Promise<Ran> => {
  const said = { out: '', problem: '' }
  const spies = ([['stdout', 'out'], ['stderr', 'problem']] as const).map(([stream, kind]) => vi.spyOn(process[stream], 'write').mockImplementation((text) => {
    said[kind] += String(text)
    return true
  }))
  try {
    const lang = args.indexOf('--lang')
    const code = await command.run(lang < 0 ? args : args.toSpliced(lang, 2), lang < 0 ? 'zh-CN' : 'en')
    return { code, ...said }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

const spawned = (...args: readonly string[]): Promise<Ran> => new Promise((resolve) => {
  execFile(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '..', 'wenshu.ts'), 'check', ...args], { env: { ...process.env, WENSHU_OPEN_FONTS: '1' }, encoding: 'utf8' }, (error, out, problem) => {
    resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, problem })
  })
})

const file = (name: string, bytes: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const clean = `---
文种: 通知
发文机关: [洛水市人民政府]
发文字号: 洛政发〔2026〕9号
标题: 洛水市人民政府关于做好防汛工作的通知
主送: [各旗县区人民政府]
成文日期: 2026-05-12
---
为做好防汛工作，现就有关事项通知如下，请认真贯彻执行。
`

describe('wenshu check', () => {
  it('says nothing but the score of a clean document, exit 0', async () => {
    const { code, out } = await spawned(file('清.gw', clean))
    expect([code, out]).toEqual([0, '得分 100：错误 0 项，警告 0 项，提示 0 项\n'])
  })
  it('--json gives exactly findings and score, exit 1 on an error', async () => {
    const { code, out } = await run(file('错.gw', clean.replace('〔2026〕', '[2026]')), '--json')
    const report = JSON.parse(out) as { readonly findings: readonly Record<string, unknown>[]; readonly score: number }
    expect(code).toBe(1)
    expect(Object.keys(report).sort()).toEqual(['findings', 'score'])
    expect(report.score).toBe(92)
    expect(report.findings).toHaveLength(1)
    expect(report.findings[0]).toMatchObject({ rule: 'docno-brackets', severity: 'error', clause: 'GB/T 9704-2012 7.2.5', where: { element: '发文字号' }, fix: { label: '改为「洛政发〔2026〕9号」' } })
    expect(Object.keys(report.findings[0]!).every((key) => ['rule', 'severity', 'clause', 'message', 'where', 'fix'].includes(key))).toBe(true)
  })
  it('warnings alone do not fail; people read place, advice and clause by element', async () => {
    const { code, out } = await run(file('警.gw', clean.replace('工作，', '工作,')))
    expect(code).toBe(0)
    expect(out).toContain('【正文】\n  警告 第1段 第8字：中文语句中应用全角标点（GB/T 15834-2011；punct-fullwidth） → 改为「，」')
  })
  it('--off turns rules off, --lang en turns the frame', async () => {
    const path = file('警二.gw', clean.replace('工作，', '工作,'))
    expect((await run(path, '--off', 'punct-fullwidth')).out).toMatch(/^得分 100/u)
    expect((await run(path, '--lang', 'en')).out).toContain('Score 97: 0 errors, 1 warnings, 0 hints')
  })
  it('a text without a carrier is told so, and the plan of a region has few alarms', async () => {
    const { code, out } = await run(file('案.txt', '洛水市防汛工作方案\n为做好防汛工作，制定本方案。\n'), '--json')
    expect(code).toBe(1)
    expect((JSON.parse(out) as { findings: { rule: string }[] }).findings.map(({ rule }) => rule)).toEqual(['title-statutory-type'])
  })
  it.each([
    ['a missing file', () => join(folder, '没有.gw'), 'file.missing'],
    ['a folder', () => folder, 'file.not-file'],
    ['another type', () => file('图.xyz', 'x'), 'file.unknown-type'],
    ['a binary', () => file('二.gw', Uint8Array.of(0xff, 0xfe, 0, 1, 2, 0x80)), 'file.encoding'],
    ['an unknown key, with the nearest one', () => file('键.gw', clean.replace('发文机关', '发文机管')), '是否应为「发文机关」（gw.unknown-key）'],
    ['no head', () => file('头.gw', '没有头'), 'gw.no-head'],
    ['a paragraph of 10 MB', () => file('长.txt', `洛水市规划\n${'防'.repeat(3_500_000)}`), 'text.too-large'],
    ['a paragraph of 10 MB in a source', () => file('长.gw', clean + '防'.repeat(3_500_000)), 'gw.too-large'],
    ['a picture outside the folder', () => file('图.gw', `${clean}![图](../../etc/passwd)\n`), 'gw.image'],
    ['a .docx that is none', () => file('假.docx', '不是'), 'docx.'],
    ['a .pdf that is none', () => file('假.pdf', '不是'), 'pdf.not-pdf'],
  ])('%s: exit 2, a message and a code', async (_, path, code) => {
    const ran = await run(path(), '--json')
    expect(ran.code).toBe(2)
    expect(ran.out).toBe('')
    expect(ran.problem).toContain(code)
    expect(ran.problem).toMatch(/\p{Script=Han}{2}/u)
  })
  it.each([[[] as string[]], [['a.gw', 'b.gw']], [['--of', 'x', 'a.gw']], [['a.gw', '--off', 'no-such-rule']]])('a wrong call %j is exit 2 too: 1 would read like a verdict', async (args) => {
    const ran = await run(...args)
    expect(ran.code).toBe(2)
    expect(ran.problem).toContain('check.usage')
  })
})
