/** Keys that a file or token holds, one of them to be picked (选择密钥): whose certificate, until when, and what speaks against it. */
import { refusalScreen, type MethodOutput } from '#core/desktop'
import { useWords } from '../../paper/index.ts'

export type FoundKey = MethodOutput<'keys.look'>['keys'][number]
type Facts = NonNullable<FoundKey['certificate']>

/** The name that people know, out of a subject. */
const nameIn = (subject: string): string => /(?:^|,\s*)CN=([^,]+)/u.exec(subject)?.[1]?.trim() ?? subject

export const CertificateLine = ({ facts }: { readonly facts: Facts | null }) => {
  const t = useWords()
  return (
    <span title={facts?.subject}>
      {facts === null ? t('pin.choose.noCertificate') : t('pin.choose.certificate', { subject: nameIn(facts.subject), issuer: nameIn(facts.issuer), from: facts.notBefore.slice(0, 10), to: facts.notAfter.slice(0, 10) })}
    </span>
  )
}

/** The first key that may be used, or the first at all. */
export const bestKey = (keys: readonly FoundKey[]): string => (keys.find(({ refusal }) => refusal === null) ?? keys[0])?.key ?? ''

export const FoundKeys = ({ keys, chosen, onChoose }: { readonly keys: readonly FoundKey[]; readonly chosen: string; readonly onChoose: (key: string) => void }) => {
  const t = useWords()
  return (
    <fieldset className="wk-keys">
      <legend>{t('pin.choose.keys')}</legend>
      {keys.map(({ key, label, certificate, refusal }) => (
        <label key={key} className="wk-option">
          <input type="radio" name="found-key" checked={key === chosen} disabled={refusal !== null} onChange={() => onChoose(key)} />
          <span>
            <strong>{label !== '' ? label : certificate === null ? key.slice(0, 16) : nameIn(certificate.subject)}</strong>
            <CertificateLine facts={certificate} />
            {refusal !== null && (
              <span className="wk-cannot">
                {t('pin.choose.cannot', { reason: t(`pin.screen.${refusalScreen(refusal)}.happened`, refusal.reason === 'unsupported' ? { what: refusal.what } : {}) })} {t(`pin.screen.${refusalScreen(refusal)}.next`)} {t(`pin.screen.${refusalScreen(refusal)}.ask`)}
              </span>
            )}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
