/** The bottom of the drafting desk: words, pages, where the text is saved (状态行). */
import { memo } from 'react'
import { frozenBytes, type DocumentContent } from '#core/document'
import { useWords } from '../../paper/index.ts'
import type { KeeperState } from './keeper.ts'
import { warningsOf, wordCount } from './warnings.ts'

export type StatusLineProps = { readonly content: DocumentContent; readonly pages: number | null; readonly saving: KeeperState; readonly problem: string | null; readonly layoutWarnings: readonly string[] }

const clock = (instant: string): string => new Date(instant).toLocaleTimeString('zh-CN', { hour12: false })

export const StatusLine = memo(({ content, pages, saving, problem, layoutWarnings }: StatusLineProps) => {
  const t = useWords()
  const warnings = warningsOf(content, frozenBytes(content).length)
  return (
    <footer className="wk-status" role="status">
      <span className={saving.kind === 'failed' ? 'wk-bad-text' : undefined} data-saving={saving.kind}>
        {saving.kind === 'saved' ? t('saving.saved', { time: clock(saving.at) }) : saving.kind === 'failed' ? t('saving.failed', { reason: saving.message }) : saving.kind === 'pending' ? t('saving.pending') : t('saving.idle')}
      </span>
      <span className="wk-num">{t('status.words', { count: wordCount(content) })}</span>
      {pages !== null && <span className="wk-num">{t('status.pages', { count: pages })}</span>}
      {warnings.map((warning) => <span key={warning.key} className="wk-warn-text">{t(warning.key, { count: warning.count ?? 0, limit: warning.limit ?? 0 })}</span>)}
      {layoutWarnings.map((message) => <span key={message} className="wk-warn-text">{message}</span>)}
      {problem !== null && <span className="wk-bad-text">{t('saving.notHanded', { reason: problem })}</span>}
      <span className="wk-grow" />
      <span className="wk-note wk-key-hints">{t('drafting.keys')}</span>
    </footer>
  )
})
StatusLine.displayName = 'StatusLine'
