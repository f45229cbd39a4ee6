/** Puts the client of the signed-in person under the screens (客户端上下文). */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { DesktopCallError, type Desktop, type DesktopError, type MethodOutput } from '#core/desktop'
import { sm3Hex } from '#core/crypto'
import { err, ok } from '#core/formats'
import type { EngineStatus, Projection } from '#core/sync'
import type { FontSet } from '#core/typeset'
import type { Syncing } from '../sync/index.ts'
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

const useOpenClient = ({ desktop, session, app }: ClientStart, attempt: number, fail: (problem: Error) => void): OpenClient | null => {
  const [client, setClient] = useState<OpenClient | null>(null)
  useEffect(() => {
    let closed = false
    let opened: OpenClient | null = null
    setClient(null)
    openClient(desktop, session, app.profile).then(
      (next) => {
        opened = next
        if (closed) next.close()
        else setClient(next)
      },
      (problem: unknown) => { if (!closed) fail(problem instanceof Error ? problem : new Error(String(problem))) },
    )
    return () => {
      closed = true
      opened?.close()
    }
  }, [desktop, session, app, attempt, fail])
  return client
}

/** Follows the engine, but not faster than a screen can be read. */
const useSnapshot = (client: OpenClient | null): Snapshot | null => {
  const [snapshot, setSnapshot] = useState<Snapshot | null>(null)
  useEffect(() => {
    if (client === null) return
    setSnapshot({ projection: client.first, status: client.engine.status() })
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
  return snapshot
}

const useFonts = (desktop: Desktop, ready: boolean): FontSet | null => {
  const [fonts, setFonts] = useState<FontSet | null>(null)
  useEffect(() => {
    if (!ready) return
    let stopped = false
    // After the first list is on screen: fonts are megabytes, and the list needs none of them.
    const timer = setTimeout(() => void loadFonts(desktop).then((set) => { if (!stopped) setFonts(set) }), 50)
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }, [desktop, ready])
  return fonts
}

export const ClientProvider = ({ desktop, app, session, opening, failed, onSignedOut, onWiped, children }: Props): ReactNode => {
  const [problem, setProblem] = useState<Error | null>(null)
  const [attempt, setAttempt] = useState(0)
  const client = useOpenClient({ desktop, app, session }, attempt, setProblem)
  const snapshot = useSnapshot(client)
  const fonts = useFonts(desktop, snapshot !== null)
  const now = useMinute()
  const syncing = useRef<Syncing | null>(null)
  const leave = useRef({ onSignedOut, onWiped })
  leave.current = { onSignedOut, onWiped }

  useEffect(() => {
    if (client === null) return
    const rounds = client.startSyncing()
    syncing.current = rounds
    const wipe = (): void => void client.wipe().finally(() => leave.current.onWiped())
    const stopEvents = desktop.on((event) => {
      if (event.type === 'session' && !event.signedIn) leave.current.onSignedOut()
      if (event.type === 'wiped') wipe()
    })
    const stopStatus = client.engine.subscribe(() => { if (client.engine.status().connection === 'revoked') wipe() })
    return () => {
      rounds.stop()
      stopEvents()
      stopStatus()
      syncing.current = null
    }
  }, [client, desktop])

  const value = useMemo((): Client | null => {
    if (client === null || snapshot === null) return null
    return {
      desktop, session, app, projection: snapshot.projection, status: snapshot.status, now, fonts,
      submit: async (body) => {
        try {
          const result = await client.submit(body)
          if (result.ok) syncing.current?.soon()
          return result
        } catch (thrown) {
          // The journal could not be written (full disk, lost host): nothing was queued, and the person is told.
          if (thrown instanceof DesktopCallError) return err({ code: 'internal_error', detail: thrown.error.message })
          throw thrown
        }
      },
      sync: () => syncing.current?.now() ?? Promise.resolve({ kind: 'stopped', failure: { kind: 'offline' } }),
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
        leave.current.onSignedOut()
        return ok(null)
      },
    }
  }, [client, snapshot, desktop, session, app, now, fonts])

  if (problem !== null) {
    return failed(problem, () => {
      setProblem(null)
      setAttempt(attempt + 1)
    })
  }
  return value === null ? opening : <ClientContext.Provider value={value}>{children}</ClientContext.Provider>
}
