/** The package of a joint issue: who sealed for which organ, also in the hands of whoever holds the archive's key. Rules A22–A24. */
import { describe, expect, test } from 'vitest'
import { encodeCanonical, utf8, type CanonicalValue } from '#core/formats'
import { linkRecord, type EventRecord } from '#core/ledger'
import { verifyPdf, type VerifyReport } from '#core/seal'
import { buildPackage, verifyPackage, type Files, type PackageInput } from './index.ts'
import { filedDocument, resign, testAuthority } from './package.fixture.ts'

const authority = await testAuthority('joint insider')
const build = async (input: PackageInput): Promise<Files> => {
  const built = await buildPackage(input)
  if (!built.ok) throw new Error(`${built.error.code} ${built.error.message}`)
  return new Map(built.value.files.map(({ path, bytes }) => [path, bytes]))
}
const input = await filedDocument(authority, { issuers: 'joint' })
const files = await build(input)
const otherFirst = await build(await filedDocument(authority, { id: 'doc-other', issuers: 'joint, the other organ first' }))
const underHostKey = await build(await filedDocument(authority, { id: 'doc-key', issuers: 'joint', secondKey: 'the host’s' }))
const judge = (given: Files): VerifyReport => verifyPackage(given, { anchors: [authority.root], crls: [authority.crl], trust: 'decide' }, verifyPdf)
const failures = (given: Files): readonly string[] =>
  judge(given).signatures.flatMap(({ steps }) => steps.filter(({ result }) => result === 'fail').map(({ name }) => name))
const values = (path: string): CanonicalValue[] => new TextDecoder().decode(files.get(path)).trimEnd().split('\n').map((line) => JSON.parse(line) as CanonicalValue)
const lines = (list: readonly unknown[]): Uint8Array => utf8(list.map((value) => `${new TextDecoder().decode(encodeCanonical(value as CanonicalValue))}\n`).join(''))
const relinked = (list: readonly CanonicalValue[]): Uint8Array => {
  let last: EventRecord | null = null
  return lines(list.map((value) => (last = linkRecord(last, value as never))))
}
const isSeal = (value: CanonicalValue, by: string): boolean => JSON.stringify(value).includes('"type":"SealApplied"') && JSON.stringify(value).includes(`"by":"${by}"`)
const [events, commands] = ['data/过程/事件.jsonl', 'data/过程/命令.jsonl'] as const
const forged = async (change: (text: string) => string): Promise<readonly string[]> =>
  failures(await resign(new Map([...files, [events, relinked(values(events).map((value) => JSON.parse(change(JSON.stringify(value))) as CanonicalValue))]]), input))

describe('A23 A24 a joint issue', () => {
  const organs = ['自治区人民政府办公厅（孙丽）', '自治区应急管理厅（周静）']
  test.each([['the host', files, organs], ['the other organ, which had declined before', otherFirst, organs.toReversed()]])('sealed first by %s says who sealed for which organ', (_name, given, told) => {
    const report = judge(given)
    const steps = report.signatures.flatMap((signature) => signature.steps)
    expect(steps.filter((step) => step.result !== 'pass')).toEqual([])
    expect([report.verdict, report.signatures.map((signature) => signature.type).filter((type) => type.includes('.detached') || type.includes('38540') || type === 'wenshu.seal/3')])
      .toEqual(['valid', ['ETSI.CAdES.detached', 'ETSI.CAdES.detached', 'GB/T 38540-2020 电子签章', 'GB/T 38540-2020 电子签章', 'wenshu.seal/3', 'wenshu.seal/3']])
    expect(steps.find((step) => step.name === '各机关用印')?.detail).toBe(told.join('、'))
    expect(steps.filter((step) => step.name === '先前用印' || step.name === '用印位置').length).toBe(3)
    expect(new TextDecoder().decode(given.get('bag-info.txt'))).toContain('Wenshu-Package-Version: 3')
    expect(new TextDecoder().decode(given.get('data/元数据.xml')).match(/<签名人>/gu)).toHaveLength(2)
  })

  test('control: signing the same files again is valid', async () => {
    expect(await forged((text) => text)).toEqual([])
  })

  test('without the other organ’s seal it was never sealed', async () => {
    const kept = values(events).filter((value) => !isSeal(value, 'clerk-y'))
    const asked = values(commands).filter((value) => !(JSON.stringify(value).includes('document.seal') && JSON.stringify(value).includes('"actor":"clerk-y"')))
    expect(kept.length).toBe(values(events).length - 1)
    expect(failures(await resign(new Map([...files, [events, relinked(kept)], [commands, lines(asked)]]), input))).toContain('过程复演')
  })

  test.each<[string, (text: string) => string]>([
    ['is made one organ’s', (text) => text.replace('"issuers":["bgt","yjt"],', '')],
    ['names other issuers', (text) => text.replace('"issuers":["bgt","yjt"]', '"issuers":["bgt","qi"]')],
    ['names the host twice', (text) => text.replace('"issuers":["bgt","yjt"]', '"issuers":["bgt","bgt"]')],
    ['gives the second seal to the host', (text) => (text.includes('SealApplied') ? text.replaceAll('"organId":"yjt"', '"organId":"bgt"') : text)],
    ['leaves the organ of a seal out', (text) => (text.includes('SealApplied') ? text.replace('"organId":"yjt",', '') : text)],
    ['leaves the other organ’s agreement out', (text) => text.replace('"organId":"yjt","receivedAt"', '"organId":"qi","receivedAt"')],
  ])('a record that %s cannot be replayed', async (_name, change) => {
    expect(await forged(change)).toContain('过程复演')
  })

  test('A24 a first seal that names another file than the 正本 grew from', async () => {
    const host = input.state.seals?.[0]?.sealedHash ?? '-'
    expect(await forged((text) => text.replaceAll(`"sealedHash":"${host}"`, `"sealedHash":"${'0'.repeat(64)}"`))).toEqual(['账本包含证明', '先前用印'])
  })

  test('A23 a seal by somebody of another organ than it is said to be of', async () => {
    const names = new TextDecoder().decode(files.get('data/过程/名册.json'))
    const changed = names.replace(/("clerk-y":\{[^}]*"organId":)"yjt"/u, '$1"qi"')
    expect(changed).not.toBe(names)
    expect(failures(await resign(new Map([...files, ['data/过程/名册.json', utf8(changed)]]), input))).toContain('各机关用印')
  })

  test('A23 the host’s key at the other organ’s place', () => {
    expect(failures(underHostKey)).toEqual(['印章证书'])
  })
})
