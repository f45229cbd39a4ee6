/** One document before its seal: the real pages, the place of the seal, the leader's signature, the PIN (用印). */
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { sealStatement, type DocumentState } from '#core/route'
import type { ProjectedDocument } from '#core/sync'
import { Notice, PdfPages, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { personName } from '../approval/index.tsx'
import { SignPanel } from '../signing/index.ts'
import { isProven, approvalProof } from './proof.ts'
import { ProofSection } from './ProofSection.tsx'
import { Requested } from './Requested.tsx'
import { SealChoice } from './SealChoice.tsx'
import { sealPurpose, useSealPlace } from './sealPlace.ts'
import { obstacleOf, ownSealId, sealFor } from './usable.ts'
import { useSeals } from './useSeals.ts'

export const SealPane = ({ document }: { readonly document: ProjectedDocument }) => {
  const t = useWords()
  const { projection, session, submit, sync, status, now } = useClient()
  const { state } = document
  const [isSigning, setSigning] = useState(false)
  const [sent, setSent] = useState<string | null>(null)
  const [picked, setPicked] = useState<string | null>(null)
  const register = useSeals(state.id)
  const { place, isUnknown } = useSealPlace(state)
  const proof = useMemo(() => approvalProof(state), [state])
  const isOnline = status.connection === 'online'
  const rejection = projection.rejections.find((candidate) => candidate.command.commandId === sent) ??
    projection.rejections.find(({ command: { payload } }) => (payload.type === 'document.seal' || payload.type === 'document.confirmSeal') && payload.documentId === state.id)
  const { final } = state
  if (final === null) return null
  const seals = register.kind === 'ready' ? register.value.filter((seal) => seal.organId === state.organId) : []
  const seal = sealFor(seals, state.organId, picked, now)
  const sealId = seal?.id ?? ownSealId(state.organId)
  const isAsked = (state.sealRequest ?? null) !== null
  const isReady = isOnline && isProven(proof) && (seal === null || obstacleOf(seal, now) === null)
  const act = seal?.control === 'dual' ? t('seal.ask') : t('seal.act')
  const digest = <code key="digest" title={final.hash}>{final.hash.slice(0, 8)}</code>

  return (
    <div className="wk-pane">
      <PdfPages hash={final.hash} seal={place} />
      <aside className="wk-rail" aria-label={t('seal.label')}>
        {/* The panel says the same again, just above the PIN. */}
        {!isSigning && <h2>{state.title}</h2>}
        {!isSigning && <dl className="wk-facts">
          <div><dt>{t('field.number')}</dt><dd>{state.number?.text}</dd></div>
          <div><dt>{t('decide.pages')}</dt><dd>{t('status.pages', { count: final.pages })}{final.ofdHash !== undefined && ` · ${t('seal.bothFiles')}`}</dd></div>
          <div><dt>{t('seal.fileDigest')}</dt><dd>{digest}</dd></div>
          <div><dt>{t('seal.place')}</dt><dd>{place === null ? t('seal.placeRule') : t('seal.placeAt', { page: place.page, x: place.x.toFixed(0), y: place.y.toFixed(0) })}</dd></div>
        </dl>}
        {!isSigning && <p className="wk-note">{isUnknown ? t('seal.placeByServer') : t('seal.placeFixed')}</p>}
        <ProofSection proof={proof} />
        {!isAsked && !isSigning && document.pending.length === 0 && (
          <SealChoice seals={seals} chosen={seal} onChoose={setPicked} problem={register.kind === 'failed' ? t('seal.register.unknown', { reason: register.message }) : null} />
        )}
        {rejection !== undefined && <Notice tone="warn">{t('seal.refused', { reason: rejection.result.detail })}</Notice>}
        {!isAsked && <Returned state={state} />}
        {document.pending.length > 0
          ? <Notice tone="info">{isOnline ? t('seal.waiting') : t('seal.offline')}</Notice>
          : isAsked
            ? <Requested state={state} isOnline={isOnline} isProven={isProven(proof)} />
            : isSigning
              ? (
                  <SignPanel
                    title={t('seal.title')} action={act} warning={t('seal.final')}
                    facts={[[t('field.title'), state.title], [t('field.number'), state.number?.text ?? ''], [t('seal.which'), seal?.name ?? t('seal.ownSeal')], [t('decide.pages'), t('status.pages', { count: final.pages })], [t('seal.fileDigest'), digest]]}
                    statement={() => ({ ok: true, value: sealStatement(state.id, final, { purpose: sealPurpose, sealId, person: session.personId, claimedAt: new Date().toISOString() }) })}
                    onSigned={async (signature) => {
                      const answer = await submit({ type: 'document.seal', documentId: state.id, purpose: sealPurpose, sealId, signature })
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
                    <Button type="primary" size="large" block disabled={!isReady} onClick={() => setSigning(true)}>{act}</Button>
                  </>
                )}
      </aside>
    </div>
  )
}

const Returned = ({ state }: { readonly state: DocumentState }) => {
  const t = useWords()
  const { projection } = useClient()
  const back = state.sealReturn ?? null
  if (back === null) return null
  return <Notice tone="warn">{t(back.by === back.requestedBy ? 'seal.withdrawn' : 'seal.returned', { name: personName(projection.directory, back.by), reason: back.reason })}</Notice>
}
