/** One document before its seal: the real pages, the place of the seal, the leader's signature, the PIN (用印). */
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { layoutPosition, sealRequestOf, sealReturnOf, sealTurn, statedPlace, stateSeal, type DocumentState, type SealPosition } from '#core/route'
import type { ProjectedDocument } from '#core/sync'
import { err, ok } from '#core/formats'
import { Notice, PdfPages, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { newestFile, personName } from '../approval/index.tsx'
import { SignPanel } from '../signing/index.ts'
import { Decline, Declined } from './Decline.tsx'
import { DeskKey } from './DeskKey.tsx'
import { drawOthers } from './jointPlaces.tsx'
import { JointSection } from './JointSection.tsx'
import { otherSeals } from './otherSeals.ts'
import { judgePlace, PlaceSection, placeText } from './PlaceSection.tsx'
import { maySealUpon } from './proof.ts'
import { ProofSection } from './ProofSection.tsx'
import { Requested } from './Requested.tsx'
import { SealChoice } from './SealChoice.tsx'
import { SealMover } from './SealMover.tsx'
import { sealPurpose, useComposedPlace, useShownPlace } from './sealPlace.ts'
import { resized } from './snapping.ts'
import { obstacleOf, ownSealId, sealFor } from './usable.ts'
import { deskBase, useSealDesk } from './useSealDesk.ts'
import { useSeals } from './useSeals.ts'

/** @param organId whose seal: the clerk's own organ */
export const SealPane = ({ document, organId }: { readonly document: ProjectedDocument; readonly organId: string }) => {
  const t = useWords()
  const { projection, session, submit, sync, status, now } = useClient()
  const { state } = document
  const [isSigning, setSigning] = useState(false)
  const [isDeclining, setDeclining] = useState(false)
  const [sent, setSent] = useState<string | null>(null)
  const [picked, setPicked] = useState<string | null>(null)
  const register = useSeals(state.id)
  const composed = useComposedPlace(state)
  const [moved, setMoved] = useState<SealPosition | null>(null)
  const isProven = useMemo(() => maySealUpon(state, organId), [state, organId])
  const isOnline = status.connection === 'online'
  const rejection = projection.rejections.find((candidate) => candidate.command.commandId === sent) ??
    projection.rejections.find(({ command: { payload } }) => (payload.type === 'document.seal' || payload.type === 'document.confirmSeal' || payload.type === 'document.declineSeal') && payload.documentId === state.id)
  const { final } = state
  const seals = register.kind === 'ready' ? register.value.filter((seal) => seal.organId === organId) : []
  const request = sealRequestOf(state, organId)
  const seal = request === null ? sealFor(seals, organId, picked, now) : seals.find(({ id }) => id === request.sealId) ?? null
  const sealId = seal?.id ?? ownSealId(organId)
  const desk = useSealDesk(seal)
  // Under dual control the confirming clerk's token signs.
  const asksDesk = desk.isNeeded && seal?.control === 'single'
  const ground = final?.sealGround
  const turn = sealTurn(state, organId) ?? 0
  const rule = ground?.places[turn]
  const diameter = seal === null ? rule?.diameter ?? 0 : seal.diameterMm * 1000
  const asked = request === null ? null : statedPlace(request.signature.statement)
  const place = useMemo(() => asked ?? (ground === undefined || rule === undefined ? null
    : moved === null ? layoutPosition(ground, diameter, turn) : moved.diameter === diameter ? moved : resized(ground, rule, moved, diameter)), [asked, ground, rule, moved, diameter, turn])
  const placed = useShownPlace(place)
  const others = useMemo(() => otherSeals(state, organId), [state, organId])
  const beside = useMemo(() => drawOthers(state, organId, projection.directory), [state, organId, projection.directory])
  const shownHash = newestFile(state)
  if (final === null || shownHash === null) return null
  const judged = ground === undefined || place === null ? null
    : judgePlace(t, { ground, pages: final.pages, turn, others, nameOf: (id) => projection.directory.organs[id]?.name ?? id }, place)
  const isReady = isOnline && isProven && (seal === null || obstacleOf(seal, now) === null) && judged?.tone !== 'bad' && (!asksDesk || desk.isOpen)
  const act = seal?.control === 'dual' ? t('seal.ask') : t('seal.act')
  const digest = <code key="digest" title={final.hash}>{final.hash.slice(0, 8)}</code>
  const isFixed = request !== null || isSigning || document.pending.length > 0
  const stamp = ground === undefined || rule === undefined || place === null || judged === null ? undefined
    : <SealMover ground={ground} rule={rule} place={place} seal={seal} name={seal?.name ?? t('seal.ownSeal')} standing={judged.tone} {...(isFixed ? {} : { onMove: setMoved })} />

  return (
    <div className="wk-pane">
      <PdfPages hash={shownHash} seal={placed ?? composed.place} beside={beside} {...(stamp === undefined ? {} : { stamp })} />
      <aside className="wk-rail" aria-label={t('seal.label')}>
        {/* The panel says the same again, just above the PIN. */}
        {!isSigning && <h2>{state.title}</h2>}
        {!isSigning && <dl className="wk-facts">
          <div><dt>{t('field.number')}</dt><dd>{state.number?.text}</dd></div>
          <div><dt>{t('decide.pages')}</dt><dd>{t('status.pages', { count: final.pages })}{final.ofdHash !== undefined && ` · ${t('seal.bothFiles')}`}</dd></div>
          <div><dt>{t('seal.fileDigest')}</dt><dd>{digest}</dd></div>
        </dl>}
        {!isSigning && stamp === undefined && <p className="wk-note">{composed.isUnknown ? t('seal.placeByServer') : t('seal.placeFixed')}</p>}
        {!isSigning && ground !== undefined && rule !== undefined && place !== null && judged !== null && (
          <PlaceSection ground={ground} rule={rule} place={place} judged={judged} {...(isFixed ? {} : { onMove: setMoved })} />
        )}
        {!isSigning && <JointSection state={state} organId={organId} />}
        <ProofSection state={state} organId={organId} />
        {request === null && !isSigning && document.pending.length === 0 && (
          <SealChoice seals={seals} chosen={seal} onChoose={setPicked} problem={register.kind === 'failed' ? t('seal.register.unknown', { reason: register.message }) : null} />
        )}
        {request === null && !isSigning && document.pending.length === 0 && seal !== null && desk.isNeeded && (asksDesk ? <DeskKey seal={seal} desk={desk} /> : <Notice tone="info">{t('seal.desk.secondSigns')}</Notice>)}
        {rejection !== undefined && <Notice tone="warn">{t('seal.refused', { reason: rejection.result.detail })}</Notice>}
        {request === null && <Returned state={state} organId={organId} />}
        {request === null && !isSigning && <Declined state={state} organId={organId} />}
        {document.pending.length > 0
          ? <Notice tone="info">{isOnline ? t('seal.waiting') : t('seal.offline')}</Notice>
          : request !== null
            ? <Requested state={state} organId={organId} isOnline={isOnline} isProven={isProven} seal={seal} desk={desk} />
            : isSigning
              ? (
                  <SignPanel
                    title={t('seal.title')} action={act} warning={judged?.tone === 'warn' ? `${t('seal.final')}。${judged.reasons.join('')}` : t('seal.final')}
                    facts={[
                      [t('field.title'), state.title], [t('field.number'), state.number?.text ?? ''], [t('seal.which'), seal?.name ?? t('seal.ownSeal')],
                      ...(place === null ? [] : [[t('seal.place'), placeText(t, place)] as const]),
                      [t('decide.pages'), t('status.pages', { count: final.pages })], [t('seal.fileDigest'), digest],
                    ]}
                    statement={() => {
                      const statement = stateSeal(state, { purpose: sealPurpose, sealId, organId, person: session.personId, claimedAt: new Date().toISOString(), ...(place === null ? {} : { place }) })
                      return statement === null ? err({ message: t('seal.noPlace') }) : ok(statement)
                    }}
                    onSigned={async (signature) => {
                      const signed = asksDesk ? await desk.sign({ documentId: state.id, purpose: sealPurpose, signature, request: null, base: deskBase(state) }) : null
                      if (signed?.ok === false) {
                        // A token that failed is opened anew, beside what it said.
                        setSigning(false)
                        return signed.error.message
                      }
                      const answer = await submit({ type: 'document.seal', documentId: state.id, purpose: sealPurpose, sealId, signature, ...(signed === null ? {} : { desk: signed.value }) })
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
                    {asksDesk && !desk.isOpen && !isDeclining && <p className="wk-note">{t('seal.desk.needed')}</p>}
                    {!isDeclining && <p className="wk-note">{t('seal.final')}</p>}
                    {!isDeclining && <Button type="primary" size="large" block disabled={!isReady} onClick={() => setSigning(true)}>{act}</Button>}
                    {organId !== state.organId && <Decline state={state} organId={organId} isOpen={isDeclining} onOpen={setDeclining} />}
                  </>
                )}
      </aside>
    </div>
  )
}

const Returned = ({ state, organId }: { readonly state: DocumentState; readonly organId: string }) => {
  const t = useWords()
  const { projection } = useClient()
  const back = sealReturnOf(state, organId)
  if (back === null) return null
  return <Notice tone="warn">{t(back.by === back.requestedBy ? 'seal.withdrawn' : 'seal.returned', { name: personName(projection.directory, back.by), reason: back.reason })}</Notice>
}
