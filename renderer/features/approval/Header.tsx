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

type Props = { readonly document: ProjectedDocument; readonly stand: 'window' | 'pane' }

/** In the window the state stands at the end of the tabs, so that two lines of head are enough. */
export const Header = ({ document, stand }: Props) => {
  const t = useWords()
  const title = document.state.title === '' ? t('document.untitled') : document.state.title
  return (
    <header className="wk-doc-head">
      {stand === 'window' && <Button className="wk-doc-back" onClick={backToList} aria-keyshortcuts="Escape">← {t('document.back')}<kbd>Esc</kbd></Button>}
      <h1 title={title}>{title}</h1>
      {stand === 'pane' && <State document={document} />}
    </header>
  )
}

export const State = ({ document: { state, pending, awaitsServer } }: Pick<Props, 'document'>) => {
  const t = useWords()
  const { projection: { directory }, now, status } = useClient()
  const stay = stayOf(state, now)
  const revision = standingRevision(state)
  const holders = state.revising ? [state.createdBy] : state.step?.branches.filter((branch) => branch.state === 'open').map((branch) => branch.holder) ?? []
  return (
    <p className="wk-doc-chips">
      {stay !== null && <span className={`wk-light wk-${tones[stay.light]}-text`}><span aria-hidden="true">{shapes[stay.light]}</span> {stay.hours < 1 ? t('stay.fresh') : stay.hours < 24 ? t(`stay.hours.${stay.light}`, { count: stay.hours }) : t(`stay.days.${stay.light}`, { count: Math.floor(stay.hours / 24) })}</span>}
      {state.number !== null && <span className="wk-doc-number">{state.number.text}</span>}
      {state.urgency !== '' && <Chip tone={state.urgency === '特急' ? 'bad' : 'warn'}>{state.urgency}</Chip>}
      <Chip tone={state.status === 'recalled' ? 'bad' : state.status === 'routing' ? 'info' : 'plain'}>{state.revising ? t('docStatus.revising') : t(`docStatus.${state.status}`)}</Chip>
      {revision !== null && <span>{t('revision.number', { number: revision.number })}</span>}
      {pending.length > 0 && <Chip tone="info">{status.connection === 'online' ? t('document.sending') : t('document.queued', { count: pending.length })}</Chip>}
      {awaitsServer && <Chip tone="plain">{t('document.awaitsServer')}</Chip>}
      {state.step !== null && <span>{state.step.name}{holders.length > 0 && ` · ${holders.map((holder) => personName(directory, holder)).join('、')}`}</span>}
    </p>
  )
}
