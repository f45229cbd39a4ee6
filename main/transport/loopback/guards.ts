/**
 * Who may speak to the loopback host (来访判定), as a pure function. Any page in the user's browser can send requests to
 * 127.0.0.1, so every request is refused unless each of its parts is the one expected. One reason a line.
 */
import { bytesType, inputHeader, jsonType, loopbackPaths } from '#core/desktop'

export type Visit = {
  readonly method: string
  /** as it stood in the request line */
  readonly target: string
  /** names in lower case; a header that came twice is an array */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** address of the other end of the connection */
  readonly remote: string
  readonly upgrade: 'websocket' | 'none'
}

export type Expected = {
  /** http://PROFILE.localhost:PORT */
  readonly origin: string
  readonly cookieName: string
  readonly knows: (cookie: string) => boolean
  /** proof of the same user on the same machine, from a file that only he can read */
  readonly controlSecret: string
}

export type Verdict =
  | { readonly pass: 'file'; readonly path: string }
  | { readonly pass: 'enter' }
  | { readonly pass: 'call'; readonly method: string; readonly body: 'json' | 'bytes' }
  | { readonly pass: 'events' }
  | { readonly pass: 'control' }
  | { readonly refused: number; readonly reason: string }

export const controlPath = '/control/launch'

const refuse = (status: number, reason: string): Verdict => ({ refused: status, reason })

const one = (value: string | readonly string[] | undefined): string | null => (typeof value === 'string' ? value : null)

const cookieOf = (header: string | null, name: string): string | null => {
  const found = (header ?? '').split(';').map((part) => part.trim()).filter((part) => part.startsWith(`${name}=`))
  // Two cookies of one name come from two places: neither is believed.
  return found.length === 1 ? found[0]!.slice(name.length + 1) : null
}

const sameText = (a: string, b: string): boolean => {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}

const mediaType = (header: string | null): string => (header ?? '').split(';')[0]!.trim().toLowerCase()

export const judgeVisit = (visit: Visit, expected: Expected): Verdict => {
  const { method, target, headers } = visit
  const local = visit.remote === '127.0.0.1' || visit.remote === '::ffff:127.0.0.1'
  if (!local) return refuse(403, 'remote address')
  // A name of somebody else's that resolves to this address (DNS rebinding) arrives with its own Host.
  const host = expected.origin.slice('http://'.length)
  if (one(headers['host']) !== host) return refuse(421, 'host')
  // Browsers send an Origin with every POST and every WebSocket; 'null' and lists are nobody's.
  const origin = headers['origin']
  if (origin !== undefined && origin !== expected.origin) return refuse(403, 'origin')
  if (!target.startsWith('/') || target.startsWith('//')) return refuse(400, 'target')
  const path = target.split('?')[0]!

  if (path === controlPath) {
    if (method !== 'POST' || visit.upgrade !== 'none') return refuse(405, 'method')
    // A page cannot read the secret's file; and what comes from a page has an Origin.
    if (origin !== undefined) return refuse(403, 'origin')
    return sameText(one(headers['authorization']) ?? '', `Bearer ${expected.controlSecret}`) ? { pass: 'control' } : refuse(401, 'secret')
  }

  const site = headers['sec-fetch-site']
  const cookie = cookieOf(one(headers['cookie']), expected.cookieName)
  const entered = cookie !== null && expected.knows(cookie)

  if (visit.upgrade === 'websocket' || path === loopbackPaths.events) {
    if (visit.upgrade !== 'websocket' || path !== loopbackPaths.events || method !== 'GET') return refuse(400, 'upgrade')
    if (origin === undefined) return refuse(403, 'origin')
    return entered ? { pass: 'events' } : refuse(401, 'cookie')
  }

  if (method === 'GET' || method === 'HEAD') {
    if (path === loopbackPaths.session || path.startsWith(loopbackPaths.call)) return refuse(405, 'method')
    // 'none' is the address bar; a page elsewhere may neither frame nor load what is here.
    const mode = one(headers['sec-fetch-mode'])
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && mode !== 'navigate') return refuse(403, 'site')
    return { pass: 'file', path }
  }
  if (method !== 'POST') return refuse(405, 'method')
  if (origin === undefined) return refuse(403, 'origin')
  if (site !== undefined && site !== 'same-origin') return refuse(403, 'site')
  // text/plain and forms are what a foreign page can send without asking first.
  const type = mediaType(one(headers['content-type']))
  if (path === loopbackPaths.session) return type === jsonType ? { pass: 'enter' } : refuse(415, 'content type')
  if (!path.startsWith(loopbackPaths.call)) return refuse(404, 'path')
  if (path !== target) return refuse(400, 'query')
  if (!entered) return refuse(401, 'cookie')
  const name = path.slice(loopbackPaths.call.length)
  if (type === jsonType) return { pass: 'call', method: name, body: 'json' }
  if (type === bytesType && one(headers[inputHeader]) !== null) return { pass: 'call', method: name, body: 'bytes' }
  return refuse(415, 'content type')
}

/** Path of a built file below the renderer's folder, or null for anything that could leave it. `/` is the page itself. */
export const staticPath = (path: string): string | null => {
  let decoded: string
  try { decoded = decodeURIComponent(path) } catch { return null }
  // What is still encoded after one decoding was encoded twice, to slip past someone.
  if (/[%\\\0:]/.test(decoded) || !decoded.startsWith('/')) return null
  const parts = decoded.slice(1).split('/')
  if (decoded === '/') return 'index.html'
  return parts.every((part) => /^[A-Za-z0-9_@~-][A-Za-z0-9._@~-]*$/.test(part)) ? parts.join('/') : null
}
