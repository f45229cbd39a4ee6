/** After one document the next (下一件): the order is that of the desk, late and urgent first. */
import { Button } from 'antd'
import { useMemo } from 'react'
import { useWords } from '../../paper/index.ts'
import { goTo, useClient } from '../../store/index.ts'
import { backToList, boxesOf, sortRows } from '../desk/index.tsx'

export const Next = ({ documentId, stand }: { readonly documentId: string; readonly stand: 'window' | 'pane' }) => {
  const t = useWords()
  const { projection, session, now } = useClient()
  const waiting = useMemo(
    () => sortRows(boxesOf(projection, session.personId, now).todo.filter((row) => row.id !== documentId), 'light', false),
    [projection, session.personId, now, documentId],
  )
  const next = waiting[0]
  if (next === undefined) return stand === 'pane' ? null : <Button type="primary" autoFocus block onClick={backToList}>{t('document.back')}</Button>
  return (
    <Button
      type="primary" autoFocus={stand === 'window'} block
      onClick={() => goTo(stand === 'window' ? { screen: 'document', documentId: next.id } : { screen: 'desk', box: 'todo', documentId: next.id })}
    >
      {t('rail.next', { count: waiting.length })}
    </Button>
  )
}
