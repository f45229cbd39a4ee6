/** Setting up the personal key where it is first needed, or another one in its place (启用、更换个人密钥). */
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { assertNever } from '#core/formats'
import { useWords } from '../../paper/index.ts'
import { FromCarrier } from './FromCarrier.tsx'
import { FromFile } from './FromFile.tsx'
import { pinProblem } from './newPin.ts'
import type { PersonalKey } from './personalKey.ts'
import { PinField, takePin } from './PinField.tsx'
import { ProblemNote, useProblem } from './ProblemNote.tsx'

const places = ['soft', 'file', 'carrier'] as const
type Place = (typeof places)[number]

type Props = {
  readonly personalKey: PersonalKey
  readonly onDone: () => void
  readonly onCancel?: (() => void) | undefined
  /** `never` where it stands among other things: a page must not scroll to it, nor take keys for a PIN */
  readonly focus?: 'onMount' | 'never'
}
type FormProps = { readonly focus: 'onMount' | 'never'; readonly personalKey: PersonalKey; readonly takeCurrent: () => string | undefined; readonly onDone: () => void }

/** A new key on this device. */
const SoftKey = ({ personalKey, takeCurrent, onDone, focus }: FormProps) => {
  const t = useWords()
  const [fresh, again] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)]
  const [isBusy, setBusy] = useState(false)
  const problem = useProblem()
  const create = async (): Promise<void> => {
    const wrong = pinProblem(fresh.current?.value ?? '', again.current?.value ?? '')
    if (wrong !== null) return problem.say(t(`pin.problem.${wrong}`))
    problem.clear()
    setBusy(true)
    takePin(again.current)
    const failed = await personalKey.create(takePin(fresh.current), takeCurrent())
    setBusy(false)
    if (failed === null) onDone()
    else problem.fail(failed)
  }
  return (
    <form className="wk-sign" onSubmit={(event) => { event.preventDefault(); if (!isBusy && problem.wait === 0) void create() }}>
      <PinField label={t('pin.choose.newPin')} input={fresh} isNew focused={focus === 'onMount'} readOnly={isBusy} />
      <PinField label={t('pin.choose.again')} input={again} isNew readOnly={isBusy} />
      <ProblemNote problem={problem} />
      <div className="wk-row"><Button type="primary" htmlType="submit" loading={isBusy} disabled={problem.wait > 0}>{t('key.create')}</Button></div>
    </form>
  )
}

export const ChooseKey = ({ personalKey, onDone, onCancel, focus = 'onMount' }: Props) => {
  const t = useWords()
  const [place, setPlace] = useState<Place>('soft')
  const current = useRef<HTMLInputElement>(null)
  // A key in force is replaced only by whoever opens it.
  const isReplacing = personalKey.facts.state === 'ready'
  const form: FormProps = { personalKey, onDone, focus, takeCurrent: () => (isReplacing ? takePin(current.current) : undefined) }
  const chosen = (): React.ReactNode => {
    switch (place) {
      case 'soft': return <SoftKey {...form} />
      case 'file': return <FromFile {...form} />
      case 'carrier': return <FromCarrier {...form} />
      default: return assertNever(place)
    }
  }
  return (
    <section className="wk-choose-key">
      <h3>{t('key.createTitle')}</h3>
      <p className="wk-note">{t('key.createWhy')}</p>
      <fieldset className="wk-keys">
        <legend>{t('pin.choose.title')}</legend>
        {places.map((each) => (
          <label key={each} className="wk-option">
            <input type="radio" name="key-place" checked={each === place} onChange={() => setPlace(each)} />
            <span><strong>{t(`pin.choose.${each}`)}</strong><span className="wk-note">{t(`pin.choose.${each}About`)}</span></span>
          </label>
        ))}
      </fieldset>
      {isReplacing && (
        <div className="wk-current">
          <p className="wk-note">{t('pin.choose.currentWhy')}</p>
          <PinField label={t('pin.choose.current')} input={current} />
        </div>
      )}
      {chosen()}
      {onCancel !== undefined && <div className="wk-row"><Button onClick={onCancel}>{t('action.cancel')}</Button></div>}
    </section>
  )
}
