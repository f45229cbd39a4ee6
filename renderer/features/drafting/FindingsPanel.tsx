/** What the check found (检查): grouped by weight, each with its clause, place and repair. Never in the way of the hand. */
import { Button, Input } from 'antd'
import { memo, useEffect, useRef, useState } from 'react'
import { useWords } from '../../paper/index.ts'
import { findingGroups, groupOf, isSafeFix, type FindingGroup, type Told } from './findings.ts'
import type { Ignored } from './notes.ts'

export type FindingsPanelProps = {
  readonly told: readonly Told[]
  readonly isChecked: boolean
  readonly current: string | null
  readonly ignored: readonly Ignored[]
  readonly onGo: (told: Told) => void
  readonly onFix: (told: readonly Told[]) => void
  readonly onIgnore: (told: Told, reason: string) => void
  readonly onRestore: (key: string) => void
  readonly onClose: () => void
}

const shape: Readonly<Record<FindingGroup, string>> = { blank: '□', error: '■', warning: '▲', info: '○' }

export const FindingsPanel = memo(({ told, isChecked, current, ignored, onGo, onFix, onIgnore, onRestore, onClose }: FindingsPanelProps) => {
  const t = useWords()
  const panel = useRef<HTMLElement>(null)
  const [asking, setAsking] = useState<string | null>(null)
  const safe = told.filter(({ finding }) => isSafeFix(finding))
  useEffect(() => { if (current !== null) panel.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' }) }, [current])
  return (
    <section ref={panel} className="wk-findings" aria-label={t('findings.title')}>
      <header className="wk-findings-head">
        <h2>{t('findings.title')}</h2>
        <span className="wk-note">{t('findings.keys')}</span>
        <span className="wk-grow" />
        {safe.length > 0 && <Button size="small" onClick={() => onFix(safe)}>{t('findings.fixAll', { count: safe.length })}</Button>}
        <Button size="small" type="text" onClick={onClose}>{t('findings.close')}</Button>
      </header>
      {told.length === 0 && <p className="wk-findings-none" role="status">{isChecked ? t('findings.none') : t('findings.checking')}</p>}
      {findingGroups.map((severity) => {
        const group = told.filter((entry) => groupOf(entry) === severity)
        if (group.length === 0) return null
        return (
          <section key={severity} className={`wk-findings-group wk-finding-${severity}`} aria-label={t(`findings.${severity}`)}>
            <h3><span aria-hidden="true">{shape[severity]}</span> {t(`findings.${severity}`)} <span className="wk-num">{group.length}</span></h3>
            <ul>
              {group.map((entry) => (
                <li key={entry.id} aria-current={entry.id === current}>
                  <button type="button" className="wk-finding" onClick={() => onGo(entry)}>
                    <span className="wk-finding-place">{placeWords(entry, t)}</span>
                    <span className="wk-finding-text">{entry.finding.message}{severity !== 'blank' && entry.quote !== '' && entry.finding.where.start !== undefined && <q>{entry.quote}</q>}</span>
                    <span className="wk-finding-clause">{entry.finding.clause.startsWith('practice') ? t('findings.practice') : entry.finding.clause}</span>
                  </button>
                  {entry.finding.fix !== undefined && <Button size="small" className="wk-fix" title={entry.finding.fix.label} onClick={() => onFix([entry])}>{entry.finding.fix.label}</Button>}
                  <Button size="small" type="text" aria-expanded={asking === entry.id} aria-label={t('findings.ignoreNamed', { message: entry.finding.message })} onClick={() => setAsking(asking === entry.id ? null : entry.id)}>{t('findings.ignore')}</Button>
                  {asking === entry.id && <Reason onCancel={() => setAsking(null)} onGive={(reason) => { setAsking(null); onIgnore(entry, reason) }} />}
                </li>
              ))}
            </ul>
          </section>
        )
      })}
      {ignored.length > 0 && (
        <details className="wk-findings-ignored">
          <summary>{t('findings.ignored', { count: ignored.length })}</summary>
          <ul>
            {ignored.map((entry) => (
              <li key={entry.key}>
                <span>{entry.message}</span> <span className="wk-note">{t('findings.ignoredBecause', { reason: entry.reason, by: entry.by })}</span>
                <Button size="small" type="link" onClick={() => onRestore(entry.key)}>{t('findings.restore')}</Button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
})
FindingsPanel.displayName = 'FindingsPanel'

const placeWords = ({ finding: { where } }: Told, t: ReturnType<typeof useWords>): string => {
  const element = where.element === '附件' && where.part !== undefined ? t('findings.attachmentPlace', { number: where.part + 1 }) : where.element
  return where.block !== undefined && (where.element === '正文' || where.element === '附件') ? t('findings.paragraph', { element, number: where.block + 1 })
    : where.page !== undefined ? t('findings.page', { element, number: where.page }) : element
}

const Reason = ({ onGive, onCancel }: { readonly onGive: (reason: string) => void; readonly onCancel: () => void }) => {
  const t = useWords()
  const [reason, setReason] = useState('')
  return (
    <form className="wk-reason" onSubmit={(event) => { event.preventDefault(); if (reason.trim() !== '') onGive(reason.trim()) }} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); onCancel() } }}>
      <Input size="small" autoFocus aria-label={t('findings.reason')} placeholder={t('findings.reason')} value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} />
      <Button size="small" htmlType="submit" disabled={reason.trim() === ''}>{t('findings.setAside')}</Button>
      <Button size="small" type="text" onClick={onCancel}>{t('action.cancel')}</Button>
    </form>
  )
}
