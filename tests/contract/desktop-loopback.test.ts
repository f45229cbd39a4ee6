import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { WebSocket } from 'ws'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { launchFragment } from '#core/desktop'
import { createHost } from '#main/host'
import { LoopbackRefused, startLoopback, type RunningLoopback } from '#main/loopback'
import { account, password, startFakeServer, type FakeServer } from './desktop.fixture.ts'
import { knock, type Answer } from './desktop.machine.fixture.ts'
import { fonts, rendererStub } from './desktop.places.fixture.ts'

let root: string
let rendererDir: string
let server: FakeServer
const running: RunningLoopback[] = []
const start = async (profile = 'qiqige', more: { port?: number } = {}): Promise<RunningLoopback> => {
  const started = await startLoopback({ profile, profilesDir: join(root, 'profiles'), serverUrl: server.url, rendererDir, fonts, ...more })
  running.push(started)
  return started
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wenshu-loopback-'))
  rendererDir = await rendererStub(root)
  server = await startFakeServer()
})
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.close()
  await server.close()
  await rm(root, { recursive: true, force: true })
})

const portOf = (desk: RunningLoopback): number => Number(new URL(desk.origin).port)
const own = (desk: RunningLoopback): Record<string, string> => ({ host: new URL(desk.origin).host, origin: desk.origin, 'content-type': 'application/json' })
const post = (desk: RunningLoopback, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  knock(portOf(desk), 'POST', path, { ...own(desk), ...headers }, typeof body === 'string' ? body : JSON.stringify(body))
const tokenOf = (desk: { url: string }): string => desk.url.split(launchFragment)[1]!
const enter = async (desk: RunningLoopback, url = desk.url): Promise<string> => {
  const answer = await post(desk, '/session', { token: url.split(launchFragment)[1] })
  expect(answer.status).toBe(204)
  return String(answer.headers['set-cookie']).split(';')[0]!
}

describe('the loopback host over real HTTP', () => {
  it('a launch token gives one HttpOnly, SameSite=Strict cookie, once', async () => {
    const desk = await start()
    const answer = await post(desk, '/session', { token: tokenOf(desk) })
    expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/^wenshu-qiqige=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/)])
    expect((await post(desk, '/session', { token: tokenOf(desk) })).status).toBe(401)
    for (const bad of ['{', '{}', '[]', 'null', '{"token":1}', `{"token":"${'x'.repeat(9000)}"}`]) expect((await post(desk, '/session', bad)).status).toBe(401)
  })

  it('the page comes with a strict policy and a nonce of its own; nothing outside the folder comes', async () => {
    const desk = await start()
    await writeFile(join(root, 'secret.js'), 'secret')
    await symlink(join(root, 'secret.js'), join(rendererDir, 'assets/link.js'))
    await writeFile(join(rendererDir, 'notes.exe'), 'x')
    const { host } = own(desk)
    const first = await knock(portOf(desk), 'GET', '/', { host: host! })
    const second = await knock(portOf(desk), 'GET', '/', { host: host! })
    const nonceOf = (answer: Answer): string => /name="csp-nonce" content="([^"]+)"/.exec(answer.body.toString())![1]!
    expect(nonceOf(first)).not.toBe(nonceOf(second))
    const policy = String(first.headers['content-security-policy'])
    expect(policy).toContain(`style-src 'self' 'nonce-${nonceOf(first)}'`)
    for (const part of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"]) expect(policy).toContain(part)
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/)
    expect(first.headers).toMatchObject({ 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    expect((await knock(portOf(desk), 'GET', '/assets/app.js', { host: host! })).headers['content-type']).toBe('text/javascript; charset=utf-8')
    for (const path of ['/assets/link.js', '/notes.exe', '/../secret.js', '/%2e%2e/secret.js', '/assets/..%2f..%2fsecret.js', '/assets', '/nothing.js']) {
      const answer = await knock(portOf(desk), 'GET', path, { host: host! })
      expect([path, answer.status, answer.body.includes('secret')]).toEqual([path, 404, false])
    }
  })

  it('hostile requests change nothing: wrong host, origin, type, cookie, size, headers', async () => {
    const desk = await start()
    const cookie = await enter(desk)
    const call = (headers: Record<string, string>, path = '/call/app.info', body = '{}') => knock(portOf(desk), 'POST', path, { ...own(desk), cookie, ...headers }, body)
    expect((await call({})).status).toBe(200)
    expect((await call({ host: 'evil.example' })).status).toBe(421)
    expect((await call({ origin: 'null' })).status).toBe(403)
    expect((await call({ origin: 'http://qiqige.localhost:1' })).status).toBe(403)
    expect((await call({ 'content-type': 'text/plain' })).status).toBe(415)
    expect((await call({ cookie: 'wenshu-limin=x' })).status).toBe(401)
    const other = await start('limin')
    expect((await call({ cookie: await enter(other) })).status).toBe(401)
    expect((await call({ cookie: cookie.replace('qiqige', 'limin') })).status).toBe(401)
    for (const name of ['toString', '__proto__', 'nothing.here', '..%2fsession']) expect(JSON.parse((await call({}, `/call/${name}`)).body.toString())).toMatchObject({ ok: false, error: { code: 'unknown_method' } })
    for (const body of ['', '{', '\ufeff{}', '{"a":1}']) expect(JSON.parse((await call({}, '/call/app.info', body)).body.toString())).toMatchObject({ error: { code: 'invalid_input' } })
    for (const input of ['%', 'x', '%7B', '%7B%22hash%22%3A1%7D']) {
      expect(JSON.parse((await call({ 'content-type': 'application/octet-stream', 'wenshu-input': input }, '/call/blobs.put')).body.toString())).toMatchObject({ error: { code: 'invalid_input' } })
    }
    expect(JSON.parse((await call({}, '/call/app.info', JSON.stringify({ x: 'y'.repeat(17_000_000) }))).body.toString())).toMatchObject({ error: { code: 'too_large' } })
  })

  it('raw requests with two hosts, folded or injected headers are refused', async () => {
    const desk = await start()
    const { host } = new URL(desk.origin)
    const raw = (text: string): Promise<string> => new Promise((resolve) => {
      const line = createConnection(portOf(desk))
      let heard = ''
      line.on('data', (part) => { heard += String(part) })
      line.on('close', () => resolve(heard))
      line.on('error', () => resolve(heard))
      line.end(text)
    })
    expect(await raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 (400|421)/)
    expect(await raw(`GET / HTTP/1.1\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 (400|421)/)
    expect(await raw(`GET http://evil.example/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 400/)
    expect(await raw(`POST /call/app.info HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{}`)).toMatch(/^HTTP\/1.1 400/)
    expect(await raw(`GET /%0d%0aset-cookie:x HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).not.toMatch(/set-cookie/i)
  })

  it('the events line opens for our page only', async () => {
    const desk = await start()
    const cookie = await enter(desk)
    const line = (headers: Record<string, string>, path = '/events'): Promise<string> => new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${portOf(desk)}${path}`, { headers: { host: own(desk)['host']!, ...headers } })
      socket.on('open', () => { resolve('open'); socket.terminate() })
      socket.on('error', (error) => resolve(/\d{3}/.exec(error.message)?.[0] ?? error.message))
    })
    expect(await line({ origin: desk.origin, cookie })).toBe('open')
    expect(await line({ origin: 'https://evil.example', cookie })).toBe('403')
    expect(await line({ cookie })).toBe('403')
    expect(await line({ origin: desk.origin })).toBe('401')
    expect(await line({ origin: desk.origin, cookie, host: 'evil.example' })).toBe('421')
    expect(await line({ origin: desk.origin, cookie }, '/call/app.info')).toBe('400')
  })

  it('a second start joins the running host; its token opens a second window on the same device', async () => {
    const desk = await start()
    const again = await start()
    expect([desk.joined, again.joined, again.origin]).toEqual([false, true, desk.origin])
    expect(tokenOf(again)).not.toBe(tokenOf(desk))
    const cookies = [await enter(desk), await enter(desk, again.url)]
    await post(desk, '/call/session.signIn', { account, password }, { cookie: cookies[0]! })
    const ids = await Promise.all(cookies.map(async (cookie) => JSON.parse((await post(desk, '/call/session.state', {}, { cookie })).body.toString()).value.session.deviceId as string))
    expect(ids[0]).toBe(ids[1])
  })

  it('the profile keeps its port for ever; a taken port is refused with a reason and nothing moves', async () => {
    const desk = await start()
    const port = portOf(desk)
    await desk.close()
    const blocker = createServer()
    await new Promise<void>((resolve) => { blocker.listen(port, '127.0.0.1', resolve) })
    const refusal = await start().catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(LoopbackRefused)
    expect(refusal).toMatchObject({ code: 'profile_busy', message: expect.stringContaining(String(port)) })
    await new Promise<void>((resolve) => { blocker.close(() => resolve()) })
    expect((await start('qiqige', { port: port + 500 })).origin).toBe(desk.origin)
    expect((await start('limin')).origin).not.toBe(desk.origin)
    await writeFile(join(root, 'profiles/profiles.json'), '{')
    await expect(start('naren')).rejects.toMatchObject({ code: 'damaged' })
  })

  it('a profile in use by another kind of host is busy; a leftover control file of a killed one is not', async () => {
    const profileDir = join(root, 'profiles/qiqige')
    const held = await createHost({ profileDir, serverUrl: server.url, host: 'electron', version: '1', fonts, verifySeal: () => null })
    await expect(start()).rejects.toMatchObject({ code: 'profile_busy', message: expect.stringMatching(/正被另一个/) })
    if (held.ok) await held.value.close()
    await writeFile(join(profileDir, 'loopback.json'), JSON.stringify({ port: 9, secret: 'x' }))
    await writeFile(join(profileDir, 'lock'), JSON.stringify({ pid: 2 ** 22 + 9, started: null, nonce: 'x' }))
    expect((await start()).joined).toBe(false)
  })

  it('names that are no DNS label, and servers without TLS elsewhere, are refused', async () => {
    for (const profile of ['', 'A', 'a.b', '../x', 'a_b', '-a', 'a'.repeat(33), '其其格']) await expect(start(profile)).rejects.toMatchObject({ code: 'invalid_input' })
    for (const serverUrl of ['http://10.0.0.1', 'ftp://x', 'x', 'https://u:p@x', 'https://x/path', 'file:///etc']) {
      await expect(startLoopback({ profile: 'a', profilesDir: join(root, 'p2'), serverUrl, rendererDir, fonts })).rejects.toMatchObject({ code: 'invalid_input' })
    }
  })

  it('folders and files of the profile are for its user alone, and tell nothing in clear', async () => {
    const desk = await start()
    const cookie = await enter(desk)
    await post(desk, '/call/session.signIn', { account, password }, { cookie })
    await post(desk, '/call/drafts.save', { documentId: 'doc-1', json: '{"title":"草原防火"}' }, { cookie })
    const folder = join(root, 'profiles/qiqige')
    expect((await stat(folder)).mode & 0o077).toBe(0)
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      expect([path, (await stat(path)).mode & 0o077]).toEqual([path, 0])
      expect(path).not.toContain('doc-1')
      if (!entry.isFile()) continue
      const bytes = await readFile(path)
      for (const secret of ['草原防火', password, 'doc-1']) expect([path, bytes.includes(secret)]).toEqual([path, false])
    }
  })
})

describe('a browser that resolves *.localhost', () => {
  it('curl reaches the page under its own name', async () => {
    const desk = await start()
    const { host } = new URL(desk.origin)
    const { stdout } = await promisify(execFile)('curl', ['-s', '--resolve', `${host}:127.0.0.1`, `${desk.origin}/`])
    expect(stdout).toContain('文枢')
  })
})
