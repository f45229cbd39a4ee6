/** What lies on the seal desk, in the order in which it is taken up (用印与封发). */
import type { Directory } from '#core/access'
import { isJoint, missingSeals, sealRequestOf, type DocumentState } from '#core/route'
import { Chip, type Words } from '../../paper/index.ts'
import { sealCount, sealRows, when } from '../approval/index.tsx'
import type { QueueGroup } from './Queue.tsx'

type Seat = { readonly organId: string; readonly personId: string; readonly directory: Directory }

export const queueGroups = (t: Words, mine: readonly DocumentState[], { organId, personId, directory }: Seat): readonly QueueGroup[] => {
  const of = (...statuses: readonly DocumentState['status'][]): readonly DocumentState[] => mine.filter(({ status }) => statuses.includes(status))
  const toSeal = of('composed').filter((state) => missingSeals(state).includes(organId))
  const requestOf = (state: DocumentState) => sealRequestOf(state, organId)
  const asked = toSeal.filter((state) => requestOf(state) !== null)
  const isHost = (state: DocumentState): boolean => state.organId === organId
  const number = (state: DocumentState): string => state.number?.text ?? ''
  const name = (id: string): string => directory.organs[id]?.shortName ?? id
  const detail = (state: DocumentState) => {
    if (!isJoint(state) || state.status !== 'composed') return null
    const declined = sealRows(state).filter(({ look }) => look === 'declined')
    return (
      <>
        <span className="wk-note wk-num">{t('seal.joint.queue', sealCount(state))}</span>
        <span className="wk-note">{t('seal.joint.missing', { organs: missingSeals(state).map(name).join('、') })}</span>
        {declined.length > 0 && <span><Chip tone="bad">{t('seal.joint.declinedBy', { organs: declined.map((row) => name(row.organId)).join('、') })}</Chip></span>}
      </>
    )
  }
  return [
    { title: t('seal.toConfirm'), documents: asked.filter((state) => requestOf(state)?.by !== personId), note: number, detail },
    { title: t('seal.queue'), documents: toSeal.filter((state) => requestOf(state) === null), note: number, detail },
    { title: t('seal.asked'), documents: asked.filter((state) => requestOf(state)?.by === personId), note: number, detail },
    { title: t('seal.joint.others'), documents: of('composed').filter((state) => !missingSeals(state).includes(organId)), note: number, detail },
    { title: t('dispatch.queue'), documents: of('sealed').filter(isHost), note: number },
    { title: t('seal.joint.hostDispatches'), documents: of('sealed').filter((state) => !isHost(state)), note: number },
    {
      title: t('dispatch.sent'), documents: of('dispatched', 'filed', 'packaged'),
      note: (state) => isHost(state) ? t('flow.receipts', { done: state.dispatch?.targets.filter((target) => target.receipt !== null).length ?? 0, total: state.dispatch?.targets.length ?? 0 }) : number(state),
    },
    { title: t('seal.coming'), documents: of('numbered'), note: (state) => when(state.updatedAt) },
  ]
}
