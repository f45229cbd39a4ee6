/** A joint issue that the own organ has sealed and others have not: the newest file, and for whom it waits (联合用印). */
import { useMemo } from 'react'
import { sealOf, statedPlace } from '#core/route'
import type { ProjectedDocument } from '#core/sync'
import { Notice, PdfPages, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { newestFile } from '../approval/index.tsx'
import { drawOthers } from './jointPlaces.tsx'
import { JointSection } from './JointSection.tsx'
import { useShownPlace } from './sealPlace.ts'
import { Verdict } from './Verdict.tsx'

export const JointPane = ({ document: { state, pending }, organId }: { readonly document: ProjectedDocument; readonly organId: string }) => {
  const t = useWords()
  const { projection: { directory } } = useClient()
  const own = sealOf(state, organId)
  const stated = useShownPlace(useMemo(() => (own === null ? null : statedPlace(own.signature.statement)), [own]))
  const beside = useMemo(() => drawOthers(state, organId, directory), [state, organId, directory])
  const hash = newestFile(state)
  if (hash === null) return null
  return (
    <div className="wk-pane">
      <PdfPages hash={hash} seal={stated} sealLook="applied" beside={beside} />
      <aside className="wk-rail" aria-label={t('seal.label')}>
        <h2>{state.number?.text} {state.title}</h2>
        {pending.length > 0 && <Notice tone="info">{t('seal.waiting')}</Notice>}
        <JointSection state={state} organId={organId} />
        <section aria-label={t('seal.file.pdf')}><h3>{t('seal.joint.soFar')}</h3><Verdict hash={hash} /></section>
      </aside>
    </div>
  )
}
