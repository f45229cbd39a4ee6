/** A central server of a few hundred lines of truth (替身服务器): real certificates and proofs, and faults on demand. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { buildCertificate, sm2KeyPair, sm2MessageSigner, sm3Hex, verifyCanonicalSignature, writeName, writePem, buildRevocationList } from '#core/crypto'
import { fromHex, toBase64, toHex, type CanonicalValue } from '#core/formats'
import { enrolKeyContext, refreshContext, signInContext, wireVersion } from '#core/sync'
import { randomBytes } from '#keys'

export const account = 'qiqige'
export const password = 'Wenshu-demo-2026'

type Reply = { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> }

export type FakeServer = {
  readonly url: string
  readonly port: number
  /** replaces the next answers of paths that begin so; null gives the real one back */
  readonly fault: (path: string, reply: Reply | ((request: IncomingMessage, response: ServerResponse) => void) | null) => void
  readonly expireTokens: () => void
  readonly revokeDevices: () => void
  readonly changePassword: (next: string) => void
  readonly poke: () => void
  readonly blobs: Map<string, Uint8Array>
  /** method and path of every request */
  readonly seen: string[]
  readonly pushed: unknown[]
  /** server clock, milliseconds since 1970 */
  readonly clock: { ms: number }
  readonly close: () => Promise<void>
}

const utc = (ms: number): string => new Date(ms).toISOString()
const seconds = (ms: number): string => `${utc(ms).slice(0, 19)}Z`
const year = 365 * 86_400_000

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

const makeTrust = async (now: number) => {
  const root = sm2KeyPair(randomBytes)
  const log = sm2KeyPair(randomBytes)
  const rootName = writeName([{ type: 'CN', value: '根' }])
  const rootSigner = sm2MessageSigner(root.privateKey, randomBytes)
  const key = (point: Uint8Array) => ({ algorithm: 'sm2', point }) as const
  let serial = 1
  const issue = (name: string, point: Uint8Array, more: Parameters<typeof writeName>[0] = []) => buildCertificate({
    serial: (++serial).toString(16).padStart(4, '0'), issuer: rootName, subject: writeName([...more, { type: 'CN', value: name }]), notBefore: seconds(now - 86_400_000), notAfter: seconds(now + year),
    publicKey: key(point), keyUsage: ['digitalSignature'], issuerKey: key(root.publicKey),
  }, rootSigner)
  const rootCertificate = await buildCertificate({
    serial: '01', issuer: rootName, subject: rootName, notBefore: seconds(now - 86_400_000), notAfter: seconds(now + 10 * year),
    publicKey: key(root.publicKey), authority: {}, keyUsage: ['keyCertSign', 'cRLSign'],
  }, rootSigner)
  const crl = await buildRevocationList({ issuer: rootName, number: 1, thisUpdate: seconds(now), nextUpdate: seconds(now + year), revoked: [] }, rootSigner)
  return { issue, root: writePem('CERTIFICATE', rootCertificate), crl: writePem('X509 CRL', crl), log: await issue('日志', log.publicKey) }
}

export const startFakeServer = async (port = 0): Promise<FakeServer> => {
  const clock = { ms: Date.parse('2026-11-24T08:00:00Z') }
  const trust = await makeTrust(clock.ms)
  const faults = new Map<string, Parameters<FakeServer['fault']>[1]>()
  const seen: string[] = []
  const pushed: unknown[] = []
  const blobs = new Map<string, Uint8Array>()
  const devices = new Map<string, { key: string; certificate: string }>()
  const access = new Set<string>()
  const refreshes = new Map<string, string>()
  let standingPassword = password
  let revoked = false
  let personal: string | null = null
  const lines = new Set<WebSocket>()

  const proves = (value: CanonicalValue, context: string, proof: string, publicKey: string): boolean => {
    const key = fromHex(publicKey)
    return key.ok && verifyCanonicalSignature(value, context, proof, key.value)
  }
  const problem = (status: number, code: string): Reply => ({ status, body: { code, message: code } })
  const open = (deviceId: string, certificate: string): Reply => {
    const accessToken = toHex(randomBytes(16))
    const refreshToken = toHex(randomBytes(16))
    access.add(accessToken)
    refreshes.set(refreshToken, deviceId)
    return { status: 200, body: { accessToken, refreshToken, expiresAt: utc(clock.ms + 600_000), personId: account, deviceCertificate: certificate, personalCertificates: personal === null ? [] : [personal], serverTime: utc(clock.ms) } }
  }
  const fresh = (at: string): boolean => Math.abs(Date.parse(at) - clock.ms) < 300_000

  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const path = request.url ?? ''
    const body = await bodyOf(request)
    // eslint-disable-next-line typescript/no-explicit-any -- what a client sends, checked by its proof below
    const json = (): any => JSON.parse(body.toString('utf8'))
    if (path === '/v1/hello') {
      return { status: 200, body: { service: 'wenshu', wireVersion, minWireVersion: 1, regionName: '试验区', logId: 'log', logCertificate: toBase64(trust.log), serverTime: utc(clock.ms) } }
    }
    if (path === '/v1/trust') return { status: 200, body: { root: trust.root, crl: trust.crl } }
    if (request.headers['wenshu-wire'] !== String(wireVersion)) return problem(426, 'client_too_old')
    if (path === '/v1/session') {
      const { account: name, password: given, deviceId, devicePublicKey, at, proof } = json()
      if (name !== account || given !== standingPassword) return problem(401, 'wrong_password')
      if (!fresh(at) || !proves({ account: name, deviceId, devicePublicKey, at }, signInContext, proof, devicePublicKey)) return problem(400, 'bad_proof')
      if (revoked) return problem(403, 'device_revoked')
      const certificate = devices.get(deviceId)?.certificate ?? toBase64(await trust.issue(deviceId, (fromHex(devicePublicKey) as { value: Uint8Array }).value, [{ type: 'OU', value: '其其格' }]))
      devices.set(deviceId, { key: devicePublicKey, certificate })
      return open(deviceId, certificate)
    }
    if (path === '/v1/session/refresh') {
      const { refreshToken, deviceId, at, proof } = json()
      const device = devices.get(deviceId)
      if (revoked) return problem(403, 'device_revoked')
      if (device === undefined || refreshes.get(refreshToken) !== deviceId || !fresh(at) || !proves({ refreshToken, deviceId, at }, refreshContext, proof, device.key)) return problem(401, 'unauthorized')
      refreshes.delete(refreshToken)
      return open(deviceId, device.certificate)
    }
    if (revoked) return problem(403, 'device_revoked')
    if (!access.has((request.headers.authorization ?? '').slice('Bearer '.length))) return problem(401, 'unauthorized')
    if (path === '/v1/keys') {
      const { publicKey, at, proof } = json()
      if (!proves({ personId: account, publicKey, at }, enrolKeyContext, proof, publicKey)) return problem(400, 'bad_proof')
      personal = toBase64(await trust.issue('其其格', (fromHex(publicKey) as { value: Uint8Array }).value, [{ type: 'UID', value: account }]))
      return { status: 200, body: { certificate: personal } }
    }
    if (path === '/v1/push') {
      const { commands } = json()
      pushed.push(...commands)
      const results = commands.map(({ commandId, deviceSeq }: { commandId: string; deviceSeq: number }) => ({ commandId, deviceSeq, receivedAt: utc(clock.ms), status: 'noop', record: null }))
      return { status: 200, body: { results, stopped: null, serverTime: utc(clock.ms) } }
    }
    if (path === '/v1/pull') return { status: 200, body: { reset: true, serverTime: utc(clock.ms) } }
    if (path === '/v1/view-digest') return { status: 200, body: { count: 0, hash: sm3Hex(new Uint8Array(0)) } }
    if (path.startsWith('/v1/log/consistency')) return { status: 200, body: { nodes: [] } }
    if (path.startsWith('/v1/blobs/')) {
      const hash = path.slice('/v1/blobs/'.length)
      if (request.method === 'PUT') {
        if (sm3Hex(body) !== hash) return problem(400, 'hash_differs')
        blobs.set(hash, body)
        return { status: 204, body: undefined }
      }
      const found = blobs.get(hash)
      return found === undefined ? problem(404, 'not_found') : { status: 200, body: found }
    }
    return problem(404, 'not_found')
  }

  const send = (response: ServerResponse, { status, body, headers }: Reply): void => {
    const bytes = body === undefined ? Buffer.alloc(0) : body instanceof Uint8Array || typeof body === 'string' ? Buffer.from(body) : Buffer.from(JSON.stringify(body))
    response.writeHead(status, { 'content-length': String(bytes.length), ...headers }).end(bytes)
  }

  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    const fault = [...faults].find(([path]) => request.url?.startsWith(path) === true)?.[1]
    if (typeof fault === 'function') { fault(request, response); return }
    if (fault !== undefined && fault !== null) { request.resume(); send(response, fault); return }
    answer(request).then((reply) => send(response, reply), (error: unknown) => send(response, { status: 500, body: { code: 'internal', message: String(error) } }))
  })
  const upgrades = new WebSocketServer({ server, path: '/v1/poke' })
  upgrades.on('connection', (line) => {
    line.on('message', (data) => {
      const { token } = JSON.parse(String(data)) as { token: string }
      if (access.has(token)) lines.add(line)
      else line.close(4401)
    })
    line.on('close', () => lines.delete(line))
  })
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve) })
  const taken = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${taken}`, port: taken, blobs, seen, pushed, clock,
    fault: (path, reply) => { if (reply === null) faults.delete(path); else faults.set(path, reply) },
    expireTokens: () => access.clear(),
    revokeDevices: () => { revoked = true },
    changePassword: (next) => { standingPassword = next },
    poke: () => { for (const line of lines) line.send('{"type":"poke"}') },
    close: async () => {
      for (const line of upgrades.clients) line.terminate()
      server.closeAllConnections()
      await new Promise<void>((resolve) => { server.close(() => resolve()) })
    },
  }
}
