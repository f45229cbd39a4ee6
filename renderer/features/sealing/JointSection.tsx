/** Of a joint issue, whose seals are there and for whom dispatch waits (联合用印). Nothing where there is one organ. */
import { isJoint, missingSeals, type DocumentState } from '#core/route'
import { Notice, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { sealCount, sealRows, SealsList } from '../approval/index.tsx'

/** @param organId whose clerk looks at it */
export const JointSection = ({ state, organId }: { readonly state: DocumentState; readonly organId: string }) => {
  const t = useWords()
  const { projection: { directory } } = useClient()
  if (!isJoint(state)) return null
  const name = (id: string): string => directory.organs[id]?.name ?? id
  const missing = missingSeals(state)
  const declined = sealRows(state).filter((row) => row.look === 'declined' && row.organId !== organId)
  return (
    <section aria-label={t('seal.joint.title')}>
      <h2>{t('seal.joint.count', sealCount(state))}</h2>
      <SealsList state={state} />
      {declined.map((row) => <Notice key={row.organId} tone="bad">{t('seal.joint.settle', { organ: name(row.organId) })}</Notice>)}
      {/* Whom it waits for is in the list; said once more to whom it keeps from going on. */}
      {missing.length > 0 && !missing.includes(organId) && <Notice tone="info">{t('seal.joint.dispatchWaits', { organs: missing.map(name).join('、') })}</Notice>}
    </section>
  )
}
