import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeCanonical, encodeCanonical, utf8, writeZip, type CanonicalValue } from '#core/formats'
import { verifyPdf, type VerifyReport } from '#core/seal'
import { skipLoudly } from '../../tests/harness/skips.ts'
import { buildPackage, packageZip, verifyPackage, verifyPackageZip, type Files, type PackageInput } from './index.ts'
import { filedDocument, plainPdf, resign, seededEntropy, testAuthority } from './package.fixture.ts'

const authority = await testAuthority('package')
const build = async (input: PackageInput): Promise<Files> => {
  const built = await buildPackage(input)
  if (!built.ok) throw new Error(`${built.error.code} ${built.error.message}`)
  return new Map(built.value.files.map(({ path, bytes }) => [path, bytes]))
}
const input = await filedDocument(authority)
const files = await build(input)
const otherInput = await filedDocument(authority, { id: 'doc-2' })
const others = await build(otherInput)
const stranger = await testAuthority('other')
const trusting = { anchors: [authority.root], crls: [authority.crl], trust: 'decide' } as const
const judge = (given: Files): VerifyReport => verifyPackage(given, trusting, verifyPdf)
const failures = (report: VerifyReport): readonly string[] =>
  report.signatures.flatMap((signature) => signature.steps.filter((step) => step.result === 'fail').map((step) => step.name))
const text = (path: string): string => new TextDecoder().decode(files.get(path))
const values = (path: string): CanonicalValue[] => text(path).trimEnd().split('\n').map((line) => JSON.parse(line) as CanonicalValue)
const lines = (list: readonly unknown[]): Uint8Array => utf8(list.map((value) => `${new TextDecoder().decode(encodeCanonical(value as CanonicalValue))}\n`).join(''))
const replaced = (changes: Readonly<Record<string, Uint8Array | null>>): Files => {
  const next = new Map(files)
  for (const [path, bytes] of Object.entries(changes)) if (bytes === null) next.delete(path)
    else next.set(path, bytes)
  return next
}
/** Changed by someone who holds the archive's key: manifests and signature fit again. */
const inside = async (changes: Readonly<Record<string, Uint8Array | null>>): Promise<VerifyReport> => judge(await resign(replaced(changes), input))

describe('a sound package', () => {
  test('A20: is valid, and every single step passed', () => {
    const report = judge(files)
    expect(report.signatures.flatMap((signature) => signature.steps.filter((step) => step.result !== 'pass').map((step) => `${signature.id} ${step.name}: ${step.detail}`))).toEqual([])
    expect(report.verdict).toBe('valid')
    expect(report.signatures.map((signature) => signature.type)).toEqual(['wenshu.package/1', 'ETSI.CAdES.detached', 'wenshu.approve/1', 'wenshu.seal/1', 'wenshu.receipt/1'])
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

  test('the same input gives the same files, but for the signature', async () => {
    const again = await build(input)
    const different = [...files].filter(([path, bytes]) => Buffer.compare(bytes, again.get(path) ?? new Uint8Array(0)) !== 0).map(([path]) => path)
    expect(different).toEqual(['package-signature.json'])
  })

  test('a device certificate revoked before it was used makes the package invalid', async () => {
    const revoking = await testAuthority('package', [{ serial: '10', date: '2026-06-01T00:00:00Z' }])
    expect(verifyPackage(files, { ...trusting, crls: [revoking.crl] }, verifyPdf).verdict).toBe('invalid')
  })

  test('10 files and 5 MB are verified in under 2 s', async () => {
    const large = await build(await filedDocument(authority, { id: 'doc-3', bulk: 1_700_000 }))
    const started = performance.now()
    expect(judge(large).verdict).toBe('valid')
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('every byte counts', () => {
  const seed = process.env['WENSHU_SEED'] ?? randomBytes(4).toString('hex')
  const entropy = seededEntropy(seed)
  const below = (n: number): number => Buffer.from(entropy(4)).readUInt32BE() % n
  test.each([...files.keys()])(`%s: first, last and random bytes (WENSHU_SEED=${seed})`, (path) => {
    const bytes = files.get(path)!
    const positions = [0, bytes.length - 1, ...Array.from({ length: 12 }, () => below(bytes.length))]
    for (const position of positions) {
      const changed = bytes.slice()
      changed[position]! ^= 1 << below(8)
      const { verdict } = judge(replaced({ [path]: changed }))
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

describe('what the holder of the archive’s key cannot do', () => {
  test('control: signing the same files again is valid', async () => {
    expect((await inside({})).verdict).toBe('valid')
  })

  const events = 'data/过程/事件.jsonl'
  const commands = 'data/过程/命令.jsonl'
  test.each([
    ['drop an event', (list: CanonicalValue[]) => list.toSpliced(5, 1)], ['drop the last event', (list: CanonicalValue[]) => list.slice(0, -1)],
    ['swap two events', (list: CanonicalValue[]) => list.toSpliced(5, 2, list[6]!, list[5]!)], ['repeat an event', (list: CanonicalValue[]) => list.toSpliced(5, 0, list[5]!)],
  ])('%s', async (_, change) => {
    const report = await inside({ [events]: lines(change(values(events))) })
    expect(report.verdict).toBe('invalid')
    expect(failures(report).some((step) => step === '事件链' || step === '过程复演')).toBe(true)
  })

  /** Links a changed list of records again, so that only what they say can betray them. */
  const relinked = async (list: readonly CanonicalValue[]): Promise<Uint8Array> => {
    const { linkRecord } = await import('#core/ledger')
    let last: ReturnType<typeof linkRecord> | null = null
    return lines(list.map((value) => (last = linkRecord(last, value as never))))
  }
  test.each([
    ['rewrites an opinion', (list: CanonicalValue[]) => JSON.parse(JSON.stringify(list).replace('同意印发', '不同意')) as CanonicalValue[]],
    ['leaves the countersignature out', (list: CanonicalValue[]) => list.filter((value) => !JSON.stringify(value).includes('countersign/other') || JSON.stringify(value).includes('StepOpened'))],
    ['seals before approval', (list: CanonicalValue[]) => { const seal = list.findIndex((value) => JSON.stringify(value).includes('"type":"SealApplied"')); return list.toSpliced(seal, 1).toSpliced(6, 0, list[seal]!) }],
    ['changes the retention', (list: CanonicalValue[]) => JSON.parse(JSON.stringify(list).replace('"retention":"Y"', '"retention":"D10"')) as CanonicalValue[]],
    ['names another actor', (list: CanonicalValue[]) => JSON.parse(JSON.stringify(list).replaceAll('"actor":"leader"', '"actor":"drafter"')) as CanonicalValue[]],
    ['moves a time', (list: CanonicalValue[]) => JSON.parse(JSON.stringify(list).replace('"receivedAt":"2026-11-24T01:05', '"receivedAt":"2026-11-25T01:05')) as CanonicalValue[]],
    ['only links it anew', (list: CanonicalValue[]) => list],
  ])('forge a linked record that %s', async (name, change) => {
    const report = await inside({ [events]: await relinked(change(values(events))) })
    expect(report.verdict).toBe(name === 'only links it anew' ? 'valid' : 'invalid')
    // The log would betray it as well; here the record must betray itself.
    expect(failures(report).includes('过程复演')).toBe(name !== 'only links it anew')
  })

  test('leave a command out, or add one', async () => {
    const list = values(commands)
    expect(failures(await inside({ [commands]: lines(list.slice(1)) }))).toContain('过程复演')
    const foreign = JSON.parse(new TextDecoder().decode(others.get(commands)).split('\n')[0]!) as CanonicalValue
    expect((await inside({ [commands]: lines([...list, foreign]) })).verdict).toBe('invalid')
  })

  test('change a command: its hash and its device signature both fail', async () => {
    const list = JSON.parse(JSON.stringify(values(commands)).replace('请再核', '没意见')) as CanonicalValue[]
    const report = await inside({ [commands]: lines(list) })
    expect(failures(report)).toEqual(expect.arrayContaining(['过程复演', '设备签名']))
  })

  test('use the proof of another document', async () => {
    const report = await inside({ 'data/证据/账本.json': others.get('data/证据/账本.json')! })
    expect(failures(report)).toContain('账本包含证明')
  })

  test('use another head, index or root', async () => {
    const read = decodeCanonical(files.get('data/证据/账本.json')!)
    const ledger = (read.ok ? read.value : {}) as { index: number; head: { head: object } }
    const forged = [{ ...ledger, index: ledger.index - 1 }, { ...ledger, head: { ...ledger.head, head: { ...ledger.head.head, size: 7 } } }]
    for (const value of forged) expect((await inside({ 'data/证据/账本.json': encodeCanonical(value as unknown as CanonicalValue) })).verdict).toBe('invalid')
  })

  test('put another device’s certificate in its place', async () => {
    const report = await inside({ 'data/证据/证书/设备-dev-leader.cer': files.get('data/证据/证书/设备-dev-drafter.cer')! })
    expect(failures(report)).toContain('设备签名')
  })

  test('carry another sealed file, final file or text', async () => {
    expect(failures(await inside({ 'data/正本.pdf': others.get('data/正本.pdf')! }))).toContain('正本')
    expect(failures(await inside({ 'data/正本.pdf': plainPdf(2, 'unsealed') }))).toEqual(expect.arrayContaining(['正本', '正本验章', '正本与版式文件']))
    expect(failures(await inside({ 'data/版式文件.pdf': others.get('data/版式文件.pdf')! }))).toContain('版式文件')
    expect((await inside({ 'data/定稿.json': files.get('data/修改稿/01.json')! })).verdict).toBe('invalid')
    expect(failures(await inside({ 'data/附件/01_物资清单.txt': utf8('other') }))).toContain('附件')
  })

  test('describe the document differently', async () => {
    expect(failures(await inside({ 'data/元数据.xml': utf8(text('data/元数据.xml').replace('永久', '定期10年')) }))).toContain('元数据')
    expect(failures(await inside({ 'bag-info.txt': utf8(text('bag-info.txt').replace('BGT-0003', 'BGT-0004')) }))).toContain('说明文件')
  })

  test('replay a statement of one document in another', async () => {
    const list = values(events)
    const foreign = JSON.parse(new TextDecoder().decode(others.get(events)).split('\n').find((line) => line.includes('wenshu.approve/1'))!) as { data: { opinion: { signature: object } } }
    const changed = list.map((value) => (JSON.stringify(value).includes('wenshu.approve/1')
      ? { ...(value as object), data: { ...(value as { data: object }).data, opinion: { ...(value as unknown as { data: { opinion: object } }).data.opinion, signature: foreign.data.opinion.signature } } } : value))
    expect((await inside({ [events]: await relinked(changed as CanonicalValue[]) })).verdict).toBe('invalid')
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
    for (let i = 0; i < 60; i++) {
      const changed = zip.slice()
      const at = i < 20 ? i : zip.length - 1 - (Buffer.from(entropy(4)).readUInt32BE() % Math.min(zip.length, 4000))
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
