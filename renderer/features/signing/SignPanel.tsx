/** What is about to be signed, then the PIN, then the signature: the same panel for approving, sealing and receiving (个人签名). */
import { Button } from 'antd'
import { useId, useRef, useState, type ReactNode } from 'react'
import { refusalScreen, type DesktopError, type MethodInput, type PersonalRefusal } from '#core/desktop'
import { err, ok, type Result } from '#core/formats'
import type { Statement, StatementSignature } from '#core/route'
import { Notice, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { ChangePin } from './ChangePin.tsx'
import { ChooseKey } from './ChooseKey.tsx'
import { usePersonalKey } from './personalKey.ts'
import { PinField, takePin } from './PinField.tsx'
import { Countdown, Refusal, remedyOf, useCountdown } from './Refusal.tsx'
import './signing.css'

export type SignPanelProps = {
  readonly title: string
  /** what the signature covers, as label and value */
  readonly facts: readonly (readonly [string, ReactNode])[]
  /** a sentence that must be read before the PIN */
  readonly warning?: string
  readonly action: string
  /** built at the moment of signing; an error when there is nothing that may be signed */
  readonly statement: () => Result<Statement, { readonly message: string }>
  /** a sentence when the signed work was not taken, else null. `another` signs one more statement under the same PIN. */
  readonly onSigned: (signature: StatementSignature, another: SignAnother) => Promise<string | null>
  readonly onCancel: () => void
}

/** What the host says when it does not sign is told in its words. */
export type SignAnother = (statement: Statement) => Promise<Result<StatementSignature, { readonly message: string }>>

type Step = 'sign' | 'choose' | 'change'

export const SignPanel = ({ title, facts, warning, action, statement, onSigned, onCancel }: SignPanelProps) => {
  const t = useWords()
  const { desktop } = useClient()
  const personalKey = usePersonalKey()
  const titleId = useId()
  const refusalId = useId()
  const field = useRef<HTMLInputElement>(null)
  const [isFilled, setFilled] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [step, setStep] = useState<Step>('sign')
  const [problem, setProblem] = useState<DesktopError | string | null>(null)
  const [until, setUntil] = useState(0)
  const wait = useCountdown(until)
  const { state, carrier } = personalKey.facts
  const hasPad = carrier?.pad === true

  const sign = async (): Promise<void> => {
    setProblem(null)
    const stated = statement()
    if (!stated.ok) return setProblem(stated.error.message)
    setBusy(true)
    const pin = takePin(field.current)
    setFilled(false)
    const ask = (next: Statement) => desktop.call('keys.sign', { pin, statement: next as unknown as MethodInput<'keys.sign'>['statement'] })
    const signed = await ask(stated.value)
    if (!signed.ok) {
      setBusy(false)
      setUntil(Date.now() + (signed.error.retryAfterMs ?? 0))
      setProblem(signed.error)
      personalKey.refresh()
      setTimeout(() => field.current?.focus())
      return
    }
    const refused = await onSigned({ statement: stated.value, signature: signed.value.signature, certificate: signed.value.certificate }, async (another) => {
      const answer = await ask(another)
      return answer.ok ? ok({ statement: another, ...answer.value }) : err({ message: answer.error.message })
    })
    setBusy(false)
    setProblem(refused)
  }
  const back = (): void => {
    setStep('sign')
    setProblem(null)
    personalKey.refresh()
  }
  const told: PersonalRefusal | null = problem !== null && typeof problem !== 'string' ? (problem.refusal ?? null) : null
  const standing = told ?? (problem === null ? personalKey.facts.refusal : null)

  /** The buttons of a state in which no PIN can be typed: the one that helps first. */
  const waysOn = (remedy: Exclude<ReturnType<typeof remedyOf>, 'typeAgain'>): ReactNode => {
    const enrol = (): void => {
      setBusy(true)
      void personalKey.enrol().then((failed) => { setBusy(false); setProblem(failed) })
    }
    // A token whose PIN is changed elsewhere is tried again once that was done.
    const first = remedy === 'changePin' && carrier?.changesPin !== true ? 'retry' : remedy
    const acts = { changePin: () => setStep('change'), enrol, retry: back, otherKey: () => setStep('choose') } as const
    const rest = (['retry', 'otherKey'] as const).filter((way) => way !== first && !(way === 'retry' && first === 'enrol'))
    return (
      <>
        <Button type="primary" loading={isBusy} onClick={acts[first]}>{t(`pin.action.${first}`)}</Button>
        {rest.map((way) => <Button key={way} disabled={isBusy} onClick={acts[way]}>{t(`pin.action.${way}`)}</Button>)}
        <Button disabled={isBusy} onClick={onCancel}>{t('action.cancel')}</Button>
      </>
    )
  }

  const content = (): ReactNode => {
    if (!personalKey.isAsked) return <p className="wk-note" aria-busy="true">{t('pin.asking')}</p>
    if (step === 'change') return <ChangePin carrier={null} change={personalKey.changePin} onDone={back} onCancel={back} />
    if (step === 'choose' || state === 'absent') return <ChooseKey personalKey={personalKey} onDone={back} onCancel={state === 'absent' ? onCancel : back} />
    const remedy = standing === null ? 'typeAgain' : remedyOf(refusalScreen(standing))
    if (standing !== null && remedy !== 'typeAgain') return <Refusal refusal={standing} actions={waysOn(remedy)} />
    const isEmpty = !isFilled && !hasPad
    return (
      <form className="wk-sign" onSubmit={(event) => { event.preventDefault(); if (!isEmpty && wait === 0 && !isBusy) void sign() }}>
        {/* Read-only while it waits, not disabled: the focus stays where the next try is typed. */}
        {hasPad ? <Notice tone="info">{t('pin.padHint')}</Notice> : (
          <PinField label={t('sign.pin')} input={field} focused readOnly={isBusy || wait > 0} invalid={told?.reason === 'pinWrong'} describedBy={refusalId} onFilled={setFilled} />
        )}
        <Countdown seconds={wait} />
        <div className="wk-row">
          <Button type="primary" htmlType="submit" loading={isBusy} disabled={isEmpty || wait > 0}>{action}</Button>
          <Button onClick={onCancel} disabled={isBusy}>{t('action.cancel')}</Button>
        </div>
        {/* Below the buttons: at leaders' size the card must not push the way out off the screen. */}
        {told !== null && <Refusal id={refusalId} refusal={told} />}
        {problem !== null && told === null && <Notice tone="bad">{typeof problem === 'string' ? problem : problem.message} {t('pin.kept')}</Notice>}
      </form>
    )
  }
  return (
    <section
      className="wk-sign-panel" aria-labelledby={titleId}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || isBusy) return
        event.preventDefault()
        onCancel()
      }}
    >
      <h3 id={titleId}>{title}</h3>
      {/* Until there is a key nothing is signed: the room belongs to the choice. */}
      {state === 'absent' && personalKey.isAsked ? null : <dl className="wk-facts">
        {facts.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
      </dl>}
      {warning !== undefined && <Notice tone="warn">{warning}</Notice>}
      {content()}
    </section>
  )
}
