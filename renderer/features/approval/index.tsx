/** approval: reading a document and deciding on it (办理). The only door of this folder. */
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import type { ProjectedDocument } from '#core/sync'
import { Nothing, shownOf, useContent, useLayout, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { backToList } from '../desk/index.tsx'
import { AttachmentsTab } from './AttachmentsTab.tsx'
import { BodyTab } from './BodyTab.tsx'
import type { OnScreen } from './Decide.tsx'
import { FlowTab } from './FlowTab.tsx'
import { HandlingSheet } from './HandlingSheet.tsx'
import { Header, State } from './Header.tsx'
import { Rail } from './Rail.tsx'
import { RecordsTab } from './RecordsTab.tsx'
import { issueOf, standingHash } from './seen.ts'
import { Tabs, type Tab } from './Tabs.tsx'
import { VersionsTab } from './VersionsTab.tsx'
import './approval.css'

export { BothVersions, type BothVersionsProps } from './BothVersions.tsx'
export { organName, personName, when } from './names.ts'
export { issueOf } from './seen.ts'
export { newestFile, sealCount, sealRows } from './sealRows.ts'
export { SealsList } from './SealsList.tsx'

export type DocumentScreenProps = {
  readonly documentId: string
  /** alone in the window, or beside a list that keeps the focus */
  readonly stand: 'window' | 'pane'
}

const DocumentScreen = ({ documentId, stand }: DocumentScreenProps) => {
  const t = useWords()
  const { projection } = useClient()
  const document = projection.documents.get(documentId)
  if (document === undefined) {
    return <Nothing title={t('document.notFound')} detail={t('document.notFoundDetail')} actions={<Button onClick={backToList}>{t('action.back')}</Button>} />
  }
  return <OpenDocument key={documentId} document={document} stand={stand} />
}
export default DocumentScreen

const OpenDocument = ({ document, stand }: { readonly document: ProjectedDocument; readonly stand: DocumentScreenProps['stand'] }) => {
  const t = useWords()
  const { fonts } = useClient()
  const { state } = document
  const [tab, setTab] = useState('body')
  const content = useContent(standingHash(state))
  const readyBytes = content.kind === 'ready' ? content.bytes : null
  const readyContent = content.kind === 'ready' ? content.content : null
  const ready = useMemo(() => (readyBytes === null || readyContent === null ? null : { bytes: readyBytes, content: readyContent }), [readyBytes, readyContent])
  const issue = issueOf(state)
  const issueKey = issue === null ? '' : JSON.stringify(issue)
  const stableIssue = useMemo(() => (issueKey === '' ? null : JSON.parse(issueKey) as ReturnType<typeof issueOf>), [issueKey])
  const layout = useLayout(ready?.content ?? null, stableIssue, fonts)
  // Signed is what these very bytes, this attachment list and these pages were, not what the record says they should be.
  const onScreen = useMemo((): OnScreen | null => {
    if (ready === null || layout === null || fonts === null) return null
    return { content: ready.content, shown: { bytes: ready.bytes, ...shownOf(layout, fonts) } }
  }, [ready, layout, fonts])

  const hasWay = state.revisions.length > 0
  const tabs: readonly Tab[] = [
    { key: 'body', label: t('tab.body'), body: () => <BodyTab state={state} content={content} layout={layout} stand={stand} /> },
    ...(hasWay ? [{ key: 'sheet', label: t('tab.sheet'), body: () => <HandlingSheet state={state} content={ready?.content ?? null} /> }] : []),
    ...(ready === null ? [] : [{ key: 'attachments', label: t('tab.attachments', { count: ready.content.attachments.length }), body: () => <AttachmentsTab content={ready.content} /> }]),
    ...(hasWay
      ? [
          { key: 'flow', label: t('tab.flow'), body: () => <FlowTab state={state} /> },
          { key: 'records', label: t('tab.records'), body: () => <RecordsTab state={state} /> },
          { key: 'versions', label: t('tab.versions', { count: state.revisions.length }), body: () => <VersionsTab state={state} /> },
        ]
      : []),
  ]
  return (
    <div className={`wk-document wk-in-${stand}`}>
      <div className="wk-document-frame">
        <div className="wk-document-main">
          <Header document={document} stand={stand} />
          <Tabs label={t('tab.label')} tabs={tabs} active={tab} onChange={setTab} end={stand === 'window' && <State document={document} />} />
        </div>
        <Rail document={document} onScreen={onScreen} stand={stand} />
      </div>
    </div>
  )
}
