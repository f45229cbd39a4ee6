/** receiving: verifying and signing for documents from other organs (收文签收). The only door of this folder. */
import { Button } from 'antd'
import { useState } from 'react'
import { hasRole } from '#core/access'
import { err, ok } from '#core/formats'
import { isJoint, issuersOf, stateReceipt, type DispatchTarget, type DocumentState, type ReceiptStatement } from '#core/route'
import type { VerifyReport } from '#core/seal'
import type { ProjectedDocument } from '#core/sync'
import { Notice, Nothing, PdfPages, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { organName, personName, when } from '../approval/index.tsx'
import { Queue, receiptVerdict, Verdict } from '../sealing/index.tsx'
import { SignPanel } from '../signing/index.ts'

type ReceiptVerdict = ReceiptStatement['verdict']

const ReceivingScreen = () => {
  const t = useWords()
  const { projection: { directory, documents }, session } = useClient()
  const [picked, setPicked] = useState<string | null>(null)
  const targetOf = (state: DocumentState): DispatchTarget | undefined =>
    state.dispatch?.targets.find((target) => hasRole(directory, session.personId, 'registrar', target.organId))
  const states = [...documents.values()].map(({ state }) => state)
  const groups = [
    { title: t('receive.waiting'), documents: states.filter((state) => targetOf(state)?.receipt === null), note: (state: DocumentState) => `${state.number?.text ?? ''} · ${organName(directory, state.organId)}` },
    {
      title: t('receive.done'), documents: states.filter((state) => (targetOf(state)?.receipt ?? null) !== null),
      note: (state: DocumentState) => `${state.number?.text ?? ''} · ${when(targetOf(state)?.receipt?.receivedAt ?? state.updatedAt)}`,
    },
  ]
  const all = groups.flatMap((group) => group.documents)
  const chosen = all.find((state) => state.id === picked) ?? all[0]
  const open = chosen === undefined ? undefined : documents.get(chosen.id)
  const target = chosen === undefined ? undefined : targetOf(chosen)
  if (directory.version === 0) return <Nothing title={t('document.noDirectory')} detail={t('document.noDirectoryDetail')} />
  if (open === undefined || target === undefined) return <Nothing title={t('receive.nothing')} detail={t('receive.nothingDetail')} />
  return (
    <main className="wk-split">
      <Queue label={t('receive.label')} groups={groups} chosen={open.state.id} onChoose={setPicked} />
      <ReceivePane key={open.state.id} document={open} target={target} />
    </main>
  )
}
export default ReceivingScreen

/** One word for all files: the worst of them; null until each was verified (R10). */
const worstOf = (reports: readonly (VerifyReport | undefined)[]): ReceiptVerdict | null => {
  const verdicts = reports.map((report) => report === undefined ? null : receiptVerdict(report))
  return verdicts.includes(null) ? null : (['invalid', 'undecided', 'valid'] as const).find((verdict) => verdicts.includes(verdict)) ?? null
}

const Digests = ({ hashes }: { readonly hashes: readonly string[] }) => <>{hashes.map((hash, nth) => <span key={hash}>{nth > 0 && ' · '}<code title={hash}>{hash.slice(0, 8)}</code></span>)}</>

const ReceivePane = ({ document: { state, pending }, target }: { readonly document: ProjectedDocument; readonly target: DispatchTarget }) => {
  const t = useWords()
  const { projection: { directory }, session, submit, status } = useClient()
  const [reports, setReports] = useState<{ readonly pdf?: VerifyReport; readonly ofd?: VerifyReport }>({})
  const [isSigning, setSigning] = useState(false)
  const isOnline = status.connection === 'online'
  if (state.seal === null) return <Nothing title={t('receive.noFile')} />
  const { sealedHash, sealedOfdHash } = state.seal
  const verdict = worstOf([reports.pdf, ...(sealedOfdHash === undefined ? [] : [reports.ofd])])
  return (
    <div className="wk-pane">
      <PdfPages hash={sealedHash} />
      <aside className="wk-rail" aria-label={t('receive.rail')}>
        <h2>{state.title}</h2>
        {!isSigning && <dl className="wk-facts">
          <div><dt>{t('receive.from')}</dt><dd>{issuersOf(state).map((organId) => directory.organs[organId]?.name ?? organId).join('、')}</dd></div>
          <div><dt>{t('field.number')}</dt><dd>{state.number?.text}</dd></div>
          <div><dt>{t('receive.sealedBy')}</dt><dd>{isJoint(state) ? t('receive.allSealed', { count: issuersOf(state).length }) : state.seal.sealName} · {when(state.seal.receivedAt)}</dd></div>
        </dl>}
        <section aria-label={t('seal.file.pdf')}><h3>{t('seal.file.pdf')}</h3><Verdict hash={sealedHash} onReport={(pdf) => setReports((before) => ({ ...before, pdf }))} /></section>
        {sealedOfdHash !== undefined && <section aria-label={t('seal.file.ofd')}><h3>{t('seal.file.ofd')}</h3><Verdict hash={sealedOfdHash} onReport={(ofd) => setReports((before) => ({ ...before, ofd }))} /></section>}
        {target.receipt !== null
          ? <Notice tone="good">{t('receive.signed', { name: personName(directory, target.receipt.by), time: when(target.receipt.receivedAt) })}{pending.length > 0 && ` ${isOnline ? t('document.sending') : t('receive.queued')}`}</Notice>
          : isSigning && verdict !== null
            ? (
                <SignPanel
                  title={t('receive.title')} action={t('receive.act')} {...(verdict === 'valid' ? {} : { warning: t(`receive.warn.${verdict}`) })}
                  facts={[[t('field.title'), state.title], [t('field.number'), state.number?.text ?? ''], [t('receive.verdict'), t(`receive.states.${verdict}`)], [t('seal.fileDigest'), <Digests key="digest" hashes={[sealedHash, ...(sealedOfdHash === undefined ? [] : [sealedOfdHash])]} />]]}
                  statement={() => {
                    const statement = stateReceipt(state, { organId: target.organId, verdict, person: session.personId, claimedAt: new Date().toISOString() })
                    return statement === null ? err({ message: t('receive.noFile') }) : ok(statement)
                  }}
                  onSigned={async (signature) => {
                    const answer = await submit({ type: 'receipt.sign', documentId: state.id, organId: target.organId, signature })
                    if (!answer.ok) return answer.error.detail
                    setSigning(false)
                    return null
                  }}
                  onCancel={() => setSigning(false)}
                />
              )
            : (
                <>
                  <Button type="primary" size="large" block disabled={verdict === null} onClick={() => setSigning(true)}>{t('receive.act')}</Button>
                  {verdict === null && <p className="wk-note">{t('receive.verifyFirst')}</p>}
                </>
              )}
      </aside>
    </div>
  )
}
