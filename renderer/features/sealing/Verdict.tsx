/** What our own verifier says about a sealed file, as a sentence and its steps (验章结论). */
import { Button } from 'antd'
import { useEffect, useEffectEvent, useState } from 'react'
import type { VerifyReport } from '#core/seal'
import { Notice, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { when } from '../approval/index.tsx'
import { countsOf, readReport, signerName, toneOf } from './verdict.ts'

export type VerdictProps = { readonly hash: string; readonly onReport?: (report: VerifyReport) => void }

type State = { readonly kind: 'checking' } | { readonly kind: 'done'; readonly report: VerifyReport } | { readonly kind: 'failed'; readonly message: string }

export const Verdict = ({ hash, onReport }: VerdictProps) => {
  const t = useWords()
  const { desktop } = useClient()
  const [answer, setAnswer] = useState<{ readonly of: string; readonly state: State } | null>(null)
  const [attempt, setAttempt] = useState(0)
  const question = `${hash}/${attempt}`
  const state: State = answer?.of === question ? answer.state : { kind: 'checking' }
  const check = useEffectEvent(async (): Promise<State> => {
    const verified = await desktop.call('seal.verify', { hash })
    if (!verified.ok) return { kind: 'failed', message: verified.error.message }
    const report = readReport(verified.value)
    return report === null ? { kind: 'failed', message: t('verdict.noReport') } : { kind: 'done', report }
  })
  const tell = useEffectEvent((report: VerifyReport) => onReport?.(report))
  useEffect(() => {
    let stale = false
    const ask = async (): Promise<void> => {
      const next = await check()
      if (stale) return
      setAnswer({ of: question, state: next })
      if (next.kind === 'done') tell(next.report)
    }
    void ask()
    return () => { stale = true }
  }, [question])

  if (state.kind === 'checking') return <Notice tone="info">{t('verdict.checking')}</Notice>
  if (state.kind === 'failed') return <Notice tone="bad">{t('verdict.failed', { reason: state.message })} <Button size="small" onClick={() => setAttempt(attempt + 1)}>{t('action.retry')}</Button></Notice>
  const { report } = state
  return (
    <section className="wk-verdict" aria-label={t('verdict.label')}>
      <Notice tone={toneOf(report.verdict)}><strong>{t(`verdict.${report.verdict}`)}</strong></Notice>
      {report.signatures.length > 0 && <p className="wk-note">{t('verdict.checked', countsOf(report))}</p>}
      {report.signatures.map((signature) => (
        <details key={signature.id}>
          <summary>{t('verdict.signature', { signer: signature.signer === null ? t('verdict.unknownSigner') : signerName(signature.signer), time: signature.signedAt === null ? t('verdict.noTime') : when(signature.signedAt) })}</summary>
          <ul>
            <li>{signature.coverage === 'whole' && !signature.modifiedAfter ? t('verdict.whole') : t('verdict.partial')}</li>
            {signature.steps.map((step, index) => <li key={index}><span className={`wk-step-${step.result}`}>{t(`verdict.step.${step.result}`)}</span> {step.name}{step.detail === '' ? '' : `：${step.detail}`}</li>)}
            <li>{signature.timeSource === 'timestamp' ? t('verdict.trustedTime') : t('verdict.claimedTime')}</li>
          </ul>
        </details>
      ))}
      {report.warnings.map((warning) => <p key={warning.code} className="wk-note">{warning.detail}</p>)}
    </section>
  )
}
