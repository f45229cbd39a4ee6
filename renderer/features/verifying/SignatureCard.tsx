/** One signature: who, when, over what, and every check (单个签章). */
import type { SignatureReport, VerifyReport } from '#core/seal'
import { useWords } from '../../paper/index.ts'
import { conclusionOf, toneOf } from './conclusion.ts'
import { Mark, Step } from './Mark.tsx'
import { day, moment } from './times.ts'
import { commonName } from './trustFiles.ts'

const listed = 200

export const SignatureCard = ({ signature, kind }: { readonly signature: SignatureReport; readonly kind: VerifyReport['kind'] }) => {
  const t = useWords()
  const conclusion = conclusionOf(signature)
  const tone = toneOf(conclusion)
  return (
    <details className="vf-card" open={tone !== 'good'}>
      <summary>
        <Mark shape={tone} size={20} />
        <span>
          <strong>{signature.signer === null ? t('verify.unknownSigner') : commonName(signature.signer)}</strong>
          <span className="vf-card-line">{t(`verify.verdict.${conclusion}`, { what: t(`verify.what.${kind}`) })}</span>
          <span className="wk-note">{timeLine(t, signature)}</span>
        </span>
      </summary>
      <SignatureBody signature={signature} />
    </details>
  )
}

const timeLine = (t: ReturnType<typeof useWords>, signature: SignatureReport): string =>
  signature.signedAt === null ? t('verify.noTime') : `${moment(signature.signedAt)}（${t(`verify.time.${signature.timeSource}`)}）`

export const SignatureBody = ({ signature }: { readonly signature: SignatureReport }) => {
  const t = useWords()
  const covered = signature.covered ?? []
  return (
    <div className="vf-card-body">
      <dl className="wk-facts">
        <div><dt>{t('verify.signer')}</dt><dd>{signature.signer ?? t('verify.unknownSigner')}</dd></div>
        <div><dt>{t('verify.time.label')}</dt><dd>{timeLine(t, signature)}</dd></div>
        <div><dt>{t('verify.format')}</dt><dd>{signature.type === '' ? t('verify.unnamed') : signature.type}（{signature.id}）</dd></div>
        <div><dt>{t('verify.coverage.label')}</dt><dd>{t(`verify.coverage.${signature.coverage}`)}</dd></div>
        <div><dt>{t('verify.changes.label')}</dt><dd>{signature.modifiedAfter ? t('verify.changes.yes') : t('verify.changes.no')}</dd></div>
      </dl>
      {signature.uncovered.length > 0 && <Names title={t('verify.uncovered', { count: signature.uncovered.length })} names={signature.uncovered} isOpen />}
      <h4>{t('verify.steps')}</h4>
      <ul className="vf-steps">{signature.steps.map((step, index) => <Step key={index} step={step} />)}</ul>
      {covered.length > 0 && <Names title={t('verify.covered', { count: covered.length })} names={covered} isOpen={false} />}
      <h4>{t('verify.chain.title')}</h4>
      {signature.chain === undefined || signature.chain.length === 0
        ? <p className="wk-note">{t('verify.chain.none')}</p>
        : (
            <ol className="vf-chain">
              {signature.chain.map((link, index) => (
                <li key={index}>
                  <strong>{commonName(link.subject)}</strong>{link.anchor && <span className="vf-anchor">{t('verify.chain.anchor')}</span>}
                  <span>{t('verify.chain.issuer', { name: commonName(link.issuer) })}</span>
                  <span>{t('verify.chain.dates', { from: day(link.notBefore), to: day(link.notAfter) })}</span>
                  <code>{t('verify.chain.serial', { serial: link.serial })}</code>
                </li>
              ))}
            </ol>
          )}
    </div>
  )
}

const Names = ({ title, names, isOpen }: { readonly title: string; readonly names: readonly string[]; readonly isOpen: boolean }) => {
  const t = useWords()
  return (
    <details className="vf-names" open={isOpen}>
      <summary>{title}</summary>
      <ul>
        {names.slice(0, listed).map((name, index) => <li key={index}><code>{name}</code></li>)}
        {names.length > listed && <li>{t('verify.more', { count: names.length - listed })}</li>}
      </ul>
    </details>
  )
}
