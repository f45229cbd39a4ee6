/** 个人密钥: where it lies, whose certificate it has, another PIN, another key. Needed to sign approvals, seals and receipts. */
import { useState, type ReactNode } from 'react'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Facts, Sheet } from '../../ui/index.ts'
import { useWords } from '../../paper/index.ts'
import { CertificateLine, ChangePin, ChooseKey, Refusal, usePersonalKey } from '../signing/index.ts'

export const PersonalKeySheet = (): ReactNode => {
  const { t } = useTranslation()
  const words = useWords()
  const key = usePersonalKey()
  const { state, carrier, certificate, refusal } = key.facts
  const [step, setStep] = useState<'look' | 'choose' | 'change'>('look')
  const [note, setNote] = useState<string | null>(null)
  const done = (said: string | null): void => {
    setStep('look')
    setNote(said)
  }
  const enrol = async (): Promise<void> => setNote((await key.enrol())?.message ?? null)
  return (
    <Sheet title={t('settings.key.title')} note={t(`settings.key.state.${state}`)}>
      {carrier === null ? null : (
        <Facts facts={[
          [t('settings.key.carrier'), carrier.label === '' ? words(`pin.kind.${carrier.kind}`) : `${words(`pin.kind.${carrier.kind}`)}（${carrier.label}）`],
          [t('settings.key.certificate'), <CertificateLine key="certificate" facts={certificate} />],
        ]} />
      )}
      {refusal === null || step !== 'look' ? null : <Refusal refusal={refusal} />}
      {note === null ? null : <p role="status">{note}</p>}
      {key.isAsked && (state === 'absent' || step === 'choose') ? <ChooseKey personalKey={key} focus={step === 'choose' ? 'onMount' : 'never'} onDone={() => done(null)} onCancel={state === 'absent' ? undefined : () => done(null)} /> : null}
      {step === 'change' ? <ChangePin carrier={null} change={key.changePin} onDone={() => done(words('pin.change.done'))} onCancel={() => done(null)} /> : null}
      {state === 'absent' || step !== 'look' ? null : (
        <div className="ws-actions">
          {state === 'unenrolled' ? <Button type="primary" onClick={() => void enrol()}>{words('pin.action.enrol')}</Button> : null}
          {carrier?.changesPin === true ? <Button onClick={() => { setNote(null); setStep('change') }}>{words('pin.action.changePin')}</Button> : null}
          <Button onClick={() => { setNote(null); setStep('choose') }}>{words('pin.action.otherKey')}</Button>
        </div>
      )}
    </Sheet>
  )
}
