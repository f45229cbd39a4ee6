/** A key on a token or at a signing service (密码设备、签名服务): plugged in, picked, opened with its PIN; the key stays where it is. */
import { Button } from 'antd'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { MethodOutput } from '#core/desktop'
import { Notice, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { ChangePin } from './ChangePin.tsx'
import { bestKey, CertificateLine, FoundKeys, type FoundKey } from './FoundKeys.tsx'
import type { PersonalKey } from './personalKey.ts'
import { PinField, takePin } from './PinField.tsx'
import { ProblemNote, useProblem } from './ProblemNote.tsx'

type Found = MethodOutput<'keys.carriers'>

export const FromCarrier = ({ personalKey, takeCurrent, onDone }: { readonly personalKey: PersonalKey; readonly takeCurrent: () => string | undefined; readonly onDone: () => void }) => {
  const t = useWords()
  const { desktop } = useClient()
  const pin = useRef<HTMLInputElement>(null)
  const [found, setFound] = useState<Found | null>(null)
  const [picked, setPicked] = useState('')
  const [keys, setKeys] = useState<readonly FoundKey[] | null>(null)
  const [chosen, setChosen] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [isChanging, setChanging] = useState(false)
  const problem = useProblem()

  const search = useCallback(async (): Promise<void> => {
    const answer = await desktop.call('keys.carriers', {})
    setFound(answer.ok ? answer.value : { carriers: [], missing: [] })
  }, [desktop])
  useEffect(() => {
    const first = setTimeout(() => void search())
    return () => clearTimeout(first)
  }, [search])

  const carrier = found?.carriers.find(({ id }) => id === picked) ?? found?.carriers[0]
  const sourceWith = (secret: string) => ({ kind: 'carrier' as const, id: carrier?.id ?? '', pin: secret })
  const look = async (): Promise<void> => {
    problem.clear()
    setBusy(true)
    // It stays in its field until the key was taken: the proof to the server is signed with it.
    const answer = await desktop.call('keys.look', { source: sourceWith(pin.current?.value ?? '') })
    setBusy(false)
    if (answer.ok) {
      setKeys(answer.value.keys)
      return setChosen(bestKey(answer.value.keys))
    }
    takePin(pin.current)
    problem.fail(answer.error)
    if (answer.error.refusal?.reason === 'pinChangeRequired' && carrier?.changesPin === true) setChanging(true)
    else pin.current?.focus()
    void search()
  }
  const use = async (): Promise<void> => {
    problem.clear()
    setBusy(true)
    const current = takeCurrent()
    const failed = await personalKey.use({ source: sourceWith(takePin(pin.current)), key: chosen, ...(current === undefined ? {} : { current }) })
    setBusy(false)
    setKeys(null)
    if (failed === null) onDone()
    else problem.fail(failed)
  }
  const again = (): void => {
    takePin(pin.current)
    setKeys(null)
    problem.clear()
    setFound(null)
    void search()
  }
  if (isChanging && carrier !== undefined) {
    return (
      <>
        <ProblemNote problem={problem} />
        <ChangePin carrier={carrier.id} change={personalKey.changePin} onDone={() => { setChanging(false); again() }} onCancel={() => setChanging(false)} />
      </>
    )
  }
  const mayUse = keys?.some(({ key, refusal }) => key === chosen && refusal === null) === true
  const isShut = carrier === undefined || carrier.state === 'blocked'
  const mustChange = carrier?.state === 'pinChangeRequired' && carrier.changesPin
  return (
    <form className="wk-sign" onSubmit={(event) => { event.preventDefault(); if (mustChange) setChanging(true); else if (!isBusy && !isShut && problem.wait === 0) void (keys === null ? look() : mayUse ? use() : undefined) }}>
      {found === null ? <p className="wk-note">{t('pin.choose.searching')}</p> : (
        <fieldset className="wk-keys">
          <legend>{t('pin.choose.carriers')}</legend>
          {found.carriers.length === 0 && <><strong>{t('pin.choose.none')}</strong><p className="wk-note">{t('pin.choose.noneNext')}</p></>}
          {found.carriers.map((each) => (
            <label key={each.id} className="wk-option">
              <input type="radio" name="carrier" checked={each.id === carrier?.id} disabled={keys !== null || isBusy} onChange={() => setPicked(each.id)} />
              <span>
                <strong>{each.label}</strong>
                {each.serial !== '' && <span className="wk-note">{t('pin.choose.serial', { serial: each.serial })}</span>}
                {each.certificates.map((facts) => <CertificateLine key={facts.subject + facts.notAfter} facts={facts} />)}
                {each.state !== 'ready' && <span className="wk-cannot">{t(`pin.choose.state.${each.state}`)}</span>}
              </span>
            </label>
          ))}
          {found.missing.length > 0 && <p className="wk-note">{t('pin.choose.missing', { names: found.missing.join('、') })}</p>}
        </fieldset>
      )}
      {!isShut && !mustChange && (carrier.pad ? <Notice tone="info">{t('pin.padHint')}</Notice> : <PinField label={t('pin.choose.pin')} input={pin} readOnly={isBusy || keys !== null || problem.wait > 0} />)}
      {keys !== null && <FoundKeys keys={keys} chosen={chosen} onChoose={setChosen} />}
      <ProblemNote problem={problem} />
      <div className="wk-row">
        <Button type="primary" htmlType="submit" loading={isBusy} disabled={isShut || problem.wait > 0 || (keys !== null && !mayUse)}>{t(mustChange ? 'pin.action.changePin' : keys === null ? 'pin.choose.look' : 'pin.choose.use')}</Button>
        <Button onClick={again} disabled={isBusy}>{t(keys === null ? 'pin.choose.refresh' : 'pin.choose.back')}</Button>
      </div>
    </form>
  )
}
