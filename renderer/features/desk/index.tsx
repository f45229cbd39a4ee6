/** desk: the boxes of a person's documents and the paper beside them (工作台). */
import { useCallback, useMemo, useState, useSyncExternalStore, type ComponentType, type ReactNode } from 'react'
import { Splitter, Tabs } from 'antd'
import { useTranslation } from 'react-i18next'
import { boxes, useClient, useLeadersMode, usePlace, type Place } from '../../store/index.ts'
import { Blank } from '../../ui/index.ts'
import { DocumentList } from './DocumentList.tsx'
import { openDocument } from './opening.ts'
import { boxesOf, type DeskRow } from './rows.ts'

export { DocumentList } from './DocumentList.tsx'
export { backToList, openDocument } from './opening.ts'
export { boxesOf, rowOf, sortRows, taskCounts, type DeskRow } from './rows.ts'
export { clockOf, shortMoment } from './time.ts'

type Props = {
  readonly place: Extract<Place, { screen: 'desk' }>
  /** the reading pane (阅读窗格) */
  readonly Reading: ComponentType<{ documentId: string }>
}

/** Beside the list a paper needs this much of the window to be readable; below it (and at 200 %) the list stands alone. */
const roomForTwo = '(min-width: 1000px)'
const subscribe = (listener: () => void): (() => void) => {
  const media = window.matchMedia(roomForTwo)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}
const useRoomForTwo = (): boolean => useSyncExternalStore(subscribe, () => window.matchMedia(roomForTwo).matches)

const Desk = ({ place, Reading }: Props): ReactNode => {
  const { t } = useTranslation()
  const { goTo } = usePlace()
  const { projection, session, status, now } = useClient()
  // Leaders read one paper at a time in the whole window; everyone else sees it beside the list first.
  const leaders = useLeadersMode()
  const wide = useRoomForTwo() && !leaders
  const rows = useMemo(() => boxesOf(projection, session.personId, now), [projection, session.personId, now])
  const [first, setFirst] = useState<{ readonly box: string; readonly id: string | null }>({ box: '', id: null })
  const onSorted = useCallback((sorted: readonly DeskRow[]) => setFirst({ box: place.box, id: sorted[0]?.id ?? null }), [place.box])
  const here = rows[place.box]
  // The first paper is there at once; the address changes only when the reader chooses. What was dealt with and left a list that
  // stands alone leaves the choice to the next one.
  const gone = !wide && !here.some((row) => row.id === place.documentId)
  const chosen = place.documentId === null || gone ? (first.box === place.box ? first.id : null) : place.documentId
  const known = chosen !== null && projection.documents.has(chosen)
  const neverPulled = status.lastPulledAt === null && projection.documents.size === 0

  const list = (
    <div className="ws-desk-list">
      <h1 className="ws-hidden">{t('desk.name')}</h1>
      <Tabs
        activeKey={place.box} onChange={(key) => goTo({ screen: 'desk', box: boxes.find((box) => box === key) ?? 'todo', documentId: null })}
        items={boxes.map((box) => ({ key: box, label: <span>{t(`desk.box.${box}`)} <span className="ws-count">{rows[box].length}</span></span> }))}
      />
      {here.length > 0 ? (
        <DocumentList
          key={place.box} label={t(`desk.box.${place.box}`)} rows={here} chosen={chosen} focus="onMount" onSorted={onSorted} press={wide ? 'choose' : 'open'}
          initial={{ column: place.box === 'todo' ? 'light' : 'updated', descending: false }}
          onChoose={(documentId) => goTo({ ...place, documentId }, place.documentId === null ? 'push' : 'replace')}
          onOpen={(documentId) => openDocument(documentId, { ...place, documentId })}
        />
      ) : neverPulled ? (
        <Blank
          tone="loading" title={status.connection === 'offline' && !status.syncing ? t('desk.blank.offlineTitle') : t('desk.blank.firstTitle')}
          text={status.connection === 'offline' && !status.syncing ? t('desk.blank.offlineText') : t('desk.blank.firstText')}
        />
      ) : <Blank title={t(`desk.blank.${place.box}`)} text={t('desk.blank.text')} />}
    </div>
  )
  if (!wide) return <div className="ws-desk">{list}</div>
  return (
    <div className="ws-desk">
      <Splitter>
        <Splitter.Panel defaultSize="40%" min={320}>{list}</Splitter.Panel>
        <Splitter.Panel min={360}>
          <div className="ws-desk-reading">
            {known ? <Reading key={chosen} documentId={chosen} />
              : place.documentId !== null && !neverPulled ? <Blank title={t('desk.blank.goneTitle')} text={t('desk.blank.goneText')} />
                : here.length === 0 ? null : <Blank title={t('desk.blank.nothingChosen')} />}
          </div>
        </Splitter.Panel>
      </Splitter>
    </div>
  )
}
export default Desk
