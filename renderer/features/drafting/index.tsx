/** drafting: writing, saving, sending (起草). The only door of this folder. */
import { Button } from 'antd'
import { useEffect, useEffectEvent, useState } from 'react'
import { mayAmend, standingRevision, type DocumentState } from '#core/route'
import { Failure, Nothing, useWords, Waiting } from '../../paper/index.ts'
import { goTo, useClient } from '../../store/index.ts'
import { openingOf, readLocalDraft } from './draft.ts'
import { DraftingDesk } from './DraftingDesk.tsx'
import { ForkChoice } from './ForkChoice.tsx'
import { NewDocument } from './NewDocument.tsx'
import { noNotes } from './notes.ts'
import type { DraftStart } from './useDraft.ts'
import './drafting.css'

export type DraftingScreenProps = { readonly documentId: string | null }

const DraftingScreen = ({ documentId }: DraftingScreenProps) => {
  const { projection } = useClient()
  if (documentId === null) return <NewDocument />
  const state = projection.documents.get(documentId)?.state ?? null
  return state !== null && state.status === 'draft' && state.drafts.length > 1
    ? <ForkChoice state={state} />
    // After a fork was settled another text is open: the desk starts anew.
    : <Opening key={documentId} documentId={documentId} state={state} />
}
export default DraftingScreen

type Loaded =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly start: DraftStart }
  | { readonly kind: 'empty' }
  | { readonly kind: 'failed'; readonly message: string }

const modeOf = (state: DocumentState | null, mayWrite: boolean): 'draft' | 'amend' | 'closed' =>
  state === null || state.status === 'draft' ? 'draft' : mayWrite ? 'amend' : 'closed'

const Opening = ({ documentId, state }: { readonly documentId: string; readonly state: DocumentState | null }) => {
  const t = useWords()
  const { desktop, loadContent, projection, session, now } = useClient()
  const [loaded, setLoaded] = useState<Loaded>({ kind: 'loading' })
  const [attempt, setAttempt] = useState(0)
  const mode = modeOf(state, state !== null && mayAmend(state, projection.directory, session.personId, now))
  const open = useEffectEvent(async (): Promise<Loaded> => {
    const listed = await desktop.call('drafts.list', {})
    if (!listed.ok) return { kind: 'failed', message: listed.error.message }
    const entry = listed.value.drafts.find((draft) => draft.documentId === documentId)
    const local = entry === undefined ? null : readLocalDraft(entry.json)
    if (entry !== undefined && local === null && state === null) return { kind: 'failed', message: t('drafting.localUnreadable') }
    const opening = openingOf(state, local)
    const start = { documentId, state, mode: mode === 'amend' ? 'amend' : 'draft', notes: local?.notes ?? noNotes } as const
    if (opening.kind === 'local') return { kind: 'ready', start: { ...start, content: opening.draft.content, base: opening.draft.base, dirty: opening.draft.dirty } }
    if (opening.kind === 'empty') return { kind: 'empty' }
    const content = await loadContent(opening.hash)
    return content.ok ? { kind: 'ready', start: { ...start, content: content.value.content, base: opening.hash, dirty: false } } : { kind: 'failed', message: content.error.message }
  })
  useEffect(() => {
    let stale = false
    if (mode === 'closed') return
    const load = async (): Promise<void> => {
      const next = await open()
      if (!stale) setLoaded(next)
    }
    void load()
    return () => { stale = true }
    // Opened once: a pull must not exchange the text under the hand.
  }, [attempt, mode])

  const toDocument = <Button onClick={() => goTo({ screen: 'document', documentId })}>{t('drafting.openDocument')}</Button>
  if (mode === 'closed') return <Nothing title={t('drafting.closed')} detail={t('drafting.closedDetail')} actions={toDocument} />
  switch (loaded.kind) {
    case 'loading': return <Waiting text={t('document.loading')} />
    case 'empty': return <Nothing title={t('drafting.notFound')} detail={t('drafting.notFoundDetail')} actions={<Button onClick={() => goTo({ screen: 'drafting', documentId: null })}>{t('drafting.new')}</Button>} />
    case 'failed': return (
      <Failure title={t('drafting.unreadable')} detail={t('drafting.unreadableDetail', { reason: loaded.message })} actions={<><Button type="primary" onClick={() => setAttempt(attempt + 1)}>{t('action.retry')}</Button>{state !== null && standingRevision(state) !== null && toDocument}</>} />
    )
    case 'ready': return <DraftingDesk start={loaded.start} />
  }
}
