/** 历史版本 of a draft on this device: what a pause or a person kept; compared as a redline, brought back as a new state. */
import { Button, Drawer } from 'antd'
import { memo, useState } from 'react'
import type { DocumentContent } from '#core/document'
import { Failure, Nothing, Redline, useContent, useWords, Waiting } from '../../paper/index.ts'
import { when } from '../../ui/index.ts'
import type { Version } from './notes.ts'
import { sizeText } from './sizes.ts'

export type VersionsPanelProps = {
  readonly versions: readonly Version[]
  readonly current: DocumentContent
  readonly onKeep: () => void
  readonly onRestore: (content: DocumentContent) => void
}

export const VersionsPanel = memo(({ versions, current, onKeep, onRestore }: VersionsPanelProps) => {
  const t = useWords()
  const [open, setOpen] = useState<Version | null>(null)
  return (
    <section className="wk-history" aria-label={t('history.title')}>
      <header className="wk-findings-head">
        <h2>{t('history.title')}</h2>
        <span className="wk-note">{t('history.keeps')}</span>
        <span className="wk-grow" />
        <Button size="small" onClick={onKeep}>{t('history.keep')}</Button>
      </header>
      {versions.length === 0 && <Nothing title={t('history.none')} detail={t('history.noneDetail')} />}
      <ul>
        {versions.map((version) => (
          <li key={version.hash + version.at}>
            <button type="button" className="wk-finding" onClick={() => setOpen(version)}>
              <span className="wk-finding-place wk-num">{when(version.at, 'seconds')}</span>
              <span className="wk-finding-text">{version.title === '' ? t('document.untitled') : version.title}</span>
              <span className="wk-finding-clause wk-num">{t(`history.${version.why}`)} · {t('status.words', { count: version.words })} · {sizeText(version.bytes)}</span>
            </button>
            <Button size="small" aria-label={t('history.compareNamed', { time: when(version.at, 'seconds') })} onClick={() => setOpen(version)}>{t('history.compare')}</Button>
          </li>
        ))}
      </ul>
      <Drawer open={open !== null} onClose={() => setOpen(null)} size={820} destroyOnHidden title={open === null ? '' : t('history.compareTitle', { time: when(open.at, 'seconds') })}>
        {open !== null && <Compared version={open} current={current} onRestore={(content) => { setOpen(null); onRestore(content) }} />}
      </Drawer>
    </section>
  )
})
VersionsPanel.displayName = 'VersionsPanel'

const Compared = ({ version, current, onRestore }: { readonly version: Version; readonly current: DocumentContent; readonly onRestore: (content: DocumentContent) => void }) => {
  const t = useWords()
  const loaded = useContent(version.hash)
  if (loaded.kind === 'loading') return <Waiting text={t('document.loading')} />
  if (loaded.kind === 'failed') return <Failure title={t('history.failed')} detail={t('history.failedDetail', { reason: loaded.error.message })} actions={<Button onClick={loaded.retry}>{t('action.retry')}</Button>} />
  return (
    <div className="wk-compared">
      <div className="wk-row"><Button type="primary" onClick={() => onRestore(loaded.content)}>{t('history.restore')}</Button><span className="wk-note">{t('history.restoreKeeps')}</span></div>
      <Redline before={loaded.content} after={current} beforeName={when(version.at, 'seconds')} afterName={t('history.now')} />
    </div>
  )
}
