/** sealing: sealing and sending out (用印、封发). The only door of this folder. */
import { useState } from 'react'
import { hasRole } from '#core/access'
import type { DocumentState } from '#core/route'
import { Nothing, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { when } from '../approval/index.tsx'
import { DispatchPane } from './DispatchPane.tsx'
import { Queue } from './Queue.tsx'
import { SealPane } from './SealPane.tsx'
import './sealing.css'

export { Queue, type QueueGroup } from './Queue.tsx'
export { receiptVerdict } from './verdict.ts'
export { Verdict } from './Verdict.tsx'

const SealingScreen = () => {
  const t = useWords()
  const { projection, session } = useClient()
  const [picked, setPicked] = useState<string | null>(null)
  const mine = [...projection.documents.values()].filter(({ state }) =>
    hasRole(projection.directory, session.personId, 'sealClerk', state.organId) || hasRole(projection.directory, session.personId, 'registrar', state.organId))
  const of = (status: DocumentState['status']): readonly DocumentState[] => mine.map(({ state }) => state).filter((state) => state.status === status)
  const groups = [
    { title: t('seal.queue'), documents: of('composed'), note: (state: DocumentState) => state.number?.text ?? '' },
    { title: t('dispatch.queue'), documents: of('sealed'), note: (state: DocumentState) => state.number?.text ?? '' },
    {
      title: t('dispatch.sent'), documents: [...of('dispatched'), ...of('filed'), ...of('packaged')],
      note: (state: DocumentState) => t('flow.receipts', { done: state.dispatch?.targets.filter((target) => target.receipt !== null).length ?? 0, total: state.dispatch?.targets.length ?? 0 }),
    },
    { title: t('seal.coming'), documents: [...of('numbered')], note: (state: DocumentState) => when(state.updatedAt) },
  ]
  const all = groups.flatMap((group) => group.documents)
  // The paper just sealed stays before the eyes: it moves to the next group, and the choice goes with it.
  const chosen = all.find((state) => state.id === picked) ?? all[0]
  const open = chosen === undefined ? undefined : projection.documents.get(chosen.id)
  if (projection.directory.version === 0) return <Nothing title={t('document.noDirectory')} detail={t('document.noDirectoryDetail')} />
  if (chosen === undefined || open === undefined) return <Nothing title={t('seal.nothing')} detail={t('seal.nothingDetail')} />
  return (
    <main className="wk-split">
      <Queue label={t('seal.queueLabel')} groups={groups} chosen={chosen.id} onChoose={setPicked} />
      {chosen.status === 'composed'
        ? <SealPane key={chosen.id} document={open} />
        : chosen.seal !== null ? <DispatchPane key={chosen.id} document={open} /> : <Nothing title={t('seal.composing')} detail={t('seal.composingDetail')} />}
    </main>
  )
}
export default SealingScreen
