/** A slim row above the text (工具行): what a menu would hold, each with its word and its key. */
import { Button, Dropdown, InputNumber, Popover } from 'antd'
import { memo, useRef, useState, type RefObject } from 'react'
import type { EditorHandle } from '../../editor/index.ts'
import { useWords } from '../../paper/index.ts'

export type ExportFormat = 'print' | 'pdf' | 'ofd' | 'docx' | 'gw'

export type ToolbarProps = {
  readonly editor: RefObject<EditorHandle | null>
  readonly onRemark: () => void
  readonly onToPage: () => void
  readonly onExport: (format: ExportFormat) => void
}

export const Toolbar = memo(({ editor, onRemark, onToPage, onExport }: ToolbarProps) => {
  const t = useWords()
  const picture = useRef<HTMLInputElement>(null)
  const [isAsking, setAsking] = useState(false)
  const insert = (rows: number, columns: number): void => {
    setAsking(false)
    editor.current?.insertTable(rows, columns)
  }
  return (
    <div className="wk-text-tools" role="toolbar" aria-label={t('tools.label')}>
      <Button size="small" type="text" title="Ctrl+F" onClick={() => editor.current?.openFind()}>{t('tools.find')}</Button>
      <Popover open={isAsking} onOpenChange={setAsking} trigger="click" placement="bottomLeft" destroyOnHidden content={<TableSize onInsert={insert} />}>
        <Button size="small" type="text" aria-expanded={isAsking}>{t('tools.table')}</Button>
      </Popover>
      <Button size="small" type="text" onClick={() => picture.current?.click()}>{t('tools.picture')}</Button>
      <input ref={picture} type="file" accept="image/png,image/jpeg" hidden aria-label={t('tools.picture')} onChange={(event) => { const file = event.currentTarget.files?.[0]; event.currentTarget.value = ''; if (file !== undefined) editor.current?.insertPicture(file) }} />
      <Button size="small" type="text" title="Ctrl+Alt+M" onClick={onRemark}>{t('tools.remark')}</Button>
      <Button size="small" type="text" title="Ctrl+Shift+J" onClick={onToPage}>{t('tools.toPage')}</Button>
      <span className="wk-grow" />
      <Dropdown trigger={['click']} menu={{
        items: [
          { key: 'print', label: t('pages.print') }, { key: 'pdf', label: t('pages.pdf') }, { key: 'ofd', label: t('pages.ofd') },
          { key: 'docx', label: t('tools.docx') }, { key: 'gw', label: t('tools.gw') },
        ],
        onClick: ({ key }) => onExport(key as ExportFormat),
      }}>
        <Button size="small" type="text">{t('tools.export')} ▾</Button>
      </Dropdown>
    </div>
  )
})
Toolbar.displayName = 'Toolbar'

const TableSize = ({ onInsert }: { readonly onInsert: (rows: number, columns: number) => void }) => {
  const t = useWords()
  const [rows, setRows] = useState(3)
  const [columns, setColumns] = useState(4)
  return (
    <form className="wk-table-size" onSubmit={(event) => { event.preventDefault(); onInsert(rows, columns) }}>
      <InputNumber autoFocus size="small" min={1} max={100} value={rows} aria-label={t('tools.rows')} suffix={t('tools.rowUnit')} onChange={(value) => setRows(value ?? 1)} />
      <InputNumber size="small" min={1} max={20} value={columns} aria-label={t('tools.columns')} suffix={t('tools.columnUnit')} onChange={(value) => setColumns(value ?? 1)} />
      <Button size="small" type="primary" htmlType="submit">{t('tools.insertTable')}</Button>
    </form>
  )
}
