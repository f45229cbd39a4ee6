/** The rail beside the paper: what is to be done, one primary action, and what others said (办理栏). */
import { Button } from 'antd'
import { useState } from 'react'
import type { ProjectedDocument } from '#core/sync'
import { Notice, useWords } from '../../paper/index.ts'
import { goTo, useClient } from '../../store/index.ts'
import { actionsOf } from './actions.ts'
import { Ask } from './Ask.tsx'
import { Decide, type OnScreen } from './Decide.tsx'
import { organName, personName, when } from './names.ts'
import { Next } from './Next.tsx'

type RailProps = { readonly document: ProjectedDocument; readonly onScreen: OnScreen | null; readonly stand: 'window' | 'pane' }

export const Rail = ({ document, onScreen, stand }: RailProps) => {
  const t = useWords()
  const { state, pending, expectedRefusal } = document
  const { projection: { directory }, session, now, submit, status } = useClient()
  const [said, setSaid] = useState<string | null>(null)
  const actions = actionsOf(state, directory, session.personId, now)
  const { task } = actions
  const isOnline = status.connection === 'online'
  const tell = (word: string) => (): void => setSaid(isOnline ? t(`done.${word}`) : t(`done.${word}Offline`))
  const go = (label: string, place: Parameters<typeof goTo>[0]) => <Button type="primary" size="large" block onClick={() => goTo(place)}>{label}</Button>

  const main = (() => {
    switch (task?.kind) {
      case undefined: return null
      case 'draft': return go(t('rail.continue'), { screen: 'drafting', documentId: state.id })
      case 'settleFork': return go(t('rail.settle'), { screen: 'drafting', documentId: state.id })
      case 'revise': return (
        <>
          <Notice tone="warn">{t('rail.returned')}</Notice>
          <Ask label={t('rail.resubmit')} field={t('rail.resubmitNote')} longest={500} text="optional" look="primary" onDone={tell('resubmitted')} act={(note) => submit({ type: 'step.resubmit', documentId: state.id, note })} />
        </>
      )
      case 'decide': return <Decide key={task.branch.id} state={state} task={task} nextStep={actions.nextStep} onScreen={onScreen} onDone={setSaid} />
      case 'seal': case 'confirmSeal': return go(t('rail.seal'), { screen: 'sealing' })
      case 'dispatch': return go(t('rail.dispatch'), { screen: 'sealing' })
      case 'receive': return go(t('rail.receive'), { screen: 'receiving' })
      case 'file': return go(t('rail.file'), { screen: 'archive' })
    }
  })()

  return (
    <aside className="wk-rail" aria-label={t('rail.label')}>
      {said !== null && <Notice tone="good">{said}</Notice>}
      {said !== null && task === null && <Next documentId={state.id} stand={stand} />}
      {pending.length > 0 && said === null && <Notice tone="info">{isOnline ? t('rail.sending') : t('rail.queued', { count: pending.length })}</Notice>}
      {expectedRefusal !== null && <Notice tone="warn">{t('rail.expectedRefusal', { reason: expectedRefusal.detail })}</Notice>}
      {main ?? (said === null && <p className="wk-note">{t('rail.nothing')}</p>)}
      <div className="wk-secondary">
        {actions.mayAmend && <Button type="text" onClick={() => goTo({ screen: 'drafting', documentId: state.id })}>{t('rail.amend')}</Button>}
        {actions.mayComment && <Ask label={t('rail.comment')} field={t('rail.commentText')} longest={2000} text="required" look="plain" onDone={tell('commented')} act={(text) => submit({ type: 'comment.add', documentId: state.id, text })} />}
        {actions.mayRecall && <Ask label={t('rail.recall')} field={t('rail.recallReason')} longest={500} text="required" look="plain" onDone={tell('recalled')} act={(reason) => submit({ type: 'document.recall', documentId: state.id, reason })} />}
      </div>
      {(state.opinions.length > 0 || state.comments.length > 0) && (
        <section className="wk-said" aria-label={t('rail.said')}>
          <h2>{t('rail.said')}</h2>
          <ul>
            {state.opinions.toReversed().map((opinion, index) => (
              <Said
                key={opinion.commandId} name={personName(directory, opinion.by)} mark={opinion.decision === 'return' ? t('sheet.returned') : null}
                text={opinion.text === '' ? t('sheet.emptyOpinion') : opinion.text} isOpen={index === 0 && state.revising}
                more={`${opinion.stepName} · ${opinion.organId === state.organId ? '' : `${organName(directory, opinion.organId)} `}${when(opinion.receivedAt)}`}
              />
            ))}
            {state.comments.map((comment, index) => (
              <Said key={index} name={personName(directory, comment.by)} mark={null} text={comment.text} isOpen={false} more={`${t('record.commented')} · ${when(comment.receivedAt)}`} />
            ))}
          </ul>
        </section>
      )}
    </aside>
  )
}

/** Who said what, one line each; the whole of it one key further. */
const Said = ({ name, mark, text, more, isOpen }: { readonly name: string; readonly mark: string | null; readonly text: string; readonly more: string; readonly isOpen: boolean }) => (
  <li>
    <details open={isOpen}>
      <summary><span className="wk-said-name">{name}</span><span className="wk-said-text">{mark !== null && <strong>{mark} </strong>}{text}</span></summary>
      <p className="wk-note">{more}</p>
    </details>
  </li>
)
