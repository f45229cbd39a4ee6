/** What the holder of the archive's own key could try: the parts are signed by others, and the record must betray a change by itself. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Signer } from '#core/crypto'
import { decodeCanonical, encodeCanonical, readZip, utf8, writeZip, type CanonicalValue } from '#core/formats'
import { linkRecord, signHead, type EventRecord } from '#core/ledger'
import { verifyPdf, type VerifyReport } from '#core/seal'
import { buildPackage, verifyPackage, type Files, type PackageInput } from './index.ts'
import { filedDocument, plainPdf, resign, seededEntropy, testAuthority } from './package.fixture.ts'

const authority = await testAuthority('insider')
const build = async (input: PackageInput): Promise<Files> => {
  const built = await buildPackage(input)
  if (!built.ok) throw new Error(`${built.error.code} ${built.error.message}`)
  return new Map(built.value.files.map(({ path, bytes }) => [path, bytes]))
}
const input = await filedDocument(authority)
const files = await build(input)
const others = await build(await filedDocument(authority, { id: 'doc-2' }))
const judge = (given: Files): VerifyReport => verifyPackage(given, { anchors: [authority.root], crls: [authority.crl], trust: 'decide' }, verifyPdf)
const failures = (report: VerifyReport): readonly string[] =>
  report.signatures.flatMap((signature) => signature.steps.filter((step) => step.result === 'fail').map((step) => step.name))
const text = (path: string): string => new TextDecoder().decode(files.get(path))
const values = (path: string): CanonicalValue[] => text(path).trimEnd().split('\n').map((line) => JSON.parse(line) as CanonicalValue)
const lines = (list: readonly unknown[]): Uint8Array => utf8(list.map((value) => `${new TextDecoder().decode(encodeCanonical(value as CanonicalValue))}\n`).join(''))
const replaced = (changes: Readonly<Record<string, Uint8Array>>): Files => new Map([...files, ...Object.entries(changes)])
/** Manifests and signature fit again. */
const inside = async (changes: Readonly<Record<string, Uint8Array>>): Promise<VerifyReport> => judge(await resign(replaced(changes), input))
/** Links a changed list of records again, so that only what they say can betray them. */
const relinked = (list: readonly CanonicalValue[]): Uint8Array => {
  let last: EventRecord | null = null
  return lines(list.map((value) => (last = linkRecord(last, value as never))))
}

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

  test.each([
    ['rewrites an opinion', (list: CanonicalValue[]) => JSON.parse(JSON.stringify(list).replace('同意印发', '不同意')) as CanonicalValue[]],
    ['leaves the countersignature out', (list: CanonicalValue[]) => list.filter((value) => !JSON.stringify(value).includes('countersign/other') || JSON.stringify(value).includes('StepOpened'))],
    ['seals before approval', (list: CanonicalValue[]) => { const seal = list.findIndex((value) => JSON.stringify(value).includes('"type":"SealApplied"')); return list.toSpliced(seal, 1).toSpliced(6, 0, list[seal]!) }],
    ['changes the retention', (list: CanonicalValue[]) => JSON.parse(JSON.stringify(list).replace('"retention":"Y"', '"retention":"D10"')) as CanonicalValue[]],
    ['names another actor', (list: CanonicalValue[]) => JSON.parse(JSON.stringify(list).replaceAll('"actor":"leader"', '"actor":"drafter"')) as CanonicalValue[]],
    ['moves a time', (list: CanonicalValue[]) => JSON.parse(JSON.stringify(list).replace('"receivedAt":"2026-11-24T01:05', '"receivedAt":"2026-11-25T01:05')) as CanonicalValue[]],
    ['only links it anew', (list: CanonicalValue[]) => list],
  ])('forge a linked record that %s', async (name, change) => {
    const report = await inside({ [events]: relinked(change(values(events))) })
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

  test('A21 carry another OFD, one without its seal, one with another first page, or none', async () => {
    const [sealed, pages] = ['data/正本.ofd', 'data/版式文件.ofd'] as const
    expect(failures(await inside({ [sealed]: others.get(sealed)! }))).toEqual(expect.arrayContaining(['OFD 正本', 'OFD 正本与版式文件']))
    expect(failures(await inside({ [sealed]: files.get(pages)! }))).toEqual(expect.arrayContaining(['OFD 正本', 'OFD 正本验章']))
    expect(failures(await inside({ [pages]: others.get(pages)! }))).toEqual(expect.arrayContaining(['OFD 版式文件', 'OFD 正本与版式文件']))
    // The root part may gain the list of signatures and nothing else.
    const turned = readZip(files.get(sealed)!)
    if (!turned.ok) throw new Error(turned.error.message)
    const elsewhere = writeZip(turned.value.map(({ path, bytes }) => ({ path, bytes: path === 'OFD.xml' ? utf8(new TextDecoder().decode(bytes).replace('Doc_0/Document.xml', 'Doc_1/Document.xml')) : bytes })))
    expect(failures(await inside({ [sealed]: elsewhere }))).toContain('OFD 正本与版式文件')
    const without = new Map([...files].filter(([path]) => path !== sealed && path !== pages && path !== 'data/证据/验证报告-OFD.json'))
    expect(failures(judge(await resign(without, input)))).toContain('文件齐全')
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
    expect((await inside({ [events]: relinked(changed as CanonicalValue[]) })).verdict).toBe('invalid')
  })
})

describe('certificates of the wrong kind', () => {
  test.each([
    ['the archive', (person: Signer) => resign(files, { ...input, signer: person }), '归档签名证书'],
    ['the log', async (person: Signer) => {
      const head = await signHead(input.ledger.head.head, person)
      return resign(await build({ ...input, ledger: { ...input.ledger, head } }), input)
    }, '账本证书'],
    ['the installation', async (person: Signer) => resign(replaced({ 'data/证据/证书/设备-system.cer': person.certificate }), input), '设备签名'],
  ])('a person cannot stand in for %s', async (_, make, step) => {
    const person = await authority.sm2([{ type: 'CN', value: '其其格' }, { type: 'UID', value: 'drafter' }])
    const report = judge(await make(person))
    expect(report.verdict).toBe('invalid')
    expect(failures(report)).toContain(step)
  })
})

describe('hostile values under a good signature', () => {
  const seed = process.env['WENSHU_SEED'] ?? randomBytes(4).toString('hex')
  const entropy = seededEntropy(`hostile ${seed}`)
  const below = (n: number): number => Buffer.from(entropy(4)).readUInt32BE() % n
  const odd: readonly CanonicalValue[] = [null, '', 'x', 0, -1, [], {}, [null], { type: 'x' }, true, '__proto__', 'a'.repeat(5000)]
  /** Replaces one member, chosen by chance, with something of another kind. */
  const spoil = (value: CanonicalValue): CanonicalValue => {
    if (typeof value !== 'object' || value === null || below(5) === 0) return odd[below(odd.length)]!
    if (Array.isArray(value)) return value.length === 0 ? odd[below(odd.length)]! : value.with(below(value.length), spoil(value[below(value.length)] as CanonicalValue))
    const keys = Object.keys(value)
    const key = keys[below(keys.length)]
    return key === undefined ? null : { ...value, [key]: spoil((value as Record<string, CanonicalValue>)[key]!) }
  }
  test.each(['data/过程/事件.jsonl', 'data/过程/命令.jsonl'])(`%s: 20 spoiled members, linked anew: a verdict, never an exception (WENSHU_SEED=${seed})`, async (path) => {
    for (let round = 0; round < 20; round++) {
      const list = values(path)
      const at = below(list.length)
      const record = list[at] as { readonly [key: string]: CanonicalValue }
      const key = path.includes('事件') ? 'data' : 'payload'
      list[at] = { ...record, [key]: spoil(record[key]!) }
      const bytes = path.includes('事件') ? relinked(list) : lines(list)
      // Chance may put back what was there.
      const same = Buffer.compare(bytes, files.get(path)!) === 0
      expect((await inside({ [path]: bytes })).verdict).toBe(same ? 'valid' : 'invalid')
    }
  })
  /** Every copy of the value with one of its words a number. */
  const numbered = (value: CanonicalValue): readonly CanonicalValue[] => {
    if (typeof value === 'string') return [7]
    if (typeof value !== 'object' || value === null) return []
    if (Array.isArray(value)) return value.flatMap((item, at) => numbered(item as CanonicalValue).map((other) => value.with(at, other)))
    return Object.entries(value).flatMap(([key, item]) => numbered(item as CanonicalValue).map((other) => ({ ...value, [key]: other })))
  }
  test('every word of the events a number instead: a verdict, never an exception', async () => {
    const path = 'data/过程/事件.jsonl'
    const list = values(path)
    let judged = 0
    for (const [at, record] of list.entries()) {
      for (const other of numbered((record as Readonly<Record<string, CanonicalValue>>)['data']!)) {
        const spoiled = list.with(at, { ...(record as Readonly<Record<string, CanonicalValue>>), data: other })
        expect((await inside({ [path]: relinked(spoiled) })).verdict).toBe('invalid')
        judged += 1
      }
    }
    expect(judged).toBeGreaterThan(100)
  }, 120_000)
  test.each(['data/过程/名册.json', 'data/证据/账本.json', 'data/证据/验证报告.json', 'data/定稿.json'])(`%s: 10 spoiled members (WENSHU_SEED=${seed})`, async (path) => {
    for (let round = 0; round < 10; round++) {
      const read = decodeCanonical(files.get(path)!)
      const report = await inside({ [path]: encodeCanonical(spoil(read.ok ? read.value : null)) })
      expect(['invalid', 'valid']).toContain(report.verdict)
    }
  })
})
