/** sealing: sealing and sending out (用印、封发), in batches, and the register of seals. The only door of this folder. */
import { Segmented } from 'antd'
import { useState, type ReactNode } from 'react'
import { hasRole } from '#core/access'
import { issuersOf, missingSeals, sealDeclineOf, sealRequestOf, type DocumentState } from '#core/route'
import type { ProjectedDocument } from '#core/sync'
import { Nothing, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { Batch } from './Batch.tsx'
import { DispatchPane } from './DispatchPane.tsx'
import { JointPane } from './JointPane.tsx'
import { Queue } from './Queue.tsx'
import { queueGroups } from './queueGroups.tsx'
import { Register } from './Register.tsx'
import { SealPane } from './SealPane.tsx'
import './sealing.css'

export { Queue, type QueueGroup } from './Queue.tsx'
export { receiptVerdict } from './verdict.ts'
export { Verdict } from './Verdict.tsx'

type View = 'queue' | 'batch' | 'register'

const SealingScreen = () => {
  const t = useWords()
  const { projection: { directory }, session } = useClient()
  const organId = directory.people[session.personId]?.organId ?? ''
  const seals = hasRole(directory, session.personId, 'sealClerk', organId)
  const watches = hasRole(directory, session.personId, 'securityAdmin') || hasRole(directory, session.personId, 'auditor')
  const views: readonly View[] = [...(seals ? ['queue', 'batch'] as const : watches ? [] : ['queue'] as const), ...(seals || watches ? ['register'] as const : [])]
  const [picked, setPicked] = useState<View>('queue')
  const view = views.includes(picked) ? picked : views[0] ?? 'queue'
  if (directory.version === 0) return <Nothing title={t('document.noDirectory')} detail={t('document.noDirectoryDetail')} />
  return (
    <section className="wk-seal-desk" aria-label={t('seal.queueLabel')}>
      {views.length > 1 && <div className="wk-seal-views"><Segmented<View> aria-label={t('seal.view.label')} value={view} onChange={setPicked} options={views.map((value) => ({ value, label: t(`seal.view.${value}`) }))} /></div>}
      <div className="wk-split">{bodyOf(view)}</div>
    </section>
  )
}
export default SealingScreen

const bodyOf = (view: View): ReactNode => {
  switch (view) {
    case 'queue': return <Waiting />
    case 'batch': return <BatchOfMine />
    case 'register': return <Register />
  }
}

/** Documents that the person's own organ issues, alone or with others: its clerk seals, its registrar sends out. */
const useMine = (): { readonly organId: string; readonly mine: readonly DocumentState[] } => {
  const { projection: { directory, documents }, session: { personId } } = useClient()
  const organId = directory.people[personId]?.organId ?? ''
  const [isClerk, isRegistrar] = [hasRole(directory, personId, 'sealClerk', organId), hasRole(directory, personId, 'registrar', organId)]
  const mine = [...documents.values()].map(({ state }) => state).filter((state) => isClerk && issuersOf(state).includes(organId) || isRegistrar && state.organId === organId)
  return { organId, mine }
}

const BatchOfMine = () => {
  const { projection } = useClient()
  const { organId, mine } = useMine()
  const ready = mine.filter((state) => state.status === 'composed' && missingSeals(state).includes(organId) && sealRequestOf(state, organId) === null && sealDeclineOf(state, organId) === null && projection.documents.get(state.id)?.pending.length === 0)
  return <Batch documents={ready} organId={organId} />
}

const Waiting = () => {
  const t = useWords()
  const { projection, session } = useClient()
  const [picked, setPicked] = useState<string | null>(null)
  const { organId, mine } = useMine()
  const groups = queueGroups(t, mine, { organId, personId: session.personId, directory: projection.directory })
  const all = groups.flatMap((group) => group.documents)
  // The paper just sealed stays before the eyes: it moves to the next group, and the choice goes with it.
  const chosen = all.find((state) => state.id === picked) ?? all[0]
  const open = chosen === undefined ? undefined : projection.documents.get(chosen.id)
  if (chosen === undefined || open === undefined) return <Nothing title={t('seal.nothing')} detail={t('seal.nothingDetail')} />
  return (
    <>
      <Queue label={t('seal.queueLabel')} groups={groups} chosen={chosen.id} onChoose={setPicked} />
      {paneOf(open, organId) ?? <Nothing title={t('seal.composing')} detail={t('seal.composingDetail')} />}
    </>
  )
}

const paneOf = (document: ProjectedDocument, organId: string): ReactNode => {
  const { state } = document
  if (state.seal !== null) return <DispatchPane key={state.id} document={document} organId={organId} />
  if (state.status !== 'composed') return null
  return missingSeals(state).includes(organId) ? <SealPane key={state.id} document={document} organId={organId} /> : <JointPane key={state.id} document={document} organId={organId} />
}
