/** What is about to be signed, then the PIN, then the signature: the same panel for approving, sealing and receiving (个人签名). */
import { Button, Input } from 'antd'
import { useEffect, useId, useState, type ReactNode } from 'react'
import type { MethodInput } from '#core/desktop'
import { err, ok, type Result } from '#core/formats'
import type { Statement, StatementSignature } from '#core/route'
import { Notice, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { CreateKey } from './CreateKey.tsx'
import { usePersonalKey } from './personalKey.ts'
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

/** Seconds until `until` (ms since 1970), counted down to 0. */
const useCountdown = (until: number): number => {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    const count = (): void => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)))
    const first = setTimeout(count)
    const timer = setInterval(count, 500)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [until])
  return left
}

export const SignPanel = ({ title, facts, warning, action, statement, onSigned, onCancel }: SignPanelProps) => {
  const t = useWords()
  const { desktop } = useClient()
  const personalKey = usePersonalKey()
  const titleId = useId()
  const [pin, setPin] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [until, setUntil] = useState(0)
  const wait = useCountdown(until)

  const sign = async (): Promise<void> => {
    setProblem(null)
    const stated = statement()
    if (!stated.ok) return setProblem(stated.error.message)
    setBusy(true)
    const ask = (next: Statement) => desktop.call('keys.sign', { pin, statement: next as unknown as MethodInput<'keys.sign'>['statement'] })
    const signed = await ask(stated.value)
    setPin('')
    if (!signed.ok) {
      setBusy(false)
      if (signed.error.code === 'no_key') return personalKey.lost()
      setUntil(Date.now() + (signed.error.retryAfterMs ?? 0))
      return setProblem(signed.error.code === 'wrong_pin' ? t('sign.wrongPin') : signed.error.message)
    }
    const refused = await onSigned({ statement: stated.value, signature: signed.value.signature, certificate: signed.value.certificate }, async (statement_) => {
      const answer = await ask(statement_)
      return answer.ok ? ok({ statement: statement_, ...answer.value }) : err({ message: answer.error.message })
    })
    setBusy(false)
    setProblem(refused)
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
      <dl className="wk-facts">
        {facts.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
      </dl>
      {warning !== undefined && <Notice tone="warn">{warning}</Notice>}
      {personalKey.state !== 'ready'
        ? <><CreateKey personalKey={personalKey} /><Button onClick={onCancel}>{t('action.cancel')}</Button></>
        : (
            <form className="wk-sign" onSubmit={(event) => { event.preventDefault(); if (pin !== '' && wait === 0 && !isBusy) void sign() }}>
              {/* Read-only while it waits, not disabled: the focus stays where the next try is typed. */}
              <label>
                <span>{t('sign.pin')}</span>
                <Input.Password value={pin} onChange={(event) => setPin(event.target.value)} autoFocus autoComplete="off" maxLength={64} readOnly={isBusy || wait > 0} aria-invalid={problem !== null} />
              </label>
              <div aria-live="assertive">
                {problem !== null && <Notice tone="bad">{problem}{wait > 0 && <> {t('sign.wait', { seconds: wait })}</>} {t('sign.kept')}</Notice>}
              </div>
              <div className="wk-row">
                <Button type="primary" htmlType="submit" loading={isBusy} disabled={pin === '' || wait > 0}>{action}</Button>
                <Button onClick={onCancel} disabled={isBusy}>{t('action.cancel')}</Button>
              </div>
            </form>
          )}
    </section>
  )
}
