import { beforeAll, describe, expect, test } from 'vitest'
import { buildGmSignedData, buildTimeStampReply, buildTimeStampRequest, readTimeStamp, sm3 } from '#core/crypto'
import { contextExplicit, integer, octetString, oid, sequence, utf8 } from '#core/formats'
import { changed, failed, filesOf, judge, office, order, plainOfd, REPORT, sealed, SIGNED_AT, type Office } from './ofd.fixture.ts'

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
  test('a time stamp over the value is told, and one over something else is refused', async () => {
    const authority = await organ.pki.authority('sm2')
    const stamp = (message: Uint8Array) => async (value: Uint8Array): Promise<Uint8Array> => {
      const request = buildTimeStampRequest('sm3', sm3(message.length === 0 ? value : message), 5n)
      const read = readTimeStamp(await buildTimeStampReply(request, { signer: authority, chain: [], now: '2026-11-24T10:01:00Z', policy: '1.2.3', serial: 10n }))
      if (!read.ok) throw new Error(read.error.message)
      return read.value.token
    }
    const value = (over: Uint8Array) => buildGmSignedData({ contentDigest: digestOf(base), shape: 'c', signedAt: SIGNED_AT, timeStamp: stamp(over) }, organ.signer)
    expect(judge(withValue(await value(new Uint8Array()))).signatures[0]!.steps).toContainEqual({ name: '时间戳', result: 'pass', detail: expect.stringContaining('2026-11-24T10:01:00'), code: 'time.stamp' })
    expect(failed(judge(withValue(await value(utf8('other')))).signatures[0])).toContain('时间戳')
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
