/**
 * A small remote seal service (印章服务模拟器) for tests and for trying out: it speaks docs/spec/keys.md R1–R9 over any keys of
 * ours, and can be told to misbehave in every way that a real one might. It keeps its sessions in memory and is no product.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { OpenKey } from '#core/desktop'
import { equalBytes, fromBase64, toBase64, utf8 } from '#core/formats'
import { wire, type WireRefusal } from './remote-wire.ts'

/**
 * well · down: hangs up · slow: never answers · lying: signs another message · garbled: answers with a web page · huge: never
 * stops answering · moved: redirects · forgetful: signs and hangs up, once per request · tired: every session has ended ·
 * wantsNewPin
 */
export type ServiceMood = 'well' | 'down' | 'slow' | 'lying' | 'garbled' | 'huge' | 'moved' | 'forgetful' | 'tired' | 'wantsNewPin'

export type ServedKey = { readonly key: OpenKey; readonly id: string; readonly pin: string }

export type SealServiceSimulator = {
  readonly url: string
  readonly setMood: (mood: ServiceMood) => void
  /** how many signatures were really made, repeated questions not counted */
  readonly made: () => number
  /** how often a PIN was accepted, and how many of these logins still stand */
  readonly opened: () => number
  readonly sessions: () => number
  readonly stop: () => Promise<void>
}

const mostTries = 5

/** @param tls PEM of key and certificate; plain HTTP on loopback without */
export const startSealServiceSimulator = async (keys: readonly ServedKey[], tls?: { readonly key: string; readonly cert: string }): Promise<SealServiceSimulator> => {
  let mood: ServiceMood = 'well'
  let made = 0
  let opened = 0
  const failures = new Map<string, number>()
  const sessions = new Map<string, ServedKey>()
  const done = new Map<string, { readonly message: Uint8Array; readonly signature: Uint8Array }>()
  const lost = new Set<string>()

  const refuse = (response: ServerResponse, status: number, error: WireRefusal): void => reply(response, status, { error })

  const open = (response: ServerResponse, id: string, body: unknown): void => {
    const served = keys.find((each) => each.id === id)
    const asked = wire.openRequest.safeParse(body)
    if (served === undefined || !asked.success) return refuse(response, 404, { code: 'no_key' })
    const wrong = failures.get(id) ?? 0
    if (wrong >= mostTries) return refuse(response, 423, { code: 'blocked' })
    if (!samePin(asked.data.pin, served.pin)) {
      failures.set(id, wrong + 1)
      return refuse(response, 403, wrong + 1 >= mostTries ? { code: 'blocked' } : { code: 'pin_wrong', triesLeft: mostTries - wrong - 1, retryAfterMs: 0 })
    }
    failures.set(id, 0)
    if (mood === 'wantsNewPin') return refuse(response, 403, { code: 'pin_change_required' })
    const session = randomBytes(24).toString('base64url')
    sessions.set(session, served)
    opened += 1
    reply(response, 200, { session })
  }

  const sign = async (response: ServerResponse, served: ServedKey | undefined, body: unknown): Promise<void> => {
    const asked = wire.signRequest.safeParse(body)
    const message = asked.success ? fromBase64(asked.data.message) : null
    if (served === undefined || mood === 'tired') return refuse(response, 401, { code: 'session_ended' })
    if (!asked.success || !message?.ok || asked.data.algorithm !== served.key.algorithm) return refuse(response, 400, { code: 'unsupported' })
    const { requestId } = asked.data
    const name = `${served.id}/${requestId}`
    let known = done.get(name)
    if (known !== undefined && !equalBytes(known.message, message.value)) return refuse(response, 409, { code: 'request_reused' })
    if (known === undefined) {
      const signed = await served.key.sign(mood === 'lying' ? utf8('别的内容') : message.value)
      if (!signed.ok) return refuse(response, 404, { code: 'no_key' })
      made += 1
      known = { message: message.value, signature: signed.value }
      done.set(name, known)
    }
    if (mood === 'forgetful' && !lost.has(name)) {
      lost.add(name)
      response.destroy()
      return
    }
    reply(response, 200, { requestId, signature: toBase64(known.signature) })
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request)
    if (mood === 'down') return void response.destroy()
    if (mood === 'slow') return
    if (mood === 'garbled') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>维护中</html>')
    if (mood === 'moved') return void response.writeHead(307, { location: 'http://192.0.2.1/' }).end()
    if (mood === 'huge') {
      response.writeHead(200)
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20))) await new Promise(setImmediate)
      return
    }
    const session = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const path = request.url ?? ''
    const opening = /^\/v1\/keys\/([^/]+)\/sessions$/.exec(path)?.[1]
    if (request.method === 'GET' && path === '/v1/keys') {
      const list = keys.map(({ id, key }) => ({ id, label: key.label, algorithm: key.algorithm, chain: key.chain.map(toBase64) }))
      return reply(response, 200, { keys: list })
    }
    if (request.method === 'POST' && opening !== undefined) return open(response, decodeURIComponent(opening), body)
    if (request.method === 'POST' && path === '/v1/signatures') return sign(response, sessions.get(session), body)
    if (request.method === 'DELETE' && path === '/v1/sessions') {
      sessions.delete(session)
      return void response.writeHead(204).end()
    }
    refuse(response, 404, { code: 'no_key' })
  }

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch(() => response.destroy())
  }
  const server = tls === undefined ? createHttp(handle) : createHttps(tls, handle)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    setMood: (next) => { mood = next },
    made: () => made,
    opened: () => opened,
    sessions: () => sessions.size,
    stop: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

const samePin = (given: string, kept: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(kept)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const reply = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown
  } catch {
    return null
  }
}
