import { beforeAll, describe, expect, test } from 'vitest'
import { buildGmSignedData, buildTimeStampReply, buildTimeStampRequest, readTimeStamp, sm3 } from '#core/crypto'
import { contextExplicit, integer, octetString, oid, readDer, sequence, utf8 } from '#core/formats'
import { signOfd, type OfdSignRequest, type VerifyOptions } from '../index.ts'
import { changed, failed, filesOf, judge, office, order, plainOfd, REPORT, sealed, SIGNED_AT, textOf, type Office } from './ofd.fixture.ts'

const SIGN = 'Doc_0/Signs/Sign_0'
const FIRST = `${SIGN}/Signature.xml`
let organ: Office
let base: Uint8Array
beforeAll(async () => {
  organ = await office()
  const ofd = await sealed(order(plainOfd(1), organ))
  // The same package as a digital signature: no seal, another type.
  base = changed(ofd, {
    'Doc_0/Signs/Signatures.xml': (text) => text.replace('Type="Seal"', 'Type="Sign"'), [`${SIGN}/Seal.esl`]: null,
    [FIRST]: (text) => text.replace(/<ofd:Seal>.*?<\/ofd:Seal>/s, '').replace(/<ofd:StampAnnot[^>]*>/, '').replace(/<ofd:Reference FileRef="[^"]*Seal.esl">.*?<\/ofd:Reference>/s, ''),
  })
})
const digestOf = (pack: Uint8Array): Uint8Array => sm3(filesOf(pack).get(FIRST)!)
const withValue = (value: Uint8Array, pack = base): Uint8Array => changed(pack, { [`${SIGN}/SignedValue.dat`]: value })

describe('Type="Sign": signature data of GB/T 35275', () => {
  test.each(['a', 'b', 'c'] as const)('shape %s is valid, its signer and time are told', async (shape) => {
    const value = await buildGmSignedData({ contentDigest: digestOf(base), shape, signedAt: SIGNED_AT }, organ.signer)
    const report = judge(withValue(value))
    expect(report).toMatchObject({ verdict: 'valid', signatures: [{ type: 'GB/T 35275 数字签名', coverage: 'whole', modifiedAfter: false, signedAt: expect.stringContaining('2026-11-24T10:00:00') }] })
    expect(report.signatures[0]!.signer).toContain('某某办公厅公章')
    const trusted = { ...REPORT, anchors: [organ.pki.root], crls: [organ.pki.crl], trust: 'decide' } as const
    expect(judge(withValue(value), trusted).verdict).toBe('valid')
    expect(judge(withValue(value), { ...trusted, anchors: [] }).verdict).toBe('undecided')
  })
  test.each(['a', 'b', 'c'] as const)('shape %s over another file, or with the document changed, is not', async (shape) => {
    const value = await buildGmSignedData({ contentDigest: sm3(utf8('another')), shape, signedAt: SIGNED_AT }, organ.signer)
    expect(judge(withValue(value))).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }] })
    const good = await buildGmSignedData({ contentDigest: digestOf(base), shape, signedAt: SIGNED_AT }, organ.signer)
    const tampered = changed(withValue(good), { 'Doc_0/Pages/Page_0/Content.xml': (text) => text.replace('正文', '假文') })
    expect(judge(tampered)).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }] })
    const broken = good.slice()
    broken[broken.length - 20]! ^= 1
    expect(judge(withValue(broken)).verdict).toBe('invalid')
  })
  test('a bare value without a certificate cannot be verified', async () => {
    for (const value of [await organ.signer.sign(filesOf(base).get(FIRST)!), new Uint8Array(64).fill(7)]) {
      const report = judge(withValue(value))
      expect(report.verdict).toBe('undecided')
      expect(report.signatures[0]!.steps).toContainEqual({ name: '签名值', result: 'unknown', detail: expect.stringContaining('没有签名者证书'), code: 'value.signature' })
    }
  })
  test('SO18 a time stamp over the value is the time of signing; one over something else stands where nobody signed: told and not used', async () => {
    const authority = await organ.pki.authority('sm2')
    const stamp = (message: Uint8Array) => async (value: Uint8Array): Promise<Uint8Array> => {
      const request = buildTimeStampRequest('sm3', sm3(message.length === 0 ? value : message), 5n)
      const read = readTimeStamp(await buildTimeStampReply(request, { signer: authority, chain: [], now: '2026-11-24T10:01:00Z', policy: '1.2.3', serial: 10n }))
      if (!read.ok) throw new Error(read.error.message)
      return read.value.token
    }
    const value = (over: Uint8Array) => buildGmSignedData({ contentDigest: digestOf(base), shape: 'c', signedAt: SIGNED_AT, timeStamp: stamp(over) }, organ.signer)
    const stamped = judge(withValue(await value(new Uint8Array())))
    expect(stamped).toMatchObject({ verdict: 'valid', signatures: [{ timeSource: 'timestamp', signedAt: '2026-11-24T10:01:00Z' }] })
    expect(stamped.signatures[0]!.steps).toContainEqual(expect.objectContaining({ name: '时间戳', result: 'pass' }))
    const other = judge(withValue(await value(utf8('other'))))
    expect(other).toMatchObject({ verdict: 'valid', signatures: [{ timeSource: 'claimed', signedAt: SIGNED_AT }] })
    expect(other.signatures[0]!.steps).toContainEqual(expect.objectContaining({ name: '时间戳', result: 'warn', detail: expect.stringContaining('不予采信') as string }))
  })
  test('unless the judge was given the signer\'s own certificate', async () => {
    const value = await organ.signer.sign(filesOf(base).get(FIRST)!)
    const given: VerifyOptions = { ...REPORT, anchors: [organ.pki.root, organ.signer.certificate], now: '2026-11-25T00:00:00Z' }
    expect(judge(withValue(value), given)).toMatchObject({ verdict: 'valid', signatures: [{ signer: expect.stringContaining('某某办公厅公章'), signedAt: SIGNED_AT }] })
    expect(judge(withValue(value), { ...given, trust: 'decide' }).verdict).toBe('valid')
    expect(judge(withValue(value), { ...given, anchors: [organ.pki.root, organ.maker.certificate] }).verdict).toBe('undecided')
    const tampered = changed(withValue(value), { 'Doc_0/Pages/Page_0/Content.xml': (text) => text.replace('正文', '假文') })
    expect(judge(tampered, given)).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }] })
    expect(judge(changed(withValue(value), { [FIRST]: (text) => `${text} ` }), given).verdict).toBe('undecided')
  })
  test('SignedData without the ContentInfo around it, as an older tool writes it', async () => {
    const value = await buildGmSignedData({ contentDigest: digestOf(base), shape: 'a' }, organ.signer)
    const outer = readDer(value)
    const parts = outer.ok ? outer.value.children() : outer
    const bare = parts.ok ? parts.value[1]!.content : new Uint8Array()
    expect(judge(withValue(bare), { ...REPORT, at: SIGNED_AT })).toMatchObject({ verdict: 'valid', signatures: [{ type: 'GB/T 35275 数字签名' }] })
    const broken = bare.slice()
    broken[broken.length - 20]! ^= 1
    expect(judge(withValue(broken)).verdict).toBe('invalid')
    expect(judge(withValue(Uint8Array.of(...bare, 1))).verdict).toBe('invalid')
  })
  test('something behind the signature data, no signer at all, garbage', async () => {
    const value = await buildGmSignedData({ contentDigest: digestOf(base), shape: 'a' }, organ.signer)
    expect(failed(judge(withValue(Uint8Array.of(...value, 1))).signatures[0])).toContain('签名数据结尾')
    const empty = sequence(oid('1.2.156.10197.6.1.4.2.2'), contextExplicit(0, sequence(integer(1), Uint8Array.of(0x31, 0), sequence(oid('1.2.156.10197.6.1.4.2.1'), contextExplicit(0, octetString(digestOf(base)))), Uint8Array.of(0x31, 0))))
    expect(judge(withValue(empty)).verdict).toBe('invalid')
    expect(judge(withValue(utf8('garbage'))).verdict).toBe('invalid')
  })
  test('listed as a seal it is told: a seal needs its own signature data', async () => {
    const value = await buildGmSignedData({ contentDigest: digestOf(base), shape: 'c', signedAt: SIGNED_AT }, organ.signer)
    const report = judge(changed(withValue(value), { 'Doc_0/Signs/Signatures.xml': (text) => text.replace('Type="Sign"', 'Type="Seal"') }))
    expect(failed(report.signatures[0])).toContain('签名类型')
  })
})

describe('SO18 the time stamp of a digital signature decides when it was made', () => {
  const by = (signer: Office['signer'], options: VerifyOptions, now: string) => async (claimed = SIGNED_AT): Promise<ReturnType<typeof judge>> => {
    const authority = await organ.pki.authority('sm2')
    const timeStamp = async (value: Uint8Array): Promise<Uint8Array> => {
      const read = readTimeStamp(await buildTimeStampReply(buildTimeStampRequest('sm3', sm3(value), 5n), { signer: authority, chain: [], now, policy: '1.2.3', serial: 10n }))
      if (!read.ok) throw new Error(read.error.message)
      return read.value.token
    }
    return judge(withValue(await buildGmSignedData({ contentDigest: digestOf(base), shape: 'c', signedAt: claimed, timeStamp }, signer)), options)
  }
  const decide = (): VerifyOptions => ({ anchors: [organ.pki.root], crls: [organ.pki.crl], trust: 'decide', now: '2026-11-25T00:00:00Z' })
  test('a certificate that had run out by the stamp does not become good by an earlier claim', async () => {
    const brief = await organ.pki.signer('sm2', '短期', '2026-11-24T10:00:30Z')
    const claim = await buildGmSignedData({ contentDigest: digestOf(base), shape: 'c', signedAt: SIGNED_AT }, brief)
    expect(judge(withValue(claim), decide()).verdict).toBe('valid')
    const report = await by(brief, decide(), '2026-11-24T10:01:00Z')()
    expect(report).toMatchObject({ verdict: 'invalid', signatures: [{ timeSource: 'timestamp', signedAt: '2026-11-24T10:01:00Z' }] })
    expect(failed(report.signatures[0])).toContain('证书链：签名者有效期')
  })
  test('an authority that is not trusted is told and does not count', async () => {
    const report = await by(organ.signer, { ...decide(), anchors: [] }, '2026-11-24T10:01:00Z')()
    expect(report).toMatchObject({ verdict: 'undecided', signatures: [{ timeSource: 'claimed', signedAt: SIGNED_AT }] })
    expect(report.signatures[0]!.steps).toContainEqual(expect.objectContaining({ name: '时间戳机构', result: 'warn' }))
  })
  test('a claim later than the stamp is told and decides nothing; either later than the judge\'s clock is refused', async () => {
    const later = await by(organ.signer, decide(), '2026-11-24T10:01:00Z')('2026-11-24T18:00:00Z')
    expect(later).toMatchObject({ verdict: 'valid', signatures: [{ timeSource: 'timestamp', signedAt: '2026-11-24T10:01:00Z' }] })
    expect(later.signatures[0]!.steps).toContainEqual(expect.objectContaining({ name: '签名时间', result: 'warn' }))
    expect(failed((await by(organ.signer, decide(), '2026-11-25T00:06:00Z')('2026-11-24T10:00:00Z')).signatures[0])).toContain('签名时间')
    const late = await buildGmSignedData({ contentDigest: digestOf(base), shape: 'c', signedAt: '2026-11-26T00:00:00Z' }, organ.signer)
    expect(failed(judge(withValue(late), decide()).signatures[0])).toContain('签名时间')
  })
})

describe('SO19 signing without a seal', () => {
  const ask = (change: Partial<OfdSignRequest> = {}): OfdSignRequest => ({ ofd: plainOfd(2), signer: organ.signer, signedAt: SIGNED_AT, closing: 'open', ...change })
  const signed = async (change: Partial<OfdSignRequest> = {}): Promise<Uint8Array> => {
    const made = await signOfd(ask(change))
    if (!made.ok) throw new Error(`${made.error.code} ${made.error.message}`)
    return made.value
  }
  test('covers every file, shows nothing, is listed as Sign and has no seal', async () => {
    const ofd = await signed()
    expect(judge(ofd, { anchors: [organ.pki.root], crls: [organ.pki.crl], trust: 'decide', now: '2026-11-25T00:00:00Z' }))
      .toMatchObject({ verdict: 'valid', warnings: [], signatures: [{ id: FIRST, type: 'GB/T 35275 数字签名', coverage: 'whole', signedAt: SIGNED_AT }] })
    expect(textOf(ofd, 'Doc_0/Signs/Signatures.xml')).toContain('Type="Sign"')
    expect(textOf(ofd, FIRST)).not.toMatch(/Seal|StampAnnot/)
    expect([...filesOf(ofd).keys()].filter((path) => path.includes('Sign_0')).sort()).toEqual([FIRST, `${SIGN}/SignedValue.dat`])
    expect(judge(changed(ofd, { 'Doc_0/Pages/Page_0/Content.xml': (text) => `${text} ` }))).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }] })
  })
  test('before and after seals, and as the last that locks the list', async () => {
    const mixed = await signed({ ofd: await sealed(order(await signed(), organ)), closing: 'locked' })
    expect(judge(mixed).signatures.map(({ type, verdict, coverage }) => [type, verdict, coverage])).toEqual([
      ['GB/T 35275 数字签名', 'valid', 'whole'], ['GB/T 38540-2020 电子签章', 'valid', 'whole'], ['GB/T 35275 数字签名', 'valid', 'whole'],
    ])
    expect(await signOfd(ask({ ofd: mixed }))).toMatchObject({ ok: false, error: { code: 'seal.locked' } })
  })
  test('with a time stamp, which is held against value and clock', async () => {
    const authority = await organ.pki.authority('sm2')
    const port = (now: string, over?: Uint8Array) => async (value: Uint8Array) =>
      ({ ok: true, value: await buildTimeStampReply(buildTimeStampRequest('sm3', sm3(over ?? value), 5n), { signer: authority, chain: [], now, policy: '1.2.3', serial: 10n }) }) as const
    expect(judge(await signed({ timeStamp: port('2026-11-24T10:01:00Z') }))).toMatchObject({ signatures: [{ timeSource: 'timestamp', signedAt: '2026-11-24T10:01:00Z' }] })
    expect(await signOfd(ask({ timeStamp: port('2026-11-23T10:01:00Z') }))).toMatchObject({ ok: false, error: { code: 'seal.timestamp-clock' } })
    expect(await signOfd(ask({ timeStamp: port('2026-11-24T10:01:00Z', utf8('x')) }))).toMatchObject({ ok: false, error: { code: 'seal.timestamp-wrong' } })
    const down = async () => ({ ok: false, error: { code: 'tsa.down', message: '时间戳服务不可用' } }) as const
    expect(await signOfd(ask({ timeStamp: down }))).toMatchObject({ ok: false, error: { code: 'seal.timestamp-unavailable' } })
  })
  test('refused: a key that is not SM2, no time, a signer that returns rubbish, no OFD, one whose seals do not hold', async () => {
    expect(await signOfd(ask({ signer: await organ.pki.signer('rsa', '甲') }))).toMatchObject({ ok: false, error: { code: 'seal.algorithm' } })
    expect(await signOfd(ask({ signedAt: 'yesterday' }))).toMatchObject({ ok: false, error: { code: 'seal.content' } })
    expect(await signOfd(ask({ signer: { ...organ.signer, sign: async () => new Uint8Array(70) } }))).toMatchObject({ ok: false, error: { code: 'seal.self-check' } })
    expect(await signOfd(ask({ ofd: utf8('no') }))).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^ofd\./) } })
    expect(await signOfd(ask({ ofd: changed(await signed(), { 'Doc_0/Tags/Tag.xml': null }) }))).toMatchObject({ ok: false, error: { code: 'seal.earlier-invalid' } })
  })
})

describe('integrity protection of a package (GM/T 0099)', () => {
  const protect = async (pack: Uint8Array, signer = organ.signer): Promise<Uint8Array> => {
    const names = [...filesOf(pack).keys()]
    const list = utf8(`<ofd:DocEntries xmlns:ofd="http://www.ofdspec.org/2016" ID="1" CreatorName="x" Version="1.0" CreationDate="2026-11-24"><ofd:SignedValueLoc>/signedvalue.dat</ofd:SignedValueLoc><ofd:FileList>${names.map((path, i) => `<ofd:File ID="${i + 2}" FileLoc="/${path}"/>`).join('')}</ofd:FileList></ofd:DocEntries>`)
    return changed(pack, { 'OFDEntries.xml': list, 'signedvalue.dat': await buildGmSignedData({ contentDigest: sm3(list), shape: 'a' }, signer) })
  }
  test('a sound list, one with a file more, a file less, another signed value', async () => {
    const whole = await protect(plainOfd(1))
    expect(judge(whole, { ...REPORT, at: SIGNED_AT })).toMatchObject({ verdict: 'valid', signatures: [{ id: 'OFDEntries.xml', type: 'GM/T 0099 完整性保护', coverage: 'partial' }] })
    expect(failed(judge(changed(whole, { 'x.txt': utf8('x') })).signatures[0])).toEqual(['夹带文件'])
    expect(failed(judge(changed(whole, { 'Doc_0/Tags/Tag.xml': null })).signatures[0])).toEqual(['完整性清单'])
    expect(judge(changed(whole, { 'OFDEntries.xml': (text) => text.replace('CreatorName="x"', 'CreatorName="y"') })).verdict).toBe('invalid')
    expect(judge(changed(whole, { 'signedvalue.dat': null })).verdict).toBe('invalid')
  })
  test('no seal goes into a protected package', async () => {
    await expect(sealed(order(await protect(plainOfd(1)), organ))).rejects.toThrow('seal.locked')
  })
})
