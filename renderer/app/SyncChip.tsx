/** The sync chip in the header and its drawer (同步状态与待发送队列): always there, never in the way. */
import { useMemo, useState, type ReactNode } from 'react'
import { Alert, Button, Drawer } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Command, SyncOutcome } from '#core/sync'
import { ExportUnsent } from '../features/account/index.tsx'
import { clockOf, shortMoment } from '../features/desk/index.tsx'
import { useClient, usePlace } from '../store/index.ts'
import { Blank } from '../ui/index.ts'
import { chipOf, savedAt, type Chip } from './chip.ts'

const shapes: Readonly<Record<Chip['tone'], ReactNode>> = {
  good: <circle cx="6" cy="6" r="4.5" />,
  idle: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="2" />,
  warn: <path d="M6 .5 11.5 6 6 11.5.5 6Z" />,
  bad: <path d="M6 1 11.5 11H.5Z" />,
}
const Shape = ({ tone }: { readonly tone: Chip['tone'] }): ReactNode => (
  <svg viewBox="0 0 12 12" width="0.75em" height="0.75em" fill="currentColor" aria-hidden="true">{shapes[tone]}</svg>
)

const usePending = (): readonly (Command & { readonly title: string })[] => {
  const { projection } = useClient()
  return useMemo(
    () => [...projection.documents.values()]
      .flatMap(({ state, pending }) => pending.map((command) => ({ ...command, title: state.title })))
      .sort((a, b) => a.deviceSeq - b.deviceSeq),
    [projection],
  )
}

const outcomeKey = (outcome: SyncOutcome): string => (outcome.kind === 'stopped' ? outcome.failure.kind : outcome.kind)

const Queue = ({ onClose }: { readonly onClose: () => void }): ReactNode => {
  const { t } = useTranslation()
  const { status, sync, desktop, now } = useClient()
  const { goTo } = usePlace()
  const pending = usePending()
  const [outcome, setOutcome] = useState<SyncOutcome | null>(null)
  return (
    <div className="ws-stack">
      <p>{t(`sync.about.${chipOf(status).key}`)}</p>
      <p className="ws-quiet">{status.lastPulledAt === null ? t('sync.neverPulled') : t('sync.lastPulled', { when: shortMoment(status.lastPulledAt, now) })}</p>
      <div><Button type="primary" loading={status.syncing} disabled={status.forked} onClick={() => void sync().then(setOutcome)}>{t('sync.now')}</Button></div>
      {outcome === null || status.syncing ? null : (
        <Alert type={outcome.kind === 'done' ? 'success' : 'warning'} showIcon title={t(`sync.outcome.${outcomeKey(outcome)}`, outcome.kind === 'done' ? { pushed: outcome.pushed, pulled: outcome.pulled } : {})} />
      )}
      {status.attention === 0 ? null : (
        <Button onClick={() => { goTo({ screen: 'attention' }); onClose() }}>{t('sync.attentionOpen', { count: status.attention })}</Button>
      )}
      <h3>{t('sync.queue', { count: status.unsent })}</h3>
      {pending.length === 0 ? <Blank title={t('sync.queueEmpty')} text={t('sync.queueEmptyText')} /> : (
        <ol className="ws-queue">
          {pending.map((command) => (
            <li key={command.commandId}>
              <span className="ws-queue-what">{t(`attention.command.${command.payload.type.replace('.', '_')}`)}</span>
              <span className="ws-queue-title">{command.title}</span>
              <span className="ws-quiet">{shortMoment(command.claimedAt, now)} · {t(status.syncing ? 'sync.state.sending' : 'sync.state.waiting')}</span>
            </li>
          ))}
        </ol>
      )}
      {status.unsent === 0 ? null : <ExportUnsent desktop={desktop} />}
    </div>
  )
}

export const SyncChip = (): ReactNode => {
  const { t } = useTranslation()
  const { status } = useClient()
  const { goTo } = usePlace()
  const [open, setOpen] = useState(false)
  const pending = usePending()
  const chip = chipOf(status)
  const saved = savedAt(status, pending.map((command) => command.claimedAt))
  const word = chip.key === 'offline' && saved !== null ? t('sync.chip.offlineSaved', { when: clockOf(saved) }) : t(`sync.chip.${chip.key}`)
  return (
    <>
      <div className="ws-chips">
        <button type="button" className={`ws-chip ws-chip-${chip.tone}`} onClick={() => setOpen(true)} aria-haspopup="dialog">
          <Shape tone={chip.tone} /><span>{word}</span>
          {status.unsent === 0 ? null : <span className="ws-chip-part">{t('sync.chip.unsent', { count: status.unsent })}</span>}
        </button>
        {status.attention === 0 ? null : (
          <button type="button" className="ws-chip ws-chip-bad" onClick={() => goTo({ screen: 'attention' })}>
            <Shape tone="bad" /><span>{t('sync.chip.attention', { count: status.attention })}</span>
          </button>
        )}
      </div>
      <Drawer open={open} onClose={() => setOpen(false)} title={t('sync.title')} size={420} destroyOnHidden>
        <Queue onClose={() => setOpen(false)} />
      </Drawer>
    </>
  )
}
