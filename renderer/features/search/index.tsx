/** search: every document this account may see, on this device, without a network (查询). */
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react'
import { Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { documentKinds } from '#core/document'
import { takeSearchText, useClient } from '../../store/index.ts'
import { Blank } from '../../ui/index.ts'
import { DocumentList, openDocument, rowOf } from '../desk/index.tsx'
import { createIndex, find, noFilter, type Filter } from './match.ts'

export { createIndex, find, noFilter, normalise, type SearchEntry } from './match.ts'

type Kept = { readonly person: string; readonly text: string; readonly filter: Filter; readonly chosen: string | null }
/** The search as it was left for a document, so that coming back finds it again; in memory only, and only for the same person. */
let kept: Kept | null = null

const begin = (person: string): Kept => {
  const text = takeSearchText()
  return text === '' && kept?.person === person ? kept : { person, text, filter: noFilter, chosen: null }
}

const Search = (): ReactNode => {
  const { t } = useTranslation()
  const { projection, session, now } = useClient()
  const [before] = useState(() => begin(session.personId))
  const [text, setText] = useState(before.text)
  const [filter, setFilter] = useState<Filter>(before.filter)
  const [chosen, setChosen] = useState<string | null>(before.chosen)
  const query = useDeferredValue(text)
  const [index] = useState(() => createIndex())
  const entries = useMemo(() => index([...projection.documents.values()].map(({ state }) => state)), [index, projection.documents])
  const years = useMemo(() => [...new Set(entries.map((entry) => entry.year))].sort((a, b) => b - a), [entries])
  const rows = useMemo(
    () => find(entries, query, filter).flatMap((id) => {
      const document = projection.documents.get(id)
      return document === undefined ? [] : [rowOf(document, projection.directory, now)]
    }),
    [entries, query, filter, projection, now],
  )
  return (
    <div className="ws-search">
      <h1 className="ws-hidden">{t('search.name')}</h1>
      <div className="ws-search-bar" role="search">
        <Input autoFocus={before.chosen === null} allowClear value={text} placeholder={t('search.placeholder')} aria-label={t('search.name')} onChange={(event) => setText(event.target.value)} />
        <Select
          aria-label={t('search.year')} value={filter.year ?? 0} onChange={(year) => setFilter({ ...filter, year: year === 0 ? null : year })}
          options={[{ value: 0, label: t('search.anyYear') }, ...years.map((year) => ({ value: year, label: t('search.yearOf', { year }) }))]}
        />
        <Select
          aria-label={t('search.kind')} value={filter.kind ?? ''} onChange={(kind) => setFilter({ ...filter, kind: documentKinds.find((candidate) => candidate === kind) ?? null })}
          options={[{ value: '', label: t('search.anyKind') }, ...documentKinds.map((kind) => ({ value: kind as string, label: kind }))]}
        />
        <Select
          aria-label={t('search.urgency')} value={filter.urgency === null ? 'any' : filter.urgency === '' ? 'normal' : filter.urgency}
          onChange={(urgency) => setFilter({ ...filter, urgency: urgency === 'any' ? null : urgency === 'normal' ? '' : urgency as '加急' | '特急' })}
          options={[{ value: 'any', label: t('search.anyUrgency') }, { value: 'normal', label: t('search.normal') }, { value: '加急', label: '加急' }, { value: '特急', label: '特急' }]}
        />
        <span className="ws-quiet" role="status">{t('search.found', { count: rows.length })}</span>
      </div>
      {rows.length === 0 ? <Blank title={t('search.none')} text={t('search.noneText')} /> : (
        <DocumentList
          key={query.trim() === '' ? 'all' : 'found'} label={t('search.results')} rows={rows} chosen={chosen} initial={{ column: query.trim() === '' ? 'updated' : 'given', descending: false }} focus={before.chosen === null ? 'never' : 'onMount'} press="open"
          onChoose={setChosen}
          onOpen={(documentId) => {
            kept = { person: session.personId, text, filter, chosen: documentId }
            openDocument(documentId, { screen: 'search' })
          }}
        />
      )}
    </div>
  )
}
export default Search
