/** Everything that happened, with its three times (流转记录, O4). */
import type { DocumentState } from '#core/route'
import { Chip, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { organName, personName, when } from './names.ts'
import { recordsOf } from './records.ts'

export const RecordsTab = ({ state }: { readonly state: DocumentState }) => {
  const t = useWords()
  const { projection: { directory } } = useClient()
  return (
    <div className="wk-scroll" tabIndex={0}>
      <p className="wk-note">{t('records.times')}</p>
      <table className="wk-table">
        <thead>
          <tr>{['who', 'what', 'opinion', 'claimed', 'received', 'trusted'].map((key) => <th key={key} scope="col">{t(`records.${key}`)}</th>)}</tr>
        </thead>
        <tbody>
          {recordsOf(state).map((entry, index) => (
            <tr key={index}>
              <td>
                {entry.organId !== undefined && <span className="wk-note">{organName(directory, entry.organId)} </span>}{personName(directory, entry.by)}
                {entry.onBehalfOf !== undefined && entry.onBehalfOf !== null && <span className="wk-note">{t('sheet.onBehalf', { name: personName(directory, entry.onBehalfOf) })}</span>}
              </td>
              <td>{entry.step !== undefined && `${entry.step} · `}{t(entry.key)} {entry.isSigned && <Chip tone="good">{t('records.signed')}</Chip>}</td>
              <td>{entry.text}{entry.revision !== undefined && <span className="wk-note"> {t('revision.number', { number: entry.revision })}</span>}</td>
              <td className="wk-num">{entry.claimedAt === null ? '—' : when(entry.claimedAt)}</td>
              <td className="wk-num">{when(entry.receivedAt)}</td>
              <td className="wk-note">{t('records.noTimestamp')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
