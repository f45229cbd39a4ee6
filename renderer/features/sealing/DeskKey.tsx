/** Where the key of the seal is expected, and opening the token that holds it (用印台密码设备). */
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { readCertificate } from '#core/crypto'
import { fromBase64 } from '#core/formats'
import type { SealEntry } from '#core/sync'
import { Chip, Notice, useWords } from '../../paper/index.ts'
import { PinField, ProblemNote, takePin, useProblem } from '../signing/index.ts'
import type { SealDesk } from './useSealDesk.ts'

const factsOf = (base64: string | undefined): { readonly subject: string; readonly until: string } | null => {
  const der = fromBase64(base64 ?? '')
  const read = der.ok ? readCertificate(der.value) : der
  return read.ok ? { subject: read.value.subject.text, until: read.value.notAfter.slice(0, 10) } : null
}

export const DeskKey = ({ seal, desk }: { readonly seal: SealEntry; readonly desk: SealDesk }) => {
  const t = useWords()
  const certificates = seal.desk ?? null
  return (
    <section aria-label={t('seal.desk.title')}>
      <h2>{t('seal.desk.title')}</h2>
      {certificates !== null && (['pdf', 'ofd'] as const).map((use) => {
        const facts = factsOf(certificates[use][0])
        return facts === null ? null : <p key={use} className="wk-note">{t('seal.desk.certificate', { use: use.toUpperCase(), ...facts })}</p>
      })}
      {desk.isOpen
        ? (
            <>
              <p><Chip tone="good">{t('seal.desk.open')}</Chip></p>
              <p className="wk-note">{t('seal.desk.openNote')}</p>
              <Button onClick={() => void desk.close()}>{t('seal.desk.close')}</Button>
            </>
          )
        : <Unlock desk={desk} />}
    </section>
  )
}

const Unlock = ({ desk }: { readonly desk: SealDesk }) => {
  const t = useWords()
  const pin = useRef<HTMLInputElement>(null)
  const [picked, setPicked] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const problem = useProblem()
  const { found } = desk
  if (found === null) return <p className="wk-note" aria-busy="true">{t('pin.choose.searching')}</p>
  const fit = found.carriers.filter(({ holds }) => holds !== 'other')
  const carrier = found.carriers.find(({ id }) => id === picked) ?? fit.find(({ id }) => id === desk.remembered) ?? fit[0] ?? found.carriers[0]
  const isShut = carrier === undefined || carrier.state === 'blocked' || carrier.holds === 'other'
  const half = found.open.pdf !== found.open.ofd
  const unlock = async (): Promise<void> => {
    if (carrier === undefined) return
    problem.clear()
    setBusy(true)
    const failed = await desk.open(carrier.id, takePin(pin.current))
    setBusy(false)
    if (failed === null) return
    problem.fail(failed)
    pin.current?.focus()
  }
  return (
    <form className="wk-sign" onSubmit={(event) => { event.preventDefault(); if (!isBusy && !isShut && problem.wait === 0) void unlock() }}>
      <p className="wk-note">{half ? t('seal.desk.half', found.open.pdf ? { open: 'PDF', missing: 'OFD' } : { open: 'OFD', missing: 'PDF' }) : t('seal.desk.expected')}</p>
      {desk.problem !== null && problem.what === null && <Notice tone="bad">{t('seal.desk.again', { reason: desk.problem.message })}</Notice>}
      <fieldset className="wk-keys">
        <legend>{t('seal.desk.carriers')}</legend>
        {found.carriers.length === 0 && <><strong>{t('pin.choose.none')}</strong><p className="wk-note">{t('pin.choose.noneNext')}</p></>}
        {found.carriers.map((each) => (
          <label key={each.id} className="wk-option">
            <input type="radio" name="seal-carrier" checked={each.id === carrier?.id} disabled={isBusy || each.holds === 'other'} onChange={() => setPicked(each.id)} />
            <span>
              <strong>{each.label}</strong>
              {each.serial !== '' && <span className="wk-note">{t('pin.choose.serial', { serial: each.serial })}</span>}
              {each.holds === 'other' && <span className="wk-cannot">{t('seal.desk.other')}</span>}
              {each.holds === 'unknown' && <span className="wk-note">{t('seal.desk.unknown')}</span>}
              {each.state !== 'ready' && <span className="wk-cannot">{t(`pin.choose.state.${each.state}`)}</span>}
            </span>
          </label>
        ))}
        {found.missing.length > 0 && <p className="wk-note">{t('pin.choose.missing', { names: found.missing.join('、') })}</p>}
      </fieldset>
      {!isShut && (carrier.pad ? <Notice tone="info">{t('pin.padHint')}</Notice> : <PinField label={t('seal.desk.pin')} input={pin} readOnly={isBusy || problem.wait > 0} />)}
      <ProblemNote problem={problem} />
      <div className="wk-row">
        <Button htmlType="submit" loading={isBusy} disabled={isShut || problem.wait > 0}>{t('seal.desk.unlock')}</Button>
        <Button disabled={isBusy} onClick={() => { takePin(pin.current); problem.clear(); desk.refresh() }}>{t('pin.choose.refresh')}</Button>
      </div>
    </form>
  )
}
