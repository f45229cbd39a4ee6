/** The head of the drafting desk (起草标题栏): what is being written, what is shown beside it, and the one primary action. */
import { Button } from 'antd'
import { memo } from 'react'
import { Chip, useWords } from '../../paper/index.ts'
import { goTo } from '../../store/index.ts'

export type DeskBarProps = {
  readonly title: string
  readonly mode: 'draft' | 'amend'
  readonly form: 'shown' | 'hidden'
  readonly pages: 'shown' | 'hidden'
  readonly onForm: () => void
  readonly onPages: () => void
  readonly onSend: () => void
}

export const DeskBar = memo(({ title, mode, form, pages, onForm, onPages, onSend }: DeskBarProps) => {
  const t = useWords()
  return (
    <header className="wk-bar">
      <Button type="text" onClick={() => goTo({ screen: 'desk', box: 'todo', documentId: null })}>{t('action.back')}</Button>
      <h1 className="wk-bar-title" title={title}>{title === '' ? t('document.untitled') : title}</h1>
      {mode === 'amend' && <Chip tone="info">{t('drafting.amending')}</Chip>}
      <Button type="text" aria-pressed={form === 'shown'} onClick={onForm}>{form === 'shown' ? t('drafting.hideForm') : t('drafting.showForm')}</Button>
      <Button type="text" aria-pressed={pages === 'shown'} onClick={onPages}>{pages === 'shown' ? t('drafting.hidePages') : t('drafting.showPages')}</Button>
      <Button type="primary" title="Ctrl+Enter" onClick={onSend}>{mode === 'draft' ? t('drafting.submit') : t('drafting.amend')}</Button>
    </header>
  )
})
DeskBar.displayName = 'DeskBar'
