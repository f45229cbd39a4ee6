/** One document before its seal: the real pages, the place of the seal, the leader's signature, the PIN (用印). */
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { sealStatement } from '#core/route'
import type { ProjectedDocument } from '#core/sync'
import { Notice, PdfPages, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { personName, when } from '../approval/index.tsx'
import { SignPanel } from '../signing/index.ts'
import { approvalProof } from './proof.ts'
import { useSealPlace } from './sealPlace.ts'

/** 用途 of the seal on an issued document. */
const purpose = 'issue'

export const SealPane = ({ document }: { readonly document: ProjectedDocument }) => {
  const t = useWords()
  const { projection, session, submit, sync, status } = useClient()
  const { state } = document
  const [isSigning, setSigning] = useState(false)
  const [sent, setSent] = useState<string | null>(null)
  const { place: seal, isUnknown } = useSealPlace(state)
  const proof = useMemo(() => approvalProof(state), [state])
  const isOnline = status.connection === 'online'
  const rejection = projection.rejections.find((candidate) => candidate.command.commandId === sent) ??
    projection.rejections.find((candidate) => candidate.command.payload.type === 'document.seal' && candidate.command.payload.documentId === state.id)
  const { final } = state
  if (final === null) return null
  const isProven = proof !== null && proof.signature === 'holds' && proof.sameText
  const sealId = `${state.organId}-seal`

  return (
    <div className="wk-pane">
      <PdfPages hash={final.hash} seal={seal} />
      <aside className="wk-rail" aria-label={t('seal.label')}>
        {/* The panel says the same again, just above the PIN. */}
        {!isSigning && <h2>{state.title}</h2>}
        {!isSigning && <dl className="wk-facts">
          <div><dt>{t('field.number')}</dt><dd>{state.number?.text}</dd></div>
          <div><dt>{t('decide.pages')}</dt><dd>{t('status.pages', { count: final.pages })}</dd></div>
          <div><dt>{t('seal.fileDigest')}</dt><dd><code title={final.hash}>{final.hash.slice(0, 8)}</code></dd></div>
        </dl>}
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
        {isUnknown && <p className="wk-note">{t('seal.placeByServer')}</p>}
        {rejection !== undefined && <Notice tone="warn">{t('seal.refused', { reason: rejection.result.detail })}</Notice>}
        {document.pending.length > 0
          ? <Notice tone="info">{isOnline ? t('seal.waiting') : t('seal.offline')}</Notice>
          : isSigning
            ? (
                <SignPanel
                  title={t('seal.title')} action={t('seal.act')} warning={t('seal.final')}
                  facts={[[t('field.title'), state.title], [t('field.number'), state.number?.text ?? ''], [t('decide.pages'), t('status.pages', { count: final.pages })], [t('seal.fileDigest'), <code key="digest" title={final.hash}>{final.hash.slice(0, 8)}</code>]]}
                  statement={() => ({ ok: true, value: sealStatement(state.id, final, { purpose, sealId, person: session.personId, claimedAt: new Date().toISOString() }) })}
                  onSigned={async (signature) => {
                    const answer = await submit({ type: 'document.seal', documentId: state.id, purpose, sealId, signature })
                    if (!answer.ok) return answer.error.detail
                    setSent(answer.value.commandId)
                    setSigning(false)
                    void sync()
                    return null
                  }}
                  onCancel={() => setSigning(false)}
                />
              )
            : (
                <>
                  {!isOnline && <Notice tone="warn">{t('seal.onlineOnly')}</Notice>}
                  <p className="wk-note">{t('seal.final')}</p>
                  <Button type="primary" size="large" block disabled={!isOnline || !isProven} onClick={() => setSigning(true)}>{t('seal.act')}</Button>
                </>
              )}
      </aside>
    </div>
  )
}
