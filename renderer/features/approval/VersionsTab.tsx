/** Every frozen revision, any two compared (版本). */
import { Button, Select } from 'antd'
import { useState } from 'react'
import type { DocumentState, Revision } from '#core/route'
import { Failure, Nothing, Redline, useContent, useWords, Waiting } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { personName, when } from './names.ts'

export const VersionsTab = ({ state }: { readonly state: DocumentState }) => {
  const t = useWords()
  const { projection: { directory } } = useClient()
  const last = state.revisions.at(-1)
  const [fromHash, setFrom] = useState(state.revisions.at(-2)?.hash ?? last?.hash ?? '')
  const [toHash, setTo] = useState(last?.hash ?? '')
  const find = (hash: string): Revision | undefined => state.revisions.find((revision) => revision.hash === hash)
  const from = find(fromHash)
  const to = find(toHash)
  const before = useContent(state.revisions.length > 1 ? from?.hash ?? null : null)
  const after = useContent(state.revisions.length > 1 ? to?.hash ?? null : null)
  if (last === undefined) return <Nothing title={t('versions.none')} detail={t('versions.noneDetail')} />
  const options = state.revisions.map((revision) => ({ value: revision.hash, label: t('revision.number', { number: revision.number }) }))
  const failed = before.kind === 'failed' ? before : after.kind === 'failed' ? after : null
  return (
    <div className="wk-column">
      <div className="wk-versions">
        <table className="wk-table">
          <thead><tr>{['number', 'by', 'at', 'note', 'digest'].map((key) => <th key={key} scope="col">{t(`versions.${key}`)}</th>)}</tr></thead>
          <tbody>
            {state.revisions.map((revision) => (
              <tr key={revision.number}>
                <td className="wk-num">{t('revision.number', { number: revision.number })}{revision === last && <span className="wk-note"> {t('versions.standing')}</span>}</td>
                <td>{personName(directory, revision.by)}</td>
                <td className="wk-num">{when(revision.receivedAt)}</td>
                <td>{revision.note}</td>
                <td><code title={revision.hash}>{revision.hash.slice(0, 8)}</code></td>
              </tr>
            ))}
          </tbody>
        </table>
        {state.revisions.length > 1 && (
          <div className="wk-row wk-middle">
            <span>{t('versions.compare')}</span>
            <Select aria-label={t('versions.before')} value={fromHash} onChange={setFrom} options={options} />
            <span>→</span>
            <Select aria-label={t('versions.after')} value={toHash} onChange={setTo} options={options} />
          </div>
        )}
      </div>
      {state.revisions.length > 1 && (failed !== null
        ? <Failure title={t('document.failed')} detail={failed.error.message} actions={<Button onClick={failed.retry}>{t('action.retry')}</Button>} />
        : before.kind === 'ready' && after.kind === 'ready'
          ? <Redline before={before.content} after={after.content} beforeName={t('revision.number', { number: from?.number ?? 0 })} afterName={t('revision.number', { number: to?.number ?? 0 })} />
          : <Waiting text={t('document.loading')} />)}
    </div>
  )
}
