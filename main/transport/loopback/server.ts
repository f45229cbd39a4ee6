/** The desktop table over HTTP on 127.0.0.1 (本机回环服务). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { bytesType, desktopLimits, desktopTable, failed, inputHeader, isMethod, jsonType, launchFragment, type DesktopResult } from '#core/desktop'
import type { Host } from '../../host/index.ts'
import { sendFile } from './files.ts'
import { judgeVisit, type Expected, type Visit } from './guards.ts'
import { createTickets } from './tickets.ts'

export type LoopbackOptions = {
  readonly host: Host
  /** a DNS label */
  readonly profile: string
  /** 0 takes any free one */
  readonly port: number
  /** folder with the built renderer */
  readonly rendererDir: string
  /** what a second start of the same user must show */
  readonly controlSecret: string
}

export type Loopback = {
  readonly origin: string
  readonly port: number
  /** the page with a fresh launch token in its fragment */
  readonly launchUrl: () => string
  readonly close: () => Promise<void>
}

const maxSession = 4096

class TooLarge extends Error {}

async function* bounded(request: IncomingMessage, most: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of request) {
    const bytes = chunk as Uint8Array
    size += bytes.length
    if (size > most) throw new TooLarge()
    yield bytes
  }
}

const readJson = async (request: IncomingMessage, most: number): Promise<DesktopResult<unknown>> => {
  const tooLarge = failed('too_large', '内容超过上限，未保存；原有内容没有改变，请分开或精简后再试。')
  if (Number(request.headers['content-length'] ?? 0) > most) return tooLarge
  const parts: Uint8Array[] = []
  try {
    for await (const part of bounded(request, most)) parts.push(part)
  } catch (error) {
    if (error instanceof TooLarge) return tooLarge
    throw error
  }
  try {
    return { ok: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts))) }
  } catch {
    return failed('invalid_input', '调用内容不是合法的 JSON，未做任何改动。')
  }
}

const readHeader = (value: string): DesktopResult<unknown> => {
  try {
    return { ok: true, value: JSON.parse(decodeURIComponent(value)) }
  } catch {
    return failed('invalid_input', '调用参数无法识别，未做任何改动。')
  }
}

const sendJson = (response: ServerResponse, value: unknown, then: 'keep' | 'close' = 'keep'): void => {
  const text = Buffer.from(JSON.stringify(value), 'utf8')
  // A connection on which half an upload is still coming is of no further use.
  response.writeHead(200, { ...(then === 'close' ? { connection: 'close' } : {}), 'content-type': jsonType, 'content-length': String(text.length), 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' })
  response.end(text)
}

const answerCall = async (host: Host, method: string, body: 'json' | 'bytes', request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (body === 'bytes') {
    const input = readHeader(String(request.headers[inputHeader]))
    if (!input.ok) return sendJson(response, input)
    if (Number(request.headers['content-length'] ?? 0) > desktopLimits.bodyBytes) return sendJson(response, failed('too_large', `文件超过 ${desktopLimits.bodyBytes / 1024 / 1024} MB 的上限，未保存。`), 'close')
    return sendJson(response, await host.call(method, input.value, bounded(request, desktopLimits.bodyBytes + 1)))
  }
  const input = await readJson(request, desktopLimits.jsonBytes)
  if (!input.ok) return sendJson(response, input, input.error.code === 'too_large' ? 'close' : 'keep')
  if (!isMethod(method) || desktopTable[method].effect !== 'bytesOut') return sendJson(response, await host.call(method, input.value))
  const answer = await host.open(method, input.value)
  if (!answer.ok) return sendJson(response, answer)
  const { size, chunks } = answer.value
  response.writeHead(200, { 'content-type': bytesType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin', ...(size === null ? {} : { 'content-length': String(size) }) })
  // A piece that does not open breaks the connection off: half a file must not look like a whole one.
  await pipeline(Readable.from(chunks), response)
}

const visitOf = (request: IncomingMessage, upgrade: Visit['upgrade']): Visit => {
  const headers: Record<string, string | readonly string[] | undefined> = {}
  // Node joins or drops repeated headers; here a repeated one stays visible.
  for (const [name, values] of Object.entries(request.headersDistinct)) headers[name] = values?.length === 1 ? values[0] : values
  return { method: request.method ?? '', target: request.url ?? '', headers, remote: request.socket.remoteAddress ?? '', upgrade }
}

/** Rejects with EADDRINUSE when the port is taken. */
export const serveLoopback = async ({ host, profile, port, rendererDir, controlSecret }: LoopbackOptions): Promise<Loopback> => {
  const tickets = createTickets(() => performance.now())
  const cookieName = `wenshu-${profile}`
  const sockets = new Set<WebSocket>()
  const upgrades = new WebSocketServer({ noServer: true, maxPayload: 1024 })
  let origin = ''
  const expected = (): Expected => ({ origin, cookieName, knows: tickets.knows, controlSecret })
  const launchUrl = (): string => `${origin}/${launchFragment}${tickets.launch()}`

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const verdict = judgeVisit(visitOf(request, 'none'), expected())
    if ('refused' in verdict) {
      response.writeHead(verdict.refused, { 'content-type': jsonType, connection: 'close' })
      response.end(JSON.stringify(failed('forbidden', `请求被拒绝（${verdict.reason}）。请从文枢桌面程序重新打开窗口；本机内容没有改变。`)))
      return
    }
    switch (verdict.pass) {
      case 'file': return sendFile(rendererDir, verdict.path, request.method ?? 'GET', response, origin.replace('http:', 'ws:'))
      case 'control': sendJson(response, { url: launchUrl() }); return
      case 'enter': {
        const input = await readJson(request, maxSession)
        const token = input.ok && typeof input.value === 'object' && input.value !== null && 'token' in input.value ? input.value.token : null
        const cookie = typeof token === 'string' ? tickets.enter(token) : null
        if (cookie === null) {
          response.writeHead(401, { 'content-type': jsonType }).end(JSON.stringify(failed('forbidden', '启动令牌已用过或已失效：请从文枢桌面程序重新打开窗口。')))
          return
        }
        response.writeHead(204, { 'set-cookie': `${cookieName}=${cookie}; HttpOnly; SameSite=Strict; Path=/` }).end()
        return
      }
      case 'call': return answerCall(host, verdict.method, verdict.body, request, response)
      case 'events': response.writeHead(426).end(); return
    }
  }

  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 600_000, headersTimeout: 15_000 }, (request, response) => {
    answer(request, response).catch(() => { response.destroy() })
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const verdict = judgeVisit(visitOf(request, request.headers.upgrade?.toLowerCase() === 'websocket' ? 'websocket' : 'none'), expected())
    if (!('pass' in verdict) || verdict.pass !== 'events') {
      socket.end(`HTTP/1.1 ${'refused' in verdict ? verdict.refused : 400} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    upgrades.handleUpgrade(request, socket, head, (line) => {
      sockets.add(line)
      line.on('close', () => sockets.delete(line))
      line.on('error', () => undefined)
    })
  })
  const stop = host.on((event) => { for (const line of sockets) line.send(JSON.stringify(event)) })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => { server.removeListener('error', reject); resolve() })
  })
  const taken = (server.address() as AddressInfo).port
  origin = `http://${profile}.localhost:${taken}`
  return {
    origin, port: taken, launchUrl,
    close: async () => {
      stop()
      for (const line of sockets) line.terminate()
      server.closeAllConnections()
      await new Promise<void>((resolve) => { server.close(() => resolve()) })
    },
  }
}
