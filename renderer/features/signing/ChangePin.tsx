/** Another PIN (修改 PIN): of the key in use, or of a token that wants its first PIN changed. */
import { Button } from 'antd'
import { useRef, useState } from 'react'
import type { DesktopError, MethodInput } from '#core/desktop'
import { Notice, useWords } from '../../paper/index.ts'
import { pinProblem } from './newPin.ts'
import { PinField, takePin } from './PinField.tsx'
import { Countdown, Refusal, useCountdown } from './Refusal.tsx'

type Props = {
  /** opaque name of a carrier that is not in use yet; null for the key in use */
  readonly carrier: string | null
  readonly change: (input: MethodInput<'keys.changePin'>) => Promise<DesktopError | null>
  readonly onDone: () => void
  readonly onCancel: () => void
}

export const ChangePin = ({ carrier, change, onDone, onCancel }: Props) => {
  const t = useWords()
  const [old, fresh, again] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)]
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<DesktopError | string | null>(null)
  const [until, setUntil] = useState(0)
  const wait = useCountdown(until)
  const run = async (): Promise<void> => {
    const wrong = pinProblem(fresh.current?.value ?? '', again.current?.value ?? '')
    if (wrong !== null) return setProblem(t(`pin.problem.${wrong}`))
    setProblem(null)
    setBusy(true)
    const failed = await change({ carrier, pin: takePin(old.current), newPin: takePin(fresh.current) })
    takePin(again.current)
    setBusy(false)
    if (failed === null) return onDone()
    setUntil(Date.now() + (failed.retryAfterMs ?? 0))
    setProblem(failed)
    old.current?.focus()
  }
  return (
    <form className="wk-sign" aria-label={t('pin.change.title')} onSubmit={(event) => { event.preventDefault(); if (!isBusy && wait === 0) void run() }}>
      <h3>{t('pin.change.title')}</h3>
      <PinField label={t('pin.change.old')} input={old} focused readOnly={isBusy || wait > 0} />
      <PinField label={t('pin.change.new')} input={fresh} isNew readOnly={isBusy} />
      <PinField label={t('pin.change.again')} input={again} isNew readOnly={isBusy} />
      {typeof problem === 'string' && <Notice tone="bad">{problem}</Notice>}
      {problem !== null && typeof problem !== 'string' && (problem.refusal === undefined ? <Notice tone="bad">{problem.message}</Notice> : <Refusal refusal={problem.refusal} />)}
      <Countdown seconds={wait} />
      <div className="wk-row">
        <Button type="primary" htmlType="submit" loading={isBusy} disabled={wait > 0}>{t('pin.change.action')}</Button>
        <Button onClick={onCancel} disabled={isBusy}>{t('pin.change.cancel')}</Button>
      </div>
    </form>
  )
}
