/** Signatures as others write them: the four shapes of Chinese makers, Adobe's old ones, weak algorithms. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { buildCertificate, CMS, sm3, writeName, type Signer } from '#core/crypto'
import { contextExplicit, contextImplicit, integer, nullValue, octetString, oid, readDer, readSequence, sequence, set, toHex } from '#core/formats'
import { buildSeal, buildSealSignature, sealPdfTo, verifyPdf } from '../index.ts'
import { onePage, request, sealed, signedBy, testPki } from './seal.fixture.ts'

const pki = await testPki('sm2')
const signer = await pki.signer('sm2', '机关')
const decide = { anchors: [pki.root], crls: [pki.crl], trust: 'decide', now: '2026-11-25T00:00:00Z' } as const
const at = "/M(D:20261124100000+00'00')"
const partsOf = (certificate: Uint8Array) => {
  const root = readDer(certificate)
  const outer = root.ok ? readSequence(root.value) : root
  const tbs = outer.ok ? readSequence(outer.value[0]) : outer
  if (!tbs.ok) throw new Error('certificate')
  return { serial: tbs.value[1]!.raw, issuer: tbs.value[3]!.raw }
}

/** SignedData without attributes over the content, GM/T 0010 or RFC 2315. */
const bare = async (who: Signer, names: { readonly data: string; readonly signed: string; readonly digest: string; readonly scheme: string }, content: Uint8Array, inside: 'inside' | 'detached'): Promise<Uint8Array> => {
  const { serial, issuer } = partsOf(who.certificate)
  const digests = sequence(oid(names.digest), nullValue())
  return sequence(oid(names.signed), contextExplicit(0, sequence(
    integer(1), set(digests), sequence(oid(names.data), ...(inside === 'inside' ? [contextExplicit(0, octetString(content))] : [])), contextImplicit(0, set(who.certificate)),
    set(sequence(integer(1), sequence(issuer, serial), digests, sequence(oid(names.scheme), nullValue()), octetString(await who.sign(content)))),
  )))
}
const GM = { data: CMS.gmData, signed: CMS.gmSignedData, digest: '1.2.156.10197.1.401', scheme: '1.2.156.10197.1.301.1' }
const changed = (pdf: Uint8Array): Uint8Array => {
  const out = pdf.slice()
  out[Buffer.from(out).indexOf('0 0 0 rg') + 2] = 0x31
  return out
}

const seal = async (): Promise<Uint8Array> => {
  const maker = await pki.signer('sm2', '制章者')
  const made = await buildSeal({
    id: '15000000000001', vendor: 'WENSHU', type: 1, name: '机关公章', createdAt: '2026-02-01T00:00:00Z', validFrom: '2026-02-01T00:00:00Z', validTo: '2030-01-01T00:00:00Z',
    certs: { kind: 'certificates', list: [signer.certificate] }, picture: { type: 'PNG', data: new Uint8Array(20), width: 42, height: 42 },
  }, maker)
  if (!made.ok) throw new Error(made.error.message)
  return made.value
}

describe('shapes of Chinese makers', async () => {
  const eseal = await seal()
  const files: readonly (readonly [string, Uint8Array, string])[] = [
    ['GB/T 38540 in GM.sm2seal', await signedBy(onePage(), `/Filter/Gomain.GMPkiLite/SubFilter/GM.sm2seal${at}`, async (covered) => {
      const made = await buildSealSignature({ seal: eseal, signedAt: '2026-11-24T10:00:00Z', dataHash: sm3(covered), propertyInfo: 'pdf' }, signer)
      if (!made.ok) throw new Error(made.error.message)
      return made.value
    }), 'GM.sm2seal'],
    ['bare SM2', await signedBy(onePage(), `/Filter/GM.PKILite/SubFilter/GM.SM2/Cert<${toHex(signer.certificate)}>${at}`, (covered) => signer.sign(covered)), 'GM.SM2'],
    ['bare SM2 over the digest', await signedBy(onePage(), `/Filter/GM.PKILite/SubFilter/GM.SM2/Cert[<${toHex(signer.certificate)}>]${at}`, (covered) => signer.sign(sm3(covered))), 'GM.SM2'],
    ['SignedData with the digest inside', await signedBy(onePage(), `/Filter/DJ.GMPkiLite/SubFilter/GM.sm2cms.detached${at}`, (covered) => bare(signer, GM, sm3(covered), 'inside')), 'GM.sm2cms.detached'],
    ['SignedData over the digest, left out', await signedBy(onePage(), `/Filter/DJ.GMPkiLite/SubFilter/GM.sm2cms.detached${at}`, (covered) => bare(signer, GM, sm3(covered), 'detached')), 'GM.sm2cms.detached'],
    ['PKCS#7 with Chinese identifiers', await signedBy(onePage(), `/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached${at}`, (covered) => bare(signer, { ...GM, scheme: '1.2.156.10197.1.501' }, covered, 'detached')), 'adbe.pkcs7.detached'],
    ['PAdES with SM2', await sealed(onePage(), signer), 'ETSI.CAdES.detached'],
  ]
  test.each(files)('%s is read; a changed file is not', (_, pdf, type) => {
    const report = verifyPdf(pdf, decide)
    expect(report.signatures.flatMap(({ steps }) => steps.filter(({ result }) => result === 'fail' || result === 'unknown'))).toEqual([])
    expect(report).toMatchObject({ verdict: 'valid', signatures: [{ type, signedAt: '2026-11-24T10:00:00Z', coverage: 'whole' }] })
    expect(report.signatures[0]?.chain?.length).toBeGreaterThan(0)
    expect(verifyPdf(changed(pdf), decide).verdict).toBe('invalid')
  })
  test('we write GB/T 38540 too when asked, say what that costs, and not with a stranger’s key', async () => {
    const made = await sealPdfTo(request(onePage(), signer, { container: { seal: eseal } }))
    if (!made.ok) throw new Error(made.error.message)
    expect(made.value.warnings.map(({ code }) => code)).toEqual(['seal.sm2-foreign', 'seal.not-pdfa'])
    expect(verifyPdf(made.value.pdf, decide)).toMatchObject({ verdict: 'valid', signatures: [{ type: 'GM.sm2seal', signer: expect.stringContaining('机关公章') }] })
    expect(verifyPdf(changed(made.value.pdf), decide).verdict).toBe('invalid')
    expect((await sealPdfTo(request(onePage(), await pki.signer('sm2', '别人'), { container: { seal: eseal } }))).ok).toBe(false)
    expect(await sealPdfTo(request(onePage(), signer, { container: { seal: eseal }, level: 'T', timeStamp: async () => ({ ok: true, value: new Uint8Array(0) }) }))).toMatchObject({ ok: false, error: { code: 'seal.level' } })
  })
  test('without a certificate beside it a bare value cannot be judged', async () => {
    const pdf = await signedBy(onePage(), `/Filter/GM.PKILite/SubFilter/GM.SM2${at}`, (covered) => signer.sign(covered))
    expect(verifyPdf(pdf, decide).verdict).toBe('undecided')
  })
  test('a digest inside that is of another file', async () => {
    const pdf = await signedBy(onePage(), `/Filter/DJ.GMPkiLite/SubFilter/GM.sm2cms.detached${at}`, () => bare(signer, GM, sm3(new Uint8Array(1)), 'inside'))
    expect(verifyPdf(pdf, decide).verdict).toBe('invalid')
  })
  test('a shape that nobody knows is undecided, not valid', async () => {
    const pdf = await signedBy(onePage(), `/Filter/X/SubFilter/X.unknown${at}`, () => new Uint8Array(10))
    expect(verifyPdf(pdf, decide).verdict).toBe('undecided')
  })
})

/** A self-signed RSA signer; SHA-1 as old files have it. */
const rsa = async (bits: number, hash: 'sha1' | 'sha256') => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const jwk = publicKey.export({ format: 'jwk' })
  const number = (text: string | undefined) => BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`)
  const name = writeName([{ type: 'CN', value: `RSA ${bits}` }])
  const certificate = await buildCertificate({
    serial: '07', issuer: name, subject: name, notBefore: '2010-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z', publicKey: { algorithm: 'rsa', modulus: number(jwk.n), exponent: number(jwk.e) },
    keyUsage: ['digitalSignature'],
  }, { algorithm: 'rsa-sha256', sign: async (bytes) => new Uint8Array(sign('sha256', bytes, privateKey)) })
  return { certificate, algorithm: 'rsa-sha256', sign: async (bytes: Uint8Array) => new Uint8Array(sign(hash, bytes, privateKey)) } satisfies Signer
}
const P7 = { data: CMS.data, signed: CMS.signedData, digest: '1.3.14.3.2.26', scheme: '1.2.840.113549.1.1.1' }

describe('old shapes and weak algorithms', async () => {
  const old = await rsa(2048, 'sha1')
  const short = await rsa(1024, 'sha256')
  const sha1 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha1').update(bytes).digest())
  const pkcs7 = await signedBy(onePage(), `/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.sha1${at}`, (covered) => bare(old, P7, sha1(covered), 'inside'))
  const x509 = await signedBy(onePage(), `/Filter/Adobe.PPKLite/SubFilter/adbe.x509.rsa_sha1/Cert<${toHex(old.certificate)}>${at}`, async (covered) => octetString(await old.sign(covered)))
  const weakKey = await signedBy(onePage(), `/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached${at}`, (covered) => bare(short, { ...P7, digest: '2.16.840.1.101.3.4.2.1' }, covered, 'detached'))
  const trusting = (certificate: Uint8Array) => ({ anchors: [certificate], crls: [], trust: 'decide', now: '2026-11-25T00:00:00Z' } as const)

  test.each([['adbe.pkcs7.sha1', pkcs7, old.certificate, 'SHA-1'], ['adbe.x509.rsa_sha1', x509, old.certificate, 'SHA-1'], ['a short key', weakKey, short.certificate, '1024 位 RSA']] as const)(
    '%s: intact, and said to be weak', (_, pdf, certificate, what) => {
      const told = verifyPdf(pdf, { anchors: [], crls: [], trust: 'report' })
      expect(told.verdict).toBe('valid')
      expect(told.signatures[0]?.steps).toContainEqual(expect.objectContaining({ name: '算法强度', result: 'warn', detail: expect.stringContaining(what) }))
      // Trusted or not: nobody can tell such a signature from a forgery made today.
      expect(verifyPdf(pdf, trusting(certificate)).verdict).toBe('undecided')
      expect(verifyPdf(changed(pdf), trusting(certificate)).verdict).toBe('invalid')
    })
})
