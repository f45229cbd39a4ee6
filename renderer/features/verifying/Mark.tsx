/** Shapes and words of a result: never colour alone. */
import { useTranslation } from 'react-i18next'
import type { SignatureReport, StepCode } from '#core/seal'
import englishSteps from '../../../resources/locales/en.steps.json' with { type: 'json' }
import { useWords } from '../../paper/index.ts'
import type { Tone } from './conclusion.ts'

type Result = SignatureReport['steps'][number]['result']
export type Shape = Result | Tone

const paths: Readonly<Record<'tick' | 'cross' | 'warn' | 'query', string>> = {
  tick: 'M4 8.4 7 11.4 12.4 5', cross: 'M5 5l6 6M11 5l-6 6', warn: 'M8 4v5M8 11.4v.8', query: 'M6 6.2a2 2 0 1 1 2.6 2c-.4.2-.6.5-.6 1v.3M8 11.6v.8',
}
const drawn: Readonly<Record<Shape, keyof typeof paths>> = { pass: 'tick', good: 'tick', fail: 'cross', bad: 'cross', warn: 'warn', unknown: 'query' }

export const Mark = ({ shape, size = 16 }: { readonly shape: Shape; readonly size?: number }) => (
  <svg className={`vf-mark vf-mark-${shape}`} viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
    {drawn[shape] === 'warn' ? <path className="vf-mark-ground" d="M8 .8 15.4 14.4H.6Z" /> : <circle className="vf-mark-ground" cx="8" cy="8" r="7.2" />}
    <path className="vf-mark-line" d={paths[drawn[shape]]} transform={drawn[shape] === 'warn' ? 'translate(0 1)' : ''} />
  </svg>
)

const english: Readonly<Record<StepCode, string>> = englishSteps

export const Step = ({ step }: { readonly step: SignatureReport['steps'][number] }) => {
  const t = useWords()
  const { i18n } = useTranslation()
  const name = i18n.language === 'en' ? english[step.code ?? 'other'] : step.name
  return (
    <li className="vf-step" data-result={step.result}>
      <Mark shape={step.result} />
      <span><span className="vf-step-word">{t(`verify.step.${step.result}`)}</span> <span title={step.name}>{name}</span>{step.detail !== '' && <span className="vf-step-detail">{step.detail}</span>}</span>
    </li>
  )
}
