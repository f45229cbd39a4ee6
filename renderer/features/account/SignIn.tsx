/** 登录: one calm column. The first time needs the server; afterwards the same password unlocks this device without it. */
import { useEffect, useState, type FormEvent, type ReactNode } from 'react'
import { Alert, Button, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Desktop, DesktopError } from '#core/desktop'
import type { SessionInfo } from '../../store/index.ts'
import { Field } from '../../ui/index.ts'
import { adviceFor } from './advice.ts'

type Props = {
  readonly desktop: Desktop
  /** account that this profile belongs to, or null before the first sign-in */
  readonly knownAccount: string | null
  /** wait that the host already imposes, ms */
  readonly retryAfterMs: number
  readonly onSignedIn: (session: SessionInfo) => void
  readonly onBarred: (reason: 'revoked' | 'tooOld') => void
}

/** Seconds left of a wait that was announced in ms; counts down once a second. */
const useWait = (first: number): readonly [number, (milliseconds: number) => void] => {
  const [until, setUntil] = useState(() => performance.now() + first)
  const [left, setLeft] = useState(() => Math.ceil(first / 1000))
  useEffect(() => {
    const count = (): void => setLeft(Math.max(0, Math.ceil((until - performance.now()) / 1000)))
    count()
    const timer = setInterval(count, 250)
    return () => clearInterval(timer)
  }, [until])
  return [left, (milliseconds) => setUntil(performance.now() + milliseconds)]
}

export const SignIn = ({ desktop, knownAccount, retryAfterMs, onSignedIn, onBarred }: Props): ReactNode => {
  const { t } = useTranslation()
  const [account, setAccount] = useState(knownAccount ?? '')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<DesktopError | null>(null)
  const [busy, setBusy] = useState(false)
  const [wait, setWait] = useWait(retryAfterMs)

  const signIn = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (busy || wait > 0 || account.trim() === '' || password === '') return
    setBusy(true)
    setProblem(null)
    const result = await desktop.call('session.signIn', { account: account.trim(), password })
    setBusy(false)
    if (result.ok) return onSignedIn(result.value)
    if (result.error.code === 'device_revoked') return onBarred('revoked')
    if (result.error.code === 'client_too_old') return onBarred('tooOld')
    setProblem(result.error)
    if (result.error.retryAfterMs !== undefined) setWait(result.error.retryAfterMs)
    if (result.error.code === 'wrong_password') {
      setPassword('')
      document.getElementById('sign-in-password')?.focus()
    }
  }

  const advice = problem === null ? null : adviceFor(problem, knownAccount !== null)
  return (
    <main className="ws-sign-in">
      <form onSubmit={(event) => void signIn(event)}>
        <h1>{t('app.name')}</h1>
        <p className="ws-quiet">{knownAccount === null ? t('account.firstTime') : t('account.unlock')}</p>
        <Field label={t('account.account')} htmlFor="sign-in-account">
          <Input
            id="sign-in-account" value={account} autoComplete="username" spellCheck={false} maxLength={64} autoFocus={knownAccount === null}
            onChange={(event) => setAccount(event.target.value)}
          />
        </Field>
        <Field label={t('account.password')} htmlFor="sign-in-password">
          <Input.Password
            id="sign-in-password" value={password} autoComplete="current-password" maxLength={256} autoFocus={knownAccount !== null}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <Button type="primary" htmlType="submit" block loading={busy} disabled={wait > 0}>
          {wait > 0 ? t('account.wait', { count: wait }) : knownAccount === null ? t('account.signIn') : t('account.open')}
        </Button>
        <div className="ws-sign-in-problem" aria-live="assertive">
          {problem === null || advice === null ? null : <Alert type={advice.tone} showIcon title={t(`account.problem.${advice.key}.title`)} description={t(`account.problem.${advice.key}.text`, { message: problem.message })} />}
        </div>
      </form>
    </main>
  )
}
