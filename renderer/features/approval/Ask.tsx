/** A small action that needs a sentence first (撤回、批注、重新送出). */
import { Button, Input } from 'antd'
import { useState } from 'react'
import type { Refusal } from '#core/route'
import type { Result } from '#core/formats'
import { Notice, useWords } from '../../paper/index.ts'

export type AskProps = {
  readonly label: string
  readonly field: string
  readonly longest: number
  readonly text: 'required' | 'optional'
  readonly look: 'primary' | 'plain'
  readonly act: (text: string) => Promise<Result<unknown, Refusal>>
  readonly onDone: () => void
}

export const Ask = ({ label, field, longest, text: need, look, act, onDone }: AskProps) => {
  const t = useWords()
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  if (!isOpen) return <Button block={look === 'primary'} type={look === 'primary' ? 'primary' : 'text'} size={look === 'primary' ? 'large' : 'middle'} onClick={() => setOpen(true)}>{label}</Button>
  const send = async (): Promise<void> => {
    if (need === 'required' && text.trim() === '') return setProblem(t('ask.required', { field }))
    setBusy(true)
    const answer = await act(text)
    setBusy(false)
    if (!answer.ok) return setProblem(t('decide.refused', { reason: answer.error.detail }))
    setOpen(false)
    setText('')
    setProblem(null)
    onDone()
  }
  return (
    <form className="wk-ask" onKeyDown={(event) => { if (event.key === 'Escape') { event.preventDefault(); setOpen(false) } }} onSubmit={(event) => { event.preventDefault(); void send() }}>
      <label className="wk-opinion">
        <span>{field}</span>
        <Input.TextArea autoFocus value={text} onChange={(event) => setText(event.target.value)} maxLength={longest} className="wk-grows" aria-required={need === 'required'} />
      </label>
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      <div className="wk-row">
        <Button type={look === 'primary' ? 'primary' : 'default'} htmlType="submit" loading={isBusy}>{label}</Button>
        <Button onClick={() => { setOpen(false); setProblem(null) }}>{t('action.cancel')}</Button>
      </div>
    </form>
  )
}
