/** Two devices wrote from the same draft: both texts side by side, a choice, nothing lost (草稿分叉). */
import { Button } from 'antd'
import { useState } from 'react'
import type { DocumentState, DraftHead } from '#core/route'
import { Failure, Notice, Redline, useContent, useWords, Waiting } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { when } from '../../ui/index.ts'

export const ForkChoice = ({ state }: { readonly state: DocumentState }) => {
  const t = useWords()
  const { submit, desktop, session } = useClient()
  const [left, right] = [state.drafts.at(-2), state.drafts.at(-1)]
  const first = useContent(left?.hash ?? null)
  const second = useContent(right?.hash ?? null)
  const [problem, setProblem] = useState<string | null>(null)
  if (left === undefined || right === undefined) return null
  const choose = async (head: DraftHead): Promise<void> => {
    const settled = await submit({ type: 'draft.settle', documentId: state.id, contentHash: head.hash, replaces: state.drafts.map((draft) => draft.hash) })
    if (!settled.ok) return setProblem(settled.error.detail)
    await desktop.call('drafts.discard', { documentId: state.id })
  }
  // The later text stands on the right and is the primary choice; both buttons stand over their own text.
  const name = (head: DraftHead): string => t('fork.name', { time: when(head.savedAt, 'seconds'), device: head.deviceId === session.deviceId ? t('fork.thisDevice') : t('fork.otherDevice') })
  if (first.kind === 'failed' || second.kind === 'failed') {
    return <Failure title={t('fork.unreadable')} detail={t('fork.unreadableDetail')} actions={<Button onClick={() => { first.retry(); second.retry() }}>{t('action.retry')}</Button>} />
  }
  if (first.kind !== 'ready' || second.kind !== 'ready') return <Waiting text={t('document.loading')} />
  return (
    <main className="wk-fork">
      <h1>{t('fork.title')}</h1>
      <p className="wk-note">{t('fork.explain')}</p>
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      <div className="wk-fork-sides">
        <section aria-label={name(left)}><div className="wk-row wk-fork-head"><h2>{name(left)}</h2><Button onClick={() => void choose(left)}>{t('fork.take')}</Button></div><Redline before={second.content} after={first.content} beforeName={name(right)} afterName={name(left)} /></section>
        <section aria-label={name(right)}><div className="wk-row wk-fork-head"><h2>{name(right)}</h2><Button type="primary" onClick={() => void choose(right)}>{t('fork.take')}</Button></div><Redline before={first.content} after={second.content} beforeName={name(left)} afterName={name(right)} /></section>
      </div>
    </main>
  )
}
