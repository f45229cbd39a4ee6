/** Before a joint issue is sent: who agrees for each of the other issuing organs (联署机关会签). */
import type { RouteDefinition } from '#core/route'
import { Chip, Notice, useWords } from '../../paper/index.ts'
import type { CoIssuer } from './issuers.ts'

export const CoIssuers = ({ organs, route }: { readonly organs: readonly CoIssuer[]; readonly route: RouteDefinition }) => {
  const t = useWords()
  const step = route.steps.find(({ kind, from }) => kind !== 'review' && from === 'others')
  const unasked = organs.filter(({ asked }) => asked.length === 0)
  return (
    <section className="wk-co-issuers" aria-label={t('submit.coIssuers')}>
      <h3>{t('submit.coIssuers')}</h3>
      <ul>
        {organs.map(({ organ, asked }) => (
          <li key={organ.id}>
            <span>{organ.name}</span>
            {asked.length > 0 ? <Chip tone="good">{asked.map(({ name }) => name).join('、')}</Chip> : <Chip tone="bad">{t('submit.unasked')}</Chip>}
          </li>
        ))}
      </ul>
      {step === undefined
        ? <Notice tone="bad">{t('submit.noCountersign', { route: route.name })}</Notice>
        : unasked.map(({ organ, possible }) => (
            <Notice key={organ.id} tone="bad">{possible.length === 0 ? t('submit.nobodyThere', { organ: organ.name, step: step.name }) : t('submit.askCoIssuer', { organ: organ.name, step: step.name, people: possible.map(({ name }) => name).join('、') })}</Notice>
          ))}
    </section>
  )
}
