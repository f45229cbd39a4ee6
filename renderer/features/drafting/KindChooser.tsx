/** Choosing what to write (新建公文). */
import { useState } from 'react'
import { documentKinds, emptyContent, type DocumentKind } from '#core/document'
import { Notice, useWords } from '../../paper/index.ts'
import { goTo, useClient } from '../../store/index.ts'
import { writeLocalDraft } from './draft.ts'
import { Unfinished } from './Unfinished.tsx'

export const KindChooser = () => {
  const t = useWords()
  const { desktop, projection, session } = useClient()
  const [problem, setProblem] = useState<string | null>(null)
  const person = projection.directory.people[session.personId]
  const organ = person === undefined ? undefined : projection.directory.organs[person.organId]
  if (projection.directory.version === 0) return <div className="wk-chooser"><Notice tone="info">{t('drafting.noDirectory')}</Notice><Unfinished /></div>
  if (organ === undefined || person?.roles.includes('drafter') !== true) return <div className="wk-chooser"><Notice tone="warn">{t('drafting.notDrafter')}</Notice></div>

  const begin = async (kind: DocumentKind): Promise<void> => {
    const documentId = crypto.randomUUID()
    const json = writeLocalDraft({ schema: 'wenshu.localDraft/1', content: emptyContent({ kind, organName: organ.name }), base: null, dirty: true })
    const saved = await desktop.call('drafts.save', { documentId, json })
    if (!saved.ok) return setProblem(saved.error.message)
    goTo({ screen: 'drafting', documentId })
  }
  const ordered = ['通知' as const, ...documentKinds.filter((kind) => kind !== '通知')]
  return (
    <div className="wk-chooser">
      <Unfinished />
      <h1>{t('drafting.chooseKind')}</h1>
      <p className="wk-note">{t('drafting.chooseHint', { organ: organ.name })}</p>
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      <ul className="wk-kinds">
        {ordered.map((kind, index) => (
          <li key={kind}>
            <button type="button" autoFocus={index === 0} onClick={() => void begin(kind)}>
              <strong>{kind}</strong>
              <span>{t(`kind.${kind}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
