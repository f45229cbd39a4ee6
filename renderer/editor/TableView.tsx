/** A table in the text (表格): cells like a spreadsheet's, tools under it while one is in it. */
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext'
import type { NodeKey } from 'lexical'
import { memo, type CSSProperties, useEffect, useEffectEvent, useRef, useState } from 'react'
import { limits, type Table } from '#core/document'
import { isOnEdgeLine, selectedIn, selectIn } from './carets.ts'
import { FieldText, Island, Tool, Tools, useSurroundings } from './Island.tsx'
import { addParagraph, changeObject, fieldIn, focusObject, leaveObject, registerOwnEnter, removeObject } from './objects.ts'
import { gridOf } from './paste.ts'
import { cellOf, type Place } from './places.ts'
import { alignColumn, fillGrid, freeWidths, insertColumn, insertRow, removeColumn, removeRow, setHeadRows, turn, widenColumn } from './table-edits.ts'
import { useWords, type Words } from './words.ts'

type Cell = { readonly row: number; readonly column: number }

const Row = memo(({ cells, row, isHead, aligns, t }: { readonly cells: readonly string[]; readonly row: number; readonly isHead: boolean; readonly aligns: string; readonly t: Words }) => {
  const align = aligns.split(' ')
  return (
    <tr role="row">
      {cells.map((text, column) => {
        const field = <FieldText place={`${row},${column}`} value={text} label={t('table.cell', { row: row + 1, column: column + 1 })} />
        return isHead ? <th key={column} role="columnheader" scope="col" data-align={align[column]}>{field}</th> : <td key={column} role="cell" data-align={align[column]}>{field}</td>
      })}
    </tr>
  )
})
Row.displayName = 'Row'

/** From this many rows on every row is laid out by itself: a page measures a whole table again for every key. */
const manyRows = 60

/** Widths of the columns in per cent, or null when the page finds them by the content. */
const widthsOf = (table: Table): readonly number[] | null => {
  const stated = table.columns.map((column) => column.share)
  const isByContent = stated.every((share) => share === 0)
  if (isByContent && table.rows.length < manyRows) return null
  const shares = isByContent ? table.columns.map((_, column) => Math.min(24, Math.max(3, ...table.rows.slice(0, 200).map((row) => row[column]?.length ?? 0)))) : stated
  const sum = shares.reduce((total, share) => total + share, 0)
  return shares.map((share) => share / sum * 100)
}

export const TableView = ({ nodeKey, table }: { readonly nodeKey: NodeKey; readonly table: Table }) => {
  const [editor] = useLexicalComposerContext()
  const t = useWords()
  const { refused } = useSurroundings()
  const [cell, setCell] = useState<Cell>({ row: 0, column: 0 })
  const here: Cell = { row: Math.min(cell.row, table.rows.length - 1), column: Math.min(cell.column, table.columns.length - 1) }
  const holdsFocus = useRef(false)
  // A row or a column that is taken away must not take the focus with it.
  useEffect(() => {
    if (holdsFocus.current && document.activeElement === document.body) focusObject(editor, nodeKey, `${here.row},${here.column}`)
  })

  const edit = (change: (table: Table) => Table, to?: Cell): void => {
    changeObject(editor, nodeKey, (block) => (block.kind === 'table' ? change(block) : block), null)
    if (to !== undefined) go(to)
  }
  const go = ({ row, column }: Cell): void => focusObject(editor, nodeKey, `${row},${column}`)
  const addRow = (at: number, column: number): void => {
    if (table.rows.length >= limits.tableRows) return refused(t('table.tooManyRows', { limit: limits.tableRows }))
    edit((now) => insertRow(now, at), { row: at, column })
  }
  const addColumn = (at: number): void => {
    if (table.columns.length >= limits.tableColumns) return refused(t('table.tooManyColumns', { limit: limits.tableColumns }))
    edit((now) => insertColumn(now, at), { row: here.row, column: at })
  }
  const lastRow = table.rows.length - 1
  const lastColumn = table.columns.length - 1

  const onOwnEnter = useEffectEvent((event: KeyboardEvent): boolean => {
    if (!(event.target instanceof Element) || editor.getElementByKey(nodeKey)?.contains(event.target) !== true) return false
    addRow(event.shiftKey ? here.row : here.row + 1, here.column)
    return true
  })
  useEffect(() => registerOwnEnter(editor, (event) => onOwnEnter(event)), [editor])

  const onKey = (event: KeyboardEvent, place: Place | null): boolean => {
    if (place === null) return false
    if (event.key === 'Escape') { leaveObject(editor, nodeKey, 'after'); return true }
    const field = fieldIn(editor, nodeKey, place)
    if (field === null) return false
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey
    const at = selectedIn(field)
    const isAtStart = at !== null && at.start === 0 && at.end === 0
    const isAtEnd = at !== null && at.start === at.end && at.end === field.textContent.length
    if (place === 'caption') return onCaptionKey(event, field, isPlain, isAtStart, isAtEnd)
    const { row, column } = cellOf(place)
    if (event.key === 'Tab' && !event.ctrlKey && !event.altKey) {
      if (event.shiftKey) {
        if (column > 0) go({ row, column: column - 1 })
        else if (row > 0) go({ row: row - 1, column: lastColumn })
        else focusObject(editor, nodeKey, 'caption')
      } else if (column < lastColumn) go({ row, column: column + 1 })
      else if (row < lastRow) go({ row: row + 1, column: 0 })
      else addRow(row + 1, 0)
      return true
    }
    if (event.key === 'Enter') {
      if (row < lastRow) go({ row: row + 1, column })
      else leaveObject(editor, nodeKey, 'after')
      return true
    }
    if (!isPlain) return false
    if (event.key === 'ArrowDown' && isOnEdgeLine(field, 'last')) {
      if (row < lastRow) go({ row: row + 1, column })
      else leaveObject(editor, nodeKey, 'after')
      return true
    }
    if (event.key === 'ArrowUp' && isOnEdgeLine(field, 'first')) {
      if (row > 0) go({ row: row - 1, column })
      else focusObject(editor, nodeKey, 'caption')
      return true
    }
    if (event.key === 'ArrowRight' && isAtEnd) {
      if (column < lastColumn) go({ row, column: column + 1 })
      else if (row < lastRow) go({ row: row + 1, column: 0 })
      else leaveObject(editor, nodeKey, 'after')
      return true
    }
    if (event.key === 'ArrowLeft' && isAtStart) {
      if (column > 0) go({ row, column: column - 1 })
      else if (row > 0) go({ row: row - 1, column: lastColumn })
      else focusObject(editor, nodeKey, 'caption')
      return true
    }
    return false
  }
  const onCaptionKey = (event: KeyboardEvent, field: HTMLElement, isPlain: boolean, isAtStart: boolean, isAtEnd: boolean): boolean => {
    if (event.key === 'Tab' && event.shiftKey) { leaveObject(editor, nodeKey, 'before'); return true }
    if (event.key === 'Tab' || event.key === 'Enter') { focusObject(editor, nodeKey, 'first'); return true }
    if (!isPlain) return false
    if (event.key === 'ArrowDown' && isOnEdgeLine(field, 'last') || event.key === 'ArrowRight' && isAtEnd) { focusObject(editor, nodeKey, 'first'); return true }
    if (event.key === 'ArrowUp' && isOnEdgeLine(field, 'first') || event.key === 'ArrowLeft' && isAtStart) { leaveObject(editor, nodeKey, 'before'); return true }
    return false
  }
  const onPaste = (data: DataTransfer, place: Place): boolean => {
    const grid = place === 'caption' ? null : gridOf(data)
    if (grid === null) return false
    const { row, column } = cellOf(place)
    if (row + grid.length > limits.tableRows) { refused(t('table.tooManyRows', { limit: limits.tableRows })); return true }
    if (column + Math.max(...grid.map((cells) => cells.length)) > limits.tableColumns) { refused(t('table.tooManyColumns', { limit: limits.tableColumns })); return true }
    edit((now) => fillGrid(now, row, column, grid), { row, column })
    return true
  }

  const align = table.columns[here.column]?.align ?? 'left'
  const isLong = table.rows.length >= manyRows
  const widths = widthsOf(table)
  const shares = table.columns.reduce((sum, column) => sum + column.share, 0)
  const aligns = table.columns.map((column) => column.align).join(' ')
  return (
    <Island
      nodeKey={nodeKey} className="wk-table" label={t('table.label', { rows: table.rows.length, columns: table.columns.length })} onKey={onKey} onPaste={onPaste}
      onEnter={(place) => { holdsFocus.current = true; if (place !== null && place !== 'caption') setCell(cellOf(place)) }}
    >
      <div
        className="wk-table-scroll" data-orientation={table.orientation}
        // A cell is taken anywhere in it, not only on its words.
        onMouseDown={(event) => {
          const field = event.target instanceof HTMLTableCellElement ? event.target.querySelector<HTMLElement>('[data-place]') : null
          if (field === null) return
          event.preventDefault()
          selectIn(field, field.textContent.length, field.textContent.length)
        }}
        onBlur={(event) => { if (event.relatedTarget !== null && !event.currentTarget.parentElement?.contains(event.relatedTarget)) holdsFocus.current = false }}
      >
        <FieldText className="wk-caption" place="caption" value={table.caption} label={t('table.caption')} hint={t('table.captionHint')} />
        <table role="table" data-many={isLong} style={isLong ? { '--wk-columns': widths?.map((width) => `${width}%`).join(' ') } as CSSProperties : undefined}>
          {!isLong && widths !== null && <colgroup>{widths.map((width, index) => <col key={index} style={{ width: `${width}%` }} />)}</colgroup>}
          {table.headRows > 0 && <thead role="rowgroup">{table.rows.slice(0, table.headRows).map((cells, row) => <Row key={row} cells={cells} row={row} isHead aligns={aligns} t={t} />)}</thead>}
          <tbody role="rowgroup">{table.rows.slice(table.headRows).map((cells, index) => <Row key={index + table.headRows} cells={cells} row={index + table.headRows} isHead={false} aligns={aligns} t={t} />)}</tbody>
        </table>
      </div>
      <Tools label={t('table.tools')} onLeave={() => go(here)}>
        <span className="wk-tool-group">
          <Tool label={t('table.rowAbove')} onPress={() => addRow(here.row, here.column)} />
          <Tool label={t('table.rowBelow')} title="Ctrl+Enter" onPress={() => addRow(here.row + 1, here.column)} />
          <Tool label={t('table.rowRemove')} isOff={table.rows.length <= 1} onPress={() => edit((now) => removeRow(now, here.row), { row: Math.min(here.row, lastRow - 1), column: here.column })} />
        </span>
        <span className="wk-tool-group">
          <Tool label={t('table.columnLeft')} onPress={() => addColumn(here.column)} />
          <Tool label={t('table.columnRight')} onPress={() => addColumn(here.column + 1)} />
          <Tool label={t('table.columnRemove')} isOff={table.columns.length <= 1} onPress={() => edit((now) => removeColumn(now, here.column), { row: here.row, column: Math.min(here.column, lastColumn - 1) })} />
        </span>
        <span className="wk-tool-group">
          {(['left', 'centre', 'right'] as const).map((side) => <Tool key={side} label={t(`table.${side}`)} isPressed={align === side} onPress={() => edit((now) => alignColumn(now, here.column, side))} />)}
        </span>
        <span className="wk-tool-group">
          <Tool label={t('table.wider')} onPress={() => edit((now) => widenColumn(now, here.column, 1))} />
          <Tool label={t('table.narrower')} onPress={() => edit((now) => widenColumn(now, here.column, -1))} />
          <Tool label={t('table.byContent')} isPressed={shares === 0} onPress={() => edit(freeWidths)} />
        </span>
        <span className="wk-tool-group">
          <span className="wk-tool-word">{t('table.head', { count: table.headRows })}</span>
          <Tool label="−" name={t('table.headLess')} isOff={table.headRows === 0} onPress={() => edit((now) => setHeadRows(now, now.headRows - 1))} />
          <Tool label="＋" name={t('table.headMore')} isOff={table.headRows >= Math.min(10, table.rows.length)} onPress={() => edit((now) => setHeadRows(now, now.headRows + 1))} />
        </span>
        <span className="wk-tool-group"><Tool label={t('table.landscape')} isPressed={table.orientation === 'landscape'} onPress={() => edit(turn)} /></span>
        <span className="wk-tool-group">
          <Tool label={t('object.textBefore')} onPress={() => addParagraph(editor, nodeKey, 'before')} />
          <Tool label={t('object.textAfter')} onPress={() => addParagraph(editor, nodeKey, 'after')} />
        </span>
        <span className="wk-tool-group"><Tool label={t('table.remove')} onPress={() => removeObject(editor, nodeKey)} /></span>
      </Tools>
    </Island>
  )
}
