/** The report on paper (验证报告): everything that the screen says, and what was not checked. Shown only when it is printed. */
import { useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { personName } from '../approval/index.tsx'
import { countSteps, fileConclusion, uncheckedOf } from './conclusion.ts'
import { SignatureBody } from './SignatureCard.tsx'
import { kindWord, moment, sizeText } from './times.ts'
import { commonName } from './trustFiles.ts'
import type { Item } from './useChecks.ts'
import type { Trust } from './useTrust.ts'
import type { Checked } from './wire.ts'

type Props = { readonly item: Item; readonly checked: Checked; readonly at: string; readonly compared: readonly string[]; readonly trust: Trust }

export const PrintedReport = ({ item, checked, at, compared, trust }: Props) => {
  const t = useWords()
  const { app, session, projection } = useClient()
  const { report, sm3, sha256 } = checked
  const what = t(`verify.what.${report.kind}`)
  const conclusion = fileConclusion(report)
  const counts = countSteps(report)
  const person = projection.directory.people[session.personId]
  const organ = person === undefined ? '' : projection.directory.organs[person.organId]?.name ?? ''
  const anchors = [...trust.ownAnchors, ...trust.added.filter((entry) => entry.kind === 'anchor').map((entry) => commonName(entry.label))]
  return (
    <article className="vf-printed" aria-hidden="true">
      <h1>{t('verify.printed.title')}</h1>
      <dl className="wk-facts">
        <div><dt>{t('verify.printed.fileName')}</dt><dd>{item.name}</dd></div>
        <div><dt>{t('verify.kindLabel')}</dt><dd>{t(`verify.kind.${kindWord(report)}`)} · {sizeText(item.size)}（{item.size} B）</dd></div>
        <div><dt>SM3</dt><dd><code>{sm3}</code></dd></div>
        <div><dt>SHA-256</dt><dd><code>{sha256}</code></dd></div>
        <div><dt>{t('verify.checkedAt')}</dt><dd>{moment(at)}（{t('verify.printed.ownClock')}）</dd></div>
        {compared.length > 0 && <div><dt>{t('verify.compared')}</dt><dd>{compared.join('、')}</dd></div>}
        <div><dt>{t('verify.printed.by')}</dt><dd>{organ} {personName(projection.directory, session.personId)}</dd></div>
        <div><dt>{t('verify.printed.program')}</dt><dd>{t('verify.printed.version', { version: app.version })}</dd></div>
        <div><dt>{t('verify.trust.title')}</dt><dd>{anchors.length === 0 ? t('verify.printed.noAnchors') : anchors.join('；')}</dd></div>
      </dl>
      <h2>{t('verify.printed.verdict')}：{t(`verify.verdict.${conclusion}`, { what })}</h2>
      <p>{t(`verify.meaning.${conclusion}`, { what })}</p>
      <p>{(['pass', 'fail', 'warn', 'unknown'] as const).map((result) => t(`verify.count.${result}`, { count: counts[result] })).join('，')}</p>
      {report.warnings.map((warning, index) => <p key={index}>{t('verify.step.warn')}：{warning.code === 'ledger.no-known-head' ? t('verify.noKnownHead') : warning.detail}（{warning.code}）</p>)}
      <h2>{t('verify.notChecked')}</h2>
      <ol>{uncheckedOf(report).map((entry, index) => <li key={index}>{t(`verify.unchecked.${entry.key}`, { detail: entry.detail ?? '' })}</li>)}</ol>
      {report.signatures.map((signature, index) => (
        <section key={index}>
          <h2>{t('verify.printed.signature', { number: index + 1, name: signature.signer === null ? t('verify.unknownSigner') : commonName(signature.signer) })}</h2>
          <SignatureBody signature={signature} />
        </section>
      ))}
    </article>
  )
}
