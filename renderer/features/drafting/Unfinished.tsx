/** What was begun and not sent yet (未送出的起草): this device's copies and one's own drafts, newest first. */
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useWords } from '../../paper/index.ts'
import { goTo, useClient } from '../../store/index.ts'
import { unfinishedOf, type Kept } from './unfinishedDrafts.ts'

/** Today by the clock, otherwise by the day: the list is read at a glance. */
const shortly = (instant: string): string => {
  const date = new Date(instant)
  return date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString('zh-CN', { hour12: false, hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString('zh-CN', { month: 'long', day: 'numeric' })
}

/** @param most as many are shown until the person asks for all */
export const Unfinished = ({ most = Number.POSITIVE_INFINITY }: { readonly most?: number }) => {
  const t = useWords()
  const { desktop, projection, session } = useClient()
  const [kept, setKept] = useState<readonly Kept[]>([])
  const [showsAll, setShowsAll] = useState(false)
  useEffect(() => {
    let stale = false
    void desktop.call('drafts.list', {}).then((listed) => { if (!stale && listed.ok) setKept(listed.value.drafts) })
    return () => { stale = true }
  }, [desktop, projection])
  const unfinished = unfinishedOf(kept, projection, session.personId)
  if (unfinished.length === 0) return null
  const shown = showsAll ? unfinished : unfinished.slice(0, most)
  return (
    <section aria-label={t('drafting.unfinished')}>
      <h2>{t('drafting.unfinished')}</h2>
      <ul className="wk-unfinished">
        {shown.map((entry) => (
          <li key={entry.documentId}>
            <button type="button" onClick={() => goTo({ screen: 'drafting', documentId: entry.documentId })}>
              <strong>{entry.title === '' ? t('document.untitled') : entry.title}</strong>
              <span>{entry.kind} · {t(entry.onlyHere ? 'drafting.keptHere' : 'drafting.keptEverywhere', { when: shortly(entry.savedAt) })}</span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length < unfinished.length && <Button size="small" type="link" onClick={() => setShowsAll(true)}>{t('drafting.unfinishedAll', { count: unfinished.length })}</Button>}
    </section>
  )
}
