/**
 * The table over HTTP (本机回环): paths and headers that both ends agree on, and the screen's end of it.
 * The machine's `fetch` and socket are arguments, so the same code runs in a browser and in a test.
 *
 *   POST /session          {"token"} from the URL fragment → 204 and the cookie; once per token
 *   POST /call/METHOD      JSON input → 200 DesktopResult as JSON; for `bytesOut` the bytes themselves (application/octet-stream)
 *   POST /call/METHOD      `bytesIn`: raw body, application/octet-stream, input as percent-encoded JSON in the header `wenshu-input`
 *   GET  /events           WebSocket of DesktopEvent as JSON
 */
import { desktopLimits, failed } from './judge.ts'
import { desktopErrorCodes, desktopTable, type Desktop, type DesktopEvent, type DesktopResult } from './table.ts'

export const loopbackPaths = { session: '/session', call: '/call/', events: '/events' } as const
export const inputHeader = 'wenshu-input'
/** The fragment that carries the launch token: `#launch=TOKEN` */
export const launchFragment = '#launch='
export const jsonType = 'application/json'
export const bytesType = 'application/octet-stream'

export type LoopbackResponse = {
  readonly status: number
  readonly headers: { readonly get: (name: string) => string | null }
  readonly json: () => Promise<unknown>
  readonly arrayBuffer: () => Promise<ArrayBuffer>
}
export type LoopbackRequest = {
  readonly method: 'POST'
  readonly headers: Record<string, string>
  readonly body: string | Uint8Array<ArrayBuffer>
}
export type LoopbackSocket = { close: () => void; onmessage: ((event: { data: unknown }) => void) | null; onclose: (() => void) | null }

export type LoopbackMachine = {
  /** same-origin fetch with cookies */
  readonly fetch: (path: string, request: LoopbackRequest) => Promise<LoopbackResponse>
  /** a WebSocket to a path of the same origin */
  readonly socket: (path: string) => LoopbackSocket
  readonly later: (milliseconds: number, task: () => void) => void
}

const gone = () => failed('internal', '本机服务没有回应：请重新运行文枢桌面程序。已保存的内容都在本机，没有丢失。')

const tooLarge = () => failed('too_large', '内容超过上限，未保存；原有内容没有改变，请分开或精简后再试。')

const isResult = (value: unknown): value is DesktopResult<never> => {
  if (typeof value !== 'object' || value === null || !('ok' in value)) return false
  if (value.ok === true) return 'value' in value
  const error = 'error' in value ? value.error : null
  return value.ok === false && typeof error === 'object' && error !== null && 'code' in error && (desktopErrorCodes as readonly unknown[]).includes(error.code)
}

const isEvent = (value: unknown): value is DesktopEvent =>
  typeof value === 'object' && value !== null && 'type' in value && ['poke', 'connection', 'session', 'wiped', 'changed'].includes(value.type as string)

/** Exchanges the launch token of the URL fragment for the cookie. False when the token was used or is not of this run. */
export const enterLoopback = async (machine: LoopbackMachine, token: string): Promise<boolean> => {
  try {
    const response = await machine.fetch(loopbackPaths.session, { method: 'POST', headers: { 'content-type': jsonType }, body: JSON.stringify({ token }) })
    return response.status === 204
  } catch {
    return false
  }
}

/** The contract over HTTP. Never rejects: what goes wrong on the way is an `internal` result. */
export const createLoopbackDesktop = (machine: LoopbackMachine): Desktop => {
  const listeners = new Set<(event: DesktopEvent) => void>()
  let socket: LoopbackSocket | null = null
  let attempt = 0

  const connect = (): void => {
    const opened = machine.socket(loopbackPaths.events)
    socket = opened
    opened.onmessage = ({ data }) => {
      attempt = 0
      let event: unknown
      try { event = JSON.parse(String(data)) } catch { return }
      if (isEvent(event)) for (const listener of listeners) listener(event)
    }
    opened.onclose = () => {
      if (socket !== opened) return
      socket = null
      // A poke that was missed costs latency only (L7), so this end waits patiently.
      machine.later(Math.min(30_000, 500 * 2 ** attempt++), () => { if (listeners.size > 0 && socket === null) connect() })
    }
  }

  const call: Desktop['call'] = async (method, input, body) => {
    const bytesIn = desktopTable[method].effect === 'bytesIn'
    // The host would refuse it in the middle of the upload, which a browser shows as a broken connection.
    if (body !== undefined && body.length > desktopLimits.bodyBytes) return tooLarge()
    const request: LoopbackRequest = bytesIn
      ? { method: 'POST', headers: { 'content-type': bytesType, [inputHeader]: encodeURIComponent(JSON.stringify(input)) }, body: new Uint8Array(body ?? []) }
      : { method: 'POST', headers: { 'content-type': jsonType }, body: JSON.stringify(input) }
    if (!bytesIn && request.body.length > desktopLimits.jsonBytes) return tooLarge()
    try {
      const response = await machine.fetch(loopbackPaths.call + method, request)
      if (response.headers.get('content-type')?.startsWith(bytesType) === true) return { ok: true, value: new Uint8Array(await response.arrayBuffer()) as never }
      const result = await response.json()
      return isResult(result) ? result : gone()
    } catch {
      return gone()
    }
  }

  return {
    call,
    on: (listener) => {
      listeners.add(listener)
      if (socket === null) connect()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) { const open = socket; socket = null; open?.close() }
      }
    },
  }
}
