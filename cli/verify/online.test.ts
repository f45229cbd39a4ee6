import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildOcspRequest, createAuthority, readCertificate, sm2KeyPair, sm2MessageSigner, writeName, writePem, type AuthorityKey, type EmbeddedAuthority, type Signer } from '#core/crypto'
import { sealPdf } from '#core/seal'
import { randomBytes } from '#keys'
import { webGet, webPost } from '../web.ts'
import { verifyPaths, verifyPathsOnline } from './index.ts'
import { emptyPdf } from './pdf.fixture.ts'

const scratch = mkdtempSync(join(tmpdir(), 'wenshu-online-'))
const put = (name: string, content: string | Uint8Array): string => {
  const path = join(scratch, name)
  writeFileSync(path, content)
  return path
}
const body = async (request: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts)
}
const keyOf = (): AuthorityKey => {
  const { publicKey, privateKey } = sm2KeyPair(randomBytes)
  return { publicKey: { algorithm: 'sm2', point: publicKey }, signer: sm2MessageSigner(privateKey, randomBytes) }
}
const subject = (cn: string): Uint8Array => writeName([{ type: 'CN', value: cn }])
const period = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z' }
const ago = (ms: number): string => `${new Date(Date.now() - ms).toISOString().slice(0, 19)}Z`

type Answer = (request: Uint8Array, response: ServerResponse) => void | Promise<void>
let web: Server
let origin = ''
/** what each address answers in the test at hand, and what was asked */
const answers: { ocsp: Answer; crl: Answer } = { ocsp: () => undefined, crl: () => undefined }
const asked: string[] = []

let authority: EmbeddedAuthority
let status: Signer
let serial = ''
let root = ''
const files: Record<string, string> = {}

/** A PDF sealed with a certificate that names these addresses. */
const sealedWith = async (name: string, access: Parameters<EmbeddedAuthority['issue']>[0]['access']): Promise<string> => {
  const key = keyOf()
  const certificate = await authority.issue({ subject: subject('公章'), publicKey: key.publicKey, profile: { kind: 'signing' }, ...period, ...(access === undefined ? {} : { access }) })
  const read = readCertificate(certificate)
  if (read.ok && name === 'both') serial = read.value.serial
  const sealed = await sealPdf({
    pdf: emptyPdf(), place: { page: 1, x: 100, y: 100, diameter: 42 }, appearance: { name: '某机关', bottomText: '', glyph: () => ({ outline: [], advance: 1000, unitsPerEm: 1000 }) },
    signer: { ...key.signer, certificate }, chain: [], signedAt: ago(3_600_000), name: '某机关', reason: '用印',
  })
  if (!sealed.ok) throw new Error(sealed.error.message)
  return put(`${name}.pdf`, sealed.value)
}

beforeAll(async () => {
  web = createServer((request, response) => {
    const path = request.url === '/ocsp' ? 'ocsp' : 'crl'
    asked.push(path)
    void body(request).then((bytes) => answers[path](bytes, response))
  })
  await new Promise<void>((resolve) => { web.listen(0, '127.0.0.1', resolve) })
  origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
  authority = await createAuthority({ name: subject('根'), pathLength: 1, ...period }, keyOf(), randomBytes)
  const key = keyOf()
  const certificate = await authority.issue({ subject: subject('状态'), publicKey: key.publicKey, profile: { kind: 'ocspSigning' }, ...period })
  status = { ...key.signer, certificate }
  root = put('root.pem', writePem('CERTIFICATE', authority.certificate.raw))
  files['both'] = await sealedWith('both', { ocspUrls: [`${origin}/ocsp`], crlUrls: [`${origin}/list.crl`] })
  files['none'] = await sealedWith('none', undefined)
  files['odd'] = await sealedWith('odd', { ocspUrls: ['ldap://127.0.0.1/x', 'file:///etc/passwd'], crlUrls: ['file:///etc/passwd', 'ftp://127.0.0.1/x'] })
  files['gone'] = await sealedWith('gone', { crlUrls: ['http://127.0.0.1:1/list.crl'] })
})
afterAll(async () => {
  web.closeAllConnections()
  await new Promise((resolve) => web.close(resolve))
  rmSync(scratch, { recursive: true })
})

const unavailable: Answer = (_, response) => { response.writeHead(503).end('busy') }
const tells = (statusOf: Parameters<EmbeddedAuthority['answerStatus']>[2]['statusOf']): Answer => async (request, response) => {
  response.writeHead(200, { 'content-type': 'application/ocsp-response' }).end(await authority.answerStatus(request, status, { producedAt: ago(60_000), nextUpdate: ago(-3_600_000), statusOf }))
}
const good = tells(() => ({ kind: 'good' }))
const revoked = tells(() => ({ kind: 'revoked', date: ago(86_400_000) }))
const list = (serials: readonly string[]): Promise<Uint8Array> => authority.revocationList({
  number: 1, thisUpdate: ago(60_000), nextUpdate: ago(-86_400_000), revoked: serials.map((one) => ({ serial: one, date: ago(86_400_000) })),
})
const serves = (der: () => Promise<Uint8Array> | Uint8Array): Answer => async (_, response) => { response.writeHead(200).end(await der()) }
const online = (name: string, trust: readonly string[] = [root]) => verifyPathsOnline({ paths: [files[name]!], trust }, { post: webPost, get: webGet })
const codesOf = (outcome: Awaited<ReturnType<typeof online>>): readonly string[] => outcome.reports.flatMap(({ report }) => report.warnings.map(({ code }) => code))

beforeEach(() => {
  asked.length = 0
  answers.ocsp = unavailable
  answers.crl = unavailable
})

describe('T16 verify --online', () => {
  test('without it nothing is asked, and the status stays unknown', () => {
    expect(verifyPaths({ paths: [files['both']!], trust: [root] }).exitCode).toBe(4)
    expect(asked).toEqual([])
  })
  test('a responder that says good makes it valid, one that says revoked makes it invalid', async () => {
    answers.ocsp = good
    expect((await online('both')).exitCode).toBe(0)
    expect(asked).toEqual(['ocsp'])
    answers.ocsp = revoked
    expect((await online('both')).exitCode).toBe(1)
  })
  test('the list answers when the responder does not', async () => {
    answers.crl = serves(() => list([]))
    expect((await online('both')).exitCode).toBe(0)
    expect(asked).toEqual(['ocsp', 'crl'])
    answers.crl = serves(() => list([serial]))
    expect((await online('both')).exitCode).toBe(1)
  })
  test('certificates under no given root are not asked about: their addresses are a stranger’s choice', async () => {
    answers.ocsp = good
    expect((await online('both', [])).exitCode).toBe(4)
    expect(asked).toEqual([])
  })
  test('only addresses of the web are visited', async () => {
    const outcome = await online('odd')
    expect([outcome.exitCode, codesOf(outcome)]).toEqual([4, ['revocation.no-address']])
  })
  test.each([
    ['busy', unavailable, 'crl.http'],
    ['garbage', serves(() => new Uint8Array(5000).fill(0x30)), 'crl.malformed'],
    ['a list of another authority of the same name', serves(async () => (await createAuthority({ name: subject('根'), pathLength: 1, ...period }, keyOf(), randomBytes)).revocationList({ number: 1, thisUpdate: ago(60_000), nextUpdate: ago(-86_400_000), revoked: [] })), 'revocation.unknown'],
    ['a list that ran out', serves(() => authority.revocationList({ number: 1, thisUpdate: ago(172_800_000), nextUpdate: ago(86_400_000), revoked: [] })), 'revocation.unknown'],
    ['a connection that is cut', ((_, response) => { response.destroy() }) as Answer, 'crl.unreachable'],
  ] as const)('an issuer that answers with %s leaves it undecided and says so', async (_name, answer, code) => {
    answers.ocsp = answer
    answers.crl = answer
    const outcome = await online('both')
    expect([outcome.exitCode, codesOf(outcome)]).toEqual([4, [code]])
    expect(outcome.text).toContain('联网查询吊销未成：')
  })
  test('nobody there, or no address in the certificate', async () => {
    expect(codesOf(await online('gone'))).toEqual(['crl.unreachable'])
    expect(codesOf(await online('none'))).toEqual(['revocation.no-address'])
  })
  test('an answer without end is cut off', async () => {
    answers.ocsp = (_, response) => {
      response.writeHead(200)
      const more = (): void => { if (!response.destroyed) response.write(new Uint8Array(1 << 20), more) }
      more()
    }
    answers.crl = serves(() => list([]))
    expect((await online('both')).exitCode).toBe(0)
  })
  test('an answer that was kept as a file does the same without a network', async () => {
    const trust = join(scratch, 'kept')
    mkdirSync(trust)
    copyFileSync(root, join(trust, 'root.pem'))
    const certificate = { ...authority.certificate, serial }
    writeFileSync(join(trust, 'status.ors'), await authority.answerStatus(buildOcspRequest(certificate, authority.certificate, 'sha1'), status, { producedAt: ago(60_000), nextUpdate: ago(-3_600_000), statusOf: () => ({ kind: 'good' }) }))
    expect(verifyPaths({ paths: [files['both']!], trust: [trust] }).exitCode).toBe(0)
    expect(verifyPaths({ paths: [files['none']!], trust: [trust] }).exitCode).toBe(4)
  })
})
