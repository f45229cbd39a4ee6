/**
 * A long list (长列表): fixed row height, only the visible rows exist. Keyboard: J/K or arrows move, Home/End, PgUp/PgDn; Enter
 * or Space opens. Focus stays on the list and the chosen row is announced by `aria-activedescendant`.
 */
import { useEffect, useEffectEvent, useId, useRef, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'

export type Sorting = { readonly column: string; readonly descending: boolean }

export type Column<T> = {
  readonly key: string
  readonly title: string
  /** CSS grid track, e.g. 96px or minmax(200px, 1fr) */
  readonly track: string
  readonly sortable: boolean
  readonly cell: (row: T) => ReactNode
}

type Props<T> = {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly rowKey: (row: T) => string
  /** px */
  readonly rowHeight: number
  readonly chosen: string | null
  readonly sorting: Sorting
  readonly onSort: (column: string) => void
  readonly onChoose: (row: T) => void
  readonly onOpen: (row: T) => void
  /** what one press of the mouse or the finger does; `open` where there is no pane beside the list */
  readonly press: 'choose' | 'open'
  /** takes the focus when it appears */
  readonly focus: 'onMount' | 'never'
}

const stepOf = (key: string, page: number): number | null => {
  switch (key) {
    case 'j': case 'ArrowDown': return 1
    case 'k': case 'ArrowUp': return -1
    case 'PageDown': return page
    case 'PageUp': return -page
    case 'Home': return -Infinity
    case 'End': return Infinity
    default: return null
  }
}

export const VirtualTable = <T,>(props: Props<T>): ReactNode => {
  const { columns, rows, rowKey, rowHeight, chosen, sorting, focus } = props
  const grid = useRef<HTMLDivElement>(null)
  const prefix = useId()
  // The head is as high as a row and stays in sight over the rows. Its functions must not be memoised, and nothing here is: the build has no React Compiler.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => grid.current, estimateSize: () => rowHeight, overscan: 8, scrollPaddingEnd: rowHeight })
  useEffect(() => { virtual.measure() }, [rowHeight, virtual])
  useEffect(() => { if (focus === 'onMount') grid.current?.focus({ preventScroll: true }) }, [focus])
  const chosenIndex = chosen === null ? -1 : rows.findIndex((row) => rowKey(row) === chosen)
  const bringIntoView = useEffectEvent(() => { if (chosenIndex > 0) virtual.scrollToIndex(chosenIndex) })
  useEffect(() => { bringIntoView() }, [])
  const tracks: CSSProperties = { gridTemplateColumns: columns.map((column) => column.track).join(' ') }

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== grid.current) return
    const page = Math.max(1, Math.floor(((grid.current?.clientHeight ?? rowHeight) - rowHeight) / rowHeight) - 1)
    const step = stepOf(event.key, page)
    const current = rows[chosenIndex]
    if (step !== null && rows.length > 0) {
      event.preventDefault()
      const next = Math.min(rows.length - 1, Math.max(0, chosenIndex + (chosenIndex === -1 && step > 0 ? Math.min(step, 1) : step)))
      virtual.scrollToIndex(next)
      const row = rows[next]
      if (row !== undefined) props.onChoose(row)
    } else if ((event.key === 'Enter' || event.key === ' ') && current !== undefined) {
      event.preventDefault()
      props.onOpen(current)
    }
  }

  return (
    <div
      ref={grid} className="ws-table" role="grid" aria-label={props.label} aria-rowcount={rows.length + 1} tabIndex={0} onKeyDown={onKeyDown}
      {...(chosenIndex === -1 ? {} : { 'aria-activedescendant': `${prefix}-${chosenIndex}` })}
    >
      <div className="ws-table-head" role="row" aria-rowindex={1} style={{ ...tracks, height: rowHeight }}>
        {columns.map((column) => {
          const sorted = sorting.column === column.key
          return (
            <div key={column.key} role="columnheader" aria-sort={sorted ? (sorting.descending ? 'descending' : 'ascending') : 'none'}>
              {column.sortable
                ? <button type="button" onClick={() => props.onSort(column.key)}>{column.title}<span aria-hidden="true">{sorted ? (sorting.descending ? '↓' : '↑') : ''}</span></button>
                : <span>{column.title}</span>}
            </div>
          )
        })}
      </div>
      <div className="ws-table-body" role="rowgroup">
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]
            if (row === undefined) return null
            const key = rowKey(row)
            return (
              <div
                key={key} id={`${prefix}-${item.index}`} role="row" aria-rowindex={item.index + 2} aria-selected={key === chosen}
                className={key === chosen ? 'ws-row ws-row-chosen' : 'ws-row'} style={{ ...tracks, height: rowHeight, transform: `translateY(${item.start}px)` }}
                onClick={() => (props.press === 'open' ? props.onOpen(row) : props.onChoose(row))} onDoubleClick={() => props.onOpen(row)}
              >
                {columns.map((column) => <div key={column.key} role="gridcell">{column.cell(row)}</div>)}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
