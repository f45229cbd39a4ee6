/** Puts the client of the signed-in person under the screens (客户端上下文). */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { DesktopCallError, type Desktop, type DesktopError, type MethodOutput } from '#core/desktop'
import { sm3Hex } from '#core/crypto'
import { err, ok } from '#core/formats'
import type { EngineStatus, Projection } from '#core/sync'
import type { FontSet } from '#core/typeset'
import { loadFonts } from './fonts.ts'
import { ClientContext, type Client, type SessionInfo } from './hooks.ts'
import { openClient, type OpenClient } from './open.ts'

export type ClientStart = { readonly desktop: Desktop; readonly app: MethodOutput<'app.info'>; readonly session: SessionInfo }

type Props = ClientStart & {
  /** shown until the local store is open; normally a few frames */
  readonly opening: ReactNode
  readonly failed: (problem: Error, retry: () => void) => ReactNode
  readonly onSignedOut: () => void
  /** I2: the local store is gone when this is called */
  readonly onWiped: () => void
  readonly children: ReactNode
}

/** Screens are redrawn at most this often while rows stream in, ms. */
const redrawEvery = 80

type Snapshot = { readonly projection: Projection; readonly status: EngineStatus }

const useMinute = (): string => {
  const [now, setNow] = useState(() => new Date().toISOString())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date().toISOString()), 60_000)
    return () => clearInterval(timer)
  }, [])
  return now
}

const useOpenClient = ({ desktop, session, app }: ClientStart, fail: (problem: Error) => void): OpenClient | null => {
  const [client, setClient] = useState<OpenClient | null>(null)
  useEffect(() => {
    let closed = false
    let opened: OpenClient | null = null
    const open = async (): Promise<void> => {
      try {
        opened = await openClient(desktop, session, app.profile)
        if (closed) opened.close()
        else setClient(opened)
      } catch (problem) {
        if (!closed) fail(problem instanceof Error ? problem : new Error(String(problem)))
      }
    }
    void open()
    return () => {
      closed = true
      opened?.close()
    }
  }, [desktop, session, app, fail])
  return client
}

/** Follows the engine, but not faster than a screen can be read. */
const useSnapshot = (client: OpenClient | null): Snapshot | null => {
  const [snapshot, setSnapshot] = useState<Snapshot | null>(null)
  useEffect(() => {
    if (client === null) return
    let waiting = false
    let stopped = false
    const read = async (): Promise<void> => {
      waiting = false
      const projection = await client.engine.projection()
      if (!stopped) setSnapshot({ projection, status: client.engine.status() })
    }
    const unsubscribe = client.engine.subscribe(() => {
      if (waiting || stopped) return
      waiting = true
      setTimeout(() => void read().catch(() => undefined), client.engine.status().syncing ? redrawEvery : 0)
    })
    return () => {
      stopped = true
      unsubscribe()
    }
  }, [client])
  const first = useMemo(() => (client === null ? null : { projection: client.first, status: client.engine.status() }), [client])
  return snapshot ?? first
}

const useFonts = (desktop: Desktop, ready: boolean): FontSet | null => {
  const [fonts, setFonts] = useState<FontSet | null>(null)
  useEffect(() => {
    if (!ready) return
    let stopped = false
    // After the first list is on screen: fonts are megabytes, and the list needs none of them.
    const idle = requestIdleCallback(() => void loadFonts(desktop).then((set) => { if (!stopped) setFonts(set) }), { timeout: 2000 })
    return () => {
      stopped = true
      cancelIdleCallback(idle)
    }
  }, [desktop, ready])
  return fonts
}

type OpenProps = Omit<Props, 'failed'> & { readonly fail: (problem: Error) => void }

const Opened = ({ desktop, app, session, opening, fail, onSignedOut, onWiped, children }: OpenProps): ReactNode => {
  const client = useOpenClient({ desktop, app, session }, fail)
  const snapshot = useSnapshot(client)
  const fonts = useFonts(desktop, snapshot !== null)
  const now = useMinute()
  const leave = useRef({ onSignedOut, onWiped })
  useEffect(() => { leave.current = { onSignedOut, onWiped } }, [onSignedOut, onWiped])

  useEffect(() => {
    if (client === null) return
    const stop = client.start()
    const wipe = (): void => void client.wipe().finally(() => leave.current.onWiped())
    const stopEvents = desktop.on((event) => {
      if (event.type === 'session' && !event.signedIn) leave.current.onSignedOut()
      if (event.type === 'wiped') wipe()
    })
    const stopStatus = client.engine.subscribe(() => { if (client.engine.status().connection === 'revoked') wipe() })
    return () => {
      stop()
      stopEvents()
      stopStatus()
    }
  }, [client, desktop])

  const value = useMemo((): Client | null => {
    if (client === null || snapshot === null) return null
    return {
      desktop, session, app, projection: snapshot.projection, status: snapshot.status, now, fonts,
      submit: async (body) => {
        try {
          return await client.submit(body)
        } catch (thrown) {
          // The journal could not be written (full disk, lost host): nothing was queued, and the person is told.
          if (thrown instanceof DesktopCallError) return err({ code: 'internal_error', detail: thrown.error.message })
          throw thrown
        }
      },
      sync: client.sync,
      dismissRejection: client.engine.dismissRejection,
      putContent: client.contents.put,
      loadContent: client.contents.load,
      putFile: async (bytes) => {
        const hash = sm3Hex(bytes)
        const stored = await desktop.call('blobs.put', { hash }, bytes)
        return stored.ok ? ok(hash) : err(stored.error)
      },
      readFile: async (hash) => {
        const bytes = await desktop.call('blobs.read', { hash })
        return bytes.ok ? ok(bytes.value) : err<DesktopError>(bytes.error)
      },
      signOut: async (confirm) => {
        const result = await desktop.call('session.signOut', { confirm })
        if (!result.ok) return err(result.error)
        onSignedOut()
        return ok(null)
      },
    }
  }, [client, snapshot, desktop, session, app, now, fonts, onSignedOut])

  return value === null ? opening : <ClientContext.Provider value={value}>{children}</ClientContext.Provider>
}

/** One client for as long as `session` stands; another person or another attempt starts from nothing. */
export const ClientProvider = ({ failed, ...props }: Props): ReactNode => {
  const [problem, setProblem] = useState<Error | null>(null)
  const [attempt, setAttempt] = useState(0)
  if (problem !== null) {
    return failed(problem, () => {
      setProblem(null)
      setAttempt(attempt + 1)
    })
  }
  return <Opened key={`${props.session.account}/${attempt}`} {...props} fail={setProblem} />
}
