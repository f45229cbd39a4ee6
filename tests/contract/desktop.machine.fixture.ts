/** A browser's part in the loopback transport, in Node (浏览器替身): same-origin requests with Origin, Host and the cookie. */
import { request } from 'node:http'
import { WebSocket } from 'ws'
import type { LoopbackMachine, LoopbackResponse, LoopbackSocket } from '#core/desktop'

export type Answer = { readonly status: number; readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>; readonly body: Buffer }

/** One raw request to the port; headers exactly as given. */
export const knock = (port: number, method: string, path: string, headers: Record<string, string | string[]>, body?: string | Uint8Array): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, setHost: false, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })

export const browserAt = (origin: string): LoopbackMachine & { readonly cookie: () => string } => {
  const { host, port } = new URL(origin)
  let cookie = ''
  return {
    cookie: () => cookie,
    fetch: async (path, { method, headers, body }): Promise<LoopbackResponse> => {
      const answer = await knock(Number(port), method, path, { host, origin, 'sec-fetch-site': 'same-origin', ...(cookie === '' ? {} : { cookie }), ...headers }, body)
      const set = answer.headers['set-cookie']
      if (Array.isArray(set)) cookie = String(set[0]).split(';')[0]!
      return {
        status: answer.status,
        headers: { get: (name) => (typeof answer.headers[name] === 'string' ? answer.headers[name] : null) },
        json: async () => JSON.parse(answer.body.toString('utf8')) as unknown,
        arrayBuffer: async () => new Uint8Array(answer.body).buffer,
      }
    },
    socket: (path) => {
      const line = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host, origin, cookie } })
      const socket: LoopbackSocket = { close: () => line.terminate(), onmessage: null, onclose: null }
      line.on('message', (data) => socket.onmessage?.({ data: String(data) }))
      line.on('close', () => socket.onclose?.())
      line.on('error', () => undefined)
      return socket
    },
    later: (milliseconds, task) => { setTimeout(task, milliseconds).unref() },
  }
}
