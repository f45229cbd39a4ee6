/** Which roots decide, and adding one for this visit (信任依据). */
import { Button } from 'antd'
import { useRef } from 'react'
import { Notice, useWords } from '../../paper/index.ts'
import { commonName } from './trustFiles.ts'
import type { Trust } from './useTrust.ts'

export const TrustBox = ({ trust }: { readonly trust: Trust }) => {
  const t = useWords()
  const input = useRef<HTMLInputElement>(null)
  const hasNone = trust.bytes !== null && trust.bytes.anchors.length === 0
  return (
    <section className="vf-trust" aria-label={t('verify.trust.title')}>
      <h3>{t('verify.trust.title')}</h3>
      <ul>
        {trust.ownAnchors.map((name, index) => <li key={index}>{t('verify.trust.own', { name })}</li>)}
        {trust.ownAnchors.length > 0 && <li>{trust.ownCrls > 0 ? t('verify.trust.ownCrl', { count: trust.ownCrls }) : t('verify.trust.noCrl')}</li>}
        {trust.added.map((entry, index) => (
          <li key={index}>
            {t(`verify.trust.added.${entry.kind}`, { name: commonName(entry.label), file: entry.name })}{' '}
            <Button size="small" onClick={() => trust.remove(entry)}>{t('action.remove')}</Button>
          </li>
        ))}
      </ul>
      {hasNone && <Notice tone="warn">{t('verify.trust.none')}</Notice>}
      {trust.problem !== null && <Notice tone="bad">{t(`verify.trust.problem.${trust.problem.reason}`, { name: trust.problem.name })}</Notice>}
      <input ref={input} type="file" hidden multiple accept=".pem,.crt,.cer,.der,.crl" aria-label={t('verify.trust.add')} onChange={(event) => { void trust.add([...event.target.files ?? []]); event.target.value = '' }} />
      <div className="wk-row"><Button onClick={() => input.current?.click()}>{t('verify.trust.add')}</Button></div>
      <p className="wk-note">{t('verify.trust.note')}</p>
    </section>
  )
}
