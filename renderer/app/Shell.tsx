/** The frame around every screen (主框架): header, menu, the place itself. Keys that work everywhere are heard here. */
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { Alert, Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { SignOut } from '../features/account/index.tsx'
import { backToList, taskCounts } from '../features/desk/index.tsx'
import { useClient, usePlace } from '../store/index.ts'
import { Keys } from '../ui/index.ts'
import { ErrorBoundary } from './error-boundary.tsx'
import { Palette } from './Palette.tsx'
import { menuFor, Screens, type CountKey } from './routes.tsx'
import { Shortcuts } from './Shortcuts.tsx'
import { SyncChip } from './SyncChip.tsx'

/** Single keys are for text when the focus is in a field. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/** Esc belongs to what lies over the screen: a question, a drawer, a menu that is open. */
const whatEscCloses = ['.ant-modal-wrap', '.ant-drawer-open', ...['dropdown', 'select-dropdown', 'popover'].map((kind) => `.ant-${kind}:not(.ant-${kind}-hidden)`)].join(', ')

export const Shell = (): ReactNode => {
  const { t } = useTranslation()
  const { projection, session, status, now } = useClient()
  const { place, goTo } = usePlace()
  const [palette, setPalette] = useState(false)
  const [sheet, setSheet] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const person = projection.directory.people[session.personId]
  const organ = person === undefined ? undefined : projection.directory.organs[person.organId]
  const entries = useMemo(() => menuFor(person?.roles ?? []), [person])
  const counts = useMemo(
    (): Readonly<Record<CountKey, number>> => ({ ...taskCounts(projection, session.personId, now), attention: status.attention }),
    [projection, session.personId, now, status.attention],
  )

  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (event.isComposing || event.defaultPrevented) return
      const control = event.ctrlKey || event.metaKey
      if (control && event.key.toLowerCase() === 'k') setPalette(true)
      // Everything is saved as it is typed; the key that everyone presses anyway must not open the browser's dialog.
      else if (control && event.key.toLowerCase() === 's') void 0
      else if (event.altKey && event.key.toLowerCase() === 'n' && entries.some((entry) => entry.key === 'drafting')) goTo({ screen: 'drafting', documentId: null })
      else if (event.altKey && entries.some((entry) => entry.letter === event.key)) goTo(entries.find((entry) => entry.letter === event.key)!.to)
      else if (!isTyping(event.target) && event.key === '?') setSheet(true)
      else if (!isTyping(event.target) && event.key === 'Escape' && place.screen === 'document' && document.querySelector(whatEscCloses) === null) backToList()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', hear)
    return () => window.removeEventListener('keydown', hear)
  }, [entries, goTo, place.screen])

  const commands = useMemo(() => [
    { key: 'keys', label: t('app.keys.title'), run: () => setSheet(true) },
    { key: 'signOut', label: t('account.signOut.action'), run: () => setLeaving(true) },
  ], [t])

  const at = place.screen === 'document' ? 'desk' : place.screen
  return (
    <div className="ws-shell">
      <a className="ws-skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus() }}>{t('app.skip')}</a>
      <header className="ws-header">
        <div className="ws-brand"><strong>{t('app.name')}</strong><span className="ws-organ">{projection.directory.version === 0 ? t('app.noDirectory') : organ?.name ?? ''}</span></div>
        <button type="button" className="ws-search-box" onClick={() => setPalette(true)} aria-keyshortcuts="Control+K">
          <span>{t('app.searchBox')}</span><Keys keys={['Ctrl', 'K']} />
        </button>
        <div className="ws-header-end">
          <SyncChip />
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                { key: 'settings', label: t('app.menu.settings'), onClick: () => goTo({ screen: 'settings' }) },
                { key: 'keys', label: t('app.keys.title'), onClick: () => setSheet(true) },
                { type: 'divider' },
                { key: 'signOut', label: t('account.signOut.action'), onClick: () => setLeaving(true) },
              ],
            }}
          >
            <Button type="text">{person?.name ?? session.account}</Button>
          </Dropdown>
        </div>
      </header>
      {/* A document has the whole window; Esc and its own first button lead back. */}
      {place.screen === 'document' ? null : <nav className="ws-menu" aria-label={t('app.menu.name')}>
        <ul>
          {entries.map((entry) => (
            <li key={entry.key}>
              <button type="button" aria-current={at === entry.key ? 'page' : undefined} aria-keyshortcuts={`Alt+${entry.letter}`} onClick={() => goTo(entry.to)}>
                <span>{t(`app.menu.${entry.key}`)}</span>
                {entry.count === null || counts[entry.count] === 0 ? null : <span className={entry.key === 'attention' ? 'ws-count ws-count-bad' : 'ws-count'}>{counts[entry.count]}</span>}
              </button>
            </li>
          ))}
        </ul>
      </nav>}
      <main id="main" className="ws-main" tabIndex={-1}>
        {status.connection === 'tooOld' || status.connection === 'forked' || status.connection === 'unauthorized'
          ? <Alert banner type={status.connection === 'unauthorized' ? 'warning' : 'error'} title={t(`sync.about.${status.connection}`)} /> : null}
        <ErrorBoundary resetKey={JSON.stringify(place)} words={{ title: t('app.broken.title'), kept: t('app.broken.kept'), again: t('app.broken.again') }} updated={{ title: t('app.updated.title'), kept: t('app.updated.kept'), again: t('app.updated.again') }}>
          <Screens place={place} />
        </ErrorBoundary>
      </main>
      <Palette open={palette} onClose={() => setPalette(false)} commands={commands} />
      <Shortcuts open={sheet} onClose={() => setSheet(false)} />
      <SignOut open={leaving} onClose={() => setLeaving(false)} />
    </div>
  )
}
