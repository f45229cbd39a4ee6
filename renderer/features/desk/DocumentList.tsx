/** A sortable list of documents that fits its columns to the room it has; the desk and the search share it. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useClient } from '../../store/index.ts'
import { VirtualTable, type Sorting } from '../../ui/index.ts'
import { useColumns } from './columns.tsx'
import { sortRows, type DeskRow } from './rows.ts'

type Props = {
  readonly label: string
  readonly rows: readonly DeskRow[]
  readonly chosen: string | null
  readonly initial: Sorting
  readonly focus: 'onMount' | 'never'
  readonly press: 'choose' | 'open'
  readonly onChoose: (documentId: string) => void
  readonly onOpen: (documentId: string) => void
  /** the sorted rows, so that the first can be chosen for the reader */
  readonly onSorted?: (rows: readonly DeskRow[]) => void
}

/** Sizes that the theme put on the root, read when they can have changed. */
const rootNumber = (name: string, otherwise: number): number => {
  const value = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue(name))
  return Number.isFinite(value) ? value : otherwise
}

export const DocumentList = ({ label, rows, chosen, initial, focus, press, onChoose, onOpen, onSorted }: Props): ReactNode => {
  const { now } = useClient()
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [sorting, setSorting] = useState(initial)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    setWidth(element.clientWidth)
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const numbers = useMemo(() => (rows.some((row) => row.parsed !== null) ? 'some' : 'none'), [rows])
  const columns = useColumns(width, rootNumber('--text-size', 14), now, numbers)
  const sorted = useMemo(() => sortRows(rows, sorting.column, sorting.descending), [rows, sorting])
  useEffect(() => { onSorted?.(sorted) }, [sorted, onSorted])
  return (
    <div ref={box} className="ws-list">
      <VirtualTable
        label={label} columns={columns} rows={sorted} rowKey={(row) => row.id} rowHeight={rootNumber('--row', 36)} chosen={chosen} sorting={sorting} focus={focus} press={press}
        onSort={(column) => setSorting((before) => ({ column, descending: before.column === column && !before.descending }))}
        onChoose={(row) => onChoose(row.id)} onOpen={(row) => onOpen(row.id)}
      />
    </div>
  )
}
