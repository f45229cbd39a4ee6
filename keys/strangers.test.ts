/** Key files of Java and GmSSL, the newer MAC of RFC 9579, and files made to stall the reader. */
import { createCipheriv, createHmac, getHashes, pbkdf2Sync, randomBytes } from 'node:crypto'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { sm2KeyPair, writeSm2Pkcs8 } from '#core/crypto'
import { contextExplicit, contextImplicit, integer, nullValue, octetString, oid, sequence, utf8 } from '#core/formats'
import { skipLoudly } from '../tests/harness/skips.ts'
import { holds, value } from './carrier.fixture.ts'
import { keyFile, openKeyFile, randomBytes as secret } from './index.ts'
import { readKeyFileBytes } from './key-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-strangers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)
const written = (bytes: Uint8Array): string => {
  writeFileSync(at('file'), bytes)
  return at('file')
}

const pair = sm2KeyPair(secret)
const pkcs8 = writeSm2Pkcs8(pair.privateKey, pair.publicKey)
const sm3Hmac = '1.2.156.10197.1.401.2'
const sha256Hmac = '1.2.840.113549.2.9'
const kdf = (salt: Uint8Array, rounds: number, prf: string): Uint8Array =>
  sequence(oid('1.2.840.113549.1.5.12'), sequence(octetString(salt), integer(rounds), sequence(oid(prf), nullValue())))

/** EncryptedPrivateKeyInfo as GmSSL writes it: PBKDF2 with HMAC-SM3, SM4-CBC. The rounds are named and not always run. */
const gmPkcs8 = (password: string, rounds: number, run = rounds): Uint8Array => {
  const [salt, iv] = [new Uint8Array(randomBytes(8)), new Uint8Array(randomBytes(16))]
  const cipher = createCipheriv('sm4-cbc', pbkdf2Sync(password, salt, run, 16, 'sm3'), iv)
  const data = new Uint8Array(Buffer.concat([cipher.update(pkcs8), cipher.final()]))
  return sequence(sequence(oid('1.2.840.113549.1.5.13'), sequence(kdf(salt, rounds, sm3Hmac), sequence(oid('1.2.156.10197.1.104.2'), octetString(iv)))), octetString(data))
}

const data = '1.2.840.113549.1.7.1'
/** A PFX with one unencrypted key and a PBMAC1 (RFC 9579 §5). */
const withPbmac1 = (password: string): Uint8Array => {
  const bag = sequence(oid('1.2.840.113549.1.12.10.1.1'), contextExplicit(0, pkcs8))
  const safe = sequence(sequence(oid(data), contextExplicit(0, octetString(sequence(bag)))))
  const salt = new Uint8Array(randomBytes(8))
  const mac = createHmac('sha256', pbkdf2Sync(password, salt, 2048, 32, 'sha256')).update(safe).digest()
  const parameters = sequence(
    sequence(oid('1.2.840.113549.1.5.12'), sequence(octetString(salt), integer(2048), integer(32), sequence(oid(sha256Hmac), nullValue()))),
    sequence(oid(sha256Hmac), nullValue()),
  )
  const info = sequence(sequence(oid('1.2.840.113549.1.5.14'), parameters), octetString(new Uint8Array(mac)))
  return sequence(integer(3), sequence(oid(data), contextExplicit(0, octetString(safe))), sequence(info, octetString(utf8('unused')), integer(1)))
}

describe('key files of other programs', () => {
  it('K20 PBMAC1 is checked', async () => {
    const path = written(withPbmac1('公章'))
    expect(value(await keyFile(path).open('公章')).algorithm).toBe('sm2-sm3')
    expect(await keyFile(path).open('公掌')).toEqual({ ok: false, error: { reason: 'pinWrong', retryAfterMs: 0 } })
  })

  const noSm3 = !getHashes().includes('sm3') && skipLoudly('PKCS#8 as GmSSL writes it', 'this runtime has no SM3 to write it with')
  it.skipIf(noSm3)('K22 PKCS#8 under SM4 with a key derived by HMAC-SM3 opens', async () => {
    const path = written(gmPkcs8('公章', 4096))
    expect(value(await keyFile(path).open('公章')).algorithm).toBe('sm2-sm3')
    const wrong = await keyFile(path).open('公掌')
    expect(wrong.ok || wrong.error.reason).toBe('pinWrong')
  })

  it.skipIf(noSm3)('K24 a file that asks for hours of derivation is refused at once', async () => {
    const began = performance.now()
    const refused = await keyFile(written(gmPkcs8('x', 2_000_000_000, 1))).open('x')
    expect(refused.ok || refused.error.reason).toBe('unsupported')
    const scrypt = sequence(oid('1.3.6.1.4.1.11591.4.11'), sequence(octetString(Uint8Array.of(1)), integer(2 ** 30), integer(8), integer(1)))
    const hungry = sequence(sequence(oid('1.2.840.113549.1.5.13'), sequence(scrypt, sequence(oid('2.16.840.1.101.3.4.1.42'), octetString(new Uint8Array(16))))), octetString(new Uint8Array(64)))
    const unfed = await keyFile(written(hungry)).open('x')
    expect(unfed.ok || unfed.error.reason).toBe('unsupported')
    expect(performance.now() - began).toBeLessThan(1500)
  })

  it('K24 a code of unreasonable length is damaged, not derived for hours', async () => {
    const began = performance.now()
    const safe = sequence()
    const file = (info: Uint8Array, salt = new Uint8Array(8)): Uint8Array =>
      sequence(integer(3), sequence(oid(data), contextExplicit(0, octetString(safe))), sequence(info, octetString(salt), integer(1_000_000)))
    const long = new Uint8Array(1 << 20)
    const own = (code: Uint8Array): Uint8Array => sequence(sequence(oid('2.16.840.1.101.3.4.2.1'), nullValue()), octetString(code))
    const pbmac1 = sequence(oid('1.2.840.113549.1.5.14'), sequence(kdf(new Uint8Array(8), 10_000_000, sha256Hmac), sequence(oid(sha256Hmac), nullValue())))
    for (const hungry of [file(own(long)), file(own(new Uint8Array(31))), file(own(new Uint8Array(32)), long), file(sequence(pbmac1, octetString(long)))]) {
      expect(await keyFile(written(hungry)).list('x')).toEqual({ ok: false, error: { reason: 'damaged' } })
    }
    expect(performance.now() - began).toBeLessThan(15_000)
  })

  it('K20 certificates and keys that lay in one encrypted part come out whole', async () => {
    const [salt, iv] = [new Uint8Array(8), new Uint8Array(16)]
    const certificate = sequence(oid('1.2.840.113549.1.12.10.1.3'), contextExplicit(0, sequence(oid('1.2.840.113549.1.9.22.1'), contextExplicit(0, octetString(utf8('a certificate'))))))
    const bags = sequence(sequence(oid('1.2.840.113549.1.12.10.1.1'), contextExplicit(0, pkcs8)), certificate)
    const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync('x', salt, 1, 32, 'sha256'), iv)
    const sealed = new Uint8Array(Buffer.concat([cipher.update(bags), cipher.final()]))
    const scheme = sequence(oid('1.2.840.113549.1.5.13'), sequence(kdf(salt, 1, sha256Hmac), sequence(oid('2.16.840.1.101.3.4.1.42'), octetString(iv))))
    const encrypted = sequence(integer(0), sequence(oid(data), scheme, contextImplicit(0, octetString(sealed))))
    const safe = sequence(sequence(oid('1.2.840.113549.1.7.6'), contextExplicit(0, encrypted)))
    const opened = await readKeyFileBytes(sequence(integer(3), sequence(oid(data), contextExplicit(0, octetString(safe)))), 'x')
    if (!opened.ok) throw new Error(opened.error.reason)
    expect(opened.value.certificates).toEqual([utf8('a certificate')])
    expect(opened.value.keys.map(({ key }) => key.algorithm !== 'rsa-sha256' && key.scalar.some((byte) => byte !== 0))).toEqual([true])
  })

  it('K24 sixteen encrypted parts are read, and more are not', async () => {
    const [salt, iv] = [new Uint8Array(8), new Uint8Array(16)]
    const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync('x', salt, 1, 32, 'sha256'), iv)
    const sealed = new Uint8Array(Buffer.concat([cipher.update(pkcs8), cipher.final()]))
    const scheme = sequence(kdf(salt, 1, sha256Hmac), sequence(oid('2.16.840.1.101.3.4.1.42'), octetString(iv)))
    const part = sequence(oid('1.2.840.113549.1.12.10.1.2'), contextExplicit(0, sequence(sequence(oid('1.2.840.113549.1.5.13'), scheme), octetString(sealed))))
    const file = (parts: number): Uint8Array => {
      const safe = sequence(sequence(oid(data), contextExplicit(0, octetString(sequence(...Array.from({ length: parts }, () => part))))))
      return sequence(integer(3), sequence(oid(data), contextExplicit(0, octetString(safe))))
    }
    expect(value(await keyFile(written(file(16))).list('x'))).toHaveLength(16)
    const refused = await keyFile(written(file(17))).list('x')
    expect(refused.ok || refused.error.reason).toBe('unsupported')
  })

  const noJava = spawnSync('keytool', ['-help']).error !== undefined && skipLoudly('PKCS#12 by Java', 'keytool is not installed (a JDK brings it)')
  it.skipIf(noJava).each([
    ['RSA', ['-keyalg', 'RSA', '-keysize', '2048'], 'rsa-sha256', ''],
    ['EC', ['-keyalg', 'EC', '-groupname', 'secp256r1'], 'ecdsa-p256-sha256', ''],
    ['RSA in the older form', ['-keyalg', 'RSA', '-keysize', '2048'], 'rsa-sha256', '-J-Dkeystore.pkcs12.legacy'],
  ] as const)('K25 PKCS#12 of Java with a key of %s opens', async (_, kind, algorithm, legacy) => {
    rmSync(at('java.p12'), { force: true })
    execFileSync('keytool', [
      ...(legacy === '' ? [] : [legacy]), '-genkeypair', ...kind, '-alias', 'seal', '-dname', 'CN=测试单位', '-storetype', 'PKCS12', '-storepass', '777777', '-keystore', at('java.p12'),
    ], { stdio: 'pipe' })
    expect(readFileSync(at('java.p12')).length).toBeGreaterThan(500)
    const signer = value(await openKeyFile(at('java.p12'), '777777'))
    expect(signer.algorithm).toBe(algorithm)
    expect(holds(algorithm, signer.certificate, utf8('x'), await signer.sign(utf8('x')))).toBe(true)
    expect(await keyFile(at('java.p12')).open('777778')).toEqual({ ok: false, error: { reason: 'pinWrong', retryAfterMs: 0 } })
  }, 30_000)
})
