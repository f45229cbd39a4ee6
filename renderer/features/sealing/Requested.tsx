/** A seal under dual control that was asked for: the second clerk confirms or returns it, the first may withdraw it (双人用印). */
import { Button, Input } from 'antd'
import { useState } from 'react'
import { isSealStatement, sealRequestOf, statedPlace, stateSealConfirmation, type DocumentState } from '#core/route'
import type { SealEntry } from '#core/sync'
import { err, ok } from '#core/formats'
import { Notice, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { personName, when } from '../approval/index.tsx'
import { SignPanel } from '../signing/index.ts'
import { DeskKey } from './DeskKey.tsx'
import { placeText } from './PlaceSection.tsx'
import { sealPurpose } from './sealPlace.ts'
import { deskBase, type SealDesk } from './useSealDesk.ts'

type Props = {
  readonly state: DocumentState; readonly organId: string; readonly isOnline: boolean; readonly isProven: boolean
  readonly seal: SealEntry | null; readonly desk: SealDesk
}

export const Requested = ({ state, organId, isOnline, isProven, seal, desk }: Props) => {
  const t = useWords()
  const { projection, session, submit, sync } = useClient()
  const [doing, setDoing] = useState<'nothing' | 'confirming' | 'returning'>('nothing')
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const request = sealRequestOf(state, organId)
  if (request === null) return null
  const isMine = request.by === session.personId
  const place = statedPlace(request.signature.statement)
  const giveBack = async (): Promise<void> => {
    if (reason.trim() === '') return setProblem(t('seal.reasonNeeded'))
    const answer = await submit({ type: 'document.returnSeal', documentId: state.id, reason: reason.trim() })
    if (!answer.ok) return setProblem(answer.error.detail)
    setDoing('nothing')
    void sync()
  }
  if (doing === 'confirming') {
    return (
      <SignPanel
        title={t('seal.confirmTitle')} action={t('seal.confirmAct')} warning={t('seal.final')}
        facts={[[t('field.title'), state.title], [t('field.number'), state.number?.text ?? ''], [t('seal.which'), request.sealName], [t('seal.requestedBy'), personName(projection.directory, request.by)], ...(place === null ? [] : [[t('seal.place'), placeText(t, place)] as const])]}
        statement={() => {
          const statement = stateSealConfirmation(state, { organId, person: session.personId, claimedAt: new Date().toISOString() })
          return statement === null ? err({ message: t('seal.requestGone') }) : ok(statement)
        }}
        onSigned={async (signature) => {
          const asked = request.signature.statement
          const signed = desk.isNeeded && isSealStatement(asked)
            ? await desk.sign({ documentId: state.id, purpose: sealPurpose, signature, request: asked, base: deskBase(state) }) : null
          if (signed?.ok === false) {
            setDoing('nothing')
            return signed.error.message
          }
          const answer = await submit({ type: 'document.confirmSeal', documentId: state.id, signature, ...(signed === null ? {} : { desk: signed.value }) })
          if (!answer.ok) return answer.error.detail
          setDoing('nothing')
          void sync()
          return null
        }}
        onCancel={() => setDoing('nothing')}
      />
    )
  }
  return (
    <section className="wk-request" aria-label={t('seal.dual')}>
      <h2>{t('seal.dual')}</h2>
      <Notice tone={isMine ? 'info' : 'warn'}>
        {isMine ? t('seal.waitingSecond', { time: when(request.receivedAt), seal: request.sealName }) : t('seal.askedFor', { name: personName(projection.directory, request.by), time: when(request.receivedAt), seal: request.sealName })}
      </Notice>
      {doing === 'returning'
        ? (
            <form className="wk-decide" onSubmit={(event) => { event.preventDefault(); void giveBack() }}>
              <label className="wk-opinion"><span>{t('seal.reason')}</span><Input.TextArea autoFocus value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} className="wk-grows" /></label>
              {problem !== null && <Notice tone="bad">{problem}</Notice>}
              <div className="wk-row">
                <Button type="primary" htmlType="submit">{isMine ? t('seal.withdraw') : t('seal.return')}</Button>
                <Button onClick={() => setDoing('nothing')}>{t('action.cancel')}</Button>
              </div>
            </form>
          )
        : (
            <>
              {!isMine && !isOnline && <Notice tone="warn">{t('seal.onlineOnly')}</Notice>}
              {!isMine && seal !== null && desk.isNeeded && <DeskKey seal={seal} desk={desk} />}
              {!isMine && <Button type="primary" size="large" block disabled={!isOnline || !isProven || (desk.isNeeded && !desk.isOpen)} onClick={() => setDoing('confirming')}>{t('seal.confirm')}</Button>}
              {isMine && <p className="wk-note">{t('seal.notSelf')}</p>}
              <Button block onClick={() => setDoing('returning')}>{isMine ? t('seal.withdraw') : t('seal.return')}</Button>
            </>
          )}
    </section>
  )
}
