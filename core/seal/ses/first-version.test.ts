import { createSign, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { buildCertificate, writeName, type Signer } from '#core/crypto'
import { contextExplicit, generalizedTime, ia5String, integer, octetString, oid, readDer, sequence, utcTime, utf8, utf8String } from '#core/formats'
import { judgeSealSignature, readSeal, readSealSignature, verifySeal } from '../index.ts'
import { stampedBy } from '../pdf/seal.fixture.ts'
import { cast, dataHash, must, sealBy, signWith } from './ses.fixture.ts'

const all = await cast()
const SM2 = '1.2.156.10197.1.501'
const bits = (bytes: Uint8Array): Uint8Array => {
  const out = octetString(new Uint8Array([0, ...bytes]))
  out[0] = 3
  return out
}
const infoOf = (version: number, signers: readonly Uint8Array[]): Uint8Array => sequence(
  sequence(ia5String('ES'), integer(version), ia5String('VENDOR')), ia5String('1500000001'),
  sequence(integer(1), utf8String('旧章'), sequence(...signers.map(octetString)), utcTime('2026-02-01T00:00:00Z'), utcTime('2026-02-01T00:00:00Z'), utcTime('2031-02-01T00:00:00Z')),
  sequence(ia5String('PNG'), octetString(utf8('picture')), integer(40), integer(40)),
)
const sealOf = async (maker: Signer, algorithm = SM2, version = 1): Promise<Uint8Array> => {
  const info = infoOf(version, [all.signer.certificate])
  const value = await maker.sign(sequence(info, octetString(maker.certificate), oid(algorithm)))
  return sequence(info, sequence(octetString(maker.certificate), oid(algorithm), bits(value)))
}
const signatureOf = async (timeInfo: Uint8Array, hash: Uint8Array = bits(dataHash)): Promise<Uint8Array> => {
  const tbs = sequence(integer(1), await sealOf(all.maker), timeInfo, hash, ia5String('/a'), octetString(all.signer.certificate), oid(SM2))
  return sequence(tbs, bits(await all.signer.sign(tbs)))
}

describe('GM/T 0031-2014', () => {
  test('the maker signs info, certificate and algorithm together; over the info alone it is not good', async () => {
    expect(verifySeal(await sealOf(all.maker), all.decide)).toMatchObject({ verdict: 'valid', signatures: [{ type: 'GM/T 0031-2014 电子印章' }] })
    const info = infoOf(1, [all.signer.certificate])
    const wrong = sequence(info, sequence(octetString(all.maker.certificate), oid(SM2), bits(await all.maker.sign(info))))
    expect(verifySeal(wrong, all.decide).verdict).toBe('invalid')
  })

  test.each<readonly [string, Uint8Array, string, 'told' | 'assumed']>([
    ['UTCTime', utcTime('2026-11-24T10:00:00Z'), '2026-11-24T10:00:00Z', 'told'],
    ['bits with a UTCTime', bits(utcTime('2026-11-24T10:00:00Z')), '2026-11-24T10:00:00Z', 'told'],
    ['bits with a GeneralizedTime', bits(generalizedTime('2026-11-24T10:00:00Z')), '2026-11-24T10:00:00Z', 'told'],
    ['ISO text', bits(utf8('2026-11-24T07:31:56.377Z')), '2026-11-24T07:31:56.377Z', 'told'],
    ['text without zone, Beijing time', bits(utf8('2026-11-24 18:00:00')), '2026-11-24T10:00:00Z', 'assumed'],
    ['text with an offset', bits(utf8('20261124180000+0800')), '2026-11-24T10:00:00Z', 'told'],
    ['octets in place of bits', octetString(utf8('20261124100000Z')), '2026-11-24T10:00:00Z', 'told'],
  ])('time as %s', async (_, timeInfo, time, timeZone) => {
    const der = await signatureOf(timeInfo)
    expect(must(readSealSignature(der))).toMatchObject({ version: 1, time, timeZone })
    expect(judgeSealSignature(der, all.decide, dataHash)).toMatchObject({ verdict: 'valid', timeSource: 'claimed', signedAt: time })
  })

  test('a hash as octets is read; a token in place of the time counts as claimed', async () => {
    expect(judgeSealSignature(await signatureOf(utcTime('2026-11-24T10:00:00Z'), octetString(dataHash)), all.decide, dataHash).verdict).toBe('valid')
    const reply = must(await stampedBy(await all.pki.authority('sm2'), '2026-11-24T10:01:00Z')(dataHash))
    const judged = judgeSealSignature(await signatureOf(bits(reply)), all.decide, dataHash)
    expect(judged).toMatchObject({ signedAt: '2026-11-24T10:01:00Z', timeSource: 'claimed', verdict: 'valid' })
  })

  test.each(['2026-02-30 10:00:00', '2026-11-24', 'yesterday', '', '20261124250000Z'])('%s is no time', async (text) => {
    expect(readSealSignature(await signatureOf(bits(utf8(text))))).toMatchObject({ ok: false, error: { code: 'seal.time' } })
  })

  test('RSA with SHA-1 is weak and refused, with SHA-256 it is told', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwk = publicKey.export({ format: 'jwk' })
    const number = (text = ''): bigint => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`)
    const name = writeName([{ type: 'CN', value: '旧制章者' }])
    const sign = (hash: string) => async (message: Uint8Array) => new Uint8Array(createSign(hash).update(message).sign(privateKey))
    const certificate = await buildCertificate({
      serial: '77', issuer: name, subject: name, notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z', publicKey: { algorithm: 'rsa', modulus: number(jwk.n), exponent: number(jwk.e) }, keyUsage: ['digitalSignature'],
    }, { algorithm: 'rsa-sha256', sign: sign('sha256') })
    const report = (algorithm: string, hash: string) => sealOf({ algorithm: 'rsa-sha256', certificate, sign: sign(hash) }, algorithm).then((der) => verifySeal(der, { ...all.decide, trust: 'report' }))
    expect(await report('1.2.840.113549.1.1.5', 'sha1')).toMatchObject({ verdict: 'invalid' })
    const modern = await report('1.2.840.113549.1.1.11', 'sha256')
    expect(modern.verdict).toBe('valid')
    expect(modern.signatures[0]?.steps).toContainEqual({ name: '印章签名算法', result: 'warn', detail: '不是国密算法：1.2.840.113549.1.1.11', code: 'seal.algorithm' })
  })
})

describe('versions and shapes', () => {
  const raw = (der: Uint8Array): readonly Uint8Array[] => must(must(readDer(der)).children()).map((node) => node.raw)

  test('version 5 adds a time stamp to the seal', async () => {
    const [info, certificate, algorithm, signature] = raw(await sealBy(all))
    const five = sequence(info!, certificate!, algorithm!, signature!, contextExplicit(0, bits(utf8('token'))))
    expect(must(readSeal(five))).toMatchObject({ version: 5, timeStamp: utf8('token') })
    expect(verifySeal(five, all.decide).signatures[0]?.steps).toContainEqual(expect.objectContaining({ name: '印章时间戳', result: 'warn' }))
    const token = must(await stampedBy(await all.pki.authority('sm2'), '2026-02-01T00:00:00Z')(must(readSeal(five)).signature))
    const stamped = verifySeal(sequence(info!, certificate!, algorithm!, signature!, contextExplicit(0, bits(token))), all.decide)
    expect(stamped.verdict).toBe('valid')
    expect(stamped.signatures[0]?.steps).toContainEqual(expect.objectContaining({ name: '印章时间戳', result: 'pass' }))
    expect(await signWith(five, all.signer)).toMatchObject({ ok: false, error: { code: 'seal.version' } })
  })

  test('extensions are read untagged, behind [0] and inside octets', async () => {
    const [, , , picture] = raw(raw(await sealBy(all))[0]!)
    const list = sequence(sequence(oid('1.2.3'), Uint8Array.of(1, 1, 0), octetString(utf8('a'))), sequence(oid('1.2.4'), octetString(utf8('b'))))
    const expected = [{ oid: '1.2.3', critical: false, value: utf8('a') }, { oid: '1.2.4', critical: false, value: utf8('b') }]
    for (const form of [list, contextExplicit(0, list), octetString(list)]) {
      const parts = raw(await sealBy(all))
      const [header, id, property] = raw(parts[0]!)
      const seal = sequence(sequence(header!, id!, property!, picture!, form), ...parts.slice(1))
      expect(must(readSeal(seal)).extensions).toEqual(expected)
    }
  })

  test('a signature whose number is not that of its seal is not good', async () => {
    const [tbs, certificate, algorithm] = raw(must(await signWith(await sealBy(all), all.signer)))
    const changed = sequence(integer(3), ...raw(tbs!).slice(1))
    const judged = judgeSealSignature(sequence(changed, certificate!, algorithm!, bits(await all.signer.sign(changed))), all.decide, dataHash)
    expect(judged.steps.filter(({ result }) => result === 'fail')).toMatchObject([{ name: '签章格式' }])
  })
})
