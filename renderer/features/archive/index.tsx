/** archive: filing what is finished (归档). The only door of this folder. */
import { useState } from 'react'
import { hasRole } from '#core/access'
import type { DocumentState } from '#core/route'
import { Nothing, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { FilePane } from './FilePane.tsx'
import { readinessOf, type Readiness } from './readiness.ts'
import './archive.css'

const shapes = { ready: '●', amber: '◆', red: '▲' } as const

const ArchiveScreen = () => {
  const t = useWords()
  const { projection: { directory, documents }, session } = useClient()
  const [picked, setPicked] = useState<string | null>(null)
  const mine = [...documents.values()].map(({ state }) => state).filter((state) => hasRole(directory, session.personId, 'archivist', state.organId))
  const open = mine.filter((state) => state.status === 'dispatched').map((state) => ({ state, readiness: readinessOf(state) }))
  const filed = mine.filter((state) => state.archive !== null)
  const chosen = documents.get(picked ?? '') ?? documents.get(open[0]?.state.id ?? filed[0]?.id ?? '')
  if (directory.version === 0) return <Nothing title={t('document.noDirectory')} detail={t('document.noDirectoryDetail')} />
  if (chosen === undefined) return <Nothing title={t('file.nothing')} detail={t('file.nothingDetail')} />
  const card = (state: DocumentState, detail: string) => (
    <li key={state.id}>
      <button type="button" aria-current={state.id === chosen.state.id} onClick={() => setPicked(state.id)}>
        <span>{state.title}</span>
        <span className="wk-note wk-num">{detail}</span>
      </button>
    </li>
  )
  const columnOf = (column: Readiness['column']) => {
    const entries = open.filter((entry) => entry.readiness.column === column)
    return (
      <section key={column} aria-label={t(`file.column.${column}`)} className={`wk-column-${column}`}>
        <h2><span aria-hidden="true">{shapes[column]}</span> {t(`file.column.${column}`)} <span className="wk-num">{entries.length}</span></h2>
        <ul>{entries.map(({ state, readiness }) => card(state, readiness.findings[0] === undefined ? state.number?.text ?? '' : t(readiness.findings[0].key, readiness.findings[0].values)))}</ul>
      </section>
    )
  }
  return (
    <main className="wk-archive">
      <div className="wk-board">
        {(['ready', 'amber', 'red'] as const).map(columnOf)}
        <section aria-label={t('file.column.filed')}>
          <h2>{t('file.column.filed')} <span className="wk-num">{filed.length}</span></h2>
          <ul>{filed.map((state) => card(state, state.archive?.code ?? ''))}</ul>
        </section>
      </div>
      <FilePane key={chosen.state.id} document={chosen} />
    </main>
  )
}
export default ArchiveScreen
