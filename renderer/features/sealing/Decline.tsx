/** A joint issuer's clerk gives the document back to the host without sealing it, with the reason (退回主办机关). Rule J5 of docs/spec/route.md. */
import { Button, Input } from 'antd'
import { useState } from 'react'
import { sealDeclineOf, type DocumentState } from '#core/route'
import { Notice, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { personName, when } from '../approval/index.tsx'

type DeclineProps = { readonly state: DocumentState; readonly organId: string; readonly isOpen: boolean; readonly onOpen: (isOpen: boolean) => void }

export const Decline = ({ state, organId, isOpen, onOpen }: DeclineProps) => {
  const t = useWords()
  const { submit, sync } = useClient()
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const send = async (): Promise<void> => {
    if (reason.trim() === '') return setProblem(t('seal.reasonNeeded'))
    const answer = await submit({ type: 'document.declineSeal', documentId: state.id, reason: reason.trim() })
    if (!answer.ok) return setProblem(answer.error.detail)
    onOpen(false)
    void sync()
  }
  if (!isOpen) return <Button block onClick={() => { onOpen(true); setReason(''); setProblem(null) }}>{t(sealDeclineOf(state, organId) === null ? 'seal.decline.act' : 'seal.decline.again')}</Button>
  return (
    <form className="wk-decide" aria-label={t('seal.decline.act')} onSubmit={(event) => { event.preventDefault(); void send() }}>
      <p className="wk-note">{t('seal.decline.about')}</p>
      <label className="wk-opinion"><span>{t('seal.decline.reason')}</span><Input.TextArea autoFocus value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} className="wk-grows" /></label>
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      <div className="wk-row"><Button type="primary" htmlType="submit">{t('seal.decline.act')}</Button><Button onClick={() => onOpen(false)}>{t('action.cancel')}</Button></div>
    </form>
  )
}

/** What other organs gave back, for whom it is to be settled with; and the own word, for whom has said it. */
export const Declined = ({ state, organId }: { readonly state: DocumentState; readonly organId: string }) => {
  const t = useWords()
  const { projection: { directory } } = useClient()
  const own = sealDeclineOf(state, organId)
  return own === null ? null : <Notice tone="warn">{t('seal.decline.done', { name: personName(directory, own.by), time: when(own.receivedAt), reason: own.reason })}</Notice>
}
