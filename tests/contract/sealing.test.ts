/** Both files under one seal with times from an authority that is down, lies or answers (两种版式一次用印). Rule S2. */
import { createServer, type Server as HttpServer } from 'node:http'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildTimeStampReply } from '#core/crypto'
import { verifyOfd, verifyPdf } from '#core/seal'
import type { CommandResult, SealUse } from '#core/sync'
import { noOpenssl, openOpensslAuthority } from '../harness/openssl-stamping.ts'
import { skipLoudly } from '../harness/skips.ts'
import { startTestServer, type TestServer } from '../harness/server.ts'
import { startStamping } from '../harness/stamping.ts'
import { openRegion } from './server/region.ts'
import type { TestClient } from '../harness/client.ts'

type Manner = 'honest' | 'silent' | 'stale' | 'other imprint' | 'honest to the PDF alone'

describe('S2 both files are sealed, or neither', () => {
  let server: TestServer
  let authority: HttpServer
  let manner: Manner = 'honest'
  let clerk: TestClient
  let id = ''
  let serial = 1n

  const reply = async (request: Uint8Array): Promise<Uint8Array | null> => {
    // SM3 is asked for the OFD, SHA-256 for the PDF.
    const isOfd = Buffer.from(request).includes(Buffer.from('2a811ccf55018311', 'hex'))
    if (manner === 'silent' || (manner === 'honest to the PDF alone' && isOfd)) return null
    const { pdf, ofd } = server.authority.timeStamps
    const asked = new Uint8Array(request)
    if (manner === 'other imprint') asked[40]! ^= 1
    const now = new Date(Date.now() - (manner === 'stale' ? 86_400_000 : 0)).toISOString()
    return buildTimeStampReply(asked, { signer: isOfd ? ofd : pdf, chain: [server.authority.rootCertificate], policy: '1.2.3.4', serial: serial++, now })
  }
  beforeAll(async () => {
    authority = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part)).on('end', () => void reply(Buffer.concat(parts)).then((bytes) => {
        if (bytes === null) request.socket.destroy()
        else response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(bytes)
      }))
    })
    await new Promise<void>((resolve) => { authority.listen(0, '127.0.0.1', resolve) })
    server = await startTestServer({ timeStamps: { url: `http://127.0.0.1:${(authority.address() as AddressInfo).port}/` }, pdfLevel: 'LTA', sealPin: 'right-pin' })
    const region = openRegion(server)
    id = await region.composed()
    clerk = await region.on('sunli')
    await clerk.enrolKey()
    await clerk.pull()
  }, 120_000)
  afterAll(async () => {
    await server.close()
    authority.close()
  })

  const seal = async (): Promise<CommandResult> =>
    clerk.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'nmg-bgt-seal', signature: await clerk.sealOrder(id) })
  const stored = (): number => readdirSync(join(server.dataDir, 'blobs'), { recursive: true }).length
  const uses = async (): Promise<readonly SealUse[]> => ((await clerk.call('GET', '/v1/seals/nmg-bgt-seal/uses')).body as { uses: SealUse[] }).uses
  const bytesOf = async (hash: string | undefined): Promise<Uint8Array> => {
    const response = await fetch(`${server.url}/v1/blobs/${hash ?? ''}`, { headers: { 'wenshu-wire': '1', authorization: `Bearer ${clerk.session?.accessToken}` } })
    expect(response.status).toBe(200)
    return new Uint8Array(await response.arrayBuffer())
  }

  it.each<[Manner, RegExp]>([
    ['silent', /没有应答/], ['stale', /时间/], ['other imprint', /时间戳/], ['honest to the PDF alone', /时间戳/],
  ])('an authority that is %s: refused with the reason, nothing half-signed is kept, the refusal is logged', async (how, why) => {
    manner = how
    const before = stored()
    expect(await seal()).toMatchObject({ status: 'rejected', code: 'seal_unusable', detail: expect.stringMatching(why) })
    expect(stored()).toBe(before)
    expect(await server.db.query('select 1 from organ_seal')).toEqual([])
    expect((await uses())[0]).toMatchObject({ result: 'refused', detail: expect.stringMatching(why), documentId: id, by: 'sunli' })
  }, 60_000)

  it('an honest one: PDF at B-LTA, OFD with a stamped time, both valid under the root, also twenty years on', async () => {
    manner = 'honest'
    expect(await seal()).toMatchObject({ status: 'accepted' })
    await clerk.pull()
    const { final, seal: applied } = clerk.state(id)
    const [pdf, ofd, pages] = [await bytesOf(applied?.sealedHash), await bytesOf(applied?.sealedOfdHash), await bytesOf(final?.hash)]
    expect(Buffer.from(pdf.subarray(0, pages.length)).equals(Buffer.from(pages))).toBe(true)
    const trust = { anchors: [server.authority.rootCertificate], crls: [], trust: 'decide', now: '2046-11-20T00:00:00Z' } as const
    const pdfReport = verifyPdf(pdf, trust)
    expect([pdfReport.verdict, pdfReport.signatures.map((signature) => signature.timeSource)]).toEqual(['valid', ['timestamp', 'timestamp']])
    const ofdReport = verifyOfd(ofd, { ...trust, crls: [await server.authority.revocationList([], 1, new Date().toISOString())] })
    expect([ofdReport.verdict, ofdReport.signatures.map((signature) => [signature.timeSource, signature.coverage])]).toEqual(['valid', [['timestamp', 'whole']]])
    expect((await uses())[0]).toMatchObject({ result: 'sealed', sealedHash: applied?.sealedHash, sealedOfdHash: applied?.sealedOfdHash, ofdHash: final?.ofdHash })
    expect(await seal()).toMatchObject({ code: 'already_sealed' })
  }, 60_000)

  it.skipIf(spawnSync('openssl', ['version']).error !== undefined && skipLoudly('a seal key in a .p12', 'openssl is not installed'))('a seal whose key is elsewhere: refused with the carrier’s reason when it is not there, used when it is', async () => {
    manner = 'honest'
    const folder = mkdtempSync(join(tmpdir(), 'wenshu-p12-'))
    const [key, certificate, carrier] = ['k.pem', 'c.pem', 'seal.p12'].map((name) => join(folder, name)) as [string, string, string]
    spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '30', '-subj', '/C=CN/O=Elsewhere/CN=Elsewhere Seal', '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation'])
    spawnSync('openssl', ['pkcs12', '-export', '-inkey', key, '-in', certificate, '-passout', 'pass:right-pin', '-out', carrier])
    for (const [sealId, path] of [['away-seal', carrier], ['lost-seal', join(folder, 'none.p12')]] as const) {
      await server.defineSeal({ id: sealId, organId: 'nmg-bgt', name: '外部印章', diameterMm: 42, bottomText: '演示专用', pdfKey: `p12:${path}` })
    }
    const region = openRegion(server)
    const other = await region.composed()
    await clerk.pull()
    const using = async (sealId: string) =>
      clerk.send({ type: 'document.seal', documentId: other, purpose: 'issue', sealId, signature: await clerk.sealOrder(other, sealId) })
    expect(await using('lost-seal')).toMatchObject({ code: 'seal_unusable', detail: expect.stringContaining('印章密钥不能使用') })
    expect(await using('away-seal')).toMatchObject({ status: 'accepted' })
    await clerk.pull()
    const sealed = verifyPdf(await bytesOf(clerk.state(other).seal?.sealedHash), { anchors: [], crls: [], trust: 'report' })
    expect([sealed.verdict, sealed.signatures[0]?.signer]).toEqual(['valid', expect.stringContaining('Elsewhere Seal')])
    rmSync(folder, { recursive: true })
  }, 60_000)
})

describe.skipIf(noOpenssl() && skipLoudly('sealing with time stamps by openssl', 'openssl is not installed'))('S2 time stamps of openssl', () => {
  it('S2 refused while the service says no, answers rubbish or is another than the trusted one, and nothing is kept; then B-LTA with its evidence', async () => {
    const openssl = openOpensslAuthority()
    // The host answers as it is told; its own authority is a stranger here.
    const stamping = await startStamping()
    const server = await startTestServer({
      timeStamps: { url: stamping.url, trust: () => ({ anchors: [openssl.root], crls: [openssl.list], ocsps: [] }) }, pdfLevel: 'LTA',
    })
    try {
      const region = openRegion(server)
      const id = await region.composed()
      const clerk = await region.on('sunli')
      await clerk.enrolKey()
      await clerk.pull()
      const seal = async (): Promise<CommandResult> =>
        clerk.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'nmg-bgt-seal', signature: await clerk.sealOrder(id) })
      const stored = (): number => readdirSync(join(server.dataDir, 'blobs'), { recursive: true }).length
      const before = stored()
      const refusals: readonly (readonly [RegExp, Parameters<typeof stamping.behave>[0]])[] = [
        [/tsa\.certificate/, async (request, honest) => ({ body: await honest(request) })],
        [/拒绝.*tsa\.refused/, async (request) => ({ body: openssl.reply(request, 'sha512') })],
        [/tsa\.malformed/, async () => ({ body: new Uint8Array([0x30, 0x80, 1]) })],
        [/HTTP 500.*tsa\.http/, async () => ({ body: new Uint8Array(), status: 500 })],
      ]
      for (const [why, manner] of refusals) {
        stamping.behave(manner)
        expect(await seal()).toMatchObject({ code: 'seal_unusable', detail: expect.stringMatching(why) })
      }
      expect([stored(), await server.db.query('select 1 from organ_seal')]).toEqual([before, []])
      stamping.behave(async (request) => ({ body: openssl.reply(request) }))
      expect(await seal()).toMatchObject({ status: 'accepted' })
      await clerk.pull()
      const response = await fetch(`${server.url}/v1/blobs/${clerk.state(id).seal?.sealedHash ?? ''}`, { headers: { 'wenshu-wire': '1', authorization: `Bearer ${clerk.session?.accessToken}` } })
      const pdf = new Uint8Array(await response.arrayBuffer())
      const judged = (anchors: readonly Uint8Array[]) => verifyPdf(pdf, { anchors, crls: [], trust: 'decide', now: '2033-01-01T00:00:00Z' }).verdict
      expect([judged([server.authority.rootCertificate, openssl.root]), judged([openssl.root])]).toEqual(['valid', 'undecided'])
    } finally {
      await server.close()
      await stamping.stop()
      openssl.remove()
    }
  }, 120_000)
})
