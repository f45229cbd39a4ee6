/** The line on which the server says "pull now" (L7). Losing it costs latency only, so it comes back on its own, patiently. */
import { WebSocket } from 'ws'

export type PokeLine = { readonly close: () => void }

export type PokeOptions = {
  readonly serverUrl: string
  readonly certificateAuthority: string | null
  /** a token that is good now, or null while there is none */
  readonly token: () => Promise<string | null>
  readonly onPoke: () => void
  readonly onOpen: () => void
  /** shortest and longest pause between tries, milliseconds */
  readonly pause?: { readonly first: number; readonly longest: number }
}

const heartbeat = 45_000

export const openPokeLine = ({ serverUrl, certificateAuthority, token, onPoke, onOpen, pause = { first: 1000, longest: 60_000 } }: PokeOptions): PokeLine => {
  const url = `${serverUrl.replace(/^http/, 'ws').replace(/\/$/, '')}/v1/poke`
  let socket: WebSocket | null = null
  let timer: NodeJS.Timeout | null = null
  let closed = false
  let failures = 0

  const later = (): void => {
    if (closed) return
    // Spread over half the pause: after an outage a thousand clients must not come back in the same second.
    const wait = Math.min(pause.longest, pause.first * 2 ** Math.min(failures++, 16)) * (0.75 + Math.random() / 2)
    timer = setTimeout(() => { void connect() }, wait)
    timer.unref()
  }

  const connect = async (): Promise<void> => {
    const current = await token().catch(() => null)
    if (closed) return
    if (current === null) { later(); return }
    const line = new WebSocket(url, { handshakeTimeout: 10_000, maxPayload: 4096, ...(certificateAuthority === null ? {} : { ca: certificateAuthority }) })
    socket = line
    let silent: NodeJS.Timeout | null = null
    // A cut cable closes nothing: without an answer to our own ping the line is given up.
    const listen = (): void => {
      if (silent !== null) clearTimeout(silent)
      silent = setTimeout(() => {
        line.ping()
        silent = setTimeout(() => line.terminate(), 10_000)
        silent.unref()
      }, heartbeat)
      silent.unref()
    }
    line.on('open', () => { line.send(JSON.stringify({ token: current })); listen(); onOpen() })
    line.on('pong', listen)
    line.on('message', (data) => {
      failures = 0
      listen()
      try {
        const message: unknown = JSON.parse(String(data))
        if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'poke') onPoke()
      } catch {
        // Nothing else matters on this line.
      }
    })
    line.on('error', () => undefined)
    line.on('close', () => { if (silent !== null) clearTimeout(silent); if (socket === line) { socket = null; later() } })
  }

  void connect()
  return {
    close: () => {
      closed = true
      if (timer !== null) clearTimeout(timer)
      const line = socket
      socket = null
      line?.terminate()
    },
  }
}
