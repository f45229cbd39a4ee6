import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCertificate, type SignatureAlgorithm } from '#core/crypto'
import { utf8 } from '#core/formats'
import { skipLoudly } from '../tests/harness/skips.ts'
import { carrierContract, holds, value } from './carrier.fixture.ts'
import { keyFile, openKeyFile } from './index.ts'

const samples = process.env.WENSHU_SAMPLES ?? fileURLToPath(new URL('../../shared/samples', import.meta.url))
const vendorFile = join(samples, 'ofdrw/USER.p12')
const noSamples = !existsSync(vendorFile) && skipLoudly('vendor PKCS#12', `${vendorFile} is absent, set WENSHU_SAMPLES`)
const noOpenssl = !(spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '').startsWith('OpenSSL 3') && skipLoudly('key files by openssl', 'openssl 3 is not installed')

const folder = mkdtempSync(join(tmpdir(), 'wenshu-keyfile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)
const openssl = (...args: string[]): void => { execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' }) }

const kinds: readonly { readonly kind: string; readonly algorithm: SignatureAlgorithm; readonly make: readonly string[] }[] = [
  { kind: 'sm2', algorithm: 'sm2-sm3', make: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2'] },
  { kind: 'p256', algorithm: 'ecdsa-p256-sha256', make: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'] },
  { kind: 'rsa', algorithm: 'rsa-sha256', make: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'] },
]
const password = '公章2026'
const forms: readonly { readonly form: string; readonly args: readonly string[] }[] = [
  { form: 'modern', args: [] },
  { form: 'legacy', args: ['-legacy'] },
  { form: 'sm', args: ['-macalg', 'sm3', '-keypbe', 'sm4-cbc', '-certpbe', 'sm4-cbc'] },
  { form: 'nomac', args: ['-nomac'] },
  { form: 'plain', args: ['-keypbe', 'NONE', '-certpbe', 'NONE'] },
  { form: 'sha512', args: ['-macalg', 'sha512', '-keypbe', 'AES-128-CBC', '-certpbe', 'des-ede3-cbc'] },
  { form: 'rc2-128', args: ['-legacy', '-keypbe', 'PBE-SHA1-RC2-128', '-certpbe', 'PBE-SHA1-2DES'] },
]

const build = (): void => {
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ca.key', '-subj', '/CN=root', '-days', '3650', '-out', 'ca.pem')
  for (const { kind, make } of kinds) {
    openssl('genpkey', ...make, '-out', `${kind}.key`)
    const id = kind === 'sm2' ? ['-sm3', '-sigopt', 'distid:1234567812345678'] : []
    openssl('req', '-new', '-key', `${kind}.key`, ...id, '-subj', `/CN=${kind}`, '-out', `${kind}.csr`)
    const check = kind === 'sm2' ? ['-vfyopt', 'distid:1234567812345678'] : []
    openssl('x509', '-req', '-in', `${kind}.csr`, ...check, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '3650', '-out', `${kind}.pem`)
    for (const { form, args } of forms) {
      openssl('pkcs12', '-export', ...args, '-inkey', `${kind}.key`, '-in', `${kind}.pem`, '-certfile', 'ca.pem', '-name', '单位公章', '-passout', `pass:${password}`, '-out', `${kind}-${form}.p12`)
    }
    openssl('pkcs12', '-export', '-inkey', `${kind}.key`, '-in', `${kind}.pem`, '-passout', 'pass:', '-out', `${kind}-empty.p12`)
    openssl('pkcs8', '-topk8', '-in', `${kind}.key`, '-passout', `pass:${password}`, '-out', `${kind}-pbkdf2.key`)
    openssl('pkcs8', '-topk8', '-scrypt', '-in', `${kind}.key`, '-passout', `pass:${password}`, '-out', `${kind}-scrypt.key`)
    openssl('pkcs8', '-topk8', '-v2', 'sm4-cbc', '-in', `${kind}.key`, '-passout', `pass:${password}`, '-out', `${kind}-sm4.key`)
    openssl('pkcs8', '-topk8', '-outform', 'DER', '-in', `${kind}.key`, '-passout', `pass:${password}`, '-out', `${kind}-der.p8`)
    // openssl has no older form for SM2
    openssl('pkey', ...(kind === 'sm2' ? [] : ['-traditional']), '-in', `${kind}.key`, '-out', `${kind}-traditional.key`)
  }
}

describe.skipIf(noOpenssl)('key files that openssl made', () => {
  beforeAll(build, 60_000)

  for (const { kind, algorithm } of kinds) {
    carrierContract(`PKCS#12 ${kind}`, async () => ({ holder: keyFile(at(`${kind}-modern.p12`)), pin: password, algorithm, gone: keyFile(at('none.p12')), shows: 'with pin only' }))

    it.each(forms)(`K20 PKCS#12 $form with a ${kind} key opens with its password and no other`, async ({ form }) => {
      const path = at(`${kind}-${form}.p12`)
      const key = value(await keyFile(path).open(password))
      expect([key.label, key.algorithm, key.chain.length]).toEqual(['单位公章', algorithm, 2])
      expect(holds(algorithm, key.chain[0]!, utf8('x'), value(await key.sign(utf8('x'))))).toBe(true)
      // Nothing of the plain form is under the password but its MAC.
      for (const wrong of ['公章2027', '', '公章2026 ']) expect(await keyFile(path).open(wrong)).toEqual({ ok: false, error: { reason: 'pinWrong', retryAfterMs: 0 } })
    })

    it(`K21 an empty password opens a ${kind} file that was made with one`, async () => {
      expect((await keyFile(at(`${kind}-empty.p12`)).open('')).ok).toBe(true)
    })

    it.each(['pbkdf2.key', 'scrypt.key', 'sm4.key', 'der.p8', 'traditional.key'])(`K22 ${kind} key as %s signs with the certificate beside it`, async (form) => {
      const path = at(`${kind}-${form}`)
      const signer = value(await openKeyFile(path, password, { certificates: at(`${kind}.pem`) }))
      expect(holds(signer.algorithm, signer.certificate, utf8('x'), await signer.sign(utf8('x')))).toBe(true)
      const alone = await openKeyFile(path, password)
      expect(alone).toEqual({ ok: false, error: { reason: 'noKey' } })
      const another = await openKeyFile(path, password, { certificates: at('ca.pem') })
      expect(another).toEqual({ ok: false, error: { reason: 'noKey' } })
      if (form === 'traditional.key') return
      const wrong = await keyFile(path).open('公章2027')
      expect(wrong.ok || wrong.error.reason).toBe('pinWrong')
    })
  }

  it('K22 a PEM file with key and certificates together opens alone', async () => {
    writeFileSync(at('both.pem'), ['sm2-scrypt.key', 'ca.pem', 'sm2.pem'].map((name) => readFileSync(at(name), 'utf8')).join('\n说明文字\n'))
    const signer = value(await openKeyFile(at('both.pem'), password))
    expect(signer.chain).toHaveLength(2)
    const own = readCertificate(signer.certificate)
    expect(own.ok && own.value.subject.text).toContain('sm2')
  })

  it('K23 a file cut off anywhere is damaged, never a wrong password and never an exception', async () => {
    for (const name of ['sm2-modern.p12', 'rsa-legacy.p12', 'sm2-der.p8']) {
      const whole = readFileSync(at(name))
      for (let length = 0; length < whole.length; length += 97) {
        writeFileSync(at('cut'), whole.subarray(0, length))
        expect([length, await keyFile(at('cut')).open(password)]).toEqual([length, { ok: false, error: { reason: 'damaged' } }])
      }
    }
  }, 60_000)

  it('K23 a changed byte is refused; whatever opens all the same signs under its certificate', async () => {
    const whole = readFileSync(at('sm2-modern.p12'))
    await fc.assert(fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (place, flip) => {
      const changed = Buffer.from(whole)
      changed[place]! ^= flip
      writeFileSync(at('changed'), changed)
      const opened = await keyFile(at('changed')).open(password)
      if (!opened.ok) return ['damaged', 'pinWrong', 'unsupported'].includes(opened.error.reason)
      return opened.value.chain[0] === undefined || holds('sm2-sm3', opened.value.chain[0], utf8('x'), value(await opened.value.sign(utf8('x'))))
    }), { numRuns: 200 })
  }, 120_000)

  it('K24 unknown kinds are named: curves, encrypted old PEM, public keys', async () => {
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384', '-out', 'p384.key')
    openssl('genpkey', '-algorithm', 'ED25519', '-out', 'ed.key')
    openssl('rsa', '-in', 'rsa.key', '-traditional', '-aes128', '-passout', 'pass:x', '-out', 'old.key')
    for (const [name, what] of [['p384.key', '曲线 1.3.132.0.34'], ['ed.key', '密钥算法 1.3.101.112']] as const) {
      expect(await keyFile(at(name)).open('')).toEqual({ ok: false, error: { reason: 'unsupported', what } })
    }
    const old = await keyFile(at('old.key')).open('x')
    expect(old.ok || old.error.reason).toBe('unsupported')
    expect(await keyFile(at('ca.pem')).open('')).toEqual({ ok: false, error: { reason: 'noKey' } })
  })
})

describe('garbage as a key file', () => {
  it('K23 is damaged', async () => {
    for (const content of ['', '0', 'garbage', '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n', '\x30\x80', '\x30\x03\x02\x01\x03']) {
      writeFileSync(at('garbage'), content, 'latin1')
      expect([content, await keyFile(at('garbage')).open('x')]).toEqual([content, { ok: false, error: { reason: 'damaged' } }])
    }
  })
})

describe.skipIf(noSamples)('a vendor’s PKCS#12 (BouncyCastle: BER, 3DES, RC2-40, SM2)', () => {
  it('K25 opens with its password, and its key signs under its own certificate', async () => {
    const signer = value(await openKeyFile(vendorFile, '777777'))
    const own = readCertificate(signer.certificate)
    expect([signer.algorithm, own.ok && own.value.subject.text.includes('Test Certificate')]).toEqual(['sm2-sm3', true])
    expect(holds('sm2-sm3', signer.certificate, utf8('签章'), await signer.sign(utf8('签章')))).toBe(true)
  }, 30_000)

  it('K25 a wrong password is pinWrong', async () => {
    expect(await keyFile(vendorFile).open('777778')).toEqual({ ok: false, error: { reason: 'pinWrong', retryAfterMs: 0 } })
  }, 30_000)
})
