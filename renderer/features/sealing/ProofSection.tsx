/** What the seal clerk checks before the seal: who approved, and that these pages are what was approved (签发凭证). */
import { Notice, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { personName, when } from '../approval/index.tsx'
import type { ApprovalProof } from './proof.ts'

export const ProofSection = ({ proof }: { readonly proof: ApprovalProof | null }) => {
  const t = useWords()
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
