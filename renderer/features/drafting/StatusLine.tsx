/** The bottom of the drafting desk: where the text is saved, how long it is, what the check says (状态行). */
import { memo, useMemo } from 'react'
import { frozenBytes, type DocumentContent } from '#core/document'
import { useWords } from '../../paper/index.ts'
import { countOf } from './findings.ts'
import type { KeeperState } from './keeper.ts'
import type { Findings } from './useFindings.ts'
import { warningsOf, wordCount } from './warnings.ts'
import { useWatched, type Watched } from './watched.ts'

export type Tray = 'findings' | 'remarks' | 'versions'

export type StatusLineProps = {
  /** the text of the last pause: counting a long one for every key would be felt */
  readonly content: DocumentContent
  readonly pages: number | null
  readonly saving: Watched<KeeperState>
  readonly problem: string | null
  readonly layoutWarnings: readonly string[]
  readonly findings: Findings
  readonly remarks: number
  readonly versions: number
  readonly tray: Tray | null
  readonly onTray: (tray: Tray) => void
}

const times = new Intl.DateTimeFormat('zh-CN', { hour: 'numeric', minute: 'numeric', second: 'numeric', hour12: false })
const clock = (instant: string): string => times.format(new Date(instant))

export const StatusLine = memo(({ content, pages, saving, problem, layoutWarnings, findings, remarks, versions, tray, onTray }: StatusLineProps) => {
  const t = useWords()
  const warnings = useMemo(() => warningsOf(content, frozenBytes(content).length), [content])
  const words = useMemo(() => wordCount(content), [content])
  const { told, score } = findings
  return (
    <footer className="wk-status">
      <Saving saving={saving} />
      <span className="wk-num">{t('status.words', { count: words })}</span>
      {pages !== null && <span className="wk-num">{t('status.pages', { count: pages })}</span>}
      <button type="button" aria-pressed={tray === 'findings'} onClick={() => onTray('findings')} className="wk-num" data-score={score ?? ''}>
        {score === null ? t('findings.checking') : (
          <>
            {t('status.score', { score })}
            {countOf(told, 'blank') > 0 && <span>□ {t('status.blanks', { count: countOf(told, 'blank') })}</span>}
            {countOf(told, 'error') > 0 && <span className="wk-bad-text">■ {t('status.errors', { count: countOf(told, 'error') })}</span>}
            {countOf(told, 'warning') > 0 && <span className="wk-warn-text">▲ {t('status.warnings', { count: countOf(told, 'warning') })}</span>}
            {countOf(told, 'info') > 0 && <span>○ {t('status.hints', { count: countOf(told, 'info') })}</span>}
          </>
        )}
      </button>
      <button type="button" aria-pressed={tray === 'remarks'} onClick={() => onTray('remarks')} className="wk-num">{t('status.remarks', { count: remarks })}</button>
      <button type="button" aria-pressed={tray === 'versions'} onClick={() => onTray('versions')} className="wk-num">{t('status.versions', { count: versions })}</button>
      {warnings.map((warning) => <span key={warning.key} className="wk-warn-text">{t(warning.key, { count: warning.count ?? 0, limit: warning.limit ?? 0 })}</span>)}
      {layoutWarnings.map((message) => <span key={message} className="wk-warn-text">{message}</span>)}
      {problem !== null && <span className="wk-bad-text">{t('saving.notHanded', { reason: problem })}</span>}
      <span className="wk-grow" />
      <span className="wk-note wk-key-hints">{t('drafting.keys')}</span>
    </footer>
  )
})
StatusLine.displayName = 'StatusLine'

const Saving = ({ saving }: { readonly saving: Watched<KeeperState> }) => {
  const t = useWords()
  const state = useWatched(saving)
  return (
    <span role="status" className={state.kind === 'failed' ? 'wk-bad-text' : undefined} data-saving={state.kind}>
      {state.kind === 'saved' ? t('saving.saved', { time: clock(state.at) }) : state.kind === 'failed' ? t('saving.failed', { reason: state.message }) : state.kind === 'pending' ? t('saving.pending') : t('saving.idle')}
    </span>
  )
}
