/** The ledger of a real server as a file: by the auditor over HTTP, and from the data folder; judged by strangers offline. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCertificate, sm2KeyPair, sm2MessageSigner, writeName, writePem, writeSm2Pkcs8, type Signer } from '#core/crypto'
import { encodeCanonical, type CanonicalValue } from '#core/formats'
import { readLedgerFile, type LedgerExport } from '#core/ledger'
import { exportInstallation } from '#server'
import { randomBytes } from 'node:crypto'
import { run as runLedger } from '../../cli/commands/ledger.ts'
import { attach, headsIn, witness } from '../../cli/ledger/index.ts'
import { verifyPaths } from '../../cli/verify/index.ts'
import { TestClient, type Reply } from '../harness/client.ts'
import { startTestServer, type TestServer } from '../harness/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-ledger-'))
const dataDir = join(folder, 'data')
const put = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}
let server: TestServer | null = null
let first = ''
let second = ''

const contentOf = (bytes: Uint8Array): LedgerExport => {
  const read = readLedgerFile(bytes)
  if (!read.ok || read.value.kind !== 'export') throw new Error('not an export')
  return read.value.content
}

const entropy = (n: number): Uint8Array => new Uint8Array(randomBytes(n))
const neighbour = async (): Promise<{ readonly signer: Signer; readonly pem: string }> => {
  const pair = sm2KeyPair(entropy)
  const key = sm2MessageSigner(pair.privateKey, entropy)
  const name = writeName([{ type: 'CN', value: '乙机关' }])
  const certificate = await buildCertificate({
    serial: '0102', issuer: name, subject: name, notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z',
    publicKey: { algorithm: 'sm2', point: pair.publicKey }, keyUsage: ['digitalSignature'],
  }, key)
  return { signer: { ...key, certificate }, pem: writePem('PRIVATE KEY', writeSm2Pkcs8(pair.privateKey, pair.publicKey)) + writePem('CERTIFICATE', certificate) }
}

beforeAll(async () => {
  server = await startTestServer({ dataDir })
}, 120_000)
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the ledger of a server', () => {
  it('is given to the auditor and to nobody else', async () => {
    const at = server!
    const directory = await at.directory()
    const holder = (role: string): string => Object.values(directory.people).find((person) => (person.roles as readonly string[]).includes(role))!.id
    const ask = async (person: string, body: unknown): Promise<Reply> => {
      const client = new TestClient(at.url, person)
      await client.signIn()
      return client.call('POST', '/v1/log/export', body)
    }
    const fileIn = ({ body }: Reply): Uint8Array => encodeCanonical(body as CanonicalValue)
    expect((await ask(holder('drafter'), { documents: 'all' })).status).toBe(403)
    const auditor = holder('auditor')
    const whole = await ask(auditor, { documents: 'all' })
    expect(whole.status).toBe(200)
    const bytes = fileIn(whole)
    const content = contentOf(bytes)
    expect(content.entries.length).toBe(content.head.head.size)
    expect(content.entries.length).toBeGreaterThan(0)
    first = put('first.ledger.json', bytes)
    expect(verifyPaths({ paths: [first], trustMode: 'none' }).exitCode).toBe(0)
    expect((await ask(auditor, { documents: ['no-such-document'] })).status).toBe(404)
    expect((await ask(auditor, { documents: 'all', earlier: [{ ...content.head, signature: content.head.signature.replace(/..$/, '00') }] })).status).toBe(409)
    expect((await ask(auditor, { documents: 'all', earlier: [{}] })).status).toBe(400)
    const id = content.entries[0]!.record.documentId
    const part = await ask(auditor, { documents: [id], earlier: [content.head] })
    expect(verifyPaths({ paths: [put('part.ledger.json', fileIn(part))], trustMode: 'none' }).exitCode).toBe(0)
  })

  it('is exported from the data folder once the server rests, and continues what was exported before', async () => {
    expect(await exportInstallation({ dataDir, documents: 'all', earlier: [] })).toMatchObject({ problem: expect.stringContaining('服务器正在使用') as string })
    await server!.close()
    server = null
    second = join(folder, 'second.ledger.json')
    expect(await runLedger(['export', '--data', dataDir, '--earlier', first, '--out', second], 'zh-CN')).toBe(0)
    expect(await runLedger(['export', '--data', dataDir, '--out', second], 'zh-CN')).toBe(2)
    // Beside it lies the first export: it is found and compared without being asked for.
    const outcome = verifyPaths({ paths: [second], trustMode: 'none' })
    expect(outcome.exitCode).toBe(0)
    expect(outcome.text).toContain('历史延续：所持第 1 份证据')
    expect(await exportInstallation({ dataDir: folder, documents: 'all', earlier: [] })).toMatchObject({ problem: expect.stringContaining('keys') as string })
  }, 60_000)

  it('is countersigned by another organ, whose statement then stands against a rewritten past', async () => {
    const organ = await neighbour()
    const out = join(folder, 'statement.json')
    const asked = { path: first, organ: '乙机关', now: new Date().toISOString(), signer: organ.signer }
    expect(await witness({ ...asked, out, known: [] })).toMatchObject({ exitCode: 0 })
    expect(await attach(second, [out], join(folder, 'witnessed.json'))).toMatchObject({ exitCode: 0 })
    expect(verifyPaths({ paths: [join(folder, 'witnessed.json')], trustMode: 'none', trust: [out] }).exitCode).toBe(0)
    await expect(headsIn([out])).rejects.toThrow('见证书')
    // Content changed in the file: refused by verification and by the witness.
    const content = contentOf(new Uint8Array(readFileSync(second)))
    const forged = put('forged.json', encodeCanonical({ ...content, entries: content.entries.slice(0, -1) } as unknown as CanonicalValue))
    const changed = put('changed.json', encodeCanonical({ ...content, entries: content.entries.map((entry, i) => (i === 0 ? { ...entry, record: { ...entry.record, actor: '别人' } } : entry)) } as unknown as CanonicalValue))
    expect(verifyPaths({ paths: [changed], trustMode: 'none' }).exitCode).toBe(1)
    expect(await witness({ ...asked, path: changed, out: join(folder, 'never.json'), known: [] })).toMatchObject({ exitCode: 1, text: expect.stringContaining('没有签署') as string })
    // Left out at the end: the head still says how many there were.
    expect(verifyPaths({ paths: [forged], trustMode: 'none' }).text).toContain('其余记录不在本件中')
  })

  it('is countersigned from the command line with a key file', async () => {
    const organ = await neighbour()
    const key = put('key.pem', new TextEncoder().encode(organ.pem))
    const pin = put('pin.txt', new TextEncoder().encode('\n'))
    const out = join(folder, 'by-command.json')
    expect(await runLedger(['witness', first, '--key', key, '--pin-file', pin, '--organ', '乙机关', '--out', out], 'zh-CN')).toBe(0)
    expect(verifyPaths({ paths: [out], trustMode: 'none' }).exitCode).toBe(0)
  })
})
