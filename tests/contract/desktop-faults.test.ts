import { execFileSync } from 'node:child_process'
import { createServer as createTlsServer } from 'node:https'
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DesktopResult } from '#core/desktop'
import { sm3Hex } from '#core/crypto'
import { createHost, type Host, type HostOptions } from '#main/host'
import type { CommandDraft } from '#core/sync'
import { startTcpProxy, type TcpProxy } from '../harness/tcpProxy.ts'
import { skipLoudly } from '../harness/skips.ts'
import { account, password, startFakeServer, type FakeServer } from './desktop.fixture.ts'
import { fonts } from './desktop.places.fixture.ts'

let root: string
let server: FakeServer
let proxy: TcpProxy
let host: Host
const folder = (): string => join(root, 'qiqige')

const start = async (change: Partial<HostOptions> = {}): Promise<Host> => {
  const made = await createHost({ profileDir: folder(), serverUrl: proxy.url, host: 'loopback', version: '1', fonts, verifySeal: () => null, pokePause: { first: 20, longest: 100 }, ...change })
  if (!made.ok) throw new Error(made.error.message)
  return made.value
}
const restart = async (change: Partial<HostOptions> = {}): Promise<void> => { await host.close(); host = await start(change) }

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wenshu-faults-'))
  server = await startFakeServer()
  proxy = await startTcpProxy(server.port)
  host = await start()
})
afterEach(async () => {
  await host.close()
  await proxy.close()
  await server.close()
  await rm(root, { recursive: true, force: true })
})

const draft = (n: number): CommandDraft => ({
  commandId: `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`, actor: account, payload: { type: 'comment.add', documentId: 'doc-1', text: `意见${n}` },
  expected: { id: 'doc-1', version: 0 }, dependsOn: [], basedOn: null, claimedAt: '2026-11-24T00:00:00.000Z',
})
// eslint-disable-next-line typescript/no-explicit-any -- results are looked at by their members
const good = (result: DesktopResult<unknown>): any => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}
const bad = (result: DesktopResult<unknown>): { code: string; message: string; retryAfterMs?: number } => {
  if (result.ok) throw new Error('should have failed')
  expect(result.error.message).toMatch(/[\u4e00-\u9fff]{4}/)
  return result.error
}
const signIn = (word = password) => host.call('session.signIn', { account, password: word })
const sequences = async (): Promise<number[]> => (good(await host.call('journal.pending', {})).commands as { deviceSeq: number }[]).map(({ deviceSeq }) => deviceSeq)

describe('wrong passwords', () => {
  it('cost growing delays that neither a restart nor a clock set forward shortens; the right one opens afterwards', async () => {
    good(await signIn())
    proxy.cut()
    const clock = { ms: 1000 }
    const change: Partial<HostOptions> = { monotonicMs: () => clock.ms }
    await restart(change)
    for (let i = 0; i < 2; i++) expect(bad(await signIn('wrong'))).toMatchObject({ code: 'wrong_password', retryAfterMs: 0 })
    expect(bad(await signIn('wrong'))).toMatchObject({ code: 'wrong_password', retryAfterMs: 5000 })
    expect(bad(await signIn())).toMatchObject({ code: 'locked', retryAfterMs: 5000 })
    expect(good(await host.call('session.state', {}))).toMatchObject({ account, session: null, retryAfterMs: 5000 })
    clock.ms = 0
    await restart({ ...change, now: () => '2036-11-24T00:00:00.000Z' })
    expect(bad(await signIn()).code).toBe('locked')
    clock.ms += 5000
    expect(good(await signIn()).online).toBe(false)
    expect(good(await host.call('session.state', {})).retryAfterMs).toBe(0)
  })

  it('a password changed at the server: the old one still opens what is here, the new one then takes its place', async () => {
    good(await signIn())
    good(await host.call('journal.commit', { draft: draft(1) }))
    server.changePassword('New-password-2027')
    await restart()
    expect(bad(await signIn('New-password-2027')).message).toMatch(/原密码/)
    expect(good(await signIn()).online).toBe(false)
    expect(good(await host.call('sync.viewDigest', {}))).toEqual({ ok: false, failure: { kind: 'unauthorized' } })
    expect(good(await signIn('New-password-2027')).online).toBe(true)
    await restart()
    expect(bad(await signIn()).code).toBe('wrong_password')
    expect(good(await signIn('New-password-2027')).online).toBe(true)
    expect(await sequences()).toEqual([1])
  })
})

describe('the device clock ten years off', () => {
  it.each(['2016-11-24T00:00:00.000Z', '2036-11-24T00:00:00.000Z'])('at %s signing in, refreshing, enrolling and committing still work: the server’s time counts', async (now) => {
    await restart({ now: () => now })
    expect(good(await signIn()).online).toBe(true)
    server.expireTokens()
    expect(good(await host.call('sync.viewDigest', {})).ok).toBe(true)
    expect(good(await host.call('keys.create', { pin: '123456' }))).toEqual({ enrolled: true })
    expect(good(await host.call('drafts.save', { documentId: 'doc-1', json: '{}' }))).toEqual({ savedAt: now })
    good(await host.call('journal.commit', { draft: draft(1) }))
    // A restart without a password prompt to the server: the refresh proof needs the server's time before anything else.
    proxy.cut()
    await restart({ now: () => now })
    good(await signIn())
    proxy.restore()
    expect(good(await host.call('sync.viewDigest', {})).ok).toBe(true)
  })
})

describe('a full disk', () => {
  it('each write says disk_full, keeps what was there, and goes on when there is room', async () => {
    let left = Number.POSITIVE_INFINITY
    await restart({
      writeAll: async (handle, bytes, position) => {
        const part = bytes.subarray(0, Math.min(bytes.length, left))
        await handle.write(part, 0, part.length, position)
        left -= part.length
        if (part.length < bytes.length) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      },
    })
    good(await signIn())
    good(await host.call('journal.commit', { draft: draft(1) }))
    good(await host.call('drafts.save', { documentId: 'doc-1', json: '"旧"' }))
    const bytes = new Uint8Array(300_000)
    for (const room of [0, 10, 60]) {
      left = room
      expect(bad(await host.call('journal.commit', { draft: draft(2) }))).toMatchObject({ code: 'disk_full', message: expect.stringMatching(/没有保存.*完好.*清理磁盘/) })
      left = room
      expect(bad(await host.call('drafts.save', { documentId: 'doc-1', json: '"新"' })).code).toBe('disk_full')
      left = room
      expect(bad(await host.call('blobs.put', { hash: sm3Hex(bytes) }, bytes)).code).toBe('disk_full')
      left = room
      expect(bad(await host.call('keys.create', { pin: '123456' })).code).toBe('disk_full')
    }
    left = 0
    expect(await sequences()).toEqual([1])
    expect(good(await host.call('drafts.list', {})).drafts).toMatchObject([{ json: '"旧"' }])
    expect(good(await host.call('journal.export', {})).length).toBeGreaterThan(500)
    // Locking and unlocking need no room.
    good(await host.call('session.signOut', { confirm: true }))
    proxy.cut()
    expect(good(await signIn()).online).toBe(false)
    left = Number.POSITIVE_INFINITY
    good(await host.call('journal.commit', { draft: draft(2) }))
    expect(await sequences()).toEqual([1, 2])
  })

  it('at the first sign-in leaves no half a profile', async () => {
    await restart({ writeAll: async () => { throw Object.assign(new Error('no space'), { code: 'ENOSPC' }) } })
    expect(bad(await signIn()).code).toBe('disk_full')
    expect(good(await host.call('session.state', {})).account).toBeNull()
    await restart()
    expect(good(await signIn()).online).toBe(true)
  })
})

describe('damage', () => {
  it('of the journal is told once with what is kept, and work goes on', async () => {
    good(await signIn())
    for (const n of [1, 2, 3]) good(await host.call('journal.commit', { draft: draft(n) }))
    await host.close()
    const file = join(folder(), 'journal')
    const bytes = new Uint8Array(await readFile(file))
    bytes[Math.floor(bytes.length / 2)]! ^= 0xff
    await writeFile(file, bytes)
    host = await start()
    good(await signIn())
    expect(bad(await host.call('journal.pending', {}))).toMatchObject({ code: 'damaged', message: expect.stringMatching(/1 处无法读取，其余 2 项完好.*journal\.damaged-1/) })
    expect(await sequences()).toEqual([1, 3])
    expect(good(await host.call('journal.commit', { draft: draft(4) })).command.deviceSeq).toBe(4)
    expect(new Uint8Array(await readFile(join(folder(), 'journal.damaged-1')))).toEqual(bytes)
    await restart()
    good(await signIn())
    expect(await sequences()).toEqual([1, 3, 4])
  })

  it('of the vault or the holdings is told, and nothing is deleted', async () => {
    good(await signIn())
    await host.close()
    for (const name of ['holdings', 'vault.json']) {
      const before = await readFile(join(folder(), name))
      await writeFile(join(folder(), name), before.subarray(0, before.length - 3))
      host = await start()
      expect([name, bad(await signIn()).code]).toEqual([name, 'damaged'])
      await host.close()
      await writeFile(join(folder(), name), before)
    }
    host = await start()
    good(await signIn())
  })

  it('a torn tail after a kill is cut off silently', async () => {
    good(await signIn())
    good(await host.call('journal.commit', { draft: draft(1) }))
    await host.close()
    await appendFile(join(folder(), 'journal'), Uint8Array.of(0x57, 0x4a, 0x01, 0x0a, 0xff, 0x00, 0x00, 0x00, 0x02))
    host = await start()
    good(await signIn())
    expect(await sequences()).toEqual([1])
    expect(good(await host.call('journal.commit', { draft: draft(2) })).command.deviceSeq).toBe(2)
  })
})

describe('the network', () => {
  it('an exchange of the refresh token reaches the server once, whatever breaks', async () => {
    good(await signIn())
    good(await host.call('sync.viewDigest', {}))
    server.expireTokens()
    let exchanges = 0
    server.fault('/v1/session/refresh', (_request, response) => { exchanges++; response.socket?.resetAndDestroy() })
    expect(good(await host.call('sync.viewDigest', {}))).toEqual({ ok: false, failure: { kind: 'offline' } })
    expect(exchanges).toBe(1)
    server.fault('/v1/session/refresh', null)
    expect(good(await host.call('sync.viewDigest', {})).ok).toBe(true)
  })

  it('a cut is offline and a restore goes on; the poke line comes back by itself', async () => {
    const events: string[] = []
    host.on((event) => events.push(event.type === 'connection' ? `connection ${event.online}` : event.type))
    good(await signIn())
    await expect.poll(() => events).toContain('poke')
    proxy.cut()
    expect(good(await host.call('sync.viewDigest', {}))).toEqual({ ok: false, failure: { kind: 'offline' } })
    expect(events).toContain('connection false')
    expect(bad(await host.call('blobs.read', { hash: '0'.repeat(64) })).code).toBe('offline')
    events.length = 0
    proxy.restore()
    expect(good(await host.call('sync.viewDigest', {})).ok).toBe(true)
    expect(events).toContain('connection true')
    await expect.poll(() => { server.poke(); return events.filter((type) => type === 'poke').length }, { interval: 50, timeout: 5000 }).toBeGreaterThan(1)
  })

  it('an answer that breaks off in the middle is offline, and no half a file is kept', async () => {
    const events: string[] = []
    host.on(({ type }) => events.push(type))
    good(await signIn())
    // What signing in starts in the background must not meet the cuts that are meant for the file.
    await expect.poll(() => [events.includes('poke'), server.seen.filter((line) => line === 'GET /v1/trust').length]).toEqual([true, 2])
    good(await host.call('sync.viewDigest', {}))
    const bytes = new Uint8Array(2_000_000).map((_, i) => i % 251)
    server.blobs.set(sm3Hex(bytes), bytes)
    for (const after of [1000, 700_000, 1_500_000]) {
      proxy.cutAfter(after)
      expect([after, bad(await host.call('blobs.read', { hash: sm3Hex(bytes) })).code]).toEqual([after, 'offline'])
    }
    expect(good(await host.call('blobs.read', { hash: sm3Hex(bytes) })).length).toBe(bytes.length)
    // Before a byte of an answer it may have been a kept connection that was closed meanwhile: asked once more, unseen.
    for (const after of [0, 50]) {
      proxy.cutAfter(after)
      expect([after, good(await host.call('sync.viewDigest', {})).ok]).toEqual([after, true])
    }
    server.fault('/v1/view-digest', (_request, response) => { response.writeHead(200, { 'content-length': '100' }); response.write('{"count":'); setTimeout(() => response.destroy(), 20) })
    expect(good(await host.call('sync.viewDigest', {}))).toEqual({ ok: false, failure: { kind: 'offline' } })
  })
})

describe('the device and its profile', () => {
  it('a device that waits for approval keeps its key and is let in later', async () => {
    const ids = new Set<string>()
    server.fault('/v1/session', (request, response) => {
      let text = ''
      request.on('data', (part) => { text += String(part) })
      request.on('end', () => {
        ids.add((JSON.parse(text) as { deviceId: string }).deviceId)
        response.writeHead(403).end('{"code":"device_pending","message":"等待批准"}')
      })
    })
    for (let i = 0; i < 2; i++) {
      expect(bad(await signIn())).toMatchObject({ code: 'forbidden', message: expect.stringMatching(/等待安全保密管理员批准/) })
      await restart()
    }
    server.fault('/v1/session', null)
    const { deviceId, online } = good(await signIn())
    expect([...ids]).toEqual([deviceId])
    expect(online).toBe(true)
  })

  it('a personal key that was made without a network is enrolled by itself when there is one', async () => {
    good(await signIn())
    proxy.cut()
    expect(good(await host.call('keys.create', { pin: '123456' }))).toEqual({ enrolled: false })
    expect(good(await host.call('session.state', {})).session.personalKey).toBe('unenrolled')
    proxy.restore()
    await expect.poll(async () => good(await host.call('session.state', {})).session.personalKey, { timeout: 5000 }).toBe('ready')
  })

  it('a server whose certificates do not lead to its root is refused, and nothing of it stays', async () => {
    const other = await startFakeServer()
    const { root: foreign } = (await (await fetch(`${other.url}/v1/trust`)).json()) as { root: string }
    await other.close()
    server.fault('/v1/trust', { status: 200, body: { root: foreign, crl: '' } })
    expect(bad(await signIn()).code).toBe('forbidden')
    expect((await readdir(folder())).includes('vault.json')).toBe(false)
  })

  it('another server address does not open the profile', async () => {
    good(await signIn())
    await restart({ serverUrl: server.url })
    expect(bad(await signIn()).code).toBe('forbidden')
  })

  it('a push that stops with device_revoked wipes too', async () => {
    good(await signIn())
    server.fault('/v1/push', { status: 200, body: { results: [], stopped: { reason: 'device_revoked', detail: '' }, serverTime: '2026-11-24T08:00:00Z' } })
    await host.call('sync.push', { commands: [] })
    await expect.poll(async () => good(await host.call('session.state', {})).account).toBeNull()
    expect(await readdir(folder())).toEqual(['lock'])
  })
})

const tool = 'openssl'
const openssl = (() => { try { execFileSync(tool, ['version'], { stdio: 'ignore' }); return true } catch { return false } })()
describe.skipIf(!openssl && skipLoudly('TLS pin of a profile', 'openssl is not installed'))('TLS', () => {
  it('a private authority in the profile’s folder is trusted for this server, and nothing is without it', async () => {
    const key = join(root, 'key.pem')
    const certificate = join(root, 'cert.pem')
    execFileSync(tool, ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', certificate, '-days', '30', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' })
    const tls = createTlsServer({ key: await readFile(key), cert: await readFile(certificate) }, (request, response) => {
      void fetch(server.url + request.url).then(async (answer) => response.writeHead(answer.status).end(await answer.text()))
    })
    await new Promise<void>((resolve) => { tls.listen(0, '127.0.0.1', resolve) })
    const serverUrl = `https://127.0.0.1:${(tls.address() as AddressInfo).port}`
    try {
      await restart({ serverUrl })
      expect(good(await host.call('sync.hello', {})).ok).toBe(false)
      await mkdir(folder(), { recursive: true })
      await writeFile(join(folder(), 'server-ca.pem'), await readFile(certificate))
      await restart({ serverUrl })
      expect(good(await host.call('sync.hello', {})).ok).toBe(true)
    } finally {
      tls.closeAllConnections()
      tls.close()
    }
  })
})
