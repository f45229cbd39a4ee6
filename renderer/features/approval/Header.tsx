/** The head of a document: title, number, and its state in words (文件头). */
import { Button } from 'antd'
import { standingRevision } from '#core/route'
import type { ProjectedDocument } from '#core/sync'
import { Chip, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { backToList } from '../desk/index.tsx'
import { personName } from './names.ts'
import { stayOf, type Light } from './records.ts'

const shapes: Readonly<Record<Light, string>> = { green: '●', amber: '◆', red: '▲' }
const tones = { green: 'good', amber: 'warn', red: 'bad' } as const

export const Header = ({ document: { state, pending, awaitsServer }, stand }: { readonly document: ProjectedDocument; readonly stand: 'window' | 'pane' }) => {
  const t = useWords()
  const { projection: { directory }, now, status } = useClient()
  const stay = stayOf(state, now)
  const revision = standingRevision(state)
  const holders = state.revising ? [state.createdBy] : state.step?.branches.filter((branch) => branch.state === 'open').map((branch) => branch.holder) ?? []
  return (
    <header className="wk-doc-head">
      {stand === 'window' && <Button className="wk-doc-back" onClick={backToList} aria-keyshortcuts="Escape">← {t('document.back')}<kbd>Esc</kbd></Button>}
      <h1>{state.title === '' ? t('document.untitled') : state.title}</h1>
      <p className="wk-doc-chips">
        {state.number !== null && <span className="wk-doc-number">{state.number.text}</span>}
        <Chip tone={state.status === 'recalled' ? 'bad' : state.status === 'routing' ? 'info' : 'plain'}>{state.revising ? t('docStatus.revising') : t(`docStatus.${state.status}`)}</Chip>
        {revision !== null && <span>{t('revision.number', { number: revision.number })}</span>}
        {state.urgency !== '' && <Chip tone={state.urgency === '特急' ? 'bad' : 'warn'}>{state.urgency}</Chip>}
        {state.step !== null && <span>{state.step.name}{holders.length > 0 && ` · ${holders.map((holder) => personName(directory, holder)).join('、')}`}</span>}
        {stay !== null && <span className={`wk-light wk-${tones[stay.light]}-text`}><span aria-hidden="true">{shapes[stay.light]}</span> {stay.hours < 1 ? t('stay.fresh') : stay.hours < 24 ? t(`stay.hours.${stay.light}`, { count: stay.hours }) : t(`stay.days.${stay.light}`, { count: Math.floor(stay.hours / 24) })}</span>}
        {pending.length > 0 && <Chip tone="info">{status.connection === 'online' ? t('document.sending') : t('document.queued', { count: pending.length })}</Chip>}
        {awaitsServer && <Chip tone="plain">{t('document.awaitsServer')}</Chip>}
      </p>
    </header>
  )
}
