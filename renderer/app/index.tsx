/** app: the window from its first frame to the frame around the screens (应用外壳). */
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useTranslation } from 'react-i18next'
import type { Desktop, MethodOutput } from '#core/desktop'
import { Barred, SignIn } from '../features/account/index.tsx'
import { ClientProvider, preferences, useClient, usePreferences, type SessionInfo } from '../store/index.ts'
import { Blank } from '../ui/index.ts'
import { markStyles, styleNonce } from './csp.ts'
import { connectDesktop } from './desktop.ts'
import { changeWords, startWords } from './i18n.ts'
import { Shell } from './Shell.tsx'
import { lookOf, paintRoot, sizesOf, themeOf } from './theme.ts'
import './style.css'

const useMedia = (query: string): boolean => {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches)
  useEffect(() => {
    const media = window.matchMedia(query)
    const changed = (): void => setMatches(media.matches)
    media.addEventListener('change', changed)
    return () => media.removeEventListener('change', changed)
  }, [query])
  return matches
}

/** Theme, sizes and language around everything; leaders get their mode as soon as the directory says so. */
const Dress = ({ leader, children }: { readonly leader: boolean; readonly children: ReactNode }): ReactNode => {
  const wanted = usePreferences()
  const dark = useMedia('(prefers-color-scheme: dark)')
  const calm = useMedia('(prefers-reduced-motion: reduce)')
  const look = lookOf(wanted, dark)
  const sizes = sizesOf(wanted, leader)
  paintRoot(look, sizes)
  useEffect(() => changeWords(wanted.language), [wanted.language])
  return (
    <ConfigProvider
      locale={wanted.language === 'en' ? enUS : zhCN} theme={themeOf(look, sizes, calm)} button={{ autoInsertSpace: false }} input={{ autoComplete: 'off' }} textArea={{ autoComplete: 'off' }} wave={{ disabled: true }}
      {...(styleNonce === undefined ? {} : { csp: { nonce: styleNonce } })}
    >
      {children}
    </ConfigProvider>
  )
}

const DressedShell = (): ReactNode => {
  const { projection, session } = useClient()
  return <Dress leader={projection.directory.people[session.personId]?.roles.includes('leader') === true}><Shell /></Dress>
}

type Phase =
  | { readonly kind: 'starting' }
  | { readonly kind: 'noHost'; readonly message: string }
  | { readonly kind: 'signIn'; readonly account: string | null; readonly retryAfterMs: number }
  | { readonly kind: 'barred'; readonly reason: 'revoked' | 'tooOld' }
  | { readonly kind: 'open'; readonly session: SessionInfo }

const App = (): ReactNode => {
  const { t } = useTranslation()
  const [desktop, setDesktop] = useState<Desktop | null>(null)
  const [app, setApp] = useState<MethodOutput<'app.info'> | null>(null)
  const [phase, setPhase] = useState<Phase>({ kind: 'starting' })
  const [attempt, setAttempt] = useState(0)
  /** A wiped device also signs its session out; the news of that must not take the explanation off the screen. */
  const barred = useRef(false)

  useEffect(() => {
    let stopped = false
    const start = async (): Promise<void> => {
      const connected = await connectDesktop()
      const [info, state] = await Promise.all([connected.call('app.info', {}), connected.call('session.state', {})])
      if (stopped || barred.current) return
      if (!info.ok || !state.ok) {
        setPhase({ kind: 'noHost', message: (info.ok ? (state.ok ? null : state.error) : info.error)?.message ?? '' })
        return
      }
      setDesktop(connected)
      setApp(info.value)
      const { session, account, retryAfterMs } = state.value
      setPhase(session === null ? { kind: 'signIn', account, retryAfterMs } : { kind: 'open', session })
    }
    void start()
    return () => { stopped = true }
  }, [attempt])

  const again = (): void => setAttempt(attempt + 1)
  if (phase.kind === 'noHost') return <Dress leader={false}><Blank tone="error" title={t('app.noHost.title')} text={`${t('app.noHost.text')} ${phase.message}`} action={{ label: t('app.noHost.again'), run: again }} /></Dress>
  if (phase.kind === 'starting' || desktop === null || app === null) return <Dress leader={false}><Blank tone="loading" title={t('app.starting')} /></Dress>
  switch (phase.kind) {
    case 'signIn':
      return (
        <Dress leader={false}>
          <SignIn
            desktop={desktop} knownAccount={phase.account} retryAfterMs={phase.retryAfterMs}
            onSignedIn={(session) => setPhase({ kind: 'open', session })} onBarred={(reason) => setPhase({ kind: 'barred', reason })}
          />
        </Dress>
      )
    case 'barred':
      return <Dress leader={false}><Barred desktop={desktop} reason={phase.reason} onBack={() => { barred.current = false; again() }} /></Dress>
    case 'open':
      return (
        <ClientProvider
          desktop={desktop} app={app} session={phase.session} onSignedOut={again} onWiped={() => { barred.current = true; setPhase({ kind: 'barred', reason: 'revoked' }) }}
          opening={<Dress leader={false}><Blank tone="loading" title={t('app.opening')} /></Dress>}
          failed={(problem, retry) => <Dress leader={false}><Blank tone="error" title={t('app.storeFailed.title')} text={`${t('app.storeFailed.text')} (${problem.message})`} action={{ label: t('app.storeFailed.again'), run: retry }} /></Dress>}
        >
          <DressedShell />
        </ClientProvider>
      )
  }
}

/** Draws the window into `element`. */
export const mount = (element: HTMLElement): void => {
  if (styleNonce !== undefined) markStyles(styleNonce)
  void startWords(preferences().language).then(() => createRoot(element).render(<App />))
}
