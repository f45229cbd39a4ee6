/** One request to the server (HTTP 请求), with limits on everything the other end decides: time, size, encoding. */
import { request as plainRequest, Agent as PlainAgent, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as tlsRequest, Agent as TlsAgent } from 'node:https'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

export type HttpRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT'
  /** begins with a slash */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | { readonly size: number; readonly chunks: AsyncIterable<Uint8Array> }
  /** milliseconds of silence that are borne */
  readonly patience?: number
  /** 'never': must not reach the server twice, even when the connection broke before an answer */
  readonly again?: 'never'
}

export type HttpResponse = {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** decoded; errors when the connection breaks */
  readonly body: AsyncIterable<Uint8Array>
}

/** Rejects with `Unreachable` when there was no answer. */
export type Http = { readonly send: (request: HttpRequest) => Promise<HttpResponse>; readonly close: () => void }

export class Unreachable extends Error {
  constructor(reason: string) { super(reason); this.name = 'Unreachable' }
}
export class AnswerTooLarge extends Error {
  constructor() { super('answer too large'); this.name = 'AnswerTooLarge' }
}

const silence = 15_000

/** @param serverUrl http(s)://host:port without a path @param certificateAuthority PEM; when given, only it is trusted for TLS */
export const createHttp = (serverUrl: string, certificateAuthority: string | null): Http => {
  const url = new URL(serverUrl)
  const secure = url.protocol === 'https:'
  const agent = secure
    ? new TlsAgent({ keepAlive: true, maxSockets: 8, ...(certificateAuthority === null ? {} : { ca: certificateAuthority }) })
    : new PlainAgent({ keepAlive: true, maxSockets: 8 })

  const once = ({ method, path, headers, body, patience = silence, again }: HttpRequest): Promise<HttpResponse> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? null : body instanceof Uint8Array ? body.length : body.size
      const options: RequestOptions = {
        agent, method, path, hostname: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
        headers: { 'accept-encoding': 'gzip', ...headers, ...(length === null ? {} : { 'content-length': String(length) }) },
      }
      const sent = (secure ? tlsRequest : plainRequest)(options, (message) => {
        resolve({ status: message.statusCode ?? 0, headers: message.headers, body: decoded(message) })
      })
      sent.setTimeout(patience, () => sent.destroy(new Unreachable('timeout')))
      // A kept connection that the server had closed already says nothing about the server: once more on a fresh one.
      sent.on('error', (error: NodeJS.ErrnoException) => {
        const stale = sent.reusedSocket && error.code === 'ECONNRESET' && again === undefined && !(body !== undefined && 'chunks' in body)
        reject(stale ? new StaleConnection() : new Unreachable(error.code ?? error.message))
      })
      if (body === undefined) sent.end()
      else if (body instanceof Uint8Array) sent.end(body)
      // Whichever end breaks, the other is closed too: a file that is being sent must not stay open behind a cut line.
      else pipeline(Readable.from(body.chunks), sent, () => undefined)
    })

  const send: Http['send'] = async (request) => {
    for (let tries = 0; ; tries++) {
      try {
        return await once(request)
      } catch (error) {
        if (!(error instanceof StaleConnection)) throw error
        if (tries >= 8) throw new Unreachable('connection reset')
      }
    }
  }
  return { send, close: () => agent.destroy() }
}

class StaleConnection extends Error {}

const decoded = (message: IncomingMessage): AsyncIterable<Uint8Array> =>
  message.headers['content-encoding'] === 'gzip' ? message.pipe(createGunzip().on('close', () => message.destroy())) : message

/** The whole body, or AnswerTooLarge; Unreachable when it broke off. */
export const readBody = async (response: HttpResponse, maxBytes: number): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const part of response.body) {
      size += part.length
      if (size > maxBytes) throw new AnswerTooLarge()
      parts.push(part)
    }
  } catch (error) {
    if (error instanceof AnswerTooLarge) throw error
    throw new Unreachable((error as Error).message)
  }
  return new Uint8Array(Buffer.concat(parts))
}
