/** B-T, B-LT, B-LTA, renewal, and an authority that is down or lies. */
import { describe, expect, test } from 'vitest'
import { formatErr, ok } from '#core/formats'
import { extendPdf, sealPdf, sealPdfTo, verifyPdf, type SealRequest, type TimeStampPort, type VerifyOptions } from '../index.ts'
import { onePage, request, stampedBy, testPki } from './seal.fixture.ts'

const pki = await testPki('p256')
const signer = await pki.signer('p256', '机关', '2028-01-01T00:00:00Z')
const authority = await pki.authority('p256', '2031-01-01T00:00:00Z')
const at = '2026-11-24T10:00:00Z'
const timeStamp = stampedBy(authority, '2026-11-24T10:00:20Z')
const evidence = { certificates: [pki.root], crls: [pki.crl], ocsps: [] }
const decide = (more: Partial<VerifyOptions> = {}): VerifyOptions => ({ anchors: [pki.root], crls: [], trust: 'decide', now: '2026-11-24T11:00:00Z', ...more })
const ask = (change: Partial<SealRequest>): SealRequest => request(onePage(), signer, { timeStamp, evidence, chain: [pki.root], ...change })
const made = async (change: Partial<SealRequest>) => {
  const result = await sealPdfTo(ask(change))
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.message}`)
  return result.value
}
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const stepsOf = (report: ReturnType<typeof verifyPdf>, i: number) => report.signatures[i]!.steps.map(({ name, result, detail }) => `${name} ${result} ${detail}`)

describe('levels', () => {
  test('T carries a time stamp, whose time counts', async () => {
    const { pdf, level, warnings } = await made({ level: 'T' })
    expect([level, warnings]).toEqual(['T', []])
    const report = verifyPdf(pdf, decide({ crls: [pki.crl] }))
    expect(report).toMatchObject({ verdict: 'valid', signatures: [{ timeSource: 'timestamp', signedAt: '2026-11-24T10:00:20Z' }] })
  })

  test('LT brings its evidence: valid with nothing but the root', async () => {
    const { pdf } = await made({ level: 'LT' })
    expect(verifyPdf(pdf, decide()).verdict).toBe('valid')
    expect(verifyPdf((await made({ level: 'T' })).pdf, decide()).verdict).toBe('undecided')
    expect(text(pdf)).toMatch(/\/VRI <<\/[0-9A-F]{40} <</)
    expect(stepsOf(verifyPdf(pdf, decide()), 0).join('\n')).toContain('1 份吊销列表')
  })

  test('LT on answers instead of lists', async () => {
    const ocsps = [await pki.ocspAt(at, [signer.certificate, authority.certificate])]
    const { pdf } = await made({ level: 'LT', evidence: { certificates: [pki.root], crls: [], ocsps } })
    expect(verifyPdf(pdf, decide()).verdict).toBe('valid')
    expect(stepsOf(verifyPdf(pdf, decide()), 0).join('\n')).toContain('1 份在线状态应答')
    const half = [await pki.ocspAt(at, [signer.certificate])]
    expect(await sealPdf(ask({ level: 'LT', evidence: { certificates: [pki.root], crls: [], ocsps: half } }))).toMatchObject({ ok: false, error: { code: 'seal.evidence-incomplete' } })
  })

  test('LTA: twenty years later, without network, a reasoned verdict', async () => {
    const { pdf, level } = await made({ level: 'LTA' })
    expect(level).toBe('LTA')
    for (const later of [{ now: '2046-11-24T00:00:00Z' }, { at: '2046-11-24T00:00:00Z', now: '2046-11-24T00:00:00Z' }]) {
      const report = verifyPdf(pdf, decide(later))
      expect(report.verdict).toBe('valid')
      expect(report.signatures.map(({ type }) => type)).toEqual(['ETSI.CAdES.detached', 'ETSI.RFC3161'])
      const told = stepsOf(report, 0).join('\n')
      expect(told).toMatch(/证书现状 warn .*2028-01-01.*已存在，当时有效/)
      expect(stepsOf(report, 1).join('\n')).toMatch(/时间戳续期 warn .*2031-01-01/)
    }
  })

  test('without a stamp an expired certificate judged later stays invalid', async () => {
    const { pdf } = await made({ level: 'B' })
    expect(verifyPdf(pdf, decide({ crls: [pki.crl], at: '2046-11-24T00:00:00Z' })).verdict).toBe('invalid')
    const now = verifyPdf(pdf, decide({ crls: [pki.crl], now: '2046-11-24T00:00:00Z' }))
    expect(stepsOf(now, 0).join('\n')).toContain('没有时间戳证明签名早于过期')
  })

  test('a stamp of an unknown authority proves nothing', async () => {
    const stranger = await (await testPki('sm2')).authority('p256')
    const { pdf } = await made({ level: 'T', timeStamp: stampedBy(stranger, '2026-11-24T10:00:20Z') })
    expect(verifyPdf(pdf, decide({ crls: [pki.crl] })).signatures).toMatchObject([{ timeSource: 'claimed', signedAt: at }])
  })

  test('PP10 a stamp of something else in the place of a signature\'s own is told and not used: it spoils nothing and proves nothing', async () => {
    const { pdf } = await made({ level: 'T' })
    const mine = /\/Contents <([0-9a-f]+)>/.exec(text(pdf))![1]!
    const token = mine.indexOf('060b2a864886f70d010910020e')
    const imprint = mine.indexOf('0420', mine.indexOf('0609608648016503040201', mine.indexOf('060b2a864886f70d0109100104', token))) + 4
    const copied = `${mine.slice(0, imprint)}${mine[imprint] === '0' ? '1' : '0'}${mine.slice(imprint + 1)}`
    expect([token > 0, imprint > token]).toEqual([true, true])
    const report = verifyPdf(new Uint8Array(Buffer.from(text(pdf).replace(mine, copied), 'latin1')), decide({ crls: [pki.crl] }))
    expect(report).toMatchObject({ verdict: 'valid', signatures: [{ timeSource: 'claimed' }] })
    expect(stepsOf(report, 0).join('\n')).toMatch(/时间戳 warn .*不予采信/)
  })

  test('renewed before the authority ran out', async () => {
    const { pdf } = await made({ level: 'LTA' })
    const next = await pki.authority('p256', '2045-01-01T00:00:00Z', '2029-06-01T00:00:00Z')
    const extended = await extendPdf({
      pdf, timeStamp: stampedBy(next, '2030-01-01T00:00:00Z'), at: '2030-01-01T00:00:00Z',
      evidence: { certificates: [pki.root], crls: [await pki.crlAt('2029-12-31T00:00:00Z', '2030-02-01T00:00:00Z')], ocsps: [] },
    })
    if (!extended.ok) throw new Error(`${extended.error.code} ${extended.error.message}`)
    expect(extended.value.subarray(0, pdf.length)).toEqual(pdf)
    const report = verifyPdf(extended.value, decide({ now: '2040-01-01T00:00:00Z' }))
    expect([report.verdict, report.signatures.length]).toEqual(['valid', 3])
    expect(stepsOf(report, 1).join('\n')).toMatch(/时间戳续期 pass .*2030-01-01/)
    expect((await extendPdf({ pdf: onePage(), timeStamp, at, evidence })).ok).toBe(false)
  })

  describe.each([
    ['the key was lost', [{ serial: '10', date: '2027-01-01T00:00:00Z', reason: 'keyCompromise' }], undefined, '2027-05-31T00:00:00Z'],
    ['the certificate was given up', [{ serial: '10', date: '2027-01-01T00:00:00Z' }], undefined, '2027-05-31T00:00:00Z'],
    // A list made later no longer speaks about it: the last one before is the evidence.
    ['the certificate ran out', [], '2027-01-01T00:00:00Z', '2026-12-31T00:00:00Z'],
  ] as const)('PP4 renewed after %s', async (_, revoked, until, listed) => {
    const own = await testPki('p256', revoked)
    const lost = await own.signer('p256', '机关', until)
    const stamper = await own.authority('p256')
    const later = '2027-06-01T00:00:00Z'
    const crl = await own.crlAt(listed, '2027-07-01T00:00:00Z')
    const renew = (pdf: Uint8Array) => extendPdf({ pdf, timeStamp: stampedBy(stamper, later), at: later, evidence: { certificates: [own.root], crls: [crl], ocsps: [] } })
    const seal = async (level: 'B' | 'T') => {
      const result = await sealPdf(request(onePage(), lost, { level, timeStamp: stampedBy(stamper, '2026-11-24T10:00:20Z'), chain: [own.root] }))
      if (!result.ok) throw new Error(`${result.error.code} ${result.error.message}`)
      return result.value
    }
    test('a signature whose own stamp proves that it is older goes on', async () => {
      const extended = await renew(await seal('T'))
      if (!extended.ok) throw new Error(`${extended.error.code} ${extended.error.message}`)
      expect(verifyPdf(extended.value, decide({ anchors: [own.root], now: '2027-06-01T01:00:00Z' })).verdict).toBe('valid')
    })
    test('one without a stamp does not', async () => {
      expect(await renew(await seal('B'))).toMatchObject({ ok: false, error: { code: 'seal.evidence-incomplete' } })
    })
  })

  test('PP4 a stamp does not carry a certificate that was revoked before it', async () => {
    const own = await testPki('p256', [{ serial: '10', date: '2026-11-24T09:00:00Z' }])
    const lost = await own.signer('p256', '机关')
    const stamper = await own.authority('p256')
    const pdf = await sealPdf(request(onePage(), lost, { level: 'T', timeStamp: stampedBy(stamper, '2026-11-24T10:00:20Z'), chain: [own.root] }))
    if (!pdf.ok) throw new Error(pdf.error.message)
    const evidence = { certificates: [own.root], crls: [await own.crlAt('2027-05-31T00:00:00Z', '2027-07-01T00:00:00Z')], ocsps: [] }
    expect(await extendPdf({ pdf: pdf.value, timeStamp: stampedBy(stamper, '2027-06-01T00:00:00Z'), at: '2027-06-01T00:00:00Z', evidence })).toMatchObject({ ok: false, error: { code: 'seal.evidence-incomplete' } })
  })

  test('a time claimed later than now is refused', async () => {
    expect(verifyPdf((await made({})).pdf, decide({ crls: [pki.crl], now: '2026-11-24T09:00:00Z' })).verdict).toBe('invalid')
    expect(verifyPdf((await made({})).pdf, decide({ crls: [pki.crl], now: '2026-11-24T09:58:00Z' })).verdict).toBe('valid')
  })
})

describe('an authority that cannot be relied on', () => {
  const other = stampedBy(authority, '2026-11-24T10:00:20Z')
  const plain = pki.signer('p256', '不是时间戳机构')
  const ports: readonly (readonly [string, TimeStampPort, string])[] = [
    ['is down', async () => formatErr('tsa.unreachable', '连接超时'), 'seal.timestamp-unavailable'],
    ['breaks', async () => { throw new Error('socket') }, 'seal.timestamp-unavailable'],
    ['says nonsense', async () => ok(new Uint8Array([0x30, 3, 1, 2])), 'seal.timestamp-wrong'],
    ['stamps other data', async () => other(new Uint8Array([1])), 'seal.timestamp-wrong'],
    ['lives in the past', stampedBy(authority, '2026-11-20T10:00:00Z'), 'seal.timestamp-clock'],
    ['lives in the future', stampedBy(authority, '2026-11-24T12:00:00Z'), 'seal.timestamp-clock'],
    ['is no authority', async (message) => stampedBy(await plain, '2026-11-24T10:00:20Z')(message), 'seal.timestamp-wrong'],
  ]
  test.each(ports)('%s: an error and no file, or what was reached when that was asked for', async (_, port, code) => {
    expect(await sealPdf(ask({ level: 'T', timeStamp: port }))).toMatchObject({ ok: false, error: { code } })
    const kept = await made({ level: 'LTA', timeStamp: port, shortfall: 'keep-lower' })
    expect(kept).toMatchObject({ level: 'B', warnings: [{ code }] })
    expect(verifyPdf(kept.pdf, decide({ crls: [pki.crl] })).verdict).toBe('valid')
  })

  test('answers once and then no more: nothing half done is kept', async () => {
    let asked = 0
    const once: TimeStampPort = async (message) => (asked++ === 0 ? timeStamp(message) : formatErr('tsa.unreachable', '连接超时'))
    expect(await sealPdf(ask({ level: 'LTA', timeStamp: once }))).toMatchObject({ ok: false, error: { code: 'seal.timestamp-unavailable' } })
  })

  test('the key signs once, whatever becomes of the stamp', async () => {
    let signed = 0
    const counting = { ...signer, sign: (message: Uint8Array) => { signed++; return signer.sign(message) } }
    await made({ level: 'T', signer: counting, timeStamp: async () => formatErr('tsa.unreachable', ''), shortfall: 'keep-lower' })
    expect(signed).toBe(1)
  })

  test.each([
    ['no list', { ...evidence, crls: [] }], ['no root', { ...evidence, certificates: [] }],
    ['a list that ran out', { ...evidence, crls: [pki.crlAt('2026-01-02T00:00:00Z', '2026-02-01T00:00:00Z')] }],
  ])('evidence with %s does not make an LT', async (_, partial) => {
    const crls = await Promise.all(partial.crls)
    expect(await sealPdf(ask({ level: 'LT', chain: [], evidence: { ...partial, crls } }))).toMatchObject({ ok: false, error: { code: 'seal.evidence-incomplete' } })
  })
})

