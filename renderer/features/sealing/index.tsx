/** sealing: sealing and sending out (用印、封发), in batches, and the register of seals. The only door of this folder. */
import { Segmented } from 'antd'
import { useState, type ReactNode } from 'react'
import { hasRole } from '#core/access'
import type { DocumentState } from '#core/route'
import { Nothing, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { when } from '../approval/index.tsx'
import { Batch } from './Batch.tsx'
import { DispatchPane } from './DispatchPane.tsx'
import { Queue } from './Queue.tsx'
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

const useMine = (): readonly DocumentState[] => {
  const { projection, session } = useClient()
  return [...projection.documents.values()].map(({ state }) => state).filter((state) =>
    hasRole(projection.directory, session.personId, 'sealClerk', state.organId) || hasRole(projection.directory, session.personId, 'registrar', state.organId))
}

const BatchOfMine = () => {
  const { projection } = useClient()
  const mine = useMine()
  return <Batch documents={mine.filter((state) => state.status === 'composed' && (state.sealRequest ?? null) === null && projection.documents.get(state.id)?.pending.length === 0)} />
}

const Waiting = () => {
  const t = useWords()
  const { projection, session } = useClient()
  const [picked, setPicked] = useState<string | null>(null)
  const mine = useMine()
  const of = (status: DocumentState['status']): readonly DocumentState[] => mine.filter((state) => state.status === status)
  const asked = of('composed').filter((state) => (state.sealRequest ?? null) !== null)
  const number = (state: DocumentState): string => state.number?.text ?? ''
  const groups = [
    { title: t('seal.toConfirm'), documents: asked.filter((state) => state.sealRequest?.by !== session.personId), note: number },
    { title: t('seal.queue'), documents: of('composed').filter((state) => (state.sealRequest ?? null) === null), note: number },
    { title: t('seal.asked'), documents: asked.filter((state) => state.sealRequest?.by === session.personId), note: number },
    { title: t('dispatch.queue'), documents: of('sealed'), note: number },
    {
      title: t('dispatch.sent'), documents: [...of('dispatched'), ...of('filed'), ...of('packaged')],
      note: (state: DocumentState) => t('flow.receipts', { done: state.dispatch?.targets.filter((target) => target.receipt !== null).length ?? 0, total: state.dispatch?.targets.length ?? 0 }),
    },
    { title: t('seal.coming'), documents: of('numbered'), note: (state: DocumentState) => when(state.updatedAt) },
  ]
  const all = groups.flatMap((group) => group.documents)
  // The paper just sealed stays before the eyes: it moves to the next group, and the choice goes with it.
  const chosen = all.find((state) => state.id === picked) ?? all[0]
  const open = chosen === undefined ? undefined : projection.documents.get(chosen.id)
  if (chosen === undefined || open === undefined) return <Nothing title={t('seal.nothing')} detail={t('seal.nothingDetail')} />
  return (
    <>
      <Queue label={t('seal.queueLabel')} groups={groups} chosen={chosen.id} onChoose={setPicked} />
      {chosen.status === 'composed'
        ? <SealPane key={chosen.id} document={open} />
        : chosen.seal !== null ? <DispatchPane key={chosen.id} document={open} /> : <Nothing title={t('seal.composing')} detail={t('seal.composingDetail')} />}
    </>
  )
}
