import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readPem } from '#core/crypto'
import { readSeal, verifySeal } from '#core/seal'
import { skipLoudly } from '../../tests/harness/skips.ts'
import { run } from '../commands/seal.ts'

const samples = process.env['WENSHU_SAMPLES'] ?? fileURLToPath(new URL('../../../shared/samples', import.meta.url))
const noSamples = !existsSync(samples) && skipLoudly('seal inspect on samples', `${samples} is absent, set WENSHU_SAMPLES`)
const font = fileURLToPath(new URL('../../node_modules/@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf', import.meta.url))

let folder = ''
let out = ''
let err = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wenshu-seal-'))
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => { out += String(text); return true })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => { err += String(text); return true })
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})
const seal = async (...argv: readonly string[]): Promise<number> => {
  out = err = ''
  return run(argv, 'zh-CN')
}
const at = (name: string): string => join(folder, name)
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path))
const demo = (...more: readonly string[]): Promise<number> => seal('make', '--name', '某某市人民政府办公室', '--out', at('a.esl'), '--demo', '--font', font, '--diameter', '20', ...more)

describe('wenshu seal make', () => {
  test('--demo leaves a sample seal with its keys, which holds under its own root', async () => {
    expect(await demo('--json')).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ ok: true, name: '某某市人民政府办公室', picture: { type: 'PNG', width: 20, height: 20 } })
    const blocks = readPem(readFileSync(at('trust/demo-root.pem'), 'latin1'))
    const report = verifySeal(bytesOf(at('a.esl')), { anchors: blocks.ok ? blocks.value.map(({ bytes }) => bytes) : [], crls: [bytesOf(at('trust/demo.crl'))], trust: 'decide' })
    expect(report.verdict).toBe('valid')
    expect(report.signatures[0]?.signer).toContain('演示')
    expect(statSync(at('demo-signer.pem')).mode & 0o077).toBe(0)
    expect(await seal('inspect', at('a.esl'), '--picture', at('a.png'))).toBe(0)
    expect(out).toContain('GB/T 38540-2020')
    expect(bytesOf(at('a.png')).subarray(1, 4)).toEqual(new TextEncoder().encode('PNG'))
  })

  test('a second seal with the keys of the first; SVG picture, vectors, days of Beijing time', async () => {
    expect(await demo()).toBe(0)
    writeFileSync(at('face.svg'), '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#c00"/></svg>')
    expect(await seal('make', '--name', '财务专用章', '--out', at('b.esl'), '--key', at('demo-maker.pem'), '--signer-cert', at('demo-signer.pem'), '--picture', at('face.svg'), '--diameter', '40', '--vector',
      '--id', '15010000000012', '--type', '3', '--valid-from', '2026-12-01', '--valid-to', '2028-02-29')).toBe(0)
    const read = readSeal(bytesOf(at('b.esl')))
    expect(read.ok && read.value).toMatchObject({ id: '15010000000012', type: 3, validFrom: '2026-11-30T16:00:00Z', validTo: '2028-02-29T15:59:59Z', picture: { type: 'ofd', width: 40, height: 20 } })
    expect(await seal('inspect', at('b.esl'), '--picture', at('b.svg'))).toBe(0)
    expect(readFileSync(at('b.svg'), 'utf8')).toContain('<svg')
    expect(await seal('inspect', at('b.esl'), '--picture', at('b.png'))).toBe(1)
    expect(err).toContain('seal.picture-format')
  })

  test.each<readonly [string, readonly string[], number, string]>([
    ['no name', ['--out', 'x.esl', '--demo'], 1, 'seal.arguments'],
    ['no key', ['--name', '某局', '--out', 'x.esl'], 1, 'seal.arguments'],
    ['key and demo', ['--name', '某局', '--out', 'x.esl', '--demo', '--key', 'k.pem'], 1, 'seal.arguments'],
    ['no such key', ['--name', '某局', '--out', 'x.esl', '--key', 'k.pem', '--signer-cert', 'CERT'], 2, 'key.absent'],
    ['no signer', ['--name', '某局', '--out', 'x.esl', '--key', 'k.pem'], 1, 'seal.signer'],
    ['a day that is none', ['--name', '某局', '--out', 'x.esl', '--demo', '--valid-from', '2026-02-30'], 1, 'seal.time'],
    ['an end before the start', ['--name', '某局', '--out', 'x.esl', '--demo', '--valid-from', '2026-02-03', '--valid-to', '2026-02-01'], 1, 'seal.content'],
    ['a drawn seal without a mark', ['--name', '某局', '--out', 'x.esl', '--demo', '--bottom', '公章'], 1, 'seal.sample-mark'],
    ['a diameter in words', ['--name', '某局', '--out', 'x.esl', '--demo', '--diameter', 'big'], 1, 'seal.arguments'],
    ['a picture that is not there', ['--name', '某局', '--out', 'x.esl', '--demo', '--picture', 'no.png'], 2, 'seal.unreadable'],
    ['a picture with a script', ['--name', '某局', '--out', 'x.esl', '--demo', '--picture', 'bad.svg'], 2, 'svg.script'],
    ['an unknown option', ['--nmae', '某局'], 1, '参数不正确'],
  ])('%s: exit and code, and no seal is left', async (_, argv, exit, code) => {
    writeFileSync(at('bad.svg'), '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script/></svg>')
    writeFileSync(at('CERT'), '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n')
    const paths = argv.map((text) => (/\.(esl|pem|png|svg)$/.test(text) || text === 'CERT' ? at(text) : text))
    expect([await seal('make', '--font', font, ...paths), err.includes(code)]).toEqual([exit, true])
    expect(readdirSync(folder)).not.toContain('x.esl')
  })

  test('nothing is overwritten', async () => {
    expect(await demo()).toBe(0)
    const before = bytesOf(at('a.esl'))
    expect(await demo()).toBe(1)
    expect(err).toContain('seal.write')
    expect(bytesOf(at('a.esl'))).toEqual(before)
    expect(await seal('make', '--name', '某局', '--out', at('c.esl'), '--demo', '--font', font, '--diameter', '20')).toBe(1)
    expect(existsSync(at('c.esl'))).toBe(false)
  })

  test('a wrong password is told and leaves nothing', async () => {
    expect(await demo()).toBe(0)
    const made = spawnSync('openssl', ['pkcs8', '-topk8', '-in', at('demo-maker.pem'), '-out', at('locked.pem'), '-passout', 'pass:right'])
    expect(made.status).toBe(0)
    const make = (password: string) => {
      vi.stubEnv('SEAL_PASSWORD', password)
      return seal('make', '--name', '某局印章', '--out', at('d.esl'), '--key', at('locked.pem'), '--cert', at('demo-maker.pem'), '--password-env', 'SEAL_PASSWORD', '--signer-cert', at('demo-signer.pem'), '--font', font, '--diameter', '20')
    }
    const nothing = await seal('make', '--name', '某局印章', '--out', at('d.esl'), '--key', at('locked.pem'), '--password-env', 'SEAL_NO_SUCH', '--signer-cert', at('demo-signer.pem'), '--font', font, '--diameter', '20')
    expect([nothing, err.includes('key.noPassword')]).toEqual([1, true])
    expect([await make('wrong'), err.includes('key.pinWrong'), existsSync(at('d.esl'))]).toEqual([1, true, false])
    expect([await make('right'), existsSync(at('d.esl'))]).toEqual([0, true])
    vi.unstubAllEnvs()
  })
})

describe('wenshu seal inspect', () => {
  test.skipIf(noSamples).each<readonly [string, number, string]>([
    ['ofdrw/UserV1.esl', 0, 'GM/T 0031-2014'], ['ofdrw/UserV4.esl', 0, '已过期'], ['ofdrw/SignedValueV4.dat', 0, '没有原文'], ['ofdrw/V4RideRight.ofd', 0, '原文与签章时一致'],
    ['derived/v4signed_signature-bit-flipped.ofd', 1, '不成立'], ['derived/UserV4_truncated.esl', 2, 'der.truncated'], ['ofdrw/helloworld.ofd', 2, 'seal.none'], ['esig-dss/pades-bes.pdf', 2, 'seal.none'],
    ['MANIFEST.md', 2, 'seal.unknown-format'], ['absent', 2, 'seal.unreadable'],
  ])('%s: exit %i', async (file, exit, words) => {
    expect([await seal('inspect', join(samples, file)), (out + err).includes(words)]).toEqual([exit, true])
  })

  test('failures are JSON where JSON was asked for', async () => {
    writeFileSync(at('x'), 'hello')
    expect(await seal('inspect', at('x'), '--json')).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ ok: false, code: 'seal.unknown-format' })
    expect(await seal('cut')).toBe(1)
  })
})
