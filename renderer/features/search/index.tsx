/** search: every document this account may see, on this device, without a network (查询). */
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react'
import { Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { documentKinds } from '#core/document'
import { takeSearchText, useClient, usePlace } from '../../store/index.ts'
import { Blank } from '../../ui/index.ts'
import { DocumentList, rowOf } from '../desk/index.tsx'
import { createIndex, find, noFilter, type Filter } from './match.ts'

export { createIndex, find, noFilter, normalise, type SearchEntry } from './match.ts'

const Search = (): ReactNode => {
  const { t } = useTranslation()
  const { projection, now } = useClient()
  const { goTo } = usePlace()
  const [text, setText] = useState(takeSearchText)
  const [filter, setFilter] = useState<Filter>(noFilter)
  const [chosen, setChosen] = useState<string | null>(null)
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
        <Input autoFocus allowClear value={text} placeholder={t('search.placeholder')} aria-label={t('search.name')} onChange={(event) => setText(event.target.value)} />
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
          key={query.trim() === '' ? 'all' : 'found'} label={t('search.results')} rows={rows} chosen={chosen} initial={{ column: query.trim() === '' ? 'updated' : 'given', descending: false }} focus="never" press="choose"
          onChoose={setChosen} onOpen={(documentId) => goTo({ screen: 'document', documentId })}
        />
      )}
    </div>
  )
}
export default Search
