/** Which seals are there and which are missing (联合用印): who, when, and why one was refused. */
import type { DocumentState } from '#core/route'
import { Chip, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { personName, when } from './names.ts'
import { sealRows, type SealRow } from './sealRows.ts'

const tones = { sealed: 'good', requested: 'info', declined: 'bad', waiting: 'warn' } as const satisfies Record<SealRow['look'], string>

export const SealsList = ({ state }: { readonly state: DocumentState }) => {
  const t = useWords()
  const { projection: { directory } } = useClient()
  const people = ({ by, second }: SealRow): string => [by, second].flatMap((id) => id === undefined ? [] : [personName(directory, id)]).join('、')
  return (
    <ol className="wk-seals">
      {sealRows(state).map((row) => (
        <li key={row.organId}>
          <span>{directory.organs[row.organId]?.name ?? row.organId}{row.organId === state.organId && <span className="wk-note">（{t('elements.host')}）</span>}</span>
          <Chip tone={tones[row.look]}>{t(`seal.joint.${row.look}`)}</Chip>
          {row.by !== undefined && row.at !== undefined && <span className="wk-note wk-num">{people(row)} · {when(row.at)}</span>}
          {row.reason !== undefined && <span className="wk-seals-reason">{row.reason}</span>}
        </li>
      ))}
    </ol>
  )
}
