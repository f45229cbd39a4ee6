import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digest, readCertificate, writePem, type Signer } from '#core/crypto'
import { octetString, ok, readDer, sequence, utf8 } from '#core/formats'
import { skipLoudly } from '../../../tests/harness/skips.ts'
import { buildSeal, judgeSealSignature, readSeal, readSealSignature, verifySeal, type SealContent } from '../index.ts'
import { noSamples, sample, stampedBy } from '../pdf/seal.fixture.ts'
import { cast, content, dataHash, must, sealBy, signWith, skeleton } from './ses.fixture.ts'

const all = await cast()
const seal = await sealBy(all)
const signed = must(await signWith(seal, all.signer))

describe('making and signing', () => {
  test('a seal reads back as it was made', () => fc.assert(fc.asyncProperty(
    fc.record({
      id: fc.stringMatching(/^[0-9A-Za-z]{1,32}$/), vendor: fc.stringMatching(/^[A-Z]{1,12}$/), name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== '' && text.isWellFormed()),
      type: fc.nat(200), data: fc.uint8Array({ minLength: 1, maxLength: 300 }), side: fc.integer({ min: 1, max: 200 }), digests: fc.boolean(), extensions: fc.option(fc.array(fc.record({ critical: fc.boolean(), value: fc.uint8Array({ maxLength: 20 }) }), { maxLength: 3 })),
    }),
    async ({ id, vendor, name, type, data, side, digests, extensions }) => {
      const wanted: SealContent = content([all.signer], {
        id, vendor, name, type, picture: { type: 'ofd', data, width: side, height: 42 },
        ...(digests ? { certs: { kind: 'digests', list: [{ type: 'SM3', value: digest('sm3', all.signer.certificate) }] } } : {}),
        ...(extensions === null ? {} : { extensions: extensions.map((extension, i) => ({ ...extension, oid: `1.2.156.10197.6.${i}` })) }),
      })
      const read = must(readSeal(must(await buildSeal(wanted, all.maker))))
      expect(read).toMatchObject({ ...wanted, extensions: wanted.extensions ?? [], version: 4, statedVersion: 4, algorithm: '1.2.156.10197.1.501' })
    },
  ), { numRuns: 25 }))

  test('a signature reads back, holds the seal byte for byte, and is valid with trust decided', () => {
    const read = must(readSealSignature(signed))
    expect(read.seal.raw).toEqual(seal)
    expect(read).toMatchObject({ version: 4, time: '2026-11-24T10:00:00Z', dataHash, propertyInfo: '/Doc_0/Signs/Sign_0/Signature.xml', signerCertificate: all.signer.certificate })
    const judged = judgeSealSignature(signed, all.decide, dataHash, seal)
    expect([judged.verdict, judged.timeSource]).toEqual(['valid', 'claimed'])
    expect(judged.steps.filter(({ result }) => result !== 'pass')).toEqual([])
    expect(judged.chain.map(({ anchor }) => anchor)).toEqual([false, true])
    expect(judged.makerChain.map(({ anchor }) => anchor)).toEqual([false, true])
    expect(judgeSealSignature(signed, all.decide, dataHash, sample0(seal)).verdict).toBe('invalid')
    expect(verifySeal(seal, all.decide).verdict).toBe('valid')
  })

  test('what cannot be a seal is refused before anything is signed', async () => {
    let signatures = 0
    const counting: Signer = { ...all.maker, sign: (message) => { signatures++; return all.maker.sign(message) } }
    const bad: readonly (readonly [Partial<SealContent>, string])[] = [
      [{ id: '' }, '印章标识'], [{ id: '印' }, '印章标识'], [{ vendor: '' }, '厂商'], [{ name: ' ' }, '印章名称'], [{ type: -1 }, '印章类型'], [{ certs: { kind: 'certificates', list: [] } }, '签章者'],
      [{ certs: { kind: 'certificates', list: [utf8('x')] } }, '签章者'], [{ validTo: '2025-01-01T00:00:00Z' }, '有效期'], [{ validFrom: 'soon' }, '有效期'],
      [{ picture: { type: 'PNG', data: new Uint8Array(0), width: 42, height: 42 } }, '图像'], [{ picture: { type: 'PNG', data: new Uint8Array(5_000_000), width: 42, height: 42 } }, '图像'],
      [{ picture: { type: 'PNG', data: new Uint8Array(1), width: 0.5, height: 42 } }, '图像'], [{ createdAt: '2026-02-30' }, '编码'],
    ]
    for (const [change, words] of bad) {
      const result = await buildSeal(content([all.signer], change), counting)
      expect(result).toMatchObject({ ok: false, error: { code: 'seal.content', message: expect.stringContaining(words) as string } })
    }
    expect(await buildSeal(content([all.signer]), await all.pki.signer('p256', '他人'))).toMatchObject({ ok: false, error: { code: 'seal.algorithm' } })
    expect(await buildSeal(content([all.signer]), { ...all.maker, sign: all.stranger.sign })).toMatchObject({ ok: false, error: { code: 'seal.self-check' } })
    expect(signatures).toBe(0)
  })

  test('a seal is verified before it is used, and used by those on its list alone', async () => {
    const code = async (...[bytes, signer, change]: Parameters<typeof signWith>): Promise<string> => {
      const result = await signWith(bytes, signer, change)
      return result.ok ? 'ok' : result.error.code
    }
    const forged = seal.slice()
    forged[forged.length - 1]! ^= 1
    expect(await code(forged, all.signer)).toBe('seal.not-valid')
    expect(await code(seal, all.stranger)).toBe('seal.signer')
    expect(await code(seal, all.signer, { signedAt: '2026-01-15T00:00:00Z' })).toBe('seal.not-valid')
    expect(await code(seal, all.signer, { signedAt: '2031-02-02T00:00:00Z' })).toBe('seal.not-valid')
    expect(await code(seal, all.signer, { signedAt: 'now' })).toBe('seal.content')
    expect(await code(seal, all.signer, { dataHash: new Uint8Array(20) })).toBe('seal.content')
    expect(await code(seal, all.signer, { propertyInfo: '/文件.xml' })).toBe('seal.content')
    expect(await code(seal, { ...all.signer, sign: all.stranger.sign })).toBe('seal.self-check')
    expect(await code(seal.subarray(0, 100), all.signer)).toBe('der.truncated')
    const short = await all.pki.signer('sm2', '短期', '2026-06-01T00:00:00Z')
    expect(await code(must(await buildSeal(content([short]), all.maker)), short)).toBe('seal.signer')
    const byDigest = await sealBy(all, { certs: { kind: 'digests', list: [{ type: '1.2.156.10197.1.401', value: digest('sm3', all.signer.certificate) }] } })
    expect([await code(byDigest, all.signer), await code(byDigest, all.stranger)]).toEqual(['ok', 'seal.signer'])
    const unknown = await sealBy(all, { certs: { kind: 'digests', list: [{ type: 'MD5', value: digest('sm3', all.signer.certificate) }] } })
    expect(await code(unknown, all.signer)).toBe('seal.signer')
    const named = await sealBy(all, { certs: { kind: 'digests', list: [{ type: 'SM3', value: digest('sm3', all.signer.certificate) }] } })
    expect([await code(named, all.signer), await code(named, all.stranger)]).toEqual(['ok', 'seal.signer'])
  })

  test('a time stamp is taken in only when it stamps this signature', async () => {
    const authority = await all.pki.authority('sm2')
    const stamped = must(await signWith(seal, all.signer, { timeStamp: stampedBy(authority, '2026-11-24T10:01:00Z') }))
    const judged = judgeSealSignature(stamped, all.decide, dataHash)
    expect([judged.verdict, judged.timeSource, judged.signedAt]).toEqual(['valid', 'timestamp', '2026-11-24T10:01:00Z'])
    const lying = await signWith(seal, all.signer, { timeStamp: () => stampedBy(authority, '2026-11-24T10:01:00Z')(utf8('another')) })
    expect(lying).toMatchObject({ ok: false, error: { code: 'seal.time-stamp' } })
    expect(await signWith(seal, all.signer, { timeStamp: async () => ok(utf8('no token')) })).toMatchObject({ ok: false })
    const down = await signWith(seal, all.signer, { timeStamp: async () => ({ ok: false, error: { code: 'timestamp.unreachable', message: '时间戳服务不可用' } }) })
    expect(down).toMatchObject({ ok: false, error: { code: 'timestamp.unreachable' } })
    // The authority's own standing is judged too: an unknown one proves no time.
    const foreign = await (await cast()).pki.authority('p256')
    const unknown = must(await signWith(seal, all.signer, { timeStamp: stampedBy({ ...foreign, certificate: foreign.certificate }, '2026-11-24T10:01:00Z') }))
    expect(judgeSealSignature(unknown, { ...all.decide, anchors: [] }, dataHash)).toMatchObject({ timeSource: 'claimed', verdict: 'undecided' })
  })
})

const sample0 = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte))

describe('beside others', () => {
  const noOpenssl = spawnSync('openssl', ['version']).status !== 0 && skipLoudly('seals beside openssl', 'openssl is not installed')
  test.skipIf(noOpenssl)('openssl accepts the maker over eSealInfo and the signer over TBS_Sign, and refuses them over anything else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wenshu-ses-'))
    const verify = (certificate: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
      const { spki } = must(readCertificate(certificate))
      writeFileSync(join(folder, 'k.pem'), writePem('PUBLIC KEY', spki))
      writeFileSync(join(folder, 'm'), message)
      writeFileSync(join(folder, 's'), signature)
      return spawnSync('openssl', ['dgst', '-sm3', '-verify', join(folder, 'k.pem'), '-sigopt', 'distid:1234567812345678', '-signature', join(folder, 's'), join(folder, 'm')]).status === 0
    }
    try {
      const read = must(readSealSignature(signed))
      expect(verify(read.seal.makerCertificate, read.seal.infoRaw, read.seal.signature)).toBe(true)
      expect(verify(read.signerCertificate, read.tbsRaw, read.signature)).toBe(true)
      expect(verify(read.signerCertificate, read.seal.infoRaw, read.signature)).toBe(false)
      expect(verify(read.seal.makerCertificate, read.tbsRaw, read.seal.signature)).toBe(false)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  const bcprov = '/usr/share/java/bcprov.jar'
  const noJava = (!existsSync(bcprov) || spawnSync('javac', ['-version']).status !== 0) && skipLoudly('seals beside BouncyCastle', 'JDK or libbcprov-java is not installed')
  test.skipIf(noJava)('BouncyCastle accepts the same two, and refuses a changed byte', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wenshu-bc-'))
    const program = `import java.io.*; import java.nio.file.*; import java.security.*; import java.security.cert.*;
      public class V { public static void main(String[] a) throws Exception {
        Security.addProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider());
        for (int i = 0; i < a.length; i += 3) {
          var c = CertificateFactory.getInstance("X.509", "BC").generateCertificate(new FileInputStream(a[i]));
          var s = Signature.getInstance("SM3withSM2", "BC");
          s.initVerify(c.getPublicKey()); s.update(Files.readAllBytes(Path.of(a[i + 1])));
          System.out.print(s.verify(Files.readAllBytes(Path.of(a[i + 2]))) ? "y" : "n");
        } } }`
    try {
      const read = must(readSealSignature(signed))
      const changed = read.tbsRaw.slice()
      changed[changed.length - 1]! ^= 1
      const files: readonly (readonly [Uint8Array, Uint8Array, Uint8Array])[] = [
        [read.seal.makerCertificate, read.seal.infoRaw, read.seal.signature], [read.signerCertificate, read.tbsRaw, read.signature], [read.signerCertificate, changed, read.signature],
      ]
      const names = files.flatMap((triple, i) => triple.map((bytes, j) => {
        writeFileSync(join(folder, `${i}${j}`), bytes)
        return join(folder, `${i}${j}`)
      }))
      writeFileSync(join(folder, 'V.java'), program)
      expect(spawnSync('java', ['-cp', bcprov, join(folder, 'V.java'), ...names]).stdout.toString()).toBe('yyn')
    } finally {
      rmSync(folder, { recursive: true })
    }
  }, 120_000)

  test.skipIf(noSamples('ofdrw'))('elements stand in the order of vendor files, tag for tag', () => {
    expect(skeleton(seal)).toBe(skeleton(sample('ofdrw/UserV4.esl')))
    expect(skeleton(signed)).toBe(skeleton(sample('ofdrw/SignedValueV4.dat')))
  })
})

describe('judging', () => {
  const failed = (...args: Parameters<typeof judgeSealSignature>): readonly string[] => judgeSealSignature(...args).steps.filter(({ result }) => result === 'fail').map(({ name }) => name)

  test('a later end of seal or certificates changes nothing, an earlier one does', async () => {
    const later = { ...all.decide, now: '2046-01-01T00:00:00Z' }
    expect(judgeSealSignature(signed, later, dataHash).verdict).not.toBe('invalid')
    expect(failed(signed, { ...all.decide, at: '2037-01-01T00:00:00Z' }, dataHash)).toContain('证书链：签章人有效期')
  })

  test('a time from the future is refused; five minutes of clock skew are not', () => {
    expect(failed(signed, { ...all.decide, now: '2026-11-24T09:54:00Z' }, dataHash)).toEqual(['签章时间'])
    expect(failed(signed, { ...all.decide, now: '2026-11-24T09:56:00Z' }, dataHash)).toEqual([])
  })

  test('revoked before signing fails, revoked later does not', async () => {
    for (const [date, verdict] of [['2026-11-20T00:00:00Z', 'invalid'], ['2026-11-25T00:00:00Z', 'valid']] as const) {
      for (const serial of ['10', '11']) {
        const revoked = await cast([{ serial, date }])
        expect([serial, date, judgeSealSignature(must(await signWith(await sealBy(revoked), revoked.signer)), revoked.decide, dataHash).verdict]).toEqual([serial, date, verdict])
      }
    }
  })

  test('without lists revocation is unknown and said so; reported trust does not decide', () => {
    const judged = judgeSealSignature(signed, { ...all.decide, crls: [] }, dataHash)
    expect(judged.verdict).toBe('undecided')
    expect(judged.steps.some(({ result, detail }) => result === 'unknown' && detail.includes('未检查吊销'))).toBe(true)
    expect(judgeSealSignature(signed, { anchors: [], crls: [], trust: 'report' }, dataHash).verdict).toBe('valid')
  })

  test('a signer that the seal does not list cannot use it, whatever it signs', async () => {
    const read = must(readSealSignature(signed))
    const value = await all.stranger.sign(read.tbsRaw)
    const { children } = must(readDer(signed))
    const [tbs, , algorithm] = must(children())
    const stolen = sequence(tbs!.raw, octetString(all.stranger.certificate), algorithm!.raw, bits(value))
    expect(failed(stolen, all.decide, dataHash)).toEqual(['签章人名单'])
  })

  test('the bare 64 bytes of r and s are read, and told', async () => {
    const [tbs, certificate, algorithm, signature] = must(must(readDer(signed)).children())
    const [r, s] = must(must(readDer(signature!.content.subarray(1))).children()).map(({ content: bytes }) => Buffer.from(bytes).toString('hex').padStart(64, '0').slice(-64))
    const raw = sequence(tbs!.raw, certificate!.raw, algorithm!.raw, bits(new Uint8Array(Buffer.from(`${r}${s}`, 'hex'))))
    const judged = judgeSealSignature(raw, all.decide, dataHash)
    expect(judged.verdict).toBe('valid')
    expect(judged.steps.filter(({ result }) => result === 'warn').map(({ name }) => name)).toEqual(['签名值编码'])
  })

  test('a critical extension that nobody knows leaves the verdict open', async () => {
    const marked = await sealBy(all, { extensions: [{ oid: '1.2.3.4', critical: true, value: new Uint8Array(1) }] })
    expect(verifySeal(marked, all.decide)).toMatchObject({ verdict: 'undecided' })
    expect(verifySeal(await sealBy(all, { extensions: [{ oid: '1.2.3.4', critical: false, value: new Uint8Array(1) }] }), all.decide)).toMatchObject({ verdict: 'valid' })
  })
})

const bits = (bytes: Uint8Array): Uint8Array => {
  const out = octetString(new Uint8Array([0, ...bytes]))
  out[0] = 3
  return out
}
