/** The whole main job as one command, and what strangers' tools say of what it leaves (T3, T4, T6). */
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleText } from '../../cli/bench/typeset.ts'
import { readZip } from '#core/formats'
import { readSealSignature } from '#core/seal'
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

  it('正本.ofd is sealed beside 正本.pdf with an SM2 seal of GB/T 38540, and the package carries both', () => {
    const { exitCode, reports } = verifyPaths({ paths: [inside('正本.ofd')], trust: [inside('trust')] })
    expect([exitCode, reports[0]?.report.kind, reports[0]?.report.signatures.map(({ verdict, coverage, timeSource }) => [verdict, coverage, timeSource])]).toEqual([0, 'ofd', [['valid', 'whole', 'timestamp']]])
    for (const name of ['正本.pdf', '正本.ofd']) expect(readFileSync(inside('package', 'data', name)).equals(readFileSync(inside(name)))).toBe(true)
    expect(readFileSync(inside('package', 'bag-info.txt'), 'utf8')).toContain('Wenshu-Package-Version: 2')
  })

  it.skipIf(!has('openssl') && skipLoudly('openssl on the OFD seal', 'openssl is not installed'))('openssl agrees: seal and signature hold over the bytes that GB/T 38540 names, under certificates of the root', () => {
    const parts = readZip(readFileSync(inside('正本.ofd')))
    const part = (end: string): Uint8Array => {
      const found = parts.ok ? parts.value.find((entry) => entry.path.endsWith(end)) : undefined
      if (found === undefined) throw new Error(`no ${end} in 正本.ofd`)
      return found.bytes
    }
    const signed = readSealSignature(part('SignedValue.dat'))
    if (!signed.ok) throw new Error(signed.error.message)
    const folder = mkdtempSync(join(tmpdir(), 'wenshu-seal-'))
    const write = (name: string, bytes: Uint8Array | string): string => {
      writeFileSync(join(folder, name), bytes)
      return join(folder, name)
    }
    const openssl = (...argv: string[]) => spawnSync('openssl', argv, { encoding: 'utf8' })
    const sm2Holds = (certificate: Uint8Array, message: Uint8Array, signature: Uint8Array): string => {
      const key = openssl('x509', '-inform', 'DER', '-in', write('c.der', certificate), '-pubkey', '-noout').stdout
      return openssl('dgst', '-sm3', '-verify', write('k.pem', key), '-sigopt', 'distid:1234567812345678', '-signature', write('s', signature), write('m', message)).stdout.trim()
    }
    const { seal } = signed.value
    expect(sm2Holds(signed.value.signerCertificate, signed.value.tbsRaw, signed.value.signature)).toBe('Verified OK')
    expect(sm2Holds(seal.makerCertificate, seal.infoRaw, seal.signature)).toBe('Verified OK')
    expect(openssl('dgst', '-sm3', '-r', write('x', part('Sign_0/Signature.xml'))).stdout.slice(0, 64)).toBe(Buffer.from(signed.value.dataHash).toString('hex'))
    for (const certificate of [signed.value.signerCertificate, seal.makerCertificate]) {
      const pem = write('c.pem', openssl('x509', '-inform', 'DER', '-in', write('c.der', certificate)).stdout)
      expect(openssl('verify', '-vfyopt', 'distid:1234567812345678', '-CAfile', inside('trust', 'root.pem'), pem).stdout).toMatch(/: OK$/m)
    }
    rmSync(folder, { recursive: true })
  })

  it.skipIf(!has('mutool') && skipLoudly('mutool on the sealed PDF', 'mutool is not installed'))('mutool: no edits since signing', () => {
    const { stdout, stderr } = spawnSync('mutool', ['sign', '-v', inside('正本.pdf')], { encoding: 'utf8' })
    expect(`${stdout}${stderr}`).not.toMatch(/edits since signing|digest.*(fail|error)/i)
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
