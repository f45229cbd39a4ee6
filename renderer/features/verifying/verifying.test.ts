import { describe, expect, test } from 'vitest'
import { buildCertificate, sm2KeyPair, sm2MessageSigner, writeName, writePem } from '#core/crypto'
import { utf8, writeZip } from '#core/formats'
import { stepCode, type SignatureReport, type VerifyReport } from '#core/seal'
import { conclusionOf, countSteps, failuresOf, fileConclusion, toneOf, uncheckedOf } from './conclusion.ts'
import { judge, kindOf } from './judge.ts'
import { ledgerFiles } from './ledger.fixture.ts'
import { commonName, readTrustFile } from './trustFiles.ts'
import { knownBeside } from './useChecks.ts'

const signature = (change: Partial<SignatureReport>): SignatureReport => ({
  id: 'Signature1', type: 'ETSI.CAdES.detached', verdict: 'valid', signer: 'CN=公章', signedAt: '2026-11-24T10:00:00Z', timeSource: 'claimed', coverage: 'whole',
  uncovered: [], modifiedAfter: false, steps: [{ name: '签名值', result: 'pass', detail: '' }], ...change,
})
const report = (verdict: VerifyReport['verdict'], ...signatures: readonly SignatureReport[]): VerifyReport => ({ kind: 'pdf', verdict, signatures, warnings: [] })
const step = (name: string, result: 'pass' | 'fail' | 'warn' | 'unknown') => ({ name, result, detail: '', code: stepCode(name) })

const valid = signature({})
const modified = signature({ verdict: 'invalid', modifiedAfter: true, steps: [step('签名值', 'pass'), step('签名后的修改', 'fail')] })
const forged = signature({ verdict: 'invalid', modifiedAfter: true, steps: [step('签名值', 'fail'), step('签名后的修改', 'fail')] })
const revoked = signature({ verdict: 'invalid', steps: [step('签名值', 'pass'), step('证书链：吊销', 'fail')] })
const strange = signature({ verdict: 'undecided', steps: [step('签名值', 'pass'), step('证书链：信任锚', 'unknown'), step('证书链：吊销', 'unknown')] })
const noList = signature({ verdict: 'undecided', steps: [step('签名值', 'pass'), step('证书链：签章人吊销', 'unknown')] })
const vendor = signature({ verdict: 'undecided', steps: [...strange.steps, step('结论', 'unknown')] })
const replaced = signature({ verdict: 'invalid', modifiedAfter: true, coverage: 'partial', steps: [step('签名值', 'pass'), step('保护文件', 'fail'), step('保护范围', 'unknown'), step('结论', 'fail')] })
const odd = signature({ verdict: 'undecided', steps: [step('签名格式', 'unknown'), step('证书链：信任锚', 'unknown')] })

describe('the verdict in words', () => {
  test.each([
    [valid, 'valid'], [signature({ coverage: 'partial' }), 'validPart'], [modified, 'modified'], [forged, 'invalid'], [revoked, 'badCertificate'],
    [strange, 'untrusted'], [noList, 'revocationUnknown'], [vendor, 'untrusted'], [replaced, 'modified'], [odd, 'undecided'],
  ] as const)('%#', (given, expected) => expect(conclusionOf(given)).toBe(expected))
  test('of several the gravest speaks; an earlier revision under a later whole signature is whole', () => {
    expect(fileConclusion(report('invalid', valid, modified))).toBe('modified')
    expect(fileConclusion(report('invalid', modified, forged))).toBe('invalid')
    expect(fileConclusion(report('undecided', valid, strange))).toBe('untrusted')
    expect(fileConclusion(report('valid', signature({ coverage: 'partial' }), valid))).toBe('valid')
    expect(fileConclusion(report('valid', signature({ coverage: 'partial' })))).toBe('validPart')
  })
  test('a report is never better in words than it is', () => {
    // Signatures that all hold, in a package or file that does not.
    expect(toneOf(fileConclusion(report('invalid', valid)))).toBe('bad')
    expect(toneOf(fileConclusion(report('invalid')))).toBe('bad')
    expect(toneOf(fileConclusion(report('undecided', valid)))).toBe('warn')
    for (const verdict of ['unusable', 'unsigned'] as const) expect(fileConclusion(report(verdict))).toBe(verdict)
  })
  test('the reasons are named, without the summary and without saying one twice', () => {
    expect(failuresOf(report('invalid', replaced, replaced, forged)).map((entry) => entry.name)).toEqual(['保护文件', '签名值', '签名后的修改'])
    expect(failuresOf(report('valid', valid))).toEqual([])
  })
  test('what was not checked is told each time, once', () => {
    expect(uncheckedOf(report('valid', valid)).map((entry) => entry.key)).toEqual(['claimedTime', 'meaning', 'authority'])
    expect(uncheckedOf(report('undecided', strange, strange)).map((entry) => entry.key)).toEqual(['noAnchor', 'noRevocation', 'claimedTime', 'meaning', 'authority'])
    expect(uncheckedOf(report('undecided', odd)).filter((entry) => entry.key === 'skipped')).toEqual([{ key: 'skipped', detail: '签名格式' }])
    expect(countSteps(report('undecided', strange, forged))).toEqual({ pass: 1, fail: 2, warn: 0, unknown: 2 })
  })
})

describe('which verifier', () => {
  const options = { anchors: [], crls: [], trust: 'decide' } as const
  const ofd = writeZip([{ path: 'OFD.xml', bytes: utf8('<x/>') }])
  const zip = writeZip([{ path: 'a.txt', bytes: utf8('x') }])
  test('goes by the bytes', () => {
    expect([utf8('%PDF-1.7\n'), utf8('junk%PDF-1.7'), ofd, zip, Uint8Array.of(0x30, ...new Uint8Array(40)), utf8('hello'), new Uint8Array(0)].map(kindOf)).toEqual(['pdf', 'pdf', 'ofd', 'package', 'seal', null, null])
  })
  test('whatever it is, there is a report and no exception', () => {
    const hostile = [new Uint8Array(0), utf8('hello'), utf8('%PDF-1.7\n1 0 obj<</Type/Catalog>>'), ofd, zip, utf8('PK\u0003\u0004'), Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff, ...new Uint8Array(40))]
    const reports = hostile.map((bytes) => judge(bytes, options))
    expect(reports.filter(({ verdict }) => !['unusable', 'unsigned', 'invalid'].includes(verdict))).toEqual([])
    expect(reports.filter(({ verdict, warnings }) => verdict === 'unusable' && !/^[a-z]/u.test(warnings[0]?.code ?? ''))).toEqual([])
    expect(judge(new Uint8Array(0), options).warnings[0]?.code).toBe('verify.empty')
    expect(judge(utf8('hello'), options).warnings[0]?.code).toBe('verify.unknown-format')
    expect(judge(zip, options).verdict).toBe('unsigned')
  })
})

describe('roots that are added', () => {
  test('PEM and DER, never a private key, never half of a file', async () => {
    let counter = 0
    const entropy = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => (counter = (counter * 73 + 41) % 251))
    const pair = sm2KeyPair(entropy)
    const name = writeName([{ type: 'CN', value: '某市根' }])
    const der = await buildCertificate({ serial: '01', issuer: name, subject: name, notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z', publicKey: { algorithm: 'sm2', point: pair.publicKey }, authority: {}, keyUsage: ['keyCertSign'] }, sm2MessageSigner(pair.privateKey, entropy))
    const pem = writePem('CERTIFICATE', der)
    for (const bytes of [der, utf8(pem)]) {
      const read = readTrustFile('root', bytes)
      expect(read.ok && read.value.map((entry) => [entry.kind, commonName(entry.label)])).toEqual([['anchor', '某市根']])
    }
    const reason = (bytes: Uint8Array): string => { const read = readTrustFile('x', bytes); return read.ok ? 'ok' : read.error }
    expect(reason(utf8(`${pem}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`))).toBe('privateKey')
    expect(reason(utf8(`${pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`))).toBe('unreadable')
    expect(reason(utf8('hello'))).toBe('unreadable')
    expect(reason(new Uint8Array(0))).toBe('unreadable')
  })
})

describe('ledger files that are chosen together', () => {
  test('LX5 speak about each other: what goes on from the one that was kept holds, what was rewritten does not', async () => {
    const { anchor, kept, grown, rewritten } = await ledgerFiles()
    const options = { anchors: [anchor], crls: [], trust: 'report' } as const
    const items = [kept, grown, rewritten, utf8('%PDF-1.7')].map((bytes, id) => ({ id, name: `${id}`, size: bytes.length, bytes, state: { kind: 'checking' } } as const))
    expect(items.map((item) => knownBeside(item, items).map(({ id }) => id))).toEqual([[1, 2], [0, 2], [0, 1], []])
    const judged = (bytes: Uint8Array, ...known: readonly Uint8Array[]) => judge(bytes, { ...options, known })
    const history = (given: VerifyReport) => given.signatures.flatMap(({ steps }) => steps.filter(({ code }) => code === 'ledger.history').map(({ result }) => result))
    expect(judged(rewritten).verdict).toBe('valid')
    expect(judged(rewritten).warnings.map(({ code }) => code)).toContain('ledger.no-known-head')
    expect([judged(grown, kept).verdict, history(judged(grown, kept))]).toEqual(['valid', ['pass', 'pass']])
    expect([judged(rewritten, kept).verdict, history(judged(rewritten, kept))]).toEqual(['invalid', ['fail']])
    expect(fileConclusion(judged(rewritten, kept))).toBe('invalid')
    expect([judged(kept, grown).verdict, history(judged(kept, grown))]).toEqual(['valid', ['warn']])
  })
})
