import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { utf8, writeZip } from '#core/formats'
import { verifyPdf, type VerifyReport } from '#core/seal'
import { cpuTimeOf } from '../../tests/harness/cpuTime.ts'
import { skipLoudly } from '../../tests/harness/skips.ts'
import { buildPackage, packageZip, verifyPackage, verifyPackageZip, type Files, type PackageInput } from './index.ts'
import { filedDocument, seededEntropy, testAuthority } from './package.fixture.ts'

const authority = await testAuthority('package')
const build = async (input: PackageInput): Promise<Files> => {
  const built = await buildPackage(input)
  if (!built.ok) throw new Error(`${built.error.code} ${built.error.message}`)
  return new Map(built.value.files.map(({ path, bytes }) => [path, bytes]))
}
const input = await filedDocument(authority)
const files = await build(input)
const stranger = await testAuthority('other')
const trusting = { anchors: [authority.root], crls: [authority.crl], trust: 'decide' } as const
const judge = (given: Files): VerifyReport => verifyPackage(given, trusting, verifyPdf)
const text = (path: string): string => new TextDecoder().decode(files.get(path))
const replaced = (changes: Readonly<Record<string, Uint8Array | null>>): Files => {
  const next = new Map(files)
  for (const [path, bytes] of Object.entries(changes)) if (bytes === null) next.delete(path)
    else next.set(path, bytes)
  return next
}
describe('a sound package', () => {
  test('A20: is valid, and every single step passed', () => {
    const report = judge(files)
    expect(report.signatures.flatMap((signature) => signature.steps.filter((step) => step.result !== 'pass').map((step) => `${signature.id} ${step.name}: ${step.detail}`))).toEqual([])
    expect(report.verdict).toBe('valid')
    expect(report.signatures.map((signature) => signature.type)).toEqual(['wenshu.package/1', 'ETSI.CAdES.detached', 'GB/T 38540-2020 电子签章', 'wenshu.approve/1', 'wenshu.seal/3', 'wenshu.receipt/2'])
  })

  test.each([
    ['root and list', trusting, 'valid'], ['nothing', { anchors: [], crls: [], trust: 'decide' }, 'undecided'],
    ['root alone: the list in the package is evidence enough', { ...trusting, crls: [] }, 'valid'],
    ['another root', { ...trusting, anchors: [stranger.root] }, 'undecided'],
    ['trust only reported', { anchors: [], crls: [], trust: 'report' }, 'valid'],
    ['judged when all certificates have run out', { ...trusting, at: '2050-01-01T00:00:00Z' }, 'invalid'],
  ] as const)('trust: %s', (_, options, verdict) => {
    expect(verifyPackage(files, options, verifyPdf).verdict).toBe(verdict)
  })

  test('A21: one of before OFD was made still verifies, and has no OFD to look for', async () => {
    const old = await build(await filedDocument(authority, { id: 'doc-old', form: 'pdf' }))
    expect(judge(old).verdict).toBe('valid')
    expect([...old.keys()].filter((path) => path.endsWith('.ofd'))).toEqual([])
    expect(new TextDecoder().decode(old.get('bag-info.txt'))).toContain('Wenshu-Package-Version: 1')
  })

  test('A21: one whose statement named both files and no place still verifies', async () => {
    const report = judge(await build(await filedDocument(authority, { id: 'doc-before', statements: 'before places' })))
    expect([report.verdict, report.signatures.map((signature) => signature.type).filter((type) => type.includes('wenshu.seal'))]).toEqual(['valid', ['wenshu.seal/2']])
  })

  test('A22: a seal that does not stand where its statement has it makes the package invalid', async () => {
    const report = judge(await build(await filedDocument(authority, { id: 'doc-astray', stamped: 'elsewhere' })))
    const failed = report.signatures.flatMap((signature) => signature.steps).filter((step) => step.result === 'fail')
    expect([report.verdict, failed.map((step) => step.name)]).toEqual(['invalid', ['用印位置']])
    expect(failed[0]?.detail).toContain('PDF：在第2页距左139.0')
  })

  test('A10: under dual control both clerks’ statements are in the report', async () => {
    const report = judge(await build(await filedDocument(authority, { id: 'doc-dual', control: 'dual' })))
    expect([report.verdict, report.signatures.map((signature) => signature.type).filter((type) => type.includes('seal'))]).toEqual(['valid', ['wenshu.seal/3', 'wenshu.confirm-seal/1']])
  })

  test('the same input gives the same files, but for the signature', async () => {
    const again = await build(input)
    const different = [...files].filter(([path, bytes]) => Buffer.compare(bytes, again.get(path) ?? new Uint8Array(0)) !== 0).map(([path]) => path)
    expect(different).toEqual(['package-signature.json'])
  })

  test('a device certificate revoked before it was used makes the package invalid', async () => {
    const revoking = await testAuthority('package', [{ serial: '10', date: '2026-06-01T00:00:00Z' }])
    expect(verifyPackage(files, { ...trusting, crls: [revoking.crl] }, verifyPdf).verdict).toBe('invalid')
  })

  test('10 files and 5 MB are verified, in seconds at most', async () => {
    const large = await build(await filedDocument(authority, { id: 'doc-3', bulk: 1_700_000 }))
    let verdict = ''
    // Time of this process, not of the wall: other work on the machine is not the verifier's. `wenshu bench` holds the figure to the budget.
    expect(cpuTimeOf(() => { verdict = judge(large).verdict })).toBeLessThan(20_000)
    expect(verdict).toBe('valid')
  })
})

describe('every byte counts', () => {
  const seed = process.env['WENSHU_SEED'] ?? randomBytes(4).toString('hex')
  const entropy = seededEntropy(seed)
  const below = (n: number): number => Buffer.from(entropy(4)).readUInt32BE() % n
  test.each([...files.keys()])(`%s: first, middle, last and a random byte (WENSHU_SEED=${seed})`, (path) => {
    const bytes = files.get(path)!
    const positions = [0, bytes.length >> 1, bytes.length - 1, below(bytes.length)]
    for (const position of positions) {
      const changed = bytes.slice()
      changed[position]! ^= 1 << below(8)
      // Without chains: they do not look at bytes, and take most of the time.
      const { verdict } = verifyPackage(replaced({ [path]: changed }), { anchors: [], crls: [], trust: 'report' }, verifyPdf)
      expect(verdict, `byte ${position}`).toBe('invalid')
    }
  })

  test('letter case and white space of tag files are noticed', () => {
    const manifest = text('manifest-sm3.txt')
    for (const changed of [manifest.toUpperCase(), manifest.replace('  ', ' '), `${manifest}\n`, manifest.trimEnd(), manifest.replaceAll('\n', '\r\n'), manifest.replace(/^(.*)\n/, '$1 \n')]) {
      expect(judge(replaced({ 'manifest-sm3.txt': utf8(changed) })).verdict).toBe('invalid')
    }
    const signature = JSON.parse(text('package-signature.json')) as object
    for (const changed of [JSON.stringify(signature, null, 1), `${text('package-signature.json')}\n`, text('package-signature.json').replace('"certificate":"', '"certificate":"\\u0030').replace('\\u0030', '')]) {
      const report = judge(replaced({ 'package-signature.json': utf8(changed) }))
      expect(report.verdict === 'valid').toBe(changed === text('package-signature.json'))
    }
  })

  test.each([...files.keys()])('without %s', (path) => {
    expect(judge(replaced({ [path]: null })).verdict).toBe('invalid')
  })

  test.each([
    'data/多余.txt', 'extra.txt', 'data/证据/证书/颁发-02.cer', 'data/修改稿/02.json', '../outside', '/etc/passwd', 'data/正本.PDF', 'data\\x', 'data/../data/x', 'fetch.txt', 'manifest-md5.txt',
  ])('with %s added', (path) => {
    expect(judge(replaced({ [path]: utf8('x') })).verdict).toBe('invalid')
  })

  test.each([['data/正本.pdf', 'data/正本2.pdf'], ['data/正本.pdf', 'data/版式文件.pdf'], ['data/定稿.json', 'data/修改稿/01.json']])('%s and %s exchanged', (a, b) => {
    expect(judge(replaced({ [a]: files.get(b) ?? null, [b]: files.get(a) ?? null })).verdict).toBe('invalid')
  })
})

describe('building', () => {
  test.each([
    ['a revision', { revisions: input.revisions.slice(1) }, 'archive.incomplete'], ['an attachment', { attachments: [] }, 'archive.incomplete'],
    ['a command', { commands: input.commands.slice(1) }, 'archive.incomplete'], ['a device certificate', { deviceCertificates: [] }, 'archive.incomplete'],
    ['its first record', { records: input.records.slice(1) }, 'archive.incomplete'], ['the true final file', { finalPdf: utf8('x') }, 'archive.mismatch'],
    ['the true sealed file', { sealedPdf: utf8('x') }, 'archive.mismatch'], ['being filed', { state: { ...input.state, status: 'dispatched' } as const }, 'archive.incomplete'],
  ])('without %s nothing is signed', async (_, change, code) => {
    expect(await buildPackage({ ...input, ...change })).toMatchObject({ ok: false, error: { code } })
  })
})

describe('as one ZIP file', () => {
  const list = [...files].map(([path, bytes]) => ({ path, bytes }))
  const zip = packageZip(list, 'Z001-WS·2026-Y-BGT-0003')
  const judgeZip = (bytes: Uint8Array): VerifyReport => verifyPackageZip(bytes, trusting, verifyPdf)
  test('is valid, and every byte of the container counts too', () => {
    expect(judgeZip(zip)).toMatchObject({ verdict: 'valid', warnings: [] })
    const entropy = seededEntropy('zip')
    for (let i = 0; i < 24; i++) {
      const changed = zip.slice()
      const at = i < 12 ? i * 2 : zip.length - 1 - (Buffer.from(entropy(4)).readUInt32BE() % Math.min(zip.length, 4000))
      changed[at]! ^= 1 << (i % 8)
      expect(judgeZip(changed).verdict, `byte ${at}`).not.toBe('valid')
    }
  })
  test('packed again by something else is judged by its files, and told', () => {
    expect(judgeZip(writeZip(list))).toMatchObject({ verdict: 'valid', warnings: [{ code: 'archive.repacked' }] })
  })
  test.each([['cut off', zip.subarray(0, 5000)], ['empty', new Uint8Array(0)]])('%s: cannot be read', (_, bytes) => {
    expect(judgeZip(bytes).verdict).toBe('unusable')
  })
})

describe('other programs agree', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'wenshu-package-'))
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(scratch, path)), { recursive: true })
    writeFileSync(join(scratch, path), bytes)
  }
  const missing = (tool: string): boolean => spawnSync(tool, ['--version']).error !== undefined && skipLoudly(`package against ${tool}`, `${tool} is not on the path`)
  const run = (tool: string, ...args: string[]) => spawnSync(tool, args, { cwd: scratch, encoding: 'utf8' }).status
  test.skipIf(missing('sha256sum'))('sha256sum -c', () => {
    expect(run('sha256sum', '-c', '--strict', 'manifest-sha256.txt')).toBe(0)
    expect(run('sha256sum', '-c', '--strict', 'tagmanifest-sha256.txt')).toBe(0)
  })
  test.skipIf(missing('xmllint'))('xmllint', () => {
    expect(run('xmllint', '--noout', 'data/元数据.xml')).toBe(0)
    rmSync(scratch, { recursive: true })
  })
})
