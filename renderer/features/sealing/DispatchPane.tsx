/** A sealed document: the verdict on its seal, to whom it goes, and who has signed for it (封发、签收情况). */
import { Button, Checkbox } from 'antd'
import { useMemo, useState } from 'react'
import { isJoint, statedPlace } from '#core/route'
import type { ProjectedDocument } from '#core/sync'
import { Chip, fileNameOf, Notice, offerFile, PdfPages, useContent, useWords } from '../../paper/index.ts'
import { useClient, verifyFile } from '../../store/index.ts'
import { organName, personName, when } from '../approval/index.tsx'
import { JointSection } from './JointSection.tsx'
import { matchRecipients } from './recipients.ts'
import { useComposedPlace, useShownPlace } from './sealPlace.ts'
import { Verdict } from './Verdict.tsx'

export const DispatchPane = ({ document, organId }: { readonly document: ProjectedDocument; readonly organId: string }) => {
  const t = useWords()
  const { state } = document
  const { place } = useComposedPlace(state)
  const stated = useShownPlace(useMemo(() => (state.seal === null ? null : statedPlace(state.seal.signature.statement)), [state.seal]))
  const { projection: { directory } } = useClient()
  if (state.seal === null) return null
  return (
    <div className="wk-pane">
      <PdfPages hash={state.seal.sealedHash} seal={stated ?? place} sealLook="applied" />
      <aside className="wk-rail" aria-label={t('dispatch.label')}>
        <h2>{state.number?.text} {state.title}</h2>
        <SealedFile kind="pdf" hash={state.seal.sealedHash} title={state.title} />
        {state.seal.sealedOfdHash !== undefined && <SealedFile kind="ofd" hash={state.seal.sealedOfdHash} title={state.title} />}
        <JointSection state={state} organId={organId} />
        {!isJoint(state) && state.seal.confirmation !== undefined && <p className="wk-note">{t('seal.twoPeople', { first: personName(directory, state.seal.by), second: personName(directory, state.seal.confirmation.by) })}</p>}
        {organId !== state.organId
          ? <Notice tone="info">{t(state.dispatch === null ? 'seal.joint.hostWill' : 'seal.joint.hostDid', { organ: directory.organs[state.organId]?.name ?? state.organId })}</Notice>
          : state.dispatch === null ? <Choose document={document} /> : <Receipts document={document} />}
      </aside>
    </div>
  )
}

/** One of the two files that carry the seal: its verdict, and taking it along. */
const SealedFile = ({ kind, hash, title }: { readonly kind: 'pdf' | 'ofd'; readonly hash: string; readonly title: string }) => {
  const t = useWords()
  const { readFile } = useClient()
  const [problem, setProblem] = useState<string | null>(null)
  const take = async (where: 'disk' | 'verification'): Promise<void> => {
    const bytes = await readFile(hash)
    setProblem(bytes.ok ? null : bytes.error.message)
    if (!bytes.ok) return
    if (where === 'disk') offerFile(bytes.value, fileNameOf(title, kind))
    else verifyFile(new File([bytes.value.slice()], fileNameOf(title, kind)))
  }
  return (
    <section aria-label={t(`seal.file.${kind}`)}>
      <h3 className="wk-file-head"><span>{t(`seal.file.${kind}`)}</span><span className="wk-row"><Button size="small" onClick={() => void take('verification')}>{t('seal.file.check')}</Button><Button size="small" onClick={() => void take('disk')}>{t('seal.file.save')}</Button></span></h3>
      <Verdict hash={hash} />
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
    </section>
  )
}

const Choose = ({ document: { state, pending } }: { readonly document: ProjectedDocument }) => {
  const t = useWords()
  const { projection: { directory }, submit, status } = useClient()
  const content = useContent(state.revisions.at(-1)?.hash ?? null)
  const recipients = content.kind === 'ready' ? content.content.recipients : []
  const [picked, setPicked] = useState<readonly string[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const chosen = picked ?? matchRecipients(recipients, directory, state.organId)
  const organs = Object.values(directory.organs).filter((organ) => organ.id !== state.organId)
  const send = async (): Promise<void> => {
    const answer = await submit({ type: 'document.dispatch', documentId: state.id, organIds: chosen })
    setProblem(answer.ok ? null : answer.error.detail)
  }
  if (pending.length > 0) return <Notice tone="info">{t('dispatch.sending')}</Notice>
  return (
    <section className="wk-choose" aria-label={t('dispatch.title')}>
      <h2>{t('dispatch.title')}</h2>
      {recipients.length > 0 && <p className="wk-note">{t('dispatch.printed', { names: recipients.join('，') })}</p>}
      <div className="wk-row">
        <Button size="small" onClick={() => setPicked(organs.map((organ) => organ.id))}>{t('dispatch.all')}</Button>
        <Button size="small" onClick={() => setPicked([])}>{t('dispatch.none')}</Button>
      </div>
      <Checkbox.Group
        className="wk-organs" value={[...chosen]} onChange={(values) => setPicked(values as string[])}
        options={organs.map((organ) => ({ value: organ.id, label: organ.name }))}
      />
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      {status.connection !== 'online' && <p className="wk-note">{t('submit.offline')}</p>}
      <Button type="primary" size="large" block disabled={chosen.length === 0} onClick={() => void send()}>{t('dispatch.act', { count: chosen.length })}</Button>
    </section>
  )
}

const Receipts = ({ document: { state } }: { readonly document: ProjectedDocument }) => {
  const t = useWords()
  const { projection: { directory } } = useClient()
  const targets = state.dispatch?.targets ?? []
  const done = targets.filter((target) => target.receipt !== null).length
  return (
    <section aria-label={t('dispatch.receipts')}>
      <h2>{t('dispatch.receiptCount', { done, total: targets.length })}</h2>
      <ul className="wk-receipts">
        {targets.map((target) => (
          <li key={target.organId}>
            <span>{organName(directory, target.organId)}</span>
            {target.receipt === null
              ? <Chip tone="warn">{t('dispatch.waiting')}</Chip>
              : <Chip tone={target.receipt.verdict === 'valid' ? 'good' : target.receipt.verdict === 'invalid' ? 'bad' : 'warn'}>{t(`dispatch.received.${target.receipt.verdict}`)}</Chip>}
            {target.receipt !== null && <span className="wk-note wk-num">{personName(directory, target.receipt.by)} · {when(target.receipt.receivedAt)}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}
