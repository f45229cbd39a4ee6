/** The verdict first, then what it rests on, then what it does not say (验证结论). */
import type { VerifyReport } from '#core/seal'
import { Notice, useWords } from '../../paper/index.ts'
import { countSteps, failuresOf, fileConclusion, toneOf, uncheckedOf } from './conclusion.ts'
import { Mark, Step } from './Mark.tsx'
import { SignatureCard } from './SignatureCard.tsx'
import { kindWord, moment, sizeText } from './times.ts'
import { TrustBox } from './TrustBox.tsx'
import type { Item } from './useChecks.ts'
import type { Trust } from './useTrust.ts'
import type { Checked } from './wire.ts'

type Props = { readonly item: Item; readonly checked: Checked; readonly at: string; readonly compared: readonly string[]; readonly trust: Trust }

export const ReportRail = ({ item, checked, at, compared, trust }: Props) => {
  const t = useWords()
  const { report } = checked
  return (
    <aside className="vf-rail" aria-label={t('verify.result')}>
      <Headline report={report} />
      <Checks report={report} />
      {report.signatures.length > 0 && (
        <section aria-label={t('verify.signatures')}>
          <h3>{t('verify.signatureCount', { what: t(`verify.what.${report.kind}`), count: report.signatures.length })}</h3>
          {report.signatures.map((signature, index) => <SignatureCard key={`${index}/${signature.id}`} signature={signature} kind={report.kind} />)}
        </section>
      )}
      <section aria-label={t('verify.file')}>
        <h3>{t('verify.file')}</h3>
        <dl className="wk-facts vf-digests">
          <div><dt>{t('verify.kindLabel')}</dt><dd>{t(`verify.kind.${kindWord(report)}`)} · {sizeText(item.size)}</dd></div>
          <div><dt>SM3</dt><dd><code>{checked.sm3}</code></dd></div>
          <div><dt>SHA-256</dt><dd><code>{checked.sha256}</code></dd></div>
          {compared.length > 0 && <div><dt>{t('verify.compared')}</dt><dd>{compared.join('、')}</dd></div>}
          <div><dt>{t('verify.checkedAt')}</dt><dd>{moment(at)}</dd></div>
        </dl>
      </section>
      <TrustBox trust={trust} />
    </aside>
  )
}

const Headline = ({ report }: { readonly report: VerifyReport }) => {
  const t = useWords()
  const conclusion = fileConclusion(report)
  const tone = toneOf(conclusion)
  const failures = failuresOf(report)
  return (
    <section className={`vf-verdict vf-${tone}`} role="status">
      <Mark shape={tone} size={32} />
      <div>
        <h2>{t(`verify.verdict.${conclusion}`, { what: t(`verify.what.${report.kind}`) })}</h2>
        <p>{t(`verify.meaning.${conclusion}`, { what: t(`verify.what.${report.kind}`) })}</p>
        {failures.length > 0 && <ul className="vf-reasons">{failures.slice(0, 4).map((step, index) => <Step key={index} step={step} />)}</ul>}
      </div>
    </section>
  )
}

const Checks = ({ report }: { readonly report: VerifyReport }) => {
  const t = useWords()
  const counts = countSteps(report)
  const results = (['pass', 'fail', 'warn', 'unknown'] as const).filter((result) => result === 'pass' || counts[result] > 0)
  return (
    <section className="vf-checks" aria-label={t('verify.checks')}>
      {report.signatures.length > 0 && (
        <>
          <h3>{t('verify.checks')}</h3>
          <ul className="vf-counts">{results.map((result) => <li key={result}><Mark shape={result} /> {t(`verify.count.${result}`, { count: counts[result] })}</li>)}</ul>
        </>
      )}
      {report.warnings.map((warning, index) => <Notice key={index} tone="warn">{warning.code === 'ledger.no-known-head' ? t('verify.noKnownHead') : warning.detail}<span className="vf-code">{warning.code}</span></Notice>)}
      <h3>{t('verify.notChecked')}</h3>
      <ul className="vf-unchecked">{uncheckedOf(report).map((entry, index) => <li key={index}>{t(`verify.unchecked.${entry.key}`, { detail: entry.detail ?? '' })}</li>)}</ul>
    </section>
  )
}
