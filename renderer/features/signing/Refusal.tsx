/**
 * The screens of the closed set of refusals (口令与密钥状态): what happened, what is lost (nothing), what to do, whom to ask.
 * `refusalScreen` of core/desktop names the screen, so a refusal without one does not compile.
 */
import { useEffect, useState, type ReactNode } from 'react'
import { refusalScreen, type PersonalRefusal, type RefusalScreen } from '#core/desktop'
import { assertNever } from '#core/formats'
import { useWords, type Words } from '../../paper/index.ts'

/** Seconds until `until` (ms since 1970), counted down to 0. */
export const useCountdown = (until: number): number => {
  const [left, setLeft] = useState(() => Math.max(0, Math.ceil((until - Date.now()) / 1000)))
  useEffect(() => {
    const count = (): void => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)))
    const first = setTimeout(count)
    const timer = setInterval(count, 500)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [until])
  return left
}

export const waitText = (t: Words, seconds: number): string =>
  seconds < 60 ? t('pin.seconds', { seconds }) : t('pin.minutes', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 })

/** What helps: typing the PIN again on the same screen, or the one thing that has to be done first. */
export const remedyOf = (screen: RefusalScreen): 'typeAgain' | 'retry' | 'changePin' | 'enrol' | 'otherKey' => {
  switch (screen) {
    case 'pinWrong': case 'lastTry': case 'delayed': case 'absent': case 'removed': case 'notSealKey': return 'typeAgain'
    case 'blocked': case 'certificateNotYet': return 'retry'
    case 'pinChangeRequired': return 'changePin'
    case 'uncertified': return 'enrol'
    case 'damaged': case 'unsupported': case 'untrusted': case 'noKey': case 'certificateUntrusted': case 'certificateExpired': case 'certificateRevoked': case 'certificateStranger':
    case 'keyTaken': case 'keyRevoked':
      return 'otherKey'
    default: return assertNever(screen)
  }
}

/** Amber for what passes or can be put right at this desk, red for what cannot. */
export const toneOf = (screen: RefusalScreen): 'warn' | 'bad' => {
  switch (screen) {
    case 'delayed': case 'absent': case 'removed': case 'pinChangeRequired': case 'uncertified': case 'certificateNotYet': case 'noKey': case 'notSealKey': return 'warn'
    case 'pinWrong': case 'lastTry': case 'blocked': case 'damaged': case 'unsupported': case 'untrusted': case 'certificateUntrusted': case 'certificateExpired':
    case 'certificateRevoked': case 'certificateStranger': case 'keyTaken': case 'keyRevoked':
      return 'bad'
    default: return assertNever(screen)
  }
}

type Props = { readonly refusal: PersonalRefusal; readonly id?: string; readonly actions?: ReactNode }

export const Refusal = ({ refusal, id, actions }: Props) => {
  const t = useWords()
  const screen = refusalScreen(refusal)
  const said = (part: 'happened' | 'next' | 'ask'): string => t(`pin.screen.${screen}.${part}`, refusal.reason === 'unsupported' ? { what: refusal.what } : {})
  const tries = refusal.reason === 'pinWrong' ? refusal.triesLeft : undefined
  return (
    <section id={id} className={`wk-refusal wk-${toneOf(screen)}`} role="alert" data-screen={screen}>
      <h4>{t(`pin.screen.${screen}.title`)}</h4>
      {tries !== undefined && <p className={tries === 1 ? 'wk-tries wk-tries-last' : 'wk-tries'}>{tries === 1 ? t('pin.lastTry') : t('pin.tries', { count: tries })}</p>}
      <dl>
        <dt>{t('pin.part.happened')}</dt><dd>{said('happened')}</dd>
        <dt>{t('pin.part.kept')}</dt><dd>{t('pin.kept')}</dd>
        <dt>{t('pin.part.next')}</dt><dd>{said('next')}</dd>
        <dt>{t('pin.part.ask')}</dt><dd>{said('ask')}</dd>
      </dl>
      {actions !== undefined && <div className="wk-row">{actions}</div>}
    </section>
  )
}

/** The time that is left, big enough to be read from a chair; not read out every second. */
export const Countdown = ({ seconds }: { readonly seconds: number }) => {
  const t = useWords()
  return seconds === 0 ? null : <p className="wk-countdown" role="timer" aria-live="off">{t('pin.wait', { time: waitText(t, seconds) })}</p>
}
