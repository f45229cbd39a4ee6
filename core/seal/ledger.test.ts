import { describe, expect, it } from 'vitest'
import { buildCertificate, sm2KeyPair, sm2MessageSigner, writeName, type Signer } from '#core/crypto'
import { encodeCanonical, toHex, utf8 } from '#core/formats'
import {
  appendLeaf, consistencyProof, EMPTY_FRONTIER, inclusionProof, leafHash, linkRecord, rootOf, signHead, signWitness, writeLedgerFile,
  type EventRecord, type LedgerExport, type MerkleNode, type SignedHead,
} from '#core/ledger'
import { verifyLedger, type LedgerVerifyOptions } from '#core/seal'

let counter = 0
const entropy = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => (counter = (counter * 73 + 41) % 251))

const signerNamed = async (name: string): Promise<Signer> => {
  const pair = sm2KeyPair(entropy)
  const key = sm2MessageSigner(pair.privateKey, entropy)
  const subject = writeName([{ type: 'CN', value: name }])
  const certificate = await buildCertificate({
    serial: '0102', issuer: subject, subject, notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z',
    publicKey: { algorithm: 'sm2', point: pair.publicKey }, keyUsage: ['digitalSignature'],
  }, key)
  return { ...key, certificate }
}
const keeper = await signerNamed('甲机关日志')
const neighbour = await signerNamed('乙机关')

const minute = (n: number): string => new Date(Date.parse('2026-11-24T08:00:00Z') + n * 60_000).toISOString().replace('.000', '')
type Draft = { readonly document: string; readonly type: string; readonly at: number }
const story: readonly Draft[] = Array.from({ length: 23 }, (_, i) => ({ document: `doc-${i % 3}`, type: `Step${i}`, at: i * 10 }))

const recordsOf = (drafts: readonly Draft[]): readonly EventRecord[] => {
  const last = new Map<string, EventRecord>()
  return drafts.map(({ document, type, at }) => {
    const record = linkRecord(last.get(document) ?? null, {
      documentId: document, type, data: { 标题: type }, actor: 'a', deviceId: 'd', commandId: `c-${type}`, commandHash: '0'.repeat(64), claimedAt: minute(at), receivedAt: minute(at),
    })
    last.set(document, record)
    return record
  })
}

/** A log of the drafts as its keeper would export it, `earlier` being heads that it gave out. */
const exportOf = async (
  drafts: readonly Draft[], options: { readonly earlier?: readonly SignedHead[]; readonly signer?: Signer; readonly only?: string; readonly issuedAt?: string } = {},
): Promise<LedgerExport> => {
  const records = recordsOf(drafts)
  const nodes: MerkleNode[] = []
  let frontier = EMPTY_FRONTIER
  for (const record of records) {
    const grown = appendLeaf(frontier, leafHash(encodeCanonical(record)))
    frontier = grown.frontier
    nodes.push(...grown.newNodes)
  }
  const at = (level: number, index: number) => nodes.find((node) => node.level === level && node.index === index)?.hash
  const size = records.length
  const head = await signHead({ v: 1, logId: 'log-a', size, root: toHex(rootOf(frontier)), issuedAt: options.issuedAt ?? minute((drafts.at(-1)?.at ?? 0) + 1) }, options.signer ?? keeper)
  return {
    format: 'wenshu.ledger/1', head, witnesses: [],
    entries: records.map((record, index) => ({ index, record, proof: inclusionProof(index, size, at)!.map(toHex) })).filter(({ record }) => options.only === undefined || record.documentId === options.only),
    earlier: (options.earlier ?? []).map((one) => ({ head: one, proof: consistencyProof(one.head.size, size, at)!.map(toHex) })),
  }
}
const fileOf = (content: LedgerExport): Uint8Array => writeLedgerFile({ kind: 'export', content })
const headFile = (content: SignedHead): Uint8Array => writeLedgerFile({ kind: 'head', content })
const judged = (bytes: Uint8Array, known: readonly Uint8Array[] = [], options: Partial<LedgerVerifyOptions> = {}) => {
  const report = verifyLedger(bytes, { anchors: [], crls: [], trust: 'report', known, ...options })
  return { verdict: report.verdict, failures: report.signatures.flatMap(({ steps }) => steps).filter((step) => step.result === 'fail').map(({ name, detail }) => `${name}：${detail}`).join('\n'), report }
}

const old = await exportOf(story.slice(0, 13))
const now = await exportOf(story, { earlier: [old.head] })

describe('a ledger export', () => {
  it('holds by itself, and says that nothing older was at hand', () => {
    const { verdict, report } = judged(fileOf(now))
    expect(verdict).toBe('valid')
    expect(report.kind).toBe('ledger')
    expect(report.warnings.map(({ code }) => code)).toEqual(['ledger.no-known-head'])
  })

  it('is undecided without a trusted root, valid with one, invalid after the certificate ran out', () => {
    expect(judged(fileOf(now), [], { trust: 'decide' }).verdict).toBe('undecided')
    expect(judged(fileOf(now), [], { trust: 'decide', anchors: [keeper.certificate] }).verdict).toBe('valid')
    expect(judged(fileOf(now), [], { trust: 'decide', anchors: [keeper.certificate], at: '2040-01-01T00:00:00Z' }).verdict).toBe('invalid')
  })

  it('continues an older export, an older head, a witness statement; of one document too, by path', async () => {
    const statement = await signWitness(old.head.head, { witness: '乙机关', witnessedAt: minute(200) }, neighbour)
    const known = [fileOf(old), headFile(old.head), writeLedgerFile({ kind: 'witness', content: statement })]
    const part = await exportOf(story, { earlier: [old.head], only: 'doc-1' })
    for (const content of [now, part, { ...now, witnesses: [statement] }]) expect(judged(fileOf(content), known)).toMatchObject({ verdict: 'valid', failures: '' })
    expect(part.entries.length).toBeLessThan(now.entries.length)
    expect(judged(headFile(now.head), [fileOf(now)]).verdict).toBe('valid')
  })

  it('without a path and without all records cannot be followed back: undecided, not valid', async () => {
    expect(judged(fileOf(await exportOf(story, { only: 'doc-1' })), [headFile(old.head)]).verdict).toBe('undecided')
    expect(judged(headFile(now.head), [headFile(old.head)]).verdict).toBe('undecided')
  })

  it('an older export stays valid beside a newer one, with a warning', () => {
    expect(judged(fileOf(old), [fileOf(now)])).toMatchObject({ verdict: 'valid', failures: '' })
  })
})

describe('a history that its keeper made anew and signed is caught by any older head', () => {
  const changed = (at: number, change: Partial<Draft>): Draft[] => story.map((draft, i) => (i === at ? { ...draft, ...change } : draft))
  const evidence = async (): Promise<readonly (readonly [string, Uint8Array])[]> => [
    ['export', fileOf(old)], ['head', headFile(old.head)],
    ['witness', writeLedgerFile({ kind: 'witness', content: await signWitness(old.head.head, { witness: '乙机关', witnessedAt: minute(200) }, neighbour) })],
  ]

  it.each([
    ['rewritten', changed(5, { type: 'Other' }), '改写'],
    ['deleted inside', story.filter((_, i) => i !== 5), '改写或删除'],
    ['deleted at the end', story.slice(0, 9), '删除'],
    ['a record slipped in', [...story.slice(0, 5), { document: 'doc-9', type: 'Slipped', at: 45 }, ...story.slice(5)], '改写'],
    ['back-dated after the head', [...story, { document: 'doc-8', type: 'Late', at: 60 }], '倒填时间'],
    ['forked at the same size', changed(12, { type: 'Fork' }).slice(0, 13), '分叉'],
  ])('%s', async (_name, drafts, word) => {
    // The keeper may well sign whatever it likes: the head and all paths are right, only the past is another.
    const forged = await exportOf(drafts, { issuedAt: minute(500) })
    for (const [kind, file] of await evidence()) {
      const { verdict, failures } = judged(fileOf(forged), [file])
      expect([kind, verdict]).toEqual([kind, 'invalid'])
      expect(failures).toContain(word)
    }
  })

  it('names the first record that differs, where the older export has it', async () => {
    const { failures } = judged(fileOf(await exportOf(changed(5, { type: 'Other' }))), [fileOf(old)])
    expect(failures).toContain('日志第 5 条')
    expect(failures).toContain('Step5')
  })

  it('signed with another key is no continuation', async () => {
    const imposter = await exportOf(story, { signer: await signerNamed('甲机关日志') })
    expect(judged(fileOf(imposter)).verdict).toBe('valid')
    expect(judged(fileOf(imposter), [headFile(old.head)])).toMatchObject({ verdict: 'invalid' })
  })

  it('a path of its own that does not lead here is caught without outside evidence', async () => {
    const forged = await exportOf(changed(5, { type: 'Other' }))
    expect(judged(fileOf({ ...forged, earlier: now.earlier })).verdict).toBe('invalid')
  })
})

describe('a changed file', () => {
  const withEntry = (at: number, change: (entry: LedgerExport['entries'][number]) => LedgerExport['entries'][number]): LedgerExport => ({ ...now, entries: now.entries.map((entry, i) => (i === at ? change(entry) : entry)) })
  it.each<[string, LedgerExport]>([
    ['content', withEntry(4, (entry) => ({ ...entry, record: { ...entry.record, data: { 标题: '别的' } } }))],
    ['path', withEntry(4, (entry) => ({ ...entry, proof: entry.proof.map(() => '1'.repeat(64)) }))],
    ['place', withEntry(4, (entry) => ({ ...entry, index: 3 }))],
    ['place beyond the head', withEntry(22, (entry) => ({ ...entry, index: 23 }))],
    ['a record left out of its document', { ...now, entries: now.entries.filter((_, i) => i !== 4) }],
    ['head', { ...now, head: { ...now.head, head: { ...now.head.head, issuedAt: minute(700) } } }],
    ['certificate', { ...now, head: { ...now.head, certificate: old.head.certificate.replace('M', 'N') } }],
    ['earlier path', { ...now, earlier: [{ head: old.head, proof: [] }] }],
  ])('%s is not valid', (_name, content) => {
    expect(judged(fileOf(content)).verdict).toBe('invalid')
  })

  it('is not readable when it is not canonical, and never throws', () => {
    const text = new TextDecoder().decode(fileOf(old))
    for (const bad of ['{}', '[]', '{', `${text} `, text.replace(':', ': '), text.slice(0, 500), '{"format":"wenshu.ledger/1"}', text.replace('"entries":[', '"entries":[null,')]) {
      expect(judged(utf8(bad)).verdict).toBe('unusable')
    }
    expect(judged(fileOf(now), [utf8('{}')]).report.warnings.map(({ code }) => code)).toContain('ledger.known')
  })

  it('times that run backwards are told, small steps of several clocks are not', async () => {
    const late = (at: number) => story.map((draft, i) => (i === 9 ? { ...draft, at } : draft))
    expect(judged(fileOf(await exportOf(late(60)))).failures).toContain('倒填时间')
    expect(judged(fileOf(await exportOf(late(77)))).verdict).toBe('valid')
  })

  it('a witness statement that was touched accuses nobody and is itself invalid', async () => {
    const statement = await signWitness(old.head.head, { witness: '乙机关', witnessedAt: minute(200) }, neighbour)
    const touched = { ...statement, head: { ...statement.head, root: '0'.repeat(64) } }
    expect(judged(writeLedgerFile({ kind: 'witness', content: touched })).verdict).toBe('invalid')
    expect(judged(writeLedgerFile({ kind: 'witness', content: statement })).verdict).toBe('valid')
    expect(judged(fileOf(now), [writeLedgerFile({ kind: 'witness', content: touched })])).toMatchObject({ verdict: 'valid' })
    expect(judged(fileOf({ ...now, witnesses: [touched] })).verdict).toBe('invalid')
  })

  it('a head of another log is set aside, a time to come is refused', async () => {
    const other = await signHead({ ...old.head.head, logId: 'log-b' }, keeper)
    expect(judged(fileOf(now), [headFile(other)]).verdict).toBe('valid')
    expect(judged(fileOf(now), [], { now: minute(0) }).verdict).toBe('invalid')
  })
})
