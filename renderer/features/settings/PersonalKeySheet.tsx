/** 个人密钥: made on this device under a PIN; it never leaves it. Needed to sign approvals, seals and receipts. */
import { useState, type FormEvent, type ReactNode } from 'react'
import { Alert, Button, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { Field, Sheet } from '../../ui/index.ts'
import { usePersonalKey } from '../signing/index.ts'
import { pinProblem } from './pin.ts'

export const PersonalKeySheet = (): ReactNode => {
  const { t } = useTranslation()
  const key = usePersonalKey()
  const [pin, setPin] = useState('')
  const [again, setAgain] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const run = async (action: () => Promise<{ readonly message: string } | null>): Promise<void> => {
    setBusy(true)
    const failed = await action()
    setBusy(false)
    setProblem(failed?.message ?? null)
    if (failed === null) {
      setPin('')
      setAgain('')
    }
  }
  const create = (event: FormEvent): void => {
    event.preventDefault()
    const wrong = pinProblem(pin, again)
    if (wrong === null) void run(() => key.create(pin))
    else setProblem(t(`settings.key.problem.${wrong}`))
  }
  return (
    <Sheet title={t('settings.key.title')} note={t(`settings.key.state.${key.state}`)}>
      {key.state === 'absent' ? (
        <form className="ws-form" onSubmit={create}>
          <Field label={t('settings.key.pin')} htmlFor="key-pin">
            <Input.Password id="key-pin" value={pin} autoComplete="new-password" maxLength={64} onChange={(event) => setPin(event.target.value)} />
          </Field>
          <Field label={t('settings.key.pinAgain')} htmlFor="key-pin-again">
            <Input.Password id="key-pin-again" value={again} autoComplete="new-password" maxLength={64} onChange={(event) => setAgain(event.target.value)} />
          </Field>
          <p className="ws-quiet ws-wide">{t('settings.key.about')}</p>
          <div><Button type="primary" htmlType="submit" loading={busy}>{t('settings.key.create')}</Button></div>
        </form>
      ) : null}
      {key.state === 'unenrolled' ? <div><Button loading={busy} onClick={() => void run(key.enrol)}>{t('settings.key.enrol')}</Button></div> : null}
      {problem === null ? null : <Alert type="error" showIcon title={problem} />}
    </Sheet>
  )
}
