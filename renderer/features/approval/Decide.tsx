/** Deciding a step: opinion, agreement, return (审核、会签、签发). */
import { Button, Input, type InputRef } from 'antd'
import { useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react'
import type { DocumentContent } from '#core/document'
import { standingRevision, stateApproval, type DocumentState, type Shown, type StatementSignature, type Task } from '#core/route'
import { Notice, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { SignPanel } from '../signing/index.ts'
import { phrasesOf } from './actions.ts'
import { personName } from './names.ts'

export type DecideTask = Extract<Task, { kind: 'decide' }>

/** What is on screen; null until text and pages are there, and nothing can be decided before. */
export type OnScreen = { readonly content: DocumentContent; readonly shown: Shown }

export type DecideProps = {
  readonly state: DocumentState
  readonly task: DecideTask
  readonly nextStep: string | null
  readonly onScreen: OnScreen | null
  readonly onDone: (sentence: string) => void
}

/** Opinions that were begun, by branch: leaving the document and coming back loses nothing. */
const begun = new Map<string, string>()

export const Decide = ({ state, task, nextStep, onScreen, onDone }: DecideProps) => {
  const t = useWords()
  const client = useClient()
  const key = `${state.id}/${task.branch.id}`
  // A leader who agrees needs no word more; the phrase stands in the box and can be changed or removed.
  const phrase = task.stepKind === 'approve' ? t('phrase.agree') : ''
  const [opinion, setText] = useState(begun.get(key) ?? phrase)
  const [step, setStep] = useState<'write' | 'sign' | 'return'>('write')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  // The opinion as it is being signed: later typing must not change what the person agreed to sign.
  const [signing, setSigning] = useState<OnScreen | null>(null)
  const box: RefObject<InputRef | null> = useRef(null)
  const setOpinion = (text: string): void => {
    begun.set(key, text)
    setText(text)
  }
  const isOnline = client.status.connection === 'online'
  const revision = standingRevision(state)
  const behalf = task.branch.holder === client.session.personId ? null : task.branch.holder

  const done = (word: string): void => {
    begun.delete(key)
    onDone(isOnline ? t(`done.${word}`) : t(`done.${word}Offline`))
  }
  /** Every hash in it is computed from the bytes on screen; an error when these are not what stands. */
  const stated = (screen: OnScreen) => stateApproval(state, screen.shown, {
    stepId: task.stepId, branchId: task.branch.id, opinion, person: client.session.personId, claimedAt: new Date().toISOString(),
  })
  const agreeWith = async (sawHash: string, signature: StatementSignature | null): Promise<string | null> => {
    const answer = await client.submit({ type: 'step.agree', documentId: state.id, stepId: task.stepId, branchId: task.branch.id, opinion, sawHash, signature })
    if (!answer.ok) return t('decide.refused', { reason: answer.error.detail })
    done(signature === null ? 'agreed' : 'signed')
    return null
  }
  const agree = async (): Promise<void> => {
    if (onScreen === null || isBusy) return
    const approval = stated(onScreen)
    if (!approval.ok) return setProblem(approval.error.message)
    setProblem(null)
    if (task.personalKey) {
      setSigning(onScreen)
      return setStep('sign')
    }
    setBusy(true)
    const refused = await agreeWith(approval.value.statement.sawHash, null)
    setBusy(false)
    setProblem(refused)
  }
  const giveBack = async (): Promise<void> => {
    if (onScreen === null || isBusy) return
    if (step !== 'return') {
      // What was chosen for agreeing is no reason for returning.
      if (opinion === phrase) setText('')
      setStep('return')
      return box.current?.focus()
    }
    if (opinion.trim() === '') {
      setProblem(t('decide.reasonRequired'))
      return box.current?.focus()
    }
    const seen = stated(onScreen)
    if (!seen.ok) return setProblem(seen.error.message)
    setBusy(true)
    const answer = await client.submit({ type: 'step.return', documentId: state.id, stepId: task.stepId, branchId: task.branch.id, reason: opinion, sawHash: seen.value.statement.sawHash })
    setBusy(false)
    if (!answer.ok) return setProblem(t('decide.refused', { reason: answer.error.detail }))
    done('returned')
  }

  /** Esc leaves what was begun as it is: first the return, then the box; the next Esc leaves the document. */
  const leaveBox = (event: { readonly key: string; readonly currentTarget: HTMLElement; readonly preventDefault: () => void }): void => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    if (step === 'return') return backToWriting()
    const paper = event.currentTarget.closest('.wk-document')?.querySelector<HTMLElement>('.wk-desk')
    if (paper === null || paper === undefined) event.currentTarget.blur()
    else paper.focus({ preventScroll: true })
  }
  const backToWriting = (): void => {
    setStep('write')
    setProblem(null)
    if (opinion === '') setText(phrase)
  }

  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || step === 'sign') return
    const act = event.key === 'F2' ? () => box.current?.focus() : event.key === 'F8' ? () => void agree() : event.key === 'F9' ? () => void giveBack() : null
    if (act === null) return
    event.preventDefault()
    act()
  })
  useEffect(() => {
    const keys = (event: KeyboardEvent): void => pressed(event)
    window.addEventListener('keydown', keys)
    return () => window.removeEventListener('keydown', keys)
  }, [])

  if (step === 'sign' && signing !== null && revision !== null) {
    return (
      <SignPanel
        title={t('decide.signTitle', { step: task.stepName })} action={t(`decide.agree.${task.stepKind}`, { next: nextStep ?? '' })}
        facts={[
          [t('field.title'), state.title],
          [t('decide.version'), t('revision.number', { number: revision.number })],
          [t('decide.pages'), t('decide.pagesValue', { pages: signing.shown.pages, attachments: signing.content.attachments.length })],
          [t('decide.opinion'), opinion === '' ? t('sheet.emptyOpinion') : opinion],
          [t('decide.digest'), <code key="digest" title={revision.hash}>{revision.hash.slice(0, 8)}</code>],
        ]}
        statement={() => {
          const approval = stated(signing)
          return approval.ok ? { ok: true, value: approval.value.statement } : approval
        }}
        onSigned={(signature) => agreeWith('sawHash' in signature.statement ? signature.statement.sawHash : '', signature)}
        onCancel={() => { setStep('write'); setTimeout(() => box.current?.focus()) }}
      />
    )
  }
  return (
    <div className="wk-decide">
      <h2>{step === 'return' ? t('decide.return') : t('decide.title', { step: task.stepName })}</h2>
      {behalf !== null && <Notice tone="info">{t('decide.behalf', { name: personName(client.projection.directory, behalf) })}</Notice>}
      {step === 'write' && (
        <div className="wk-phrases" role="group" aria-label={t('decide.phrases')}>
          {phrasesOf(task.stepKind).map((phrase) => <button key={phrase} type="button" aria-pressed={opinion === t(phrase)} onClick={() => setOpinion(t(phrase))}>{t(phrase)}</button>)}
        </div>
      )}
      <label className="wk-opinion">
        <span>{step === 'return' ? t('decide.reason') : t('decide.opinion')} <kbd>F2</kbd></span>
        <Input.TextArea
          ref={box as never} value={opinion} onChange={(event) => setOpinion(event.target.value)} className="wk-grows" maxLength={2000}
          onKeyDown={leaveBox} aria-required={step === 'return'} placeholder={step === 'return' ? t('decide.reasonHint') : t('decide.opinionHint')}
        />
      </label>
      <div aria-live="polite">{problem !== null && <Notice tone="bad">{problem}</Notice>}</div>
      {step === 'return'
        ? (
            <div className="wk-buttons">
              <Button type="primary" block size="large" loading={isBusy} disabled={onScreen === null} onClick={() => void giveBack()}>{t('decide.return')}<kbd>F9</kbd></Button>
              <Button block onClick={backToWriting}>{t('action.cancel')}</Button>
            </div>
          )
        : (
            <div className="wk-buttons">
              <Button type="primary" block size="large" loading={isBusy} disabled={onScreen === null} onClick={() => void agree()}>{t(`decide.agree.${task.stepKind}`, { next: nextStep ?? '' })}<kbd>F8</kbd></Button>
              <Button block disabled={onScreen === null} onClick={() => void giveBack()}>{t('decide.return')}<kbd>F9</kbd></Button>
            </div>
          )}
      {onScreen === null && <p className="wk-note">{t('decide.waitForPages')}</p>}
      {!isOnline && <p className="wk-note">{t('decide.offline')}</p>}
    </div>
  )
}
