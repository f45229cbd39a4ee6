/** Which of the organ's seals, and what using it asks for (选用印章). */
import { Select } from 'antd'
import type { SealEntry } from '#core/sync'
import { Notice, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { keyRefusal } from './keyState.ts'
import { obstacleOf } from './usable.ts'

export type SealChoiceProps = { readonly seals: readonly SealEntry[]; readonly chosen: SealEntry | null; readonly onChoose: (id: string) => void; readonly problem: string | null }

export const SealChoice = ({ seals, chosen, onChoose, problem }: SealChoiceProps) => {
  const t = useWords()
  const { now } = useClient()
  const obstacle = chosen === null ? null : obstacleOf(chosen, now)
  const keyProblem = chosen === null ? null : keyRefusal(chosen)
  return (
    <section aria-label={t('seal.which')}>
      <h2>{t('seal.which')}</h2>
      {seals.length > 1 && chosen !== null
        ? <Select aria-label={t('seal.which')} value={chosen.id} onChange={onChoose} options={seals.map((seal) => ({ value: seal.id, label: seal.name }))} />
        : chosen !== null && <p>{chosen.name}</p>}
      {chosen !== null && <p className="wk-note wk-num">{t('seal.about', { diameter: chosen.diameterMm, uses: chosen.uses })} · {t(`seal.control.${chosen.control}`)}</p>}
      {problem !== null && <p className="wk-note">{problem}</p>}
      {obstacle !== null && <Notice tone="bad">{t(`seal.obstacle.${obstacle}`, { reason: chosen?.halted?.reason ?? '', until: chosen?.made?.validTo.slice(0, 10) ?? '', from: chosen?.made?.validFrom.slice(0, 10) ?? '' })}</Notice>}
      {obstacle === null && keyProblem !== null && <Notice tone="warn">{t('seal.key.warn', { reason: keyProblem })}</Notice>}
      {chosen?.control === 'dual' && obstacle === null && <Notice tone="info">{t('seal.dualNeeded')}</Notice>}
    </section>
  )
}
