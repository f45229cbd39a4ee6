/** A short queue beside its paper: groups of documents, arrows move, the choice is kept (待办队列). */
import type { KeyboardEvent, ReactNode } from 'react'
import type { DocumentState } from '#core/route'
import { useWords } from '../../paper/index.ts'

export type QueueGroup = { readonly title: string; readonly documents: readonly DocumentState[]; readonly note: (state: DocumentState) => string; readonly detail?: (state: DocumentState) => ReactNode }

export const Queue = ({ label, groups, chosen, onChoose }: { readonly label: string; readonly groups: readonly QueueGroup[]; readonly chosen: string | null; readonly onChoose: (documentId: string) => void }) => {
  const t = useWords()
  const all = groups.flatMap((group) => group.documents)
  const keys = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' || event.key === 'j' ? 1 : event.key === 'ArrowUp' || event.key === 'k' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const next = all[all.findIndex((state) => state.id === chosen) + step]
    if (next === undefined) return
    onChoose(next.id)
    document.getElementById(`wk-queue-${next.id}`)?.focus()
  }
  return (
    <nav className="wk-queue" aria-label={label} onKeyDown={keys}>
      {groups.filter((group) => group.documents.length > 0).map((group) => (
        <section key={group.title} aria-label={group.title}>
          <h2>{group.title} <span className="wk-num">{group.documents.length}</span></h2>
          <ul>
            {group.documents.map((state) => (
              <li key={state.id}>
                <button type="button" id={`wk-queue-${state.id}`} aria-current={state.id === chosen} onClick={() => onChoose(state.id)}>
                  <span>{state.title === '' ? t('document.untitled') : state.title}</span>
                  <span className="wk-note wk-num">{group.note(state)}</span>
                  {group.detail?.(state)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}
