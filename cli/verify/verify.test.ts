import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildCertificate, buildRevocationList, sm2KeyPair, sm2MessageSigner, writeName, writePem } from '#core/crypto'
import { sealPdf } from '#core/seal'
import english from '../../resources/locales/en.steps.json' with { type: 'json' }
import { verifyPaths } from './index.ts'
import { emptyPdf } from './pdf.fixture.ts'

const scratch = mkdtempSync(join(tmpdir(), 'wenshu-verify-'))
afterAll(() => rmSync(scratch, { recursive: true }))
const put = (name: string, content: string | Uint8Array): string => {
  const path = join(scratch, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

let sealed = ''
let broken = ''
const trust = join(scratch, 'trust')

beforeAll(async () => {
  let counter = 0
  const entropy = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => (counter = (counter * 73 + 41) % 251))
  const pair = sm2KeyPair(entropy)
  const signer = sm2MessageSigner(pair.privateKey, entropy)
  const name = writeName([{ type: 'CN', value: '根' }])
  const key = { algorithm: 'sm2', point: pair.publicKey } as const
  const dates = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z' }
  const root = await buildCertificate({ serial: '01', issuer: name, subject: name, ...dates, publicKey: key, authority: {}, keyUsage: ['keyCertSign', 'cRLSign'] }, signer)
  const leaf = await buildCertificate({ serial: '02', issuer: name, subject: writeName([{ type: 'CN', value: '公章' }]), ...dates, publicKey: key, keyUsage: ['digitalSignature'], issuerKey: key }, signer)
  const crl = await buildRevocationList({ issuer: name, number: 1, thisUpdate: '2026-01-02T00:00:00Z', nextUpdate: '2036-01-01T00:00:00Z', revoked: [] }, signer)
  const result = await sealPdf({
    pdf: emptyPdf(), place: { page: 1, x: 100, y: 100, diameter: 42 }, appearance: { name: '某机关', bottomText: '', glyph: () => ({ outline: [], advance: 1000, unitsPerEm: 1000 }) },
    signer: { ...signer, certificate: leaf }, chain: [], signedAt: '2026-11-24T10:00:00Z', name: '某机关', reason: '用印',
  })
  if (!result.ok) throw new Error(result.error.message)
  sealed = put('sealed.pdf', result.value)
  const changed = result.value.slice()
  changed[60]! ^= 1
  broken = put('broken.pdf', changed)
  put('trust/root.pem', writePem('CERTIFICATE', root))
  put('trust/root.crl', crl)
  put('trust/readme.txt', 'not a certificate')
})

describe('exit codes', () => {
  test('0 valid, 4 without trust, 0 when trust does not decide', () => {
    expect(verifyPaths({ paths: [sealed], trust: [trust] }).exitCode).toBe(0)
    expect(verifyPaths({ paths: [sealed] }).exitCode).toBe(4)
    expect(verifyPaths({ paths: [sealed], trustMode: 'none' }).exitCode).toBe(0)
  })
  test('1 invalid', () => expect(verifyPaths({ paths: [broken], trust: [trust] }).exitCode).toBe(1))
  test('1 judged at a time when the certificate had run out; a day means its end', () => {
    expect(verifyPaths({ paths: [sealed], trust: [trust], at: '2040-01-01' }).exitCode).toBe(1)
    expect(verifyPaths({ paths: [sealed], trust: [trust], at: '2026-12-01' }).exitCode).toBe(0)
  })
  test('2 unreadable: not there, empty, of no known format, a bad ZIP', () => {
    for (const path of [join(scratch, 'none'), put('empty', ''), put('x.txt', 'hello'), put('x.zip', 'PK\u0003\u0004 and no more')]) {
      const outcome = verifyPaths({ paths: [path] })
      expect(outcome.exitCode).toBe(2)
      expect(outcome.text).toMatch(/^无法读取/)
    }
  })
  test('3 nothing to verify: an unsigned PDF, a folder that is no package', () => {
    expect(verifyPaths({ paths: [put('plain.pdf', emptyPdf())] }).exitCode).toBe(3)
    expect(verifyPaths({ paths: [trust] }).exitCode).toBe(3)
  })
  test('a file is of its kind though something stands before it', () => {
    expect(verifyPaths({ paths: [put('lead.bin', Buffer.concat([Buffer.from('\r\n\r\n'), emptyPdf()]))] }).reports[0]!.report).toMatchObject({ kind: 'pdf', verdict: 'unsigned' })
    expect(verifyPaths({ paths: [put('lead.ofd', 'no archive')] }).reports[0]!.report).toMatchObject({ kind: 'ofd', verdict: 'unusable' })
  })
  test('with several paths the gravest counts', () => {
    expect(verifyPaths({ paths: [sealed, broken], trust: [trust] }).exitCode).toBe(1)
    expect(verifyPaths({ paths: [sealed, join(scratch, 'none')], trust: [trust] }).exitCode).toBe(2)
  })
})

describe('requests that are refused', () => {
  test.each([
    ['no path', { paths: [] }], ['a time without zone', { paths: ['x'], at: '2026-11-24T10:00' }], ['a time that is none', { paths: ['x'], at: 'yesterday' }],
    ['trust that is not there', { paths: ['x'], trust: ['/no/such/file'] }], ['trust of no known kind', { paths: ['x'], trust: [put('odd.pem', 'odd')] }],
    ['trust with a private key', { paths: ['x'], trust: [put('key.pem', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')] }],
  ])('%s', (_, request) => {
    const outcome = verifyPaths(request)
    expect(outcome.exitCode).toBe(2)
    expect(outcome.text).toMatch(/[一-鿿]/)
    expect(JSON.parse(outcome.json)).toMatchObject({ verdict: 'unusable' })
  })
})

describe('the report in English (--lang en)', () => {
  test('verdict, labels and every check have English words; the grounds stay as they are told', () => {
    const text = verifyPaths({ paths: [sealed], trust: [trust], language: 'en' }).text
    expect(text).toMatch(/^Valid: /u)
    expect(text).toMatch(/\n {4}Signer: .+\n {4}Time: .+ \((?:time stamp|signer's own word)\)\n/u)
    const checks = text.split('\n').filter((line) => /^ {4}(?:pass|FAIL|note|unknown) {2}/u.test(line))
    expect(checks.length).toBeGreaterThan(5)
    for (const line of checks) expect(line).toMatch(/^ {4}\w+ {2}[A-Z][\w ,:/'’-]+ {2}/u)
    expect(text).not.toMatch(/Further check|通过|签名者：/u)
  })
  test('a request that is refused', () => {
    for (const request of [{ paths: [] }, { paths: ['x'], at: 'yesterday' }]) expect(verifyPaths({ ...request, language: 'en' }).text).not.toMatch(/[一-鿿]/u)
  })
  test('every code of a step has its English words, and no words are left over', () => {
    const source = readFileSync(join(import.meta.dirname, '../../core/seal/step-code.ts'), 'utf8')
    const codes = [...source.matchAll(/: '([a-z]+(?:\.[a-z]+)?)'/gu)].map((match) => match[1]!)
    expect(Object.keys(english).toSorted()).toEqual([...new Set([...codes, 'trust.chain', 'other'])].toSorted())
  })
})

describe('folders', () => {
  test('a symbolic link is refused and not followed', () => {
    put('linked/bagit.txt', 'x')
    symlinkSync('/etc/passwd', join(scratch, 'linked/data'))
    expect(verifyPaths({ paths: [join(scratch, 'linked')] })).toMatchObject({ exitCode: 2, text: expect.stringContaining('符号链接') })
  })
  test.skipIf(process.platform === 'win32')('a special file is refused', async () => {
    put('special/bagit.txt', 'x')
    const socket = createServer()
    await new Promise<void>((resolve) => { socket.listen(join(scratch, 'special/socket'), resolve) })
    const outcome = verifyPaths({ paths: [join(scratch, 'special')] })
    socket.close()
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining('特殊文件') })
  })
  test('a folder that claims to be a package and is not is invalid', () => {
    put('claims/bagit.txt', 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n')
    expect(verifyPaths({ paths: [join(scratch, 'claims')] }).exitCode).toBe(1)
  })
})

test('the report for machines has the members of the contract; the one for people begins with the verdict', () => {
  const { json, text } = verifyPaths({ paths: [sealed], trust: [trust] })
  const report = JSON.parse(json) as { signatures: object[] }
  expect(Object.keys(report)).toEqual(['kind', 'verdict', 'signatures', 'warnings'])
  expect(Object.keys(report.signatures[0]!)).toEqual(['id', 'type', 'verdict', 'signer', 'signedAt', 'timeSource', 'coverage', 'uncovered', 'modifiedAfter', 'steps', 'chain', 'covered'])
  expect(text.split('\n')[0]).toBe(`有效：${sealed}`)
})
