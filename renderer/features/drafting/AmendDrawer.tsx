/** Forming a new revision while the document is on its way (修改文本). */
import { Button, Drawer, Input } from 'antd'
import { memo, useState } from 'react'
import { standingRevision } from '#core/route'
import { Notice, Redline, useContent, useWords, Waiting } from '../../paper/index.ts'
import { goTo, useClient } from '../../store/index.ts'
import type { Draft, DraftStart } from './useDraft.ts'

export type AmendDrawerProps = { readonly isOpen: boolean; readonly onClose: () => void; readonly draft: Draft; readonly start: DraftStart }

const Amending = (props: AmendDrawerProps) => {
  const t = useWords()
  return (
    <Drawer open={props.isOpen} onClose={props.onClose} size={760} destroyOnHidden title={t('drafting.amend')}>
      <AmendForm {...props} />
    </Drawer>
  )
}

/** A closed drawer is not drawn again for every key of the text behind it. */
export const AmendDrawer = memo(Amending, (before, after) => !before.isOpen && !after.isOpen)
AmendDrawer.displayName = 'AmendDrawer'

const AmendForm = ({ draft, start }: AmendDrawerProps) => {
  const t = useWords()
  const client = useClient()
  const parentHash = draft.base() ?? ''
  const parent = useContent(parentHash)
  const [note, setNote] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const standing = start.state === null ? null : standingRevision(start.state)
  const next = (standing?.number ?? 0) + 1

  const form = async (): Promise<void> => {
    setBusy(true)
    const stored = await draft.commit()
    if (!stored.ok) { setBusy(false); return setProblem(stored.message) }
    const amended = await client.submit({ type: 'revision.amend', documentId: start.documentId, contentHash: stored.hash, parentHash, note })
    setBusy(false)
    if (!amended.ok) return setProblem(amended.error.detail)
    await draft.discard()
    goTo({ screen: 'document', documentId: start.documentId }, 'replace')
  }
  return (
    <form className="wk-submit" onSubmit={(event) => { event.preventDefault(); void form() }}>
      {parent.kind === 'ready'
        ? <Redline before={parent.content} after={draft.content} beforeName={t('revision.number', { number: standing?.number ?? 0 })} afterName={t('revision.number', { number: next })} />
        : <Waiting text={t('document.loading')} />}
      <label>
        <span>{t('drafting.amendNote')}</span>
        <Input.TextArea value={note} onChange={(event) => setNote(event.target.value)} maxLength={500} className="wk-grows" autoFocus />
      </label>
      <p className="wk-note">{t('drafting.amendKeeps')}</p>
      {problem !== null && <Notice tone="bad">{t('submit.refused', { reason: problem })}</Notice>}
      <Button type="primary" htmlType="submit" loading={isBusy}>{t('drafting.formRevision', { number: next })}</Button>
    </form>
  )
}
