/** Several documents under one PIN (成批用印): each is opened and found right before it can be in the batch. */
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { isSealStatement, layoutPosition, sealOf, sealTurn, stateSeal, type DocumentState, type StatementSignature } from '#core/route'
import type { SealEntry } from '#core/sync'
import { Chip, Nothing, Notice, PdfPages, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { newestFile } from '../approval/index.tsx'
import { SignPanel, type SignAnother } from '../signing/index.ts'
import { DeskKey } from './DeskKey.tsx'
import { drawOthers } from './jointPlaces.tsx'
import { JointSection } from './JointSection.tsx'
import { otherSeals } from './otherSeals.ts'
import { judgePlace } from './PlaceSection.tsx'
import { maySealUpon } from './proof.ts'
import { ProofSection } from './ProofSection.tsx'
import { SealMover } from './SealMover.tsx'
import { sealPurpose, useComposedPlace, useShownPlace } from './sealPlace.ts'
import { obstacleOf, ownSealId, sealFor } from './usable.ts'
import { deskBase, useSealDesk } from './useSealDesk.ts'
import { useSeals } from './useSeals.ts'

/** Documents in one batch. */
const most = 50

/** @param organId whose seals: the clerk's own organ */
export const Batch = ({ documents, organId }: { readonly documents: readonly DocumentState[]; readonly organId: string }) => {
  const t = useWords()
  const { projection, session, submit, sync, status, now } = useClient()
  const [opened, setOpened] = useState<string | null>(null)
  /** by id: the file that was looked at. Another file of the same document was not. */
  const [reviewed, setReviewed] = useState<ReadonlyMap<string, string>>(new Map())
  const [ordered, setOrdered] = useState<readonly string[]>([])
  const [isSigning, setSigning] = useState(false)
  const register = useSeals('batch')
  const seals = register.kind === 'ready' ? register.value : []
  const isOnline = status.connection === 'online'
  const open = documents.find((state) => state.id === opened) ?? documents.find((state) => !reviewed.has(state.id)) ?? documents[0]
  const batch = documents.filter((state) => state.final !== null && reviewed.get(state.id) === state.final.hash)
  const seal = sealFor(seals, organId, null, now)
  const deskSeal = seal !== null && (seal.desk ?? null) !== null ? seal : null
  const desk = useSealDesk(deskSeal)
  const statementOf = (state: DocumentState) => {
    return stateSeal(state, {
      organId, purpose: sealPurpose, sealId: seal?.id ?? ownSealId(organId), person: session.personId, claimedAt: new Date().toISOString(),
      ...(seal === null ? {} : { diameter: seal.diameterMm * 1000 }),
    })
  }
  const put = async (state: DocumentState, signature: StatementSignature): Promise<string | null> => {
    const { statement } = signature
    if (!isSealStatement(statement)) return t('seal.batch.changed')
    const signed = statement.sealId === deskSeal?.id
      ? await desk.sign({ documentId: state.id, purpose: sealPurpose, signature, request: null, base: deskBase(state) }) : null
    if (signed?.ok === false) return signed.error.message
    const answer = await submit({ type: 'document.seal', documentId: state.id, purpose: sealPurpose, sealId: statement.sealId, signature, ...(signed === null ? {} : { desk: signed.value }) })
    if (!answer.ok) return answer.error.detail
    setOrdered((before) => [...before, state.id])
    return null
  }
  const sign = async (first: StatementSignature, another: SignAnother): Promise<string | null> => {
    for (const [index, state] of batch.entries()) {
      const statement = index === 0 ? null : statementOf(state)
      const signed = statement === null ? null : await another(statement)
      if (signed !== null && !signed.ok) return t('seal.batch.stopped', { done: index, reason: signed.error.message })
      const problem = await put(state, signed === null ? first : signed.value)
      if (problem !== null) return t('seal.batch.stopped', { done: index, reason: problem })
    }
    setSigning(false)
    setReviewed(new Map())
    void sync()
    return null
  }
  const results = <Ordered organId={organId} ids={ordered} rejected={projection.rejections.map((entry) => ({ id: 'documentId' in entry.command.payload ? entry.command.payload.documentId : '', detail: entry.result.detail }))} stateOf={(id) => projection.documents.get(id)?.state} />
  // The last one is gone from the queue as soon as it is sealed: what became of the batch stays before the eyes.
  if (open === undefined) return ordered.length === 0 ? <Nothing title={t('seal.batch.nothing')} detail={t('seal.batch.nothingDetail')} /> : <div className="wk-register">{results}</div>
  return (
    <>
      <nav className="wk-queue" aria-label={t('seal.batch.label')}>
        <section aria-label={t('seal.batch.label')}>
          <h2>{t('seal.batch.count', { done: batch.length, total: documents.length })}</h2>
          <ul>
            {documents.map((state) => (
              <li key={state.id}>
                <button type="button" aria-current={state.id === open.id} disabled={isSigning} onClick={() => setOpened(state.id)}>
                  <span>{state.title}</span>
                  <span className="wk-note wk-num">{state.number?.text}</span>
                  <span>{state.final !== null && reviewed.get(state.id) === state.final.hash ? <Chip tone="good">{t('seal.batch.reviewed')}</Chip> : <Chip tone="plain">{t('seal.batch.notYet')}</Chip>}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      </nav>
      <div className="wk-pane">
        <BatchPages key={open.id} state={open} organId={organId} seal={seal} />
        <aside className="wk-rail" aria-label={t('seal.batch.label')}>
          {isSigning
            ? (
                <SignPanel
                  title={t('seal.batch.title', { count: batch.length })} action={t('seal.batch.act', { count: batch.length })} warning={t('seal.final')}
                  facts={batch.map((state) => [state.number?.text ?? state.id, <span key={state.id}>{state.title} <code title={state.final?.hash}>{state.final?.hash.slice(0, 8)}</code></span>] as const)}
                  statement={() => {
                    const statement = batch[0] === undefined ? null : statementOf(batch[0])
                    return statement === null ? { ok: false, error: { message: t('seal.batch.changed') } } : { ok: true, value: statement }
                  }}
                  onSigned={sign} onCancel={() => setSigning(false)}
                />
              )
            : (
                <>
                  <Review
                    state={open} organId={organId} isReviewed={open.final !== null && reviewed.get(open.id) === open.final.hash} isFull={batch.length >= most}
                    obstacle={register.kind === 'ready' ? obstacle(t, seal, now) : null}
                    onReviewed={(hash) => { setReviewed(new Map([...reviewed, [open.id, hash]])); setOpened(null) }}
                    onTakeOut={() => setReviewed(new Map([...reviewed].filter(([id]) => id !== open.id)))}
                  />
                  {results}
                  {deskSeal !== null && <DeskKey seal={deskSeal} desk={desk} />}
                  {!isOnline && <Notice tone="warn">{t('seal.onlineOnly')}</Notice>}
                  <Button type="primary" size="large" block disabled={!isOnline || batch.length === 0 || (deskSeal !== null && !desk.isOpen)} onClick={() => setSigning(true)}>{t('seal.batch.go', { count: batch.length })}</Button>
                </>
              )}
        </aside>
      </div>
    </>
  )
}

const obstacle = (t: ReturnType<typeof useWords>, seal: ReturnType<typeof sealFor>, now: string): string | null => {
  if (seal === null) return t('seal.batch.noSeal')
  if (seal.control === 'dual') return t('seal.batch.dual', { name: seal.name })
  const found = obstacleOf(seal, now)
  return found === null ? null : t(`seal.obstacle.${found}`, { reason: seal.halted?.reason ?? '', until: seal.made?.validTo.slice(0, 10) ?? '', from: seal.made?.validFrom.slice(0, 10) ?? '' })
}

/** A batch takes the rule's places; what is to stand elsewhere is sealed by itself. */
const BatchPages = ({ state, organId, seal }: { readonly state: DocumentState; readonly organId: string; readonly seal: SealEntry | null }) => {
  const t = useWords()
  const { projection: { directory } } = useClient()
  const { place: composed } = useComposedPlace(state)
  const { final } = state
  const ground = final?.sealGround
  const turn = sealTurn(state, organId) ?? 0
  const rule = ground?.places[turn]
  const diameter = seal === null ? rule?.diameter ?? 0 : seal.diameterMm * 1000
  const place = useMemo(() => (ground === undefined ? null : layoutPosition(ground, diameter, turn)), [ground, diameter, turn])
  const placed = useShownPlace(place)
  const beside = useMemo(() => drawOthers(state, organId, directory), [state, organId, directory])
  const shownHash = newestFile(state)
  if (final === null || shownHash === null) return null
  const stamp = ground === undefined || rule === undefined || place === null ? {}
    : { stamp: <SealMover ground={ground} rule={rule} place={place} seal={seal} name={seal?.name ?? t('seal.ownSeal')} standing={judgePlace(t, { ground, pages: final.pages, turn, others: otherSeals(state, organId), nameOf: (id) => directory.organs[id]?.name ?? id }, place).tone} /> }
  return <PdfPages hash={shownHash} seal={placed ?? composed} beside={beside} {...stamp} />
}

type ReviewProps = {
  readonly state: DocumentState; readonly organId: string; readonly isReviewed: boolean; readonly isFull: boolean; readonly obstacle: string | null
  readonly onReviewed: (hash: string) => void; readonly onTakeOut: () => void
}

const Review = ({ state, organId, isReviewed, isFull, obstacle: problem, onReviewed, onTakeOut }: ReviewProps) => {
  const t = useWords()
  const isProven = useMemo(() => maySealUpon(state, organId), [state, organId])
  const { final } = state
  if (final === null) return null
  return (
    <>
      <h2>{state.title}</h2>
      <p className="wk-note wk-num">{state.number?.text} · {t('status.pages', { count: final.pages })}</p>
      <JointSection state={state} organId={organId} />
      <ProofSection state={state} organId={organId} />
      {problem !== null && <Notice tone="warn">{problem}</Notice>}
      {isReviewed
        ? <Button block onClick={onTakeOut}>{t('seal.batch.takeOut')}</Button>
        : <Button block disabled={!isProven || problem !== null || isFull} onClick={() => onReviewed(final.hash)}>{t('seal.batch.review')}</Button>}
      {!isReviewed && <p className="wk-note">{t('seal.batch.why')}</p>}
    </>
  )
}

type OrderedProps = { readonly organId: string; readonly ids: readonly string[]; readonly rejected: readonly { readonly id: string; readonly detail: string }[]; readonly stateOf: (id: string) => DocumentState | undefined }

/** What became of the documents that were sent. */
const Ordered = ({ organId, ids, rejected, stateOf }: OrderedProps) => {
  const t = useWords()
  if (ids.length === 0) return null
  return (
    <section aria-label={t('seal.batch.sent')}>
      <h2>{t('seal.batch.sent')}</h2>
      <ul className="wk-receipts">
        {ids.map((id) => {
          const state = stateOf(id)
          const refused = rejected.find((entry) => entry.id === id)
          const isSealed = state !== undefined && sealOf(state, organId) !== null
          return (
            <li key={id}>
              <span>{state?.title ?? id}</span>
              {isSealed ? <Chip tone="good">{t('seal.batch.done')}</Chip> : refused === undefined ? <Chip tone="info">{t('seal.batch.working')}</Chip> : <Chip tone="bad">{t('seal.batch.refused')}</Chip>}
              {!isSealed && refused !== undefined && <span className="wk-note">{refused.detail}</span>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
