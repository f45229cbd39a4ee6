/** Algorithms that strangers sign with, made by openssl: those that are known are verified, the others are undecided and said so. */
import { spawnSync } from 'node:child_process'
import { constants, createPrivateKey, sign, type KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { CMS, readCertificate } from '#core/crypto'
import { concatBytes, contextExplicit, contextImplicit, integer, octetString, oid, readDer, sequence, set } from '#core/formats'
import { skipLoudly } from '../../../tests/harness/skips.ts'
import { verifyPdf, type VerifyReport } from '../index.ts'
import { onePage, signedBy } from './seal.fixture.ts'

const scratch = mkdtempSync(join(tmpdir(), 'wenshu-algorithms-'))
afterAll(() => { rmSync(scratch, { recursive: true, force: true }) })
const run = (tool: string, ...args: readonly string[]): string => {
  const done = spawnSync(tool, args, { encoding: 'utf8', cwd: scratch })
  if (done.status !== 0) throw new Error(`${tool} ${args.join(' ')}: ${done.stderr}`)
  return done.stdout + done.stderr
}
const noOpenssl = !(spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '').startsWith('OpenSSL 3') && skipLoudly('algorithms by openssl', 'openssl 3 is not on the path')
const noPdfsig = spawnSync('pdfsig', ['-v']).error !== undefined && skipLoudly('pdfsig', 'pdfsig is not installed')

const judge = (bytes: Uint8Array): VerifyReport => verifyPdf(bytes, { anchors: [], crls: [], trust: 'report', now: '2099-01-01T00:00:00Z' })
const why = (report: VerifyReport): string => report.signatures.flatMap(({ steps }) => steps.filter(({ result, name }) => result !== 'pass' && !name.startsWith('证书链')).map(({ name, detail }) => `${name} ${detail}`)).join('|')
const changed = (pdf: Uint8Array): Uint8Array => {
  const out = pdf.slice()
  out[Buffer.from(out).indexOf('0 0 0 rg') + 2] = 0x31
  return out
}

const at = "/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/M(D:20261124100000+00'00')"
type Making = { readonly key: readonly string[]; readonly digest: string; readonly sign?: readonly string[] }
const keys = new Map<string, string>()
/** A key of its kind with a certificate, made once: its name. */
const keyNamed = (key: readonly string[]): string => {
  const made = keys.get(key.join(' '))
  if (made !== undefined) return made
  const name = `k${keys.size}`
  keys.set(key.join(' '), name)
  if (key[0] === 'dsa') {
    run('openssl', 'genpkey', '-genparam', '-algorithm', 'DSA', '-pkeyopt', 'dsa_paramgen_bits:2048', '-pkeyopt', 'dsa_paramgen_q_bits:256', '-out', `${name}.par`)
    run('openssl', 'genpkey', '-paramfile', `${name}.par`, '-out', `${name}.key`)
  } else run('openssl', 'genpkey', ...key, '-out', `${name}.key`)
  run('openssl', 'req', '-x509', '-new', '-key', `${name}.key`, '-subj', `/CN=${name}`, '-days', '3650', ...(/PSS/.test(key[1] ?? '') ? [] : ['-sha256']), '-out', `${name}.pem`)
  return name
}
const signedWith = ({ key, digest, sign: options = [] }: Making): Promise<Uint8Array> => {
  const name = keyNamed(key)
  return signedBy(onePage(), at, (covered) => {
    writeFileSync(join(scratch, 'covered'), covered)
    run('openssl', 'cms', '-sign', '-binary', '-in', 'covered', '-signer', `${name}.pem`, '-inkey', `${name}.key`, '-outform', 'DER', '-out', 'cms', '-md', digest, ...options)
    return new Uint8Array(readFileSync(join(scratch, 'cms')))
  })
}
const ec = (curve: string): readonly string[] => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`]
const rsa = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'] as const
const pss = ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:digest'] as const

const known: readonly (readonly [string, Making, 'pdfsig' | 'alone'])[] = [
  ['RSA, SHA-224', { key: rsa, digest: 'sha224' }, 'alone'], ['RSA, SHA-384', { key: rsa, digest: 'sha384' }, 'pdfsig'], ['RSA, SHA-512', { key: rsa, digest: 'sha512' }, 'pdfsig'],
  ['RSA, SHA3-256', { key: rsa, digest: 'sha3-256' }, 'alone'], ['RSA, SHA3-512', { key: rsa, digest: 'sha3-512' }, 'alone'],
  ['RSA, no attributes', { key: rsa, digest: 'sha256', sign: ['-noattr'] }, 'pdfsig'], ['RSA, named by key', { key: rsa, digest: 'sha256', sign: ['-keyid'] }, 'alone'],
  ['RSA-PSS, SHA-256', { key: rsa, digest: 'sha256', sign: pss }, 'pdfsig'], ['RSA-PSS, SHA-512', { key: rsa, digest: 'sha512', sign: pss }, 'pdfsig'],
  ['RSA-PSS, salt of 20', { key: rsa, digest: 'sha256', sign: ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:20'] }, 'alone'],
  ['RSA-PSS, MGF of another digest', { key: rsa, digest: 'sha256', sign: [...pss, '-keyopt', 'rsa_mgf1_md:sha1'] }, 'alone'],
  ['a key for PSS alone', { key: ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'], digest: 'sha256', sign: pss }, 'alone'],
  ['P-256', { key: ec('P-256'), digest: 'sha256' }, 'pdfsig'], ['P-384', { key: ec('P-384'), digest: 'sha384' }, 'pdfsig'], ['P-521', { key: ec('P-521'), digest: 'sha512' }, 'pdfsig'],
  ['P-384 with SHA-224', { key: ec('P-384'), digest: 'sha224' }, 'alone'], ['P-256 with SHA-512', { key: ec('P-256'), digest: 'sha512' }, 'pdfsig'],
  ['Brainpool 256', { key: ec('brainpoolP256r1'), digest: 'sha256' }, 'alone'], ['Brainpool 384', { key: ec('brainpoolP384r1'), digest: 'sha384' }, 'alone'], ['Brainpool 512', { key: ec('brainpoolP512r1'), digest: 'sha512' }, 'alone'],
]
describe.skipIf(noOpenssl)('PP8 known algorithms', () => {
  test.each(known)('%s', async (_, making, second) => {
    const pdf = await signedWith(making)
    const report = judge(pdf)
    expect(why(report)).toMatch(/^(证书绑定 签名属性没有绑定签名者证书)?$/)
    expect(report.verdict).toBe('valid')
    expect(judge(changed(pdf)).verdict).toBe('invalid')
    writeFileSync(join(scratch, 'signed.pdf'), pdf)
    expect(noPdfsig || second === 'alone' || run('pdfsig', '-nocert', 'signed.pdf').includes('Signature is Valid')).toBe(true)
  })
})

/** What openssl cms cannot write, with the values of node's crypto: no attributes, the signature over the file. */
const plain: readonly (readonly [string, readonly string[], string, (covered: Uint8Array, key: KeyObject) => Uint8Array, Uint8Array])[] = [
  ['Ed25519', ['-algorithm', 'ED25519'], '2.16.840.1.101.3.4.2.3', (covered, key) => sign(null, covered, key), sequence(oid('1.3.101.112'))],
  ['Ed448', ['-algorithm', 'ED448'], '2.16.840.1.101.3.4.2.12', (covered, key) => sign(null, covered, key), sequence(oid('1.3.101.113'))],
  ['P-256, SHA3-256', ec('P-256'), '2.16.840.1.101.3.4.2.8', (covered, key) => sign('sha3-256', covered, key), sequence(oid('2.16.840.1.101.3.4.3.10'))],
  ['P-256, r and s side by side', ec('P-256'), '2.16.840.1.101.3.4.2.1', (covered, key) => sign('sha256', covered, { key, dsaEncoding: 'ieee-p1363' }), sequence(oid('0.4.0.127.0.7.1.1.4.1.3'))],
  ['Brainpool 384, r and s side by side', ec('brainpoolP384r1'), '2.16.840.1.101.3.4.2.2', (covered, key) => sign('sha384', covered, { key, dsaEncoding: 'ieee-p1363' }), sequence(oid('0.4.0.127.0.7.1.1.4.1.4'))],
  ['RSA-PSS, SHA3-512', rsa, '2.16.840.1.101.3.4.2.10', (covered, key) => sign('sha3-512', covered, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }),
    sequence(oid('1.2.840.113549.1.1.10'), sequence(contextExplicit(0, sequence(oid('2.16.840.1.101.3.4.2.10'))), contextExplicit(1, sequence(oid('1.2.840.113549.1.1.8'), sequence(oid('2.16.840.1.101.3.4.2.10')))), contextExplicit(2, integer(64))))],
]
describe.skipIf(noOpenssl)('PP8 known algorithms without attributes', () => {
  test.each(plain)('%s', async (_, key, digestName, value, scheme) => {
    run('openssl', 'genpkey', ...key, '-out', 'plain.key')
    run('openssl', 'req', '-x509', '-new', '-key', 'plain.key', '-subj', '/CN=plain', '-days', '3650', '-outform', 'DER', '-out', 'plain.der')
    const certificate = new Uint8Array(readFileSync(join(scratch, 'plain.der')))
    const read = readCertificate(certificate)
    if (!read.ok) throw new Error(read.error.message)
    const own = createPrivateKey(readFileSync(join(scratch, 'plain.key')))
    const pdf = await signedBy(onePage(), at, (covered) => sequence(oid(CMS.signedData), contextExplicit(0, sequence(
      integer(1), set(sequence(oid(digestName))), sequence(oid(CMS.data)), contextImplicit(0, set(certificate)),
      set(sequence(integer(1), sequence(read.value.issuer.raw, integer(BigInt(`0x${read.value.serial}`))), sequence(oid(digestName)), scheme, octetString(new Uint8Array(value(covered, own))))),
    ))))
    expect(why(judge(pdf))).toBe('')
    expect(judge(pdf).verdict).toBe('valid')
    expect(judge(changed(pdf)).verdict).toBe('invalid')
  })
})

describe.skipIf(noOpenssl)('PP8 shapes of the value', () => {
  run('openssl', 'genpkey', ...rsa, '-out', 'shape.key')
  run('openssl', 'req', '-x509', '-new', '-key', 'shape.key', '-subj', '/CN=shape', '-days', '3650', '-out', 'shape.pem')
  const made = (covered: Uint8Array, ...more: readonly string[]): Uint8Array => {
    writeFileSync(join(scratch, 'covered'), covered)
    run('openssl', 'cms', '-sign', '-binary', '-in', 'covered', '-signer', 'shape.pem', '-inkey', 'shape.key', '-outform', 'DER', '-out', 'cms', ...more)
    return new Uint8Array(readFileSync(join(scratch, 'cms')))
  }
  /** The same structure with indefinite lengths outside. */
  const indefinite = (der: Uint8Array): Uint8Array => {
    const outer = parts(der)
    const body = parts(parts(outer[1]!)[0]!)
    const open = (tag: number, ...inner: readonly Uint8Array[]): Uint8Array => concatBytes(Uint8Array.of(tag, 0x80), ...inner, new Uint8Array(2))
    return open(0x30, outer[0]!, open(0xa0, open(0x30, ...body)))
  }
  /** The signed attributes turned round: their signature is over the order of DER. */
  const reordered = (der: Uint8Array): Uint8Array => {
    const body = parts(parts(parts(der)[1]!)[0]!)
    const signer = parts(parts(body.at(-1)!)[0]!)
    const turned = concatBytes(...[...parts(signer[3]!)].reverse())
    const attributes = concatBytes(signer[3]!.subarray(0, signer[3]!.length - turned.length), turned)
    return sequence(oid(CMS.signedData), contextExplicit(0, sequence(...body.slice(0, -1), set(sequence(...signer.with(3, attributes))))))
  }
  /** The first structure with the signer of the second beside its own. */
  const together = (first: Uint8Array, second: Uint8Array): Uint8Array => {
    const [outer, other] = [first, second].map((der) => parts(parts(parts(der)[1]!)[0]!)) as [readonly Uint8Array[], readonly Uint8Array[]]
    return sequence(oid(CMS.signedData), contextExplicit(0, sequence(...outer.slice(0, -1), set(...parts(outer.at(-1)!), ...parts(other.at(-1)!)))))
  }
  const parts = (der: Uint8Array): readonly Uint8Array[] => {
    const root = readDer(der)
    const inner = root.ok ? root.value.children() : root
    if (!inner.ok) throw new Error(inner.error.message)
    return inner.value.map(({ raw }) => raw)
  }
  test.each([
    ['attributes in another order than was signed', (covered: Uint8Array) => reordered(made(covered)), 'valid'],
    ['indefinite lengths', (covered: Uint8Array) => indefinite(made(covered)), 'valid'],
    ['the file itself inside, as it is', (covered: Uint8Array) => made(covered, '-nodetach'), 'valid'],
    ['another file inside', () => made(new TextEncoder().encode('another file'), '-nodetach'), 'invalid'],
    ['an empty file inside', () => made(new Uint8Array(0), '-nodetach'), 'invalid'],
    ['over another file', () => made(new TextEncoder().encode('another file')), 'invalid'],
    ['nobody signs', () => sequence(oid(CMS.signedData), contextExplicit(0, sequence(integer(1), set(), sequence(oid(CMS.data)), set()))), 'invalid'],
    ['no SignedData', () => sequence(oid(CMS.data), contextExplicit(0, octetString(new Uint8Array(4)))), 'invalid'],
    ['two sign', (covered: Uint8Array) => together(made(covered), made(covered, '-md', 'sha512')), 'undecided'],
    ['two sign, one something else', (covered: Uint8Array) => together(made(covered), made(new Uint8Array(3))), 'invalid'],
    ['no certificate', (covered: Uint8Array) => made(covered, '-nocerts'), 'undecided'],
  ] as const)('%s: %s', async (_, value, verdict) => {
    const room = 40_000
    const pdf = await signedBy(onePage(), at, value, room)
    expect([judge(pdf).verdict, why(judge(pdf))]).toEqual([verdict, expect.anything()])
    expect(judge(changed(pdf)).verdict).not.toBe('valid')
  })
})

const unknown: readonly (readonly [string, Making, string])[] = [
  ['MD5', { key: rsa, digest: 'md5' }, '不支持的摘要算法'], ['RIPEMD-160', { key: rsa, digest: 'ripemd160' }, '不支持的摘要算法'],
  ['DSA', { key: ['dsa'], digest: 'sha256' }, '不支持的签名算法'], ['Brainpool 320', { key: ec('brainpoolP320r1'), digest: 'sha256' }, '不支持的签名算法'],
  ['secp256k1', { key: ec('secp256k1'), digest: 'sha256' }, '不支持的签名算法'],
]
describe.skipIf(noOpenssl)('PP8 algorithms that are not known, or that anybody can forge', () => {
  test.each(unknown)('%s: undecided, and the step says why', async (_, making, words) => {
    const pdf = await signedWith(making)
    expect(judge(pdf).verdict).toBe('undecided')
    expect(why(judge(pdf))).toContain(words)
    expect(['undecided', 'invalid']).toContain(judge(changed(pdf)).verdict)
  })
})

test.skipIf(noOpenssl)('PP8 SHA-1: intact, and said to be weak', async () => {
  const report = judge(await signedWith({ key: rsa, digest: 'sha1' }))
  expect(report.verdict).toBe('valid')
  expect(why(report)).toContain('SHA-1')
})
