/** 批注: what the drafter and readers of the draft noted in the margin. Kept with the draft, never part of its text. */
import { Button, Input } from 'antd'
import { memo, useState } from 'react'
import { Nothing, useWords } from '../../paper/index.ts'
import { when } from '../../ui/index.ts'
import type { Remark } from './notes.ts'

export type RemarksPanelProps = {
  readonly remarks: readonly Remark[]
  /** the words that a new remark would stand on; null: nothing is chosen in the text */
  readonly target: string | null
  readonly isWriting: boolean
  readonly onWrite: (isWriting: boolean) => void
  readonly onAdd: (text: string) => void
  readonly onGo: (remark: Remark) => void
  readonly onResolve: (id: string) => void
  readonly onRemove: (id: string) => void
}

export const RemarksPanel = memo(({ remarks, target, isWriting, onWrite, onAdd, onGo, onResolve, onRemove }: RemarksPanelProps) => {
  const t = useWords()
  const ordered = [...remarks].sort((a, b) => Number(a.resolved !== null) - Number(b.resolved !== null) || (a.range?.block ?? 1e9) - (b.range?.block ?? 1e9))
  return (
    <section className="wk-remarks" aria-label={t('remark.title')}>
      <header className="wk-findings-head">
        <h2>{t('remark.title')}</h2>
        <span className="wk-note">{t('remark.keeps')}</span>
        <span className="wk-grow" />
        <Button size="small" disabled={isWriting} onClick={() => onWrite(true)}>{t('remark.add')}</Button>
      </header>
      {isWriting && target !== null && <Writing quote={target} onCancel={() => onWrite(false)} onAdd={onAdd} />}
      {ordered.length === 0 && !isWriting && <Nothing title={t('remark.none')} detail={t('remark.noneDetail')} />}
      <ul>
        {ordered.map((remark) => (
          <li key={remark.id} data-resolved={remark.resolved !== null}>
            <button type="button" className="wk-finding" disabled={remark.range === null} onClick={() => onGo(remark)}>
              <span className="wk-finding-place">{remark.author}</span>
              <span className="wk-finding-text">{remark.text}<q>{remark.quote}</q></span>
              <span className="wk-finding-clause">{remark.range === null ? t('remark.lost') : remark.resolved !== null ? t('remark.resolvedBy', { by: remark.resolved.by }) : when(remark.at)}</span>
            </button>
            <Button size="small" onClick={() => onResolve(remark.id)}>{remark.resolved === null ? t('remark.resolve') : t('remark.reopen')}</Button>
            <Button size="small" type="text" aria-label={t('remark.removeNamed', { text: remark.text })} onClick={() => onRemove(remark.id)}>{t('action.remove')}</Button>
          </li>
        ))}
      </ul>
    </section>
  )
})
RemarksPanel.displayName = 'RemarksPanel'

const Writing = ({ quote, onAdd, onCancel }: { readonly quote: string; readonly onAdd: (text: string) => void; readonly onCancel: () => void }) => {
  const t = useWords()
  const [text, setText] = useState('')
  const give = (): void => { if (text.trim() !== '') onAdd(text.trim()) }
  return (
    <form className="wk-reason" onSubmit={(event) => { event.preventDefault(); give() }} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); onCancel() } }}>
      <q>{quote}</q>
      <Input size="small" autoFocus aria-label={t('remark.text')} placeholder={t('remark.text')} value={text} maxLength={1000} onChange={(event) => setText(event.target.value)} />
      <Button size="small" type="primary" htmlType="submit" disabled={text.trim() === ''}>{t('remark.put')}</Button>
      <Button size="small" type="text" onClick={onCancel}>{t('action.cancel')}</Button>
    </form>
  )
}
