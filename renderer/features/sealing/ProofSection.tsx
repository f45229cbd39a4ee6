/** What the seal clerk checks before the seal: who approved, and that these pages are what was approved (签发凭证). */
import { useMemo } from 'react'
import type { DocumentState } from '#core/route'
import { Notice, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { personName, when } from '../approval/index.tsx'
import { approvalProof, countersignProof } from './proof.ts'

type Props = { readonly state: DocumentState; readonly organId: string }

export const ProofSection = ({ state, organId }: Props) => (organId === state.organId ? <HostProof state={state} /> : <CoIssuerProof state={state} organId={organId} />)

/** Words and text stay with the host (J4): this clerk sees that the own organ agreed, and who approved. */
const CoIssuerProof = ({ state, organId }: Props) => {
  const t = useWords()
  const { projection: { directory } } = useClient()
  const agreed = countersignProof(state, organId)
  return (
    <section aria-label={t('seal.joint.proof')}>
      <h2>{t('seal.joint.proof')}</h2>
      {agreed === null
        ? <Notice tone="bad">{t('seal.joint.notAgreed')}</Notice>
        : <Notice tone="good">{t('seal.joint.agreed', { name: personName(directory, agreed.by), time: when(agreed.receivedAt) })}</Notice>}
      {state.approval === null
        ? <Notice tone="bad">{t('seal.noProof')}</Notice>
        : <Notice tone="good">{t('seal.joint.approved', { organ: directory.organs[state.organId]?.name ?? state.organId, name: personName(directory, state.approval.by), time: when(state.approval.receivedAt) })}</Notice>}
      <p className="wk-note">{t('seal.joint.pagesOnly')}</p>
    </section>
  )
}

const HostProof = ({ state }: Pick<Props, 'state'>) => {
  const t = useWords()
  const proof = useMemo(() => approvalProof(state), [state])
  const { projection } = useClient()
  return (
    <section aria-label={t('seal.proof')}>
      <h2>{t('seal.proof')}</h2>
      {proof === null
        ? <Notice tone="bad">{t('seal.noProof')}</Notice>
        : (
            <>
              <p>{t('seal.approvedBy', { name: personName(projection.directory, proof.opinion.by), time: when(proof.opinion.receivedAt) })}</p>
              <p>{proof.opinion.text === '' ? t('sheet.emptyOpinion') : proof.opinion.text}</p>
              <Notice tone={proof.signature === 'holds' ? 'good' : 'bad'}>{t(`seal.signature.${proof.signature}`)}</Notice>
              <Notice tone={proof.sameText ? 'good' : 'bad'}>{proof.sameText ? t('seal.sameText') : t('seal.otherText')}</Notice>
            </>
          )}
    </section>
  )
}
