/** The wire of the remote seal service (远程印章服务): docs/spec/keys.md R1–R9. */
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { z } from 'zod'

const base64 = z.string().max(256 * 1024).regex(/^[A-Za-z0-9+/]*={0,2}$/)
const algorithm = z.enum(['sm2-sm3', 'rsa-sha256', 'ecdsa-p256-sha256'])
const id = z.string().min(1).max(200)

export const wire = {
  keys: z.object({ keys: z.array(z.object({ id, label: z.string().max(200), algorithm, chain: z.array(base64).max(10) })).max(1000) }),
  session: z.object({ session: z.string().min(16).max(200).regex(/^[A-Za-z0-9_-]+$/) }),
  signature: z.object({ requestId: id, signature: base64 }),
  openRequest: z.object({ pin: z.string().max(1024) }),
  signRequest: z.object({ requestId: z.string().regex(/^[0-9a-f]{32}$/), algorithm, message: z.string().max(16 * 1024 * 1024) }),
  refusal: z.object({
    error: z.object({
      code: z.enum(['no_key', 'pin_wrong', 'delayed', 'blocked', 'pin_change_required', 'unsupported', 'session_ended', 'request_reused']),
      retryAfterMs: z.number().int().min(0).max(86_400_000).optional(),
      triesLeft: z.number().int().min(0).max(1000).optional(),
    }),
  }),
} as const

export type WireRefusal = z.infer<typeof wire.refusal>['error']

/** The longest answer that is read, bytes. */
const mostAnswer = 1024 * 1024

export type Question = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly session?: string
}
export type Line = {
  readonly base: URL
  readonly timeoutMs: number
  /** PEM of the authority that vouches for the service's TLS certificate, where that is not a public one */
  readonly ca?: string
}

/** True for a service that may be spoken to: over TLS, or on this machine (R1). */
export const isSafeService = (url: URL): boolean =>
  url.username === '' && url.password === '' && (url.protocol === 'https:' || (url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)))

/**
 * Asks once; null when there was no whole answer in time. Redirects are not followed: a PIN goes to the service that was named.
 * An answer that is not JSON has `body` null.
 */
export const ask = ({ base, timeoutMs, ca }: Line, { method, path, body, session }: Question): Promise<{ readonly status: number; readonly body: unknown } | null> =>
  new Promise((resolve) => {
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body), 'utf8')
    const headers: Record<string, string | number> = { accept: 'application/json' }
    if (content !== undefined) Object.assign(headers, { 'content-type': 'application/json', 'content-length': content.length })
    if (session !== undefined) headers.authorization = `Bearer ${session}`
    const url = new URL(`${base.pathname.replace(/\/$/, '')}${path}`, base)
    const options = { method, headers, signal: AbortSignal.timeout(timeoutMs) }
    const none = (): void => resolve(null)
    const request = url.protocol === 'https:' ? requestHttps(url, { ...options, ...(ca === undefined ? {} : { ca }) }) : requestHttp(url, options)
    request.on('error', none)
    request.on('response', (response) => {
      const parts: Buffer[] = []
      let length = 0
      response.on('error', none)
      response.on('aborted', none)
      response.on('data', (part: Buffer) => {
        length += part.length
        if (length > mostAnswer) response.destroy()
        else parts.push(part)
      })
      response.on('close', none)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(parts)) }))
    })
    request.end(content)
  })

const parsed = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    return null
  }
}
