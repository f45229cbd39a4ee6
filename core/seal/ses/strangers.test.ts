/** Seals and signatures as other makers write them: read by what they are, judged no milder. */
import { describe, expect, test } from 'vitest'
import { buildCertificate, digest, sm2KeyPair, sm2MessageSigner, sm3, writeName, type Signer } from '#core/crypto'
import { bitString, contextExplicit, generalizedTime, ia5String, integer, octetString, oid, printableString, readDer, sequence, utcTime, utf8, utf8String } from '#core/formats'
import { judgeSealSignature, readSeal, readSealSignature, verifySeal } from '../index.ts'
import { seeded, stampedBy } from '../pdf/seal.fixture.ts'
import { cast, dataHash, must, sealBy } from './ses.fixture.ts'

const all = await cast()
const SM2 = '1.2.156.10197.1.501'
const raw = (der: Uint8Array): readonly Uint8Array[] => must(must(readDer(der)).children()).map((node) => node.raw)
const steps = (bytes: Uint8Array, name: string) => verifySeal(bytes, all.decide).signatures.flatMap((signature) => signature.steps).filter((step) => step.name === name).map(({ result }) => result)

type Info = { readonly size?: number; readonly version?: number; readonly certs?: Uint8Array; readonly listType?: number; readonly dates?: readonly Uint8Array[]; readonly names?: 'usual' | 'other'; readonly picture?: string; readonly ext?: readonly Uint8Array[] }
const from = generalizedTime('2026-02-01T00:00:00Z')
const until = generalizedTime('2031-02-01T00:00:00Z')
const infoOf = ({ size = 40, version = 4, certs = sequence(octetString(all.signer.certificate)), listType = 1, dates = [from, from, until], names = 'usual', picture = 'PNG', ext = [] }: Info): Uint8Array => {
  const text = names === 'usual' ? ia5String : printableString
  return sequence(
    sequence(text('ES'), integer(version), names === 'usual' ? ia5String('VENDOR') : utf8String('厂商')), names === 'usual' ? ia5String('1500000001') : utf8String('1500000001'),
    sequence(integer(15), names === 'usual' ? utf8String('某某章') : bmp('某某章'), ...(listType === 0 ? [] : [integer(listType)]), certs, ...dates),
    sequence(text(picture), octetString(utf8('picture')), integer(size), integer(40)), ...ext,
  )
}
const bmp = (text: string): Uint8Array => {
  const units = [...text].flatMap((sign) => [sign.charCodeAt(0) >> 8, sign.charCodeAt(0) & 255])
  return Uint8Array.of(0x1e, units.length, ...units)
}
/** Version 4 and 5: the maker signs the info alone. */
const madeSeal = async (info: Info, maker: Signer = all.maker, ...more: readonly Uint8Array[]): Promise<Uint8Array> => {
  const der = infoOf(info)
  return sequence(der, octetString(maker.certificate), oid(SM2), bitString(await maker.sign(der)), ...more)
}
const used = async (seal: Uint8Array, change: { readonly version?: number; readonly signer?: Signer; readonly at?: string; readonly more?: readonly Uint8Array[]; readonly stamp?: Uint8Array } = {}): Promise<Uint8Array> => {
  const { version = 4, signer = all.signer, at = '2026-11-24T10:00:00Z', more = [] } = change
  const tbs = sequence(integer(version), seal, generalizedTime(at), bitString(dataHash), ia5String('/a'), ...more)
  return sequence(tbs, octetString(signer.certificate), oid(SM2), bitString(await signer.sign(tbs)), ...(change.stamp === undefined ? [] : [contextExplicit(0, bitString(change.stamp))]))
}
const verdict = async (signature: Promise<Uint8Array>) => judgeSealSignature(await signature, all.decide, dataHash).verdict

describe('SE3 forms of issued seals', () => {
  test.each<readonly [string, Info]>([
    ['as the standard has it', {}], ['texts of other kinds', { names: 'other' }], ['UTCTime', { dates: [utcTime('2026-02-01T00:00:00Z'), utcTime('2026-02-01T00:00:00Z'), utcTime('2031-02-01T00:00:00Z')] }],
    ['a picture called png', { picture: 'png' }], ['a picture that is an OFD', { picture: 'ofd' }],
    ['no kind of list', { listType: 0 }], ['several signers', { certs: sequence(octetString(all.stranger.certificate), octetString(all.signer.certificate)) }],
    ['extensions untagged', { ext: [sequence(sequence(oid('1.2.3'), Uint8Array.of(1, 1, 0), octetString(utf8('x'))))] }], ['an empty list of them', { ext: [sequence()] }],
    ['one of a form of its own', { ext: [sequence(sequence(utf8String('key'), utf8String('value')), utf8String('more'), sequence(oid('1.2.3'), octetString(utf8('x'))))] }],
  ])('%s', async (_, info) => {
    const seal = await madeSeal(info)
    expect(verifySeal(seal, all.decide)).toMatchObject({ verdict: 'valid', signatures: [{ type: 'GB/T 38540-2020 电子印章' }] })
    expect(await verdict(used(seal))).toBe('valid')
  })
  test('a form of its own hides no extension that is critical', async () => {
    const seal = await madeSeal({ ext: [sequence(utf8String('own'), sequence(oid('1.2.3'), Uint8Array.of(1, 1, 255), octetString(utf8('x'))))] })
    expect(verifySeal(seal, all.decide).verdict).toBe('undecided')
    expect(must(readSeal(seal)).extensions).toMatchObject([{ oid: '1.2.3', critical: true }])
  })
  test('texts in the code of a Chinese system, whatever string they are called', async () => {
    const gbk = Uint8Array.of(0xb9, 0xab, 0xd5, 0xc2) // 公章
    for (const tag of [0x0c, 0x13, 0x16]) {
      const name = Uint8Array.of(tag, gbk.length, ...gbk)
      const info = sequence(...raw(infoOf({})).map((part, i) => (i === 2 ? sequence(...raw(part).map((field, j) => (j === 1 ? name : field))) : part)))
      const seal = sequence(info, octetString(all.maker.certificate), oid(SM2), bitString(await all.maker.sign(info)))
      expect([tag, must(readSeal(seal)).name, await verdict(used(seal))]).toEqual([tag, '公章', 'valid'])
      const broken = sequence(...raw(infoOf({})).map((part, i) => (i === 2 ? sequence(...raw(part).map((field, j) => (j === 1 ? Uint8Array.of(tag, 2, 0xff, 0xff) : field))) : part)))
      expect([tag, readSeal(sequence(broken, octetString(all.maker.certificate), oid(SM2), bitString(await all.maker.sign(broken)))).ok]).toEqual([tag, tag !== 0x0c])
    }
  })
  test.each([0, 4000])('a picture %i mm wide: told, and the seal stays what it is', async (size) => {
    const seal = await madeSeal({ size })
    expect(verifySeal(seal, all.decide).verdict).toBe('valid')
    expect(steps(seal, '印章格式')).toEqual(['pass', 'warn'])
    expect(await verdict(used(seal))).toBe('valid')
  })
  test('a seal inside an OCTET STRING: the same seal, and the signature over what stands there', async () => {
    const seal = await sealBy(all)
    const wrapped = used(octetString(seal))
    expect(must(readSealSignature(await wrapped)).seal.raw).toEqual(seal)
    expect(await verdict(wrapped)).toBe('valid')
    expect(judgeSealSignature(await wrapped, all.decide, dataHash, seal).verdict).toBe('valid')
    for (const bad of [octetString(utf8('no seal')), octetString(octetString(seal)), octetString(Uint8Array.of(...seal, 0))]) expect(await verdict(used(bad))).toBe('invalid')
  })
  test.each(['SM3', 'sm3', 'Sm3', '1.2.156.10197.1.401'])('a list of digests by %s', async (name) => {
    const list = (signer: Signer) => sequence(sequence(printableString(name), octetString(sm3(signer.certificate))))
    expect(await verdict(used(await madeSeal({ certs: list(all.signer), listType: 2 })))).toBe('valid')
    expect(await verdict(used(await madeSeal({ certs: list(all.stranger), listType: 2 })))).toBe('invalid')
  })
  test('digests by SHA-256 or an identifier are read, by SHA-1 they are weak, by others not decided', async () => {
    const list = (type: Uint8Array, value: Uint8Array) => madeSeal({ certs: sequence(sequence(type, octetString(value))), listType: 2 })
    const certificate = all.signer.certificate
    expect(await verdict(used(await list(printableString('SHA-256'), digest('sha256', certificate))))).toBe('valid')
    expect(await verdict(used(await list(oid('1.2.156.10197.1.401'), sm3(certificate))))).toBe('valid')
    expect(await verdict(used(await list(printableString('SHA1'), digest('sha1', certificate))))).toBe('invalid')
    expect(await verdict(used(await list(printableString('MD5'), new Uint8Array(16))))).toBe('undecided')
    // A list of whole certificates that is called one of digests, and the other way round.
    expect(await verdict(used(await madeSeal({ listType: 2 })))).toBe('invalid')
    expect(await verdict(used(await madeSeal({ certs: sequence(sequence(printableString('SM3'), octetString(sm3(certificate)))) })))).toBe('invalid')
  })
})

describe('SE1 numbers of versions', () => {
  const first = async (seal: number, data: number): Promise<Uint8Array> => {
    const info = infoOf({ version: seal, listType: 0, dates: [utcTime('2026-02-01T00:00:00Z'), utcTime('2026-02-01T00:00:00Z'), utcTime('2031-02-01T00:00:00Z')] })
    const maker = octetString(all.maker.certificate)
    const made = sequence(info, sequence(maker, oid(SM2), bitString(await all.maker.sign(sequence(info, maker, oid(SM2))))))
    const tbs = sequence(integer(data), made, utcTime('2026-11-24T10:00:00Z'), bitString(dataHash), ia5String('/a'), octetString(all.signer.certificate), oid(SM2))
    return sequence(tbs, bitString(await all.signer.sign(tbs)))
  }
  test('of the first version 1, 2 and 3 are met side by side: told; others disagree', async () => {
    expect(await verdict(first(1, 1))).toBe('valid')
    const mixed = judgeSealSignature(await first(2, 1), all.decide, dataHash)
    expect([mixed.verdict, mixed.steps.filter(({ result }) => result === 'warn').map(({ name }) => name)]).toEqual(['valid', ['印章版本']])
    expect(await verdict(first(1, 4))).toBe('invalid')
    expect(await verdict(first(4, 4))).toBe('valid')
  })
  test('of the later ones data and seal agree', async () => {
    expect(await verdict(used(await madeSeal({ version: 4 }), { version: 4 }))).toBe('valid')
    expect(await verdict(used(await madeSeal({ version: 5 }), { version: 5 }))).toBe('valid')
    expect(await verdict(used(await madeSeal({ version: 5 }), { version: 4 }))).toBe('invalid')
    expect(await verdict(used(await madeSeal({ version: 4 }), { version: 1 }))).toBe('invalid')
  })
})

describe('version 5', () => {
  test('what stands for a time stamp and is none: in the seal told, over the signature refused', async () => {
    const five = await madeSeal({ version: 5 }, all.maker, contextExplicit(0, bitString(Uint8Array.of(1, 2, 3))))
    expect(verifySeal(five, all.decide)).toMatchObject({ verdict: 'valid', signatures: [{ type: 'GM/T 0031-2025 电子印章' }] })
    expect(steps(five, '印章时间戳')).toEqual(['warn'])
    expect(await verdict(used(five, { version: 5 }))).toBe('valid')
    expect(await verdict(used(five, { version: 5, stamp: Uint8Array.of(10, 11, 12) }))).toBe('invalid')
  })
})

test('a time stamp over the value with its encoding, as some makers ask for it', async () => {
  const seal = await madeSeal({})
  const tbs = sequence(integer(4), seal, generalizedTime('2026-11-24T10:00:00Z'), bitString(dataHash), ia5String('/a'))
  const value = await all.signer.sign(tbs)
  const authority = await all.pki.authority('sm2')
  const stamped = async (over: Uint8Array) => {
    const token = must(await stampedBy(authority, '2026-11-24T10:01:00Z')(over))
    return judgeSealSignature(sequence(tbs, octetString(all.signer.certificate), oid(SM2), bitString(value), contextExplicit(0, bitString(token))), all.decide, dataHash)
  }
  for (const over of [value, bitString(value)]) expect(await stamped(over)).toMatchObject({ verdict: 'valid', timeSource: 'timestamp', signedAt: '2026-11-24T10:01:00Z' })
  for (const over of [tbs, dataHash]) expect(await stamped(over)).toMatchObject({ verdict: 'invalid', timeSource: 'claimed' })
})

describe('attacks with a seal', () => {
  test('a seal with one word of it changed, or made again by another maker', async () => {
    const [info, certificate, algorithm, value] = raw(await sealBy(all))
    const other = must(readSeal(await sealBy(all, { name: '另一机关' })))
    expect(verifySeal(sequence(other.infoRaw, certificate!, algorithm!, value!), all.decide).verdict).toBe('invalid')
    // The maker's certificate exchanged: the value is not its.
    expect(verifySeal(sequence(info!, octetString(all.stranger.certificate), algorithm!, value!), all.decide).verdict).toBe('invalid')
    const { privateKey, publicKey } = sm2KeyPair(seeded('own maker'))
    const message = sm2MessageSigner(privateKey, seeded('own signatures'))
    const name = writeName([{ type: 'CN', value: '制章中心' }])
    const itself = { serial: '07', issuer: name, subject: name, notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z', publicKey: { algorithm: 'sm2', point: publicKey }, keyUsage: ['digitalSignature'] } as const
    const again = await madeSeal({}, { ...message, certificate: await buildCertificate(itself, message) })
    // Sound by itself: only who made it tells.
    expect(verifySeal(again, { ...all.decide, trust: 'report' }).verdict).toBe('valid')
    expect(verifySeal(again, all.decide).verdict).toBe('undecided')
    expect(await verdict(used(again))).toBe('undecided')
  })
  test('a signature moved onto another seal of the same signer', async () => {
    const [tbs, certificate, algorithm, value] = raw(await used(await sealBy(all)))
    const [version, , ...rest] = raw(tbs!)
    const swapped = sequence(sequence(version!, await sealBy(all, { id: '15000000000009' }), ...rest), certificate!, algorithm!, value!)
    expect(judgeSealSignature(swapped, all.decide, dataHash).steps.filter(({ result }) => result === 'fail').map(({ name }) => name)).toEqual(['签名值'])
  })
  test('a signer that the seal does not name, also one with a certificate of the same name', async () => {
    expect(await verdict(used(await sealBy(all), { signer: all.stranger }))).toBe('invalid')
    expect(await verdict(used(await sealBy(all), { signer: await all.pki.signer('sm2', '某某市人民政府办公室') }))).toBe('invalid')
  })
  test('used before the seal began, after it ended, in the future, by a certificate that had run out', async () => {
    const seal = await sealBy(all)
    expect(await verdict(used(seal, { at: '2026-01-15T00:00:00Z' }))).toBe('invalid')
    expect(await verdict(used(await sealBy(all, { validTo: '2026-06-01T00:00:00Z' })))).toBe('invalid')
    expect(await verdict(used(seal, { at: '2026-11-25T00:06:00Z' }))).toBe('invalid')
    const brief = await all.pki.signer('sm2', '短期', '2026-11-01T00:00:00Z')
    const own = await sealBy(all, { certs: { kind: 'certificates', list: [brief.certificate] } })
    expect(await verdict(used(own, { signer: brief }))).toBe('invalid')
    expect(await verdict(used(own, { signer: brief, at: '2026-10-01T00:00:00Z' }))).toBe('valid')
  })
  test('the standing of the seal is told and does not decide where trust is only reported', async () => {
    const seal = await sealBy(all, { validTo: '2026-06-01T00:00:00Z' })
    const judged = judgeSealSignature(await used(seal), { ...all.decide, trust: 'report' }, dataHash)
    expect([judged.verdict, judged.steps.find(({ name }) => name === '印章有效期')?.result]).toEqual(['valid', 'fail'])
  })
  test('the signature over a hash of another length, or over the hash alone', async () => {
    const seal = await sealBy(all)
    const short = sequence(integer(4), seal, generalizedTime('2026-11-24T10:00:00Z'), bitString(dataHash.subarray(0, 20)), ia5String('/a'))
    const value = async (tbs: Uint8Array, message: Uint8Array) => sequence(tbs, octetString(all.signer.certificate), oid(SM2), bitString(await all.signer.sign(message)))
    expect(judgeSealSignature(await value(short, short), all.decide, dataHash.subarray(0, 20)).verdict).toBe('invalid')
    const whole = sequence(integer(4), seal, generalizedTime('2026-11-24T10:00:00Z'), bitString(dataHash), ia5String('/a'))
    // Seen in the field: the value covers the hash and not the seal, so any seal could be put in.
    expect(judgeSealSignature(await value(whole, dataHash), all.decide, dataHash).verdict).toBe('invalid')
  })
})
