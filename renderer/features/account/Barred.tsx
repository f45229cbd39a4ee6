/** Screens of a device that may not go on (停用与版本过旧): what happened, what is kept, what to do. */
import { useState, type ReactNode } from 'react'
import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Desktop } from '#core/desktop'
import { exportUnsent } from './exportUnsent.ts'

type Props = { readonly desktop: Desktop; readonly reason: 'revoked' | 'tooOld'; readonly onBack: () => void }

export const ExportUnsent = ({ desktop, primary }: { readonly desktop: Desktop; readonly primary?: 'primary' }): ReactNode => {
  const { t } = useTranslation()
  const [outcome, setOutcome] = useState<{ readonly tone: 'success' | 'error'; readonly text: string } | null>(null)
  const run = async (): Promise<void> => {
    const result = await exportUnsent(desktop)
    setOutcome(result.ok ? { tone: 'success', text: t('account.export.done', { name: result.value }) } : { tone: 'error', text: t('account.export.failed', { message: result.error.message }) })
  }
  return (
    <div className="ws-stack">
      <div><Button type={primary ?? 'default'} onClick={() => void run()}>{t('account.export.action')}</Button></div>
      {outcome === null ? null : <Alert type={outcome.tone} showIcon title={outcome.text} />}
    </div>
  )
}

export const Barred = ({ desktop, reason, onBack }: Props): ReactNode => {
  const { t } = useTranslation()
  const part = (name: string): ReactNode => (
    <>
      <h2>{t(`account.barred.${name}`)}</h2>
      <p>{t(`account.barred.${reason}.${name}`)}</p>
    </>
  )
  return (
    <main className="ws-sign-in ws-barred">
      <div>
        <h1>{t(`account.barred.${reason}.title`)}</h1>
        {part('happened')}
        {part('kept')}
        {part('next')}
        <div className="ws-stack">
          {reason === 'tooOld' ? <ExportUnsent desktop={desktop} primary="primary" /> : null}
          <div><Button onClick={onBack}>{t('account.barred.back')}</Button></div>
        </div>
      </div>
    </main>
  )
}
